//! Telegram's refusals of markup. The errors of one form are listed next to its parser.

use std::error::Error;
use std::fmt::{self, Display, Formatter};

use crate::normal;

/// Why Telegram refuses a message in HTML or MarkdownV2.
///
/// It is displayed as Telegram's own description, without `Bad Request: `. If that has no byte offset, ` at byte offset N` is
/// added.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum MarkupRefusal<F> {
    /// The markup is wrong.
    Markup {
        /// What is wrong.
        error: F,
        /// Bytes of the markup before it.
        byte: usize,
    },
    /// The markup is correct, but Telegram refuses the text in it.
    Text(normal::Refusal),
}

/// What can be wrong in one form of markup, displayed in Telegram's words up to the byte offset.
pub trait FormError: Error {
    /// Telegram's words after the byte offset.
    fn detail(&self) -> String {
        String::new()
    }
}

impl<F> MarkupRefusal<F> {
    pub(crate) fn at(byte: usize, error: F) -> Self {
        Self::Markup { error, byte }
    }

    /// Bytes of the markup before the error; `None` if the text is refused and not the markup.
    #[must_use]
    pub fn byte(&self) -> Option<usize> {
        match self {
            Self::Markup { byte, .. } => Some(*byte),
            Self::Text(_) => None,
        }
    }
}

impl<F> From<normal::Refusal> for MarkupRefusal<F> {
    fn from(refusal: normal::Refusal) -> Self {
        Self::Text(refusal)
    }
}

impl<F: FormError> Display for MarkupRefusal<F> {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Markup { error, byte } => {
                write!(formatter, "{error} at byte offset {byte}{}", error.detail())
            }
            Self::Text(refusal) => refusal.fmt(formatter),
        }
    }
}

impl<F: FormError> Error for MarkupRefusal<F> {}
