//! An index of the post files that is updated while they change. Only changed files are read again.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use jiff::{SignedDuration, Timestamp};

use super::ids::ListedFile;
use super::media::MediaStamps;
use super::{BATCH, CheckedFile, Newsroom, PostFiles, PostsError};
use crate::fs::{FileKind, Stamp};
use crate::ids::PostId;
use crate::limits;

/// A value of type `T` for each post file, made from the checked file. The checked file itself, with the source position of
/// each character, would take too much memory.
#[derive(Debug)]
pub struct Index<T> {
    files: BTreeMap<String, Kept<T>>,
    /// The paths of each post. More than one is an error in each of these files.
    paths: HashMap<PostId, Vec<String>>,
}

/// The entry of a file.
#[derive(Debug)]
struct Kept<T> {
    id: Option<PostId>,
    taken_by: Option<String>,
    /// `None` if a change could not be detected, so that the file is read again.
    stamp: Option<Stamp>,
    /// The media files that it names.
    media: MediaStamps,
    /// Whether it and its media were stable when they were read.
    stable: bool,
    value: T,
}

/// The changes since the last scan.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Posts whose file is new or was read again, in the order of the paths.
    pub read: Vec<PostId>,
    /// Posts whose file is gone.
    pub gone: Vec<PostId>,
}

impl Changes {
    /// Whether nothing changed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.read.is_empty() && self.gone.is_empty()
    }
}

impl<T> Default for Index<T> {
    fn default() -> Self {
        Self { files: BTreeMap::new(), paths: HashMap::new() }
    }
}

impl<T> Index<T> {
    /// Scans the files, and reads those that changed since the last scan.
    ///
    /// A file that changed less than [`limits::FILE_SETTLES`] before `now` may be half written. It is read, so that its author
    /// gets feedback, and read again at the next scan; until then [`Self::is_stable`] is false for it.
    ///
    /// # Errors
    /// If the folder cannot be listed; the index stays as it was.
    pub fn refresh(
        &mut self,
        newsroom: &Newsroom,
        now: Timestamp,
        make: impl Fn(&CheckedFile) -> T + Sync,
    ) -> Result<Changes, PostsError>
    where
        T: Send,
    {
        let mut changes = Changes::default();
        let mut before = std::mem::take(&mut self.files);
        let PostFiles { root, listed } = match newsroom.list() {
            Ok(files) => files,
            Err(error) => {
                self.files = before;
                return Err(error);
            }
        };
        let mut fresh = Vec::new();
        let mut stamps = Vec::new();
        for file in listed {
            // Taken before the file is read: what is written in between shows at the next look.
            let stamp = Stamp::of(&root.path().join(&file.below));
            match before.remove(&file.relative) {
                Some(kept)
                    if kept.is_still(&file, stamp.as_ref())
                        && is_still(&kept.media, root.path()) =>
                {
                    self.files.insert(file.relative, kept);
                }
                _ => {
                    fresh.push(file);
                    stamps.push(stamp);
                }
            }
        }
        // The caller is a long-running process: another thread would keep memory that is never used again.
        for (files, stamps) in fresh.chunks(BATCH).zip(stamps.chunks(BATCH)) {
            let values =
                newsroom.batch(&root, files, 1, now, |checked| (make(&checked), checked.media));
            for ((file, stamp), (value, media)) in files.iter().zip(stamps).zip(values) {
                let id = file.id.clone().ok();
                changes.read.extend(id.clone());
                let kept = Kept {
                    id,
                    taken_by: file.taken_by.clone(),
                    stamp: *stamp,
                    stable: stamp.as_ref().is_some_and(|stamp| is_old_enough(stamp, now))
                        && have_settled(&media, now),
                    media,
                    value,
                };
                self.files.insert(file.relative.clone(), kept);
            }
        }
        changes.gone = before.into_values().filter_map(|kept| kept.id).collect();
        if !changes.is_empty() {
            self.paths.clear();
            for (path, kept) in &self.files {
                if let Some(id) = &kept.id {
                    self.paths.entry(id.clone()).or_default().push(path.clone());
                }
            }
        }
        // `summit.toml` may have become `summit/post.toml`.
        changes.gone.retain(|id| !self.paths.contains_key(id));
        Ok(changes)
    }

