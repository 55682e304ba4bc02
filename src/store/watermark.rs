//! How far the journal was when it last gave out an intent, kept beside it: a journal that is behind that was restored from
//! a backup, and may not know what was sent.

use std::io;

use super::mark::{self, Mark};
use super::mark_folder::{MarkFolder, OpenMark};
use super::{Address, Command, StoreError};
use crate::fs::MarkFile;
use crate::outbox::{Transition, Write};

/// The watermark of one journal.
pub(super) struct Watermark {
    file: MarkFile,
    mark: Mark,
    /// The same outside the journal's folder, where there is a place for it.
    outside: Option<OpenMark>,
    elsewhere: (MarkFolder, Address),
}

/// The marks of a journal, read.
pub(super) struct Marks {
    file: MarkFile,
    content: String,
    id: String,
    /// What lies outside its folder, of this journal and of another at the same place.
    known: Option<Mark>,
    other: Option<Mark>,
    elsewhere: (MarkFolder, Address),
}

fn unwritable(error: &io::Error) -> StoreError {
    StoreError::Unwritable(error.to_string())
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

impl Height {
    fn mark(&self) -> Mark {
        Mark { id: mark::id(&self.uuid, &self.line), attempt: self.attempt, changes: self.changes }
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
        height: &Height,
        address: &Address,
        outside: &MarkFolder,
    ) -> Result<Marks, StoreError> {
        let (file, content) =
            MarkFile::open(&address.watermark()).map_err(|error| unwritable(&error))?;
        let id = height.mark().id;
        let known = outside.of(&id);
        let other = outside.at(address).into_iter().find(|other| other.id != id);
        let elsewhere = (outside.clone(), address.clone());
        Ok(Marks { file, content, id, known, other, elsewhere })
    }
}

impl Marks {
    /// Compares the journal as it is now with its marks; where it was restored from a backup, why that is known.
    pub(super) fn compare(
        self,
        height: &Height,
        missing: Missing,
    ) -> Result<(Watermark, Option<String>), StoreError> {
        let mark = height.mark();
        if mark.id != self.id {
            // Another process has just begun a new line of its history.
            return Err(StoreError::Busy);
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
    /// Orders were committed as the journal's change number `changes`: says so before any of their intents is given out.
    pub(super) fn committed<'t>(
        &mut self,
        made: impl Iterator<Item = &'t Transition>,
        orders: &[Command],
        changes: i64,
    ) -> io::Result<()> {
        let attempts = made.flat_map(Transition::writes).filter_map(|write| match write {
            Write::InsertAttempt(attempt) => Some(attempt.id.0),
            _ => None,
        });
        let attempt = attempts.max();
        for order in orders {
            if let Command::Restored { line, .. } = order {
                self.restored(line, changes)?;
            }
        }
        if attempt.is_some() || orders.iter().any(Command::decides) {
            self.raise(attempt, changes)?;
        }
        Ok(())
    }

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
    fn restored(&mut self, line: &str, changes: i64) -> io::Result<()> {
        let uuid = self.mark.id.split('.').next().unwrap_or_default().to_owned();
        self.mark.id = mark::id(&uuid, line);
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
            let address = Address::Postgres { url: String::new(), mark: path.clone() };
            Watermark::read(&height(3), &address, &MarkFolder::none()).unwrap()
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
