//! A cache of the post files' contents, kept while they change. It gives no orders.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError, TryLockError};

use jiff::{SignedDuration, Timestamp};

use crate::diagnostic::Severity;
use crate::explain::report::FirstError;
use crate::ids::PostId;
use crate::limits;
use crate::newsroom::{Changes, CheckedFile, Index, Newsroom, PostsError};
use crate::operations;
use crate::outbox::PayloadHash;
use crate::plan::{self, Desired};

/// The content of a file.
#[derive(Clone, Debug)]
pub(super) enum FileContent {
    /// The desired state of the post in each channel.
    Valid(Vec<Desired>),
    /// The first error.
    Invalid(Option<FirstError>),
}

struct CachedFile {
    source: PayloadHash,
    content: FileContent,
    warnings: usize,
    /// Whether it is not read as a post, such as Markdown without front matter.
    is_ignored: bool,
}

pub(super) struct PostCache {
    newsroom: Arc<Newsroom>,
    state: Mutex<CacheState>,
}

#[derive(Default)]
struct CacheState {
    index: Index<CachedFile>,
    /// The version of each post's file that was reported last.
    reported: BTreeMap<PostId, PayloadHash>,
    /// Missing files, and since when: some editors remove a file for a moment while they save it.
    gone: BTreeMap<PostId, Timestamp>,
    /// Posts that have changed since the last report.
    changed: BTreeSet<PostId>,
    /// New files, and since when: each may be a renamed file whose old name vanishes in the same change.
    fresh: BTreeMap<PostId, Timestamp>,
    /// Whether a vanished file is not in the journal yet.
    is_acting: bool,
}

/// The result of a scan.
#[derive(Debug, Default)]
pub(super) struct ScanResult {
    /// Posts that were read again, each with its first error: for the log.
    pub(super) read: Vec<(PostId, Option<String>)>,
    /// Changed posts whose files are stable now, `None` if the file is gone: for the journal.
    pub(super) stable: Vec<(PostId, Option<FileContent>)>,
    /// Whether to scan again soon, because someone may be writing a file.
    pub(super) again: bool,
}

impl PostCache {
    pub(super) fn new(newsroom: Arc<Newsroom>) -> Self {
        Self { newsroom, state: Mutex::default() }
    }

    /// Reads the files that have changed since the last scan.
    pub(super) fn scan(&self, now: Timestamp) -> Result<ScanResult, PostsError> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let changes =
            state.index.refresh(&self.newsroom, now, |file| read(&self.newsroom, file))?;
        Ok(state.record_scan(&changes, now))
    }

    /// The content of every file at the last scan.
    pub(super) fn all(&self) -> Vec<(PostId, FileContent)> {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let all = state.index.iter();
        let posts = all.filter(|(_, file)| !file.is_ignored);
        posts.filter_map(|(post, file)| Some((post?.clone(), file.content.clone()))).collect()
    }

    /// The desired states of valid files that `is_wanted` selects.
    pub(super) fn pick(&self, is_wanted: impl Fn(&Desired) -> bool) -> Vec<Desired> {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let good = state.index.iter().filter_map(|(_, file)| match &file.content {
            FileContent::Valid(wanted) => Some(wanted),
            FileContent::Invalid(_) => None,
        });
        good.flatten().filter(|one| is_wanted(one)).cloned().collect()
    }

    /// The content of a post's file at the last scan.
    pub(super) fn content(&self, post: &PostId) -> Option<FileContent> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).content(post)
    }

    /// The number of warnings in a post's file at the last scan.
    pub(super) fn warnings(&self, post: &PostId) -> usize {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.index.get(post).map_or(0, |file| file.warnings)
    }

    /// Whether a post had a file at the last scan, valid or not.
    pub(super) fn has_file(&self, post: &PostId) -> bool {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.index.get(post).is_some()
    }

    /// Whether a file has vanished and the journal does not have the effect on other posts yet.
    pub(super) fn is_vanishing(&self) -> bool {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.is_acting || state.unrecorded_vanished().next().is_some()
    }

    /// Marks posts as changed again, because the journal could not follow them.
    pub(super) fn put_back(&self, posts: Vec<PostId>) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.changed.extend(posts);
    }

    /// Records that the journal has everything that the last scan found.
    pub(super) fn mark_recorded(&self) {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).is_acting = false;
    }

    /// The current content of a post's file.
    pub(super) fn current_file(
        &self,
        post: &PostId,
        now: Timestamp,
    ) -> Result<CurrentFile, PostsError> {
        let mut state = match self.state.try_lock() {
            Ok(state) => state,
            Err(TryLockError::Poisoned(state)) => state.into_inner(),
            // A scan is running.
            Err(TryLockError::WouldBlock) => return Ok(CurrentFile::Unsettled),
        };
        let changes =
            state.index.look_at(post, &self.newsroom, now, |file| read(&self.newsroom, file))?;
        state.note(&changes, now);
        let is_stable = state.index.is_stable(post) && state.is_gone_for_good(post, now);
        Ok(if is_stable {
            CurrentFile::Settled(state.content(post))
        } else {
            CurrentFile::Unsettled
        })
    }
}