    /// Reads only these files again, which is faster than a scan of a thousand posts. Returns `None`, and reads nothing, unless
    /// all of them are known files.
    pub fn reread(
        &mut self,
        paths: &BTreeSet<PathBuf>,
        newsroom: &Newsroom,
        now: Timestamp,
        make: impl Fn(&CheckedFile) -> T,
    ) -> Option<Changes> {
        let relative = |path: &PathBuf| {
            let below = path.strip_prefix(&newsroom.places.posts).ok()?;
            Some(below.to_str()?.replace('\\', "/"))
        };
        let mut wanted = Vec::new();
        for path in paths {
            let relative = relative(path)?;
            let kept = self.files.get(&relative)?;
            // Taken before the file is read: what is written in between shows at the next look.
            let stamp = Stamp::of(path)?;
            let (id, taken_by) = (Ok(kept.id.clone()?), kept.taken_by.clone());
            let kind = FileKind::File;
            let below = PathBuf::from(&relative);
            wanted.push((ListedFile { relative, below, kind, id, meant: None, taken_by }, stamp));
        }
        let root = newsroom.root().ok()?;
        let mut changes = Changes::default();
        for (file, stamp) in wanted {
            let checked = newsroom.check_file(&root, &file, now);
            let value = make(&checked);
            let kept = self.files.get_mut(&file.relative)?;
            kept.stable = is_old_enough(&stamp, now) && have_settled(&checked.media, now);
            kept.media = checked.media;
            (kept.stamp, kept.value) = (Some(stamp), value);
            changes.read.extend(file.id.ok());
        }
        Some(changes)
    }

    /// The files of one post, with their paths.
    fn of<'i>(
        &'i self,
        id: &PostId,
    ) -> impl Iterator<Item = (&'i String, &'i Kept<T>)> + use<'i, T> {
        let paths = self.paths.get(id).into_iter().flatten();
        paths.filter_map(|path| self.files.get_key_value(path))
    }

    /// Checks the file of one post, and scans all files if it has changed or was not stable.
    ///
    /// # Errors
    /// As [`Self::refresh`].
    pub fn look_at(
        &mut self,
        id: &PostId,
        newsroom: &Newsroom,
        now: Timestamp,
        make: impl Fn(&CheckedFile) -> T + Sync,
    ) -> Result<Changes, PostsError>
    where
        T: Send,
    {
        let is_unchanged = |(relative, kept): (&String, &Kept<T>)| {
            let stamp = Stamp::of(&newsroom.places.posts.join(relative));
            let is_same = kept.stable && stamp.is_some() && kept.stamp == stamp;
            is_same && is_still(&kept.media, &newsroom.places.posts)
        };
        let is_known = self.of(id).next().is_some();
        if is_known && self.of(id).all(is_unchanged) {
            return Ok(Changes::default());
        }
        self.refresh(newsroom, now, make)
    }

    /// The value of each file, with the post's id if its name is a valid one, in the order of the paths.
    pub fn iter(&self) -> impl Iterator<Item = (Option<&PostId>, &T)> {
        self.files.values().map(|kept| (kept.id.as_ref(), &kept.value))
    }

    /// The files whose names are not valid ids.
    pub fn strays(&self) -> impl Iterator<Item = &str> {
        self.files.iter().filter(|(_, kept)| kept.id.is_none()).map(|(path, _)| path.as_str())
    }

    /// The value of a post's file.
    #[must_use]
    pub fn get(&self, id: &PostId) -> Option<&T> {
        self.of(id).next().map(|(_, kept)| &kept.value)
    }

    /// Whether the post's file was stable when it was read.
    #[must_use]
    pub fn is_stable(&self, id: &PostId) -> bool {
        self.of(id).all(|(_, kept)| kept.stable)
    }

    /// Whether any file may still be written to.
    #[must_use]
    pub fn is_changing(&self) -> bool {
        self.files.values().any(|kept| !kept.stable)
    }
}

impl<T> Kept<T> {
    /// Whether the file is unchanged since it was read.
    fn is_still(&self, file: &ListedFile, stamp: Option<&Stamp>) -> bool {
        self.stable
            && stamp.is_some()
            && self.stamp.as_ref() == stamp
            && self.id.as_ref() == file.id.as_ref().ok()
            && self.taken_by == file.taken_by
    }
}

/// Whether the media files below `root` are unchanged since they were read. One that could not be read is unchanged while it is
/// missing.
fn is_still(media: &MediaStamps, root: &Path) -> bool {
    media.iter().all(|(path, stamp)| Stamp::of(&root.join(path)) == *stamp)
}

fn have_settled(media: &MediaStamps, now: Timestamp) -> bool {
    media.values().flatten().all(|stamp| is_old_enough(stamp, now))
}

