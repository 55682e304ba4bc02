//! What the file of a post says now that the post's time has come.

use std::collections::BTreeMap;
use std::time::Duration;

use super::super::roster::Unsettled;
use super::Clerk;
use crate::desk::DeskFault;
use crate::limits;
use crate::outbox::{Actor, Event, Held, Publication};
use crate::plan::Reason;
use crate::publisher::{Files, Later, Ready};
use crate::store::Order;

impl Clerk<'_> {
    /// What the file of a publication says now that its time has come.
    async fn ask(&self, publication: &Publication) -> Result<Ready, DeskFault> {
        let now = self.clock.now();
        let hold = || {
            let event = Event::Hold { held: Held::File, by: Actor::File };
            Ready::Instead(vec![Order::Event(publication.id, event)])
        };
        let said = match self.roster.of(&publication.post, now)? {
            Ok(said) => said,
            Err(Unsettled) => return Ok(Ready::Wait(limits::FILE_SETTLES)),
        };
        // Its own file may be the one that vanished, under another name.
        if self.roster.is_vanishing() {
            return Ok(Ready::Wait(limits::FILE_SETTLES));
        }
        let posts = BTreeMap::from([(publication.post.clone(), said)]);
        let items = self.plan(&posts, now).await?;
        let item = items.into_iter().find(|item| item.publication == Some(publication.id));
        let Some(item) = item else { return Ok(hold()) };
        Ok(match (&item.step, &item.reason) {
            (Some(step), _) => Ready::Instead(vec![Order::from(step)]),
            (
                None,
                Reason::Scheduled | Reason::ByHand(_) | Reason::Due | Reason::AskedToWait(_),
            ) => Ready::Go,
            // It was held a moment ago.
            (None, Reason::MovedFrom { .. }) => Ready::Wait(limits::FILE_SETTLES),
            (None, _) => hold(),
        })
    }
}

impl Files for Clerk<'_> {
    fn ready<'f>(&'f self, publication: &'f Publication) -> Later<'f, Ready> {
        Box::pin(async move {
            match self.ask(publication).await {
                Ok(ready) => ready,
                Err(fault) => {
                    log::error!("post={}: {fault}", publication.post);
                    Ready::Wait(Duration::from_secs(1))
                }
            }
        })
    }
}
