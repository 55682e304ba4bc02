//! Parses the inline Markdown of every text field into text and entities. It knows no blocks.
//!
//! Delimiters open and close by CommonMark 0.31 (delimiter runs, the rule of three, code spans before links before
//! emphasis). `__` underlines, `~~` strikes and `||` hides. HTML, entities such as `&amp;`, autolinks and references
//! are text. A blank line ends whatever is open. The work is linear in the length of the string.

mod bracket;
mod delimiter;
mod scan;

use std::ops::Range;

use super::link::{self, Link};
use super::parsed_text::ParsedText;
use super::post_link;
use super::problem::{MarkupProblem, MarkupProblemKind};
use super::utf16::IncrementalLen;
use super::{Entity, EntityKind};
use bracket::Destination;

/// Parses `source` by the inline rules of [CommonMark 0.31](https://spec.commonmark.org/0.31.2/#inlines), with the
/// differences above; problems are added to `problems` with their place in it.
///
/// The entities are in Telegram's order and properly nested; what Telegram would still cut or merge is left to the
/// normal form.
pub fn parse(source: &str, problems: &mut Vec<MarkupProblem>) -> ParsedText {
    let Some(first) = scan::next_special(source.as_bytes(), 0) else {
        return ParsedText::verbatim(source, 0);
    };
    let mut marks = scan::marks(source, first, problems);
    marks.sort_unstable_by_key(|mark| mark.range.start);
    let mut writer = Writer {
        source,
        prose: ParsedText::default(),
        utf16: IncrementalLen::default(),
        open: Vec::new(),
        problems,
    };
    writer.prose.text.string.reserve(source.len());
    let mut at = 0;
    for mark in marks {
        writer.copy(at..mark.range.start);
        at = mark.range.end;
        writer.apply(mark);
    }
    writer.copy(at..source.len());
    Entity::sort(&mut writer.prose.text.entities);
    writer.prose
}

/// A range of the source that is not shown as typed.
#[derive(Debug)]
struct Mark {
    range: Range<usize>,
    action: Action,
}

#[derive(Debug)]
enum Action {
    /// The range is not shown.
    Skip,
    /// Formatting begins after the range.
    Open(Style),
    /// Formatting ends before the range.
    Close(Style),
    /// A link, or an image, begins after the range.
    OpenLink,
    /// The link or image ends before the range and has this destination.
    CloseLink { image: bool, destination: Destination },
    /// A code span, with the bytes that are shown.
    Code(Range<usize>),
}

/// Formatting that delimiter runs make.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Style {
    Bold,
    Italic,
    Underline,
    Strikethrough,
    Spoiler,
}

impl Style {
    fn kind(self) -> EntityKind {
        match self {
            Self::Bold => EntityKind::Bold,
            Self::Italic => EntityKind::Italic,
            Self::Underline => EntityKind::Underline,
            Self::Strikethrough => EntityKind::Strikethrough,
            Self::Spoiler => EntityKind::Spoiler,
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::Bold => "bold",
            Self::Italic => "italic",
            Self::Underline => "underlined",
            Self::Strikethrough => "struck through",
            Self::Spoiler => "hidden",
        }
    }
}

/// An open style or link while the text is written.
struct Open {
    style: Option<Style>,
    /// UTF-16 units before it.
    offset: usize,
    /// Bytes of the text before it.
    text: usize,
    /// Where its characters were typed.
    source: usize,
}

struct Writer<'a> {
    source: &'a str,
    prose: ParsedText,
    utf16: IncrementalLen,
    open: Vec<Open>,
    problems: &'a mut Vec<MarkupProblem>,
}

