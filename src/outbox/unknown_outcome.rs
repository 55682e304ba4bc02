//! A send whose outcome nobody knows: why, what evidence lacked to settle it, and what a person says instead; it decides
//! nothing.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{AttemptId, UnknownReason, moment};

/// A send whose outcome is not known.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct UnknownOutcome {
    /// Which attempt.
    pub attempt: AttemptId,
    /// The highest message id known in the channel before it.
    pub last_known_message_id: Option<i64>,
    /// When the intent was committed.
    #[serde(with = "moment")]
    pub intent_at: Timestamp,
    /// A lower bound of Telegram's own time at that moment, where it was known: what Telegram dates earlier is not this send.
    #[serde(default, with = "moment::optional", skip_serializing_if = "Option::is_none")]
    pub telegram_at: Option<Timestamp>,
    /// When the call had returned, or its owner was found gone: the quiet period counts from here.
    #[serde(with = "moment")]
    pub since: Timestamp,
    /// Why it is not known.
    pub cause: UnknownCause,
}

/// Why an outcome is not known.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "cause", rename_all = "snake_case")]
pub enum UnknownCause {
    /// The call returned without a clear answer.
    Unanswered {
        /// Why; `None` where the journal was written by a version that kept it in the description alone.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<UnknownReason>,
        /// What came in its place.
        description: String,
    },
    /// The process that made it is dead.
    OwnerDead,
    /// The process that made it has lost the right to publish, but may live and still write its request.
    OwnerLost,
}

impl UnknownCause {
    /// Why there is no clear answer, where that is it.
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

/// Why evidence did not tell whether a part was sent.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "question", rename_all = "snake_case")]
pub enum Question {
    /// The config says that a person decides; journals from before [`Self::NoStagingChat`] have this for both.
    Policy,
    /// The config names no chat through which the channel could be read back.
    NoStagingChat,
    /// The journal knows no message of the channel, so a probe has no place to start.
    #[serde(rename = "no_floor")]
    NoKnownMessage,
    /// Looking settled nothing.
    Inconclusive {
        /// What the last look lacked.
        gap: MissingProof,
        /// Messages that may be the part, lowest id first.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        candidates: Vec<i64>,
    },
    /// Telegram says that it was posted and deleted at once.
    Deleted,
    /// Telegram accepted it, and its answer names no message that it can be.
    Accepted {
        /// The ids of the answer.
        message_ids: Vec<i64>,
    },
    /// Telegram says that it was posted to another chat.
    OtherChat {
        /// Which.
        chat: i64,
        /// As these messages.
        message_ids: Vec<i64>,
    },
}

/// What a look lacked to prove that nothing was posted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MissingProof {
    /// The request may still have been on its way.
    TooEarly,
    /// The process that made it may still live.
    OwnerMayLive,
    /// The journal knew no message of the channel before the send, so a probe has no place to start.
    #[serde(rename = "no_floor")]
    NoKnownMessage,
    /// The channel or the post forbids forwarding, so that nothing can be read back.
    Protected,
    /// A message that is certainly there was not read either.
    Control,
    /// The end of the channel was not seen, or not every id before it.
    Unseen,
    /// A message could not be read.
    Unreadable,
    /// A message is there of which nothing proves that it is somebody else's.
    Unattributed,
    /// Some of it is there.
    NotWhole,
    /// A second instance ran with the same token.
    SecondInstance,
}

impl MissingProof {
    /// Whether another look may lack less. What it cannot change is asked of a person at once.
    #[must_use]
    pub fn may_change(self) -> bool {
        match self {
            Self::TooEarly | Self::OwnerMayLive | Self::Control | Self::Unseen => true,
            Self::NoKnownMessage
            | Self::Protected
            | Self::Unreadable
            | Self::Unattributed
            | Self::NotWhole
            | Self::SecondInstance => false,
        }
    }
}

impl fmt::Display for MissingProof {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::TooEarly => "the request may still have been on its way",
            Self::OwnerMayLive => "the process that made the request may still be running",
            Self::NoKnownMessage => {
                "telepress knows no earlier message in the channel to start looking from"
            }
            Self::Protected => {
                "the channel or the post forbids forwarding, so telepress cannot read it back"
            }
            Self::Control => {
                "telepress could not even read a message that is known to be in the channel"
            }
            Self::Unseen => "telepress could not read every message that may be it",
            Self::Unreadable => "there is a message that telepress cannot read",
            Self::Unattributed => "there are messages that may be it, edited since",
            Self::NotWhole => "some of it is there",
            Self::SecondInstance => "a second program ran with the same token",
        })
    }
}

/// A person's word on a part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "decision", rename_all = "snake_case")]
pub enum Resolution {
    /// It is in the channel.
    Sent {
        /// As these messages.
        message_ids: Vec<i64>,
    },
    /// It is not there: send it again. Of a change in conflict: try it again.
    NotSent,
    /// Leave it, and go on behind it. Of a change in conflict: leave the message as it is.
    Skip,
    /// A message that a change did not find is gone for good.
    Gone,
}
