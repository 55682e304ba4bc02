//! Builds a transition: the publication before and after, and the other rows to write. The rules are in the sibling modules.

use super::pin;
use crate::outbox::{
    Actor, AttemptId, Cancellation, Context, Event, EventKind, Finding, FindingKind, HoldReason,
    Intent, Notice, Part, PartState, Publication, Question, State, StepRefusal, Transition,
    UnknownOutcome, Write, invariant,
};

pub(super) struct TransitionBuilder<'facts> {
    pub(super) before: &'facts Publication,
    pub(super) context: &'facts Context<'facts>,
    pub(super) next: Publication,
    pub(super) intent: Option<Intent>,
    extra_writes: Vec<Write>,
}

impl<'facts> TransitionBuilder<'facts> {
    pub(super) fn new(before: &'facts Publication, context: &'facts Context<'facts>) -> Self {
        Self { before, context, next: before.clone(), intent: None, extra_writes: Vec::new() }
    }

    /// The part before the event.
    pub(super) fn part(&self, part: usize) -> Result<&'facts Part, StepRefusal> {
        self.before.parts.get(part).ok_or(StepRefusal::NoPart { part })
    }

    /// The part after the event.
    pub(super) fn next_part(&mut self, part: usize) -> Result<&mut Part, StepRefusal> {
        self.next.parts.get_mut(part).ok_or(StepRefusal::NoPart { part })
    }

    /// Whether one of these messages belongs to another part.
    pub(super) fn is_of_another_part(&self, number: usize, message_ids: &[i64]) -> bool {
        let parts = self.before.parts.iter().enumerate().filter(|(other, _)| *other != number);
        let mut known = parts.flat_map(|(_, part)| part.state.message_ids());
        known.any(|id| message_ids.contains(id))
    }

    pub(super) fn write(&mut self, write: Write) {
        self.extra_writes.push(write);
    }

    pub(super) fn notify(&mut self, notice: Notice) {
        self.write(Write::Notify(notice));
    }

    pub(super) fn record(&mut self, attempt: AttemptId, found: FindingKind) {
        let at = self.context.now;
        self.write(Write::InsertFinding(Finding { attempt, at, found }));
    }

    /// Derives the publication's state from its parts. A scheduled or held publication keeps its state unless all parts are
    /// done. A terminal one keeps it always: late knowledge changes only the part.
    pub(super) fn update_state(&mut self) {
        if let State::Cancelling { by } = &self.before.state {
            self.cancel(by);
            return;
        }
        let is_whole = self.next.parts.iter().all(|part| part.state.is_done());
        let stays = match &self.before.state {
            State::Scheduled | State::Held { .. } => !is_whole,
            state => state.is_terminal(),
        };
        if !stays {
            self.next.state = state_of_parts(&self.next.parts, self.before.state.occupies());
        }
    }

    /// Skips every pending part. The publication is cancelled when the outcome of every request is known.
    pub(super) fn cancel(&mut self, by: &Actor) {
        self.leave_out(by);
        self.next.not_before = None;
        let is_open = |part: &Part| {
            matches!(part.state, PartState::Sending { .. })
                || part.state.unknown_outcome().is_some()
        };
        self.next.state = if self.next.parts.iter().any(is_open) {
            State::Cancelling { by: by.clone() }
        } else {
            State::Cancelled { by: by.clone(), cancellation: Cancellation::Ordered }
        };
    }

    /// Skips every pending part, on behalf of `by`. A part with an unknown outcome stays as it is.
    pub(super) fn leave_out(&mut self, by: &Actor) {
        let at = self.context.now;
        for part in &mut self.next.parts {
            if part.state == PartState::Pending {
                part.state = PartState::Skipped { by: by.clone(), at, in_doubt: false };
            }
        }
    }

    /// Lets the publication continue with its next part. It waits until the channel is free.
    pub(super) fn resume(&mut self) {
        self.next.state = state_of_parts(&self.next.parts, false);
        self.next.retry_since = self.context.now;
    }

    /// Holds the publication, and notifies the operators.
    pub(super) fn hold(&mut self, held: HoldReason) {
        self.next.state = State::Held { held: held.clone() };
        self.notify(Notice::Held { held });
    }

    /// Asks a person about the part's unknown outcome.
    pub(super) fn ask(
        &mut self,
        part: usize,
        unknown: UnknownOutcome,
        question: Question,
    ) -> Result<(), StepRefusal> {
        self.next_part(part)?.state = PartState::NeedsOperator { unknown, question };
        self.notify(Notice::NeedsOperator { part });
        Ok(())
    }

    pub(super) fn wrong_part(&self, event: EventKind, part: usize) -> StepRefusal {
        match self.part(part) {
            Ok(found) => StepRefusal::WrongPart { event, part, state: found.state.name() },
            Err(refused) => refused,
        }
    }

    pub(super) fn refuse(&self, event: EventKind) -> StepRefusal {
        StepRefusal::WrongState { event, state: self.before.state.shown() }
    }

    pub(super) fn finish(self, event: &Event) -> Result<Transition, StepRefusal> {
        let Self { before, context, mut next, intent, extra_writes } = self;
        next.version = before.version.saturating_add(1);
        if next.state == State::Published {
            pin::request_pin(&mut next, event.actor());
        }
        invariant::between(before, &next, event, context)?;
        invariant::of_intent(before, &next, intent.as_ref())?;
        let mut writes = vec![Write::UpdatePublication];
        for (number, part) in next.parts.iter().enumerate() {
            match before.parts.get(number) {
                None => writes.push(Write::InsertPart(number)),
                Some(old) if old != part => writes.push(Write::UpdatePart(number)),
                Some(_) => {}
            }
        }
        writes.extend(extra_writes);
        Ok(Transition { expects: Some(before.version), next, writes, intent })
    }
}

/// The publication's state, derived from its parts. If some parts are sent, a publication that occupied the channel keeps it,
/// so that its parts stay together.
fn state_of_parts(parts: &[Part], occupies: bool) -> State {
    let states = || parts.iter().map(|part| &part.state);
    if states().any(|state| state.unknown_outcome().is_some()) {
        return State::Uncertain;
    }
    if states().any(|state| matches!(state, PartState::Sending { .. })) {
        return State::Publishing;
    }
    if let Some(part) = states().position(|state| matches!(state, PartState::Failed { .. })) {
        return State::Failed { part };
    }
    let posted = states().any(PartState::is_posted);
    if states().all(PartState::is_done) {
        let skipper = states().rev().find_map(|state| match state {
            PartState::Skipped { by, .. } => Some(by.clone()),
            _ => None,
        });
        return match skipper {
            Some(by) if !posted => State::Cancelled { by, cancellation: Cancellation::Skipped },
            _ => State::Published,
        };
    }
    if posted && occupies { State::Publishing } else { State::Due }
}