impl Writer<'_> {
    /// Copies a range of the source as typed.
    fn copy(&mut self, range: Range<usize>) {
        let Some(text) = self.source.get(range.clone()).filter(|text| !text.is_empty()) else {
            return;
        };
        self.prose.origins.note(self.prose.text.string.len(), range.start);
        self.prose.text.string.push_str(text);
    }

    /// UTF-16 units so far.
    fn position(&mut self) -> usize {
        self.utf16.len(&self.prose.text.string)
    }

    fn apply(&mut self, mark: Mark) {
        match mark.action {
            Action::Skip => {}
            Action::Open(style) => self.push(Some(style), &mark.range),
            Action::OpenLink => self.push(None, &mark.range),
            Action::Close(style) => {
                if let Some(open) = self.open.pop() {
                    self.entity(style.kind(), open.offset);
                }
            }
            Action::CloseLink { image, destination } => {
                if let Some(open) = self.open.pop() {
                    let range = open.source..mark.range.end;
                    if image {
                        self.image(&open, &range, &destination);
                    } else {
                        self.link(&open, &range, &destination);
                    }
                }
            }
            Action::Code(shown) => self.code(&mark.range, shown),
        }
    }

    fn push(&mut self, style: Option<Style>, range: &Range<usize>) {
        let text = self.prose.text.string.len();
        let offset = self.position();
        self.open.push(Open { style, offset, text, source: range.start });
    }

    fn entity(&mut self, kind: EntityKind, offset: usize) {
        let end = self.position();
        if offset < end {
            self.prose.text.entities.push(Entity::new(kind, offset, end - offset));
        }
    }

    fn problem(&mut self, range: &Range<usize>, kind: MarkupProblemKind) {
        self.problems.push(MarkupProblem { range: range.clone(), kind });
    }

    fn in_link(&self) -> bool {
        self.open.iter().any(|open| open.style.is_none())
    }

    fn code(&mut self, range: &Range<usize>, shown: Range<usize>) {
        if self.in_link() {
            self.problem(range, MarkupProblemKind::LostInLink("code"));
        } else if let Some(style) = self.open.iter().find_map(|open| open.style) {
            self.problem(range, MarkupProblemKind::CutByCode(style.words()));
        }
        let offset = self.position();
        let mut at = shown.start;
        // A carriage return before a line break belongs to the file's line ending.
        while let Some(found) = self.source.get(at..shown.end).and_then(|rest| rest.find("\r\n")) {
            self.copy(at..at + found);
            at += found + 1;
        }
        self.copy(at..shown.end);
        self.entity(EntityKind::Code, offset);
    }

    fn link(&mut self, open: &Open, range: &Range<usize>, destination: &Destination) {
        if destination.titled {
            self.problem(range, MarkupProblemKind::LinkTitle);
        }
        if super::normal::is_blank(self.prose.text.string.get(open.text..).unwrap_or_default()) {
            return self.problem(range, MarkupProblemKind::EmptyLink);
        }
        if let Some(post) = destination.url.strip_prefix(post_link::SCHEME) {
            return match post_link::placeholder(post) {
                Some(url) => self.entity(EntityKind::TextLink { url }, open.offset),
                None => self.problem(&destination.range, MarkupProblemKind::NoPost),
            };
        }
        if !link::names_scheme(&destination.url) {
            return self.problem(&destination.range, MarkupProblemKind::NoScheme);
        }
        match link::check(&destination.url) {
            Ok(Link::Url(url)) => self.entity(EntityKind::TextLink { url }, open.offset),
            Ok(Link::User(_)) => self.problem(&destination.range, MarkupProblemKind::UserLink),
            Err(kind) => self.problem(&destination.range, MarkupProblemKind::Link(kind)),
        }
    }

    fn image(&mut self, open: &Open, range: &Range<usize>, destination: &Destination) {
        let Some(id) = destination.url.strip_prefix("tg://emoji?id=") else {
            return self.problem(range, MarkupProblemKind::Image);
        };
        if id.is_empty() || id.len() > 20 || !id.bytes().all(|byte| byte.is_ascii_digit()) {
            return self.problem(range, MarkupProblemKind::EmojiId);
        }
        if !super::emoji::is_one(self.prose.text.string.get(open.text..).unwrap_or_default()) {
            return self.problem(range, MarkupProblemKind::EmojiText);
        }
        if self.in_link() {
            return self.problem(range, MarkupProblemKind::LostInLink("a custom emoji"));
        }
        self.entity(EntityKind::CustomEmoji { custom_emoji_id: id.to_owned() }, open.offset);
    }
}

#[cfg(test)]
mod tests;
