//! The content of a mark: the journal's id, and how far it was. It reads no file.

/// The journal's id, and how far it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mark {
    /// Its id, with its timeline: each restored journal starts a new one.
    pub(super) id: String,
    /// Its last attempt.
    pub(super) attempt: i64,
    /// Its number of changes when the last attempt or decision of a person was recorded.
    pub(super) changes: i64,
}

/// Whether two ids name the same journal, in any timeline.
#[must_use]
pub fn is_same_journal(id: &str, other: &str) -> bool {
    id.split('.').next() == other.split('.').next()
}

/// The id of a journal and its timeline.
pub(super) fn id(uuid: &str, timeline: &str) -> String {
    if timeline.is_empty() { uuid.to_owned() } else { format!("{uuid}.{timeline}") }
}

impl Mark {
    /// Why the journal, now at `now`, must have been restored from a backup; `None` if this mark does not show it.
    pub(super) fn why_restored(&self, now: &Self) -> Option<String> {
        if self.id != now.id {
            return Some(if is_same_journal(&self.id, &now.id) {
                "it is a copy from before the last restore".to_owned()
            } else {
                "another journal was here before it".to_owned()
            });
        }
        if self.attempt > now.attempt {
            let (last, known) = (now.attempt, self.attempt);
            return Some(format!(
                "the journal's last request is no. {last}, but telepress has already made {known}"
            ));
        }
        (self.changes > now.changes)
            .then(|| "it lacks decisions that people have made since".to_owned())
    }

    /// Raises this mark to another mark of the same journal.
    pub(super) fn raise_to(&mut self, other: &Self) {
        if self.id == other.id {
            self.attempt = self.attempt.max(other.attempt);
            self.changes = self.changes.max(other.changes);
        }
    }

    pub(super) fn read(content: &str) -> Option<Self> {
        let mut words = content.split_whitespace();
        let (id, attempt) = (words.next()?.to_owned(), words.next()?.parse().ok()?);
        // An older version wrote only these two.
        let changes = words.next().map_or(Some(0), |changes| changes.parse().ok())?;
        Some(Self { id, attempt, changes })
    }
}
