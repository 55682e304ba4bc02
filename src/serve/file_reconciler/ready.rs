//! What the file of a post says now that the post's time has come.

use std::collections::BTreeMap;
use std::time::Duration;

use super::super::post_cache::CurrentFile;
use super::FileReconciler;
use crate::limits;
use crate::operations::OperationError;
use crate::outbox::Publication;
use crate::publisher::{FileSource, Later, Readiness};

impl FileReconciler<'_> {
    /// What the file of a publication says now that its time has come.
    async fn ask(&self, publication: &Publication) -> Result<Readiness, OperationError> {
        let now = self.clock.now();
        let said = match self.cache.of(&publication.post, now)? {
            CurrentFile::Settled(said) => said,
            CurrentFile::Unsettled => return Ok(Readiness::Wait(limits::FILE_SETTLES)),
        };
        // Its own file may be the one that vanished, under another name.
        if self.cache.is_vanishing() {
            return Ok(Readiness::Wait(limits::FILE_SETTLES));
        }
        let posts = BTreeMap::from([(publication.post.clone(), said)]);
        let items = self.plan(&posts, now).await?;
        let item = items.into_iter().find(|item| item.publication == Some(publication.id));
        Ok(Readiness::of(item.as_ref(), publication))
    }
}

impl FileSource for FileReconciler<'_> {
    fn ready<'f>(&'f self, publication: &'f Publication) -> Later<'f, Readiness> {
        Box::pin(async move {
            match self.ask(publication).await {
                Ok(ready) => ready,
                Err(fault) => {
                    log::error!("post={}: {fault}", publication.post);
                    Readiness::Wait(Duration::from_secs(1))
                }
            }
        })
    }
}
