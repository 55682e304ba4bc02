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
    uuid: String,
    attempt: i64,
    /// The same outside the journal's folder, where there is a place for it.
    outside: Option<OpenMark>,
    elsewhere: (Outside, Address),
}

/// How far a journal is.
pub(super) struct Height {
    /// What names the journal and its copies.
    pub(super) uuid: String,
    /// Its last attempt; 0 for none.
    pub(super) attempt: i64,
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
    /// Compares the journal with its watermark; where it was restored from a backup, why that is known.
    pub(super) fn open(
        path: &Path,
        height: Height,
        missing: Missing,
        elsewhere: (Outside, Address),
    ) -> Result<(Self, Option<String>), StoreFault> {
        let unwritable = |error: io::Error| StoreFault::Unwritable(error.to_string());
        let (file, content) = MarkFile::open(path).map_err(unwritable)?;
        let attempt = height.attempt;
        let (outside, address) = &elsewhere;
        let known = outside.of(&height.uuid).filter(|mark| mark.attempt > attempt);
        let others = outside.at(address).into_iter().find(|mark| mark.uuid != height.uuid);
        let opened = match (&known, &others) {
            (None, None) => outside.open(&height.uuid, attempt, address),
            // Written when somebody has looked.
            _ => None,
        };
        let mut watermark = Self { file, uuid: height.uuid, attempt, outside: opened, elsewhere };
        let why = match read(&content) {
            None if attempt == 0 || missing == Missing::New => None,
            None => Some("the file that says how far it was is missing".to_owned()),
            Some((uuid, _)) if uuid != watermark.uuid => {
                Some("another journal was here before it".to_owned())
            }
            Some((_, known)) if known > attempt => {
                Some(format!("it ends at request {attempt}, and {known} had been made"))
            }
            Some(_) => None,
        };
        let why = why.or_else(|| match (known, others) {
            (Some(mark), _) => Some(format!(
                "its last request is {attempt}, but the mark outside its folder says {}",
                mark.attempt
            )),
            (None, Some(_)) => Some(
                "the mark outside its folder says that another journal was here before".to_owned(),
            ),
            (None, None) => None,
        });
        // A mark that is there is raised only by whoever publishes: two who write it could set it back.
        if why.is_none() && content.is_empty() {
            watermark.raise(attempt).map_err(unwritable)?;
        }
        Ok((watermark, why))
    }

    /// The journal knows of this attempt now.
    pub(super) fn raise(&mut self, attempt: i64) -> io::Result<()> {
        self.attempt = self.attempt.max(attempt);
        self.write()?;
        if let Some(outside) = &mut self.outside {
            outside.raise(&self.uuid, self.attempt);
        }
        Ok(())
    }

    /// Writes what it says once more.
    pub(super) fn write(&mut self) -> io::Result<()> {
        self.file.write(&format!("{} {:020}\n", self.uuid, self.attempt))
    }

    /// The journal as it is was found to be right.
    pub(super) fn restored(&mut self) -> io::Result<()> {
        self.write()?;
        let (outside, address) = &self.elsewhere;
        outside.forget(address, "");
        self.outside = outside.open(&self.uuid, self.attempt, address);
        Ok(())
    }
}

/// Which journal, and which attempt was its last.
fn read(content: &str) -> Option<(&str, i64)> {
    let (uuid, attempt) = content.trim_end().split_once(' ')?;
    Some((uuid, attempt.parse().ok()?))
}
