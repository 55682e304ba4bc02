//! The outcome of one request, in the categories that the rules need. The Bot API client classifies answers; this module does
//! not.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::PollResult;

/// The outcome of one request. The difference between [`Self::NotSent`] and [`Self::Unknown`] is essential: the first may be
/// retried at once, the second only after a probe or a person has settled it. Descriptions are stored and shown, so the code
/// that creates an outcome removes tokens and control characters from them.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum Outcome {
    /// Telegram accepted it: a message was sent, or an edit, a deletion or a pin made.
    #[serde(rename = "sent")]
    Accepted {
        /// The message ids in the order of the answer; empty for a deletion.
        message_ids: Vec<i64>,
        /// The chat in the answer.
        chat: Option<i64>,
    },
    /// Telegram closed the poll.
    PollClosed {
        /// The votes.
        result: PollResult,
    },
    /// Telegram accepted it, but by the journal the message ids in the answer belong to another part.
    SentAsAnotherPart {
        /// The message ids in the answer.
        message_ids: Vec<i64>,
    },
    /// The message was posted, and deleted before the server could return it.
    SentThenDeleted {
        /// Telegram's words.
        description: String,
    },
    /// It certainly had no effect, and the same request may succeed later.
    NotSent {
        /// Why it failed.
        why: NotSentReason,
        /// Seconds that Telegram asks to wait.
        retry_after: Option<u64>,
        /// The error text.
        description: String,
    },
    /// It certainly had no effect, and the same request will fail again.
    Rejected {
        /// What must change before it can succeed.
        refusal: Refusal,
        /// Telegram's words.
        description: String,
    },
    /// It may have taken effect, or may still do so within the next minutes.
    Unknown {
        /// Why; `None` in journals of earlier versions, which kept it in the description alone.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<UnknownReason>,
        /// The error text.
        description: String,
    },
}

impl Outcome {
    /// Its kind.
    #[must_use]
    pub fn outcome_kind(&self) -> OutcomeKind {
        match self {
            Self::Accepted { .. }
            | Self::PollClosed { .. }
            | Self::SentAsAnotherPart { .. }
            | Self::SentThenDeleted { .. } => OutcomeKind::Sent,
            Self::NotSent { .. } => OutcomeKind::NotSent,
            Self::Rejected { .. } => OutcomeKind::Rejected,
            Self::Unknown { .. } => OutcomeKind::Unknown,
        }
    }
}

/// The kinds of [`Outcome`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum OutcomeKind {
    /// It took effect.
    Sent,
    /// It certainly had no effect, and may succeed later.
    NotSent,
    /// It certainly had no effect, and never will.
    Rejected,
    /// It may have taken effect.
    Unknown,
}

impl OutcomeKind {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::Sent, Self::NotSent, Self::Rejected, Self::Unknown];

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::NotSent => "not_sent",
            Self::Rejected => "rejected",
            Self::Unknown => "unknown",
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Accepted { message_ids, .. } => {
                let ids: Vec<_> = message_ids.iter().map(ToString::to_string).collect();
                write!(formatter, "accepted, messages [{}]", ids.join(", "))
            }
            Self::PollClosed { result } => {
                write!(formatter, "closed, {} voted", result.voters)
            }
            Self::SentAsAnotherPart { message_ids } => {
                write!(
                    formatter,
                    "accepted as messages {message_ids:?}, which belong to another part"
                )
            }
            Self::SentThenDeleted { description } => {
                write!(formatter, "posted and immediately deleted: {description}")
            }
            Self::NotSent { description, .. } => write!(formatter, "no effect yet: {description}"),
            Self::Rejected { refusal, description } => {
                write!(formatter, "refused ({refusal}): {description}")
            }
            Self::Unknown { reason, description } => {
                let why = UnknownReason::with(*reason, description);
                write!(formatter, "outcome unknown: {why}")
            }
        }
    }
}

/// Why a valid request had no effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NotSentReason {
    /// The connection failed.
    NoConnection,
    /// Telegram answered 429.
    FloodWait,
    /// Telegram could not fetch the media.
    MediaNotFetched,
    /// Telegram does not know the `file_id` of a file any more.
    StaleFileId,
    /// The bytes of a file are not on this machine.
    BytesMissing,
    /// The request was not sent: the process gave up the intent before, or bytes of it were missing and are there again.
    NotWritten,
}

