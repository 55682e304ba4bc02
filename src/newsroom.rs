//! A newsroom on disk: reads and checks its config and posts. It writes and sends nothing.

mod drafts;
mod files;
mod hash;
mod ids;
mod index;
mod media;
mod minute;
mod reference;

#[cfg(test)]
mod tests;

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use jiff::Timestamp;

use crate::config::{self, Config, Format, StoreConfig};
use crate::diagnostic::problem::FileProblem;
use crate::diagnostic::{Diagnostic, Severity};
use crate::explain::report::Report;
use crate::fs::{self, FileKind, ReadError};
use crate::ids::PostId;
use crate::layout::LaidOut;
use crate::message::{Content, Request};
use crate::post::check::{Occurrence, PublishTime, ReadOptions};
use crate::secret;
use crate::source::{self, SourceFile};
use crate::spool::Spool;
use crate::store::Address;
pub use drafts::{StagedDraft, probe};
use files::{PostFiles, Unreadable, read};
use hash::HashCache;
use ids::{ListedFile, NameError};
pub use index::{Changes, Index};
use media::{MediaStamps, PostMedia};
use minute::Minutes;

/// The paths of a newsroom's files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Places {
    /// The config file.
    pub config: PathBuf,
    /// The posts folder.
    pub posts: PathBuf,
}

impl Places {
    /// The paths from the options. The default config is [`CONFIG`]; the default posts folder is `posts`, beside
    /// the config's folder.
    #[must_use]
    pub fn of(config: Option<PathBuf>, posts: Option<PathBuf>) -> Self {
        let config = config.unwrap_or_else(|| PathBuf::from(CONFIG));
        let posts = posts.unwrap_or_else(|| {
            let folder = config.parent().unwrap_or(Path::new(""));
            match folder.parent() {
                Some(root) => root.join("posts"),
                None => Path::new("..").join("posts"),
            }
        });
        Self { config, posts }
    }
}

/// A newsroom with a valid config.
#[derive(Clone, Debug)]
pub struct Newsroom {
    /// The paths of its files.
    pub places: Places,
    /// The config.
    pub config: Config,
    hashes: Arc<HashCache>,
}

/// The result of opening a newsroom.
#[derive(Debug)]
pub enum Opened {
    /// The config is valid; the report has its warnings.
    Valid(Box<Newsroom>, Report),
    /// The config has errors.
    Invalid(Report),
    /// The config could not be read.
    Unreadable(PathBuf, ReadError),
}

/// A post file after its check.
#[derive(Debug)]
pub struct CheckedFile {
    /// The post's id, if the file's name is a valid one.
    pub id: Option<PostId>,
    /// The id of the file's name in lower case, if only the case is wrong: the post that the author may have meant.
    pub meant: Option<PostId>,
    /// The post, if the file has no errors.
    pub post: Option<LaidOut>,
    /// All diagnostics.
    pub report: Report,
    /// The times and channels of publication, for the comparison with other posts.
    publish_times: Vec<PublishTime>,
    /// The media files that it names.
    media: MediaStamps,
}

/// The path of the config in its newsroom.
pub const CONFIG: &str = "config/telepress.toml";

/// The file beside the config's folder with this host's watermark of a PostgreSQL journal.
const MARK: &str = "telepress.watermark";

/// The number of files checked together: enough for all processors, few enough for the memory.
const BATCH: usize = 256;

/// Why the posts cannot be listed.
#[derive(Debug, thiserror::Error)]
#[error("the posts in {} cannot be listed: {source}", .folder.display())]
pub struct PostsError {
    /// The folder.
    pub folder: PathBuf,
    /// The cause.
    pub source: fs::ListError,
}

impl Newsroom {
    /// Reads the config.
    #[must_use]
    pub fn open(places: Places) -> Opened {
        let path = places.config.to_string_lossy().replace('\\', "/");
        let text = match fs::read_text(&places.config) {
            Ok(text) => text,
            Err(error) => return Opened::Unreadable(places.config, error),
        };
        let mut source = SourceFile::new(path, text);
        let (config, diagnostics) = config::check(&source);
        source.text = secret::mask_config(&source.text).into_owned();
        let report = Report::new(source, diagnostics);
        match config {
            Some(config) => {
                let hashes = Arc::default();
                Opened::Valid(Box::new(Self { places, config, hashes }), report)
            }
            None => Opened::Invalid(report),
        }
    }

