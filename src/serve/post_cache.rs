//! What the post files ask for at this moment, kept while they change; it orders nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError, TryLockError};

use jiff::{SignedDuration, Timestamp};

use crate::config::Channel;
use crate::diagnostic::Severity;
use crate::explain::report::FirstError;
use crate::ids::PostId;
use crate::limits;
use crate::newsroom::{Changes, CheckedFile, Index, Newsroom, PostsError};
use crate::operations;
use crate::outbox::PayloadHash;
use crate::plan::{self, Desired};

/// What one file says.
#[derive(Clone, Debug)]
pub(super) enum FileContent {
    /// What is to stand in each channel.
    Good(Vec<Desired>),
    /// It has errors: the first of them.
    Broken(Option<FirstError>),
}

/// One file, by the hash of its text, and what it says.
struct CachedFile {
    source: PayloadHash,
    said: FileContent,
    warnings: usize,
}

/// What the post files ask for.
pub(super) struct PostCache {
    newsroom: Arc<Newsroom>,
    kept: Mutex<CacheState>,
}

#[derive(Default)]
struct CacheState {
    index: Index<CachedFile>,
    /// Of each post the file that was told last.
    told: BTreeMap<PostId, PayloadHash>,
    /// Files that are gone, and since when: an editor that saves under another name lets a file be gone for a moment.
    gone: BTreeMap<PostId, Timestamp>,
    /// Posts that have changed and were not told yet.
    changed: BTreeSet<PostId>,
    /// New files, and since when: another file may vanish in the same change, whose post they are.
    fresh: BTreeMap<PostId, Timestamp>,
    /// Whether somebody still acts upon a file that has vanished.
    is_acting: bool,
}

/// What a look found.
#[derive(Debug, Default)]
pub(super) struct ScanResult {
    /// Posts that were read anew, each with the first of its errors, if it has any: for whoever wrote them.
    pub(super) read: Vec<(PostId, Option<String>)>,
    /// Posts that have changed and whose files stand still by now, `None` where the file is gone: to be acted upon.
    pub(super) settled: Vec<(PostId, Option<FileContent>)>,
    /// Whether to look again soon: somebody may be writing.
    pub(super) again: bool,
}

impl PostCache {
    pub(super) fn new(newsroom: Arc<Newsroom>) -> Self {
        Self { newsroom, kept: Mutex::default() }
    }

    /// Reads what has changed since the last look.
    pub(super) fn look(&self, now: Timestamp) -> Result<ScanResult, PostsError> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let channels = &self.newsroom.config.channels;
        let changes = kept.index.refresh(&self.newsroom, now, |file| read(file, channels))?;
        Ok(kept.found(&changes, now))
    }

    /// What every file says, as it was read last.
    pub(super) fn all(&self) -> Vec<(PostId, FileContent)> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let all = kept.index.iter();
        all.filter_map(|(post, file)| Some((post?.clone(), file.said.clone()))).collect()
    }

    /// What the good files ask for in each channel, of those that `is_asked` picks.
    pub(super) fn pick(&self, is_asked: impl Fn(&Desired) -> bool) -> Vec<Desired> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let good = kept.index.iter().filter_map(|(_, file)| match &file.said {
            FileContent::Good(wanted) => Some(wanted),
            FileContent::Broken(_) => None,
        });
        good.flatten().filter(|one| is_asked(one)).cloned().collect()
    }

    /// What the file of one post says, as it was read last.
    pub(super) fn said(&self, post: &PostId) -> Option<FileContent> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).said(post)
    }

    /// How many warnings the file of one post has, as it was read last.
    pub(super) fn warnings(&self, post: &PostId) -> usize {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.index.get(post).map_or(0, |file| file.warnings)
    }

    /// Whether a post has a file, as it was read last, be it one with errors.
    pub(super) fn has_file(&self, post: &PostId) -> bool {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.index.get(post).is_some()
    }

    /// Whether a file has vanished and what that means for other posts is not in the journal yet.
    pub(super) fn is_vanishing(&self) -> bool {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.is_acting || kept.vanishing().next().is_some()
    }

    /// These posts were not acted upon, and are found again by the next look.
    pub(super) fn put_back(&self, posts: Vec<PostId>) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.changed.extend(posts);
    }

    /// What the last look found is in the journal.
    pub(super) fn acted(&self) {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).is_acting = false;
    }

    /// What the file of one post says at this moment.
    pub(super) fn of(&self, post: &PostId, now: Timestamp) -> Result<CurrentFile, PostsError> {
        let mut kept = match self.kept.try_lock() {
            Ok(kept) => kept,
            Err(TryLockError::Poisoned(kept)) => kept.into_inner(),
            // The files are being looked through.
            Err(TryLockError::WouldBlock) => return Ok(CurrentFile::Unsettled),
        };
        let channels = &self.newsroom.config.channels;
        let changes = kept.index.look_at(post, &self.newsroom, now, |file| read(file, channels))?;
        kept.note(&changes, now);
        let is_settled = kept.index.is_settled(post) && kept.is_gone_for_good(post, now);
        Ok(if is_settled { CurrentFile::Settled(kept.said(post)) } else { CurrentFile::Unsettled })
    }
}

