//! Writes paragraphs: their formatting, line breaks and escapes.

mod escape;

use super::Tags;
use super::flank::{self, Beside};
use crate::event::{Event, events};
use crate::{Entity, EntityKind, FormattedText, post_link};

pub(super) use escape::longest_run;

/// Writes the text of one or more paragraphs, which starts and ends with a visible character.
pub(super) fn write(text: &FormattedText, tags: Tags) -> String {
    let events: Vec<Event<'_>> = events(text).collect();
    let mut writer = Writer {
        string: &text.string,
        tags,
        partners: partners(&events),
        signs: vec![None; events.len()],
        markdown: String::with_capacity(text.string.len() + text.string.len() / 8),
        line_start: 0,
        byte: 0,
        open: 0,
        links: 0,
        is_in_code: false,
        is_in_footnote: false,
    };
    for (index, event) in events.iter().enumerate() {
        match event {
            Event::Open(entity) => writer.open(&events, index, entity),
            Event::Text(piece) => writer.text(&events, index, piece),
            Event::Close(entity) => writer.close(index, entity),
        }
    }
    writer.markdown
}

/// For each start of an entity its end, and the other way around.
fn partners(events: &[Event<'_>]) -> Vec<usize> {
    let mut partners = vec![0; events.len()];
    let mut open = Vec::new();
    for (index, event) in events.iter().enumerate() {
        match event {
            Event::Open(_) => open.push(index),
            Event::Text(_) => {}
            Event::Close(_) => {
                let start = open.pop().unwrap_or_default();
                if let Some(partner) = partners.get_mut(start) {
                    *partner = index;
                }
                if let Some(partner) = partners.get_mut(index) {
                    *partner = start;
                }
            }
        }
    }
    partners
}

/// How a style is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sign {
    /// The same delimiter on both sides.
    Delimiter(&'static str),
    /// A start tag and an end tag.
    Tag(&'static str, &'static str),
    /// The same delimiter on both sides, each between empty tags: there is no tag for this style, and they let the
    /// delimiter open and close anywhere.
    Guarded(&'static str),
}

impl Sign {
    /// The byte of a delimiter: one next to another of the same byte is one run.
    fn byte(self) -> Option<u8> {
        match self {
            Self::Delimiter(sign) => sign.bytes().next(),
            Self::Tag(..) | Self::Guarded(_) => None,
        }
    }
}

/// A tag around nothing, which shows nothing.
const EMPTY_TAG: &str = "<i></i>";

/// A space that no line break takes away.
const SPACE: &str = "&#32;";

struct Writer<'a> {
    /// The text.
    string: &'a str,
    tags: Tags,
    /// See [`partners`].
    partners: Vec<usize>,
    /// How the style at each event is written, once it is decided.
    signs: Vec<Option<Sign>>,
    markdown: String,
    /// The byte of the Markdown at which its last line starts.
    line_start: usize,
    /// Bytes of the text that have been written.
    byte: usize,
    /// How many entities are open.
    open: usize,
    /// How many of them are written with brackets.
    links: usize,
    is_in_code: bool,
    /// Whether the text is the number of a footnote, which is written as its mark.
    is_in_footnote: bool,
}

impl<'a> Writer<'a> {
    fn open(&mut self, events: &[Event<'a>], index: usize, entity: &Entity) {
        self.open += 1;
        match &entity.kind {
            EntityKind::TextLink { .. } => {
                self.links += 1;
                self.markdown.push('[');
            }
            EntityKind::CustomEmoji { .. } => {
                self.links += 1;
                self.markdown.push_str("![");
            }
            EntityKind::Code => {
                self.is_in_code = true;
            }
            EntityKind::Footnote { number, .. } => {
                self.is_in_footnote = true;
                self.push_all(&["[^", &number.to_string(), "]"]);
            }
            style => {
                let Some(sign) = self.choose(events, index, style) else { return };
                let end = self.partner(index);
                for at in [index, end] {
                    if let Some(place) = self.signs.get_mut(at) {
                        *place = Some(sign);
                    }
                }
                match sign {
                    Sign::Delimiter(sign) => self.markdown.push_str(sign),
                    Sign::Tag(start, _) => self.markdown.push_str(start),
                    Sign::Guarded(sign) => self.push_all(&[EMPTY_TAG, sign, EMPTY_TAG]),
                }
            }
        }
    }

    fn close(&mut self, index: usize, entity: &Entity) {
        self.open = self.open.saturating_sub(1);
        match &entity.kind {
            EntityKind::TextLink { url } => {
                self.links = self.links.saturating_sub(1);
                match post_link::post_of(url) {
                    Some(post) => self.push_all(&["](", post_link::SCHEME, post, ")"]),
                    None => self.push_all(&["](", &escape::destination(url), ")"]),
                }
            }
            EntityKind::CustomEmoji { custom_emoji_id } => {
                self.links = self.links.saturating_sub(1);
                self.push_all(&["](tg://emoji?id=", custom_emoji_id, ")"]);
            }
            EntityKind::Code => {
                self.is_in_code = false;
            }
            EntityKind::Footnote { .. } => {
                self.is_in_footnote = false;
            }
            _ => match self.signs.get(index).copied().flatten() {
                Some(Sign::Delimiter(sign)) => self.markdown.push_str(sign),
                Some(Sign::Tag(_, end)) => self.markdown.push_str(end),
                Some(Sign::Guarded(sign)) => self.push_all(&[EMPTY_TAG, sign, EMPTY_TAG]),
                None => {}
            },
        }
    }

    fn partner(&self, index: usize) -> usize {
        self.partners.get(index).copied().unwrap_or_default()
    }

    fn push_all(&mut self, parts: &[&str]) {
        for part in parts {
            self.markdown.push_str(part);
        }
    }

    /// How a style that starts at `index` is written; `None` for a kind that is not a style.
    fn choose(&self, events: &[Event<'a>], index: usize, style: &EntityKind) -> Option<Sign> {
        let (delimiters, instead): (&[&'static str], _) = match style {
            EntityKind::Bold => (&["**"], Sign::Tag("<b>", "</b>")),
            // Bold and underlined text use the same characters, so the other one is taken beside them.
            EntityKind::Italic if self.touches(events, index, &EntityKind::Bold) => {
                (&["_", "*"], Sign::Tag("<i>", "</i>"))
            }
            EntityKind::Italic => (&["*", "_"], Sign::Tag("<i>", "</i>")),
            EntityKind::Underline => (&["__"], Sign::Tag("<u>", "</u>")),
            EntityKind::Strikethrough => (&["~~"], Sign::Tag("<s>", "</s>")),
            EntityKind::Spoiler => (&["||"], Sign::Guarded("||")),
            EntityKind::Marked => (&["=="], Sign::Tag("<mark>", "</mark>")),
            EntityKind::Subscript => (&[], Sign::Tag("<sub>", "</sub>")),
            EntityKind::Superscript => (&[], Sign::Tag("<sup>", "</sup>")),
            _ => return None,
        };
        if self.tags == Tags::Everywhere {
            return Some(instead);
        }
        let delimiter = delimiters.iter().find(|sign| self.has_effect(events, index, sign));
        Some(delimiter.map_or(instead, |sign| Sign::Delimiter(sign)))
    }

    /// Whether an entity of `kind` starts or ends directly beside a border of the one at `index`.
    fn touches(&self, events: &[Event<'a>], index: usize, kind: &EntityKind) -> bool {
        [index, self.partner(index)].into_iter().any(|border| {
            let beside = [border.checked_sub(1), border.checked_add(1)].into_iter().flatten();
            beside.filter_map(|at| events.get(at)).any(|event| match event {
                Event::Open(entity) | Event::Close(entity) => entity.kind == *kind,
                Event::Text(_) => false,
            })
        })
    }

    /// Whether `sign` opens at event `index` and closes at the end of the entity.
    fn has_effect(&self, events: &[Event<'a>], index: usize, sign: &str) -> bool {
        let Some(byte) = sign.bytes().next() else { return false };
        let end = self.partner(index);
        let byte_beside = |at: Option<usize>| {
            at.and_then(|at| self.signs.get(at)).copied().flatten().and_then(Sign::byte)
        };
        flank::opens(byte, before(events, index), after(events, index))
            && flank::closes(byte, before(events, end), after(events, end))
            && byte_beside(index.checked_sub(1)) != Some(byte)
            && byte_beside(end.checked_add(1)) != Some(byte)
    }

    fn text(&mut self, events: &[Event<'a>], index: usize, piece: &'a str) {
        let start = self.byte;
        self.byte += piece.len();
        if self.is_in_footnote {
            return;
        }
        if self.is_in_code {
            let needs_tag = self.tags == Tags::Everywhere
                || is_beside_code(events, index)
                || !escape::fits_backticks(piece);
            if needs_tag {
                return self.tagged_code(piece);
            }
            return self.code(piece);
        }
        let is_before_link = matches!(
            events.get(index + 1),
            Some(Event::Open(Entity { kind: EntityKind::TextLink { .. }, .. }))
        );
        let mut line = piece;
        let mut done = start;
        while let Some((content, rest)) = line.split_once('\n') {
            self.line(content, false);
            done += content.len() + 1;
            line = rest;
            if self.ends_paragraph(done) {
                self.markdown.push_str("\n\n");
                self.line_start = self.markdown.len();
                done += 1;
                line = line.strip_prefix('\n').unwrap_or(line);
            } else {
                self.end_line();
            }
        }
        self.line(line, is_before_link);
    }

    /// Whether the line feed before byte `at` of the text and the one at it can be a blank line of Markdown: two line
    /// feeds, no more, without white space around them that Markdown would drop, and outside of any entity.
    fn ends_paragraph(&self, at: usize) -> bool {
        let before = self.string.get(..at).and_then(|text| text.strip_suffix('\n'));
        let after = self.string.get(at..).and_then(|text| text.strip_prefix('\n'));
        let is_outside = self.open == 0 && at < self.byte;
        is_outside
            && before.is_some_and(|text| !text.ends_with([' ', '\n']))
            && after.is_some_and(|text| !text.starts_with([' ', '\n']))
    }

    /// Ends a line within a paragraph.
    fn end_line(&mut self) {
        let line = self.markdown.get(self.line_start..).unwrap_or_default();
        if line.bytes().all(|byte| byte == b' ') {
            // The backslash makes a line of a paragraph out of a blank line. Open formatting would still end at it,
            // unless it is followed by the spaces that mark a hard line break.
            self.markdown.push_str(if self.open > 0 { "\\  " } else { "\\" });
        } else if line.ends_with(' ') {
            // Spaces at the end of a line would not be shown.
            self.markdown.push('\\');
        }
        self.push_line_break();
    }

    fn push_line_break(&mut self) {
        self.markdown.push('\n');
        self.line_start = self.markdown.len();
    }

    /// Writes a part of a line outside of code.
    fn line(&mut self, content: &str, is_before_link: bool) {
        let line = self.markdown.get(self.line_start..).unwrap_or_default();
        let is_at_start = line.bytes().all(|byte| byte == b' ');
        let place = escape::Place { is_at_start, is_in_brackets: self.links > 0, is_before_link };
        escape::push(&mut self.markdown, content, place);
    }

    /// Writes code in a tag: unlike code between backticks it has escapes, blank lines and other code beside it.
    fn tagged_code(&mut self, code: &str) {
        self.markdown.push_str("<code>");
        let lines = code.split('\n').count();
        for (index, line) in code.split('\n').enumerate() {
            // Spaces beside a `<br>` are not shown.
            let inner = if index > 0 { line.trim_start_matches(' ') } else { line };
            let start = line.len() - inner.len();
            let text = if index + 1 < lines { inner.trim_end_matches(' ') } else { inner };
            self.markdown.push_str(&SPACE.repeat(start));
            self.line(text, false);
            self.markdown.push_str(&SPACE.repeat(inner.len() - text.len()));
            if index + 1 < lines {
                self.markdown.push_str("<br>");
            }
        }
        self.markdown.push_str("</code>");
    }

    /// Writes code between backticks.
    fn code(&mut self, code: &str) {
        let fence = "`".repeat(escape::free_run(code));
        let is_padded = code.starts_with(' ') && code.ends_with(' ') && code.contains(|c| c != ' ');
        let pad = if is_padded || code.starts_with('`') || code.ends_with('`') { " " } else { "" };
        self.push_all(&[&fence, pad]);
        for (index, line) in code.split('\n').enumerate() {
            if index > 0 {
                self.end_code_line();
            }
            self.markdown.push_str(line);
        }
        self.push_all(&[pad, &fence]);
    }

    /// Ends a line of code, where spaces and a backslash at the end would be a hard line break.
    fn end_code_line(&mut self) {
        if self.markdown.ends_with("  ") {
            self.markdown.push('\\');
        } else if !longest_trailing(&self.markdown, '\\').is_multiple_of(2) {
            self.markdown.push_str("  ");
        }
        self.push_line_break();
    }
}

/// Whether other code touches the code whose text is event `index`: its backticks would be one run with those of the other.
fn is_beside_code(events: &[Event<'_>], index: usize) -> bool {
    let beside = [index.checked_sub(2), index.checked_add(2)].into_iter().flatten();
    beside.filter_map(|at| events.get(at)).any(|event| match event {
        Event::Open(entity) | Event::Close(entity) => entity.kind == EntityKind::Code,
        Event::Text(_) => false,
    })
}

/// What is before event `index`.
fn before(events: &[Event<'_>], index: usize) -> Beside {
    match index.checked_sub(1).and_then(|at| events.get(at)) {
        Some(Event::Text(piece)) => Beside::of(piece.chars().next_back()),
        Some(_) => Beside::Punctuation,
        None => Beside::Space,
    }
}

/// What is after event `index`.
fn after(events: &[Event<'_>], index: usize) -> Beside {
    match events.get(index + 1) {
        Some(Event::Text(piece)) => Beside::of(piece.chars().next()),
        Some(_) => Beside::Punctuation,
        None => Beside::Space,
    }
}

/// How many of `sign` the text ends with.
fn longest_trailing(text: &str, sign: char) -> usize {
    text.chars().rev().take_while(|character| *character == sign).count()
}
