//! The files of requests: those that Telegram keeps already, and those that are uploaded to the staging chat first. It sends no
//! message of a post.

use std::collections::{HashSet, VecDeque};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{Notify, watch};
use tokio::time::{self, Instant};

use super::reference::next_request;
use super::stopping::stopped;
use super::{Publisher, StopMode, UploadError, saturating_add};
use crate::limits;
use crate::message::{FileId, FileIdChanges, FileIds, FileKey, InputMedia, Request};
use crate::outbox::{Part, PartState, Publication, State};
use crate::store::{Command, Query, StoreError};

/// The files that are being uploaded. A second action with the same file waits, and then sends it by its `file_id`.
#[derive(Debug, Default)]
pub struct Uploads {
    /// The chat that takes large files and those of albums first.
    pub(super) staging: Option<i64>,
    running: Mutex<HashSet<FileKey>>,
    ended: Notify,
    pace: StagingPace,
}

/// When the staging chat takes another message. Telegram limits the messages of a minute in one chat, and not the time between
/// two of them, so the files of an album need not wait for each other.
#[derive(Debug, Default)]
struct StagingPace(tokio::sync::Mutex<VecDeque<Instant>>);

impl StagingPace {
    /// Waits for the next turn; `pace` is the time for each message in the long run.
    async fn wait_for_turn(&self, pace: Duration) {
        let window = pace * limits::STAGED_TOGETHER;
        let mut sent = self.0.lock().await;
        if sent.len() >= usize::try_from(limits::STAGED_TOGETHER).unwrap_or(usize::MAX)
            && let Some(oldest) = sent.pop_front()
        {
            time::sleep_until(oldest + window).await;
        }
        sent.push_back(Instant::now());
    }
}

/// Files that only its holder uploads.
pub(super) struct UploadTurn<'t> {
    turns: &'t Uploads,
    keys: Vec<FileKey>,
}

impl Uploads {
    /// Uploads, some of which go through this chat. It must not be a channel, where readers would see them.
    #[must_use]
    pub fn through(staging: Option<i64>) -> Self {
        Self { staging, ..Self::default() }
    }

    async fn take(&self, keys: Vec<FileKey>) -> UploadTurn<'_> {
        loop {
            let ended = self.ended.notified();
            tokio::pin!(ended);
            // A turn that ends after the next line must not be missed.
            ended.as_mut().enable();
            if self.add(&keys) {
                return UploadTurn { turns: self, keys };
            }
            ended.await;
        }
    }

    /// Adds all of them, unless one is being uploaded.
    fn add(&self, keys: &[FileKey]) -> bool {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        let is_free = keys.iter().all(|key| !running.contains(key));
        if is_free {
            running.extend(keys.iter().cloned());
        }
        is_free
    }
}

impl Drop for UploadTurn<'_> {
    fn drop(&mut self) {
        let mut running = self.turns.running.lock().unwrap_or_else(PoisonError::into_inner);
        running.retain(|key| !self.keys.contains(key));
        self.turns.ended.notify_waiters();
    }
}

