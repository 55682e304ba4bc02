//! What the pages show at this moment, kept while the files change; each page is drawn once for however many look at it.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use tokio::sync::watch;

use crate::clock::Clock;
use crate::newsroom::{CheckedFile, Index, ListFault, Newsroom};
use crate::page::post::PostPage;
use crate::page::shown::Row;
use crate::page::{self, Shown, Standing};
use crate::post::PostId;

/// What is drawn.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum View {
    /// The newsroom.
    All,
    /// One post.
    Post(PostId),
}

/// What the pages show.
pub struct Room<'c> {
    clock: &'c dyn Clock,
    kept: Mutex<Kept>,
    /// Counts up with every change.
    version: watch::Sender<u64>,
}

struct Kept {
    newsroom: Newsroom,
    index: Index<Arc<Shown>>,
    /// Of each post what it was when it had no errors last.
    good: HashMap<PostId, Arc<Shown>>,
    /// Posts whose file has errors since then: somebody may be in the middle of saving it.
    since: HashMap<PostId, Timestamp>,
    standings: BTreeMap<PostId, Vec<Standing>>,
    /// Why the config as it is now cannot be used; what is shown is by the last good one.
    config: Option<String>,
    drawn: HashMap<View, (Moment, Arc<str>)>,
}

/// The version and the minute that a page shows.
type Moment = (u64, i64);

/// So many pages are kept as they were drawn; past that they are drawn anew as somebody looks at them.
const DRAWN: usize = 64;

/// How long a file must have errors before they are shown, in milliseconds: one that is written in two steps is broken in
/// between.
const CALM: i64 = 60;

impl<'c> Room<'c> {
    /// Reads every file.
    ///
    /// # Errors
    /// Where the posts cannot be listed.
    pub fn open(newsroom: Newsroom, clock: &'c dyn Clock) -> Result<Self, ListFault> {
        let room = Self {
            clock,
            kept: Mutex::new(Kept {
                newsroom,
                index: Index::default(),
                good: HashMap::new(),
                since: HashMap::new(),
                standings: BTreeMap::new(),
                config: None,
                drawn: HashMap::new(),
            }),
            version: watch::channel(0).0,
        };
        room.look(&BTreeSet::new())?;
        Ok(room)
    }

    /// Hears of changes.
    pub(super) fn hear(&self) -> watch::Receiver<u64> {
        self.version.subscribe()
    }

    /// Reads what has changed since the last look, and says which posts that are. Where it is known which `paths` changed,
    /// and they are posts that were there before, nothing else is looked at.
    pub(super) fn look(&self, paths: &BTreeSet<PathBuf>) -> Result<Vec<PostId>, ListFault> {
        let now = self.clock.now();
        let mut guard = self.kept();
        let kept = &mut *guard;
        let channels = kept.newsroom.config.channels.clone();
        let make =
            |file: &CheckedFile| Arc::new(Shown::of(file.post.as_ref(), &file.report, &channels));
        let few = Some(paths).filter(|paths| !paths.is_empty());
        let few = few.and_then(|paths| kept.index.reread(paths, &kept.newsroom, now, make));
        let changes = match few {
            Some(changes) => changes,
            None => kept.index.refresh(&kept.newsroom, now, make)?,
        };
        for id in &changes.read {
            let Some(shown) = kept.index.get(id) else { continue };
            if shown.errors == 0 {
                kept.good.insert(id.clone(), Arc::clone(shown));
                kept.since.remove(id);
            } else {
                kept.since.entry(id.clone()).or_insert(now);
            }
        }
        for id in &changes.gone {
            kept.good.remove(id);
            kept.since.remove(id);
            kept.standings.remove(id);
        }
        // A file that may be half written is not shown as it is, so nothing is to be drawn.
        let is_hidden = |id: &PostId| {
            let since = kept.since.get(id);
            kept.good.contains_key(id) && since.is_some_and(|since| !is_calm(*since, now))
        };
        let shows = !changes.gone.is_empty() || !changes.read.iter().all(is_hidden);
        let mut posts = changes.read;
        posts.extend(changes.gone);
        drop(guard);
        if shows {
            self.changed();
        }
        Ok(posts)
    }

