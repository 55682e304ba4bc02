//! The content of the pages, kept up to date while files change. It reads files and draws pages; it never writes.

use std::collections::{BTreeSet, HashMap};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use maud::{Markup, html};

use super::media::{self, PageLinks};
use super::recorded::JournalFacts;
use super::subscribers::{Subscribers, Subscription, View};
use crate::clock::Clock;
use crate::http::{MediaKeys, SentFile};
use crate::ids::PostId;
use crate::newsroom::{CheckedFile, Index, Newsroom, PostsError};
use crate::page::post::{Neighbours, PostPage};
use crate::page::post_preview::{Moments, Row};
use crate::page::{self, ChannelStatus, PostPreview};
use crate::spool::Spool;
use crate::store::Address;

/// Milliseconds for which errors of a file are hidden: an editor that writes in two steps leaves it broken in between.
const ERROR_DELAY: u128 = 60;

/// No file has the content that a page has shown.
pub(super) struct Gone;

/// The content of the pages, and the tabs that are subscribed to them.
pub struct PreviewState<'c> {
    clock: &'c dyn Clock,
    keys: MediaKeys,
    inner: Mutex<Inner>,
}

struct Inner {
    newsroom: Newsroom,
    /// The journal, beside which the published media are.
    journal: Address,
    index: Index<Arc<PostPreview>>,
    /// The last version of each post without errors.
    good: HashMap<PostId, Arc<PostPreview>>,
    /// When the errors of each broken post were first seen.
    broken_since: HashMap<PostId, Timestamp>,
    /// Whether a page shows the last good version of a post because its errors are too new.
    hides_errors: bool,
    recorded: JournalFacts,
    /// Why the config is invalid. The pages are then drawn with the last valid one.
    config_error: Option<String>,
    subscribers: Subscribers,
}

impl<'c> PreviewState<'c> {
    /// Reads every file.
    ///
    /// # Errors
    /// If the posts cannot be listed.
    pub fn open(
        newsroom: Newsroom,
        journal: Address,
        clock: &'c dyn Clock,
    ) -> Result<Self, PostsError> {
        let inner = Inner {
            newsroom,
            journal,
            index: Index::default(),
            good: HashMap::new(),
            broken_since: HashMap::new(),
            hides_errors: false,
            recorded: JournalFacts::default(),
            config_error: None,
            subscribers: Subscribers::default(),
        };
        let state = Self { clock, keys: MediaKeys::default(), inner: Mutex::new(inner) };
        state.look(&BTreeSet::new())?;
        Ok(state)
    }

    /// Subscribes a tab to a page; `None` if too many tabs are open.
    pub(super) fn subscribe(&self, view: &View) -> Option<Subscription> {
        let now = self.clock.now();
        let mut inner = self.inner();
        let page = inner.page_or_gone(view, &self.keys, now);
        inner.subscribers.subscribe(view, page)
    }

    /// Reads the files that changed since the last look, and returns whether a page may have changed. If all of `paths` are known
    /// posts, looks at no other file.
    pub(super) fn look(&self, paths: &BTreeSet<PathBuf>) -> Result<bool, PostsError> {
        let now = self.clock.now();
        let mut guard = self.inner();
        let inner = &mut *guard;
        let newsroom = &inner.newsroom;
        let make = |file: &CheckedFile| Arc::new(super::shown(newsroom, file, now));
        let few = Some(paths).filter(|paths| !paths.is_empty());
        let changes = match few.and_then(|few| inner.index.reread(few, &inner.newsroom, now, make))
        {
            Some(changes) => changes,
            None => inner.index.refresh(&inner.newsroom, now, make)?,
        };
        for id in &changes.read {
            let Some(shown) = inner.index.get(id) else { continue };
            if shown.errors == 0 {
                inner.good.insert(id.clone(), Arc::clone(shown));
                inner.broken_since.remove(id);
            } else {
                inner.broken_since.entry(id.clone()).or_insert(now);
            }
        }
        for id in &changes.gone {
            inner.good.remove(id);
            inner.broken_since.remove(id);
        }
        let hid_errors = inner.hides_errors;
        inner.hides_errors = inner.broken_since.keys().any(|id| inner.hidden_by(id, now).is_some());
        Ok(hid_errors || !changes.is_empty())
    }

    /// Whether to check again soon without an event: a file may be half written, or errors are still hidden.
    pub(super) fn needs_check(&self) -> bool {
        let inner = self.inner();
        inner.hides_errors || inner.index.is_changing()
    }

    /// Uses a new config, or keeps the last valid one and shows the error of the new one.
    pub(super) fn reconfigure(&self, newsroom: Result<Newsroom, String>) -> Result<(), PostsError> {
        {
            let mut inner = self.inner();
            match newsroom {
                Ok(newsroom) => {
                    inner.newsroom = newsroom;
                    inner.index = Index::default();
                    inner.config_error = None;
                }
                Err(why) => inner.config_error = Some(why),
            }
        }
        self.look(&BTreeSet::new()).map(drop)
    }

