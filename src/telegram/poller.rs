//! Receives updates: one `getUpdates`, and what came of it. What an update means is not asked here.

use serde_json::Value;
use thiserror::Error;

use super::answer::Answer;
use super::call::CallError;
use super::method::{GetUpdates, Method};
use super::transport::Transport;
use crate::limits;

/// A bot that asks for its updates. It shares the token and Telegram's clock with the client that made it.
pub struct Poller {
    transport: Transport,
}

/// Why there are no updates.
#[derive(Debug, Error)]
pub enum PollError {
    /// The answer is longer than [`limits::ANSWER_BYTES`].
    #[error("the answer is longer than {} bytes", limits::ANSWER_BYTES)]
    TooLong {
        /// The number of its first update, where it can be read.
        first: Option<i64>,
    },
    /// There is no answer with updates.
    #[error(transparent)]
    Call(#[from] CallError),
}

impl Poller {
    pub(super) fn new(transport: Transport) -> Self {
        Self { transport }
    }

    /// Asks once, and waits as long as is asked for.
    ///
    /// # Errors
    ///
    /// When there is no list of updates.
    pub async fn poll(&self, asked: &GetUpdates) -> Result<Vec<Value>, PollError> {
        match self.transport.post(GetUpdates::NAME, asked).await {
            Answer::TooLong(start) => Err(PollError::TooLong { first: first_update(&start) }),
            answer => match answer.into_result()? {
                Value::Array(updates) => Ok(updates),
                odd => Err(CallError::odd_result(&odd).into()),
            },
        }
    }
}

/// The number of the first update in the beginning of an answer. The server writes it first.
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
    fn the_first_update_of_a_long_answer_is_named() {
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
