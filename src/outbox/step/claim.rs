//! What a send and a change of a message have in common: the attempt, the intent, and what a refusal closes.

use super::super::draft::Draft;
use super::super::{
    Attempt, AttemptId, Context, Intent, Notice, Operation, PayloadHash, Refusal, Refused, Write,
    backoff, moment,
};
use crate::limits;
use crate::message::Request;

/// A wish to make a part's request.
pub(super) struct Claim<'event> {
    pub(super) part: usize,
    pub(super) attempt: AttemptId,
    pub(super) hash: PayloadHash,
    pub(super) filled: &'event Option<Request>,
    pub(super) telegram_at: Option<jiff::Timestamp>,
}

/// Records the attempt, and lays the intent ready for the commit.
pub(super) fn intend(
    draft: &mut Draft<'_>,
    claim: &Claim<'_>,
    operation: Operation,
    frozen: &Request,
) {
    let Context { now, instance, channel, .. } = *draft.context;
    draft.write(Write::InsertAttempt(Attempt {
        id: claim.attempt,
        publication: draft.before.id,
        part: claim.part,
        operation,
        owner: instance.owner.clone(),
        floor: channel.floor,
        intent_at: now,
        request_hash: claim.hash,
        filled: claim.filled.clone(),
    }));
    draft.intent = Some(Intent {
        publication: draft.before.id,
        part: claim.part,
        attempt: claim.attempt,
        operation,
        chat: draft.before.chat,
        request: claim.filled.clone().unwrap_or_else(|| frozen.clone()),
    });
}

/// Telegram asks to wait with the channel.
pub(super) fn freeze(
    draft: &mut Draft<'_>,
    number: usize,
    retry_after: Option<u64>,
) -> Result<jiff::Timestamp, Refused> {
    let Context { now, jitter, .. } = *draft.context;
    let tries = draft.part(number)?.tries.sends;
    let wait = backoff::flood(retry_after, tries, jitter);
    let until = moment::after(now, wait);
    draft.write(Write::FreezeChannel(until));
    if wait > limits::LONG_FLOOD_WAIT {
        draft.notify(Notice::LongWait { until });
    }
    Ok(until)
}

/// The channel or the whole bot is refused: the queue stays, and waits.
pub(super) fn shut(draft: &mut Draft<'_>, refusal: Refusal, description: &str) {
    if refusal == Refusal::BotWide {
        draft.write(Write::StopBot(description.to_owned()));
        draft.notify(Notice::BotStopped);
    } else {
        draft.write(Write::PauseChannel(description.to_owned()));
        draft.notify(Notice::ChannelPaused);
    }
}
