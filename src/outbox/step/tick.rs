//! The passing of time: posts become due or are missed, retry windows end, and unknown outcomes go to an operator.

use super::approve;
use super::transition_builder::TransitionBuilder;
use crate::limits;
use crate::outbox::{
    Actor, Cancellation, Context, HoldReason, Missed, Notice, PartState, Question, Recovery, State,
    StepRefusal, moment,
};

pub(super) fn tick(builder: &mut TransitionBuilder<'_>) -> Result<(), StepRefusal> {
    match &builder.before.state {
        State::Scheduled => scheduled(builder),
        State::Uncertain | State::Cancelling { .. } => uncertain(builder),
        State::Due | State::Publishing => waiting(builder),
        State::Held { held: HoldReason::Channel } if builder.context.channel.paused.is_none() => {
            builder.resume();
            Ok(())
        }
        State::Held { .. }
        | State::Published
        | State::Failed { .. }
        | State::Cancelled { .. }
        | State::Superseded { .. } => Err(StepRefusal::NothingToDo),
    }
}

fn scheduled(builder: &mut TransitionBuilder<'_>) -> Result<(), StepRefusal> {
    let Context { now, channel, policy, process, .. } = *builder.context;
    let due_at = builder.before.due_at;
    if !process.clock_trusted {
        return Err(StepRefusal::ClockUntrusted);
    }
    if now < due_at {
        return Err(StepRefusal::TooEarly { until: due_at });
    }
    if let Some(why) = &channel.paused {
        return Err(StepRefusal::ChannelPaused { why: why.clone() });
    }
    // Comments are as late as their post, and its lateness was decided already.
    if now > moment::saturating_add(due_at, policy.grace) && !builder.before.is_comments() {
        match policy.missed {
            Missed::Publish => {}
            Missed::Hold => {
                builder.hold(HoldReason::Missed);
                return Ok(());
            }
            Missed::Skip => {
                builder.leave_out(&Actor::Schedule);
                let cancellation = Cancellation::Missed;
                builder.next.state = State::Cancelled { by: Actor::Schedule, cancellation };
                builder.notify(Notice::Missed);
                return Ok(());
            }
        }
    }
    check_channel_open(builder.context)?;
    if approve::check_approved(builder).is_err() {
        builder.hold(HoldReason::Approvals);
        return Ok(());
    }
    if builder.before.has_refused_closing_time(now) {
        builder.hold(HoldReason::PollOver);
        return Ok(());
    }
    if builder.before.refused_deletion(now).is_some() {
        builder.hold(HoldReason::DeletionRefused);
        return Ok(());
    }
    builder.next.state = State::Due;
    // A post that becomes due late gets the full retry window.
    builder.next.retry_since = now;
    Ok(())
}

/// Refuses if the channel cannot take a publication now.
pub(super) fn check_channel_open(context: &Context<'_>) -> Result<(), StepRefusal> {
    if let Some(why) = &context.channel.paused {
        return Err(StepRefusal::ChannelPaused { why: why.clone() });
    }
    if let Some(until) = context.channel.flood_wait_until.filter(|until| *until > context.now) {
        return Err(StepRefusal::FloodWait { until });
    }
    match context.channel.busy {
        Some(by) => Err(StepRefusal::ChannelBusy { by }),
        None => Ok(()),
    }
}

/// Holds a publication that failed for too long or too many times, because news becomes outdated.
fn waiting(builder: &mut TransitionBuilder<'_>) -> Result<(), StepRefusal> {
    let Some(part) = builder.before.next_part() else { return Err(StepRefusal::NothingToDo) };
    if builder.before.parts.iter().any(|part| matches!(part.state, PartState::Sending { .. })) {
        return Err(StepRefusal::NothingToDo);
    }
    if approve::check_approved(builder).is_err() {
        builder.hold(HoldReason::Approvals);
        return Ok(());
    }
    if builder.before.has_refused_closing_time(builder.context.now) {
        builder.hold(HoldReason::PollOver);
        return Ok(());
    }
    if builder.before.refused_deletion(builder.context.now).is_some() {
        builder.hold(HoldReason::DeletionRefused);
        return Ok(());
    }
    match check_retry_window(builder, part) {
        Err(StepRefusal::Expired) => builder.hold(HoldReason::Expired),
        Err(StepRefusal::Exhausted { .. }) => builder.hold(HoldReason::Exhausted),
        _ => return Err(StepRefusal::NothingToDo),
    }
    Ok(())
}

/// Refuses if the retry window has ended or the tries are used up.
pub(super) fn check_retry_window(
    builder: &TransitionBuilder<'_>,
    part: usize,
) -> Result<(), StepRefusal> {
    let Context { now, policy, .. } = *builder.context;
    if now > moment::saturating_add(builder.before.retry_since, policy.give_up_after) {
        return Err(StepRefusal::Expired);
    }
    let tries = builder.part(part)?.tries.sends;
    if tries >= limits::SEND_TRIES { Err(StepRefusal::Exhausted { tries }) } else { Ok(()) }
}

fn uncertain(builder: &mut TransitionBuilder<'_>) -> Result<(), StepRefusal> {
    let Context { now, policy, .. } = *builder.context;
    let parts = builder.before.parts.iter().enumerate();
    let uncertain = parts.into_iter().find_map(|(number, part)| match &part.state {
        PartState::Uncertain { unknown, probes } => Some((number, unknown.clone(), *probes)),
        _ => None,
    });
    let Some((number, mut unknown, probes)) = uncertain else {
        return Err(StepRefusal::NothingToDo);
    };
    let question = match policy.recovery_in(builder.before.chat) {
        Recovery::Hold => Question::Policy,
        Recovery::NoStagingChat => Question::NoStagingChat,
        Recovery::BasicGroup => Question::BasicGroup,
        Recovery::Probe if unknown.last_known_message_id.is_none() => Question::NoKnownMessage,
        Recovery::Probe if now < unknown.since => {
            // The clock was set back, so it is not known how much of the quiet time has passed.
            unknown.since = now;
            builder.next_part(number)?.state = PartState::Uncertain { unknown, probes };
            return Ok(());
        }
        Recovery::Probe => return Err(StepRefusal::NothingToDo),
    };
    builder.ask(number, unknown, question)
}
