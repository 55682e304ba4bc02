//! A send whose outcome is unknown: why, what proof is missing, and how a person can resolve it. It decides nothing.
//!
//! A lost answer becomes an [`Outcome::Unknown`](super::Outcome::Unknown), and the part
//! [`Uncertain`](super::PartState::Uncertain). A probe may find the message or prove that it is absent; otherwise the part becomes
//! [`NeedsOperator`](super::PartState::NeedsOperator). Four types say why:
//!
//! - [`UnknownReason`]: what happened to the answer;
//! - [`UnknownCause`]: that reason, or the process has ended;
//! - [`MissingProof`]: why a probe could not tell;
//! - [`Question`]: why an operator is asked.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{AttemptId, UnknownReason, moment};

/// A send whose outcome is not known.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct UnknownOutcome {
    /// The attempt.
    pub attempt: AttemptId,
    /// The highest message id known in the channel before the attempt.
    pub last_known_message_id: Option<i64>,
    /// When the intent was committed.
    #[serde(with = "moment")]
    pub intent_at: Timestamp,
    /// A lower bound of Telegram's time at that moment, if known. A message with an earlier date is not this send.
    #[serde(default, with = "moment::optional", skip_serializing_if = "Option::is_none")]
    pub telegram_at: Option<Timestamp>,
    /// When the call returned, or its owner was found gone. The quiet time counts from here.
    #[serde(with = "moment")]
    pub since: Timestamp,
    /// Why the outcome is unknown.
    pub cause: UnknownCause,
}

/// Why an outcome is unknown.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "cause", rename_all = "snake_case")]
pub enum UnknownCause {
    /// The call returned without a clear answer.
    Unanswered {
        /// Why; `None` in journals of earlier versions, which stored it only in the description.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<UnknownReason>,
        /// The error text.
        description: String,
    },
    /// The process that made the request is dead.
    OwnerDead,
    /// The process that made the request lost the instance lock, but may be alive and may still send it.
    OwnerLost,
}

impl UnknownCause {
    /// Why there is no clear answer, if that is the cause.
    #[must_use]
    pub fn reason(&self) -> Option<UnknownReason> {
        match self {
            Self::Unanswered { reason, description } => {
                reason.or_else(|| UnknownReason::of_old(description))
            }
            Self::OwnerDead | Self::OwnerLost => None,
        }
    }
}

/// Why evidence cannot settle whether a part was sent.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "question", rename_all = "snake_case")]
pub enum Question {
    /// The config says that a person decides. Earlier versions stored this for [`Self::NoStagingChat`] too.
    Policy,
    /// The config names no staging chat through which telepress could read the channel.
    NoStagingChat,
    /// The chat is a basic group, whose messages have other numbers for each member.
    BasicGroup,
    /// The journal knows no message of the channel, so a probe has no place to start.
    #[serde(rename = "no_floor")]
    NoKnownMessage,
    /// The probes were inconclusive.
    Inconclusive {
        /// What the last probe could not prove.
        #[serde(rename = "gap")]
        missing_proof: MissingProof,
        /// Messages that may be the part, lowest id first.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        candidates: Vec<i64>,
        /// The files of an album that are in the channel.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        items: Vec<AlbumItem>,
    },
    /// Telegram says that it was posted and immediately deleted.
    Deleted,
    /// Telegram accepted it, but the message ids in the answer cannot be right.
    Accepted {
        /// The message ids in the answer.
        message_ids: Vec<i64>,
    },
    /// Telegram says that it was posted to another chat.
    OtherChat {
        /// The chat.
        chat: i64,
        /// Its messages there.
        message_ids: Vec<i64>,
    },
}

/// A file of an album, found in the channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct AlbumItem {
    /// Its index in the album, from 0.
    pub item: usize,
    /// Its message.
    pub message_id: i64,
}

/// Why a probe could not prove that nothing was posted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MissingProof {
    /// The request may still have been in flight.
    TooEarly,
    /// The process that made the request may still be alive.
    OwnerMayLive,
    /// The journal knew no message of the channel before the send, so a probe has no place to start.
    #[serde(rename = "no_floor")]
    NoKnownMessage,
    /// The channel or the post forbids forwarding, so telepress cannot read messages.
    Protected,
    /// The positive control failed: a message that certainly exists could not be read.
    Control,
    /// The probe did not reach the end of the channel, or did not check every id before it.
    Unseen,
    /// A message could not be read.
    Unreadable,
    /// There is a message that may be ours: nothing proves that it is somebody else's.
    Unattributed,
    /// Only some messages of the part were found.
    NotWhole,
}

impl MissingProof {
    /// Whether another probe may succeed. If not, a person is asked at once.
    #[must_use]
    pub fn may_change(self) -> bool {
        match self {
            Self::TooEarly | Self::OwnerMayLive | Self::Control | Self::Unseen => true,
            Self::NoKnownMessage
            | Self::Protected
            | Self::Unreadable
            | Self::Unattributed
            | Self::NotWhole => false,
        }
    }
}

/// A person's decision about an unknown outcome or a failed change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "decision", rename_all = "snake_case")]
pub enum Resolution {
    /// The part is in the channel.
    Sent {
        /// Its messages.
        message_ids: Vec<i64>,
    },
    /// The part is not in the channel: send it again. For a failed change: retry it.
    NotSent,
    /// Skip the part and continue with the next. For a failed change: leave the message as it is.
    Skip,
    /// The message that a change did not find was deleted.
    Gone,
}
