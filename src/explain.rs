//! Puts facts into words: what a diagnostic says, in the language of whoever reads it. It decides nothing.
//!
//! The texts of a language are in one file, for a translator to read.

pub mod report;
mod russian;

pub use crate::config::BotLanguage as Language;

use crate::diagnostic::Diagnostic;

/// What is said of a problem.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    /// What is wrong, in one sentence without a full stop.
    pub message: String,
    /// The next step; may be empty.
    pub hint: String,
}

/// The words for a diagnostic.
#[must_use]
pub fn diagnostic(diagnostic: &Diagnostic, language: Language) -> Words {
    match language {
        Language::En => {
            Words { message: diagnostic.message.clone(), hint: diagnostic.hint.clone() }
        }
        Language::Ru => russian::diagnostic(diagnostic),
    }
}
