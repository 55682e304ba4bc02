//! What a mark says: which journal, and how far it was.

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

impl Mark {
    /// Why a journal that is at `now` was restored from a backup, where this mark shows that.
    pub(super) fn why_restored(&self, now: &Self) -> Option<String> {
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
    pub(super) fn read(content: &str) -> Option<Self> {
        let mut words = content.split_whitespace();
        let (id, attempt) = (words.next()?.to_owned(), words.next()?.parse().ok()?);
        // An older version wrote no more.
        let changes = words.next().map_or(Some(0), |changes| changes.parse().ok())?;
        Some(Self { id, attempt, changes })
    }
}
