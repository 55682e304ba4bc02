//! Finds bot tokens anywhere in a file, comments included: no file may contain one.

use std::borrow::Cow;

use super::Fields;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::problem::TextProblem;
use crate::secret::redact;

impl Fields<'_> {
    /// Reports every token in the file.
    pub(crate) fn tokens(&mut self) {
        let text = self.file().text.as_bytes();
        let part = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
        let mut found = Vec::new();
        for colon in memchr::memchr_iter(b':', text) {
            let before = text.get(..colon).unwrap_or_default();
            let after = text.get(colon + 1..).unwrap_or_default();
            let digits = before.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
            let secret = after.iter().take_while(|byte| part(byte)).count();
            let span = colon - digits..colon + 1 + secret;
            let word = text.get(span.clone()).and_then(|word| std::str::from_utf8(word).ok());
            if word.is_some_and(|word| matches!(redact(word), Cow::Owned(_))) {
                found.push(span);
            }
        }
        for span in found {
            self.reader.note(Diagnostic::new(span, TextProblem::Token));
        }
    }
}
