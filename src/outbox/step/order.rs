//! Orders about a whole publication: cancel, supersede, hold, release, retry, reschedule. They change no sent message.

use jiff::Timestamp;

use super::transition_builder::TransitionBuilder;
use crate::outbox::{
    Actor, ChangeState, CivilTime, EventKind, HoldReason, Part, PartState, PublicationId,
    RetryCount, State, StepRefusal,
};

/// Refuses while a send is in flight.
fn check_not_sending(builder: &TransitionBuilder<'_>) -> Result<(), StepRefusal> {
    let mut states = builder.before.parts.iter().map(|part| &part.state);
    match states.position(|state| matches!(state, PartState::Sending { .. })) {
        Some(part) => Err(StepRefusal::InFlight { part }),
        None => Ok(()),
    }
}

/// Refuses if a part is or may be in the channel.
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

/// A file may cancel only what has not begun; a person may also cancel what may be in the channel. A part with an unknown
/// outcome stays uncertain, so telepress still probes for it. The publication ends when the outcome is known.
pub(super) fn cancel(builder: &mut TransitionBuilder<'_>, by: &Actor) -> Result<(), StepRefusal> {
    if builder.before.state.is_terminal()
        || matches!(builder.before.state, State::Cancelling { .. })
    {
        return Err(builder.refuse(EventKind::Cancel));
    }
    if !by.is_person() {
        check_not_sending(builder)?;
        check_not_posted(builder)?;
    }
    builder.cancel(by);
    Ok(())
}

/// Only a person may supersede what is or may be in the channel, because its text would be there twice.
pub(super) fn supersede(
    builder: &mut TransitionBuilder<'_>,
    by: &Actor,
    successor: PublicationId,
) -> Result<(), StepRefusal> {
    if matches!(builder.before.state, State::Superseded { .. }) || successor == builder.before.id {
        return Err(builder.refuse(EventKind::Supersede));
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
        // A file cannot supersede a cancelled or published publication.
        if matches!(builder.before.state, State::Cancelled { .. } | State::Published) {
            return Err(StepRefusal::NotAPerson { by: by.clone() });
        }
        check_not_posted(builder)?;
    }
    builder.leave_out(by);
    // Its messages in the channel stay as they are.
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
        // Only a person answers whether a post was moved.
        State::Held { held: old } if *old != held && !matches!(old, HoldReason::MaybeMoved(_)) => {}
        _ => return Err(builder.refuse(EventKind::Hold)),
    }
    check_not_sending(builder)?;
    builder.hold(held);
    Ok(())
}

/// A corrected file or config releases the holds that it caused; a person releases any hold.
pub(super) fn release(builder: &mut TransitionBuilder<'_>, by: &Actor) -> Result<(), StepRefusal> {
    let State::Held { held } = &builder.before.state else {
        return Err(builder.refuse(EventKind::Release));
    };
    let by_file =
        matches!(held, HoldReason::File | HoldReason::Changed | HoldReason::UnknownChannel);
    if !(by_file && *by == Actor::File) {
        check_person(by)?;
    }
    // It would only be held again.
    let sent_at = builder.context.now.max(builder.before.due_at);
    if builder.before.has_refused_closing_time(sent_at) {
        return Err(StepRefusal::PollOver);
    }
    if builder.before.refused_deletion(sent_at).is_some() {
        return Err(StepRefusal::DeletionRefused);
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
    let State::Failed { .. } = builder.before.state else {
        return Err(builder.refuse(EventKind::Retry));
    };
    check_person(by)?;
    // The first parts were deleted, so the rest would be posted alone.
    let is_deleted = |part: &Part| matches!(part.state, PartState::Deleted { .. });
    if builder.before.parts.iter().any(is_deleted) {
        return Err(builder.refuse(EventKind::Retry));
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
        _ => return Err(builder.refuse(EventKind::Reschedule)),
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

/// Starts the release group. The caller has checked that all its channels may start.
pub(super) fn start_group(builder: &mut TransitionBuilder<'_>) -> Result<(), StepRefusal> {
    if builder.before.state.is_terminal() || !builder.before.together.waits() {
        return Err(StepRefusal::NothingToDo);
    }
    builder.next.together.begun = true;
    Ok(())
}
