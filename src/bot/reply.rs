//! Builds the bot's messages: formatted text, and buttons below it. It sends nothing.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use telegram_text::split::{self, Bounds};
use telegram_text::{Entity, EntityKind, FormattedText, normal, utf16};

use super::action_buttons::{Action, PostAction};
use super::language::Language;
use super::text::Text;
use crate::ids::PostId;
use crate::schedule;

/// A message of the bot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// Its text.
    pub text: FormattedText,
    /// Its buttons, row by row.
    pub rows: Vec<Vec<Button>>,
}

/// A button.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Button {
    /// Its label.
    pub label: String,
    /// What it does.
    pub action: Action,
}

#[expect(clippy::needless_pass_by_value, reason = "a label is made for its button")]
impl Button {
    /// A button with this label.
    pub fn new(label: impl ToString, action: Action) -> Self {
        Self { label: label.to_string(), action }
    }
}

/// Names as a part of a sentence: `a, b and c`.
pub(super) fn enumerated(names: &[impl ToString], language: Language) -> String {
    let names: Vec<_> = names.iter().map(ToString::to_string).collect();
    match names.split_last() {
        None => String::new(),
        Some((last, [])) => last.clone(),
        Some((last, others)) => {
            let words = [("others", Span::plain(others.join(", "))), ("last", Span::plain(last))];
            MessageBuilder::plain(language, Text::AndLast, &words)
        }
    }
}

/// Text with one format, which fills a placeholder.
#[derive(Clone, Debug)]
pub enum Span {
    /// Plain text.
    Plain(String),
    /// Bold.
    Bold(String),
    /// Code, which a tap copies.
    Code(String),
    /// Removed words, struck through.
    Removed(String),
    /// Added words, underlined.
    Added(String),
    /// A link: its text and address.
    Link(String, String),
}

#[expect(clippy::needless_pass_by_value, reason = "a word is said once, and made for that")]
impl Span {
    /// Plain text.
    pub fn plain(word: impl ToString) -> Self {
        Self::Plain(word.to_string())
    }

    /// Bold.
    pub fn bold(word: impl ToString) -> Self {
        Self::Bold(word.to_string())
    }

    /// Code.
    pub fn code(word: impl ToString) -> Self {
        Self::Code(word.to_string())
    }
}

/// Builds a reply.
#[derive(Clone, Debug)]
pub struct MessageBuilder {
    language: Language,
    text: FormattedText,
    rows: Vec<Vec<Button>>,
}

impl MessageBuilder {
    /// An empty reply in a language.
    #[must_use]
    pub fn new(language: Language) -> Self {
        Self { language, text: FormattedText::plain(String::new()), rows: Vec::new() }
    }

    /// A reply that begins with a text.
    #[must_use]
    pub fn of(language: Language, text: Text, words: &[(&str, Span)]) -> Self {
        let mut reply = Self::new(language);
        reply.say(text, words);
        reply
    }

    /// One text as a plain string.
    #[must_use]
    pub fn plain(language: Language, text: Text, words: &[(&str, Span)]) -> String {
        Self::of(language, text, words).text.string
    }

    /// The language it is in.
    #[must_use]
    pub fn language(&self) -> Language {
        self.language
    }

