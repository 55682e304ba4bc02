//! Collects the items of albums, which arrive as separate updates, and remembers which albums became drafts: pure.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use super::content::MessageContent;
use crate::bot::open_updates::OpenUpdate;
use crate::ids::PostId;
use crate::limits;

/// Albums that are remembered after they became drafts.
const REMEMBERED: usize = 1_000;

/// An album of one operator: their id, and the album's.
pub(super) type AlbumKey = (i64, String);

/// Albums that arrive, and those that arrived.
#[derive(Debug, Default)]
pub(super) struct AlbumCollector {
    arriving: BTreeMap<AlbumKey, ArrivingAlbum>,
    arrived: VecDeque<ArrivedAlbum>,
}

/// An album that was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ArrivedAlbum {
    key: AlbumKey,
    /// Its draft; `None` if it was refused.
    pub(super) draft: Option<PostId>,
}

/// An album whose items arrive.
#[derive(Debug)]
struct ArrivingAlbum {
    items: Vec<MessageContent>,
    open: Vec<OpenUpdate>,
    last: Duration,
    is_too_large: bool,
}

/// The items of an album that has arrived.
#[derive(Debug)]
pub(super) struct Album {
    /// The updates of the items, to be closed when the album is dealt with.
    pub(super) open: Vec<OpenUpdate>,
    /// In the order of the messages.
    pub(super) items: Vec<MessageContent>,
    /// Whether there were more than an album can have.
    pub(super) is_too_large: bool,
}

impl AlbumCollector {
    /// Adds an item that arrived at this monotonic time; whether it is the first of its album.
    pub(super) fn add(
        &mut self,
        key: AlbumKey,
        item: MessageContent,
        open: Option<OpenUpdate>,
        now: Duration,
    ) -> bool {
        let is_first = !self.arriving.contains_key(&key);
        let new = || ArrivingAlbum {
            items: Vec::new(),
            open: Vec::new(),
            last: now,
            is_too_large: false,
        };
        let album = self.arriving.entry(key).or_insert_with(new);
        album.last = now;
        album.open.extend(open);
        if album.items.len() < limits::ALBUM_ITEMS {
            album.items.push(item);
        } else {
            album.is_too_large = true;
        }
        is_first
    }

    /// Whether items of the album are arriving.
    pub(super) fn is_arriving(&self, key: &AlbumKey) -> bool {
        self.arriving.contains_key(key)
    }

    /// How long to wait until the album counts as complete; `None` if it does.
    pub(super) fn remaining_wait(&self, key: &AlbumKey, now: Duration) -> Option<Duration> {
        let quiet_from = self.arriving.get(key)?.last.saturating_add(limits::ALBUM_QUIET);
        quiet_from.checked_sub(now).filter(|rest| !rest.is_zero())
    }

    /// Takes the items of an album.
    pub(super) fn take(&mut self, key: &AlbumKey) -> Option<Album> {
        let ArrivingAlbum { mut items, open, is_too_large, .. } = self.arriving.remove(key)?;
        items.sort_by_key(|item| item.message);
        items.dedup_by_key(|item| item.message);
        Some(Album { open, items, is_too_large })
    }

    /// Remembers what became of an album.
    pub(super) fn record_draft(&mut self, key: AlbumKey, draft: Option<PostId>) {
        self.arrived.push_back(ArrivedAlbum { key, draft });
        if self.arrived.len() > REMEMBERED {
            self.arrived.pop_front();
        }
    }

    /// What became of the items of an album that have arrived before.
    pub(super) fn find_arrived(&self, key: &AlbumKey) -> Option<&ArrivedAlbum> {
        self.arrived.iter().find(|known| known.key == *key)
    }
}

/// Which messages of an operator may become drafts: only so many in a minute, and only so many at once: pure.
#[derive(Debug, Default)]
pub(super) struct DraftLimit {
    by_operator: BTreeMap<i64, RecentDrafts>,
}

#[derive(Debug, Default)]
struct RecentDrafts {
    accepted: VecDeque<Duration>,
    waiting: usize,
    /// When it was said that there are too many.
    reported_at: Option<Duration>,
}

/// Whether a message may become a draft.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Admission {
    /// It may.
    Granted,
    /// There are too many, and the operator does not know yet.
    TooMany,
    /// There are too many, and the operator knows.
    TooManyReported,
}

const MINUTE: Duration = Duration::from_mins(1);