/// The files of a request before it is claimed.
pub(super) enum RequestFiles<'t> {
    /// It can be made. Until its outcome is recorded, the turn keeps other actions from uploading the same files.
    Ready(Option<UploadTurn<'t>>),
    /// The staging chat takes no files, so they are uploaded with the request.
    NotStaged(UploadTurn<'t>),
    /// They are too large for one request, and the staging chat takes no files.
    TooLarge,
}

impl Publisher<'_> {
    /// The files of a request that Telegram keeps for this bot. If the journal cannot be read, all are uploaded.
    pub(super) async fn known_files(&self, request: &Request) -> FileIds {
        let known = self.store.file_ids(self.gateway.bot_id(), request.file_keys()).await;
        known.unwrap_or_else(|error| {
            log::warn!("cannot read the remembered files: {error}");
            FileIds::default()
        })
    }

    /// Waits until no other action uploads a file of the request, and uploads large files and those of albums to the staging
    /// chat, if there is one. What fails there is uploaded with the message.
    pub(super) async fn prepare_files(&self, request: &Request) -> RequestFiles<'_> {
        let items: Vec<_> = request.sent_media().into_iter().map(|(_, media)| media).collect();
        let known = self.known_files(request).await;
        let unknown = items.iter().filter(|media| known.of(media).is_none());
        let keys: Vec<_> = unknown.filter_map(|media| media.file_key()).collect();
        if keys.is_empty() {
            return RequestFiles::Ready(None);
        }
        let turn = self.uploads.take(keys).await;
        let Some(staging) = self.uploads.staging else { return RequestFiles::Ready(Some(turn)) };
        // Another action may have uploaded them while this one waited.
        let mut known = self.known_files(request).await;
        let mut has_failed = false;
        for media in items.iter().filter(|media| is_staged(media, items.len())) {
            if known.of(media).is_none() && !has_failed {
                match self.stage(staging, media).await {
                    Ok((key, file)) => known.insert(key, file),
                    Err(UploadError::Failed(_)) => has_failed = true,
                    // The message's own request fails for the same reason, and that outcome is recorded.
                    Err(UploadError::NoBytes(_)) => return RequestFiles::NotStaged(turn),
                }
            }
        }
        let bytes: u64 = request.uploaded_files(&known).map(|named| named.file.bytes).sum();
        match has_failed {
            true if bytes > limits::REQUEST_FILE_BYTES => RequestFiles::TooLarge,
            true => RequestFiles::NotStaged(turn),
            false => RequestFiles::Ready(Some(turn)),
        }
    }

    /// Uploads a file to the staging chat, and remembers its `file_id`. If that fails, the outcome does not matter: nothing was
    /// sent to a channel.
    async fn stage(
        &self,
        staging: i64,
        media: &InputMedia,
    ) -> Result<(FileKey, FileId), UploadError> {
        self.uploads.pace.wait_for_turn(self.pacing.channel).await;
        time::sleep(self.last_request.pause(self.pacing.bot)).await;
        self.last_request.mark();
        let name = &media.file.name;
        let uploaded = self.gateway.upload(staging, media.clone()).await;
        let (key, file) = uploaded.inspect_err(|error| {
            log::warn!(
                "cannot upload {name} to the staging chat: {error}; it is uploaded with its message"
            );
        })?;
        log::debug!("uploaded {name} to the staging chat");
        let learned = vec![(key.clone(), file.clone())];
        if let Err(error) =
            self.remember(FileIdChanges { learned, ..FileIdChanges::default() }).await
        {
            log::warn!("cannot remember {name}: {error}; it is uploaded with its message");
            return Err(UploadError::Failed(error.to_string()));
        }
        Ok((key, file))
    }

    async fn remember(&self, changes: FileIdChanges) -> Result<(), StoreError> {
        let order = self.file_order(changes);
        self.order(order.into_iter().collect(), true).await.map(drop)
    }

    /// The order that records what an answer says about files; `None` if it says nothing.
    pub(super) fn file_order(&self, changes: FileIdChanges) -> Option<Command> {
        (!changes.is_empty()).then(|| Command::FileIds { bot: self.gateway.bot_id(), changes })
    }

    /// Uploads the files of a scheduled post to the staging chat up to ten minutes (`STAGED_AHEAD`) before its time, so that it is
    /// sent on time. It does not end.
    pub(super) async fn stage_scheduled<T>(&self, stop: watch::Receiver<StopMode>) -> T {
        tokio::select! {
            () = stopped(stop) => std::future::pending().await,
            never = self.stage_every_minute() => never,
        }
    }

    async fn stage_every_minute<T>(&self) -> T {
        loop {
            match self.soon_due().await {
                Ok(publications) => {
                    for publication in &publications {
                        self.stage_ahead(publication).await;
                    }
                }
                Err(error) => log::debug!("no files are uploaded ahead: {error}"),
            }
            time::sleep(limits::STAGING_RETRY).await;
        }
    }

    /// The publications that become due soon, unless all sending is stopped.
    async fn soon_due(&self) -> Result<Vec<Publication>, StoreError> {
        if self.store.journal().await?.stopped.is_some() {
            return Ok(Vec::new());
        }
        let latest = saturating_add(self.clock.now(), limits::STAGED_AHEAD);
        let mut open = self.store.publications(Query::Open).await?;
        open.retain(|known| known.state == State::Scheduled && known.due_at <= latest);
        Ok(open)
    }

    async fn stage_ahead(&self, publication: &Publication) {
        let waits = |part: &&Part| part.state == PartState::Pending;
        for part in publication.parts.iter().filter(waits) {
            let request = next_request(part);
            let items = request.sent_media();
            if items.iter().any(|(_, media)| is_staged(media, items.len())) {
                // Only the message itself needs the turn.
                let _ = self.prepare_files(request).await;
            }
        }
    }
}

/// Whether a file of a message with this many files goes through the staging chat.
fn is_staged(media: &InputMedia, items: usize) -> bool {
    items > 1 || media.file.bytes > limits::STAGED_FILE_BYTES
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::Kind;
    use crate::message::FileHash;

    fn key(digest: u8) -> FileKey {
        let hash = FileHash::of_digest([digest; 32]);
        FileKey { hash, kind: Kind::Photo, attributes: hash }
    }

    #[tokio::test(start_paused = true)]
    async fn staging_chat_takes_files_at_once_but_only_so_many_a_minute() {
        let pace = StagingPace::default();
        let channel = Duration::from_millis(3500);
        let began = Instant::now();
        for _ in 0..limits::STAGED_TOGETHER {
            pace.wait_for_turn(channel).await;
        }
        assert_eq!(began.elapsed(), Duration::ZERO);
        pace.wait_for_turn(channel).await;
        assert_eq!(began.elapsed(), channel * limits::STAGED_TOGETHER);
        pace.wait_for_turn(Duration::ZERO).await;
        assert_eq!(began.elapsed(), channel * limits::STAGED_TOGETHER);
    }

    #[tokio::test]
    async fn file_is_uploaded_by_one_action_at_a_time() {
        let turns = Uploads::default();
        let first = turns.take(vec![key(1), key(2)]).await;
        let other = turns.take(vec![key(3)]).await;
        assert!(!turns.add(&[key(2), key(4)]));
        let waiting = turns.take(vec![key(2), key(4)]);
        tokio::pin!(waiting);
        tokio::select! {
            biased;
            _ = &mut waiting => panic!("the file is being uploaded"),
            () = std::future::ready(()) => {}
        }
        drop(first);
        let second = waiting.await;
        assert!(!turns.add(&[key(4)]) && turns.add(&[key(1)]));
        drop((second, other));
        assert!(turns.add(&[key(2), key(3), key(4)]));
    }
}
