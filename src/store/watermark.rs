//! How far the journal was when it last gave out an intent, kept beside it: a journal that is behind that was restored from
//! a backup, and may not know what was sent.

use std::io;
use std::path::Path;

use super::outside::{OpenMark, Outside};
use super::{Address, StoreFault};
use crate::fs::MarkFile;

/// The watermark of one journal.
pub(super) struct Watermark {
    file: MarkFile,
    mark: Mark,
    /// The same outside the journal's folder, where there is a place for it.
    outside: Option<OpenMark>,
    elsewhere: (Outside, Address),
}

/// The marks of a journal, read.
pub(super) struct Marks {
    file: MarkFile,
    content: String,
    id: String,
    /// What lies outside its folder, of this journal and of another at the same place.
    known: Option<Mark>,
    other: Option<Mark>,
    elsewhere: (Outside, Address),
}

fn unwritable(error: &io::Error) -> StoreFault {
    StoreFault::Unwritable(error.to_string())
}

/// How far a journal is.
pub(super) struct Height {
    /// What names the journal and its copies.
    pub(super) uuid: String,
    /// What names the line of its history, if it was restored.
    pub(super) line: String,
    /// Its last attempt; 0 for none.
    pub(super) attempt: i64,
    /// How often it was changed.
    pub(super) changes: i64,
}

/// What a mark says: which journal, and how far it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mark {
    /// Its id, with the line of its history.
    pub(super) id: String,
    /// Its last attempt.
    pub(super) attempt: i64,
    /// How often it had been changed when a person's word or an attempt was recorded last.
    pub(super) changes: i64,
}

/// Whether two ids name the same journal, in whatever lines of its history.
#[must_use]
pub fn is_one_journal(one: &str, other: &str) -> bool {
    one.split('.').next() == other.split('.').next()
}

/// What names a journal and one line of its history.
pub(super) fn id(uuid: &str, line: &str) -> String {
    if line.is_empty() { uuid.to_owned() } else { format!("{uuid}.{line}") }
}

impl Height {
    fn mark(&self) -> Mark {
        Mark { id: id(&self.uuid, &self.line), attempt: self.attempt, changes: self.changes }
    }
}

impl Mark {
    /// Why a journal that is at `now` was restored from a backup, where this mark shows that.
    fn why_restored(&self, now: &Self) -> Option<String> {
        if self.id != now.id {
            return Some(if is_one_journal(&self.id, &now.id) {
                "it is a copy from before the journal was restored the last time".to_owned()
            } else {
                "another journal was here before it".to_owned()
            });
        }
        if self.attempt > now.attempt {
            let (last, known) = (now.attempt, self.attempt);
            return Some(format!("its last request is {last}, but {known} were made"));
        }
        (self.changes > now.changes)
            .then(|| "it does not know what people have decided since".to_owned())
    }

    /// The higher of two marks of one journal.
    pub(super) fn raise_to(&mut self, other: &Self) {
        if self.id == other.id {
            self.attempt = self.attempt.max(other.attempt);
            self.changes = self.changes.max(other.changes);
        }
    }

    /// What a file says.
    fn read(content: &str) -> Option<Self> {
        let mut words = content.split_whitespace();
        let (id, attempt) = (words.next()?.to_owned(), words.next()?.parse().ok()?);
        // An older version wrote no more.
        let changes = words.next().map_or(Some(0), |changes| changes.parse().ok())?;
        Some(Self { id, attempt, changes })
    }
}

/// What a journal without a watermark is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Missing {
    /// One whose files were not all restored: the mark lies beside it.
    Restored,
    /// One that this machine has not published from: it lies elsewhere.
    New,
}