/// Why the outcome of a request is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnknownReason {
    /// The request timed out before the complete answer arrived.
    TimedOut,
    /// The connection closed before the complete answer arrived.
    ConnectionLost,
    /// The response is not a Bot API answer: a proxy's page, a redirect, or a truncated answer.
    Unreadable,
    /// The answer is longer than [`crate::limits::ANSWER_BYTES`] and was not read completely.
    TooLong,
    /// `"ok": true` without a message id.
    NoMessageId,
    /// A server error. While the Bot API server shuts down, it returns one even for requests that took effect.
    ServerError,
    /// Some messages of an album were refused; others may have been posted.
    PartlyRefused,
    /// A refusal whose status and text are not in the tables.
    UnlistedRefusal,
    /// telepress was stopped before the answer arrived.
    Stopped,
    /// The journal rejected the answer.
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
            Self::Unreadable => "the answer does not come from the Bot API",
            Self::TooLong => "the answer is too long to be read",
            Self::NoMessageId => "accepted, but the answer names no message",
            Self::ServerError => "server error",
            Self::PartlyRefused => "a part of it was refused",
            Self::UnlistedRefusal => "refused with an error that telepress does not know",
            Self::Stopped => "the program was stopped before the answer",
            Self::Unrecordable => "the answer could not be recorded",
        }
    }

    /// The reason with the error text.
    #[must_use]
    pub fn with(reason: Option<Self>, description: &str) -> String {
        match (reason, description) {
            (None, description) => description.to_owned(),
            (Some(reason), "") => reason.to_string(),
            (Some(reason), description) => format!("{reason} ({description})"),
        }
    }

    /// The reason of a journal of an earlier version, which stored it as the prefix of the description.
    #[must_use]
    pub fn of_old(description: &str) -> Option<Self> {
        let is_prefix = |reason: &Self| description.starts_with(reason.words());
        // These words have changed since.
        let is_unreadable = description.starts_with("the answer is not the Bot API's");
        Self::ALL.into_iter().find(is_prefix).or(is_unreadable.then_some(Self::Unreadable))
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
    /// The message is invalid: the post must change.
    Content,
    /// The server does not know the method or a block: it is older than the message.
    Unsupported,
    /// telepress does not know the reason.
    Unlisted,
    /// The channel refuses the bot, or the bot lacks rights: the channel is paused.
    Channel,
    /// The forum topic is closed: the channel is paused.
    TopicClosed,
    /// The forum topic was deleted, or never existed: the channel is paused.
    TopicMissing,
    /// The basic group has become a supergroup: the channel is paused.
    Upgraded {
        /// The supergroup.
        to: i64,
    },
    /// The token or the server refuses the bot: nothing can be sent.
    BotWide,
    /// An edit that changes nothing.
    NotModified,
    /// The message to edit or delete does not exist.
    Missing,
    /// This message cannot be edited or deleted like this.
    Immutable,
    /// The message to forward does not exist.
    ForwardMissing,
    /// The message to forward exists but must not be forwarded.
    NotForwardable,
    /// Another process polls updates with the same token.
    OtherPoller,
    /// A webhook receives the updates.
    Webhook,
}

impl Refusal {
    /// Whether it pauses the channel.
    #[must_use]
    pub fn is_of_channel(self) -> bool {
        matches!(
            self,
            Self::Channel | Self::TopicClosed | Self::TopicMissing | Self::Upgraded { .. }
        )
    }

    /// Whether the bot's rights say nothing about it, so that only a person can end it.
    #[must_use]
    pub fn needs_person(self) -> bool {
        self.is_of_channel() && self != Self::Channel
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Content => "because of its content",
            Self::Unsupported => "the server is too old for it",
            Self::Unlisted => "unknown reason",
            Self::Channel => "the channel or the bot's rights there",
            Self::TopicClosed => "the topic is closed",
            Self::TopicMissing => "the topic does not exist",
            Self::Upgraded { to } => {
                return write!(formatter, "the group has become the supergroup {to}");
            }
            Self::BotWide => "the token or the server",
            Self::NotModified => "nothing to change",
            Self::Missing => "no such message",
            Self::Immutable => "the message cannot be changed this way",
            Self::ForwardMissing => "no such message to forward",
            Self::NotForwardable => "the message may not be forwarded",
            Self::OtherPoller => "another process polls with the same token",
            Self::Webhook => "a webhook receives the updates",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reason_of_an_older_journal_is_read_from_its_description() {
        for reason in UnknownReason::ALL {
            let kept = UnknownReason::with(Some(reason), "io error: broken pipe");
            assert_eq!(UnknownReason::of_old(&kept), Some(reason));
        }
        assert_eq!(UnknownReason::of_old(""), None);
        let old = "the answer is not the Bot API's (<html>)";
        assert_eq!(UnknownReason::of_old(old), Some(UnknownReason::Unreadable));
        let old = r#"{"outcome":"unknown","description":"server error (Bad Gateway)"}"#;
        let Outcome::Unknown { reason: None, description } = serde_json::from_str(old).unwrap()
        else {
            panic!("{old}")
        };
        assert_eq!(UnknownReason::of_old(&description), Some(UnknownReason::ServerError));
    }
}
