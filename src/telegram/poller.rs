//! Receives updates with `getUpdates`. It does not interpret them.

use serde_json::Value;
use thiserror::Error;

use super::answer::ApiResponse;
use super::call::CallError;
use super::method::{GetUpdates, Method};
use super::transport::Transport;
use crate::limits;

/// Polls for a bot's updates. It shares the token and Telegram's clock with the client that created it.
pub struct Poller {
    transport: Transport,
}

/// Why there are no updates.
#[derive(Debug, Error)]
pub enum PollError {
    /// The answer is longer than [`limits::ANSWER_BYTES`].
    #[error("the answer is longer than {} bytes", limits::ANSWER_BYTES)]
    TooLong {
        /// The id of its first update, if it can be read.
        first: Option<i64>,
    },
    /// There is no readable answer, or a refusal.
    #[error(transparent)]
    Call(#[from] CallError),
}

impl Poller {
    pub(super) fn new(transport: Transport) -> Self {
        Self { transport }
    }

    /// Sends one `getUpdates`, which waits as long as its `timeout` says.
    ///
    /// # Errors
    ///
    /// When the answer is not a list of updates.
    pub async fn poll(&self, request: &GetUpdates) -> Result<Vec<Value>, PollError> {
        match self.transport.post(GetUpdates::NAME, request).await {
            ApiResponse::TooLong(start) => Err(PollError::TooLong { first: first_update(&start) }),
            answer => match answer.into_result()? {
                Value::Array(updates) => Ok(updates),
                other => Err(CallError::unexpected_result(&other).into()),
            },
        }
    }
}

/// The id of the first update, read from the beginning of an answer: the server writes it first.
fn first_update(start: &str) -> Option<i64> {
    let (_, rest) = start.split_once("\"update_id\"")?;
    let digits = rest.trim_start().strip_prefix(':')?.trim_start();
    let end = digits.find(|c: char| !c.is_ascii_digit())?;
    digits.get(..end)?.parse().ok().filter(|id| (0..=limits::UPDATE_ID).contains(id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_update_of_a_long_answer_is_found() {
        let rows = [
            (r#"{"ok":true,"result":[{"update_id":7,"message":{"text":"xx"#, Some(7)),
            (r#"{"ok":true,"result":[{"update_id" : 7 ,"message""#, Some(7)),
            (r#"{"ok":true,"result":[{"update_id":7"#, None),
            (r#"{"ok":true,"result":[{"update_id":-7,"#, None),
            (r#"{"ok":true,"result":[{"update_id":99999999999,"#, None),
            ("<html>", None),
        ];
        for (start, expected) in rows {
            assert_eq!(first_update(start), expected, "{start}");
        }
    }
}