    pub(super) fn newsroom(&self) -> Newsroom {
        self.inner().newsroom.clone()
    }

    pub(super) fn shown(&self, id: &PostId) -> Option<Arc<PostPreview>> {
        self.inner().index.get(id).cloned()
    }

    /// Sends every changed page to its tabs; `None` keeps what the journal knew before.
    pub(super) fn refresh(&self, recorded: Option<JournalFacts>) {
        let now = self.clock.now();
        let mut inner = self.inner();
        if let Some(recorded) = recorded {
            inner.recorded = recorded;
        }
        // Pages of posts come before the newsroom: their authors look at them.
        for view in inner.subscribers.views() {
            let page = inner.page_or_gone(&view, &self.keys, now);
            inner.subscribers.publish(&view, page.into());
        }
    }

    /// The content of a page; `None` if the post does not exist.
    #[must_use]
    pub fn draw(&self, view: &View) -> Option<Markup> {
        self.inner().page(view, &self.keys, self.clock.now())
    }

    /// Opens the file with this key; `Err` if a page has shown it and no file has its content any more. It reads the file if that
    /// has just changed, so it may take long.
    pub(super) fn open_media(&self, key: &str) -> Option<Result<SentFile, Gone>> {
        let file = self.keys.find(key)?;
        let (newsroom, spool) = {
            let inner = self.inner();
            (inner.newsroom.clone(), inner.spool())
        };
        Some(media::open(file, &newsroom, &spool).ok_or(Gone))
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn spool(&self) -> Spool {
        self.newsroom.spool(&self.journal)
    }

    fn page_or_gone(&self, view: &View, keys: &MediaKeys, now: Timestamp) -> String {
        let gone = || html! { h1 { "This post is gone" } p { "Its file was moved or removed." } };
        self.page(view, keys, now).unwrap_or_else(gone).0
    }

    fn page(&self, view: &View, keys: &MediaKeys, now: Timestamp) -> Option<Markup> {
        let page = match view {
            View::All => self.newsroom_index(now),
            View::Post(id) => {
                let shown = self.current(id, self.index.get(id)?, now);
                let good = self.good.get(id).filter(|_| shown.errors > 0);
                let spool = self.spool();
                let page = PostPage {
                    id,
                    now: shown,
                    last_good: good.map(AsRef::as_ref),
                    statuses: Some(self.statuses_of(id)),
                    is_older: self.recorded.older.contains(id),
                    latest: self.moments(now).latest,
                    neighbours: self.neighbours(id, now),
                    links: &PageLinks { keys, spool: &spool },
                };
                page::post::post(&page, now)
            }
        };
        let error = self.config_error.as_deref();
        Some(
            html! { @if let Some(why) = error { (page::html_document::config_error(why)) } (page) },
        )
    }

    fn newsroom_index(&self, now: Timestamp) -> Markup {
        let strays: Vec<_> = self.index.strays().collect();
        page::newsroom_index::newsroom_index(self.rows(now), &strays, self.moments(now))
    }

    fn rows(&self, now: Timestamp) -> Vec<Row<'_>> {
        let posts = self.index.iter().filter_map(|(id, shown)| Some((id?, shown)));
        let row = |(id, shown)| Row {
            id,
            shown: self.current(id, shown, now),
            statuses: self.statuses_of(id),
            is_older: self.recorded.older.contains(id),
        };
        posts.map(row).collect()
    }

    /// The posts before and after a post in the newsroom.
    fn neighbours(&self, id: &PostId, now: Timestamp) -> Neighbours<'_> {
        let order = page::newsroom_index::in_order(self.rows(now), self.moments(now));
        let Some(place) = order.iter().position(|one| *one == id) else {
            return Neighbours::default();
        };
        let at = |place: usize| order.get(place).copied();
        Neighbours { previous: place.checked_sub(1).and_then(at), next: at(place + 1) }
    }

    /// As for `telepress list`, a post that is less late than the grace has not missed its time.
    fn moments(&self, now: Timestamp) -> Moments {
        let grace = self.newsroom.config.schedule.grace;
        Moments { now, latest: now.checked_sub(grace).unwrap_or(Timestamp::MIN) }
    }

    fn statuses_of(&self, id: &PostId) -> &[ChannelStatus] {
        self.recorded.statuses.get(id).map_or(&[], Vec::as_slice)
    }

    /// The file as it is, or its last good version while its errors are hidden.
    fn current<'s>(
        &'s self,
        id: &PostId,
        shown: &'s Arc<PostPreview>,
        now: Timestamp,
    ) -> &'s PostPreview {
        self.hidden_by(id, now).unwrap_or(shown)
    }

    fn hidden_by(&self, id: &PostId, now: Timestamp) -> Option<&Arc<PostPreview>> {
        let since = self.broken_since.get(id)?;
        let is_new = now.duration_since(*since).as_millis().unsigned_abs() < ERROR_DELAY;
        self.good.get(id).filter(|_| is_new)
    }
}
