//! The English texts of the problems of `delete_at` and `unpin_at`.

use super::{Words, words};
use crate::diagnostic::problem::EndProblem;

pub(super) fn problem(problem: EndProblem) -> Words {
    match problem {
        EndProblem::BeforePublication => {
            words("this time is not after `publish_at`", "set a time after the publication")
        }
        EndProblem::DeletedLate => words(
            "the post would be deleted 47 hours or more after its publication, and a bot can delete messages only within 48 hours",
            "delete it earlier; or remove the key, and edit its text or delete it by hand at that time",
        ),
        EndProblem::AfterDeletion => words(
            "the post would be unpinned only after it is deleted",
            "set a time before `delete_at`, or remove the key: a deleted message is not pinned any more",
        ),
        EndProblem::NotPinned => words(
            "the post is not pinned, so it cannot be unpinned",
            "add `pin = true`, or remove the key",
        ),
        EndProblem::Past => words(
            "this time has passed",
            "nothing to do if the post was published; otherwise write a time in the future",
        ),
    }
}
