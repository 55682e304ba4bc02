//! Sends: claiming a part, and applying the outcome. The outcomes of changes are in `change`.

use super::attempt::{apply_flood_wait, intend, stop_sending};
use super::transition_builder::TransitionBuilder;
use super::{approve, change, tick};
use crate::limits;
use crate::message::Request;
use crate::outbox::evidence::are_message_ids;
use crate::outbox::{
    AttemptId, Claim, Context, EventKind, FindingKind, HoldReason, NotSentReason, Notice,
    Operation, Outcome, Part, PartState, Question, Refusal, SentVia, State, StepRefusal,
    UnknownCause, UnknownOutcome, Write, backoff, moment,
};

pub(super) fn claim(builder: &mut TransitionBuilder<'_>, claim: &Claim) -> Result<(), StepRefusal> {
    let part = builder.part(claim.part)?;
    may_publish(builder.context)?;
    let of_changes = |part: &Part| {
        part.change.as_ref().is_some_and(|change| change.attempts.contains(&claim.attempt))
    };
    let taken = |part: &Part| part.attempts.contains(&claim.attempt) || of_changes(part);
    if builder.before.parts.iter().any(taken) {
        return Err(StepRefusal::AttemptTaken { attempt: claim.attempt });
    }
    match (&part.state, &part.change) {
        (PartState::Sent { .. }, Some(change)) => change::claim(builder, claim, change),
        _ => claim_send(builder, claim),
    }
}

/// Refuses if this process must not make any request.
fn may_publish(context: &Context<'_>) -> Result<(), StepRefusal> {
    let process = context.process;
    if let Some(why) = &process.stopped {
        return Err(StepRefusal::Stopped { why: why.clone() });
    }
    if !process.holds_lock {
        return Err(StepRefusal::NoLock);
    }
    if process.clock_trusted { Ok(()) } else { Err(StepRefusal::ClockUntrusted) }
}

fn claim_send(builder: &mut TransitionBuilder<'_>, claim: &Claim) -> Result<(), StepRefusal> {
    let Context { now, process, channel, .. } = *builder.context;
    let (before, number) = (builder.before, claim.part);
    let part = builder.part(number)?;
    if !matches!(before.state, State::Due | State::Publishing) {
        return Err(builder.refuse(EventKind::Claim));
    }
    if part.state != PartState::Pending {
        return Err(builder.wrong_part(EventKind::Claim, number));
    }
    if let Some(earlier) = before.parts.iter().take(number).position(|part| !part.state.is_done()) {
        return Err(StepRefusal::EarlierPart { part: earlier });
    }
    if before.together.waits() {
        return Err(StepRefusal::Together);
    }
    // Without the copy of its post, a comment would be a message of its own in the group.
    if before.is_comments() && !claim.filled.as_ref().is_some_and(Request::is_reply_to_message) {
        return Err(StepRefusal::NotPlaced);
    }
    approve::check_approved(builder)?;
    tick::check_channel_open(builder.context)?;
    if let Some(until) = before.not_before.filter(|until| *until > now) {
        return Err(StepRefusal::TooEarly { until });
    }
    if builder.before.has_refused_closing_time(now) {
        return Err(StepRefusal::PollOver);
    }
    if builder.before.refused_deletion(now).is_some() {
        return Err(StepRefusal::DeletionRefused);
    }
    tick::check_retry_window(builder, number)?;
    let next = builder.next_part(number)?;
    next.attempts.push(claim.attempt);
    next.state = PartState::Sending {
        attempt: claim.attempt,
        owner: process.owner.clone(),
        last_known_message_id: channel.last_known_message_id,
        since: now,
        telegram_at: claim.telegram_at,
    };
    builder.next.not_before = None;
    intend(builder, claim, Operation::Send, &part.request);
    builder.update_state();
    Ok(())
}

