//! Parses the inline Markdown of every text field into text and entities. It knows no blocks.
//!
//! Delimiters open and close by CommonMark 0.31 (delimiter runs, the rule of three, code spans before links before
//! emphasis), beside Chinese, Japanese and Korean characters by the CJK-friendly rule. `__` underlines, `~~` strikes and
//! `||` hides; in a web address they are text. In a body some HTML tags format, comments are not shown, and character
//! references, autolinks and reference links count; in other text fields all of these are text. A blank line ends
//! whatever is open. The work is linear in the length of the string.

mod address;
mod bracket;
pub(crate) mod cjk;
pub(crate) mod definitions;
pub(crate) mod delimiter;
mod html;
mod open_tags;
pub(crate) mod reference;
mod scan;
pub(crate) mod tag;

use std::ops::Range;

use super::link::{self, Link};
use super::parsed_text::ParsedText;
use super::post_link;
use super::problem::{MarkupProblem, MarkupProblemKind};
use super::utf16::IncrementalLen;
use super::{Entity, EntityKind};
use bracket::Destination;
use definitions::Definitions;
pub(crate) use scan::is_footnote_name;

/// Parses `source` by the inline rules of [CommonMark 0.31](https://spec.commonmark.org/0.31.2/#inlines), with the
/// differences above; problems are added to `problems` with their place in it.
///
/// The entities are in Telegram's order and properly nested; what Telegram would still cut or merge is left to the
/// normal form.
pub fn parse(source: &str, problems: &mut Vec<MarkupProblem>) -> ParsedText {
    read(source, None, problems).0
}

/// `![caption](path)` in a rich body.
#[derive(Clone, Debug)]
pub(crate) struct InlineImage {
    /// The bytes of the text that are its caption.
    pub(crate) caption: Range<usize>,
    /// The path without escapes.
    pub(crate) path: String,
    /// The bytes of the path in the source.
    pub(crate) destination: Range<usize>,
    /// All its bytes of the source.
    pub(crate) range: Range<usize>,
}

/// Parses a text inside a body with these definitions; also returns the images in it.
pub(crate) fn parse_in_body(
    source: &str,
    definitions: &Definitions,
    problems: &mut Vec<MarkupProblem>,
) -> (ParsedText, Vec<InlineImage>) {
    read(source, Some(definitions), problems)
}

fn read(
    source: &str,
    body: Option<&Definitions>,
    problems: &mut Vec<MarkupProblem>,
) -> (ParsedText, Vec<InlineImage>) {
    let Some(first) = scan::next_special(source.as_bytes(), 0, body) else {
        return (ParsedText::verbatim(source, 0), Vec::new());
    };
    let mut marks = scan::marks(source, first, body, problems);
    marks.sort_unstable_by_key(|mark| mark.range.start);
    let mut writer = Writer {
        source,
        prose: ParsedText::default(),
        utf16: IncrementalLen::default(),
        open: Vec::new(),
        images: body.filter(|body| body.rich).map(|_| Vec::new()),
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
    (writer.prose, writer.images.unwrap_or_default())
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
    /// Code begins after the range.
    OpenCode,
    /// The code ends before the range.
    CloseCode,
    /// These characters are shown.
    Decoded(String),
    /// A line break is shown, which was typed at this byte.
    Break(usize),
    /// The number of a footnote is shown.
    Footnote { number: usize, is_first: bool },
}

/// Formatting that delimiter runs make.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Style {
    Bold,
    Italic,
    Underline,
    Strikethrough,
    Spoiler,
    Marked,
    Subscript,
    Superscript,
}

impl Style {
    fn kind(self) -> EntityKind {
        match self {
            Self::Bold => EntityKind::Bold,
            Self::Italic => EntityKind::Italic,
            Self::Underline => EntityKind::Underline,
            Self::Strikethrough => EntityKind::Strikethrough,
            Self::Spoiler => EntityKind::Spoiler,
            Self::Marked => EntityKind::Marked,
            Self::Subscript => EntityKind::Subscript,
            Self::Superscript => EntityKind::Superscript,
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::Bold => "bold",
            Self::Italic => "italic",
            Self::Underline => "underlined",
            Self::Strikethrough => "struck through",
            Self::Spoiler => "hidden",
            Self::Marked => "marked",
            Self::Subscript => "subscript",
            Self::Superscript => "superscript",
        }
    }
}

/// What is open while the text is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Opened {
    Style(Style),
    Link,
    Code,
}

/// What is around a place in the text.
#[derive(Clone, Copy, Debug, Default)]
struct Around {
    /// The outermost style.
    style: Option<Style>,
    link: bool,
    code: bool,
}

impl Around {
    /// What is around a place in `what`, which is here.
    fn with(self, what: Opened) -> Self {
        match what {
            Opened::Style(style) => Self { style: self.style.or(Some(style)), ..self },
            Opened::Link => Self { link: true, ..self },
            Opened::Code => Self { code: true, ..self },
        }
    }
}

/// An open style, link or code while the text is written.
struct Open {
    /// What is around a place in it, itself included.
    around: Around,
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
    /// The images of a rich body; `None` where images are a problem.
    images: Option<Vec<InlineImage>>,
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
            Action::Open(style) => self.push(Opened::Style(style), &mark.range),
            Action::OpenLink => self.push(Opened::Link, &mark.range),
            Action::OpenCode => self.push(Opened::Code, &mark.range),
            Action::Close(style) => {
                if let Some(open) = self.open.pop() {
                    if self.around().code {
                        let range = open.source..mark.range.end;
                        self.problem(&range, MarkupProblemKind::CutByCode(style.words()));
                    }
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
            Action::CloseCode => {
                if let Some(open) = self.open.pop()
                    && !self.code_is_lost(&(open.source..mark.range.end))
                {
                    self.entity(EntityKind::Code, open.offset);
                }
            }
            Action::Code(shown) => self.code(&mark.range, shown),
            Action::Decoded(characters) => {
                for character in characters.chars() {
                    self.write(character, mark.range.start);
                }
            }
            Action::Break(at) => self.write('\n', at),
            Action::Footnote { number, is_first } => self.footnote(&mark.range, number, is_first),
        }
    }

