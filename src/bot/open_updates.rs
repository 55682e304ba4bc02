//! Updates that Telegram has to send again if this process ends before they are dealt with. It receives nothing.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

/// The messages that were received and not yet dealt with.
#[derive(Clone, Debug, Default)]
pub(super) struct OpenUpdates(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    numbers: Mutex<BTreeSet<u32>>,
    closed: Notify,
}

/// One of them. It stays open until it is closed, also if it is dropped.
#[derive(Debug)]
#[must_use = "an update that is not closed comes again"]
pub struct OpenUpdate {
    number: u32,
    all: OpenUpdates,
}

impl OpenUpdates {
    fn numbers(&self) -> MutexGuard<'_, BTreeSet<u32>> {
        self.0.numbers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Opens the update with this number.
    pub(super) fn open(&self, number: u32) -> OpenUpdate {
        self.numbers().insert(number);
        OpenUpdate { number, all: self.clone() }
    }

    /// The first one that is open.
    pub(super) fn first(&self) -> Option<u32> {
        self.numbers().first().copied()
    }

    /// Waits until none is open.
    pub(super) async fn all_closed(&self) {
        loop {
            let closed = self.0.closed.notified();
            if self.first().is_none() {
                return;
            }
            closed.await;
        }
    }
}

impl OpenUpdate {
    /// The update is dealt with, and need not come again.
    pub(crate) fn close(self) {
        self.all.numbers().remove(&self.number);
        self.all.0.closed.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn first_open_update_is_known_until_all_are_closed() {
        let updates = OpenUpdates::default();
        updates.all_closed().await;
        let (five, four) = (updates.open(5), updates.open(4));
        drop(updates.open(6));
        assert_eq!(updates.first(), Some(4));
        four.close();
        five.close();
        assert_eq!(updates.first(), Some(6), "a dropped one stays open");
        let waiting = updates.all_closed();
        updates.open(6).close();
        waiting.await;
    }
}
