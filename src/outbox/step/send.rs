//! Sending a part: the intent, and what its outcome does. The answers to changes are in `alter`.

use super::super::draft::Draft;
use super::super::evidence::are_message_ids;
use super::super::{
    AttemptId, Cause, Context, Delay, Doubt, Found, Held, Notice, Operation, Outcome, PartState,
    Question, Refusal, Refused, State, Via, Write, approvals, backoff, moment,
};
use super::claim::{Claim, freeze, intend, shut};
use super::{alter, tick};
use crate::limits;

pub(super) fn claim(draft: &mut Draft<'_>, claim: &Claim<'_>) -> Result<(), Refused> {
    let part = draft.part(claim.part)?;
    may_publish(draft.context)?;
    let of_changes = |part: &super::super::Part| {
        part.change.as_ref().is_some_and(|change| change.attempts.contains(&claim.attempt))
    };
    let taken =
        |part: &super::super::Part| part.attempts.contains(&claim.attempt) || of_changes(part);
    if draft.before.parts.iter().any(taken) {
        return Err(Refused::AttemptTaken { attempt: claim.attempt });
    }
    match (&part.state, &part.change) {
        (PartState::Sent { .. }, Some(change)) => alter::claim(draft, claim, change),
        _ => claim_send(draft, claim),
    }
}

/// Whether this process may make any request at all.
fn may_publish(context: &Context<'_>) -> Result<(), Refused> {
    let instance = context.instance;
    if let Some(why) = &instance.stopped {
        return Err(Refused::Stopped { why: why.clone() });
    }
    if !instance.holds_lock {
        return Err(Refused::NoLock);
    }
    if instance.clock_trusted { Ok(()) } else { Err(Refused::ClockUntrusted) }
}

fn claim_send(draft: &mut Draft<'_>, claim: &Claim<'_>) -> Result<(), Refused> {
    let Context { now, instance, channel, .. } = *draft.context;
    let (before, number) = (draft.before, claim.part);
    let part = draft.part(number)?;
    if !matches!(before.state, State::Due | State::Publishing) {
        return Err(draft.refuse("claim"));
    }
    if part.state != PartState::Pending {
        let state = part.state.name();
        return Err(Refused::WrongPart { event: "claim", part: number, state });
    }
    if let Some(earlier) = before.parts.iter().take(number).position(|part| !part.state.is_done()) {
        return Err(Refused::EarlierPart { part: earlier });
    }
    if before.together.waits() {
        return Err(Refused::Together);
    }
    approvals::enough(draft)?;
    tick::open(draft.context)?;
    if let Some(until) = before.not_before.filter(|until| *until > now) {
        return Err(Refused::TooEarly { until });
    }
    tick::patience(draft, number)?;
    let next = draft.next_part(number)?;
    next.attempts.push(claim.attempt);
    next.state = PartState::Sending {
        attempt: claim.attempt,
        owner: instance.owner.clone(),
        floor: channel.floor,
        since: now,
        telegram_at: claim.telegram_at,
    };
    draft.next.not_before = None;
    intend(draft, claim, Operation::Send, &part.request);
    draft.settle();
    Ok(())
}

pub(super) fn answered(
    draft: &mut Draft<'_>,
    number: usize,
    attempt: AttemptId,
    outcome: &Outcome,
) -> Result<(), Refused> {
    let part = draft.part(number)?;
    if let Some(change) = part.change.as_ref().filter(|change| change.attempts.contains(&attempt)) {
        return alter::answered(draft, number, attempt, change, outcome);
    }
    if !part.attempts.contains(&attempt) {
        return Err(Refused::OtherAttempt { attempt });
    }
    if let Outcome::Sent { message_ids, chat } = outcome
        && are_message_ids(message_ids)
        && chat.is_none_or(|chat| chat == draft.before.chat)
        && !draft.stands_elsewhere(number, message_ids)
    {
        return sent(draft, number, attempt, message_ids);
    }
    // All other outcomes are about this attempt alone: they count while it is the part's last word.
    let doubt = match &part.state {
        PartState::Sending { attempt: current, floor, since, telegram_at, .. }
            if *current == attempt =>
        {
            Doubt {
                attempt,
                floor: *floor,
                intent_at: *since,
                telegram_at: *telegram_at,
                since: draft.context.now,
                cause: Cause::Unanswered { reason: None, description: String::new() },
            }
        }
        state => match state.doubt() {
            Some(doubt) if doubt.attempt == attempt => doubt.clone(),
            _ => return Err(Refused::OtherAttempt { attempt }),
        },
    };
    draft.find(attempt, Found::Answer(outcome.clone()));
    settled(draft, number, doubt, outcome)?;
    draft.settle();
    let goes_on = matches!(draft.next.state, State::Due | State::Publishing);
    if goes_on && held_by_channel(outcome) {
        draft.next.state = State::Held { held: Held::Channel };
    }
    Ok(())
}

fn held_by_channel(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Rejected { refusal: Refusal::Channel, .. })
}

