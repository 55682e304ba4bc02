//! The ends that a file names for a published post: when it is unpinned, and when it is deleted. It makes no transitions.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::moment;
use crate::limits;

/// The times that a file names for the end of a post.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct EndTimes {
    /// When its messages are deleted.
    pub delete_at: Option<Timestamp>,
    /// When its first message is unpinned.
    pub unpin_at: Option<Timestamp>,
}

/// The ends of a publication, each with what has become of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Ends {
    /// Its messages are deleted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delete: Option<End>,
    /// Its first message is unpinned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unpin: Option<End>,
}

/// One end of a publication.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct End {
    /// When.
    #[serde(with = "moment")]
    pub at: Timestamp,
    /// What has become of it.
    pub state: EndState,
}

/// What has become of an end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EndState {
    /// Its time has not come.
    Waiting,
    /// Its time has come, and it was ordered, once.
    Ordered,
    /// It was missed, and an operator decides.
    Missed,
    /// It was missed and left out, as the config says.
    Skipped,
}

/// The kinds of ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EndKind {
    /// The messages are deleted.
    Delete,
    /// The first message is unpinned.
    Unpin,
}

/// Why a post cannot be sent with its `delete_at`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefusedDeletion {
    /// It would be deleted before it is sent.
    BeforeSending,
    /// It would be deleted so late that a bot cannot do it any more.
    TooLate,
}

impl EndKind {
    /// The key of the file that names it.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Delete => "delete_at",
            Self::Unpin => "unpin_at",
        }
    }
}

impl EndTimes {
    /// Whether there is none.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self == Self::default()
    }

    /// Both, in the order in which they are shown.
    pub fn all(self) -> impl Iterator<Item = (EndKind, Timestamp)> {
        let all = [(EndKind::Unpin, self.unpin_at), (EndKind::Delete, self.delete_at)];
        all.into_iter().filter_map(|(kind, at)| Some((kind, at?)))
    }

    /// Why a post that is sent at `sent_at` cannot have this `delete_at`.
    #[must_use]
    pub fn refused(self, sent_at: Timestamp) -> Option<RefusedDeletion> {
        let at = self.delete_at?;
        if at <= sent_at {
            return Some(RefusedDeletion::BeforeSending);
        }
        let latest = moment::saturating_add(sent_at, limits::DELETE_AT_LATEST);
        (at >= latest).then_some(RefusedDeletion::TooLate)
    }
}

impl From<EndTimes> for Ends {
    fn from(times: EndTimes) -> Self {
        let waiting = |at| End { at, state: EndState::Waiting };
        Self { delete: times.delete_at.map(waiting), unpin: times.unpin_at.map(waiting) }
    }
}

impl Ends {
    /// The times that the file named.
    #[must_use]
    pub fn times(&self) -> EndTimes {
        let at = |end: Option<End>| end.map(|end| end.at);
        EndTimes { delete_at: at(self.delete), unpin_at: at(self.unpin) }
    }

    /// The end of a kind.
    #[must_use]
    pub fn of(&self, kind: EndKind) -> Option<End> {
        match kind {
            EndKind::Delete => self.delete,
            EndKind::Unpin => self.unpin,
        }
    }

    /// The ends with the times that the file names now. An end with another time waits again.
    #[must_use]
    pub(super) fn renamed(&self, times: EndTimes) -> Self {
        let new = Self::from(times);
        let same = |old: Option<End>, new: Option<End>| {
            old.filter(|old| new.is_some_and(|new| new.at == old.at)).or(new)
        };
        Self { delete: same(self.delete, new.delete), unpin: same(self.unpin, new.unpin) }
    }

    pub(super) fn set(&mut self, kind: EndKind, state: EndState) {
        let end = match kind {
            EndKind::Delete => &mut self.delete,
            EndKind::Unpin => &mut self.unpin,
        };
        if let Some(end) = end {
            end.state = state;
        }
    }
}
