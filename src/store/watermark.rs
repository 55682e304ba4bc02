//! The watermark: a file beside the journal that records how far it was at its last intent. A journal behind its watermark was
//! restored from a backup and may lack sent messages. This module sends nothing.

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
    /// The mark outside the journal's folder, if there is a folder for marks.
    outside: Option<OpenMark>,
    elsewhere: (MarkFolder, Address),
}

/// The marks of a journal, as they were read.
pub(super) struct JournalMarks {
    file: MarkFile,
    content: String,
    id: String,
    /// The mark outside its folder, and that of another journal at the same place.
    known: Option<Mark>,
    other: Option<Mark>,
    elsewhere: (MarkFolder, Address),
}

fn unwritable(error: &io::Error) -> StoreError {
    StoreError::Unwritable(error.to_string())
}

/// How far a journal is.
pub(super) struct JournalPosition {
    /// The id of the journal and its copies.
    pub(super) uuid: String,
    /// Its timeline; empty if it was never restored.
    pub(super) timeline: String,
    /// Its last attempt; 0 for none.
    pub(super) attempt: i64,
    /// Its number of changes.
    pub(super) changes: i64,
}

impl JournalPosition {
    fn mark(&self) -> Mark {
        Mark {
            id: mark::id(&self.uuid, &self.timeline),
            attempt: self.attempt,
            changes: self.changes,
        }
    }
}

/// What a missing watermark means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum MissingMark {
    /// The journal was restored without its watermark, which belongs beside it.
    Restored,
    /// This machine has not published from the journal, which is on a server.
    New,
}

impl Watermark {
    /// Reads the marks of a journal. They must be read before the journal itself: a process changes the journal first and
    /// raises the marks afterwards, so marks that were read first are never ahead of an intact journal.
    pub(super) fn read(
        position: &JournalPosition,
        address: &Address,
        outside: &MarkFolder,
    ) -> Result<JournalMarks, StoreError> {
        let (file, content) =
            MarkFile::open(&address.watermark()).map_err(|error| unwritable(&error))?;
        let id = position.mark().id;
        let known = outside.of(&id);
        let other = outside.at(address).into_iter().find(|other| other.id != id);
        let elsewhere = (outside.clone(), address.clone());
        Ok(JournalMarks { file, content, id, known, other, elsewhere })
    }
}

impl JournalMarks {
    /// Compares the journal with its marks; returns the evidence if it was restored from a backup.
    pub(super) fn compare(
        self,
        position: &JournalPosition,
        missing: MissingMark,
    ) -> Result<(Watermark, Option<String>), StoreError> {
        let mark = position.mark();
        if mark.id != self.id {
            // Another process has just started a new timeline.
            return Err(StoreError::Busy);
        }
        let marks = [self.known, self.other].into_iter().flatten();
        let why_outside = { marks }
            .find_map(|outside| outside.why_restored(&mark))
            .map(|why| format!("{why} (recorded outside the journal's folder)"));
        let (outside, address) = &self.elsewhere;
        let opened = match why_outside {
            None => outside.open(&mark, address),
            // It is written after the restored journal was compared.
            Some(_) => None,
        };
        let why = match Mark::read(&self.content) {
            None if mark.attempt == 0 || missing == MissingMark::New => None,
            None => Some("its watermark file is missing".to_owned()),
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
    /// Records the committed orders, as the journal's change number `changes`, before any of their intents is returned.
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
            if let Command::Restored { timeline: line, .. } = order {
                self.restored(line, changes)?;
            }
        }
        if attempt.is_some() || orders.iter().any(Command::decides) {
            self.raise(attempt, changes)?;
        }
        Ok(())
    }

    /// Raises the marks to this attempt and number of changes.
    pub(super) fn raise(&mut self, attempt: Option<i64>, changes: i64) -> io::Result<()> {
        self.mark.attempt = self.mark.attempt.max(attempt.unwrap_or(0));
        self.mark.changes = self.mark.changes.max(changes);
        self.write()?;
        if let Some(outside) = &mut self.outside {
            outside.raise(&self.mark);
        }
        Ok(())
    }

    /// Writes the watermark again, without lowering what another process has written.
    pub(super) fn write(&mut self) -> io::Result<()> {
        let mut mark = self.mark.clone();
        if let Some(now) = Mark::read(&self.file.read()?) {
            mark.raise_to(&now);
        }
        let Mark { id, attempt, changes } = &mark;
        self.file.write(&format!("{id} {attempt:020} {changes:020}\n"))
    }

    /// Accepts a restored journal, which starts a new timeline.
    fn restored(&mut self, timeline: &str, changes: i64) -> io::Result<()> {
        let uuid = self.mark.id.split('.').next().unwrap_or_default().to_owned();
        self.mark.id = mark::id(&uuid, timeline);
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

    fn height(attempt: i64) -> JournalPosition {
        JournalPosition {
            uuid: "0a".to_owned(),
            timeline: String::new(),
            attempt,
            changes: attempt * 2,
        }
    }

    #[test]
    fn journal_that_changes_while_it_is_opened_is_not_taken_for_restored() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("mark");
        let read = || {
            let address = Address::Postgres { url: String::new(), mark: path.clone() };
            Watermark::read(&height(3), &address, &MarkFolder::none()).unwrap()
        };
        let (mut other, why) = read().compare(&height(3), MissingMark::New).unwrap();
        assert_eq!(why, None);
        // The other process commits and raises the mark between the two reads of this one.
        let marks = read();
        other.raise(Some(5), 10).unwrap();
        assert_eq!(marks.compare(&height(5), MissingMark::New).unwrap().1, None);
        assert!(read().compare(&height(4), MissingMark::New).unwrap().1.is_some());
    }
}
