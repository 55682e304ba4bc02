//! The text of a paragraph: its white space collapses, and its formatting becomes entities.

use std::collections::BTreeMap;

use super::style::{self, STYLE_COUNT, STYLES, Styles};
use super::token::Tag;
use super::{Entity, EntityKind};
use crate::link::{self, Link};
use crate::utf16::IncrementalLen;
use crate::{FormattedText, ParsedText, SourceMap, normal};

/// The paragraph so far.
#[derive(Default)]
pub(super) struct Inline {
    text: FormattedText,
    utf16: IncrementalLen,
    /// White space was read that is shown only if text follows.
    has_space: bool,
    /// A line ended after which nothing was shown yet.
    ends_line: bool,
    pub(super) is_heading: bool,
    styles: [Style; STYLE_COUNT],
    link: Option<Open>,
    emoji: Option<Open>,
    /// The styles of the open tags of each name.
    tags: BTreeMap<String, Vec<Styles>>,
}

/// Formatting that may be open several times.
#[derive(Clone, Copy, Default)]
struct Style {
    depth: usize,
    /// UTF-16 units before it.
    start: usize,
}

/// A link or a custom emoji that is open.
struct Open {
    kind: EntityKind,
    start: usize,
}

impl Inline {
    /// Adds text; ASCII white space becomes one space.
    pub(super) fn text(&mut self, text: &str) {
        for character in text.chars() {
            if character.is_ascii_whitespace() {
                self.has_space = true;
                continue;
            }
            self.end_white();
            self.text.string.push(character);
        }
    }

    /// Shows the white space before a character.
    fn end_white(&mut self) {
        let has_space = std::mem::take(&mut self.has_space);
        if std::mem::take(&mut self.ends_line) {
            self.text.string.push('\n');
        } else if has_space && !self.is_at_start() && !self.text.string.ends_with(' ') {
            self.text.string.push(' ');
        }
    }

    fn is_at_start(&self) -> bool {
        self.text.string.is_empty() || self.text.string.ends_with('\n')
    }

    /// Adds a line break.
    pub(super) fn line_break(&mut self) {
        self.has_space = false;
        self.end_white();
        self.text.string.push('\n');
    }

    /// Ends the line, if something is on it.
    pub(super) fn end_line(&mut self) {
        self.has_space = false;
        self.ends_line = !self.is_at_start();
    }

    fn position(&mut self) -> usize {
        self.utf16.len(&self.text.string)
    }

    pub(super) fn open(&mut self, tag: &Tag) {
        match tag.name.as_str() {
            "a" => {
                self.end_link();
                let kind = tag.value("href").and_then(target);
                self.link = kind.map(|kind| Open { kind, start: self.start() });
            }
            "tg-emoji" => {
                let id = tag.value("emoji-id").unwrap_or_default().to_owned();
                let kind = EntityKind::CustomEmoji { custom_emoji_id: id };
                self.emoji = normal::is_kept(&kind).then(|| Open { kind, start: self.start() });
            }
            name => {
                let Some(styles) = style::of(tag, self.link.is_some()) else { return };
                self.tags.entry(name.to_owned()).or_default().push(styles);
                for (number, _) in styles.into_iter().enumerate().filter(|(_, has)| *has) {
                    self.open_style(number);
                }
            }
        }
    }

    /// Where an entity that opens now starts: after the space that is shown before it.
    fn start(&mut self) -> usize {
        if self.has_space && !self.ends_line && !self.is_at_start() {
            self.end_white();
        }
        self.position() + usize::from(self.ends_line)
    }

    pub(super) fn close(&mut self, name: &str) {
        match name {
            "a" => self.end_link(),
            "tg-emoji" => {
                let emoji = self.emoji.take();
                self.end_open(emoji);
            }
            name => {
                let styles = self.tags.get_mut(name).and_then(Vec::pop).unwrap_or_default();
                for (number, _) in styles.into_iter().enumerate().filter(|(_, has)| *has) {
                    self.close_style(number);
                }
            }
        }
    }

    fn open_style(&mut self, number: usize) {
        let start = self.start();
        if let Some(style) = self.styles.get_mut(number) {
            if style.depth == 0 {
                style.start = start;
            }
            style.depth += 1;
        }
    }

    fn close_style(&mut self, number: usize) {
        let Some(style) = self.styles.get_mut(number) else { return };
        if style.depth == 0 {
            return;
        }
        style.depth -= 1;
        if style.depth == 0 {
            let start = style.start;
            self.end_style(number, start);
        }
    }

    fn end_style(&mut self, number: usize, start: usize) {
        if let Some(kind) = STYLES.get(number) {
            self.entity(kind.clone(), start);
        }
    }

    fn end_link(&mut self) {
        let link = self.link.take();
        self.end_open(link);
    }

    fn end_open(&mut self, open: Option<Open>) {
        if let Some(Open { kind, start }) = open {
            self.entity(kind, start);
        }
    }

    fn entity(&mut self, kind: EntityKind, start: usize) {
        let end = self.position();
        if start < end {
            self.text.entities.push(Entity::new(kind, start, end - start));
        }
    }

    /// The paragraph, if something is in it. What is still open goes on in the next one.
    pub(super) fn take(&mut self) -> Option<ParsedText> {
        (self.has_space, self.ends_line, self.is_heading) = (false, false, false);
        for number in 0..STYLE_COUNT {
            let Some(style) = self.styles.get_mut(number) else { continue };
            if style.depth > 0 {
                let start = std::mem::take(&mut style.start);
                self.end_style(number, start);
            } else {
                style.start = 0;
            }
        }
        for open in [self.link.take(), self.emoji.take()].into_iter().flatten() {
            self.entity(open.kind.clone(), open.start);
            if matches!(open.kind, EntityKind::CustomEmoji { .. }) {
                self.emoji = Some(Open { start: 0, ..open });
            } else {
                self.link = Some(Open { start: 0, ..open });
            }
        }
        let mut text = std::mem::take(&mut self.text);
        self.utf16 = IncrementalLen::default();
        if normal::is_blank(&text.string) {
            return None;
        }
        Entity::sort(&mut text.entities);
        Some(ParsedText { text, origins: SourceMap::default() })
    }
}

/// What a link leads to; `None` for an address that is relative or that Telegram refuses.
fn target(href: &str) -> Option<EntityKind> {
    let href = href.trim();
    let absolute = href.strip_prefix("//").map(|host| format!("https://{host}"));
    let href = absolute.as_deref().unwrap_or(href);
    if !link::names_scheme(href) {
        return None;
    }
    match link::check(href).ok()? {
        Link::Url(url) => Some(EntityKind::TextLink { url }),
        Link::User(user) => Some(EntityKind::TextMention { user }),
    }
}
