//! A newsroom on disk: its config and its posts, read and checked; it writes nothing and sends nothing.

mod files;
mod ids;
mod index;
mod minute;
mod reference;
/// How many may work at once.
fn processors() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

#[cfg(test)]
mod tests;

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use jiff::Timestamp;

use crate::config::{self, Config, StoreConfig};
use crate::diagnostic::Diagnostic;
use crate::diagnostic::problem::FileProblem;
use crate::explain::report::Report;
use crate::fs::{self, Kind, ReadError};
use crate::ids::PostId;
use crate::layout::LaidOut;
use crate::post::check::PublishTime;
use crate::secret;
use crate::source::SourceFile;
use crate::store::Address;
use files::{Files, Unreadable, read};
use ids::Listed;
pub use index::{Changes, Index};
use minute::Minutes;

/// Where a newsroom's files are, as a user names them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Places {
    /// The config file.
    pub config: PathBuf,
    /// The folder of the posts.
    pub posts: PathBuf,
}

impl Places {
    /// The places that the options name: the config is `config/telepress.toml`, and the posts lie in the folder `posts`
    /// beside the config's own.
    #[must_use]
    pub fn of(config: Option<PathBuf>, posts: Option<PathBuf>) -> Self {
        let config = config.unwrap_or_else(|| PathBuf::from("config/telepress.toml"));
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

/// A newsroom whose config is good.
#[derive(Clone, Debug)]
pub struct Newsroom {
    /// Where its files are.
    pub places: Places,
    /// Its config.
    pub config: Config,
}

/// What became of opening a newsroom.
#[derive(Debug)]
pub enum Opened {
    /// The config is good; the report holds its warnings.
    Good(Box<Newsroom>, Report),
    /// The config has errors.
    Bad(Report),
    /// The config could not be read.
    Unreadable(PathBuf, ReadError),
}

/// One post file, checked.
#[derive(Debug)]
pub struct CheckedFile {
    /// The post's id, where the file's name gives one.
    pub id: Option<PostId>,
    /// The id that the file's name would give in lower case, where it gives none: whose file it may be.
    pub meant: Option<PostId>,
    /// The post, where no error was found.
    pub post: Option<LaidOut>,
    /// Everything that is wrong with it.
    pub report: Report,
    /// When it goes where, for comparing it with other posts.
    publish_times: Vec<PublishTime>,
}

/// The file beside the config's folder in which a host keeps how far it has published from a journal in PostgreSQL.
const MARK: &str = "telepress.watermark";

/// Files that are checked together: enough to keep every processor busy, few enough to hold in memory.
const BATCH: usize = 256;

/// Why the posts could not be looked through.
#[derive(Debug, thiserror::Error)]
#[error("the posts in {} cannot be listed: {source}", .folder.display())]
pub struct PostsError {
    /// The folder.
    pub folder: PathBuf,
    /// Why.
    pub source: fs::ListError,
}

impl Newsroom {
    /// Reads the config.
    #[must_use]
    pub fn open(places: Places) -> Opened {
        let path = places.config.to_string_lossy().replace('\\', "/");
        let text = match fs::read_text(&places.config) {
            Ok(text) => text,
            Err(fault) => return Opened::Unreadable(places.config, fault),
        };
        let mut source = SourceFile::new(path, text);
        let (config, diagnostics) = config::check(&source);
        source.text = secret::mask_journal_url(&source.text).into_owned();
        let report = Report::new(source, diagnostics);
        match config {
            Some(config) => Opened::Good(Box::new(Self { places, config }), report),
            None => Opened::Bad(report),
        }
    }

    /// Checks every post file in the order of the paths and hands each to `each`, so that no more than one is held at a
    /// time.
    ///
    /// # Errors
    /// Where the folder cannot be listed.
    pub fn check(
        &self,
        now: Timestamp,
        mut each: impl FnMut(CheckedFile),
    ) -> Result<(), PostsError> {
        let mut minutes = Minutes::default();
        let Files { root, listed } = self.list()?;
        for batch in listed.chunks(BATCH) {
            for checked in self.batch(&root, batch, processors(), now, |checked| checked) {
                each(minutes.mark(checked));
            }
        }
        Ok(())
    }

    /// What every file comes to, in the order of the paths. `make` is called on several processors at once, and learns
    /// nothing of what only all files together say.
    ///
    /// # Errors
    /// Where the folder cannot be listed.
    pub fn each<T: Send>(
        &self,
        now: Timestamp,
        make: impl Fn(CheckedFile) -> T + Sync,
    ) -> Result<Vec<T>, PostsError> {
        let Files { root, listed } = self.list()?;
        let checked = |batch| self.batch(&root, batch, processors(), now, &make);
        Ok(listed.chunks(BATCH).flat_map(checked).collect())
    }

    /// Checks some files, shared among `workers`; what is made of them comes back in their order.
    ///
    /// Each of them takes the next file as soon as it is done with one, so that one that is busy with something else
    /// holds up no more than the file it has.
    fn batch<T: Send>(
        &self,
        root: &fs::Root,
        batch: &[Listed],
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
            // Whoever asks is one of them: a thread more keeps memory of its own.
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

    /// The ids of all posts, with errors or without.
    ///
    /// # Errors
    /// Where the folder cannot be listed.
    pub fn posts(&self) -> Result<Vec<PostId>, PostsError> {
        Ok(self.list()?.listed.into_iter().filter_map(|listed| listed.id.ok()).collect())
    }

    fn list(&self) -> Result<Files, PostsError> {
        let fault = |source| PostsError { folder: self.places.posts.clone(), source };
        let root = self.root().map_err(|error| fault(error.into()))?;
        let entries = root.walk().map_err(fault)?;
        Ok(Files { root, listed: ids::list(entries) })
    }

    /// The folder of the posts.
    fn root(&self) -> std::io::Result<fs::Root> {
        fs::Root::open(&self.places.posts)
    }

    /// Checks the posts that `wanted` names, each of which gets its file or `None`.
    ///
    /// # Errors
    /// Where the folder cannot be listed.
    pub fn check_some(
        &self,
        wanted: &[PostId],
        now: Timestamp,
    ) -> Result<Vec<(PostId, Option<CheckedFile>)>, PostsError> {
        let Files { root, listed } = self.list()?;
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
            // Whether another post goes out in the same minute is known only when all were read, in the usual order.
            for listed in &listed {
                let checked = minutes.mark(self.check_file(&root, listed, now));
                if let Some(slot) = found.iter_mut().find(|(id, _)| listed.id.as_ref() == Ok(id)) {
                    slot.1 = Some(checked);
                }
            }
        }
        Ok(found)
    }

    /// The file of a post and its text, as they are now; `None` where none can be read.
    #[must_use]
    pub fn source_of(&self, post: &PostId) -> Option<(PathBuf, String)> {
        let root = self.root().ok()?;
        Self::paths_of(post).into_iter().find_map(|below| {
            let text = root.read_text(&below).ok()?;
            Some((self.places.posts.join(below), text))
        })
    }

    /// Where its journal is: beside the config's folder, wherever the command was started; what a host keeps of a journal in
    /// PostgreSQL is in `state`, where a service has a folder for it.
    #[must_use]
    pub fn journal(&self, state: Option<PathBuf>) -> Address {
        let folder = self.places.config.parent().unwrap_or(Path::new(""));
        let root = folder.parent().map_or_else(|| Path::new("..").to_owned(), Path::to_owned);
        let address = match &self.config.store {
            StoreConfig::File(file) => Address::Sqlite(file.clone()),
            StoreConfig::Postgres(url) => {
                let mark = state.map_or_else(|| PathBuf::from(MARK), |state| state.join(MARK));
                Address::Postgres { url: url.clone(), mark }
            }
        };
        address.below(&root)
    }

    /// All ids, for "did you mean".
    #[must_use]
    pub fn ids(&self) -> Vec<PostId> {
        let listed = self.list().map(|files| files.listed).unwrap_or_default();
        listed.into_iter().filter_map(|listed| listed.id.ok()).collect()
    }

    fn check_file(&self, root: &fs::Root, listed: &Listed, now: Timestamp) -> CheckedFile {
        let shown = self.places.posts.join(&listed.relative).to_string_lossy().replace('\\', "/");
        let known = listed.id.as_ref().ok().cloned();
        let meant = listed.meant.clone();
        let broken = |text: String, diagnostic: Diagnostic| CheckedFile {
            id: known.clone(),
            meant: meant.clone(),
            post: None,
            report: Report::new(SourceFile::new(shown.clone(), text), vec![diagnostic]),
            publish_times: Vec::new(),
        };
        if listed.kind == Kind::Folder && !listed.relative.to_lowercase().ends_with(".toml") {
            return broken(String::new(), Diagnostic::new(0..0, FileProblem::FolderTooDeep));
        }
        let text = match read(root, listed) {
            Ok(text) => text,
            Err(Unreadable { text, span, problem }) => {
                return broken(text, Diagnostic::new(span, problem));
            }
        };
        let source = SourceFile::new(shown.clone(), text);
        let (id, mut diagnostics) = match &listed.id {
            Ok(id) => (id.clone(), Vec::new()),
            Err(fault) => {
                let bad = Diagnostic::new(0..0, FileProblem::BadId(fault.clone()));
                // The content is checked all the same: one fault does not hide another.
                let Ok(stand_in) = PostId::parse("unnamed") else {
                    return broken(source.text, bad);
                };
                (stand_in, vec![bad])
            }
        };
        if let Some(first) = &listed.taken_by {
            diagnostics.push(Diagnostic::new(0..0, FileProblem::IdTaken(first.clone())));
        }
        let checked = crate::check::check(&source, id.clone(), &self.config, now);
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
        }
    }
}

impl CheckedFile {
    /// Whether the post names a time, so that other posts matter to it.
    fn has_time(&self) -> bool {
        self.report.source.text.contains("publish_at")
    }
}
