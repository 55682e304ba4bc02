//! Orders about a whole publication: cancel, supersede, hold, release, retry, reschedule.

use jiff::Timestamp;

use super::super::draft::Draft;
use super::super::{
    Actor, ChangeState, Civil, Held, Notice, Part, PartState, PublicationId, Refused, State, Tries,
};

/// Refuses while a request that posts is under way.
fn at_rest(draft: &Draft<'_>) -> Result<(), Refused> {
    let mut states = draft.before.parts.iter().map(|part| &part.state);
    match states.position(|state| matches!(state, PartState::Sending { .. })) {
        Some(part) => Err(Refused::InFlight { part }),
        None => Ok(()),
    }
}

/// Refuses when anything of it is in the channel or may be.
fn unposted(draft: &Draft<'_>) -> Result<(), Refused> {
    let mut states = draft.before.parts.iter().map(|part| &part.state);
    match states.position(|state| state.is_posted() || state.doubt().is_some()) {
        Some(part) => Err(Refused::Posted { part }),
        None => Ok(()),
    }
}

fn by_person(by: &Actor) -> Result<(), Refused> {
    if by.is_person() { Ok(()) } else { Err(Refused::NotAPerson { by: by.clone() }) }
}

/// A file may cancel only what has not begun; a person also what may be in the channel. A part whose outcome is not known
/// keeps its doubt, so that it is still looked for: only then does the publication end.
pub(super) fn cancel(draft: &mut Draft<'_>, by: &Actor) -> Result<(), Refused> {
    if draft.before.state.is_terminal() || matches!(draft.before.state, State::Cancelling { .. }) {
        return Err(draft.refuse("cancel"));
    }
    if !by.is_person() {
        at_rest(draft)?;
        unposted(draft)?;
    }
    draft.cancel(by);
    Ok(())
}

/// What is in the channel or may be is superseded only by a person's word: its text would stand there twice.
pub(super) fn supersede(
    draft: &mut Draft<'_>,
    by: &Actor,
    successor: PublicationId,
) -> Result<(), Refused> {
    if matches!(draft.before.state, State::Superseded { .. }) || successor == draft.before.id {
        return Err(draft.refuse("supersede"));
    }
    at_rest(draft)?;
    if let Some(part) = draft.before.parts.iter().position(|part| part.state.doubt().is_some()) {
        return Err(Refused::Posted { part });
    }
    let changing = |part: &super::super::Part| {
        let state = part.change.as_ref().map(|change| &change.state);
        matches!(state, Some(ChangeState::Sending { .. }))
    };
    if let Some(part) = draft.before.parts.iter().position(changing) {
        return Err(Refused::InFlight { part });
    }
    if !by.is_person() {
        // A cancelled one stays cancelled whatever becomes of its file.
        if matches!(draft.before.state, State::Cancelled { .. } | State::Published) {
            return Err(Refused::NotAPerson { by: by.clone() });
        }
        unposted(draft)?;
    }
    draft.leave_out(by);
    // What it shows in the channel stays as it is from now on.
    for part in &mut draft.next.parts {
        part.change = None;
    }
    draft.next.state = State::Superseded { by: by.clone(), successor };
    Ok(())
}

pub(super) fn hold(draft: &mut Draft<'_>, held: Held) -> Result<(), Refused> {
    match &draft.before.state {
        State::Scheduled | State::Due | State::Publishing => {}
        // Whether it was moved is a question that only a person answers.
        State::Held { held: old } if *old != held && !matches!(old, Held::MaybeMoved(_)) => {}
        _ => return Err(draft.refuse("hold")),
    }
    at_rest(draft)?;
    draft.next.state = State::Held { held: held.clone() };
    draft.notify(Notice::Held { held });
    Ok(())
}

/// Each hold is lifted by whoever set it: a file that is good again lifts its own, a person lifts any.
pub(super) fn release(draft: &mut Draft<'_>, by: &Actor) -> Result<(), Refused> {
    let State::Held { held } = &draft.before.state else { return Err(draft.refuse("release")) };
    if !(matches!(held, Held::File | Held::Changed) && *by == Actor::File) {
        by_person(by)?;
    }
    if *held == Held::Exhausted {
        for part in &mut draft.next.parts {
            part.tries = Tries::default();
        }
    }
    draft.resume();
    let begun = draft.before.parts.iter().any(|part| part.state != PartState::Pending);
    if !begun && draft.before.due_at > draft.context.now {
        draft.next.state = State::Scheduled;
        draft.next.patient_from = draft.before.due_at;
    }
    Ok(())
}

pub(super) fn retry(draft: &mut Draft<'_>, by: &Actor) -> Result<(), Refused> {
    let State::Failed { .. } = draft.before.state else { return Err(draft.refuse("retry")) };
    by_person(by)?;
    // What would follow stands no longer behind its beginning.
    let is_deleted = |part: &Part| matches!(part.state, PartState::Deleted { .. });
    if draft.before.parts.iter().any(is_deleted) {
        return Err(draft.refuse("retry"));
    }
    for part in &mut draft.next.parts {
        if let PartState::Failed { .. } = part.state {
            part.state = PartState::Pending;
            part.tries = Tries::default();
        }
    }
    draft.next.not_before = None;
    draft.resume();
    Ok(())
}

pub(super) fn reschedule(
    draft: &mut Draft<'_>,
    due_at: Timestamp,
    civil: Option<&Civil>,
) -> Result<(), Refused> {
    match draft.before.state {
        State::Scheduled | State::Due | State::Held { .. } => {}
        _ => return Err(draft.refuse("reschedule")),
    }
    if let Some(part) = draft.before.parts.iter().position(|part| part.state.is_posted()) {
        return Err(Refused::Posted { part });
    }
    draft.next.due_at = due_at;
    draft.next.civil = civil.cloned();
    draft.next.patient_from = due_at;
    draft.next.state = State::Scheduled;
    Ok(())
}
