//! What is wrong with a file: code, place, words and the way out; it neither finds problems nor prints them.

pub mod code;
pub mod report;

use std::ops::Range;

pub use code::{Code, Severity};
pub use report::FirstError;

use crate::limits;

/// One problem of one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Which rule.
    pub code: Code,
    /// The bytes of the file that carry it.
    pub span: Range<usize>,
    /// What is wrong, in one sentence without a full stop.
    pub message: String,
    /// The way out.
    pub hint: String,
    /// Other places of the same file that belong to it, each with a few words.
    pub also: Vec<(Range<usize>, String)>,
}

impl Diagnostic {
    /// A problem at `span`. The words may quote what was typed: what a terminal would obey in it is made visible, and
    /// the end of a very long text is left out.
    #[must_use]
    pub fn new(
        code: Code,
        span: Range<usize>,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) -> Self {
        let (message, hint) = (visible(&message.into()), visible(&hint.into()));
        Self { code, span, message, hint, also: Vec::new() }
    }

    /// The same problem, with another place that belongs to it.
    #[must_use]
    pub fn and(mut self, span: Range<usize>, words: impl Into<String>) -> Self {
        self.also.push((span, visible(&words.into())));
        self
    }

    /// Whether it stops the post.
    #[must_use]
    pub fn is_error(&self) -> bool {
        self.code.severity() == Severity::Error
    }
}

/// The text without characters that a terminal obeys, and not longer than anybody reads.
pub(crate) fn visible(text: &str) -> String {
    let mut shown: String =
        text.chars()
            .take(limits::DIAGNOSTIC_CHARACTERS)
            .map(|character| match character {
                '\0'..='\u{1F}' => char::from_u32(0x2400 + u32::from(character))
                    .unwrap_or(char::REPLACEMENT_CHARACTER),
                '\u{7F}' => '␡',
                '\u{80}'..='\u{9F}'
                | '\u{61C}'
                | '\u{200E}'
                | '\u{200F}'
                | '\u{2028}'..='\u{202E}'
                | '\u{2066}'..='\u{2069}' => char::REPLACEMENT_CHARACTER,
                _ => character,
            })
            .collect();
    if text.chars().nth(limits::DIAGNOSTIC_CHARACTERS).is_some() {
        shown.push('…');
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_quoted_commands_a_terminal() {
        let typed = "\u{1b}[31m\n\u{202e}red\u{9b}";
        let diagnostic =
            Diagnostic::new(Code::UnknownKey, 0..1, typed, typed).and(0..1, "a".repeat(9_999));
        assert_eq!(diagnostic.message, "␛[31m␊\u{fffd}red\u{fffd}");
        assert_eq!(diagnostic.hint, diagnostic.message);
        assert_eq!(diagnostic.also[0].1.chars().count(), limits::DIAGNOSTIC_CHARACTERS + 1);
    }
}
