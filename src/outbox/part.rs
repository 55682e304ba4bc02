//! One part of a publication: its frozen request, and how far it is.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    Actor, AttemptId, Change, ChangeState, Owner, PayloadHash, Question, Refusal, UnknownCause,
    UnknownOutcome, moment,
};
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
    pub tries: RetryCount,
    /// The hash of what the channel shows once the part is sent: `hash` until an edit was made.
    pub shown: PayloadHash,
    /// The edit that made the channel show something else than `request`.
    pub edited: Option<Request>,
    /// An edit, deletion or pin that is to be made or being made.
    pub change: Option<Change>,
    /// Until then a lost edit may still arrive: a different one that overtook it would be undone.
    pub edit_not_before: Option<Timestamp>,
}

/// How often a part was tried. A 429 is not counted: waiting when asked to is no failure.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct RetryCount {
    /// Sends without an effect.
    pub sends: u32,
    /// Among these, those for which Telegram did not get the media.
    pub media: u32,
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
        last_known_message_id: Option<i64>,
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
        via: SentVia,
        /// When that was recorded.
        #[serde(with = "moment")]
        at: Timestamp,
    },
    /// Nobody knows whether it is in the channel.
    Uncertain {
        /// The send.
        #[serde(rename = "doubt")]
        unknown: UnknownOutcome,
        /// How many probes were inconclusive.
        probes: u32,
    },
    /// Nobody knows, and evidence will not tell: a person has to.
    NeedsOperator {
        /// The send.
        #[serde(rename = "doubt")]
        unknown: UnknownOutcome,
        /// Why evidence cannot settle it.
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
pub enum SentVia {
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
    /// A person resolved an unknown outcome.
    #[serde(rename = "word")]
    Resolved {
        /// The person.
        by: Actor,
        /// The state before, for `telepress undo`.
        before: Box<PartState>,
    },
}

impl SentVia {
    /// Whether only a person says that the part is in the channel.
    #[must_use]
    pub fn is_by_person(&self) -> bool {
        matches!(self, Self::Person(_) | Self::Resolved { .. })
    }
}

/// A part that is to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewPart {
    /// What is sent.
    pub request: Request,
    /// Its hash.
    pub hash: PayloadHash,
    /// How many messages it makes.
    pub messages: usize,
}

impl From<NewPart> for Part {
    fn from(new: NewPart) -> Self {
        Self {
            request: new.request,
            shown: new.hash,
            hash: new.hash,
            messages: new.messages,
            state: PartState::Pending,
            attempts: Vec::new(),
            tries: RetryCount::default(),
            edited: None,
            change: None,
            edit_not_before: None,
        }
    }
}

impl Part {
    /// Whether it stands in the channel, or may: it was sent, nobody knows, or a person went on without knowing.
    #[must_use]
    pub fn may_be_in_channel(&self) -> bool {
        match self.state {
            PartState::Sent { .. } => true,
            PartState::Skipped { in_doubt, .. } => in_doubt,
            _ => self.state.unknown_outcome().is_some(),
        }
    }

    /// The attempt whose request is in flight, to send the part or to change it.
    #[must_use]
    pub fn in_flight(&self) -> Option<AttemptId> {
        match (&self.state, self.change.as_ref().map(|change| &change.state)) {
            (PartState::Sending { attempt, .. }, _)
            | (_, Some(ChangeState::Sending { attempt, .. })) => Some(*attempt),
            _ => None,
        }
    }

    /// Whether its messages are to be deleted because the post had no file.
    #[must_use]
    pub fn is_being_pruned(&self) -> bool {
        self.change.as_ref().is_some_and(|change| change.pruned && change.is_pending())
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

    /// The send whose outcome is not known, if the part has one.
    #[must_use]
    pub fn unknown_outcome(&self) -> Option<&UnknownOutcome> {
        match self {
            Self::Uncertain { unknown, .. } | Self::NeedsOperator { unknown, .. } => Some(unknown),
            _ => None,
        }
    }

    /// What is not known of a send in flight that ends without an answer, from `since` on.
    pub(super) fn unanswered(
        &self,
        since: Timestamp,
        cause: UnknownCause,
    ) -> Option<UnknownOutcome> {
        let Self::Sending {
            attempt,
            last_known_message_id: floor,
            since: intent_at,
            telegram_at,
            ..
        } = self
        else {
            return None;
        };
        Some(UnknownOutcome {
            attempt: *attempt,
            last_known_message_id: *floor,
            intent_at: *intent_at,
            telegram_at: *telegram_at,
            since,
            cause,
        })
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
