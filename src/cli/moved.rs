//! `telepress move`: the file of a post has another name, and what was published under the old one is its own.

use clap::Args;

use super::desk::Seat;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::newsroom::Places;
use crate::outbox::Publication;
use crate::store::{Access, Order, Wanted};
use crate::world::{World, line};

#[derive(Debug, Args)]
pub(super) struct MoveArguments {
    /// The id it had
    old: String,
    /// The id it has now
    new: String,
}

pub(super) fn execute(
    typed: &MoveArguments,
    places: Places,
    world: &mut World<'_>,
) -> Result<Exit, Failure> {
    let seat = Seat::take(places, Access::Write, world)?;
    let (from, to) = (seat.post(&typed.old)?, seat.post(&typed.new)?);
    let now = world.clock.now();
    let known = seat.desk.newsroom.check_some(&[from.clone(), to.clone()], now)?;
    let has_file = |id| known.iter().any(|(known, file)| known == id && file.is_some());
    if !has_file(&to) {
        return Err(super::selection::no_post(&to, &seat.desk.newsroom));
    }
    if has_file(&from) {
        return Err(Failure::usage(
            format!("the file of `{from}` is still there"),
            "move the file first: `move` only tells the journal of it",
        ));
    }
    seat.wait(seat.desk.publications(&from, None))?;
    let known = seat.wait(seat.desk.store.publications(Wanted::Post(&to)))?;
    if !known.iter().all(Publication::makes_way) {
        return Err(Failure::usage(
            format!("the journal knows `{to}` already, as a post of its own"),
            "two posts cannot become one: give the file another name",
        ));
    }
    let order = Order::Move { from: from.clone(), to: to.clone(), by: seat.desk.by.clone() };
    seat.wait(seat.desk.order(vec![order], now))?;
    line!(
        world.out,
        "what was published as `{from}` is `{to}` now; `telepress plan` shows what changes"
    )?;
    seat.keep_mark(world)?;
    Ok(Exit::Done)
}