    /// Whether it has no text yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.text.string.is_empty()
    }

    /// Adds a text; each `{name}` is replaced with the word of that name.
    pub fn say(&mut self, text: Text, words: &[(&str, Span)]) -> &mut Self {
        let mut rest = text.of(self.language);
        while let Some((before, behind)) = rest.split_once('{') {
            self.put(before);
            let Some((name, behind)) = behind.split_once('}') else { break };
            if let Some((_, word)) = words.iter().find(|(known, _)| *known == name) {
                self.word(word);
            }
            rest = behind;
        }
        self.put(rest);
        self
    }

    /// Adds a text on a new line.
    pub fn line(&mut self, text: Text, words: &[(&str, Span)]) -> &mut Self {
        self.newline();
        self.say(text, words)
    }

    /// Adds a span.
    pub fn word(&mut self, word: &Span) -> &mut Self {
        let (text, kind) = match word {
            Span::Plain(text) => (text, None),
            Span::Bold(text) => (text, Some(EntityKind::Bold)),
            Span::Code(text) => (text, Some(EntityKind::Code)),
            Span::Removed(text) => (text, Some(EntityKind::Strikethrough)),
            Span::Added(text) => (text, Some(EntityKind::Underline)),
            Span::Link(text, url) => (text, Some(EntityKind::TextLink { url: url.clone() })),
        };
        let offset = utf16::len(&self.text.string);
        self.put(text);
        let length = utf16::len(text);
        if let (Some(kind), true) = (kind, length > 0) {
            self.text.entities.push(Entity::new(kind, offset, length));
        }
        self
    }

    /// Adds plain text.
    pub fn put(&mut self, text: &str) -> &mut Self {
        self.text.string.push_str(text);
        self
    }

    /// Starts a new line, unless the text is empty.
    pub fn newline(&mut self) -> &mut Self {
        if !self.text.string.is_empty() {
            self.text.string.push('\n');
        }
        self
    }

    /// Adds a code block on lines of its own.
    pub fn block(&mut self, text: &str) -> &mut Self {
        self.newline();
        let offset = utf16::len(&self.text.string);
        self.put(text);
        let length = utf16::len(text);
        if length > 0 {
            self.text.entities.push(Entity::new(
                EntityKind::Pre { language: None },
                offset,
                length,
            ));
        }
        self
    }

    /// Adds a row of buttons.
    pub fn row(&mut self, buttons: impl IntoIterator<Item = Button>) -> &mut Self {
        let row: Vec<_> = buttons.into_iter().collect();
        if !row.is_empty() {
            self.rows.push(row);
        }
        self
    }

    /// Adds a link to a message, if it has an address.
    pub fn link(&mut self, address: Option<String>) -> &mut Self {
        if let Some(address) = address {
            let open = Text::OpenMessage.of(self.language).to_owned();
            self.put(" · ").word(&Span::Link(open, address));
        }
        self
    }

    /// Adds a row with one button.
    pub fn action(&mut self, label: Text, action: Action) -> &mut Self {
        self.row([self.button(label, action)])
    }

    /// Adds rows of buttons.
    pub fn rows(&mut self, rows: Vec<Vec<Button>>) -> &mut Self {
        for row in rows {
            self.row(row);
        }
        self
    }

    /// Adds a row for each post, with the button of its card.
    pub fn cards<'p>(&mut self, posts: impl IntoIterator<Item = &'p PostId>) -> &mut Self {
        for post in posts {
            self.row([Button::new(post, PostAction::Card.of(post))]);
        }
        self
    }

    /// Adds how many more there are than `shown`.
    pub fn more(&mut self, all: usize, shown: usize) -> &mut Self {
        if all > shown {
            self.line(Text::AndMore, &[("count", Span::plain(all - shown))]);
        }
        self
    }

    /// A button with this label.
    #[must_use]
    pub fn button(&self, label: Text, action: Action) -> Button {
        Button { label: label.of(self.language).to_owned(), action }
    }

    /// The reply, cut to what one message holds.
    #[must_use]
    pub fn build(self) -> Reply {
        let Self { text, rows, .. } = self;
        let text = normal::normal(text).unwrap_or_else(|_| FormattedText::plain("…".to_owned()));
        let mut parts = split::split(&text, &[], Bounds::message(), None).into_iter();
        Reply { text: parts.next().unwrap_or(text), rows }
    }

    /// All of the reply, in several messages where necessary; the buttons are below the last one.
    #[must_use]
    pub fn build_all(self) -> Vec<Reply> {
        let Self { text, rows, .. } = self;
        let text = normal::uncut(text).unwrap_or_else(|_| FormattedText::plain("…".to_owned()));
        let parts = split::split(&text, &[], Bounds::message(), None);
        let mut pages: Vec<_> =
            parts.into_iter().map(|text| Reply { text, rows: Vec::new() }).collect();
        if let Some(last) = pages.last_mut() {
            last.rows = rows;
        }
        pages
    }
}

/// A time in a channel's zone, to the minute.
#[must_use]
pub fn time(at: Timestamp, zone: &TimeZone, language: Language) -> String {
    schedule::shown_in(schedule::to_minute(at), zone, language)
}

/// A line, cut to so many characters.
#[must_use]
pub fn cut(line: &str, most: usize) -> String {
    let mut letters = line.chars();
    let cut: String = letters.by_ref().take(most).collect();
    if letters.next().is_some() { format!("{}…", cut.trim_end()) } else { cut }
}

/// What somebody typed, cut to a line that can be repeated.
#[must_use]
pub fn echo(typed: &str) -> String {
    cut(&typed.split_whitespace().collect::<Vec<_>>().join(" "), ECHO)
}

const ECHO: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits;

    #[test]
    fn placeholders_are_filled_with_formatted_words() {
        let words = [("post", Span::code("a*b")), ("channel", Span::bold("news"))];
        let page = MessageBuilder::of(Language::En, Text::Publishing, &words).build();
        assert!(page.text.string.contains("a*b"), "{:?}", page.text);
        let kinds: Vec<_> = page.text.entities.iter().map(|entity| entity.kind.name()).collect();
        assert_eq!(kinds, ["code", "bold"]);
    }

    #[test]
    fn long_reply_is_cut_or_becomes_several_messages() {
        let mut reply = MessageBuilder::new(Language::En);
        reply.put(&"word ".repeat(2_000));
        assert!(reply.clone().build().text.characters() <= limits::MESSAGE_CHARACTERS);
        assert_eq!(reply.build_all().len(), 3);
    }
}