/// The current content of a post's file.
pub(super) enum CurrentFile {
    /// The content; `None` if there is no file.
    Settled(Option<FileContent>),
    /// Someone may be writing the file.
    Unsettled,
}

impl CacheState {
    fn note(&mut self, changes: &Changes, now: Timestamp) {
        // The first scan finds no changes.
        let is_first = self.reported.is_empty();
        for post in &changes.read {
            if !is_first && !self.reported.contains_key(post) {
                self.fresh.entry(post.clone()).or_insert(now);
            }
            self.gone.remove(post);
            self.changed.insert(post.clone());
        }
        for post in &changes.gone {
            self.gone.entry(post.clone()).or_insert(now);
            self.changed.insert(post.clone());
        }
    }

    fn record_scan(&mut self, changes: &Changes, now: Timestamp) -> ScanResult {
        self.note(changes, now);
        let mut read = Vec::new();
        for post in &changes.read {
            let Some(file) = self.index.get(post) else { continue };
            // A file is read twice while it settles, and reported once.
            if self.reported.insert(post.clone(), file.source) != Some(file.source) {
                let error = match &file.content {
                    FileContent::Valid(_) => None,
                    FileContent::Invalid(error) => {
                        let error = error.as_ref().map(ToString::to_string);
                        Some(error.unwrap_or_else(|| "it is not read as a post".to_owned()))
                    }
                };
                read.push((post.clone(), error));
            }
        }
        let mut stable = Vec::new();
        let ready = |post: &PostId| {
            self.index.is_stable(post)
                && self.is_gone_for_good(post, now)
                && !self.may_be_moved(post, now)
        };
        let ready: BTreeSet<_> = self.changed.iter().filter(|post| ready(post)).cloned().collect();
        for post in ready {
            self.changed.remove(&post);
            self.fresh.remove(&post);
            stable.push((post.clone(), self.content(&post)));
        }
        self.is_acting |= stable.iter().any(|(_, content)| content.is_none());
        ScanResult { read, stable, again: !self.changed.is_empty() }
    }

    fn content(&self, post: &PostId) -> Option<FileContent> {
        self.index.get(post).map(|file| file.content.clone())
    }

    /// Vanished files that the journal does not know yet.
    fn unrecorded_vanished(&self) -> impl Iterator<Item = &PostId> {
        let is_gone = |post: &&PostId| self.index.get(post).is_none();
        self.gone.keys().filter(|post| self.changed.contains(*post)).filter(is_gone)
    }

    /// Whether a new post must wait, because it may be a renamed file that has just vanished. A post whose time has passed
    /// would be sent at once, so it also waits for files that may still vanish.
    fn may_be_moved(&self, post: &PostId, now: Timestamp) -> bool {
        let Some(since) = self.fresh.get(post) else { return false };
        let is_late = match self.content(post) {
            Some(FileContent::Valid(wanted)) => {
                wanted.iter().any(|one| one.publish_at.is_some_and(|at| at <= now))
            }
            _ => false,
        };
        let settles = SignedDuration::try_from(limits::LATE_FILE_SETTLES).unwrap_or_default();
        let is_vanishing = self.unrecorded_vanished().any(|gone| !self.is_gone_for_good(gone, now));
        is_vanishing || is_late && now.duration_since(*since).abs() < settles
    }

    /// Whether the post's file exists, or is missing for longer than a save takes.
    fn is_gone_for_good(&self, post: &PostId, now: Timestamp) -> bool {
        let settles = SignedDuration::try_from(limits::FILE_SETTLES).unwrap_or_default();
        self.gone.get(post).is_none_or(|since| now.duration_since(*since).abs() >= settles)
    }
}

fn read(newsroom: &Newsroom, file: &CheckedFile) -> CachedFile {
    let content = match operations::desired_posts(newsroom, file) {
        Ok(desired) => FileContent::Valid(desired),
        Err(report) => FileContent::Invalid(report.first_error()),
    };
    let warnings = file.report.count(Severity::Warning);
    let source = plan::source_hash(&file.report.source.text);
    CachedFile { source, content, warnings, is_ignored: file.is_ignored() }
}
