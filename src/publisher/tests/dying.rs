//! A journal and a channel whose process ends at a place that is counted out: before or after one of its calls.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use jiff::Timestamp;
use tokio::sync::Notify;

use super::super::{Counted, Gateway, Later, Seen};
use super::channel::Channel;
use crate::ids::PostId;
use crate::outbox::{self, Event, Intent, Publication};
use crate::store::{
    Done, Entry, Facts, Journal, KnownMessage, Lock, Order, Person, Reply, Store, Untold, Wanted,
};

/// Where a process ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Where {
    Nowhere,
    /// Before the call of that number.
    Before(u32),
    /// After it, and before its result is seen.
    After(u32),
}

/// A journal and a channel that count.
pub(super) struct Dying {
    journal: Arc<Counting>,
    channel: Channel,
}

struct Counting {
    store: Arc<dyn Store>,
    place: Where,
    calls: AtomicU32,
    has_died: AtomicBool,
    death: Notify,
}

impl Dying {
    pub(super) fn new(store: Arc<dyn Store>, channel: Channel, place: Where) -> Self {
        let journal = Counting {
            store,
            place,
            calls: AtomicU32::new(0),
            has_died: AtomicBool::new(false),
            death: Notify::new(),
        };
        Self { journal: Arc::new(journal), channel }
    }

    pub(super) fn journal(&self) -> Arc<dyn Store> {
        let journal: Arc<dyn Store> = self.journal.clone();
        journal
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

    /// The end, if this is the place.
    async fn end_at(&self, place: Where) {
        if self.place == place {
            self.has_died.store(true, Ordering::Relaxed);
            self.death.notify_one();
            std::future::pending::<()>().await;
        }
    }
}

impl Store for Counting {
    fn transact<'store>(
        &'store self,
        orders: Vec<Order>,
        facts: Facts<'store>,
    ) -> Reply<'store, Vec<Done>> {
        Box::pin(async move {
            let number = self.next();
            self.end_at(Where::Before(number)).await;
            let done = self.store.transact(orders, facts).await;
            self.end_at(Where::After(number)).await;
            done
        })
    }

    fn publications<'store>(
        &'store self,
        wanted: Wanted<'store>,
    ) -> Reply<'store, Vec<Publication>> {
        self.store.publications(wanted)
    }

    fn channels(&self) -> Reply<'_, Vec<outbox::Channel>> {
        self.store.channels()
    }

    fn known_messages(&self, chat: i64, above: i64) -> Reply<'_, Vec<KnownMessage>> {
        self.store.known_messages(chat, above)
    }

    fn journal(&self) -> Reply<'_, Journal> {
        self.store.journal()
    }

    fn history(&self) -> Reply<'_, crate::plan::History> {
        self.store.history()
    }

    fn old_words<'store>(
        &'store self,
        post: &'store crate::ids::PostId,
    ) -> Reply<'store, Vec<crate::plan::Words>> {
        self.store.old_words(post)
    }

    fn log<'store>(
        &'store self,
        post: Option<&'store PostId>,
        most: u32,
    ) -> Reply<'store, Vec<Entry>> {
        self.store.log(post, most)
    }

    fn entry_at(&self, id: i64) -> Reply<'_, Option<Timestamp>> {
        self.store.entry_at(id)
    }

    fn people(&self) -> Reply<'_, Vec<Person>> {
        self.store.people()
    }

    fn untold(&self) -> Reply<'_, Vec<Untold>> {
        self.store.untold()
    }

    fn others(&self) -> Reply<'_, i64> {
        self.store.others()
    }

    fn take_lock(&self) -> Reply<'_, Lock> {
        self.store.take_lock()
    }

    fn holds_lock(&self) -> Reply<'_, bool> {
        self.store.holds_lock()
    }

    fn close(&self) -> Reply<'_, ()> {
        self.store.close()
    }

    fn backup<'store>(&'store self, file: &'store Path) -> Reply<'store, ()> {
        self.store.backup(file)
    }
}

impl Gateway for Dying {
    fn make(&self, intent: Intent) -> Later<'_, Event> {
        Box::pin(async move {
            let number = self.journal.next();
            self.journal.end_at(Where::Before(number)).await;
            let event = self.channel.make(intent);
            self.journal.end_at(Where::After(number)).await;
            event
        })
    }

    fn look(&self, staging: i64, chat: i64, message_id: i64) -> Later<'_, Seen> {
        Box::pin(async move {
            let number = self.journal.next();
            self.journal.end_at(Where::Before(number)).await;
            let seen = self.channel.look(staging, chat, message_id);
            self.journal.end_at(Where::After(number)).await;
            seen
        })
    }

    fn count(&self, staging: i64, chat: i64, message_ids: Vec<i64>) -> Later<'_, Counted> {
        Box::pin(async move {
            let number = self.journal.next();
            self.journal.end_at(Where::Before(number)).await;
            let counted = self.channel.count(staging, chat, &message_ids);
            self.journal.end_at(Where::After(number)).await;
            counted
        })
    }

    fn is_protected(&self, chat: i64) -> Later<'_, Result<bool, String>> {
        self.channel.is_protected(chat)
    }

    fn telegram_time(&self) -> Option<Timestamp> {
        self.channel.telegram_time()
    }
}
