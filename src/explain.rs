//! The texts of the diagnostics. It decides nothing.
//!
//! English is the language of the shell. Other languages have their sentences in their file, for the chat; what a language has no
//! words for appears in English.

mod english;
mod hashtag_mark;
pub mod report;
mod russian;
mod translated;

use std::fmt::Display;
use std::time::Duration;

pub use crate::config::BotLanguage as Language;

use crate::diagnostic::{Diagnostic, Related};
use crate::{escape, limits, secret};

/// The text of a diagnostic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    /// What is wrong, in one sentence without a full stop.
    pub message: String,
    /// The next step; may be empty.
    pub hint: String,
}

fn words(message: impl Into<String>, hint: impl Into<String>) -> Words {
    Words { message: message.into(), hint: hint.into() }
}

/// The text of a diagnostic. It may quote the file, but contains no secrets and no control characters.
#[must_use]
pub fn diagnostic(diagnostic: &Diagnostic, language: Language) -> Words {
    let problem = &diagnostic.problem;
    let Words { message, hint } = english::problem(problem);
    let message = translated::message(problem, language).map_or(message, str::to_owned);
    // Hints quote the file, so each language with hints of its own has them in code.
    let hint = if language == Language::Ru { russian::hint(problem) } else { hint };
    Words { message: visible(&message), hint: visible(&hint) }
}

fn related(related: &Related) -> String {
    visible(&english::related(related))
}

/// The text with secrets and control characters replaced, and cut at a length that can be read.
fn visible(text: &str) -> String {
    // Before the cut: a part of a password would not be recognized.
    let text = secret::redact(text);
    let mut shown: String =
        text.chars().take(limits::DIAGNOSTIC_CHARACTERS).map(escape::character).collect();
    if text.chars().nth(limits::DIAGNOSTIC_CHARACTERS).is_some() {
        shown.push('…');
    }
    shown
}

/// `1 error`, `2 errors`.
#[must_use]
pub fn counted(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

/// Names in quotes, with commas between them.
fn listed<T: Display>(names: impl IntoIterator<Item = T>, quote: char) -> String {
    let quoted = names.into_iter().map(|name| format!("{quote}{name}{quote}"));
    quoted.collect::<Vec<_>>().join(", ")
}

/// A length of time, as the config writes it.
fn spelled(time: Duration) -> String {
    if time.subsec_millis() > 0 {
        format!("{}ms", time.as_millis())
    } else {
        format!("{}s", time.as_secs())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Code;
    use crate::diagnostic::problem::PostProblem;
    use crate::ids::ChannelName;
    use telegram_text::split::Excess;

    #[test]
    fn every_excess_is_reported_with_the_place_of_the_limit() {
        let none = Excess::default();
        for (excess, code, message, hint) in [
            (
                Excess { characters: 1, ..none },
                Code::TooLong,
                "the text has 1 character too many for one message in `news`",
                "the first 4,096 characters end with “last words”; shorten the text, or set overflow = \"split\"",
            ),
            (
                Excess { entities: 21, ..none },
                Code::TooManyEntities,
                "the text has 21 pieces of formatting too many for one message in `news`",
                "the first 100 pieces of formatting end with “last words”; use less formatting, or set overflow = \"split\"",
            ),
            (
                Excess { entity_bytes: 40, ..none },
                Code::TooManyEntities,
                "the text has 40 bytes of formatting and links too many for one message in `news`",
                "the first 9,500 bytes of formatting and links end with “last words”; use less formatting or shorter links, or set overflow = \"split\"",
            ),
            (
                Excess { characters: 2, entities: 1, ..none },
                Code::TooLong,
                "the text has 2 characters and 1 piece of formatting too many for one message in `news`",
                "the first 4,096 characters or the first 100 pieces of formatting end with “last words”; shorten the text, or set overflow = \"split\"",
            ),
        ] {
            let channel = ChannelName::parse("news").unwrap();
            let fits_until = "last words".to_owned();
            let problem = PostProblem::TooLong { excess, fits_until, channel };
            let found = Diagnostic::new(0..1, problem);
            assert_eq!(found.code(), code);
            let expected = words(message, hint);
            assert_eq!(diagnostic(&found, Language::En), expected);
        }
    }

    #[test]
    fn quoted_text_cannot_control_a_terminal() {
        assert_eq!(visible("\u{1b}[31m\n\u{202e}red\u{9b}"), "␛[31m␊\u{fffd}red\u{fffd}");
        let long = visible(&"a".repeat(9_999));
        assert_eq!(long.chars().count(), limits::DIAGNOSTIC_CHARACTERS + 1);
        let url = format!("postgres://u:{}hunter2@h", "x".repeat(limits::DIAGNOSTIC_CHARACTERS));
        assert_eq!(visible(&url), "postgres://u:<password>@h");
    }
}
