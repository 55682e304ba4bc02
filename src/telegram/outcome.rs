//! What became of a send: the four answers that decide what may happen next. Pure: a value in, a value out.

use std::fmt;
use std::time::Duration;

use super::answer::Answer;
use super::description::Description;
use super::posted::Posted;
use super::refusal::{self, Meaning, Refusal};

/// What became of one request that posts something.
///
/// Telegram has no key that makes a second send harmless, so everything rests on the line between [`Self::NotSent`]
/// and [`Self::Unknown`]: the first may be sent again, the second may not until somebody has looked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was posted.
    Sent {
        /// The ids of the messages, in the answer's order; never empty, each of them positive.
        message_ids: Vec<i64>,
        /// The numeric id of the chat they stand in, where the answer told it.
        chat_id: Option<i64>,
        /// When by Telegram's clock, in seconds since 1970-01-01 UTC, where the answer told it.
        date: Option<i64>,
    },
    /// It was posted and deleted before the server could return it. It must not be sent again by itself.
    SentThenDeleted {
        /// Telegram's words.
        description: Description,
    },
    /// It was certainly not posted, and the same request may work later.
    NotSent {
        /// What was in the way.
        why: Delay,
        /// How long Telegram asks to wait, as it was told.
        retry_after: Option<Duration>,
        /// The words of whoever refused.
        description: Description,
    },
    /// It was certainly not posted, and the same request will not work.
    Rejected {
        /// Who has to act.
        class: Refusal,
        /// Telegram's words.
        description: Description,
    },
    /// It may or may not have been posted, now or within the next minute.
    Unknown {
        /// What is known about it.
        evidence: Evidence,
    },
}

/// Why nothing was posted although nothing is wrong with the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Delay {
    /// No connection to the server came about.
    NoConnection,
    /// Telegram answered 429.
    FloodWait,
    /// Telegram could not fetch the media from its address.
    MediaNotFetched,
}

/// What is known about a request whose outcome is not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// What went wrong.
    pub doubt: Doubt,
    /// The words that came with it.
    pub description: Description,
}

/// Why an outcome is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Doubt {
    /// The time was over before the whole answer was there.
    TimedOut,
    /// The connection ended before the whole answer was there.
    ConnectionLost,
    /// What came back is no answer of the Bot API: a proxy's page, a redirect, half an answer.
    Unreadable,
    /// The answer is longer than [`crate::limits::ANSWER_BYTES`] and was not read to its end.
    TooLong,
    /// `"ok": true` without the id of a message.
    NoMessageId,
    /// A server error: on its way down the Bot API server answers so to what it may still have sent.
    ServerError,
    /// Some of an album's messages were refused, others may be posted.
    PartlyRefused,
    /// A refusal with a status and a text that are in no table.
    UnknownRefusal,
}

impl From<Answer> for Outcome {
    /// Total: every answer has an outcome.
    fn from(answer: Answer) -> Self {
        match answer {
            Answer::Accepted(result) => match Posted::find(&result) {
                Some(Posted { message_ids, chat_id, date }) => {
                    Self::Sent { message_ids, chat_id, date }
                }
                None => unknown(Doubt::NoMessageId, Description::of(&result.to_string())),
            },
            Answer::Unreached(description) => {
                Self::NotSent { why: Delay::NoConnection, retry_after: None, description }
            }
            Answer::Lost(doubt, description) => unknown(doubt, description),
            Answer::TooLong(start) => unknown(Doubt::TooLong, Description::of(&start)),
            Answer::Refused(refused) => match refusal::meaning(&refused) {
                Meaning::Later(why) => Self::NotSent {
                    why,
                    retry_after: refused.retry_after,
                    description: refused.description,
                },
                Meaning::No(class) => Self::Rejected { class, description: refused.description },
                Meaning::Deleted => Self::SentThenDeleted { description: refused.description },
                Meaning::Open(doubt) => unknown(doubt, refused.description),
            },
        }
    }
}

fn unknown(doubt: Doubt, description: Description) -> Outcome {
    Outcome::Unknown { evidence: Evidence { doubt, description } }
}

impl fmt::Display for Outcome {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sent { message_ids, .. } => {
                let ids: Vec<String> = message_ids.iter().map(i64::to_string).collect();
                write!(formatter, "sent as {}", ids.join(", "))
            }
            Self::SentThenDeleted { description } => {
                write!(formatter, "sent, then deleted at once: {description}")
            }
            Self::NotSent { why, retry_after: None, description } => {
                write!(formatter, "not sent, {why}: {description}")
            }
            Self::NotSent { why, retry_after: Some(wait), description } => {
                write!(formatter, "not sent, {why}, wait {} s: {description}", wait.as_secs())
            }
            Self::Rejected { class, description } => {
                write!(formatter, "rejected, {class}: {description}")
            }
            Self::Unknown { evidence } => {
                write!(formatter, "not known whether it was sent: {evidence}")
            }
        }
    }
}

