//! The invariants of every publication and every transition. They are checked in release builds too; a violation stops the
//! publisher.
//!
//! Two are ensured elsewhere as well: I1 (no request without a committed intent) by [`Intent`], which only a commit returns,
//! and I10 (at most one message for each part, unless a person or evidence says otherwise) by the exhaustive model test.

use std::collections::BTreeSet;

use thiserror::Error;

use super::evidence::are_message_ids;
use super::{
    Actor, Change, ChangeState, Context, Event, Intent, Outcome, Part, PartState, Publication,
    Refusal, State,
};

/// A violated invariant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Error)]
pub enum InvariantViolation {
    /// A part would be sent without exactly one new intent in the journal.
    #[error("I1: part {part} is sending without exactly one new intent")]
    Intent {
        /// Which part, from 0.
        part: usize,
    },
    /// A send went back to pending without proof that it had no effect.
    #[error("I2: part {part} went back from {from} to pending without proof that nothing was sent")]
    Unproven {
        /// Which part, from 0.
        part: usize,
        /// Its state before.
        from: &'static str,
    },
    /// A send whose owner is gone did not become uncertain.
    #[error("I3: part {part} lost its owner and became {to}, not uncertain")]
    Orphan {
        /// Which part, from 0.
        part: usize,
        /// Its state after.
        to: &'static str,
    },
    /// A part left `pending` before the parts in front of it were done.
    #[error("I4: part {part} is {state} before the earlier parts are done")]
    Order {
        /// Which part, from 0.
        part: usize,
        /// Its state.
        state: &'static str,
    },
    /// A frozen request changed.
    #[error("I5: the accepted content has changed")]
    Payload,
    /// A sent part has no message ids, or invalid ones.
    #[error("I6: part {part} is sent without a valid message id")]
    MessageIds {
        /// Which part, from 0.
        part: usize,
    },
    /// A publication left a terminal state without an order.
    #[error("I7: the publication went from {from} to {to} without an order")]
    Terminal {
        /// Its state before.
        from: &'static str,
        /// Its state after.
        to: &'static str,
    },
    /// Two publications occupy one channel.
    #[error("I8: another publication occupies the channel")]
    Channel,
    /// An attempt was removed or repeated.
    #[error("I9: part {part} lost, repeated or added more than one attempt")]
    Attempts {
        /// Which part, from 0.
        part: usize,
    },
    /// The publication's state contradicts its parts.
    #[error("the publication is {state}, which contradicts the states of its parts")]
    State {
        /// The publication's state.
        state: &'static str,
    },
}

/// Checks the invariants of a publication.
///
/// # Errors
/// The first violated invariant.
pub fn of(publication: &Publication) -> Result<(), InvariantViolation> {
    let parts = &publication.parts;
    let mut done = true;
    for (number, Part { state, attempts, change, .. }) in parts.iter().enumerate() {
        let moved = !matches!(state, PartState::Pending | PartState::Skipped { .. });
        if moved && !done {
            return Err(InvariantViolation::Order { part: number, state: state.name() });
        }
        done &= state.is_done();
        if let PartState::Sent { message_ids, .. } | PartState::Deleted { message_ids, .. } = state
            && !are_message_ids(message_ids)
        {
            return Err(InvariantViolation::MessageIds { part: number });
        }
        let current = match state {
            PartState::Sending { attempt, .. } | PartState::Failed { attempt, .. } => Some(attempt),
            _ => state.unknown_outcome().map(|unknown| &unknown.attempt),
        };
        let of_change = change.as_ref().and_then(|change| match &change.state {
            ChangeState::Sending { attempt, .. } => Some((attempt, &change.attempts)),
            _ => None,
        });
        if current.is_some_and(|attempt| !attempts.contains(attempt))
            || of_change.is_some_and(|(attempt, attempts)| !attempts.contains(attempt))
            || attempts.iter().collect::<BTreeSet<_>>().len() != attempts.len()
        {
            return Err(InvariantViolation::Attempts { part: number });
        }
        if change.is_some() && !matches!(state, PartState::Sent { .. }) {
            return Err(InvariantViolation::State { state: publication.state.name() });
        }
    }
    let ids = parts.iter().flat_map(|part| part.state.message_ids());
    let count = ids.clone().count();
    if ids.collect::<BTreeSet<_>>().len() != count {
        return Err(InvariantViolation::MessageIds { part: parts.len().saturating_sub(1) });
    }
    if agrees(publication) {
        Ok(())
    } else {
        Err(InvariantViolation::State { state: publication.state.name() })
    }
}

/// Whether the states of the parts allow the publication's state.
fn agrees(publication: &Publication) -> bool {
    let any = |test: fn(&PartState) -> bool| publication.parts.iter().any(|part| test(&part.state));
    let sending = any(|state| matches!(state, PartState::Sending { .. }));
    let uncertain = any(|state| state.unknown_outcome().is_some());
    let failed = any(|state| matches!(state, PartState::Failed { .. }));
    let pending = any(|state| *state == PartState::Pending);
    let posted = any(PartState::is_posted);
    match &publication.state {
        State::Publishing => !uncertain && !failed && (sending || posted && pending),
        State::Uncertain => uncertain && !sending,
        State::Cancelling { .. } => (uncertain || sending) && !pending,
        State::Published => !sending && !uncertain && !failed && !pending && posted,
        State::Scheduled | State::Due | State::Held { .. } => {
            !sending && !uncertain && !failed && pending
        }
        // A failed publication may have no failed part: a late answer may have shown that the part was sent.
        State::Failed { .. } | State::Cancelled { .. } | State::Superseded { .. } => {
            !sending && !uncertain
        }
    }
}

