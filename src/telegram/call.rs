//! What became of a request that posts nothing and may be made again: its result, or why there is none.

use std::time::Duration;

use serde_json::Value;
use thiserror::Error;

use super::answer::Answer;
use super::description::Description;
use super::refusal::{self, Meaning};
use crate::outbox::{Refusal, UnknownReason};

/// Why a request has no result.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum CallError {
    /// No connection to the server came about.
    #[error("no connection to the server: {0}")]
    NoConnection(Description),
    /// Telegram asks to wait.
    #[error("too many requests: {description}")]
    Wait {
        /// How long, where it was told.
        retry_after: Option<Duration>,
        /// Telegram's words.
        description: Description,
    },
    /// Telegram refuses.
    #[error("{class}: {description}")]
    Refused {
        /// Who has to act.
        class: Refusal,
        /// Telegram's words.
        description: Description,
    },
    /// There is no answer that can be understood.
    #[error("{reason} ({description})")]
    Unclear {
        /// Why not.
        reason: UnknownReason,
        /// The words that came with it.
        description: Description,
    },
}

impl CallError {
    /// A result that does not have the shape it should have.
    #[must_use]
    pub(super) fn odd_result(result: &Value) -> Self {
        let description = Description::of(&result.to_string());
        Self::Unclear { reason: UnknownReason::Unreadable, description }
    }
}

impl Answer {
    /// The result, for a request that posts nothing.
    ///
    /// # Errors
    ///
    /// When there is none.
    pub fn into_result(self) -> Result<Value, CallError> {
        match self {
            Self::Accepted(result) => Ok(result),
            Self::Unreached(description) => Err(CallError::NoConnection(description)),
            Self::Lost(reason, description) => Err(CallError::Unclear { reason, description }),
            Self::TooLong(start) => Err(CallError::Unclear {
                reason: UnknownReason::TooLong,
                description: Description::of(&start),
            }),
            Self::Refused(refused) => Err(match refusal::meaning(&refused) {
                Meaning::Later(_) => CallError::Wait {
                    retry_after: refused.retry_after,
                    description: refused.description,
                },
                Meaning::No(class) => {
                    CallError::Refused { class, description: refused.description }
                }
                Meaning::Open(reason) => {
                    CallError::Unclear { reason, description: refused.description }
                }
                Meaning::Deleted => CallError::Unclear {
                    reason: UnknownReason::ServerError,
                    description: refused.description,
                },
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_answer_is_a_result_or_a_fault_with_its_words() {
        let rows = [
            (r#"{"ok":true,"result":true}"#, "true"),
            (
                r#"{"ok":false,"error_code":429,"description":"Too Many Requests: retry after 7"}"#,
                "too many requests: Too Many Requests: retry after 7",
            ),
            (
                r#"{"ok":false,"error_code":401,"description":"Unauthorized"}"#,
                "the token or the server: Unauthorized",
            ),
            (
                r#"{"ok":false,"error_code":502,"description":"Bad Gateway"}"#,
                "server error (Bad Gateway)",
            ),
            ("<html>", "the answer is not the Bot API's (<html>)"),
        ];
        for (body, words) in rows {
            let shown = match Answer::of_body(body).into_result() {
                Ok(result) => result.to_string(),
                Err(fault) => fault.to_string(),
            };
            assert_eq!(shown, words, "{body}");
        }
    }
}