impl DraftLimit {
    /// Counts a message that arrived at this monotonic time.
    pub(super) fn admit(&mut self, operator: i64, now: Duration) -> Admission {
        let lately = self.by_operator.entry(operator).or_default();
        let is_over = |at: &Duration| now.saturating_sub(*at) >= MINUTE;
        while lately.accepted.front().is_some_and(is_over) {
            lately.accepted.pop_front();
        }
        if lately.accepted.len() < limits::DRAFTS_PER_MINUTE
            && lately.waiting < limits::WAITING_DRAFTS
        {
            lately.accepted.push_back(now);
            lately.waiting += 1;
            return Admission::Granted;
        }
        if lately.reported_at.is_some_and(|said| now.saturating_sub(said) < MINUTE) {
            return Admission::TooManyReported;
        }
        lately.reported_at = Some(now);
        Admission::TooMany
    }

    /// An admitted message was answered. Unless it became a draft, it does not count.
    pub(super) fn record_answer(&mut self, operator: i64, is_draft: bool) {
        if let Some(lately) = self.by_operator.get_mut(&operator) {
            lately.waiting = lately.waiting.saturating_sub(1);
            if !is_draft {
                lately.accepted.pop_back();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(message: i64) -> MessageContent {
        MessageContent { message, ..MessageContent::default() }
    }

    fn key() -> AlbumKey {
        (111, "9".to_owned())
    }

    #[test]
    fn album_is_complete_after_a_quiet_time() {
        let mut albums = AlbumCollector::default();
        let second = Duration::from_secs(1);
        assert!(albums.add(key(), item(8), None, second));
        assert!(!albums.add(key(), item(7), None, second * 2));
        assert!(!albums.add(key(), item(8), None, second * 2));
        // The same id of another operator is another album.
        assert!(albums.add((222, "9".to_owned()), item(1), None, second));
        assert_eq!(albums.remaining_wait(&key(), second * 2), Some(limits::ALBUM_QUIET));
        assert_eq!(albums.remaining_wait(&key(), second * 2 + limits::ALBUM_QUIET), None);
        let album = albums.take(&key()).unwrap();
        let order: Vec<_> = album.items.iter().map(|item| item.message).collect();
        assert_eq!((order.as_slice(), album.is_too_large), (&[7, 8][..], false));
        assert!(albums.take(&key()).is_none());
        assert!(albums.add(key(), item(9), None, second * 9), "a later item begins another batch");
    }

    #[test]
    fn album_of_too_many_items_is_bounded() {
        let mut albums = AlbumCollector::default();
        for message in 1..=100 {
            albums.add(key(), item(message), None, Duration::ZERO);
        }
        let album = albums.take(&key()).unwrap();
        assert_eq!((album.items.len(), album.is_too_large), (limits::ALBUM_ITEMS, true));
    }

    #[test]
    fn album_is_remembered_with_its_draft() {
        let mut albums = AlbumCollector::default();
        let post = PostId::parse("inbox/a").unwrap();
        albums.record_draft(key(), Some(post.clone()));
        assert_eq!(albums.find_arrived(&key()).unwrap().draft, Some(post));
        for number in 0..REMEMBERED {
            albums.record_draft((222, number.to_string()), None);
        }
        assert_eq!((albums.find_arrived(&key()), albums.arrived.len()), (None, REMEMBERED));
    }

    #[test]
    fn operator_has_so_many_drafts_in_a_minute_and_so_many_waiting() {
        let mut limit = DraftLimit::default();
        let at = |second| Duration::from_secs(second);
        for _ in 0..limits::DRAFTS_PER_MINUTE {
            assert_eq!(limit.admit(111, at(0)), Admission::Granted);
            limit.record_answer(111, false);
            assert_eq!(limit.admit(111, at(0)), Admission::Granted);
            limit.record_answer(111, true);
        }
        assert_eq!(limit.admit(111, at(1)), Admission::TooMany);
        assert_eq!(limit.admit(111, at(2)), Admission::TooManyReported);
        assert_eq!(
            limit.admit(222, at(2)),
            Admission::Granted,
            "each operator has a limit of their own"
        );
        for _ in 0..limits::WAITING_DRAFTS {
            assert_eq!(limit.admit(111, at(60)), Admission::Granted);
        }
        assert_eq!(limit.admit(111, at(120)), Admission::TooMany, "none of them was answered");
        limit.record_answer(111, true);
        assert_eq!(limit.admit(111, at(121)), Admission::Granted);
    }
}
