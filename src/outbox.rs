//! The publication state machine: a pure function from a publication and an event to a transition. It does no input or
//! output: the store writes the transition, and the publisher sends the request.
//!
//! The rules guarantee that telepress never sends a post twice on its own decision, and never drops one without
//! notifying the operators. Telegram has no idempotency key that makes a repeated send harmless. So a request is made
//! only from a committed [`Intent`], and a send whose outcome is not known is [`PartState::Uncertain`] until evidence or
//! a person resolves it.
//!
//! The store uses this module in one database transaction:
//!
//! 1. load the [`Publication`] with its parts, and the facts of [`Context`];
//! 2. call [`step`] (or [`enqueue`] for a new publication); if it returns a [`StepRefusal`], write nothing;
//! 3. write every [`Write`] of the [`Transition`]; update the publication only if its version still equals
//!    [`Transition::expects`];
//! 4. commit, and only then call [`Transition::committed`], which returns the intent if there is one.
//!
//! The store must also enforce what one publication cannot see: the key (post, chat, revision) is unique; a message id
//! belongs to one part of a chat; at most one publication of a chat is `publishing` or `uncertain`. The last needs a
//! unique index over those two states, because two simultaneous claims both see a free channel.

mod acceptance;
mod actor;
mod approvals;
mod attempt;
mod backoff;
mod change;
mod closed_poll;
pub mod comment;
mod context;
mod ends;
mod event;
mod evidence;
mod hook;
mod ids;
mod intent;
pub mod invariant;
mod moment;
mod old_names;
mod outcome;
mod part;
mod payload_hash;
mod publication;
mod step;
mod step_refusal;
#[cfg(test)]
mod tests;
mod transition;
mod unknown_outcome;

pub use acceptance::{Acceptance, NewPublication};
pub use actor::Actor;
pub use approvals::Approvals;
pub use attempt::{Attempt, Finding, FindingKind};
pub use backoff::delay;
pub use change::{Change, ChangeKind, ChangeState, Conflict, Operation};
pub use closed_poll::{ClosedPoll, OptionResult, PollResult};
pub use context::{Channel, Context, Missed, Policy, ProcessState, Recovery, StopReason};
pub use ends::{End, EndKind, EndState, EndTimes, Ends, RefusedDeletion};
pub use event::{Claim, DeathCertainty, Event, EventKind, PartRevision};
pub(crate) use evidence::are_message_ids;
pub use evidence::{
    Absence, ChannelMessage, ContentMatch, Control, Evidence, Match, ServerClock, Verdict,
};
pub use hook::{HookEvent, HookFailure, HookKey};
pub use ids::{AttemptId, Owner, PublicationId};
pub use intent::Intent;
pub use invariant::InvariantViolation;
pub(crate) use moment::saturating_add;
pub use old_names::OldNames;
pub use outcome::{NotSentReason, Outcome, OutcomeKind, Refusal, UnknownReason};
pub use part::{NewPart, Part, PartState, RetryCount, SentVia};
pub use payload_hash::PayloadHash;
pub use publication::{
    Cancellation, CivilTime, HoldReason, Pin, Publication, ReleaseGroup, State, StateName,
};
pub use step::{adopt, enqueue, step};
pub use step_refusal::StepRefusal;
pub use transition::{Notice, Transition, Write};
pub use unknown_outcome::{
    AlbumItem, MissingProof, Question, Resolution, UnknownCause, UnknownOutcome,
};
