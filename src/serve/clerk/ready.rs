//! What the file of a post says now that the post's time has come.

use std::collections::BTreeMap;
use std::time::Duration;

use super::super::roster::FileNow;
use super::Clerk;
use crate::desk::DeskFault;
use crate::limits;
use crate::outbox::Publication;
use crate::publisher::{Files, Later, Ready};

impl Clerk<'_> {
    /// What the file of a publication says now that its time has come.
    async fn ask(&self, publication: &Publication) -> Result<Ready, DeskFault> {
        let now = self.clock.now();
        let said = match self.roster.of(&publication.post, now)? {
            FileNow::Settled(said) => said,
            FileNow::Unsettled => return Ok(Ready::Wait(limits::FILE_SETTLES)),
        };
        // Its own file may be the one that vanished, under another name.
        if self.roster.is_vanishing() {
            return Ok(Ready::Wait(limits::FILE_SETTLES));
        }
        let posts = BTreeMap::from([(publication.post.clone(), said)]);
        let items = self.plan(&posts, now).await?;
        let item = items.into_iter().find(|item| item.publication == Some(publication.id));
        Ok(Ready::of(item.as_ref(), publication))
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
