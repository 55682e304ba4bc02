//! What is wrong with a file: code, place, words and the way out; it neither finds problems nor prints them.

pub mod code;

use std::ops::Range;

pub use code::{Code, Severity};

use crate::{escape, limits, secret};

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

/// The text without passwords and tokens, without characters that a terminal obeys, and not longer than anybody reads.
pub(crate) fn visible(text: &str) -> String {
    // What is cut would no longer be seen as a password.
    let text = secret::redact(text);
    let mut shown: String =
        text.chars().take(limits::DIAGNOSTIC_CHARACTERS).map(escape::character).collect();
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
        let url = format!("postgres://u:{}hunter2@h", "x".repeat(limits::DIAGNOSTIC_CHARACTERS));
        let diagnostic = Diagnostic::new(Code::BadValue, 0..1, url, "");
        assert_eq!(diagnostic.message, "postgres://u:<password>@h");
    }
}
