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
        /// What is known about it.
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
            Self::Unknown { description } => {
                write!(formatter, "nobody knows whether it had its effect: {description}")
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
        })
    }
}
