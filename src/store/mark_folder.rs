//! A mark of each journal outside its own folder: that it exists, where, and how far it is. A disk that is not mounted, a
//! volume that is missing and a snapshot of the whole folder that was put back are recognized by it.

use std::io;
use std::path::{Path, PathBuf};

use super::Address;
use super::mark::Mark;
use crate::fs::{self, MarkFile};

/// The folder for the marks, where this user or service has one.
#[derive(Clone, Debug, Default)]
pub struct MarkFolder(Option<PathBuf>);

/// What the mark of a journal says. The journal's id is random, so that it needs no bot beside it: most commands have no token.
struct JournalMark {
    mark: Mark,
    /// Its place, in every form in which it may be looked for.
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

    /// Whether marks can be kept.
    ///
    /// # Errors
    /// Why not.
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

    /// What is known of the journal with this id.
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

    /// Opens or writes the mark of a journal. Where that is not possible nothing is kept: a read-only file system is no
    /// reason to stop.
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

    /// Removes the marks of every journal that was at this place, but this one's.
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
    /// The journal is so far now.
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
            log::warn!("the mark of the journal cannot be written: {error}");
        }
    }

    /// Equally long however far the journal is, so that it can be written over.
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
        // An older version wrote none.
        let changes = fields("changes ").next().map_or(Some(0), |changes| changes.parse().ok())?;
        let places = fields("place ").map(str::to_owned).collect();
        Some(Self { mark: Mark { id, attempt, changes }, places })
    }
}

/// A place in every form in which it may be looked for; a path with and without the links on its way, since links may be gone
/// together with what they lead to.
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
    fn a_mark_is_found_by_its_journal_and_by_its_place() {
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
    fn no_secret_stands_in_a_place() {
        let url = "postgres://u:pass@db/x?host=/run&password=pass&sslpassword=pass";
        let address = Address::Postgres { url: url.to_owned(), mark: PathBuf::new() };
        assert_eq!(places(&address), ["postgres://u@db/x?host=%2Frun"]);
    }
}
