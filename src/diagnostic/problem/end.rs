//! The problems of the times at which a post is unpinned and deleted.

use crate::diagnostic::Code;

/// A problem of `delete_at` or `unpin_at`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EndProblem {
    /// It is not after `publish_at`.
    BeforePublication,
    /// A bot could not delete the post so late after its publication.
    DeletedLate,
    /// The post is unpinned only after it was deleted.
    AfterDeletion,
    /// The post is not pinned.
    NotPinned,
    /// The time has passed.
    Past,
}

impl EndProblem {
    pub(super) fn code(self) -> Code {
        match self {
            Self::BeforePublication | Self::DeletedLate | Self::AfterDeletion => Code::EndTime,
            Self::NotPinned => Code::UnpinWithoutPin,
            Self::Past => Code::TimePast,
        }
    }
}