    /// Checks every post file, and passes the results to `each` in the order of the paths. Only one batch is in memory at a
    /// time.
    ///
    /// # Errors
    /// If the folder cannot be listed.
    pub fn check(
        &self,
        now: Timestamp,
        mut each: impl FnMut(CheckedFile),
    ) -> Result<(), PostsError> {
        let mut minutes = Minutes::default();
        let PostFiles { root, listed } = self.list()?;
        for batch in listed.chunks(BATCH) {
            for checked in self.batch(&root, batch, processors(), now, |checked| checked) {
                each(minutes.mark(checked));
            }
        }
        Ok(())
    }

    /// Maps every checked file with `make`, in the order of the paths. `make` runs on several threads, and the files are not
    /// compared with each other.
    ///
    /// # Errors
    /// If the folder cannot be listed.
    pub fn each<T: Send>(
        &self,
        now: Timestamp,
        make: impl Fn(CheckedFile) -> T + Sync,
    ) -> Result<Vec<T>, PostsError> {
        let PostFiles { root, listed } = self.list()?;
        let checked = |batch| self.batch(&root, batch, processors(), now, &make);
        Ok(listed.chunks(BATCH).flat_map(checked).collect())
    }

    /// Checks files on several threads and maps them with `make`, in order.
    ///
    /// Each worker takes the next file when it is free, so a slow worker delays only its own file.
    fn batch<T: Send>(
        &self,
        root: &fs::Root,
        batch: &[ListedFile],
        workers: usize,
        now: Timestamp,
        make: impl Fn(CheckedFile) -> T + Sync,
    ) -> Vec<T> {
        let workers = workers.min(batch.len());
        let next = AtomicUsize::new(0);
        let work = || -> Vec<(usize, T)> {
            let numbers = std::iter::repeat_with(|| next.fetch_add(1, Ordering::Relaxed));
            let files = numbers.map_while(|number| Some((number, batch.get(number)?)));
            files.map(|(number, file)| (number, make(self.check_file(root, file, now)))).collect()
        };
        let mut done: Vec<_> = std::thread::scope(|scope| {
            let others: Vec<_> = (1..workers).map(|_| scope.spawn(work)).collect();
            // The calling thread works too: another thread would need its own memory.
            let own = work();
            let others = others.into_iter().map(|worker| match worker.join() {
                Ok(files) => files,
                Err(panic) => std::panic::resume_unwind(panic),
            });
            std::iter::once(own).chain(others).flatten().collect()
        });
        done.sort_unstable_by_key(|(number, _)| *number);
        done.into_iter().map(|(_, made)| made).collect()
    }

    /// The ids of all posts, valid or not.
    ///
    /// # Errors
    /// If the folder cannot be listed.
    pub fn posts(&self) -> Result<Vec<PostId>, PostsError> {
        let PostFiles { root, listed } = self.list()?;
        let posts = listed.into_iter().filter(|listed| is_post(&root, &listed.below));
        Ok(posts.filter_map(|listed| listed.id.ok()).collect())
    }

    fn list(&self) -> Result<PostFiles, PostsError> {
        let failed = |source| PostsError { folder: self.places.posts.clone(), source };
        let root = self.root().map_err(|error| failed(error.into()))?;
        let entries = root.walk().map_err(failed)?;
        Ok(PostFiles { root, listed: ids::list(entries) })
    }

    /// The Markdown and text files that are not read as posts, by the paths that diagnostics show.
    ///
    /// # Errors
    /// If the folder cannot be listed.
    pub fn texts_aside(&self) -> Result<Vec<(String, String)>, PostsError> {
        let failed = |source| PostsError { folder: self.places.posts.clone(), source };
        let root = self.root().map_err(|error| failed(error.into()))?;
        let entries = root.walk().map_err(failed)?;
        let texts = entries.into_iter().filter(ids::may_be_text).filter_map(|entry| {
            let text = root.read_text(&entry.below).ok()?;
            let path = self.places.posts.join(&entry.relative);
            (!ids::is_post(&entry, &text)).then(|| (shown(&path), text))
        });
        Ok(texts.collect())
    }

    fn root(&self) -> std::io::Result<fs::Root> {
        fs::Root::open(&self.places.posts)
    }

