//! One part of a publication: its frozen request, and how far it is.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Actor, AttemptId, Change, Gap, Owner, PayloadHash, Refusal, UnknownReason, moment};
use crate::message::Request;

/// One part: one request that posts, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Part {
    /// What is sent; never changed.
    pub request: Request,
    /// The hash of `request`.
    pub hash: PayloadHash,
    /// How many messages the request makes: more than one for an album.
    pub messages: usize,
    /// How far it is.
    pub state: PartState,
    /// The attempts to send it, oldest first.
    pub attempts: Vec<AttemptId>,
    /// Sends that count against the limits.
    pub tries: Tries,
    /// The hash of what the channel shows once the part is sent: `hash` until an edit was made.
    pub shown: PayloadHash,
    /// The edit that made the channel show something else than `request`.
    pub edited: Option<Request>,
    /// An edit, deletion or pin that is to be made or being made.
    pub change: Option<Change>,
    /// Until then a lost edit may still arrive: a different one that overtook it would be undone.
    pub calm_from: Option<Timestamp>,
}

/// How often a part was tried. A 429 is not counted: waiting when asked to is no failure.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Tries {
    /// Sends without an effect.
    pub sends: u32,
    /// Among these, those for which Telegram did not get the media.
    pub media: u32,
}

/// What a request does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Operation {
    /// Posts. The one that must never happen twice.
    Send,
    /// Edits what was sent; twice is as good as once.
    Edit,
    /// Deletes what was sent; twice is as good as once.
    Delete,
    /// Pins or unpins what was sent.
    Pin,
}

/// How far a part is.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum PartState {
    /// No request is under way, and none has had an effect.
    Pending,
    /// An intent is committed; its request may be anywhere between unwritten and answered.
    Sending {
        /// Which attempt.
        attempt: AttemptId,
        /// Who makes it.
        owner: Owner,
        /// The highest message id known in the channel before it.
        floor: Option<i64>,
        /// When the intent was committed.
        #[serde(with = "moment")]
        since: Timestamp,
        /// A lower bound of Telegram's own time at that moment, where it was known.
        #[serde(default, with = "moment::optional", skip_serializing_if = "Option::is_none")]
        telegram_at: Option<Timestamp>,
    },
    /// It is in the channel.
    Sent {
        /// Its messages; never empty.
        message_ids: Vec<i64>,
        /// How that is known.
        via: Via,
        /// When that was recorded.
        #[serde(with = "moment")]
        at: Timestamp,
    },
    /// Nobody knows whether it is in the channel.
    Uncertain {
        /// What is not known.
        doubt: Doubt,
        /// Looks at the channel that settled nothing.
        probes: u32,
    },
    /// Nobody knows, and evidence will not tell: a person has to.
    NeedsOperator {
        /// What is not known.
        doubt: Doubt,
        /// Why evidence did not tell.
        question: Question,
    },
    /// Telegram refused it.
    Failed {
        /// Which attempt.
        attempt: AttemptId,
        /// Who has to act.
        refusal: Refusal,
        /// Telegram's words.
        description: String,
        /// When.
        #[serde(with = "moment")]
        at: Timestamp,
    },
    /// A person left it out, or its publication was cancelled before it went.
    Skipped {
        /// Who.
        by: Actor,
        /// When.
        #[serde(with = "moment")]
        at: Timestamp,
        /// Whether nobody knew then if it was sent.
        #[serde(default)]
        in_doubt: bool,
    },
    /// It was in the channel and was taken out of it.
    Deleted {
        /// The messages that were.
        message_ids: Vec<i64>,
        /// Who wanted that.
        by: Actor,
        /// When.
        #[serde(with = "moment")]
        at: Timestamp,
    },
}

/// How it is known that a part is in the channel.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Via {
    /// By the answer.
    Answer,
    /// By an answer that came when its attempt was already given up.
    LateAnswer,
    /// By reading the channel back.
    Probe,
    /// By something that sees the channel without being asked, such as its discussion group.
    Witness,
    /// By a person's word, where nothing was sent or nothing is known of what was before.
    Person(Actor),
    /// By a person's word on what nobody knew.
    Word {
        /// Who.
        by: Actor,
        /// How far it was before, in case the word is taken back.
        before: Box<PartState>,
    },
}

impl Via {
    /// Whether only a person has said so.
    #[must_use]
    pub fn is_word(&self) -> bool {
        matches!(self, Self::Person(_) | Self::Word { .. })
    }
}

/// A send whose outcome is not known.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Doubt {
    /// Which attempt.
    pub attempt: AttemptId,
    /// The highest message id known in the channel before it.
    pub floor: Option<i64>,
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
    pub cause: Cause,
}

/// Why an outcome is not known.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "cause", rename_all = "snake_case")]
pub enum Cause {
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

impl Cause {
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
    /// No message of the channel is known, so there is nothing to look above.
    NoFloor,
    /// Looking settled nothing.
    Inconclusive {
        /// What the last look lacked.
        gap: Gap,
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

impl Part {
    /// Whether it stands in the channel, or may: it was sent, nobody knows, or a person went on without knowing.
    #[must_use]
    pub fn may_stand(&self) -> bool {
        match self.state {
            PartState::Sent { .. } => true,
            PartState::Skipped { in_doubt, .. } => in_doubt,
            _ => self.state.doubt().is_some(),
        }
    }
}

impl PartState {
    /// Its name, as `status` and the journal's column show it.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Sending { .. } => "sending",
            Self::Sent { .. } => "sent",
            Self::Uncertain { .. } => "uncertain",
            Self::NeedsOperator { .. } => "needs_operator",
            Self::Failed { .. } => "failed",
            Self::Skipped { .. } => "skipped",
            Self::Deleted { .. } => "deleted",
        }
    }

    /// Whether the parts behind it may go: it was sent, or a person left it out.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.is_posted() || matches!(self, Self::Skipped { .. })
    }

    /// Whether it is or was in the channel, as far as is known.
    #[must_use]
    pub fn is_posted(&self) -> bool {
        matches!(self, Self::Sent { .. } | Self::Deleted { .. })
    }

    /// What is not known about it.
    #[must_use]
    pub fn doubt(&self) -> Option<&Doubt> {
        match self {
            Self::Uncertain { doubt, .. } | Self::NeedsOperator { doubt, .. } => Some(doubt),
            _ => None,
        }
    }

    /// Messages that may be it, where a person is asked.
    #[must_use]
    pub fn candidates(&self) -> &[i64] {
        match self {
            Self::NeedsOperator { question: Question::Inconclusive { candidates, .. }, .. } => {
                candidates
            }
            _ => &[],
        }
    }

    /// The messages that are in the channel.
    #[must_use]
    pub fn message_ids(&self) -> &[i64] {
        match self {
            Self::Sent { message_ids, .. } => message_ids,
            _ => &[],
        }
    }
}
