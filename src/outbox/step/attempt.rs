//! What sends and changes have in common: recording the attempt, creating the intent, and pausing after a refusal.

use super::transition_builder::TransitionBuilder;
use crate::limits;
use crate::message::Request;
use crate::outbox::{
    Attempt, Claim, Context, Intent, Notice, Operation, Refusal, StepRefusal, Write, backoff,
    moment,
};

/// Records the attempt, and prepares the intent for the commit.
pub(super) fn intend(
    builder: &mut TransitionBuilder<'_>,
    claim: &Claim,
    operation: Operation,
    frozen: &Request,
) {
    let Context { now, process, channel, .. } = *builder.context;
    builder.write(Write::InsertAttempt(Attempt {
        id: claim.attempt,
        publication: builder.before.id,
        part: claim.part,
        operation,
        owner: process.owner.clone(),
        last_known_message_id: channel.last_known_message_id,
        intent_at: now,
        request_hash: claim.request_hash,
        filled: claim.filled.clone(),
    }));
    builder.intent = Some(Intent {
        publication: builder.before.id,
        part: claim.part,
        attempt: claim.attempt,
        operation,
        destination: builder.before.destination(),
        request: claim.filled.clone().unwrap_or_else(|| frozen.clone()),
    });
}

/// Handles a 429: nothing is sent to the channel until the wait ends.
pub(super) fn apply_flood_wait(
    builder: &mut TransitionBuilder<'_>,
    number: usize,
    retry_after: Option<u64>,
) -> Result<jiff::Timestamp, StepRefusal> {
    let Context { now, jitter, .. } = *builder.context;
    let tries = builder.part(number)?.tries.sends;
    let wait = backoff::flood(retry_after, tries, jitter);
    let until = moment::saturating_add(now, wait);
    builder.write(Write::SetFloodWait(until));
    if wait > limits::LONG_FLOOD_WAIT {
        builder.notify(Notice::LongWait { until });
    }
    Ok(until)
}

/// Pauses the channel, or stops the whole bot, after Telegram refused it.
pub(super) fn stop_sending(
    builder: &mut TransitionBuilder<'_>,
    refusal: Refusal,
    description: &str,
) {
    if refusal == Refusal::BotWide {
        builder.write(Write::StopBot(description.to_owned()));
        builder.notify(Notice::BotStopped);
    } else {
        builder.write(Write::PauseChannel { why: description.to_owned(), refusal });
        builder.notify(Notice::ChannelPaused);
    }
}
