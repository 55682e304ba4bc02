//! The events that can happen to a publication. They only carry facts.

use super::{
    Actor, AttemptId, ChangeKind, CivilTime, EndTimes, Evidence, HoldReason, NewPart, Outcome,
    Owner, PayloadHash, PublicationId, Resolution,
};
use crate::message::Request;

/// An event. Its time is in the [`Context`](super::Context).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// Time has passed: posts become due, retry windows end, and paused channels may be open again.
    Tick,
    /// The time of an end of a published post has come.
    End,
    /// Every channel of the release group may start.
    StartGroup,
    /// A publisher wants to make the request of a pending part, or of the pending change of a sent part.
    Claim(Claim),
    /// The request of an attempt has an outcome. [`Intent::answered`](super::Intent::answered) creates this event. A
    /// process that lost its own intent without dying reports [`Outcome::Unknown`].
    Answered {
        /// The part's index, from 0.
        part: usize,
        /// The attempt.
        attempt: AttemptId,
        /// The outcome.
        outcome: Outcome,
    },
    /// The process that was making a part's request no longer publishes.
    OwnerGone {
        /// The part's index, from 0.
        part: usize,
        /// The process.
        owner: Owner,
        /// Whether the process is certainly dead.
        death: DeathCertainty,
    },
    /// A probe for an uncertain part has ended.
    Probed {
        /// The part's index, from 0.
        part: usize,
        /// The uncertain attempt.
        attempt: AttemptId,
        /// What the probe saw.
        evidence: Evidence,
    },
    /// A person resolves what evidence cannot settle.
    Resolve {
        /// The part's index, from 0.
        part: usize,
        /// The decision.
        resolution: Resolution,
        /// The person.
        by: Actor,
    },
    /// A person undoes the decision that messages are parts of the publication.
    Undo {
        /// The person.
        by: Actor,
    },
    /// An operator approves the content.
    Approve {
        /// The hash of the content that they approve.
        payload: PayloadHash,
        /// The operator.
        by: Actor,
    },
    /// Do not publish it.
    Cancel {
        /// Who orders it.
        by: Actor,
    },
    /// Another publication of the post replaces it.
    Supersede {
        /// Who orders it.
        by: Actor,
        /// The replacement.
        successor: PublicationId,
    },
    /// Hold it.
    Hold {
        /// Why.
        held: HoldReason,
        /// Who orders it.
        by: Actor,
    },
    /// Release it from a hold.
    Release {
        /// Who orders it.
        by: Actor,
    },
    /// Retry the failed part.
    Retry {
        /// Who orders it.
        by: Actor,
    },
    /// Publish it at another time.
    Reschedule {
        /// The new time.
        due_at: jiff::Timestamp,
        /// The same time as it was written.
        civil: Option<CivilTime>,
        /// Who orders it.
        by: Actor,
    },
    /// Close the poll.
    ClosePoll {
        /// Who orders it.
        by: Actor,
    },
    /// Edit, delete or extend what was published.
    Revise {
        /// The hash of all requests after the revision.
        payload: PayloadHash,
        /// The hash of the file that requires it.
        source: PayloadHash,
        /// Edits and deletions.
        revisions: Vec<PartRevision>,
        /// Parts to send after the last one.
        appended: Vec<NewPart>,
        /// Whether to pin the first message.
        pin: bool,
        /// When to unpin and delete it.
        ends: EndTimes,
        /// Who orders it.
        by: Actor,
    },
    /// A person found that the messages were edited in the channel by hand, and show this now. Nothing is requested.
    EditedByHand {
        /// The hash of all requests that would show the same.
        payload: PayloadHash,
        /// The hash of the file that has the same.
        source: PayloadHash,
        /// The edits that have the same result.
        edits: Vec<PartRevision>,
        /// When to unpin and delete it.
        ends: EndTimes,
        /// The person.
        by: Actor,
    },
}

/// A request that a publisher wants to make.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// The part's index, from 0.
    pub part: usize,
    /// The id that the store assigns to the attempt.
    pub attempt: AttemptId,
    /// The hash of the request as it is sent.
    pub request_hash: PayloadHash,
    /// The request as it is sent, if placeholders for other posts were filled in.
    pub filled: Option<Request>,
    /// A lower bound of Telegram's time, if known.
    pub telegram_at: Option<jiff::Timestamp>,
}

