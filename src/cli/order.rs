//! `telepress cancel`, `release` and `retry`: an order about a post that is in the journal.

use clap::Args;

use super::Result;
use super::desk::Seat;
use super::selection;
use crate::desk::DeskFault;
use crate::outbox::{Actor, Event, Publication};
use crate::plan;
use crate::store::Access;
use crate::world::World;

#[derive(Debug, Args)]
pub(super) struct OrderArguments {
    /// The posts' ids
    #[arg(required = true, value_name = "POST")]
    ids: Vec<String>,
    /// One of its channels; all of them when left out
    #[arg(long, value_name = "C", allow_negative_numbers = true)]
    channel: Option<String>,
}

/// What is ordered.
#[derive(Clone, Copy, Debug)]
pub(super) enum Ordered {
    /// It shall not go out; of what is in the channel, an edit or deletion that waits is not made.
    Cancel,
    /// A held one may go.
    Release,
    /// A failed one goes on at its failed part.
    Retry,
}

impl Ordered {
    fn event(self, publication: &Publication, by: Actor) -> Event {
        match self {
            Self::Cancel if plan::is_change_waiting(publication) => {
                plan::withdrawal(publication, &by)
            }
            Self::Cancel => Event::Cancel { by },
            Self::Release => Event::Release { by },
            Self::Retry => Event::Retry { by },
        }
    }
}

pub(super) fn execute(typed: &OrderArguments, ordered: Ordered, world: &mut World<'_>) -> Result {
    let seat = Seat::take(Access::Write, world)?;
    let posts = typed.ids.iter().map(|post| seat.post(post)).collect::<Result<Vec<_>>>()?;
    let (desk, now) = (&seat.desk, world.clock.now());
    // Nothing is ordered of any post where one of them is not known.
    let mut known = Vec::new();
    for post in posts {
        let mut publications = seat.wait(desk.publications(&post, None))?;
        if let Some(name) = typed.channel.as_deref() {
            publications = selection::in_channel(publications, name, desk)?;
            if publications.is_empty() {
                let channel = Some(name.to_owned());
                return Err(DeskFault::NotInJournal { post, channel }.into());
            }
        }
        known.push(publications);
    }
    for publications in known {
        let event = |publication: &_| ordered.event(publication, desk.by.clone());
        match seat.block_on(desk.each(&publications, event, now)) {
            Ok(changed) => seat.tell(&changed, world)?,
            Err(fault) => world.report(fault.exit(), &fault, &fault.hint())?,
        }
    }
    seat.keep_mark(world)
}
