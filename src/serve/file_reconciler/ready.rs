//! Reads the file of a due post again before it is sent.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::super::post_cache::{CurrentFile, FileContent};
use super::FileReconciler;
use crate::limits;
use crate::message::Request;
use crate::operations::OperationError;
use crate::outbox::{HoldReason, Publication};
use crate::plan::PlanItem;
use crate::publisher::{FileSource, GatewayFuture, Readiness};

impl FileReconciler<'_> {
    /// Plans a due publication again with its current file.
    async fn read_file(&self, publication: &Publication) -> Result<Readiness, OperationError> {
        let now = self.clock.now();
        let is_known = self.operations.has_channel_of(publication).await?;
        let held = if is_known { HoldReason::File } else { HoldReason::UnknownChannel };
        let content = match self.cache.current_file(&publication.post, now)? {
            CurrentFile::Settled(content) => content,
            CurrentFile::Unsettled => return Ok(Readiness::Wait(limits::FILE_SETTLES)),
        };
        // A file has vanished, and this may be its post under another name.
        if self.cache.is_vanishing() {
            return Ok(Readiness::Wait(limits::FILE_SETTLES));
        }
        let item = self.item(publication, content, now).await?;
        self.operations.ready(Readiness::of(item.as_ref(), publication, &held), now).await
    }

    /// Plans a published post whose end has come again with its current file.
    async fn read_end(&self, publication: &Publication) -> Result<Readiness, OperationError> {
        let now = self.clock.now();
        let content = match self.cache.current_file(&publication.post, now)? {
            CurrentFile::Settled(content) => content,
            CurrentFile::Unsettled => return Ok(Readiness::Wait(limits::FILE_SETTLES)),
        };
        Ok(Readiness::of_end(self.item(publication, content, now).await?.as_ref()))
    }

    /// The plan's item for a publication with this content of its file.
    async fn item(
        &self,
        publication: &Publication,
        content: Option<FileContent>,
        now: Timestamp,
    ) -> Result<Option<PlanItem>, OperationError> {
        let posts = BTreeMap::from([(publication.post.clone(), content)]);
        let items = self.plan(&posts, now).await?;
        Ok(items.into_iter().find(|item| item.publication == Some(publication.id)))
    }
}

impl FileSource for FileReconciler<'_> {
    fn ready<'f>(&'f self, publication: &'f Publication) -> GatewayFuture<'f, Readiness> {
        Box::pin(async move {
            let ready = self.read_file(publication).await;
            ready.unwrap_or_else(|error| Readiness::unreadable(publication, &error))
        })
    }

    fn may_end<'f>(&'f self, publication: &'f Publication) -> GatewayFuture<'f, Readiness> {
        Box::pin(async move {
            let ready = self.read_end(publication).await;
            ready.unwrap_or_else(|error| Readiness::unreadable(publication, &error))
        })
    }

    fn restore<'f>(
        &'f self,
        publication: &'f Publication,
        request: &'f Request,
    ) -> GatewayFuture<'f, bool> {
        let now = self.clock.now();
        Box::pin(self.operations.restore_media(&publication.post, request, now))
    }
}
