//! The rules of the journal: what may become of a publication, as a pure function of its state and an event; it stores,
//! sends and asks nothing.
//!
//! The promise that these rules keep: a post is never sent twice by telepress's own decision, and never dropped without a
//! word. Telegram has no key that makes a second send harmless, so a request is made only from a committed [`Intent`],
//! and a send whose outcome is not known is [`PartState::Uncertain`] until evidence or an operator settles it.
//!
//! How a store uses this module, in one transaction of its own:
//!
//! 1. load the [`Publication`] with its parts, and the facts of [`Context`];
//! 2. ask [`step`] (or [`enqueue`] for a new one); a [`StepRefusal`] writes nothing;
//! 3. write every [`Write`] of the [`Transition`], the publication only where its version is still the one
//!    that [`Transition::expects`] names;
//! 4. commit, and only then call [`Transition::committed`], which gives out the intent where there is one.
//!
//! What the store must hold by itself, since one publication cannot see it: the key (post, chat, revision) is unique; a
//! message id stands at one part of a chat; at most one publication of a chat is `publishing` or `uncertain` (a unique
//! index over those two states, since two claims at the same moment both see a channel that is free).

mod acceptance;
mod actor;
mod approvals;
mod attempt;
mod backoff;
mod change;
mod context;
mod event;
mod evidence;
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
pub use attempt::{Attempt, Finding, Found};
pub use backoff::delay;
pub use change::{Change, ChangeKind, ChangeState, Conflict, Operation};
pub use context::{Channel, Context, Missed, Policy, ProcessState, Recovery, StopReason};
pub use event::{Claim, Death, Event, PartRevision};
pub(crate) use evidence::are_message_ids;
pub use evidence::{Absence, Control, Evidence, Match, Present, ServerClock, Shows, Verdict};
pub use ids::{AttemptId, Owner, PublicationId};
pub use intent::Intent;
pub use invariant::InvariantViolation;
pub(crate) use moment::after;
pub use old_names::OldNames;
pub use outcome::{Delay, Outcome, Refusal, UnknownReason};
pub use part::{NewPart, Part, PartState, RetryCount, SentVia};
pub use payload_hash::PayloadHash;
pub use publication::{Cancellation, CivilTime, HoldReason, Pin, Publication, ReleaseGroup, State};
pub use step::{adopt, enqueue, step};
pub use step_refusal::StepRefusal;
pub use transition::{Notice, Transition, Write};
pub use unknown_outcome::{MissingProof, Question, Resolution, UnknownCause, UnknownOutcome};
