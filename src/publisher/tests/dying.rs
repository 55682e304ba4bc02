//! A journal and a channel whose process dies before or after a call with a given number.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use jiff::Timestamp;
use tokio::sync::Notify;

use super::super::{
    DiscussionCopy, ForwardCount, Gateway, GatewayFuture, ReadResult, RequestResult, UploadError,
};
use super::channel::Channel;
use crate::message::{FileId, FileIdChanges, FileIds, FileKey, InputMedia};
use crate::outbox::Intent;
use crate::store::{Store, TransactionHook};

/// Where a process dies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Where {
    Nowhere,
    /// Before the call of that number.
    Before(u32),
    /// After the call, before its result is used.
    After(u32),
}

/// A journal and a channel that count calls.
pub(super) struct Dying {
    store: Arc<Store>,
    journal: Arc<Counting>,
    channel: Channel,
}

struct Counting {
    place: Where,
    calls: AtomicU32,
    has_died: AtomicBool,
    death: Notify,
}

impl Dying {
    pub(super) fn new(store: &Store, channel: Channel, place: Where) -> Self {
        let journal = Counting {
            place,
            calls: AtomicU32::new(0),
            has_died: AtomicBool::new(false),
            death: Notify::new(),
        };
        let journal = Arc::new(journal);
        Self { store: Arc::new(store.with(journal.clone())), journal, channel }
    }

    pub(super) fn journal(&self) -> Arc<Store> {
        Arc::clone(&self.store)
    }

    pub(super) async fn died(&self) {
        self.journal.death.notified().await;
    }

    pub(super) fn has_died(&self) -> bool {
        self.journal.has_died.load(Ordering::Relaxed)
    }
}

impl Counting {
    fn next(&self) -> u32 {
        self.calls.fetch_add(1, Ordering::Relaxed)
    }

    /// Dies here if this is the place.
    async fn end_at(&self, place: Where) {
        if self.place == place {
            self.has_died.store(true, Ordering::Relaxed);
            self.death.notify_one();
            std::future::pending::<()>().await;
        }
    }
}

impl TransactionHook for Counting {
    fn before_transaction(&self) -> GatewayFuture<'_, u32> {
        Box::pin(async move {
            let number = self.next();
            self.end_at(Where::Before(number)).await;
            number
        })
    }

    fn after_transaction(&self, number: u32) -> GatewayFuture<'_, ()> {
        Box::pin(self.end_at(Where::After(number)))
    }
}

impl Gateway for Dying {
    fn pinned_forward(&self, _: i64) -> GatewayFuture<'_, Result<Option<DiscussionCopy>, String>> {
        Box::pin(async { Ok(None) })
    }

    fn execute(&self, intent: Intent, _: FileIds) -> GatewayFuture<'_, RequestResult> {
        Box::pin(async move {
            let number = self.journal.next();
            self.journal.end_at(Where::Before(number)).await;
            let event = self.channel.execute(intent);
            self.journal.end_at(Where::After(number)).await;
            RequestResult { event, files: FileIdChanges::default(), is_group: false }
        })
    }

    fn bot_id(&self) -> u64 {
        7
    }

    fn upload(
        &self,
        _: i64,
        _: InputMedia,
    ) -> GatewayFuture<'_, Result<(FileKey, FileId), UploadError>> {
        Box::pin(async { Err(UploadError::Failed("no post here has a file".to_owned())) })
    }

    fn abandon_uploads(&self) {}

    fn read_message(
        &self,
        staging: i64,
        chat: i64,
        message_id: i64,
    ) -> GatewayFuture<'_, ReadResult> {
        Box::pin(async move {
            let number = self.journal.next();
            self.journal.end_at(Where::Before(number)).await;
            let seen = self.channel.read_message(staging, chat, message_id);
            self.journal.end_at(Where::After(number)).await;
            seen
        })
    }

    fn count_messages(
        &self,
        staging: i64,
        chat: i64,
        message_ids: Vec<i64>,
    ) -> GatewayFuture<'_, ForwardCount> {
        Box::pin(async move {
            let number = self.journal.next();
            self.journal.end_at(Where::Before(number)).await;
            let counted = self.channel.count_messages(staging, chat, &message_ids);
            self.journal.end_at(Where::After(number)).await;
            counted
        })
    }

    fn is_protected(&self, chat: i64) -> GatewayFuture<'_, Result<bool, String>> {
        self.channel.is_protected(chat)
    }

    fn telegram_time(&self) -> Option<Timestamp> {
        self.channel.telegram_time()
    }
}
