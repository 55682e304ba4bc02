//! A mark of each journal outside its own folder: that it exists, where, and how far it is. A disk that is not mounted, a
//! volume that is missing and a snapshot of the whole folder that was put back are recognized by it.

use std::io;
use std::path::{Path, PathBuf};

use super::Address;
use crate::fs::{self, MarkFile};

/// The folder for the marks, where this user or service has one.
#[derive(Clone, Debug, Default)]
pub struct Outside(Option<PathBuf>);

/// What the mark of a journal says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mark {
    /// The journal's id. It is random, so that it needs no bot beside it: most commands have no token.
    pub(super) uuid: String,
    /// Its last attempt.
    pub(super) attempt: i64,
    /// Its place, in every form in which it may be looked for.
    places: Vec<String>,
}

/// The mark of the journal that is open.
pub(super) struct OpenMark {
    file: MarkFile,
    places: Vec<String>,
}

impl Outside {
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
        Mark::read(&fs::read_text(&self.path(uuid)?).ok()?)
    }

    /// The marks of journals that were at this place.
    pub(super) fn at(&self, address: &Address) -> Vec<Mark> {
        let Some(folder) = &self.0 else { return Vec::new() };
        let places = places(address);
        let entries = fs::walk(folder).unwrap_or_default();
        let marks = entries.iter().filter(|entry| entry.below.extension() == Some("mark".as_ref()));
        let marks =
            marks.filter_map(|entry| Mark::read(&fs::read_text(&folder.join(&entry.below)).ok()?));
        marks.filter(|mark| mark.places.iter().any(|place| places.contains(place))).collect()
    }

    /// Opens or writes the mark of a journal. Where that is not possible nothing is kept: a read-only file system is no
    /// reason to stop.
    pub(super) fn open(&self, uuid: &str, attempt: i64, address: &Address) -> Option<OpenMark> {
        let path = self.path(uuid)?;
        let open = || -> io::Result<OpenMark> {
            fs::make_private_folder(path.parent().unwrap_or(Path::new(".")))?;
            let (file, content) = MarkFile::open(&path)?;
            let places = places(address);
            let mut mark = OpenMark { file, places };
            let wanted = mark.content(uuid, attempt);
            if content != wanted {
                let known = Mark::read(&content).map_or(0, |mark| mark.attempt);
                let wanted = mark.content(uuid, attempt.max(known));
                mark.file.replace(&wanted)?;
            }
            Ok(mark)
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
            if mark.uuid != but
                && let Some(path) = self.path(&mark.uuid)
                && let Err(error) = fs::remove(&path)
            {
                log::warn!("{}: {error}", path.display());
            }
        }
    }
}

impl OpenMark {
    /// The journal has made this attempt.
    pub(super) fn raise(&mut self, uuid: &str, attempt: i64) {
        let content = self.content(uuid, attempt);
        if let Err(error) = self.file.write(&content) {
            log::warn!("the mark of the journal cannot be written: {error}");
        }
    }

    /// Equally long for every attempt, so that it can be written over.
    fn content(&self, uuid: &str, attempt: i64) -> String {
        let mut content = format!("journal {uuid}\nattempt {attempt:020}\n");
        for place in &self.places {
            content.push_str("place ");
            content.push_str(place);
            content.push('\n');
        }
        content
    }
}

impl Mark {
    fn read(content: &str) -> Option<Self> {
        let mut lines = content.lines();
        let uuid = lines.next()?.strip_prefix("journal ")?.to_owned();
        let attempt = lines.next()?.strip_prefix("attempt ")?.parse().ok()?;
        let places = lines.filter_map(|line| line.strip_prefix("place ")).map(str::to_owned);
        Some(Self { uuid, attempt, places: places.collect() })
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

    fn outside() -> (tempfile::TempDir, Outside, Address) {
        let folder = tempfile::tempdir().unwrap();
        let outside = Outside::new(Some(folder.path().join("state/telepress")));
        let address = Address::Sqlite(folder.path().join("newsroom/telepress.db"));
        (folder, outside, address)
    }

    #[test]
    fn a_mark_is_found_by_its_journal_and_by_its_place() {
        let (folder, outside, address) = outside();
        let mut open = outside.open("a1", 3, &address).unwrap();
        open.raise("a1", 12);
        assert_eq!(outside.of("a1").unwrap().attempt, 12);
        assert_eq!(outside.of("b2"), None);
        assert_eq!(outside.at(&address), [outside.of("a1").unwrap()]);
        let elsewhere = Address::Sqlite(folder.path().join("other/telepress.db"));
        assert_eq!(outside.at(&elsewhere), []);
        // A journal that has moved has one mark, which is never lowered.
        outside.open("a1", 5, &elsewhere).unwrap();
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