/// Checks the invariants of a transition and of the publication after it.
///
/// # Errors
/// The first violated invariant.
pub fn between(
    before: &Publication,
    next: &Publication,
    event: &Event,
    context: &Context<'_>,
) -> Result<(), InvariantViolation> {
    of(next)?;
    frozen(before, next, event)?;
    for (number, (old, new)) in before.parts.iter().zip(&next.parts).enumerate() {
        moved(number, old, new, event)?;
    }
    if before.state.is_terminal() && before.state.name() != next.state.name() {
        let ordered = event.actor().is_person()
            || matches!(event, Event::Supersede { .. } | Event::Revise { .. })
            || deleted_by_order(before, next);
        if !ordered {
            return Err(InvariantViolation::Terminal {
                from: before.state.name(),
                to: next.state.name(),
            });
        }
    }
    if next.state.occupies() && !before.state.occupies() && context.channel.busy.is_some() {
        return Err(InvariantViolation::Channel);
    }
    Ok(())
}

/// Whether the transition deleted the last message by a change that a person had ordered, or the schedule at its `delete_at`.
fn deleted_by_order(before: &Publication, next: &Publication) -> bool {
    let deleted = |part: &Part| matches!(part.state, PartState::Deleted { .. });
    let sent = |part: &Part| matches!(part.state, PartState::Sent { .. });
    let is_ordered = |change: &Change| change.by.is_person() || change.by == Actor::Schedule;
    let went =
        before.parts.iter().zip(&next.parts).any(|(old, new)| {
            deleted(new) && sent(old) && old.change.as_ref().is_some_and(is_ordered)
        });
    went && !next.parts.iter().any(sent)
}

/// Checks I5: frozen requests do not change.
fn frozen(
    before: &Publication,
    next: &Publication,
    event: &Event,
) -> Result<(), InvariantViolation> {
    let revised = matches!(event, Event::Revise { .. } | Event::EditedByHand { .. });
    let same_key = before.id == next.id
        && before.post == next.post
        && before.destination() == next.destination()
        && before.revision == next.revision;
    let same_payload =
        revised || before.payload == next.payload && before.parts.len() == next.parts.len();
    let mut pairs = before.parts.iter().zip(&next.parts);
    let same_parts = pairs.all(|(old, new)| {
        old.request == new.request && old.hash == new.hash && old.messages == new.messages
    });
    let kept = same_key && same_payload && same_parts && next.parts.len() >= before.parts.len();
    if kept { Ok(()) } else { Err(InvariantViolation::Payload) }
}

/// Checks I2, I3 and I9 for one part.
fn moved(number: usize, old: &Part, new: &Part, event: &Event) -> Result<(), InvariantViolation> {
    let grown = new.attempts.len() - old.attempts.len().min(new.attempts.len());
    if !new.attempts.starts_with(&old.attempts) || grown > 1 {
        return Err(InvariantViolation::Attempts { part: number });
    }
    let from = old.state.name();
    if let (Event::OwnerGone { part, .. }, PartState::Sending { .. }) = (event, &old.state)
        && *part == number
        && !matches!(new.state, PartState::Uncertain { .. })
    {
        return Err(InvariantViolation::Orphan { part: number, to: new.state.name() });
    }
    if old.state == PartState::Pending || new.state != PartState::Pending {
        return Ok(());
    }
    let attempt = match &old.state {
        PartState::Sending { attempt, .. } => Some(*attempt),
        state => state.unknown_outcome().map(|unknown| unknown.attempt),
    };
    let proven = match event {
        Event::Answered { attempt: answered, outcome, .. } => {
            attempt == Some(*answered) && had_no_effect(outcome)
        }
        Event::Probed { .. } => matches!(old.state, PartState::Uncertain { .. }),
        Event::Resolve { by, .. } => old.state.unknown_outcome().is_some() && by.is_person(),
        Event::Retry { by } => matches!(old.state, PartState::Failed { .. }) && by.is_person(),
        _ => false,
    };
    if proven { Ok(()) } else { Err(InvariantViolation::Unproven { part: number, from }) }
}

fn had_no_effect(outcome: &Outcome) -> bool {
    match outcome {
        Outcome::NotSent { .. } => true,
        Outcome::Rejected { refusal, .. } => {
            refusal.is_of_channel() || *refusal == Refusal::BotWide
        }
        _ => false,
    }
}

/// Checks I1 as far as it is visible here: a part starts sending if and only if the transition carries its intent, and the
/// intent's attempt is new.
pub(super) fn of_intent(
    before: &Publication,
    next: &Publication,
    intent: Option<&Intent>,
) -> Result<(), InvariantViolation> {
    for (number, new) in next.parts.iter().enumerate() {
        let old = before.parts.get(number);
        let began = new.in_flight().filter(|now| old.and_then(Part::in_flight) != Some(*now));
        let allowed = intent.filter(|intent| intent.part == number).map(|intent| intent.attempt);
        let is_new = allowed.is_none_or(|attempt| {
            !old.is_some_and(|old| {
                old.attempts.contains(&attempt)
                    || old.change.as_ref().is_some_and(|change| change.attempts.contains(&attempt))
            })
        });
        if began != allowed || !is_new {
            return Err(InvariantViolation::Intent { part: number });
        }
    }
    Ok(())
}