/// How certain it is that a process is dead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeathCertainty {
    /// It is dead: the kernel released its lock, or its machine is known to be off.
    Known,
    /// It lost the instance lock, but may be alive and may still send its request.
    Presumed,
}

/// An edit or deletion to make.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartRevision {
    /// The part's index, from 0.
    pub part: usize,
    /// Edit or deletion.
    pub kind: ChangeKind,
    /// The request.
    pub request: Request,
    /// The hash of what the channel shows after it.
    pub hash: PayloadHash,
    /// Whether `--prune` requires it because the post has no file.
    pub pruned: bool,
}

/// The kinds of [`Event`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is described at its event")]
pub enum EventKind {
    Tick,
    End,
    StartGroup,
    Claim,
    Answered,
    OwnerGone,
    Probed,
    Resolve,
    Undo,
    Approve,
    Cancel,
    Supersede,
    Hold,
    Release,
    Retry,
    Reschedule,
    ClosePoll,
    Revise,
    EditedByHand,
}

impl EventKind {
    /// All of them.
    pub const ALL: [Self; 19] = [
        Self::Tick,
        Self::End,
        Self::StartGroup,
        Self::Claim,
        Self::Answered,
        Self::OwnerGone,
        Self::Probed,
        Self::Resolve,
        Self::Undo,
        Self::Approve,
        Self::Cancel,
        Self::Supersede,
        Self::Hold,
        Self::Release,
        Self::Retry,
        Self::Reschedule,
        Self::ClosePoll,
        Self::Revise,
        Self::EditedByHand,
    ];

    /// Its name in the log.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Tick => "tick",
            Self::End => "end",
            Self::StartGroup => "together",
            Self::Claim => "claim",
            Self::Answered => "answered",
            Self::OwnerGone => "owner gone",
            Self::Probed => "probed",
            Self::Resolve => "decided",
            Self::Undo => "undo",
            Self::Approve => "approve",
            Self::Cancel => "cancel",
            Self::Supersede => "supersede",
            Self::Hold => "hold",
            Self::Release => "release",
            Self::Retry => "retry",
            Self::Reschedule => "reschedule",
            Self::ClosePoll => "close poll",
            Self::Revise => "revise",
            Self::EditedByHand => "edited by hand",
        }
    }
}

impl Event {
    /// What it is, without its data.
    #[must_use]
    pub fn kind(&self) -> EventKind {
        match self {
            Self::Tick => EventKind::Tick,
            Self::End => EventKind::End,
            Self::StartGroup => EventKind::StartGroup,
            Self::Claim(_) => EventKind::Claim,
            Self::Answered { .. } => EventKind::Answered,
            Self::OwnerGone { .. } => EventKind::OwnerGone,
            Self::Probed { .. } => EventKind::Probed,
            Self::Resolve { .. } => EventKind::Resolve,
            Self::Undo { .. } => EventKind::Undo,
            Self::Approve { .. } => EventKind::Approve,
            Self::Cancel { .. } => EventKind::Cancel,
            Self::Supersede { .. } => EventKind::Supersede,
            Self::Hold { .. } => EventKind::Hold,
            Self::Release { .. } => EventKind::Release,
            Self::Retry { .. } => EventKind::Retry,
            Self::Reschedule { .. } => EventKind::Reschedule,
            Self::ClosePoll { .. } => EventKind::ClosePoll,
            Self::Revise { .. } => EventKind::Revise,
            Self::EditedByHand { .. } => EventKind::EditedByHand,
        }
    }

    /// Who caused it.
    #[must_use]
    pub fn actor(&self) -> &Actor {
        match self {
            Self::Tick | Self::End => &Actor::Schedule,
            Self::StartGroup
            | Self::Claim(_)
            | Self::Answered { .. }
            | Self::OwnerGone { .. }
            | Self::Probed { .. } => &Actor::System,
            Self::Resolve { by, .. }
            | Self::Undo { by }
            | Self::Approve { by, .. }
            | Self::Cancel { by }
            | Self::Supersede { by, .. }
            | Self::Hold { by, .. }
            | Self::Release { by }
            | Self::Retry { by }
            | Self::Reschedule { by, .. }
            | Self::ClosePoll { by }
            | Self::Revise { by, .. }
            | Self::EditedByHand { by, .. } => by,
        }
    }
}
