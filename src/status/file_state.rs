//! The state of a post in a channel for which it was never ordered, from its file alone. It does not look into the journal.

use jiff::Timestamp;

/// The state; [`FileState::as_str`] has the words that `list` and the newsroom page show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileState {
    /// It is a draft.
    Draft,
    /// Its time is still to come.
    Planned,
    /// It has no time.
    Unpublished,
    /// It is older than the journal, so its time counts for nothing.
    Older,
    /// Its time has passed.
    Missed,
}

impl FileState {
    /// The state of a post with this time. `latest` is the earliest time that is not missed yet.
    #[must_use]
    pub fn of(
        is_draft: bool,
        publish_at: Option<Timestamp>,
        is_older: bool,
        latest: Timestamp,
    ) -> Self {
        match publish_at {
            _ if is_draft => Self::Draft,
            _ if is_older => Self::Older,
            Some(at) if at < latest => Self::Missed,
            Some(_) => Self::Planned,
            None => Self::Unpublished,
        }
    }

    /// Its name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Planned => "planned",
            Self::Unpublished | Self::Older | Self::Missed => "unpublished",
        }
    }

    /// Why it is not planned.
    #[must_use]
    pub fn reason(self) -> Option<&'static str> {
        match self {
            Self::Older => Some("it is older than the journal: only `publish` sends it"),
            Self::Missed => Some("its time has passed: only `publish` sends it"),
            Self::Draft | Self::Planned | Self::Unpublished => None,
        }
    }
}
