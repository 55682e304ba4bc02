//! `telepress publish`: sends a post to its channels now, once.

use clap::Args;

use super::deliver::{WaitArguments, deliver};
use super::desk::Seat;
use super::selection::PostArguments;
use super::wish::{self, Asked};
use crate::crash;
use crate::desk::Wish;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::newsroom::Places;
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

pub(super) fn execute(
    typed: &PublishArguments,
    places: Places,
    world: &mut World<'_>,
) -> Result<Exit, Failure> {
    let seat = Seat::take(places, Access::Write, world)?;
    let asked = match wish::asked(&typed.post, &seat, world)? {
        Ok(asked) => asked,
        Err(exit) => return Ok(exit),
    };
    // What an earlier run left in the middle is found out before anything is decided.
    seat.wait(seat.desk.begin(world.clock.now()))?;
    crash::point("C0");
    let Asked { client, wanted, exit } = asked;
    let again = if typed.again { Again::Always } else { Again::No };
    let wishes: Vec<_> = wanted.iter().map(|desired| (desired, &Wish::Now)).collect();
    let (ordered, end) = wish::place(&seat, &wishes, again, world)?;
    let exit = exit.and(end);
    Ok(exit.and(deliver(&seat, &client, &ordered, &typed.wait, world)?))
}