impl fmt::Display for Evidence {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} ({})", self.doubt, self.description)
    }
}

impl fmt::Display for Delay {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::NoConnection => "no connection to the server",
            Self::FloodWait => "too many requests",
            Self::MediaNotFetched => "Telegram could not fetch the media",
        })
    }
}

impl Doubt {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::TimedOut,
        Self::ConnectionLost,
        Self::Unreadable,
        Self::TooLong,
        Self::NoMessageId,
        Self::ServerError,
        Self::PartlyRefused,
        Self::UnknownRefusal,
    ];

    /// In words, which the journal keeps and by which it is known again.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::TimedOut => "no answer in time",
            Self::ConnectionLost => "the connection ended before the answer",
            Self::Unreadable => "the answer is not the Bot API's",
            Self::TooLong => "the answer is too long to be read",
            Self::NoMessageId => "accepted, but the answer names no message",
            Self::ServerError => "server error",
            Self::PartlyRefused => "a part of it was refused",
            Self::UnknownRefusal => "refused in unknown words",
        }
    }
}

impl fmt::Display for Doubt {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.words())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::telegram::answer::Refused;

    fn of_body(body: &serde_json::Value) -> Outcome {
        Outcome::from(Answer::of_body(&body.to_string()))
    }

    #[test]
    fn an_accepted_answer_is_sent_only_with_ids() {
        let rows = [
            (
                json!({"message_id": 5, "date": 9, "chat": {"id": -1001}}),
                Some((vec![5], Some(-1001), Some(9))),
            ),
            (json!([{"message_id": 5}, {"message_id": 4}]), Some((vec![5, 4], None, None))),
            (json!({"message_id": 0}), None),
            (json!({"message_id": -1}), None),
            (json!({"message_id": 9_007_199_254_740_992_i64}), None),
            (json!({"text": "x"}), None),
            (json!(true), None),
        ];
        for (result, expected) in rows {
            let outcome = of_body(&json!({"ok": true, "result": result}));
            match expected {
                Some((message_ids, chat_id, date)) => {
                    assert_eq!(outcome, Outcome::Sent { message_ids, chat_id, date });
                }
                None => {
                    assert_eq!(
                        outcome,
                        unknown(Doubt::NoMessageId, Description::of(&result.to_string())),
                        "{result}"
                    );
                }
            }
        }
    }

    #[test]
    fn what_never_was_an_answer_is_not_sent_only_without_a_connection() {
        let words = || Description::of("words");
        assert_eq!(
            Outcome::from(Answer::Unreached(words())),
            Outcome::NotSent { why: Delay::NoConnection, retry_after: None, description: words() }
        );
        for doubt in [Doubt::TimedOut, Doubt::ConnectionLost, Doubt::Unreadable] {
            assert_eq!(Outcome::from(Answer::Lost(doubt, words())), unknown(doubt, words()));
        }
        let endless = Answer::TooLong(r#"{"ok":true,"result":{"message_id":5,"#.to_owned());
        assert!(
            matches!(Outcome::from(endless), Outcome::Unknown { evidence } if evidence.doubt == Doubt::TooLong)
        );
    }

    #[test]
    fn a_wait_goes_with_what_may_be_sent_later() {
        for (wait, expected) in [
            (json!(0), Some(0)),
            (json!(86400), Some(86400)),
            (json!("7"), Some(7)),
            (json!(null), None),
        ] {
            let body = json!({
                "ok": false, "error_code": 429, "description": "Too Many Requests", "parameters": {"retry_after": wait},
            });
            let Outcome::NotSent { why: Delay::FloodWait, retry_after, .. } = of_body(&body) else {
                panic!("{body}")
            };
            assert_eq!(retry_after, expected.map(Duration::from_secs), "{body}");
        }
    }

    #[test]
    fn every_outcome_is_said_in_words() {
        let refused = |text| Outcome::from(Answer::Refused(Refused::of_text(text)));
        let rows = [
            (
                of_body(&json!({"ok": true, "result": [{"message_id": 5}, {"message_id": 6}]})),
                "sent as 5, 6",
            ),
            (
                refused(
                    "Internal Server Error: sent message was immediately deleted and can't be returned",
                ),
                "sent, then deleted at once: Internal Server Error: sent message was immediately deleted and can't be returned",
            ),
            (
                refused("Too Many Requests: retry after 7"),
                "not sent, too many requests, wait 7 s: Too Many Requests: retry after 7",
            ),
            (
                refused("Bad Request: chat not found"),
                "rejected, the channel or the bot's rights there: Bad Request: chat not found",
            ),
            (
                Outcome::from(Answer::Lost(Doubt::TimedOut, Description::default())),
                "not known whether it was sent: no answer in time (no description)",
            ),
        ];
        for (outcome, words) in rows {
            assert_eq!(outcome.to_string(), words);
        }
    }
}
