//! A server's text about a request, made safe to log, store and display.

use std::fmt;

use crate::{limits, secret};

/// An untrusted text without tokens or control characters, at most [`limits::DESCRIPTION_CHARACTERS`] long.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Description(String);

impl Description {
    /// Cleans any text.
    #[must_use]
    pub fn of(text: &str) -> Self {
        // Tokens are redacted before the text is cut, because half a token would not be recognized. Control characters are
        // replaced first, because one inside a token would hide it.
        let visible: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        let clean = secret::redact(visible.trim());
        match clean.char_indices().nth(limits::DESCRIPTION_CHARACTERS) {
            None => Self(clean.into_owned()),
            Some((end, _)) => Self(format!("{}…", clean.get(..end).unwrap_or_default())),
        }
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Description {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(if self.0.is_empty() { "no description" } else { &self.0 })
    }
}

/// `Connection refused (os error 111)` as `connection refused`
pub(super) fn plain_cause(cause: &str) -> String {
    let Some((words, _)) = cause.split_once(" (os error ") else { return cause.to_owned() };
    let mut letters = words.chars();
    let first = letters.next().map(|first| first.to_ascii_lowercase());
    first.into_iter().chain(letters).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const TOKEN: &str = "535362388:AAF7-g0gYncWnm5IyfZlpPRqRRv6kNAGlao";

    #[test]
    fn cause_has_no_number_of_the_system() {
        assert_eq!(plain_cause("Connection refused (os error 111)"), "connection refused");
        assert_eq!(
            plain_cause("invalid peer certificate: UnknownIssuer"),
            "invalid peer certificate: UnknownIssuer"
        );
    }

    #[test]
    fn untrusted_text_is_cleaned_and_cut() {
        let long = "й".repeat(301);
        let cut = format!("{}…", "й".repeat(300));
        let on_the_border = format!("{}{TOKEN}", "x".repeat(280));
        let rows = [
            ("Bad Request: chat not found", "Bad Request: chat not found"),
            ("a\r\nb\u{1b}[31mc\0", "a  b [31mc"),
            ("", "no description"),
            (" \n ", "no description"),
            (&format!("GET /bot{TOKEN}/getMe"), "GET /bot<token>/getMe"),
            (&long, &cut),
            (&on_the_border, &format!("{}<token>", "x".repeat(280))),
        ];
        for (text, expected) in rows {
            assert_eq!(Description::of(text).to_string(), expected);
        }
    }

    proptest! {
        #[test]
        fn description_is_short_and_has_no_control_characters(text in any::<String>()) {
            let description = Description::of(&text);
            prop_assert!(!description.as_str().chars().any(char::is_control));
            prop_assert!(description.as_str().chars().count() <= limits::DESCRIPTION_CHARACTERS + 1);
            prop_assert!(text.contains(description.as_str().trim_end_matches('…')) || text.chars().any(char::is_control)
                || description.as_str().contains("<token>"));
        }
    }
}