/// What the file of a post says at this moment.
pub(super) enum CurrentFile {
    /// What it says; `None` where there is none.
    Settled(Option<FileContent>),
    /// Somebody may be writing it.
    Unsettled,
}

impl CacheState {
    fn note(&mut self, changes: &Changes, now: Timestamp) {
        // What was there at the beginning is nobody's change.
        let is_first = self.told.is_empty();
        for post in &changes.read {
            if !is_first && !self.told.contains_key(post) {
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

    fn found(&mut self, changes: &Changes, now: Timestamp) -> ScanResult {
        self.note(changes, now);
        let mut read = Vec::new();
        for post in &changes.read {
            let Some(file) = self.index.get(post) else { continue };
            // Read twice while it settles, and told once.
            if self.told.insert(post.clone(), file.source) != Some(file.source) {
                let error = match &file.said {
                    FileContent::Good(_) => None,
                    FileContent::Broken(error) => {
                        let error = error.as_ref().map(ToString::to_string);
                        Some(error.unwrap_or_else(|| "it has errors".to_owned()))
                    }
                };
                read.push((post.clone(), error));
            }
        }
        let mut settled = Vec::new();
        let ready = |post: &PostId| {
            self.index.is_settled(post)
                && self.is_gone_for_good(post, now)
                && !self.may_be_moved(post, now)
        };
        let ready: BTreeSet<_> = self.changed.iter().filter(|post| ready(post)).cloned().collect();
        for post in ready {
            self.changed.remove(&post);
            self.fresh.remove(&post);
            settled.push((post.clone(), self.said(&post)));
        }
        self.is_acting |= settled.iter().any(|(_, said)| said.is_none());
        ScanResult { read, settled, again: !self.changed.is_empty() }
    }

    fn said(&self, post: &PostId) -> Option<FileContent> {
        self.index.get(post).map(|file| file.said.clone())
    }

    /// Files that have vanished and were not acted upon.
    fn vanishing(&self) -> impl Iterator<Item = &PostId> {
        let is_gone = |post: &&PostId| self.index.get(post).is_none();
        self.gone.keys().filter(|post| self.changed.contains(*post)).filter(is_gone)
    }

    /// Whether a post is new and must wait: a file that has just vanished may be its own under another name. A post whose
    /// time has passed would be sent at once, so that it waits for files that may vanish yet.
    fn may_be_moved(&self, post: &PostId, now: Timestamp) -> bool {
        let Some(since) = self.fresh.get(post) else { return false };
        let is_late = match self.said(post) {
            Some(FileContent::Good(wanted)) => {
                wanted.iter().any(|one| one.publish_at.is_some_and(|at| at <= now))
            }
            _ => false,
        };
        let settles = SignedDuration::try_from(limits::LATE_FILE_SETTLES).unwrap_or_default();
        let is_vanishing = self.vanishing().any(|gone| !self.is_gone_for_good(gone, now));
        is_vanishing || is_late && now.duration_since(*since).abs() < settles
    }

    /// Whether the post's file is there, or has been gone for so long that nobody is only saving it.
    fn is_gone_for_good(&self, post: &PostId, now: Timestamp) -> bool {
        let settles = SignedDuration::try_from(limits::FILE_SETTLES).unwrap_or_default();
        self.gone.get(post).is_none_or(|since| now.duration_since(*since).abs() >= settles)
    }
}

/// What a file says.
fn read(file: &CheckedFile, channels: &[Arc<Channel>]) -> CachedFile {
    let said = if file.post.is_some() {
        FileContent::Good(operations::desired_posts(file, channels))
    } else {
        FileContent::Broken(file.report.first_error())
    };
    let warnings = file.report.count(Severity::Warning);
    CachedFile { source: plan::source_hash(&file.report.source.text), said, warnings }
}