pub(super) fn answered(
    builder: &mut TransitionBuilder<'_>,
    number: usize,
    attempt: AttemptId,
    outcome: &Outcome,
) -> Result<(), StepRefusal> {
    let part = builder.part(number)?;
    if let Some(change) = part.change.as_ref().filter(|change| change.attempts.contains(&attempt)) {
        return change::answered(builder, number, attempt, change, outcome);
    }
    if !part.attempts.contains(&attempt) {
        return Err(StepRefusal::OtherAttempt { attempt });
    }
    if let Outcome::Accepted { message_ids, chat } = outcome
        && are_message_ids(message_ids)
        && message_ids.len() == part.messages
        && chat.is_none_or(|chat| chat == builder.before.chat)
        && !builder.is_of_another_part(number, message_ids)
    {
        return sent(builder, number, attempt, message_ids);
    }
    // All other outcomes count only while this attempt is the part's current one.
    let unanswered = UnknownCause::Unanswered { reason: None, description: String::new() };
    let in_flight = part.state.unanswered_send(builder.context.now, unanswered);
    let unknown = in_flight.or_else(|| part.state.unknown_outcome().cloned());
    let unknown = unknown.filter(|unknown| unknown.attempt == attempt);
    let unknown = unknown.ok_or(StepRefusal::OtherAttempt { attempt })?;
    builder.record(attempt, FindingKind::Answer(outcome.clone()));
    apply_outcome(builder, number, unknown, outcome)?;
    builder.update_state();
    let goes_on = matches!(builder.next.state, State::Due | State::Publishing);
    match outcome {
        Outcome::Rejected { refusal, .. } if goes_on && refusal.is_of_channel() => {
            builder.next.state = State::Held { held: HoldReason::Channel };
        }
        // Only a person can bring the bytes.
        Outcome::NotSent { why: NotSentReason::BytesMissing, .. } if goes_on => {
            builder.hold(HoldReason::MediaMissing);
        }
        _ => {}
    }
    Ok(())
}

/// Records the part as sent. A late answer is true in any state.
fn sent(
    builder: &mut TransitionBuilder<'_>,
    number: usize,
    attempt: AttemptId,
    message_ids: &[i64],
) -> Result<(), StepRefusal> {
    let now = builder.context.now;
    let part = builder.part(number)?;
    let via = match &part.state {
        PartState::Sent { message_ids: known, .. } if known == message_ids => {
            return Err(StepRefusal::Recorded);
        }
        // Another attempt took its place, so these messages are duplicates.
        PartState::Sent { .. } | PartState::Deleted { .. } => None,
        PartState::Sending { attempt: current, .. } if *current != attempt => None,
        PartState::Sending { .. } => Some(SentVia::Answer),
        PartState::Pending
        | PartState::Uncertain { .. }
        | PartState::NeedsOperator { .. }
        | PartState::Failed { .. }
        | PartState::Skipped { .. } => Some(SentVia::LateAnswer),
    };
    let ids = message_ids.to_vec();
    let outcome = Outcome::Accepted { message_ids: ids.clone(), chat: Some(builder.before.chat) };
    builder.record(attempt, FindingKind::Answer(outcome));
    match via {
        None => builder.notify(Notice::Duplicate { part: number, message_ids: ids.clone() }),
        Some(via) => {
            builder.next_part(number)?.state =
                PartState::Sent { message_ids: ids.clone(), via, at: now };
            builder.next.not_before = None;
        }
    }
    raise_last_known_message(builder, &ids);
    builder.update_state();
    Ok(())
}

/// Raises the channel's last known message id.
pub(super) fn raise_last_known_message(builder: &mut TransitionBuilder<'_>, message_ids: &[i64]) {
    if let Some(highest) = message_ids.iter().copied().max() {
        builder.write(Write::RaiseLastKnownMessage(highest));
    }
}

