//! `telepress move`: the file of a post has another name, and what was published under the old one is its own.

use clap::Args;

use super::Result;
use super::desk::Seat;
use crate::desk::DeskFault;
use crate::failure::Failure;
use crate::ids::PostId;
use crate::outbox::Publication;
use crate::plan::{self, History};
use crate::store::{Access, Order, Wanted};
use crate::world::{World, line};

#[derive(Debug, Args)]
pub(super) struct MoveArguments {
    /// The id it had
    old: String,
    /// The id it has now
    new: String,
    /// Only in this channel; in all of them when left out
    #[arg(long, value_name = "C", allow_negative_numbers = true)]
    channel: Option<String>,
}

pub(super) fn execute(typed: &MoveArguments, world: &mut World<'_>) -> Result {
    let seat = Seat::take(Access::Write, world)?;
    let (from, to) = (seat.post(&typed.old)?, seat.post(&typed.new)?);
    let now = world.clock.now();
    let known = seat.desk.newsroom.check_some(&[from.clone(), to.clone()], now)?;
    let file = |id: &PostId| known.iter().find(|(known, _)| known == id)?.1.as_ref();
    if file(&to).is_none() {
        return Err(super::selection::no_post(&to, &seat.desk.newsroom));
    }
    let chat = match seat.channel(typed.channel.as_deref())? {
        None => None,
        Some(channel) => Some(seat.desk.chat_of(channel).ok_or_else(|| {
            Failure::usage(
                format!("nobody has asked Telegram yet which chat {} is", channel.chat),
                "`telepress plan` does",
            )
        })?),
    };
    let is_meant = |known: &Publication| chat.is_none_or(|chat| chat == known.chat);
    let published = seat.block_on(seat.desk.publications(&from, None)).map(|mut known| {
        known.retain(is_meant);
        known
    });
    if let Some(old) = file(&from) {
        // The old name may have got another text.
        let source = plan::source_hash(&old.report.source.text);
        let says_other = |known: &Publication| known.source != source;
        if !published.as_ref().is_ok_and(|known| known.iter().any(says_other)) {
            return Err(Failure::usage(
                format!("the file of `{from}` is still there"),
                "move the file first: `move` only tells the journal of it",
            ));
        }
    }
    let moving = match published {
        Ok(moving) => moving,
        // A post that is older than the journal has nothing in it.
        Err(DeskFault::NotInJournal { .. }) if is_older(&seat, &from)? => Vec::new(),
        Err(fault) => return Err(fault.into()),
    };
    let known = seat.wait(seat.desk.store.publications(Wanted::Post(to.clone())))?;
    let is_in_the_way = |known: &Publication| {
        moving.iter().any(|moving| moving.chat == known.chat) && !known.makes_way()
    };
    if known.iter().any(is_in_the_way) {
        return Err(Failure::usage(
            format!("the journal knows `{to}` already, as a post of its own"),
            format!(
                "two posts cannot become one: if the post that was `{to}` has another name by now, move that one first; if its message is to go, `telepress delete {to}`; else give this file another name"
            ),
        ));
    }
    let order = Order::Move { from: from.clone(), to: to.clone(), chat, by: seat.desk.by.clone() };
    seat.wait(seat.desk.order(vec![order], now))?;
    line!(
        world.out,
        "what the journal knew as `{from}` is `{to}` now; `telepress plan` shows what changes"
    )?;
    seat.keep_mark(world)?;
    Ok(())
}

fn is_older(seat: &Seat, post: &PostId) -> Result<bool> {
    Ok(match seat.wait(seat.desk.store.history())? {
        History::FirstScan { posts, .. } => posts.contains(post),
        History::Before(_) => false,
    })
}
