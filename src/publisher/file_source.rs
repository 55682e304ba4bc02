//! What a publisher asks whoever follows the files, before a publication begins; no file is read here.

use std::time::Duration;

use super::Later;
use crate::limits;
use crate::outbox::{Actor, Event, HoldReason, Publication};
use crate::plan::{Item, Reason};
use crate::store::Command;

/// Whoever follows the files of the posts.
pub trait FileSource: Send + Sync {
    /// Whether a publication whose time has come may begin, or is sent again after a request that had no effect: until
    /// something of it was sent, the newest good version of its file is what goes out.
    fn ready<'f>(&'f self, publication: &'f Publication) -> Later<'f, Readiness>;
}

/// What the file of a publication says when its time has come.
#[derive(Debug)]
pub enum Readiness {
    /// What is to go out is what the file says.
    Go,
    /// Somebody may be writing the file at this moment: look again after this time.
    Wait(Duration),
    /// Something else is to happen first, or in its place.
    Instead(Vec<Command>),
}

impl Readiness {
    /// What the plan's item for a publication means for it; without one, no file asks for it, and it is held.
    #[must_use]
    pub fn of(item: Option<&Item>, publication: &Publication) -> Self {
        let hold = || {
            let event = Event::Hold { held: HoldReason::File, by: Actor::File };
            Self::Instead(vec![Command::Event(publication.id, event)])
        };
        let Some(item) = item else { return hold() };
        match (&item.step, &item.reason) {
            (Some(step), _) => Self::Instead(vec![Command::from(step)]),
            (None, Reason::Scheduled | Reason::ByHand(_) | Reason::Due | Reason::KeptBack(_)) => {
                Self::Go
            }
            // It was held a moment ago.
            (None, Reason::MovedFrom { .. }) => Self::Wait(limits::FILE_SETTLES),
            (None, _) => hold(),
        }
    }
}
