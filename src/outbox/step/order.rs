//! Orders about a whole publication: cancel, supersede, hold, release, retry, reschedule.

use jiff::Timestamp;

use super::transition_builder::TransitionBuilder;
use crate::outbox::{
    Actor, ChangeState, CivilTime, HoldReason, Part, PartState, PublicationId, RetryCount, State,
    StepRefusal,
};

/// Refuses while a request that posts is under way.
fn check_not_sending(builder: &TransitionBuilder<'_>) -> Result<(), StepRefusal> {
    let mut states = builder.before.parts.iter().map(|part| &part.state);
    match states.position(|state| matches!(state, PartState::Sending { .. })) {
        Some(part) => Err(StepRefusal::InFlight { part }),
        None => Ok(()),
    }
}

/// Refuses when anything of it is in the channel or may be.
fn check_not_posted(builder: &TransitionBuilder<'_>) -> Result<(), StepRefusal> {
    let mut states = builder.before.parts.iter().map(|part| &part.state);
    match states.position(|state| state.is_posted() || state.unknown_outcome().is_some()) {
        Some(part) => Err(StepRefusal::Posted { part }),
        None => Ok(()),
    }
}

fn check_person(by: &Actor) -> Result<(), StepRefusal> {
    if by.is_person() { Ok(()) } else { Err(StepRefusal::NotAPerson { by: by.clone() }) }
}

/// A file may cancel only what has not begun; a person also what may be in the channel. A part whose outcome is not known
/// keeps its doubt, so that it is still looked for: only then does the publication end.
pub(super) fn cancel(builder: &mut TransitionBuilder<'_>, by: &Actor) -> Result<(), StepRefusal> {
    if builder.before.state.is_terminal()
        || matches!(builder.before.state, State::Cancelling { .. })
    {
        return Err(builder.refuse("cancel"));
    }
    if !by.is_person() {
        check_not_sending(builder)?;
        check_not_posted(builder)?;
    }
    builder.cancel(by);
    Ok(())
}

/// What is in the channel or may be is superseded only by a person's word: its text would stand there twice.
pub(super) fn supersede(
    builder: &mut TransitionBuilder<'_>,
    by: &Actor,
    successor: PublicationId,
) -> Result<(), StepRefusal> {
    if matches!(builder.before.state, State::Superseded { .. }) || successor == builder.before.id {
        return Err(builder.refuse("supersede"));
    }
    check_not_sending(builder)?;
    if let Some(part) =
        builder.before.parts.iter().position(|part| part.state.unknown_outcome().is_some())
    {
        return Err(StepRefusal::Posted { part });
    }
    let changing = |part: &Part| {
        let state = part.change.as_ref().map(|change| &change.state);
        matches!(state, Some(ChangeState::Sending { .. }))
    };
    if let Some(part) = builder.before.parts.iter().position(changing) {
        return Err(StepRefusal::InFlight { part });
    }
    if !by.is_person() {
        // A cancelled one stays cancelled whatever becomes of its file.
        if matches!(builder.before.state, State::Cancelled { .. } | State::Published) {
            return Err(StepRefusal::NotAPerson { by: by.clone() });
        }
        check_not_posted(builder)?;
    }
    builder.leave_out(by);
    // What it shows in the channel stays as it is from now on.
    for part in &mut builder.next.parts {
        part.change = None;
    }
    builder.next.state = State::Superseded { by: by.clone(), successor };
    Ok(())
}

pub(super) fn hold(
    builder: &mut TransitionBuilder<'_>,
    held: HoldReason,
) -> Result<(), StepRefusal> {
    match &builder.before.state {
        State::Scheduled | State::Due | State::Publishing => {}
        // Whether it was moved is a question that only a person answers.
        State::Held { held: old } if *old != held && !matches!(old, HoldReason::MaybeMoved(_)) => {}
        _ => return Err(builder.refuse("hold")),
    }
    check_not_sending(builder)?;
    builder.hold(held);
    Ok(())
}

/// Each hold is lifted by whoever set it: a file that is good again lifts its own, a person lifts any.
pub(super) fn release(builder: &mut TransitionBuilder<'_>, by: &Actor) -> Result<(), StepRefusal> {
    let State::Held { held } = &builder.before.state else { return Err(builder.refuse("release")) };
    if !(matches!(held, HoldReason::File | HoldReason::Changed) && *by == Actor::File) {
        check_person(by)?;
    }
    if *held == HoldReason::Exhausted {
        for part in &mut builder.next.parts {
            part.tries = RetryCount::default();
        }
    }
    builder.resume();
    let begun = builder.before.parts.iter().any(|part| part.state != PartState::Pending);
    if !begun && builder.before.due_at > builder.context.now {
        builder.next.state = State::Scheduled;
        builder.next.retry_since = builder.before.due_at;
    }
    Ok(())
}

pub(super) fn retry(builder: &mut TransitionBuilder<'_>, by: &Actor) -> Result<(), StepRefusal> {
    let State::Failed { .. } = builder.before.state else { return Err(builder.refuse("retry")) };
    check_person(by)?;
    // What would follow stands no longer behind its beginning.
    let is_deleted = |part: &Part| matches!(part.state, PartState::Deleted { .. });
    if builder.before.parts.iter().any(is_deleted) {
        return Err(builder.refuse("retry"));
    }
    for part in &mut builder.next.parts {
        if let PartState::Failed { .. } = part.state {
            part.state = PartState::Pending;
            part.tries = RetryCount::default();
        }
    }
    builder.next.not_before = None;
    builder.resume();
    Ok(())
}

pub(super) fn reschedule(
    builder: &mut TransitionBuilder<'_>,
    due_at: Timestamp,
    civil: Option<&CivilTime>,
) -> Result<(), StepRefusal> {
    match builder.before.state {
        State::Scheduled | State::Due | State::Held { .. } => {}
        _ => return Err(builder.refuse("reschedule")),
    }
    if let Some(part) = builder.before.parts.iter().position(|part| part.state.is_posted()) {
        return Err(StepRefusal::Posted { part });
    }
    builder.next.due_at = due_at;
    builder.next.civil = civil.cloned();
    builder.next.retry_since = due_at;
    builder.next.state = State::Scheduled;
    Ok(())
}

/// All of them may begin, as whoever sees all of them says.
pub(super) fn start_group(builder: &mut TransitionBuilder<'_>) -> Result<(), StepRefusal> {
    if builder.before.state.is_terminal() || !builder.before.together.waits() {
        return Err(StepRefusal::NothingToDo);
    }
    builder.next.together.begun = true;
    Ok(())
}