    /// Writes a character that was typed otherwise at byte `at`.
    fn write(&mut self, character: char, at: usize) {
        self.prose.origins.note(self.prose.text.string.len(), at);
        self.prose.text.string.push(character);
    }

    fn push(&mut self, what: Opened, range: &Range<usize>) {
        let text = self.prose.text.string.len();
        let offset = self.position();
        self.open.push(Open {
            around: self.around().with(what),
            offset,
            text,
            source: range.start,
        });
    }

    fn around(&self) -> Around {
        self.open.last().map(|open| open.around).unwrap_or_default()
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

    /// Reports what Telegram drops of code inside other formatting, and returns whether it is the code: of a link whose
    /// words are all code, Telegram would drop the link.
    fn code_is_lost(&mut self, range: &Range<usize>) -> bool {
        let around = self.around();
        if around.link {
            self.problem(range, MarkupProblemKind::LostInLink("code"));
        } else if let Some(style) = around.style {
            self.problem(range, MarkupProblemKind::CutByCode(style.words()));
        }
        around.link
    }

    fn code(&mut self, range: &Range<usize>, shown: Range<usize>) {
        let is_lost = self.code_is_lost(range);
        let offset = self.position();
        let mut at = shown.start;
        let source = self.source;
        let rest = |from: usize| source.get(from..shown.end).unwrap_or_default();
        while let Some(found) = memchr::memchr2(b'\r', b'\t', rest(at).as_bytes()) {
            self.copy(at..at + found);
            at += found + 1;
            let is_tab = rest(at - 1).starts_with('\t');
            if is_tab {
                self.write(' ', at - 1);
            } else if !rest(at).starts_with('\n') {
                // A carriage return before a line break belongs to the file's line ending.
                self.copy(at - 1..at);
            }
        }
        self.copy(at..shown.end);
        if !is_lost {
            self.entity(EntityKind::Code, offset);
        }
    }

    fn footnote(&mut self, range: &Range<usize>, number: usize, is_first: bool) {
        let around = self.around();
        if around.link {
            self.problem(range, MarkupProblemKind::LostInLink("a footnote"));
        } else if around.code {
            self.problem(range, MarkupProblemKind::CutByCode("a footnote"));
        }
        let offset = self.position();
        for digit in number.to_string().chars() {
            self.write(digit, range.start);
        }
        if !around.link && !around.code {
            self.entity(EntityKind::Footnote { number, is_first }, offset);
        }
    }

    fn link(&mut self, open: &Open, range: &Range<usize>, destination: &Destination) {
        if destination.titled {
            self.problem(range, MarkupProblemKind::LinkTitle);
        }
        if super::normal::is_blank(self.prose.text.string.get(open.text..).unwrap_or_default()) {
            return self.problem(range, MarkupProblemKind::EmptyLink);
        }
        let around = self.around();
        match (target(&destination.url), &destination.range) {
            (Ok(_), _) if around.link => {
                self.problem(range, MarkupProblemKind::LostInLink("a link"));
            }
            (Ok(_), _) if around.code => {
                self.problem(range, MarkupProblemKind::CutByCode("a link"));
            }
            (Ok(url), _) => self.entity(EntityKind::TextLink { url }, open.offset),
            (Err(kind), Some(range)) => self.problem(range, kind),
            // The problem is reported at the definition.
            (Err(_), None) => {}
        }
    }

    fn image(&mut self, open: &Open, range: &Range<usize>, destination: &Destination) {
        let Some(id) = destination.url.strip_prefix("tg://emoji?id=") else {
            if self.around().link {
                return self.problem(range, MarkupProblemKind::LinkedImage);
            }
            let (Some(images), Some(typed)) = (&mut self.images, &destination.range) else {
                return self.problem(range, MarkupProblemKind::Image);
            };
            images.push(InlineImage {
                caption: open.text..self.prose.text.string.len(),
                path: destination.url.clone(),
                destination: typed.clone(),
                range: range.clone(),
            });
            if destination.titled {
                self.problem(range, MarkupProblemKind::LinkTitle);
            }
            return;
        };
        if id.is_empty() || id.len() > 20 || !id.bytes().all(|byte| byte.is_ascii_digit()) {
            return self.problem(range, MarkupProblemKind::EmojiId);
        }
        if !super::emoji::is_one(self.prose.text.string.get(open.text..).unwrap_or_default()) {
            return self.problem(range, MarkupProblemKind::EmojiText);
        }
        if self.around().link {
            return self.problem(range, MarkupProblemKind::LostInLink("a custom emoji"));
        }
        self.entity(EntityKind::CustomEmoji { custom_emoji_id: id.to_owned() }, open.offset);
    }
}

/// The address that a link with this destination gets.
fn target(destination: &str) -> Result<String, MarkupProblemKind> {
    if let Some(post) = destination.strip_prefix(post_link::SCHEME) {
        return post_link::placeholder(post).ok_or(MarkupProblemKind::NoPost);
    }
    if !link::names_scheme(destination) {
        return Err(MarkupProblemKind::NoScheme);
    }
    match link::check(destination) {
        Ok(Link::Url(url)) => Ok(url),
        Ok(Link::User(_)) => Err(MarkupProblemKind::UserLink),
        Err(error) => Err(MarkupProblemKind::Link(error)),
    }
}

#[cfg(test)]
mod tests;
