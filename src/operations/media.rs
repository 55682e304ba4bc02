//! Copies the files of a post into the spool, beside the journal, before the post is accepted, copies lost bytes again, and removes
//! the files that are over `[store] media_limit`.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::Timestamp;

use super::{OperationError, Operations};
use crate::ids::PostId;
use crate::message::{Content, FileContent, FileHash, InputMedia, MediaFile, Request};
use crate::newsroom::Newsroom;
use crate::outbox::{Event, Publication};
use crate::spool::{Spool, SpoolError};
use crate::store::{Command, Query};

/// Copies the file with this content into the spool, unless it is there.
fn keep(
    newsroom: &Newsroom,
    spool: &Spool,
    hash: FileHash,
    now: Timestamp,
) -> Result<(), OperationError> {
    if spool.renew(hash, now) {
        return Ok(());
    }
    let Some((path, file)) = newsroom.open_media(hash) else {
        return Err(SpoolError::Missing { folder: spool.folder().to_owned(), hash }.into());
    };
    match file {
        Ok(file) if spool.add(&file, now)?.hash == hash => Ok(()),
        Ok(_) | Err(_) => Err(OperationError::MediaChanged { path }),
    }
}

/// The requests that an order adds to the journal.
fn requests(order: &Command) -> Vec<&Request> {
    match order {
        Command::Accept(acceptance) | Command::AcceptHeld(acceptance, _) => {
            acceptance.parts.iter().map(|part| &part.request).collect()
        }
        Command::Event(_, Event::Revise { revisions, appended, .. }) => {
            let revised = revisions.iter().map(|revision| &revision.request);
            revised.chain(appended.iter().map(|part| &part.request)).collect()
        }
        _ => Vec::new(),
    }
}

/// The files of the content that a request sets, thumbnails included.
fn files(request: &Request) -> impl Iterator<Item = &MediaFile> {
    request
        .content()
        .map(Content::media)
        .unwrap_or_default()
        .into_iter()
        .flat_map(InputMedia::files)
}

/// The files that a request uploads. An album is edited item by item, so the files of its later items are uploaded after it.
fn uploads(request: &Request) -> Vec<&MediaFile> {
    let Request::EditMediaGroup(edit) = request else {
        return request.files().map(|named| named.file).collect();
    };
    let replaced = edit.edits.iter().filter(|edit| edit.replaces_file);
    let media = replaced.filter_map(|replaced| edit.content.media.get(replaced.item));
    media.flat_map(InputMedia::files).collect()
}

/// The bytes that a publication may still have to send.
fn needed(publication: &Publication) -> impl Iterator<Item = FileHash> {
    let requests = publication.parts.iter().flat_map(|part| {
        let change = part.change.as_ref().map(|change| &change.request);
        // An edit that is withdrawn restores what the channel showed before.
        std::iter::once(&part.request).chain(&part.edited).chain(change)
    });
    requests.flat_map(files).filter_map(hash_of)
}

fn hash_of(file: &MediaFile) -> Option<FileHash> {
    match file.content {
        FileContent::Sha256(hash) => Some(hash),
        FileContent::Path(_) => None,
    }
}

impl Operations {
    /// Copies the files that these orders upload into the spool. This comes before the transaction: the journal must never name
    /// bytes that are not on the disk, and what is uploaded must be what the journal names, even if an author changes the file.
    ///
    /// # Errors
    /// If a file cannot be read or kept, or has changed since it was hashed. Then nothing may be ordered.
    pub async fn keep_media(
        &self,
        orders: &[Command],
        now: Timestamp,
    ) -> Result<(), OperationError> {
        self.keep_files(orders.iter().flat_map(requests), now).await
    }

    /// Copies the files that these requests upload into the spool.
    ///
    /// # Errors
    /// If a file cannot be read or kept, or has changed since it was hashed.
    pub async fn keep_files<'r>(
        &self,
        requests: impl IntoIterator<Item = &'r Request>,
        now: Timestamp,
    ) -> Result<(), OperationError> {
        let hashes: BTreeSet<FileHash> =
            requests.into_iter().flat_map(uploads).filter_map(hash_of).collect();
        if hashes.is_empty() {
            return Ok(());
        }
        let (newsroom, spool) = (Arc::clone(&self.newsroom), self.spool.clone());
        // A large file takes seconds, and other tasks of this thread must not wait.
        let kept = tokio::task::spawn_blocking(move || {
            hashes.into_iter().try_for_each(|hash| keep(&newsroom, &spool, hash, now))
        });
        match kept.await {
            Ok(kept) => kept,
            Err(error) => std::panic::resume_unwind(error.into_panic()),
        }
    }

    /// Copies files of a request into the spool again that are missing there, if a file of the post still has the same content.
    /// Returns whether all of them are there now.
    pub async fn restore_media(&self, post: &PostId, request: &Request, now: Timestamp) -> bool {
        let (newsroom, spool, post) =
            (Arc::clone(&self.newsroom), self.spool.clone(), post.clone());
        let hashes: BTreeSet<FileHash> = uploads(request).into_iter().filter_map(hash_of).collect();
        let restored = tokio::task::spawn_blocking(move || {
            newsroom.hash_media_of(&post, now);
            hashes.into_iter().all(|hash| keep(&newsroom, &spool, hash, now).is_ok())
        });
        match restored.await {
            Ok(restored) => restored,
            Err(error) => std::panic::resume_unwind(error.into_panic()),
        }
    }

    /// The posts that are still to be sent, and of which the spool lacks bytes.
    ///
    /// # Errors
    /// If the journal cannot be read.
    pub async fn posts_without_media(&self) -> Result<BTreeSet<PostId>, OperationError> {
        let mut open = self.store.publications(Query::Open).await?;
        open.retain(|known| needed(known).any(|hash| !self.spool.contains(hash)));
        Ok(open.into_iter().map(|known| known.post).collect())
    }

    /// Removes the bytes of published media that are over the config's limit, the oldest first. Bytes that may still be sent
    /// stay. Returns how many bytes it removed.
    ///
    /// # Errors
    /// If the journal or the folder cannot be read.
    pub async fn remove_old_media(&self, now: Timestamp) -> Result<u64, OperationError> {
        let open = self.store.publications(Query::Open).await?;
        let needed: BTreeSet<FileHash> = open.iter().flat_map(needed).collect();
        Ok(self.spool.collect(&needed, self.newsroom.config.media.limit, now)?)
    }
}
