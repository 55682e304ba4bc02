//! What the pages show at this moment, kept while the files change; who looks at it stands in [`Audience`].

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use tokio::time;

use super::audience::{Audience, Seat};
use super::view::View;

use crate::clock::Clock;
use crate::ids::PostId;
use crate::newsroom::{CheckedFile, Index, ListFault, Newsroom};
use crate::page::post::PostPage;
use crate::page::room::Line;
use crate::page::shown::Row;
use crate::page::{self, Drawn, Shown, Standing};

/// What the pages show.
pub struct Room<'c> {
    clock: &'c dyn Clock,
    kept: Mutex<Kept>,
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
    /// The newsroom's lines, of the minute in which they were drawn.
    lines: (i64, HashMap<PostId, Vec<Line>>),
    /// Posts that are shown as they were, since their files may be half written.
    hidden: BTreeSet<PostId>,
    audience: Audience,
}

/// How long a file must have errors before they are shown, in milliseconds: one that is written in two steps is broken in
/// between.
const CALM: i64 = 60;

/// How long after those in sight the other pages are told of a change: it is on the screen by then.
const BEHIND: Duration = Duration::from_millis(100);

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
                lines: (0, HashMap::new()),
                hidden: BTreeSet::new(),
                audience: Audience::default(),
            }),
        };
        room.look(&BTreeSet::new())?;
        Ok(room)
    }

    /// What a page shows, and from then on whatever it shows instead.
    pub(super) fn hear(&self, view: &View) -> Seat {
        let now = self.clock.now();
        let mut guard = self.kept();
        let kept = &mut *guard;
        let page = kept.page(view, now);
        kept.audience.join(view, page)
    }

    /// Tells pages that nobody sees what they show, a moment after those in sight. It ends when it is dropped.
    pub(super) async fn tell_the_back(&self) {
        let behind = self.kept().audience.behind();
        loop {
            behind.notified().await;
            time::sleep(BEHIND).await;
            self.kept().audience.tell_the_back();
        }
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
        let (hidden, mut shows): (Vec<_>, Vec<_>) =
            changes.read.iter().cloned().partition(is_hidden);
        shows.extend(changes.gone.iter().cloned());
        kept.hidden.retain(|id| !shows.contains(id));
        kept.hidden.extend(hidden);
        // What is still as it was after a moment is shown as it is.
        let since = &kept.since;
        let calm = |id: &PostId| since.get(id).is_none_or(|since| is_calm(*since, now));
        shows.extend(kept.hidden.extract_if(.., calm));
        kept.show(Some(&shows), now);
        let mut posts = changes.read;
        posts.extend(changes.gone);
        Ok(posts)
    }

    /// Whether to look again soon, though nothing is heard of: a file may still be being written, or has errors that are not
    /// shown yet.
    pub(super) fn is_restless(&self) -> bool {
        let kept = self.kept();
        kept.index.is_unsettled() || !kept.hidden.is_empty()
    }

    /// Shows everything once more.
    pub(super) fn show_all(&self) {
        self.kept().show(None, self.clock.now());
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
        let looked = self.look(&BTreeSet::new());
        self.show_all();
        looked.map(drop)
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
        let now = self.clock.now();
        if all {
            kept.standings = standings;
            kept.show(None, now);
        } else {
            let posts: Vec<_> = standings.keys().cloned().collect();
            kept.standings.extend(standings);
            kept.show(Some(&posts), now);
        }
    }

    /// The page of a view, without the sheet; `None` for a post that is not there.
    #[must_use]
    pub fn draw(&self, view: &View) -> Option<Drawn> {
        self.kept().page(view, self.clock.now())
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    /// Shows these `posts`, or all, to whoever looks at them; pages that are the same are told to nobody. The post comes
    /// before the newsroom: its author looks at it.
    fn show(&mut self, posts: Option<&[PostId]>, now: Timestamp) {
        match posts {
            Some([]) => return,
            Some(posts) => {
                for id in posts {
                    self.lines.1.remove(id);
                }
            }
            None => self.lines.1.clear(),
        }
        for view in self.audience.views() {
            let is_shown = match &view {
                View::All => true,
                View::Post(id) => posts.is_none_or(|posts| posts.contains(id)),
            };
            if is_shown {
                let page = self.page(&view, now);
                self.audience.tell(&view, page);
            }
        }
    }

    fn page(&mut self, view: &View, now: Timestamp) -> Option<Drawn> {
        let mut page = match view {
            View::All => self.newsroom_page(now),
            View::Post(id) => {
                let shown = self.calm(id, self.index.get(id)?, now);
                let good = self.good.get(id).filter(|_| shown.errors > 0);
                let page = PostPage {
                    id,
                    now: shown,
                    last_good: good.map(AsRef::as_ref),
                    standings: self.standings.get(id).map_or(&[][..], Vec::as_slice),
                };
                Drawn::plain(page::post::post(&page, now))
            }
        };
        if let Some(why) = &self.config {
            page.before.insert_str(0, &page::sheet::config_notice(why).0);
        }
        Some(page)
    }

    /// The newsroom: the lines of what did not change since are not drawn again.
    fn newsroom_page(&mut self, now: Timestamp) -> Drawn {
        let minute = now.as_second() / 60;
        let (drawn_at, mut lines) = std::mem::take(&mut self.lines);
        if drawn_at != minute {
            lines.clear();
        }
        let rows: Vec<_> = self
            .index
            .iter()
            .filter_map(|(id, shown)| {
                let id = id?;
                let standings = self.standings.get(id).map_or(&[][..], Vec::as_slice);
                Some(Row { id, shown: self.calm(id, shown, now), standings })
            })
            .collect();
        let mut numbers: HashMap<&PostId, usize> = HashMap::new();
        let mut numbered = Vec::new();
        for row in rows {
            let number = numbers.entry(row.id).and_modify(|number| *number += 1).or_default();
            if lines.get(row.id).is_none_or(|known| known.len() <= *number) {
                let line = Line::of(&row, *number, now);
                lines.entry(row.id.clone()).or_default().push(line);
            }
            numbered.push((row, *number));
        }
        let rows = numbered.into_iter().filter_map(|(row, number)| {
            let line = lines.get(row.id)?.get(number)?;
            Some((row, line))
        });
        let rows: Vec<_> = rows.collect();
        let strays: Vec<_> = self.index.strays().collect();
        let page = page::room::room(&rows, &strays, now);
        self.lines = (minute, lines);
        page
    }

    /// What is shown of a file: as it is, unless it has had errors for so short a time that it may be half written.
    fn calm<'s>(&'s self, id: &PostId, shown: &'s Arc<Shown>, now: Timestamp) -> &'s Shown {
        // Of few files it is known that they have errors.
        let since = self.since.get(id).filter(|since| !is_calm(**since, now));
        since.and_then(|_| self.good.get(id)).unwrap_or(shown)
    }
}

fn is_calm(since: Timestamp, now: Timestamp) -> bool {
    now.duration_since(since).as_millis().unsigned_abs() >= CALM.unsigned_abs().into()
}
