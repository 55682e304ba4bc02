//! What may happen to a publication.

use super::{
    Actor, AttemptId, ChangeKind, CivilTime, Evidence, HoldReason, NewPart, Outcome, Owner,
    PayloadHash, PublicationId, Resolution,
};
use crate::message::Request;

/// What happens to a publication. When it happens is in the [`Context`](super::Context).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// Time has passed: the schedule, patience, and what waits for its channel.
    Tick,
    /// Every channel that begins together with this one may begin.
    Together,
    /// Somebody wants to make the request of a part that is pending, or of the change of a part that was sent.
    Claim(Claim),
    /// The request of an attempt has an outcome. [`Intent::answered`](super::Intent::answered) makes it; a process that
    /// lost an intent of its own, and lives, tells [`Outcome::Unknown`] of its attempt.
    Answered {
        /// Which part.
        part: usize,
        /// Which attempt.
        attempt: AttemptId,
        /// What became of it.
        outcome: Outcome,
    },
    /// The process that makes a part's request does not publish any more.
    OwnerGone {
        /// Which part.
        part: usize,
        /// Which process.
        owner: Owner,
        /// Whether the process is certainly dead.
        death: Death,
    },
    /// A look at the channel for an uncertain part has ended.
    Probed {
        /// Which part.
        part: usize,
        /// The attempt that was looked for.
        attempt: AttemptId,
        /// What was seen.
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
    /// An operator approves what is to go out.
    Approve {
        /// Exactly this content.
        payload: PayloadHash,
        /// Who.
        by: Actor,
    },
    /// It shall not go out.
    Cancel {
        /// Who wants that.
        by: Actor,
    },
    /// Another publication of the post stands in its place.
    Supersede {
        /// Who wants that.
        by: Actor,
        /// Which.
        successor: PublicationId,
    },
    /// It shall wait.
    Hold {
        /// What for.
        held: HoldReason,
        /// Who wants that.
        by: Actor,
    },
    /// A held one may go.
    Release {
        /// Who wants that.
        by: Actor,
    },
    /// A failed one goes on at its failed part.
    Retry {
        /// Who wants that.
        by: Actor,
    },
    /// It shall go out at another time.
    Reschedule {
        /// When.
        due_at: jiff::Timestamp,
        /// The same as it was written.
        civil: Option<CivilTime>,
        /// Who wants that.
        by: Actor,
    },
    /// What was published shall look different, or go.
    Revise {
        /// The hash of all requests once it is done.
        payload: PayloadHash,
        /// The hash of the file that asks for it.
        source: PayloadHash,
        /// Edits and deletions.
        revisions: Vec<PartRevision>,
        /// Parts to be sent behind the last.
        appended: Vec<NewPart>,
        /// Whether the first message is to be pinned.
        pin: bool,
        /// Who wants that.
        by: Actor,
    },
}

/// A request that somebody wants to make.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// Of which part, from 0.
    pub part: usize,
    /// The number that the store gives the attempt.
    pub attempt: AttemptId,
    /// The hash of the request as it is sent.
    pub request_hash: PayloadHash,
    /// The request as it is sent, where placeholders for other posts had to be filled in.
    pub filled: Option<Request>,
    /// A lower bound of Telegram's own time, where it is known.
    pub telegram_at: Option<jiff::Timestamp>,
}

/// What is known of a process that does not publish any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Death {
    /// It is dead: the kernel gave its lock away, or its machine is known to be off.
    Known,
    /// It lost the right to publish, but may live and still write its request.
    Presumed,
}

/// An edit or deletion that is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartRevision {
    /// Of which part, from 0.
    pub part: usize,
    /// Which of the two.
    pub kind: ChangeKind,
    /// What is sent.
    pub request: Request,
    /// The hash of what the channel shows afterwards.
    pub hash: PayloadHash,
    /// Whether it is made since the post has no file.
    pub pruned: bool,
}

impl Event {
    /// Its name, as the log and refusals show it.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Tick => "tick",
            Self::Together => "together",
            Self::Claim(_) => "claim",
            Self::Answered { .. } => "answered",
            Self::OwnerGone { .. } => "owner gone",
            Self::Probed { .. } => "probed",
            Self::Resolve { .. } => "decided",
            Self::Undo { .. } => "undo",
            Self::Approve { .. } => "approve",
            Self::Cancel { .. } => "cancel",
            Self::Supersede { .. } => "supersede",
            Self::Hold { .. } => "hold",
            Self::Release { .. } => "release",
            Self::Retry { .. } => "retry",
            Self::Reschedule { .. } => "reschedule",
            Self::Revise { .. } => "revise",
        }
    }

    /// Who caused it.
    #[must_use]
    pub fn actor(&self) -> &Actor {
        match self {
            Self::Tick => &Actor::Schedule,
            Self::Together
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
            | Self::Revise { by, .. } => by,
        }
    }
}
