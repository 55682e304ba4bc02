//! The decisions of a person, for cases that evidence cannot settle.

use super::change;
use super::send::raise_last_known_message;
use super::transition_builder::TransitionBuilder;
use crate::outbox::evidence::are_message_ids;
use crate::outbox::{
    Actor, Cancellation, Change, ChangeState, Context, EventKind, FindingKind, Notice, Part,
    PartState, Resolution, SentVia, State, StepRefusal, Write, moment,
};

pub(super) fn resolve(
    builder: &mut TransitionBuilder<'_>,
    number: usize,
    resolution: &Resolution,
    by: &Actor,
) -> Result<(), StepRefusal> {
    let Context { now, policy, .. } = *builder.context;
    let part = builder.part(number)?;
    if !by.is_person() {
        return Err(StepRefusal::NotAPerson { by: by.clone() });
    }
    let wrong = || StepRefusal::WrongPart {
        event: EventKind::Resolve,
        part: number,
        state: part.state.name(),
    };
    if let (PartState::Sent { .. }, Some(change)) = (&part.state, &part.change) {
        return resolve_conflict(builder, number, change, resolution, by);
    }
    if let (PartState::Pending, Resolution::Sent { message_ids }) = (&part.state, resolution) {
        return record_posted(builder, number, message_ids, by);
    }
    let (attempt, unknown) = match &part.state {
        PartState::Failed { attempt, .. } => (*attempt, None),
        // It was skipped with an unknown outcome, and was found later.
        PartState::Skipped { in_doubt: true, .. }
            if matches!(resolution, Resolution::Sent { .. }) =>
        {
            (*part.attempts.last().ok_or_else(wrong)?, None)
        }
        state => match state.unknown_outcome() {
            Some(unknown) => (unknown.attempt, Some(unknown)),
            None => return Err(wrong()),
        },
    };
    builder.record(
        attempt,
        FindingKind::Resolution { resolution: resolution.clone(), by: by.clone() },
    );
    builder.next_part(number)?.state = match (resolution, unknown) {
        (Resolution::Sent { message_ids }, _) => {
            let message_ids = message_ids.clone();
            refuse_wrong_messages(builder, number, part.messages, &message_ids)?;
            raise_last_known_message(builder, &message_ids);
            let via = SentVia::Resolved { by: by.clone(), before: Box::new(part.state.clone()) };
            PartState::Sent { message_ids, via, at: now }
        }
        (Resolution::NotSent, Some(unknown)) => {
            // A person sees only the present state: the request may still be in flight.
            let until = moment::saturating_add(unknown.since, policy.quiet);
            if now < until {
                return Err(StepRefusal::TooEarly { until });
            }
            PartState::Pending
        }
        (Resolution::Skip, unknown) => {
            PartState::Skipped { by: by.clone(), at: now, in_doubt: unknown.is_some() }
        }
        (Resolution::NotSent, None) | (Resolution::Gone, _) => return Err(wrong()),
    };
    let is_cancelled = matches!(
        builder.before.state,
        State::Cancelled { cancellation: Cancellation::Ordered, .. }
    );
    if is_cancelled || matches!(builder.before.state, State::Superseded { .. }) {
        // The new knowledge does not revive the publication.
    } else if builder.before.state.is_terminal() {
        builder.resume();
    } else {
        builder.update_state();
        builder.next.retry_since = now;
    }
    Ok(())
}

/// An album of which not every message is named would lose the others: no edit and no deletion would reach them.
fn refuse_wrong_messages(
    builder: &TransitionBuilder<'_>,
    number: usize,
    wanted: usize,
    message_ids: &[i64],
) -> Result<(), StepRefusal> {
    if message_ids.len() != wanted {
        return Err(StepRefusal::MessageCount { wanted, named: message_ids.len() });
    }
    if !are_message_ids(message_ids) || builder.is_of_another_part(number, message_ids) {
        return Err(StepRefusal::MessageIds { message_ids: message_ids.to_vec() });
    }
    Ok(())
}

/// Records a pending part as sent, on a person's decision. A restored journal lacks what was sent after the backup.
fn record_posted(
    builder: &mut TransitionBuilder<'_>,
    number: usize,
    message_ids: &[i64],
    by: &Actor,
) -> Result<(), StepRefusal> {
    let before = builder.before;
    let is_begun = before.parts.iter().any(|part| part.state.is_posted());
    if !is_begun || before.state.is_terminal() {
        return Err(builder.wrong_part(EventKind::Resolve, number));
    }
    if let Some(part) = before.parts.iter().take(number).position(|part| !part.state.is_done()) {
        return Err(StepRefusal::EarlierPart { part });
    }
    refuse_wrong_messages(builder, number, builder.part(number)?.messages, message_ids)?;
    raise_last_known_message(builder, message_ids);
    let (via, at) = (SentVia::Person(by.clone()), builder.context.now);
    let message_ids = message_ids.to_vec();
    builder.next_part(number)?.state = PartState::Sent { message_ids, via, at };
    builder.update_state();
    builder.next.retry_since = at;
    Ok(())
}

