//! Finds out whether a commit without an answer was written: each transaction stores a number and its writer in the journal, and
//! the next connection looks for them.

use std::cmp::Ordering;

use crate::outbox::Owner;

/// The trace of a transaction in the journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Commit {
    /// One more than the previous commit's number.
    pub(super) number: i64,
    /// The process that wrote it.
    pub(super) writer: String,
}

/// Whether a commit was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Written {
    Yes,
    No,
    /// Another process has committed since, so it cannot be known.
    Unclear,
}

/// The writer name of a process.
pub(super) fn writer(me: &Owner) -> String {
    format!("{:016x}", me.random)
}

/// The writer name of the commit that records the check. It must differ from the commit that is looked for.
pub(super) fn checker(me: &Owner) -> String {
    format!("{:016x} looked", me.random)
}

impl Commit {
    /// Whether this commit was written, judging by the last commit in the journal.
    pub(super) fn is_written(&self, last: &Self) -> Written {
        match last.number.cmp(&self.number) {
            Ordering::Greater => Written::Unclear,
            Ordering::Equal if last.writer == self.writer => Written::Yes,
            // Its number belongs to another commit, or to none.
            Ordering::Equal | Ordering::Less => Written::No,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commit_is_written_if_the_journal_has_its_number_and_writer() {
        let by = |number, writer: &str| Commit { number, writer: writer.to_owned() };
        let commit = by(7, "me");
        for (last, written) in [
            (by(6, "me"), Written::No),
            (by(6, "another"), Written::No),
            (by(7, "me"), Written::Yes),
            (by(7, "another"), Written::No),
            (by(7, "me looked"), Written::No),
            (by(8, "me"), Written::Unclear),
            (by(8, "another"), Written::Unclear),
        ] {
            assert_eq!(commit.is_written(&last), written, "{last:?}");
        }
    }
}
