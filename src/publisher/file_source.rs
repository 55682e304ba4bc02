//! The interface through which a publisher checks the posts' files before a publication begins. It reads no file.

use std::time::Duration;

use super::GatewayFuture;
use crate::limits;
use crate::message::Request;
use crate::outbox::{Actor, Event, HoldReason, Publication};
use crate::plan::{PlanItem, Reason};
use crate::store::Command;

/// Knows the posts' files.
pub trait FileSource: Send + Sync {
    /// Whether a due publication may begin, or be retried after a request that had no effect. Until a part of it was sent, the
    /// newest valid version of its file is published.
    fn ready<'f>(&'f self, publication: &'f Publication) -> GatewayFuture<'f, Readiness>;

    /// Whether the end of a published post may be ordered: its file may name another time since.
    fn may_end<'f>(&'f self, publication: &'f Publication) -> GatewayFuture<'f, Readiness>;

    /// Freezes bytes of a request again that are missing or damaged, from the files of its post. Returns whether all of them are
    /// there now.
    fn restore<'f>(
        &'f self,
        publication: &'f Publication,
        request: &'f Request,
    ) -> GatewayFuture<'f, bool>;
}

/// Whether the file of a due publication permits sending.
#[derive(Debug)]
pub enum Readiness {
    /// The publication matches the file.
    Go,
    /// The file may be in the middle of a write: check again after this time.
    Wait(Duration),
    /// Apply these orders first, or instead.
    Instead(Vec<Command>),
}

impl Readiness {
    /// The files or the journal cannot be read now: look again soon.
    #[must_use]
    pub fn unreadable(publication: &Publication, error: &dyn std::error::Error) -> Self {
        log::error!("post={}: {error}", publication.post);
        Self::Wait(Duration::from_secs(1))
    }

    /// Converts the plan's item for a published post whose end has come. The journal's order holds unless its file names another
    /// time.
    #[must_use]
    pub fn of_end(item: Option<&PlanItem>) -> Self {
        let changed = item.filter(|item| item.reason == Reason::EndChanged);
        match changed.and_then(|item| item.step.as_ref()) {
            Some(step) => Self::Instead(vec![Command::from(step)]),
            None => Self::Go,
        }
    }

    /// Converts the plan's item for a publication. If nothing asks for the publication, it is held for this reason.
    #[must_use]
    pub fn of(item: Option<&PlanItem>, publication: &Publication, reason: &HoldReason) -> Self {
        let hold = || {
            let event = Event::Hold { held: reason.clone(), by: Actor::File };
            Self::Instead(vec![Command::Event(publication.id, event)])
        };
        let Some(item) = item else { return hold() };
        match (&item.step, &item.reason) {
            (Some(step), _) => Self::Instead(vec![Command::from(step)]),
            (
                None,
                Reason::Scheduled
                | Reason::ByHand(_)
                | Reason::Due
                | Reason::Blocked(_)
                | Reason::Comments,
            ) => Self::Go,
            // It was just held.
            (None, Reason::MovedFrom { .. }) => Self::Wait(limits::FILE_SETTLES),
            (None, _) => hold(),
        }
    }
}