/// Undoes a person's decision that messages are parts of the publication. An unknown outcome becomes unknown again, and an
/// adopted publication is cancelled. This never causes a send without a new order.
pub(super) fn undo(builder: &mut TransitionBuilder<'_>, by: &Actor) -> Result<(), StepRefusal> {
    if !by.is_person() {
        return Err(StepRefusal::NotAPerson { by: by.clone() });
    }
    let before = builder.before;
    if let State::Superseded { .. } = before.state {
        return Err(builder.refuse(EventKind::Undo));
    }
    let via = |part: &Part| match &part.state {
        PartState::Sent { via, .. } if via.is_by_person() => Some(via.clone()),
        _ => None,
    };
    let last_first = before.parts.iter().enumerate().rev();
    let mut decided = last_first.filter_map(|(number, part)| Some((number, via(part)?)));
    let Some((number, via)) = decided.next() else { return Err(builder.refuse(EventKind::Undo)) };
    let is_changed = |part: &Part| part.change.is_some() || part.edited.is_some();
    let mut later = before.parts.iter().skip(number + 1);
    let goes_on =
        later.any(|part| !matches!(part.state, PartState::Pending | PartState::Skipped { .. }));
    if before.parts.iter().any(is_changed) || before.pin.made || goes_on {
        return Err(StepRefusal::ChangedSince { part: number });
    }
    let SentVia::Resolved { before: part, .. } = via else {
        // It was adopted, or an older version did not store the state before.
        let is_adopted = |part: &Part| part.attempts.is_empty() && part.state.is_posted();
        if !before.parts.iter().all(is_adopted) {
            return Err(builder.refuse(EventKind::Undo));
        }
        let at = builder.context.now;
        for part in &mut builder.next.parts {
            part.state = PartState::Skipped { by: by.clone(), at, in_doubt: false };
        }
        let adopted = before.parts.iter().flat_map(|part| part.state.message_ids()).copied();
        builder.write(Write::ForgetMessages(adopted.collect()));
        // `System` lets the file schedule it again, as if it were new.
        let cancellation = Cancellation::Ordered;
        builder.next.state = State::Cancelled { by: Actor::System, cancellation };
        return Ok(());
    };
    let is_open = part.unknown_outcome().is_some();
    if let Some(by) = builder.context.channel.busy.filter(|_| is_open && !before.state.occupies()) {
        return Err(StepRefusal::ChannelBusy { by });
    }
    let named = builder.part(number)?.state.message_ids().to_vec();
    builder.write(Write::ForgetMessages(named));
    builder.next_part(number)?.state = *part;
    match before.state {
        State::Cancelled { .. } if is_open => {
            builder.next.state = State::Cancelling { by: by.clone() };
        }
        State::Cancelled { .. } => {}
        _ => builder.resume(),
    }
    if is_open {
        builder.notify(Notice::NeedsOperator { part: number });
    }
    Ok(())
}

/// Applies a person's decision about a failed change.
fn resolve_conflict(
    builder: &mut TransitionBuilder<'_>,
    number: usize,
    change: &Change,
    resolution: &Resolution,
    by: &Actor,
) -> Result<(), StepRefusal> {
    let ChangeState::Conflict { .. } = change.state else {
        let state = change.state.name();
        return Err(StepRefusal::WrongPart { event: EventKind::Resolve, part: number, state });
    };
    if let Some(attempt) = change.attempts.last() {
        builder.record(
            *attempt,
            FindingKind::Resolution { resolution: resolution.clone(), by: by.clone() },
        );
    }
    match resolution {
        Resolution::NotSent => {
            if let Some(change) = &mut builder.next_part(number)?.change {
                change.state = ChangeState::Pending { not_before: None };
                change.tries = 0;
            }
        }
        Resolution::Skip => {
            builder.next_part(number)?.change = None;
            if change.kind.is_pin() {
                // The pin stays as it is, and is not requested again.
                builder.next.pin.wanted = builder.before.pin.made;
            }
        }
        Resolution::Sent { .. } if change.kind.is_pin() => {
            change::apply_change(builder, number, change)?;
        }
        Resolution::Gone => {
            change::mark_deleted(builder, number, by)?;
            change::cancel_if_empty(builder, by);
        }
        Resolution::Sent { .. } => {
            return Err(StepRefusal::WrongPart {
                event: EventKind::Resolve,
                part: number,
                state: "conflict",
            });
        }
    }
    Ok(())
}
