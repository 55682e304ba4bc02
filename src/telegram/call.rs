//! The result of a request that posts nothing and may be repeated, or why there is none.

use std::time::Duration;

use serde_json::Value;
use thiserror::Error;

use super::answer::ApiResponse;
use super::description::Description;
use super::refusal::{self, ErrorMeaning};
use crate::outbox::{NotSentReason, Refusal, UnknownReason};

/// Why a request has no result.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum CallError {
    /// The connection to the server failed.
    #[error("no connection to the server: {0}")]
    NoConnection(Description),
    /// The bytes of a file are not on this machine.
    #[error("{0}")]
    NoBytes(Description),
    /// Telegram asks to wait.
    #[error("too many requests: {description}")]
    Wait {
        /// How long, if the answer says so.
        retry_after: Option<Duration>,
        /// Telegram's description.
        description: Description,
    },
    /// Telegram refuses.
    #[error("Telegram refuses ({class}): {description}")]
    Refused {
        /// Who has to act.
        class: Refusal,
        /// Telegram's description.
        description: Description,
    },
    /// There is no readable answer.
    #[error("{reason} ({description})")]
    Unclear {
        /// Why not.
        reason: UnknownReason,
        /// The description that came with it.
        description: Description,
    },
}

impl CallError {
    /// The chat is not a private one, so nothing was sent.
    #[must_use]
    pub fn not_private() -> Self {
        Self::NoConnection(Description::of("this is not a private chat"))
    }

    /// A result of an unexpected shape.
    #[must_use]
    pub(super) fn unexpected_result(result: &Value) -> Self {
        let description = Description::of(&result.to_string());
        Self::Unclear { reason: UnknownReason::Unreadable, description }
    }
}

impl ApiResponse {
    /// The result, for a request that posts nothing.
    ///
    /// # Errors
    ///
    /// When there is none.
    pub fn into_result(self) -> Result<Value, CallError> {
        match self {
            Self::Accepted(result) => Ok(result),
            Self::NotAttempted(NotSentReason::BytesMissing, description) => {
                Err(CallError::NoBytes(description))
            }
            Self::NotReceived(description) | Self::NotAttempted(_, description) => {
                Err(CallError::NoConnection(description))
            }
            Self::Lost(reason, description) => Err(CallError::Unclear { reason, description }),
            Self::TooLong(start) => Err(CallError::Unclear {
                reason: UnknownReason::TooLong,
                description: Description::of(&start),
            }),
            Self::ApiError(refused) => Err(match refusal::meaning(&refused) {
                ErrorMeaning::Retryable(_) => CallError::Wait {
                    retry_after: refused.retry_after,
                    description: refused.description,
                },
                ErrorMeaning::Rejected(class) => {
                    CallError::Refused { class, description: refused.description }
                }
                ErrorMeaning::Unknown(reason) => {
                    CallError::Unclear { reason, description: refused.description }
                }
                ErrorMeaning::Deleted => CallError::Unclear {
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
    fn every_answer_is_a_result_or_an_error_with_its_description() {
        let rows = [
            (r#"{"ok":true,"result":true}"#, "true"),
            (
                r#"{"ok":false,"error_code":429,"description":"Too Many Requests: retry after 7"}"#,
                "too many requests: Too Many Requests: retry after 7",
            ),
            (
                r#"{"ok":false,"error_code":401,"description":"Unauthorized"}"#,
                "Telegram refuses (the token or the server): Unauthorized",
            ),
            (
                r#"{"ok":false,"error_code":502,"description":"Bad Gateway"}"#,
                "server error (Bad Gateway)",
            ),
            ("<html>", "the answer does not come from the Bot API (<html>)"),
        ];
        for (body, words) in rows {
            let shown = match ApiResponse::of_body(body).into_result() {
                Ok(result) => result.to_string(),
                Err(error) => error.to_string(),
            };
            assert_eq!(shown, words, "{body}");
        }
    }
}
