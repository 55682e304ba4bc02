//! What a person's word does, where evidence does not tell.

use super::alter;
use super::send::raise_last_known_message;
use super::transition_builder::TransitionBuilder;
use crate::outbox::evidence::are_message_ids;
use crate::outbox::{
    Actor, Cancellation, Change, ChangeState, Context, Found, Notice, Part, PartState, Resolution,
    SentVia, State, StepRefusal, moment,
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
    let wrong =
        || StepRefusal::WrongPart { event: "decided", part: number, state: part.state.name() };
    if let (PartState::Sent { .. }, Some(change)) = (&part.state, &part.change) {
        return resolve_conflict(builder, number, change, resolution, by);
    }
    if let (PartState::Pending, Resolution::Sent { message_ids }) = (&part.state, resolution) {
        return record_posted(builder, number, message_ids, by);
    }
    let (attempt, unknown) = match &part.state {
        PartState::Failed { attempt, .. } => (*attempt, None),
        // It was left out while nobody knew, and is found after all.
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
    builder.record(attempt, Found::Resolution { resolution: resolution.clone(), by: by.clone() });
    builder.next_part(number)?.state = match (resolution, unknown) {
        (Resolution::Sent { message_ids }, _) => {
            let message_ids = message_ids.clone();
            if !are_message_ids(&message_ids) || builder.is_of_another_part(number, &message_ids) {
                return Err(StepRefusal::MessageIds { message_ids });
            }
            raise_last_known_message(builder, &message_ids);
            let via = SentVia::Resolved { by: by.clone(), before: Box::new(part.state.clone()) };
            PartState::Sent { message_ids, via, at: now }
        }
        (Resolution::NotSent, Some(unknown)) => {
            // Even a person sees only what is there now: the request may still be on its way.
            let until = moment::after(unknown.since, policy.quiet);
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
        // What was learnt does not bring it back.
    } else if builder.before.state.is_terminal() {
        builder.resume();
    } else {
        builder.update_state();
        builder.next.retry_since = now;
    }
    Ok(())
}

/// Records, by a person's word, a part that is in the channel although the journal has not sent it: a restored journal lacks
/// what was sent after the backup.
fn record_posted(
    builder: &mut TransitionBuilder<'_>,
    number: usize,
    message_ids: &[i64],
    by: &Actor,
) -> Result<(), StepRefusal> {
    let before = builder.before;
    let is_begun = before.parts.iter().any(|part| part.state.is_posted());
    if !is_begun || before.state.is_terminal() {
        return Err(builder.wrong_part("decided", number));
    }
    if let Some(part) = before.parts.iter().take(number).position(|part| !part.state.is_done()) {
        return Err(StepRefusal::EarlierPart { part });
    }
    if !are_message_ids(message_ids) || builder.is_of_another_part(number, message_ids) {
        return Err(StepRefusal::MessageIds { message_ids: message_ids.to_vec() });
    }
    raise_last_known_message(builder, message_ids);
    let (via, at) = (SentVia::Person(by.clone()), builder.context.now);
    let message_ids = message_ids.to_vec();
    builder.next_part(number)?.state = PartState::Sent { message_ids, via, at };
    builder.update_state();
    builder.next.retry_since = at;
    Ok(())
}

/// A person takes back that messages are parts of it: what was not known before is asked again, and what was only adopted is
/// cancelled. Nothing is sent by itself for that.
pub(super) fn undo(builder: &mut TransitionBuilder<'_>, by: &Actor) -> Result<(), StepRefusal> {
    if !by.is_person() {
        return Err(StepRefusal::NotAPerson { by: by.clone() });
    }
    let before = builder.before;
    if let State::Superseded { .. } = before.state {
        return Err(builder.refuse("undo"));
    }
    let via = |part: &Part| match &part.state {
        PartState::Sent { via, .. } if via.is_by_person() => Some(via.clone()),
        _ => None,
    };
    let told = before.parts.iter().enumerate().rev();
    let mut told = told.filter_map(|(number, part)| Some((number, via(part)?)));
    let Some((number, via)) = told.next() else { return Err(builder.refuse("undo")) };
    let is_built_upon = |part: &Part| part.change.is_some() || part.edited.is_some();
    let mut behind = before.parts.iter().skip(number + 1);
    let goes_on =
        behind.any(|part| !matches!(part.state, PartState::Pending | PartState::Skipped { .. }));
    if before.parts.iter().any(is_built_upon) || before.pin.made || goes_on {
        return Err(StepRefusal::ChangedSince { part: number });
    }
    let SentVia::Resolved { before: part, .. } = via else {
        // It was adopted, or an older version kept nothing of what was before.
        let is_adopted = |part: &Part| part.attempts.is_empty() && part.state.is_posted();
        if !before.parts.iter().all(is_adopted) {
            return Err(builder.refuse("undo"));
        }
        let at = builder.context.now;
        for part in &mut builder.next.parts {
            part.state = PartState::Skipped { by: by.clone(), at, in_doubt: false };
        }
        // It is as new: its file asks for it as before.
        let cancellation = Cancellation::Ordered;
        builder.next.state = State::Cancelled { by: Actor::System, cancellation };
        return Ok(());
    };
    let is_open = part.unknown_outcome().is_some();
    if let Some(by) = builder.context.channel.busy.filter(|_| is_open && !before.state.occupies()) {
        return Err(StepRefusal::ChannelBusy { by });
    }
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

/// A person's word on a change that could not be made.
fn resolve_conflict(
    builder: &mut TransitionBuilder<'_>,
    number: usize,
    change: &Change,
    resolution: &Resolution,
    by: &Actor,
) -> Result<(), StepRefusal> {
    let ChangeState::Conflict { .. } = change.state else {
        let state = change.state.name();
        return Err(StepRefusal::WrongPart { event: "decided", part: number, state });
    };
    if let Some(attempt) = change.attempts.last() {
        builder
            .record(*attempt, Found::Resolution { resolution: resolution.clone(), by: by.clone() });
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
                // Left as it is, and not asked for again by itself.
                builder.next.pin.wanted = builder.before.pin.made;
            }
        }
        Resolution::Sent { .. } if change.kind.is_pin() => {
            alter::apply_change(builder, number, change)?
        }
        Resolution::Gone => {
            alter::mark_deleted(builder, number, by)?;
            alter::cancel_if_empty(builder, by);
        }
        Resolution::Sent { .. } => {
            return Err(StepRefusal::WrongPart {
                event: "decided",
                part: number,
                state: "conflict",
            });
        }
    }
    Ok(())
}
