//! Whether a commit was written whose answer did not come: each transaction leaves a number and its writer in the journal, and
//! the next connection looks for them.

use std::cmp::Ordering;

use crate::outbox::Owner;

/// What a transaction leaves in the journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Commit {
    /// The number of the commit: one more than the last one's.
    pub(super) number: i64,
    /// Who wrote it.
    pub(super) writer: String,
}

/// What the journal says about a commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Written {
    Yes,
    No,
    /// Another process has committed since, so that either may be true.
    Unclear,
}

/// The name under which a process commits.
pub(super) fn writer(me: &Owner) -> String {
    format!("{:016x}", me.random)
}

/// The name under which it commits that it has looked: it must not be taken for the commit that it looks for.
pub(super) fn looker(me: &Owner) -> String {
    format!("{:016x} looked", me.random)
}

impl Commit {
    /// Whether this commit was written, by the last one that the journal knows.
    pub(super) fn is_written(&self, last: &Self) -> Written {
        match last.number.cmp(&self.number) {
            Ordering::Greater => Written::Unclear,
            Ordering::Equal if last.writer == self.writer => Written::Yes,
            // Its number went to another commit, or to none.
            Ordering::Equal | Ordering::Less => Written::No,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_commit_is_written_if_its_number_is_its_own() {
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