    /// Whether to look again soon, though nothing is heard of: a file may still be being written, or has errors that are not
    /// shown yet.
    pub(super) fn is_restless(&self) -> bool {
        let now = self.clock.now();
        let kept = self.kept();
        kept.index.is_unsettled() || kept.since.values().any(|since| !is_calm(*since, now))
    }

    /// Shows everything once more.
    pub(super) fn changed(&self) {
        self.version.send_modify(|version| *version = version.wrapping_add(1));
    }

    /// Takes another config, or keeps the last good one with what is wrong with the new one.
    pub(super) fn reconfigure(&self, newsroom: Result<Newsroom, String>) -> Result<(), ListFault> {
        {
            let mut kept = self.kept();
            match newsroom {
                Ok(newsroom) => {
                    kept.newsroom = newsroom;
                    kept.index = Index::default();
                    kept.config = None;
                }
                Err(why) => kept.config = Some(why),
            }
        }
        self.look(&BTreeSet::new())?;
        self.changed();
        Ok(())
    }

    /// The newsroom as it was read last.
    pub(super) fn newsroom(&self) -> Newsroom {
        self.kept().newsroom.clone()
    }

    /// What a post's file comes to.
    pub(super) fn shown(&self, id: &PostId) -> Option<Arc<Shown>> {
        self.kept().index.get(id).cloned()
    }

    /// Says where posts stand: `all` of them, or only these.
    pub(super) fn stand(&self, standings: BTreeMap<PostId, Vec<Standing>>, all: bool) {
        let mut kept = self.kept();
        if standings.is_empty() && (!all || kept.standings.is_empty()) {
            return;
        }
        if all {
            kept.standings = standings;
        } else {
            kept.standings.extend(standings);
        }
        drop(kept);
        self.changed();
    }

    /// The page of a view, without the sheet; `None` for a post that is not there.
    #[must_use]
    pub fn draw(&self, view: &View) -> Option<Arc<str>> {
        let now = self.clock.now();
        // A page tells of today and of what is still to come, so it is as old as its minute.
        let moment = (*self.version.borrow(), now.as_second() / 60);
        let mut kept = self.kept();
        if let Some((drawn, page)) = kept.drawn.get(view)
            && *drawn == moment
        {
            return Some(Arc::clone(page));
        }
        let page = kept.page(view, now)?;
        // The same page is the same allocation: whoever has it sees that without reading it.
        let page = match kept.drawn.remove(view) {
            Some((_, drawn)) if *drawn == *page => drawn,
            _ => page.into(),
        };
        if kept.drawn.len() >= DRAWN {
            kept.drawn.clear();
        }
        kept.drawn.insert(view.clone(), (moment, Arc::clone(&page)));
        Some(page)
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    fn page(&self, view: &View, now: Timestamp) -> Option<String> {
        let page = match view {
            View::All => {
                let rows = self.index.iter().filter_map(|(id, shown)| {
                    let id = id?;
                    let standings = self.standings.get(id).map_or(&[][..], Vec::as_slice);
                    Some(Row { id, shown: self.calm(id, shown, now), standings })
                });
                page::room::room(&rows.collect::<Vec<_>>(), now)
            }
            View::Post(id) => {
                let shown = self.calm(id, self.index.get(id)?, now);
                let good = self.good.get(id).filter(|_| shown.errors > 0);
                page::post::post(
                    &PostPage {
                        id,
                        now: shown,
                        last_good: good.map(AsRef::as_ref),
                        standings: self.standings.get(id).map_or(&[][..], Vec::as_slice),
                    },
                    now,
                )
            }
        };
        let notice = self.config.as_deref().map(page::sheet::config_notice);
        Some(notice.map_or_else(String::new, |notice| notice.0) + &page.0)
    }

    /// What is shown of a file: as it is, unless it has had errors for so short a time that it may be half written.
    fn calm<'s>(&'s self, id: &PostId, shown: &'s Arc<Shown>, now: Timestamp) -> &'s Shown {
        match (self.since.get(id), self.good.get(id)) {
            (Some(since), Some(good)) if !is_calm(*since, now) => good,
            _ => shown,
        }
    }
}

fn is_calm(since: Timestamp, now: Timestamp) -> bool {
    now.duration_since(since).as_millis().unsigned_abs() >= CALM.unsigned_abs().into()
}