impl Watermark {
    /// Reads the marks of a journal. They are read before the journal itself: a process that changes the journal raises them afterwards, so that
    /// they are never ahead of a journal that is as it should be.
    pub(super) fn read(
        path: &Path,
        height: &Height,
        elsewhere: (Outside, Address),
    ) -> Result<Marks, StoreFault> {
        let (file, content) = MarkFile::open(path).map_err(|error| unwritable(&error))?;
        let id = height.mark().id;
        let (outside, address) = &elsewhere;
        let known = outside.of(&id);
        let other = outside.at(address).into_iter().find(|other| other.id != id);
        Ok(Marks { file, content, id, known, other, elsewhere })
    }
}

impl Marks {
    /// Compares the journal as it is now with its marks; where it was restored from a backup, why that is known.
    pub(super) fn compare(
        self,
        height: &Height,
        missing: Missing,
    ) -> Result<(Watermark, Option<String>), StoreFault> {
        let mark = height.mark();
        if mark.id != self.id {
            // Another process has just begun a new line of its history.
            return Err(StoreFault::Busy);
        }
        let said = [self.known, self.other].into_iter().flatten();
        let why_outside = { said }
            .find_map(|said| said.why_restored(&mark))
            .map(|why| format!("{why}, as the mark outside its folder shows"));
        let (outside, address) = &self.elsewhere;
        let opened = match why_outside {
            None => outside.open(&mark, address),
            // Written when somebody has looked.
            Some(_) => None,
        };
        let why = match Mark::read(&self.content) {
            None if mark.attempt == 0 || missing == Missing::New => None,
            None => Some("the file that says how far it was is missing".to_owned()),
            Some(known) => known.why_restored(&mark),
        };
        let why = why.or(why_outside);
        let Self { file, content, elsewhere, .. } = self;
        let mut watermark = Watermark { file, mark, outside: opened, elsewhere };
        if why.is_none() && content.is_empty() {
            watermark.write().map_err(|error| unwritable(&error))?;
        }
        Ok((watermark, why))
    }
}

impl Watermark {
    /// The journal has been changed so often now, and knows of this attempt.
    pub(super) fn raise(&mut self, attempt: Option<i64>, changes: i64) -> io::Result<()> {
        self.mark.attempt = self.mark.attempt.max(attempt.unwrap_or(0));
        self.mark.changes = self.mark.changes.max(changes);
        self.write()?;
        if let Some(outside) = &mut self.outside {
            outside.raise(&self.mark);
        }
        Ok(())
    }

    /// Writes what it says once more. Another process may have raised it since.
    pub(super) fn write(&mut self) -> io::Result<()> {
        let mut mark = self.mark.clone();
        if let Some(now) = Mark::read(&self.file.read()?) {
            mark.raise_to(&now);
        }
        let Mark { id, attempt, changes } = &mark;
        self.file.write(&format!("{id} {attempt:020} {changes:020}\n"))
    }

    /// The journal as it is was found to be right, and a new line of its history begins.
    pub(super) fn restored(&mut self, line: &str, changes: i64) -> io::Result<()> {
        let uuid = self.mark.id.split('.').next().unwrap_or_default().to_owned();
        self.mark.id = id(&uuid, line);
        self.mark.changes = self.mark.changes.max(changes);
        self.write()?;
        let (outside, address) = &self.elsewhere;
        outside.forget(address, "");
        self.outside = outside.open(&self.mark, address);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn height(attempt: i64) -> Height {
        Height { uuid: "0a".to_owned(), line: String::new(), attempt, changes: attempt * 2 }
    }

    #[test]
    fn a_journal_that_is_changed_while_it_is_opened_is_not_taken_for_an_old_one() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("mark");
        let read = || {
            let elsewhere = (Outside::none(), Address::Sqlite(path.clone()));
            Watermark::read(&path, &height(3), elsewhere).unwrap()
        };
        let (mut other, why) = read().compare(&height(3), Missing::New).unwrap();
        assert_eq!(why, None);
        // The other process commits and raises the mark between the two looks of this one.
        let marks = read();
        other.raise(Some(5), 10).unwrap();
        assert_eq!(marks.compare(&height(5), Missing::New).unwrap().1, None);
        assert!(read().compare(&height(4), Missing::New).unwrap().1.is_some());
    }
}
