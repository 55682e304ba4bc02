//! `telepress schedule`: puts a post on the schedule at an operator's time, which stands over the file's.

use clap::Args;

use super::Result;
use super::deliver::{self, Ordered};
use super::desk::Seat;
use super::outcome;
use super::selection::PostArguments;
use super::wish::{self, Asked};
use crate::desk::Wish;
use crate::failure::Failure;
use crate::plan::{Action, Again};
use crate::schedule::{When, WhenFault};
use crate::store::Access;
use crate::world::World;

#[derive(Debug, Args)]
pub(super) struct ScheduleArguments {
    /// The post's id
    post: String,
    /// When: `next`, "+2h", "18:30", "tomorrow 09:00", "mon 09:00", "2026-12-01 18:30"; in the channel's zone
    #[arg(value_name = "WHEN", required = true, num_args = 1..)]
    when: Vec<String>,
    /// One of its channels; all of them when left out
    #[arg(long, value_name = "C", allow_negative_numbers = true)]
    channel: Option<String>,
}

pub(super) fn execute(typed: &ScheduleArguments, world: &mut World<'_>) -> Result {
    // Two words are one time, with and without quotes.
    let when: When = typed.when.join(" ").parse().map_err(|fault| no_time(&fault))?;
    let seat = Seat::take(Access::Write, world)?;
    let post = PostArguments { post: typed.post.clone(), channel: typed.channel.clone() };
    let Asked { wanted, .. } = wish::asked(&post, &seat, world)?;
    let now = world.clock.now();
    // Every channel's time is good before the first is set.
    let mut wishes = Vec::new();
    for desired in &wanted {
        wishes.push(Wish::of(&when, &desired.channel, now).map_err(|fault| no_time(&fault))?);
    }
    let wanted: Vec<_> = wanted.iter().zip(&wishes).collect();
    let ordered = wish::place(&seat, &wanted, Again::No, world)?;
    for Ordered { id, .. } in &ordered {
        let publication = seat.wait(seat.desk.publication(*id))?;
        outcome::tell(&seat, &publication, Action::Schedule, world)?;
    }
    if !ordered.is_empty() {
        deliver::warn_unless_served(&seat, world)?;
        seat.keep_mark(world)?;
    }
    Ok(())
}

fn no_time(fault: &WhenFault) -> Failure {
    Failure::usage(fault.to_string(), fault.hint())
}
