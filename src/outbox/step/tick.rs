//! What the passing of time does: posts become due or are missed, patience ends, doubts reach their operator.

use super::super::draft::Draft;
use super::super::{
    Actor, Cancellation, Context, Held, Missed, Notice, PartState, Question, Recovery, Refused,
    State, approvals, moment,
};
use crate::limits;

pub(super) fn tick(draft: &mut Draft<'_>) -> Result<(), Refused> {
    match &draft.before.state {
        State::Scheduled => scheduled(draft),
        State::Uncertain | State::Cancelling { .. } => uncertain(draft),
        State::Due | State::Publishing => waiting(draft),
        State::Held { held: Held::Channel } if draft.context.channel.paused.is_none() => {
            draft.resume();
            Ok(())
        }
        State::Held { .. }
        | State::Published
        | State::Failed { .. }
        | State::Cancelled { .. }
        | State::Superseded { .. } => Err(Refused::NothingToDo),
    }
}

fn scheduled(draft: &mut Draft<'_>) -> Result<(), Refused> {
    let Context { now, channel, policy, instance, .. } = *draft.context;
    let due_at = draft.before.due_at;
    if !instance.clock_trusted {
        return Err(Refused::ClockUntrusted);
    }
    if now < due_at {
        return Err(Refused::TooEarly { until: due_at });
    }
    if let Some(why) = &channel.paused {
        return Err(Refused::ChannelPaused { why: why.clone() });
    }
    if now > moment::after(due_at, policy.grace) {
        match policy.missed {
            Missed::Publish => {}
            Missed::Hold => {
                hold(draft, Held::Missed);
                return Ok(());
            }
            Missed::Skip => {
                draft.leave_out(&Actor::Schedule);
                let cancellation = Cancellation::Missed;
                draft.next.state = State::Cancelled { by: Actor::Schedule, cancellation };
                draft.notify(Notice::Missed);
                return Ok(());
            }
        }
    }
    open(draft.context)?;
    if approvals::enough(draft).is_err() {
        hold(draft, Held::Approvals);
        return Ok(());
    }
    draft.next.state = State::Due;
    // The schedule may have been late by itself: a post that goes out late has a whole patience yet.
    draft.next.patient_from = now;
    Ok(())
}

/// Whether the channel takes a publication now.
pub(super) fn open(context: &Context<'_>) -> Result<(), Refused> {
    if let Some(why) = &context.channel.paused {
        return Err(Refused::ChannelPaused { why: why.clone() });
    }
    if let Some(until) = context.channel.freeze_until.filter(|until| *until > context.now) {
        return Err(Refused::ChannelFrozen { until });
    }
    match context.channel.busy {
        Some(by) => Err(Refused::ChannelBusy { by }),
        None => Ok(()),
    }
}

fn hold(draft: &mut Draft<'_>, held: Held) {
    draft.next.state = State::Held { held: held.clone() };
    draft.notify(Notice::Held { held });
}

/// What cannot be sent for too long, or too often, is held: news go stale.
fn waiting(draft: &mut Draft<'_>) -> Result<(), Refused> {
    let Some(part) = draft.before.next_part() else { return Err(Refused::NothingToDo) };
    if draft.before.parts.iter().any(|part| matches!(part.state, PartState::Sending { .. })) {
        return Err(Refused::NothingToDo);
    }
    if approvals::enough(draft).is_err() {
        hold(draft, Held::Approvals);
        return Ok(());
    }
    match patience(draft, part) {
        Err(Refused::Expired) => hold(draft, Held::Expired),
        Err(Refused::Exhausted { .. }) => hold(draft, Held::Exhausted),
        _ => return Err(Refused::NothingToDo),
    }
    Ok(())
}

/// Whether the part may be tried once more.
pub(super) fn patience(draft: &Draft<'_>, part: usize) -> Result<(), Refused> {
    let Context { now, policy, .. } = *draft.context;
    if now > moment::after(draft.before.patient_from, policy.give_up_after) {
        return Err(Refused::Expired);
    }
    let tries = draft.part(part)?.tries.sends;
    if tries >= limits::SEND_TRIES { Err(Refused::Exhausted { tries }) } else { Ok(()) }
}

fn uncertain(draft: &mut Draft<'_>) -> Result<(), Refused> {
    let Context { now, policy, .. } = *draft.context;
    let parts = draft.before.parts.iter().enumerate();
    let doubtful = parts.into_iter().find_map(|(number, part)| match &part.state {
        PartState::Uncertain { doubt, probes } => Some((number, doubt.clone(), *probes)),
        _ => None,
    });
    let Some((number, mut doubt, probes)) = doubtful else { return Err(Refused::NothingToDo) };
    let question = match policy.recovery {
        Recovery::Hold => Question::Policy,
        Recovery::NoStagingChat => Question::NoStagingChat,
        Recovery::Probe if doubt.floor.is_none() => Question::NoFloor,
        Recovery::Probe if now < doubt.since => {
            // The clock was set back: what has passed of the quiet time is not known any more.
            doubt.since = now;
            draft.next_part(number)?.state = PartState::Uncertain { doubt, probes };
            return Ok(());
        }
        Recovery::Probe => return Err(Refused::NothingToDo),
    };
    draft.next_part(number)?.state = PartState::NeedsOperator { doubt, question };
    draft.notify(Notice::NeedsOperator { part: number });
    Ok(())
}