    /// Checks the wanted posts; `None` for a post without a file.
    ///
    /// # Errors
    /// If the folder cannot be listed.
    pub fn check_some(
        &self,
        wanted: &[PostId],
        now: Timestamp,
    ) -> Result<Vec<(PostId, Option<CheckedFile>)>, PostsError> {
        let PostFiles { root, listed } = self.list()?;
        let mut minutes = Minutes::default();
        let mut found: Vec<(PostId, Option<CheckedFile>)> = Vec::new();
        for id in wanted {
            let file = listed.iter().find(|listed| listed.id.as_ref() == Ok(id));
            found.push((id.clone(), file.map(|file| self.check_file(&root, file, now))));
        }
        let timed = |(_, checked): &(PostId, Option<CheckedFile>)| {
            checked.as_ref().is_some_and(CheckedFile::has_time)
        };
        if found.iter().any(timed) {
            // A post in the same minute can be any other post, so all files are read, in the usual order.
            for listed in &listed {
                let checked = minutes.mark(self.check_file(&root, listed, now));
                if let Some(slot) = found.iter_mut().find(|(id, _)| listed.id.as_ref() == Ok(id)) {
                    slot.1 = Some(checked);
                }
            }
        }
        Ok(found)
    }

    /// The path and current text of a post's file; `None` if it cannot be read.
    #[must_use]
    pub fn source_of(&self, post: &PostId) -> Option<(PathBuf, String)> {
        let root = self.root().ok()?;
        Self::paths_of(post).into_iter().find_map(|below| {
            let text = root.read_text(&below).ok()?;
            Some((self.places.posts.join(below), text))
        })
    }

    /// The address of the journal. A relative path is relative to the parent of the config's folder. The watermark of a
    /// PostgreSQL journal is in `state`, if the service has a state folder.
    #[must_use]
    pub fn journal(&self, state: Option<PathBuf>) -> Address {
        let address = match &self.config.store {
            StoreConfig::File(file) => Address::Sqlite(file.clone()),
            StoreConfig::Postgres(url) => {
                let mark = state.map_or_else(|| PathBuf::from(MARK), |state| state.join(MARK));
                Address::Postgres { url: url.clone(), mark }
            }
        };
        address.resolved_in(&self.project())
    }

    /// The bytes of media of a journal.
    #[must_use]
    pub fn spool(&self, journal: &Address) -> Spool {
        let folder = self.config.media.folder.as_ref();
        Spool::new(folder.map_or_else(|| journal.media(), |folder| self.project().join(folder)))
    }

    /// The folder at which relative paths of the config start.
    #[must_use]
    pub fn project(&self) -> PathBuf {
        let folder = self.places.config.parent().unwrap_or(Path::new(""));
        folder.parent().map_or_else(|| Path::new("..").to_owned(), Path::to_owned)
    }

    /// All ids, for "did you mean".
    #[must_use]
    pub fn ids(&self) -> Vec<PostId> {
        let listed = self.list().map(|files| files.listed).unwrap_or_default();
        listed.into_iter().filter_map(|listed| listed.id.ok()).collect()
    }

    /// Checks the text of a post that has no file yet, as if it were at `relative` below the posts folder.
    ///
    /// # Errors
    /// If the posts folder cannot be opened.
    pub fn check_text(
        &self,
        id: &PostId,
        relative: &str,
        text: String,
        now: Timestamp,
    ) -> std::io::Result<CheckedFile> {
        let listed = Self::listed(id, relative);
        Ok(self.check_read(&self.root()?, &listed, Ok(text), ReadOptions::at(now)))
    }

    /// The post of a checked file as text messages in every channel, to compare its rich messages with; `None` if it has none.
    #[must_use]
    pub fn as_classic(&self, checked: &CheckedFile, now: Timestamp) -> Option<CheckedFile> {
        let mut parts = checked.post.as_ref()?.messages.iter().flat_map(|parts| parts.iter());
        let is_rich = |part: &Request| matches!(part.content(), Some(Content::Rich(_)));
        if !parts.any(is_rich) {
            return None;
        }
        let options = ReadOptions { only: Some(Format::Classic), ..ReadOptions::at(now) };
        self.check_again(checked.id.as_ref()?, options)
    }

    /// The post as another occurrence of its `repeat`; `None` if its file cannot be read.
    #[must_use]
    pub fn at_occurrence(
        &self,
        post: &PostId,
        occurrence: Occurrence,
        now: Timestamp,
    ) -> Option<CheckedFile> {
        self.check_again(post, ReadOptions { occurrence, ..ReadOptions::at(now) })
    }

