//! A mark of each journal outside its own folder, which records its location and how far it has got. It reveals a disk that is not
//! mounted, a missing volume, and a restored snapshot of the whole folder.

use std::io;
use std::path::{Path, PathBuf};

use super::Address;
use super::mark::Mark;
use crate::fs::{self, MarkFile};

/// The folder for the marks, if this user or service has one.
#[derive(Clone, Debug, Default)]
pub struct MarkFolder(Option<PathBuf>);

/// The content of a journal's mark. The journal's random id suffices to identify it, because most commands have no token.
struct JournalMark {
    mark: Mark,
    /// Its place, in every form that a search may use.
    places: Vec<String>,
}

/// The mark of the journal that is open.
pub(super) struct OpenMark {
    file: MarkFile,
    places: Vec<String>,
}

impl MarkFolder {
    /// No marks.
    #[must_use]
    pub fn none() -> Self {
        Self(None)
    }

    /// Marks in this folder.
    #[must_use]
    pub fn new(folder: Option<PathBuf>) -> Self {
        Self(folder)
    }

    /// The folder.
    #[must_use]
    pub fn folder(&self) -> Option<&Path> {
        self.0.as_deref()
    }

    /// Checks that marks can be written.
    ///
    /// # Errors
    /// If they cannot.
    pub fn check(&self) -> io::Result<()> {
        let Some(folder) = &self.0 else { return Ok(()) };
        fs::make_private_folder(folder)?;
        let probe = folder.join("doctor.probe");
        fs::make_private(&probe)?;
        fs::remove(&probe)
    }

    fn path(&self, uuid: &str) -> Option<PathBuf> {
        Some(self.0.as_ref()?.join(format!("{uuid}.mark")))
    }

    /// The mark of the journal with this id.
    pub(super) fn of(&self, uuid: &str) -> Option<Mark> {
        Some(JournalMark::read(&fs::read_text(&self.path(uuid)?).ok()?)?.mark)
    }

    /// The marks of journals that were at this place.
    pub(super) fn at(&self, address: &Address) -> Vec<Mark> {
        let Some(folder) = &self.0 else { return Vec::new() };
        let places = places(address);
        let entries = fs::walk(folder).unwrap_or_default();
        let marks = entries.iter().filter(|entry| entry.below.extension() == Some("mark".as_ref()));
        let marks = marks.filter_map(|entry| {
            JournalMark::read(&fs::read_text(&folder.join(&entry.below)).ok()?)
        });
        let here = marks.filter(|placed| placed.places.iter().any(|place| places.contains(place)));
        here.map(|placed| placed.mark).collect()
    }

    /// Opens or creates the mark of a journal; `None` if that fails, because a read-only file system must not stop the program.
    pub(super) fn open(&self, mark: &Mark, address: &Address) -> Option<OpenMark> {
        let path = self.path(&mark.id)?;
        let open = || -> io::Result<OpenMark> {
            fs::make_private_folder(path.parent().unwrap_or(Path::new(".")))?;
            let (file, content) = MarkFile::open(&path)?;
            let places = places(address);
            let mut open = OpenMark { file, places };
            let mut mark = mark.clone();
            if let Some(known) = JournalMark::read(&content) {
                mark.raise_to(&known.mark);
            }
            let wanted = open.content(&mark);
            if content != wanted {
                open.file.replace(&wanted)?;
            }
            Ok(open)
        };
        match open() {
            Ok(mark) => Some(mark),
            Err(error) => {
                log::debug!("{}: {error}", path.display());
                None
            }
        }
    }

    /// Removes the marks of all journals at this place except this one.
    pub(super) fn forget(&self, address: &Address, but: &str) {
        for mark in self.at(address) {
            if mark.id != but
                && let Some(path) = self.path(&mark.id)
                && let Err(error) = fs::remove(&path)
            {
                log::warn!("{}: {error}", path.display());
            }
        }
    }
}

impl OpenMark {
    /// Raises the mark.
    pub(super) fn raise(&mut self, mark: &Mark) {
        let written = self.file.read().and_then(|content| {
            let mut mark = mark.clone();
            if let Some(known) = JournalMark::read(&content) {
                mark.raise_to(&known.mark);
            }
            let content = self.content(&mark);
            self.file.write(&content)
        });
        if let Err(error) = written {
            log::warn!("the journal's mark cannot be written: {error}");
        }
    }

    /// The content has a fixed length, so it can be overwritten in place.
    fn content(&self, mark: &Mark) -> String {
        let Mark { id, attempt, changes } = mark;
        let mut content = format!("journal {id}\nattempt {attempt:020}\nchanges {changes:020}\n");
        for place in &self.places {
            content.push_str("place ");
            content.push_str(place);
            content.push('\n');
        }
        content
    }
}

impl JournalMark {
    fn read(content: &str) -> Option<Self> {
        let fields = |name| content.lines().filter_map(move |line| line.strip_prefix(name));
        let id = fields("journal ").next()?.to_owned();
        let attempt = fields("attempt ").next()?.parse().ok()?;
        // An older version wrote no changes.
        let changes = fields("changes ").next().map_or(Some(0), |changes| changes.parse().ok())?;
        let places = fields("place ").map(str::to_owned).collect();
        Some(Self { mark: Mark { id, attempt, changes }, places })
    }
}

/// The place in every form that a search may use. A path appears with and without its links resolved, because the links may be
/// missing together with their targets.
fn places(address: &Address) -> Vec<String> {
    let escaped = |path: PathBuf| path.to_string_lossy().replace('\n', "\\n");
    let mut places = match address {
        Address::Sqlite(path) => fs::names_of(path).into_iter().map(escaped).collect(),
        Address::Postgres { url, .. } => vec![Address::without_secrets(url)],
    };
    places.sort();
    places.dedup();
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outside() -> (tempfile::TempDir, MarkFolder, Address) {
        let folder = tempfile::tempdir().unwrap();
        let outside = MarkFolder::new(Some(folder.path().join("state/telepress")));
        let address = Address::Sqlite(folder.path().join("newsroom/telepress.db"));
        (folder, outside, address)
    }

    fn mark(id: &str, attempt: i64) -> Mark {
        Mark { id: id.to_owned(), attempt, changes: attempt }
    }

    #[test]
    fn mark_is_found_by_journal_and_by_place() {
        let (folder, outside, address) = outside();
        let mut open = outside.open(&mark("a1", 3), &address).unwrap();
        open.raise(&mark("a1", 12));
        assert_eq!(outside.of("a1").unwrap().attempt, 12);
        assert_eq!(outside.of("b2"), None);
        assert_eq!(outside.at(&address), [outside.of("a1").unwrap()]);
        let elsewhere = Address::Sqlite(folder.path().join("other/telepress.db"));
        assert_eq!(outside.at(&elsewhere), []);
        // A journal that has moved has one mark, which is never lowered.
        outside.open(&mark("a1", 5), &elsewhere).unwrap();
        assert_eq!(outside.at(&address), []);
        assert_eq!(outside.at(&elsewhere)[0].attempt, 12);
        outside.forget(&elsewhere, "a1");
        assert_eq!(outside.at(&elsewhere).len(), 1);
        outside.forget(&elsewhere, "");
        assert_eq!(outside.at(&elsewhere), []);
    }

    #[test]
    fn place_has_no_secret() {
        let url = "postgres://u:pass@db/x?host=/run&password=pass&sslpassword=pass";
        let address = Address::Postgres { url: url.to_owned(), mark: PathBuf::new() };
        assert_eq!(places(&address), ["postgres://u@db/x?host=%2Frun"]);
    }
}