/// Whether the file has not changed for long enough. A change time in the future counts as stable: the clock was set back.
fn is_old_enough(stamp: &Stamp, now: Timestamp) -> bool {
    let Some(changed) = stamp.changed() else { return false };
    let age = now.duration_since(changed);
    let settles = SignedDuration::try_from(limits::FILE_SETTLES).unwrap_or(SignedDuration::MAX);
    age >= settles || age < -settles
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::newsroom::{Opened, Places};

    const POST: &str = "heading = \"Title\"\ntext = \"one\"\n";

    #[expect(clippy::disallowed_methods, reason = "a test makes the files it reads")]
    fn write(folder: &Path, path: &str, text: &str) {
        let path = folder.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    fn newsroom(folder: &Path) -> Newsroom {
        write(
            folder,
            "config/telepress.toml",
            "channels.news = { chat = \"@example_news\", language = \"en\" }",
        );
        write(folder, "posts/a.toml", POST);
        write(folder, "posts/b.toml", POST);
        match Newsroom::open(Places::of(Some(folder.join("config/telepress.toml")), None)) {
            Opened::Valid(newsroom, _) => *newsroom,
            other => panic!("{other:?}"),
        }
    }

    /// The value of a file in these tests: the length of its text.
    fn length(checked: &CheckedFile) -> usize {
        checked.report.source.text.len()
    }

    fn names(ids: &[PostId]) -> Vec<&str> {
        ids.iter().map(PostId::as_str).collect()
    }

    /// A time at which files that are written now are stable.
    #[expect(clippy::disallowed_methods, reason = "files have the machine's time")]
    fn later() -> Timestamp {
        Timestamp::now() + SignedDuration::from_secs(60)
    }

    #[test]
    fn only_known_files_are_reread_alone() {
        let folder = tempfile::tempdir().unwrap();
        let newsroom = newsroom(folder.path());
        let mut index = Index::default();
        index.refresh(&newsroom, Timestamp::UNIX_EPOCH, length).unwrap();
        let path = |name: &str| newsroom.places.posts.join(name);
        write(folder.path(), "posts/a.toml", "heading = \"Longer than before\"\n");
        write(folder.path(), "posts/b.toml", "");
        let mut reread = |paths: &[PathBuf]| {
            let paths = paths.iter().cloned().collect();
            let changes = index.reread(&paths, &newsroom, Timestamp::UNIX_EPOCH, length);
            changes.map(|changes| (changes, index.iter().map(|(_, length)| *length).collect()))
        };
        let (changes, lengths): (Changes, Vec<usize>) = reread(&[path("a.toml")]).unwrap();
        assert_eq!((names(&changes.read), lengths), (vec!["a"], vec![31, POST.len()]));
        write(folder.path(), "posts/new.toml", POST);
        std::fs::remove_file(path("b.toml")).unwrap();
        for other in
            [path("new.toml"), path("b.toml"), PathBuf::new(), folder.path().join("config")]
        {
            assert!(reread(&[path("a.toml"), other]).is_none());
        }
    }

    #[test]
    fn only_changed_files_are_read_again() {
        let folder = tempfile::tempdir().unwrap();
        let newsroom = newsroom(folder.path());
        let mut index = Index::default();
        let mut look = || index.refresh(&newsroom, later(), length).unwrap();
        assert_eq!(names(&look().read), ["a", "b"]);
        assert!(look().is_empty());
        write(folder.path(), "posts/b.toml", "heading = \"Other\"\n");
        write(folder.path(), "posts/c/post.toml", POST);
        let changes = look();
        assert_eq!((names(&changes.read), names(&changes.gone)), (vec!["b", "c"], vec![]));
        std::fs::rename(folder.path().join("posts/a.toml"), folder.path().join("posts/d.toml"))
            .unwrap();
        let changes = look();
        assert_eq!((names(&changes.read), names(&changes.gone)), (vec!["d"], vec!["a"]));
        let id = PostId::parse("b").unwrap();
        assert_eq!(index.get(&id), Some(&"heading = \"Other\"\n".len()));
    }

    #[test]
    fn post_is_read_again_when_its_media_changes() {
        let folder = tempfile::tempdir().unwrap();
        let newsroom = newsroom(folder.path());
        write(folder.path(), "posts/b.toml", "media = [{ document = 'files/b.txt' }]\n");
        let mut index = Index::default();
        let problems = |checked: &CheckedFile| checked.report.diagnostics.len();
        let mut look = || {
            let changes = index.refresh(&newsroom, later(), problems).unwrap();
            let count = *index.get(&PostId::parse("b").unwrap()).unwrap();
            (names(&changes.read).join(" "), count)
        };
        assert_eq!(look(), ("a b".to_owned(), 1));
        assert_eq!(look(), (String::new(), 1));
        write(folder.path(), "posts/files/b.txt", "content");
        write(folder.path(), "posts/files/other.txt", "content");
        assert_eq!(look(), ("b".to_owned(), 0));
        write(folder.path(), "posts/files/b.txt", "other content");
        assert_eq!(look(), ("b".to_owned(), 0));
        assert_eq!(look(), (String::new(), 0));
    }

    #[test]
    #[expect(clippy::disallowed_methods, reason = "files have the machine's time")]
    fn file_is_read_again_until_it_is_stable() {
        let folder = tempfile::tempdir().unwrap();
        let newsroom = newsroom(folder.path());
        let mut index = Index::default();
        let id = PostId::parse("a").unwrap();
        let now = Timestamp::now();
        assert_eq!(names(&index.refresh(&newsroom, now, length).unwrap().read), ["a", "b"]);
        assert!(!index.is_stable(&id) && index.is_changing());
        assert_eq!(names(&index.refresh(&newsroom, now, length).unwrap().read), ["a", "b"]);
        assert_eq!(names(&index.refresh(&newsroom, later(), length).unwrap().read), ["a", "b"]);
        assert!(index.is_stable(&id) && !index.is_changing());
        assert!(index.refresh(&newsroom, later(), length).unwrap().is_empty());
    }
}