    /// Checks the file of a post once more, with other options.
    fn check_again(&self, post: &PostId, options: ReadOptions) -> Option<CheckedFile> {
        let (path, text) = self.source_of(post)?;
        let relative = path.strip_prefix(&self.places.posts).ok()?.to_str()?;
        let (root, listed) = (self.root().ok()?, Self::listed(post, relative));
        Some(self.check_read(&root, &listed, Ok(text), options))
    }

    /// A file whose name is a valid one.
    fn listed(id: &PostId, relative: &str) -> ListedFile {
        ListedFile {
            relative: relative.to_owned(),
            below: PathBuf::from(relative),
            kind: FileKind::File,
            id: Ok(id.clone()),
            meant: None,
            taken_by: None,
        }
    }

    fn check_file(&self, root: &fs::Root, listed: &ListedFile, now: Timestamp) -> CheckedFile {
        self.check_read(root, listed, read(root, listed), ReadOptions::at(now))
    }

    /// Checks a file that was read.
    fn check_read(
        &self,
        root: &fs::Root,
        listed: &ListedFile,
        text: Result<String, Unreadable>,
        options: ReadOptions,
    ) -> CheckedFile {
        let shown = shown(&self.places.posts.join(&listed.relative));
        let known = listed.id.as_ref().ok().cloned();
        let meant = listed.meant.clone();
        let broken = |text: String, diagnostic: Diagnostic| CheckedFile {
            id: known.clone(),
            meant: meant.clone(),
            post: None,
            report: Report::new(SourceFile::new(shown.clone(), text), vec![diagnostic]),
            publish_times: Vec::new(),
            media: MediaStamps::default(),
        };
        if listed.kind == FileKind::Folder && !listed.relative.to_lowercase().ends_with(".toml") {
            return broken(String::new(), Diagnostic::new(0..0, FileProblem::FolderTooDeep));
        }
        let text = match text {
            Ok(text) => text,
            Err(Unreadable { text, span, problem }) => {
                return broken(text, Diagnostic::new(span, problem));
            }
        };
        let source = SourceFile::post(shown.clone(), text);
        let (id, mut diagnostics) = match &listed.id {
            Ok(id) => (id.clone(), Vec::new()),
            Err(NameError::TextFile) => {
                return broken(source.text, Diagnostic::new(0..0, FileProblem::TextFile));
            }
            Err(NameError::Id(error)) => {
                let bad = Diagnostic::new(0..0, FileProblem::BadId(error.clone()));
                // Check the content too, so that the bad name does not hide other errors.
                let Ok(stand_in) = PostId::parse("unnamed") else {
                    return broken(source.text, bad);
                };
                (stand_in, vec![bad])
            }
        };
        if let Some(first) = &listed.taken_by {
            diagnostics.push(Diagnostic::new(0..0, FileProblem::IdTaken(first.clone())));
        }
        let media = PostMedia::of(root, &listed.relative);
        let checked = crate::check::check_as(&source, id.clone(), &self.config, options, &media);
        let unknown = |(post, span): &(String, Range<usize>)| self.unknown(&id, post, span);
        diagnostics.extend(checked.references.iter().filter_map(unknown));
        let post = checked.post.filter(|_| !diagnostics.iter().any(Diagnostic::is_error));
        diagnostics.extend(checked.diagnostics);
        let report = Report::new(source, diagnostics);
        CheckedFile {
            id: known.clone(),
            meant: meant.clone(),
            post,
            report,
            publish_times: checked.publish_times,
            media: media.into_stamps(),
        }
    }
}

/// The ids of the post files in a folder by their names alone; it reads no file.
#[must_use]
pub fn post_ids_by_name(posts: &Path) -> Vec<PostId> {
    let entries = fs::walk(posts).unwrap_or_default();
    ids::list(entries).into_iter().filter_map(|listed| listed.id.ok()).collect()
}

/// A path as diagnostics show it.
fn shown(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}

/// Whether the file at `below` is read as a post. Markdown files without front matter are not.
fn is_post(root: &fs::Root, below: &Path) -> bool {
    if !source::is_markdown(&below.to_string_lossy()) {
        return true;
    }
    ids::has_front_matter(&root.read_text(below).unwrap_or_default())
}

/// The number of worker threads.
fn processors() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

impl CheckedFile {
    /// Whether the file is not read as a post, such as Markdown without front matter. It has only a warning.
    #[must_use]
    pub fn is_ignored(&self) -> bool {
        self.post.is_none() && self.report.count(Severity::Error) == 0
    }

    /// Whether the post sets a time, so that it must be compared with other posts.
    fn has_time(&self) -> bool {
        self.report.source.text.contains("publish_at")
    }
}