/// Applies an outcome other than a clear success to the part.
fn apply_outcome(
    builder: &mut TransitionBuilder<'_>,
    number: usize,
    mut unknown: UnknownOutcome,
    outcome: &Outcome,
) -> Result<(), StepRefusal> {
    let attempt = unknown.attempt;
    match outcome {
        Outcome::Accepted { message_ids, chat: Some(chat) }
            if are_message_ids(message_ids) && *chat != builder.before.chat =>
        {
            let question = Question::OtherChat { chat: *chat, message_ids: message_ids.clone() };
            builder.ask(number, unknown, question)
        }
        // Telegram accepted it, so no probe may conclude that it is absent.
        Outcome::Accepted { message_ids, .. } | Outcome::SentAsAnotherPart { message_ids } => {
            let question = Question::Accepted { message_ids: message_ids.clone() };
            builder.ask(number, unknown, question)
        }
        // No request that sends a message has this answer.
        Outcome::PollClosed { .. } => Err(StepRefusal::OtherAttempt { attempt }),
        Outcome::Unknown { reason, description } => {
            let cause =
                UnknownCause::Unanswered { reason: *reason, description: description.clone() };
            mark_uncertain(builder, number, unknown, cause)
        }
        Outcome::SentThenDeleted { .. } => {
            unknown.since = builder.context.now;
            builder.ask(number, unknown, Question::Deleted)
        }
        Outcome::NotSent { why, retry_after, description } => {
            not_sent(builder, number, *why, *retry_after, attempt, description)
        }
        Outcome::Rejected { refusal, description } => {
            rejected(builder, number, *refusal, attempt, description)
        }
    }
}

/// The call returned without an answer. The quiet time counts from now. If a person was already asked, the question stays.
fn mark_uncertain(
    builder: &mut TransitionBuilder<'_>,
    number: usize,
    mut unknown: UnknownOutcome,
    cause: UnknownCause,
) -> Result<(), StepRefusal> {
    unknown.since = builder.context.now;
    unknown.cause = cause;
    let (state, is_new) = match &builder.part(number)?.state {
        PartState::NeedsOperator { question, .. } => {
            (PartState::NeedsOperator { unknown, question: question.clone() }, false)
        }
        PartState::Uncertain { probes, .. } => {
            (PartState::Uncertain { unknown, probes: *probes }, false)
        }
        _ => (PartState::Uncertain { unknown, probes: 0 }, true),
    };
    builder.next_part(number)?.state = state;
    if is_new {
        builder.notify(Notice::Uncertain { part: number });
    }
    Ok(())
}

fn not_sent(
    builder: &mut TransitionBuilder<'_>,
    number: usize,
    why: NotSentReason,
    retry_after: Option<u64>,
    attempt: AttemptId,
    description: &str,
) -> Result<(), StepRefusal> {
    let Context { now, jitter, .. } = *builder.context;
    let part = builder.next_part(number)?;
    part.state = PartState::Pending;
    if why == NotSentReason::FloodWait {
        let until = apply_flood_wait(builder, number, retry_after)?;
        builder.next.not_before = Some(until);
        return Ok(());
    }
    if why == NotSentReason::BytesMissing {
        builder.next.not_before = None;
        return Ok(());
    }
    part.tries.sends = part.tries.sends.saturating_add(1);
    if why == NotSentReason::MediaNotFetched {
        part.tries.media = part.tries.media.saturating_add(1);
        if part.tries.media >= limits::MEDIA_TRIES {
            return rejected(builder, number, Refusal::Content, attempt, description);
        }
    }
    if why == NotSentReason::StaleFileId {
        // The journal has forgotten it, so the next attempt uploads the file.
        builder.next.not_before = None;
        return Ok(());
    }
    let wait = backoff::delay(part.tries.sends, jitter);
    builder.next.not_before = Some(moment::saturating_add(now, wait));
    Ok(())
}

fn rejected(
    builder: &mut TransitionBuilder<'_>,
    number: usize,
    refusal: Refusal,
    attempt: AttemptId,
    description: &str,
) -> Result<(), StepRefusal> {
    let at = builder.context.now;
    match refusal {
        Refusal::Channel
        | Refusal::TopicClosed
        | Refusal::TopicMissing
        | Refusal::Upgraded { .. }
        | Refusal::BotWide => {
            builder.next_part(number)?.state = PartState::Pending;
            stop_sending(builder, refusal, description);
        }
        Refusal::Content
        | Refusal::Unsupported
        | Refusal::Unlisted
        | Refusal::NotModified
        | Refusal::Missing
        | Refusal::Immutable
        | Refusal::ForwardMissing
        | Refusal::NotForwardable
        | Refusal::OtherPoller
        | Refusal::Webhook => {
            let description = description.to_owned();
            builder.next_part(number)?.state =
                PartState::Failed { attempt, refusal, description, at };
            builder.notify(Notice::Failed { part: number });
        }
    }
    Ok(())
}
