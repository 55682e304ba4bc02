//! The answers to callers that wait for a transaction, for every kind of journal.

use super::batch::{Made, Ordered};
use super::watermark::Watermark;
use super::{Done, Order, StoreFault};
use crate::outbox::{Intent, Refused, Transition, Write};

/// Writes down beside the journal how far it is, before any of its intents is given out: a journal that is older than
/// that was restored from a backup. `orders` are those that were carried out, as the journal's change number `changes`.
pub(super) fn mark<'t>(
    watermark: &mut Watermark,
    made: impl Iterator<Item = &'t Transition>,
    orders: impl Iterator<Item = &'t Order>,
    changes: i64,
) -> Result<(), String> {
    let attempts = made.flat_map(Transition::writes).filter_map(|write| match write {
        Write::InsertAttempt(attempt) => Some(attempt.id.0),
        _ => None,
    });
    let attempt = attempts.max();
    let mut decides = attempt.is_some();
    for order in orders {
        if let Order::Restored { line, .. } = order {
            watermark.restored(line, changes).map_err(|error| error.to_string())?;
        }
        decides |= order.decides();
    }
    if decides {
        watermark.raise(attempt, changes).map_err(|error| error.to_string())?;
    }
    Ok(())
}

/// What a job made, now that its commit has returned.
pub(super) fn committed(made: Made) -> Vec<Done> {
    let one = |transition: Option<Transition>| match transition.map(Transition::committed) {
        Some((publication, intent)) => Done { publication: Some(publication), intent },
        None => Done { publication: None, intent: None },
    };
    made.into_iter().map(one).collect()
}

/// Answers whoever waits; gives back the intents that nobody took.
pub(super) fn answer(
    mut job: Ordered,
    result: Result<Vec<Done>, StoreFault>,
) -> Vec<(Intent, Ordered)> {
    let Some(reply) = job.reply.take() else { return Vec::new() };
    let Err(Ok(unwanted)) = reply.send(result) else { return Vec::new() };
    let again = |intent| {
        let job = Ordered {
            orders: Vec::new(),
            now: job.now,
            jitter: job.jitter,
            clock_trusted: job.clock_trusted,
            policy: job.policy.clone(),
            reply: None,
        };
        (intent, job)
    };
    unwanted.into_iter().filter_map(|done| done.intent).map(again).collect()
}

/// Answers jobs of which nothing was written.
pub(super) fn refuse(jobs: Vec<Ordered>, fault: &StoreFault) {
    let message = fault.to_string();
    for job in jobs {
        answer(job, Err(again(fault, &message)));
    }
}

/// The same fault for each of several askers.
pub(super) fn again(fault: &StoreFault, message: &str) -> StoreFault {
    match fault {
        StoreFault::Busy => StoreFault::Busy,
        StoreFault::Locked => StoreFault::Locked,
        StoreFault::Unknown(why) => StoreFault::Unknown(why.clone()),
        StoreFault::Unwritable(why) => StoreFault::Unwritable(why.clone()),
        StoreFault::Unreadable(why) => StoreFault::Unreadable(why.clone()),
        StoreFault::Refused { order, refused } => {
            StoreFault::Refused { order: *order, refused: Refused::clone(refused) }
        }
        _ => StoreFault::Unwritable(message.to_owned()),
    }
}
