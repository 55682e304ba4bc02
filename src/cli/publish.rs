//! `telepress publish`: sends a post to its channels now, once.

use clap::Args;

use super::Result;
use super::deliver::{WaitArguments, deliver};
use super::desk::Seat;
use super::selection::PostArguments;
use super::wish::{self, Asked};
use crate::crash;
use crate::desk::Wish;
use crate::plan::Again;
use crate::store::Access;
use crate::world::World;

#[derive(Debug, Args)]
pub(super) struct PublishArguments {
    #[command(flatten)]
    post: PostArguments,
    /// Sends it once more, as a message of its own, where it was published or taken back before
    #[arg(long)]
    again: bool,
    #[command(flatten)]
    wait: WaitArguments,
}

pub(super) fn execute(typed: &PublishArguments, world: &mut World<'_>) -> Result {
    let seat = Seat::take(Access::Write, world)?;
    let Asked { client, wanted } = wish::asked(&typed.post, &seat, world)?;
    // What an earlier run left in the middle is found out before anything is decided.
    seat.wait(seat.desk.begin(world.clock.now()))?;
    crash::point("C0");
    let again = if typed.again { Again::Always } else { Again::No };
    let wishes: Vec<_> = wanted.iter().map(|desired| (desired, &Wish::Now)).collect();
    let ordered = wish::place(&seat, &wishes, again, world)?;
    deliver(&seat, &client, &ordered, &typed.wait, world)
}
