//! The Russian hints about `delete_at` and `unpin_at`.

use crate::diagnostic::problem::EndProblem;

pub(super) fn hint(problem: EndProblem) -> String {
    let hint = match problem {
        EndProblem::BeforePublication => "укажите время позже `publish_at`",
        EndProblem::DeletedLate => {
            "бот может удалить сообщение только в первые 48 часов: укажите время раньше или удалите пост вручную"
        }
        EndProblem::AfterDeletion => {
            "открепить удалённый пост нельзя: укажите время раньше `delete_at`"
        }
        EndProblem::NotPinned => "добавьте `pin = true` или уберите `unpin_at`",
        EndProblem::Past => "если пост ещё не вышел, укажите более позднее время",
    };
    hint.to_owned()
}