/// The part is in the channel, whatever was believed before: an answer that comes late is still the truth.
fn sent(
    draft: &mut Draft<'_>,
    number: usize,
    attempt: AttemptId,
    message_ids: &[i64],
) -> Result<(), Refused> {
    let now = draft.context.now;
    let part = draft.part(number)?;
    let via = match &part.state {
        PartState::Sent { message_ids: known, .. } if known == message_ids => {
            return Err(Refused::Recorded);
        }
        // Another attempt has taken its place: what was learnt too late are messages too many.
        PartState::Sent { .. } | PartState::Deleted { .. } => None,
        PartState::Sending { attempt: current, .. } if *current != attempt => None,
        PartState::Sending { .. } => Some(Via::Answer),
        PartState::Pending
        | PartState::Uncertain { .. }
        | PartState::NeedsOperator { .. }
        | PartState::Failed { .. }
        | PartState::Skipped { .. } => Some(Via::LateAnswer),
    };
    let ids = message_ids.to_vec();
    let outcome = Outcome::Sent { message_ids: ids.clone(), chat: Some(draft.before.chat) };
    draft.find(attempt, Found::Answer(outcome));
    match via {
        None => draft.notify(Notice::Duplicate { part: number, message_ids: ids.clone() }),
        Some(via) => {
            draft.next_part(number)?.state =
                PartState::Sent { message_ids: ids.clone(), via, at: now };
            draft.next.not_before = None;
        }
    }
    raise_floor(draft, &ids);
    draft.settle();
    Ok(())
}

/// Lets the channel know of the messages.
pub(super) fn raise_floor(draft: &mut Draft<'_>, message_ids: &[i64]) {
    if let Some(highest) = message_ids.iter().copied().max() {
        draft.write(Write::RaiseFloor(highest));
    }
}

/// What an outcome other than a clear success does to the part whose attempt it is.
fn settled(
    draft: &mut Draft<'_>,
    number: usize,
    mut doubt: Doubt,
    outcome: &Outcome,
) -> Result<(), Refused> {
    let attempt = doubt.attempt;
    match outcome {
        Outcome::Sent { message_ids, chat: Some(chat) }
            if are_message_ids(message_ids) && *chat != draft.before.chat =>
        {
            let question = Question::OtherChat { chat: *chat, message_ids: message_ids.clone() };
            ask(draft, number, doubt, question)
        }
        // It is in the channel: no look at the channel may say otherwise.
        Outcome::Sent { message_ids, .. } | Outcome::Misnamed { message_ids } => {
            let question = Question::Accepted { message_ids: message_ids.clone() };
            ask(draft, number, doubt, question)
        }
        Outcome::Unknown { reason, description } => {
            let cause = Cause::Unanswered { reason: *reason, description: description.clone() };
            unanswered(draft, number, doubt, cause)
        }
        Outcome::SentThenDeleted { .. } => {
            doubt.since = draft.context.now;
            ask(draft, number, doubt, Question::Deleted)
        }
        Outcome::NotSent { why, retry_after, description } => {
            not_sent(draft, number, *why, *retry_after, (attempt, description))
        }
        Outcome::Rejected { refusal, description } => {
            rejected(draft, number, *refusal, (attempt, description))
        }
    }
}

fn ask(
    draft: &mut Draft<'_>,
    number: usize,
    doubt: Doubt,
    question: Question,
) -> Result<(), Refused> {
    draft.next_part(number)?.state = PartState::NeedsOperator { doubt, question };
    draft.notify(Notice::NeedsOperator { part: number });
    Ok(())
}

/// The call has returned and told nothing. From now on its request can only be spent, so the quiet time counts anew; a
/// person who was asked already stays asked.
fn unanswered(
    draft: &mut Draft<'_>,
    number: usize,
    mut doubt: Doubt,
    cause: Cause,
) -> Result<(), Refused> {
    doubt.since = draft.context.now;
    doubt.cause = cause;
    let (state, is_new) = match &draft.part(number)?.state {
        PartState::NeedsOperator { question, .. } => {
            (PartState::NeedsOperator { doubt, question: question.clone() }, false)
        }
        PartState::Uncertain { probes, .. } => {
            (PartState::Uncertain { doubt, probes: *probes }, false)
        }
        _ => (PartState::Uncertain { doubt, probes: 0 }, true),
    };
    draft.next_part(number)?.state = state;
    if is_new {
        draft.notify(Notice::Uncertain { part: number });
    }
    Ok(())
}

fn not_sent(
    draft: &mut Draft<'_>,
    number: usize,
    why: Delay,
    retry_after: Option<u64>,
    (attempt, description): (AttemptId, &str),
) -> Result<(), Refused> {
    let Context { now, jitter, .. } = *draft.context;
    let part = draft.next_part(number)?;
    part.state = PartState::Pending;
    if why == Delay::FloodWait {
        let until = freeze(draft, number, retry_after)?;
        draft.next.not_before = Some(until);
        return Ok(());
    }
    part.tries.sends = part.tries.sends.saturating_add(1);
    if why == Delay::MediaNotFetched {
        part.tries.media = part.tries.media.saturating_add(1);
        if part.tries.media >= limits::MEDIA_TRIES {
            return rejected(draft, number, Refusal::Content, (attempt, description));
        }
    }
    let wait = backoff::delay(part.tries.sends, jitter);
    draft.next.not_before = Some(moment::after(now, wait));
    Ok(())
}

fn rejected(
    draft: &mut Draft<'_>,
    number: usize,
    refusal: Refusal,
    (attempt, description): (AttemptId, &str),
) -> Result<(), Refused> {
    let at = draft.context.now;
    match refusal {
        Refusal::Channel | Refusal::BotWide => {
            draft.next_part(number)?.state = PartState::Pending;
            shut(draft, refusal, description);
        }
        Refusal::Content
        | Refusal::Unlisted
        | Refusal::NotModified
        | Refusal::Missing
        | Refusal::Immutable
        | Refusal::ForwardMissing
        | Refusal::NotForwardable
        | Refusal::OtherPoller
        | Refusal::Webhook => {
            let description = description.to_owned();
            draft.next_part(number)?.state =
                PartState::Failed { attempt, refusal, description, at };
            draft.notify(Notice::Failed { part: number });
        }
    }
    Ok(())
}
