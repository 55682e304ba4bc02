//! What the bot says: a text with its formatting, and buttons below it. It is made here and sent elsewhere.

use super::buttons::Deed;
use super::language::Language;
use super::phrase::Phrase;
use crate::text::split::{self, Bounds};
use crate::text::{Entity, EntityKind, FormattedText, normal, utf16};

/// A message of the bot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// What it says.
    pub text: FormattedText,
    /// Its buttons, row by row.
    pub rows: Vec<Vec<Button>>,
}

/// A button.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Button {
    /// What stands on it.
    pub label: String,
    /// What it does.
    pub does: Does,
}

/// What a button does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Does {
    /// Something here.
    Deed(Box<Deed>),
}

/// A word that is put into a phrase.
#[derive(Clone, Debug)]
pub enum Word {
    /// As it is.
    Plain(String),
    /// Bold.
    Bold(String),
    /// In the letters of code, which a tap copies.
    Code(String),
    /// Struck through: what goes.
    Gone(String),
    /// Underlined: what comes.
    New(String),
    /// A link: its words, and where it leads.
    Link(String, String),
}

#[expect(clippy::needless_pass_by_value, reason = "a word is said once, and made for that")]
impl Word {
    /// As it is.
    pub fn plain(word: impl ToString) -> Self {
        Self::Plain(word.to_string())
    }

    /// Bold.
    pub fn bold(word: impl ToString) -> Self {
        Self::Bold(word.to_string())
    }

    /// In the letters of code.
    pub fn code(word: impl ToString) -> Self {
        Self::Code(word.to_string())
    }
}

/// A text in the making.
#[derive(Clone, Debug)]
pub struct Speech {
    language: Language,
    text: FormattedText,
    rows: Vec<Vec<Button>>,
}

impl Speech {
    /// Nothing yet, in a language.
    #[must_use]
    pub fn new(language: Language) -> Self {
        Self { language, text: FormattedText::plain(String::new()), rows: Vec::new() }
    }

    /// One phrase.
    #[must_use]
    pub fn of(language: Language, phrase: Phrase, words: &[(&str, Word)]) -> Self {
        let mut speech = Self::new(language);
        speech.say(phrase, words);
        speech
    }

    /// The language it is in.
    #[must_use]
    pub fn language(&self) -> Language {
        self.language
    }

    /// Whether nothing was said yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.text.string.is_empty()
    }

    /// A phrase, with its words put in for `{name}`.
    pub fn say(&mut self, phrase: Phrase, words: &[(&str, Word)]) -> &mut Self {
        let mut rest = phrase.of(self.language);
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

    /// A phrase on a line of its own.
    pub fn line(&mut self, phrase: Phrase, words: &[(&str, Word)]) -> &mut Self {
        self.newline();
        self.say(phrase, words)
    }

    /// One word.
    pub fn word(&mut self, word: &Word) -> &mut Self {
        let (text, kind) = match word {
            Word::Plain(text) => (text, None),
            Word::Bold(text) => (text, Some(EntityKind::Bold)),
            Word::Code(text) => (text, Some(EntityKind::Code)),
            Word::Gone(text) => (text, Some(EntityKind::Strikethrough)),
            Word::New(text) => (text, Some(EntityKind::Underline)),
            Word::Link(text, url) => (text, Some(EntityKind::TextLink { url: url.clone() })),
        };
        let offset = utf16::len(&self.text.string);
        self.put(text);
        let length = utf16::len(text);
        if let (Some(kind), true) = (kind, length > 0) {
            self.text.entities.push(Entity::new(kind, offset, length));
        }
        self
    }

    /// Text as it is.
    pub fn put(&mut self, text: &str) -> &mut Self {
        self.text.string.push_str(text);
        self
    }

    /// The next line, unless nothing stands there yet.
    pub fn newline(&mut self) -> &mut Self {
        if !self.text.string.is_empty() {
            self.text.string.push('\n');
        }
        self
    }

    /// A block of code on lines of its own.
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

    /// A row of buttons.
    pub fn row(&mut self, buttons: impl IntoIterator<Item = Button>) -> &mut Self {
        let row: Vec<_> = buttons.into_iter().collect();
        if !row.is_empty() {
            self.rows.push(row);
        }
        self
    }

    /// A button that does something.
    #[must_use]
    pub fn button(&self, label: Phrase, deed: Deed) -> Button {
        Button { label: label.of(self.language).to_owned(), does: Does::Deed(Box::new(deed)) }
    }

    /// The page, cut to what one message holds.
    #[must_use]
    pub fn page(self) -> Page {
        let Self { text, rows, .. } = self;
        let text = normal::normal(text).unwrap_or_else(|_| FormattedText::plain("…".to_owned()));
        let mut parts = split::split(&text, &[], Bounds::message(), None).into_iter();
        Page { text: parts.next().unwrap_or(text), rows }
    }

    /// Several pages where one message does not hold it, all of it; the buttons stand below the last.
    #[must_use]
    pub fn pages(self) -> Vec<Page> {
        let Self { text, rows, .. } = self;
        let text = normal::uncut(text).unwrap_or_else(|_| FormattedText::plain("…".to_owned()));
        let parts = split::split(&text, &[], Bounds::message(), None);
        let mut pages: Vec<_> =
            parts.into_iter().map(|text| Page { text, rows: Vec::new() }).collect();
        if let Some(last) = pages.last_mut() {
            last.rows = rows;
        }
        pages
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits;

    #[test]
    fn words_are_put_where_the_phrase_names_them_and_keep_their_looks() {
        let words = [("post", Word::code("a*b")), ("channel", Word::bold("news"))];
        let page = Speech::of(Language::En, Phrase::GoesOut, &words).page();
        assert!(page.text.string.contains("a*b"), "{:?}", page.text);
        let kinds: Vec<_> = page.text.entities.iter().map(|entity| entity.kind.name()).collect();
        assert_eq!(kinds, ["code", "bold"]);
    }

    #[test]
    fn what_is_too_long_for_a_message_is_cut_or_becomes_several() {
        let mut speech = Speech::new(Language::En);
        speech.put(&"word ".repeat(2_000));
        assert!(speech.clone().page().text.characters() <= limits::MESSAGE_CHARACTERS);
        assert_eq!(speech.pages().len(), 3);
    }
}
