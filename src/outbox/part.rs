//! One part of a publication: its frozen request and its state. It makes no transitions.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    Actor, AttemptId, Change, ChangeState, ClosedPoll, Owner, PayloadHash, Question, Refusal,
    UnknownCause, UnknownOutcome, moment,
};
use crate::limits;
use crate::message::Request;

/// One part: one request that posts, and its state.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Part {
    /// The request; it never changes.
    pub request: Request,
    /// The hash of `request`.
    pub hash: PayloadHash,
    /// How many messages the request makes: more than one for an album.
    pub messages: usize,
    /// Its state.
    pub state: PartState,
    /// The attempts to send it, oldest first.
    pub attempts: Vec<AttemptId>,
    /// How many sends count against the limits.
    pub tries: RetryCount,
    /// The hash of what the channel shows after the part is sent: `hash` until the first edit.
    pub shown: PayloadHash,
    /// The last edit, if the channel shows something other than `request`.
    pub edited: Option<Request>,
    /// An edit, deletion or pin that is pending, in flight or in conflict.
    pub change: Option<Change>,
    /// Until then a lost edit may still arrive. It would overwrite a newer edit, so the next one waits.
    pub edit_not_before: Option<Timestamp>,
    /// How its poll ended, if it was closed.
    pub closed_poll: Option<ClosedPoll>,
}

/// How often a part was tried. A 429 does not count as a failure.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct RetryCount {
    /// Sends that had no effect.
    pub sends: u32,
    /// Of these, the sends whose media Telegram could not fetch.
    pub media: u32,
}

/// The state of a part.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum PartState {
    /// No request is in flight, and none has taken effect.
    Pending,
    /// An intent is committed. Its request may be anywhere between not sent and answered.
    Sending {
        /// The attempt.
        attempt: AttemptId,
        /// The process that makes the request.
        owner: Owner,
        /// The highest message id known in the channel before the attempt.
        last_known_message_id: Option<i64>,
        /// When the intent was committed.
        #[serde(with = "moment")]
        since: Timestamp,
        /// A lower bound of Telegram's time at that moment, if known.
        #[serde(default, with = "moment::optional", skip_serializing_if = "Option::is_none")]
        telegram_at: Option<Timestamp>,
    },
    /// It is in the channel.
    Sent {
        /// Its message ids; never empty.
        message_ids: Vec<i64>,
        /// How that is known.
        via: SentVia,
        /// When that was recorded.
        #[serde(with = "moment")]
        at: Timestamp,
    },
    /// It is not known whether it is in the channel.
    Uncertain {
        /// The send.
        #[serde(rename = "doubt")]
        unknown: UnknownOutcome,
        /// How many probes were inconclusive.
        probes: u32,
    },
    /// It is not known whether it is in the channel, and only a person can find out.
    NeedsOperator {
        /// The send.
        #[serde(rename = "doubt")]
        unknown: UnknownOutcome,
        /// Why evidence cannot settle it.
        question: Question,
    },
    /// Telegram refused it.
    Failed {
        /// The attempt.
        attempt: AttemptId,
        /// What must change before it can succeed.
        refusal: Refusal,
        /// Telegram's words.
        description: String,
        /// When.
        #[serde(with = "moment")]
        at: Timestamp,
    },
    /// A person skipped it, or its publication was cancelled before it was sent.
    Skipped {
        /// Who.
        by: Actor,
        /// When.
        #[serde(with = "moment")]
        at: Timestamp,
        /// Whether the outcome of its send was unknown at that time.
        #[serde(default)]
        in_doubt: bool,
    },
    /// It was deleted from the channel.
    Deleted {
        /// The deleted messages.
        message_ids: Vec<i64>,
        /// Who ordered it.
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
    /// The answer says so.
    Answer,
    /// An answer that arrived after its attempt was given up says so.
    LateAnswer,
    /// A probe read the message.
    Probe,
    /// An independent observer reported the message, such as the discussion group.
    Witness,
    /// A person says so: the message was adopted, or the journal does not know the state before.
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

/// A new part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewPart {
    /// The request.
    pub request: Request,
    /// Its hash.
    pub hash: PayloadHash,
    /// How many messages the request makes.
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
            closed_poll: None,
        }
    }
}

impl Part {
    /// Whether it is or may be in the channel: it was sent, or its outcome is unknown, or was when a person skipped it.
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

    /// The message of its poll, if it is in the channel and is not known to be closed.
    #[must_use]
    pub fn open_poll_message(&self) -> Option<i64> {
        let is_poll = matches!(self.request, Request::SendPoll(_));
        let message_id = self.state.message_ids().first().copied();
        message_id.filter(|_| is_poll && self.closed_poll.is_none())
    }

    /// Whether it is a poll whose closing time Telegram would not accept at `now`: too soon, or too far away.
    #[must_use]
    pub fn has_refused_closing_time(&self, now: Timestamp) -> bool {
        let Request::SendPoll(poll) = &self.request else { return false };
        let earliest = moment::saturating_add(now, limits::MIN_POLL_OPEN).as_second();
        let latest = moment::saturating_add(now, limits::MAX_POLL_OPEN).as_second();
        poll.content.close_date.is_some_and(|close| !(earliest..=latest).contains(&close))
    }

    /// Whether its messages will be deleted because the post has no file.
    #[must_use]
    pub fn is_being_pruned(&self) -> bool {
        self.change.as_ref().is_some_and(|change| change.pruned && change.is_pending())
    }
}

impl PartState {
    /// Its name in `status` and in the journal.
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

    /// Whether the later parts may be sent: it was posted or skipped.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.is_posted() || matches!(self, Self::Skipped { .. })
    }

    /// Whether it is known that it is or was in the channel.
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

    /// The unknown outcome of a send in flight that ends at `since` without an answer.
    pub(super) fn unanswered_send(
        &self,
        since: Timestamp,
        cause: UnknownCause,
    ) -> Option<UnknownOutcome> {
        let Self::Sending { attempt, last_known_message_id, since: intent_at, telegram_at, .. } =
            self
        else {
            return None;
        };
        Some(UnknownOutcome {
            attempt: *attempt,
            last_known_message_id: *last_known_message_id,
            intent_at: *intent_at,
            telegram_at: *telegram_at,
            since,
            cause,
        })
    }

    /// Messages that may be the part, if a person must decide.
    #[must_use]
    pub fn candidates(&self) -> &[i64] {
        match self {
            Self::NeedsOperator { question: Question::Inconclusive { candidates, .. }, .. } => {
                candidates
            }
            _ => &[],
        }
    }

    /// Its messages that are in the channel.
    #[must_use]
    pub fn message_ids(&self) -> &[i64] {
        match self {
            Self::Sent { message_ids, .. } => message_ids,
            _ => &[],
        }
    }
}
