//! `telepress undo`: reverts the user's last order if that was `adopt` or `resolve --sent`; it deletes no message.

use super::Result;
use super::desk::Seat;
use crate::failure::Failure;
use crate::outbox::Event;
use crate::store::{Access, Entry, Order};
use crate::world::World;

/// Entries of the log among which the order is looked for, the newest ones.
const ENTRIES: u32 = 1_000;

pub(super) fn execute(world: &mut World<'_>) -> Result {
    let seat = Seat::take(Access::Write, world)?;
    let by = seat.desk.by.clone();
    let log = seat.wait(seat.desk.store.log(None, ENTRIES))?;
    // That the journal belongs to a bot is no order.
    let last = log.iter().find(|entry| entry.by == by && entry.event != "bound");
    let Some(id) = last.filter(|last| can_be_undone(last)).and_then(|last| last.publication) else {
        return Err(nothing(last, &by.name()));
    };
    let order = Order::Event(id, Event::TakeBack { by });
    let done = seat.wait(seat.desk.order(vec![order], world.clock.now()))?;
    let undone: Vec<_> = done.into_iter().filter_map(|done| done.publication).collect();
    seat.tell(&undone, world)?;
    seat.keep_mark(world)
}

/// Whether an entry is a word on messages.
fn can_be_undone(entry: &Entry) -> bool {
    matches!(entry.event.as_str(), "adopted" | "decided")
}

/// Why nothing is taken back.
fn nothing(last: Option<&Entry>, who: &str) -> Failure {
    let why = match last.map(|last| &last.post) {
        None => format!("the journal has no order of {who}"),
        Some(Some(post)) => format!("the last order of {who}, about `{post}`, cannot be undone"),
        Some(None) => format!("the last order of {who} cannot be undone"),
    };
    Failure::usage(why, "`undo` takes back `adopt` and `resolve --sent`")
}
