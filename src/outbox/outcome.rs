//! What became of one request, in the words that the rules decide by; it is told by the client of the Bot API.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What became of one request. The line between [`Self::NotSent`] and [`Self::Unknown`] carries everything: the first may
/// be sent again, the second may not until somebody has looked. Descriptions are kept and shown: whoever makes an outcome
/// has taken tokens and control characters out of them.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum Outcome {
    /// Telegram accepted it.
    Sent {
        /// The ids of the messages, in the answer's order; empty for a deletion, which has none.
        message_ids: Vec<i64>,
        /// The chat that the answer named.
        chat: Option<i64>,
    },
    /// Telegram accepted it, and named messages that are another part's by the journal.
    Misnamed {
        /// The ids of the answer.
        message_ids: Vec<i64>,
    },
    /// It was posted, and deleted before the server could return it.
    SentThenDeleted {
        /// Telegram's words.
        description: String,
    },
    /// It had certainly no effect, and the same request may work later.
    NotSent {
        /// What was in the way.
        why: Delay,
        /// Seconds that Telegram asks to wait.
        retry_after: Option<u64>,
        /// The words of whoever refused.
        description: String,
    },
    /// It had certainly no effect, and the same request will not work.
    Rejected {
        /// Who has to act.
        refusal: Refusal,
        /// Telegram's words.
        description: String,
    },
    /// It may or may not have had its effect, or have it within the next minute.
    Unknown {
        /// Why; `None` in journals of earlier versions, which kept it in the description alone.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<UnknownReason>,
        /// The words that came with it.
        description: String,
    },
}

impl fmt::Display for Outcome {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sent { message_ids, .. } => {
                let ids: Vec<_> = message_ids.iter().map(ToString::to_string).collect();
                write!(formatter, "accepted, messages [{}]", ids.join(", "))
            }
            Self::Misnamed { message_ids } => {
                write!(formatter, "accepted as {message_ids:?}, which another part is")
            }
            Self::SentThenDeleted { description } => {
                write!(formatter, "posted and deleted at once: {description}")
            }
            Self::NotSent { description, .. } => write!(formatter, "no effect yet: {description}"),
            Self::Rejected { refusal, description } => {
                write!(formatter, "refused for {refusal}: {description}")
            }
            Self::Unknown { reason, description } => {
                let why = UnknownReason::with(*reason, description);
                write!(formatter, "nobody knows whether it had its effect: {why}")
            }
        }
    }
}

/// Why a request had no effect although nothing is wrong with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Delay {
    /// No connection came about.
    NoConnection,
    /// Telegram answered 429.
    FloodWait,
    /// Telegram could not fetch the media.
    MediaNotFetched,
    /// The request was never written: whoever held the intent gave it up before.
    NotWritten,
}

/// Why the outcome of a request is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnknownReason {
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
    /// A server error: while it shuts down, the Bot API server answers so to what it may still have sent.
    ServerError,
    /// Some of an album's messages were refused, others may be posted.
    PartlyRefused,
    /// A refusal with a status and a text that are in no table.
    UnlistedRefusal,
    /// This program was stopped before the answer.
    Stopped,
    /// The journal does not take the answer.
    Unrecordable,
}

impl UnknownReason {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::TimedOut,
        Self::ConnectionLost,
        Self::Unreadable,
        Self::TooLong,
        Self::NoMessageId,
        Self::ServerError,
        Self::PartlyRefused,
        Self::UnlistedRefusal,
        Self::Stopped,
        Self::Unrecordable,
    ];

    fn words(self) -> &'static str {
        match self {
            Self::TimedOut => "no answer in time",
            Self::ConnectionLost => "the connection ended before the answer",
            Self::Unreadable => "the answer is not the Bot API's",
            Self::TooLong => "the answer is too long to be read",
            Self::NoMessageId => "accepted, but the answer names no message",
            Self::ServerError => "server error",
            Self::PartlyRefused => "a part of it was refused",
            Self::UnlistedRefusal => "refused in unknown words",
            Self::Stopped => "the program was stopped before the answer",
            Self::Unrecordable => "the answer could not be recorded",
        }
    }

    /// The reason and the words that came with it, in one.
    #[must_use]
    pub fn with(reason: Option<Self>, description: &str) -> String {
        match (reason, description) {
            (None, description) => description.to_owned(),
            (Some(reason), "") => reason.to_string(),
            (Some(reason), description) => format!("{reason} ({description})"),
        }
    }

    /// The reason that earlier versions wrote at the beginning of a description.
    #[must_use]
    pub fn of_old(description: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| description.starts_with(reason.words()))
    }
}

impl fmt::Display for UnknownReason {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.words())
    }
}

/// A definite refusal, by its consequence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// The message itself: the post must change.
    Content,
    /// For a reason that telepress does not know.
    Unlisted,
    /// The channel or the bot's rights there: its queue waits.
    Channel,
    /// The token or the server: nothing of this bot can be sent.
    BotWide,
    /// An edit that changes nothing.
    NotModified,
    /// An edit or deletion of a message that is not there.
    Missing,
    /// An edit or deletion that this message does not take.
    Immutable,
    /// Forwarding a message that is not there.
    ForwardMissing,
    /// Forwarding a message that is there and may not be forwarded.
    NotForwardable,
    /// Another process asks for updates with the same token.
    OtherPoller,
    /// Updates go to a webhook.
    Webhook,
}

impl fmt::Display for Refusal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Content => "the message itself",
            Self::Unlisted => "a reason that telepress does not know",
            Self::Channel => "the channel or the bot's rights there",
            Self::BotWide => "the token or the server",
            Self::NotModified => "nothing to change",
            Self::Missing => "no such message",
            Self::Immutable => "the message cannot be changed this way",
            Self::ForwardMissing => "no such message to forward",
            Self::NotForwardable => "the message may not be forwarded",
            Self::OtherPoller => "another process runs with the same token",
            Self::Webhook => "the updates go to a webhook",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reason_of_an_older_journal_is_read_from_its_words() {
        for reason in UnknownReason::ALL {
            let kept = UnknownReason::with(Some(reason), "io error: broken pipe");
            assert_eq!(UnknownReason::of_old(&kept), Some(reason));
        }
        assert_eq!(UnknownReason::of_old(""), None);
        let old = r#"{"outcome":"unknown","description":"server error (Bad Gateway)"}"#;
        let Outcome::Unknown { reason: None, description } = serde_json::from_str(old).unwrap()
        else {
            panic!("{old}")
        };
        assert_eq!(UnknownReason::of_old(&description), Some(UnknownReason::ServerError));
    }
}
