//! The Russian hints about `repeat`.

use crate::diagnostic::problem::RepeatProblem;

pub(super) fn hint(problem: &RepeatProblem) -> String {
    match problem {
        RepeatProblem::NoSlot | RepeatProblem::Slot(_) => {
            "пишите дни и время: `mon-fri 09:00`, `sat,sun 12:00` или `18:30` (каждый день)"
                .to_owned()
        }
        RepeatProblem::Beside(key) => format!("уберите `{key}` или `repeat`"),
        RepeatProblem::TimeZones(_) => {
            "сделайте для каждого часового пояса отдельный пост со своими `channels`".to_owned()
        }
        RepeatProblem::UntilWithoutRepeat => {
            "добавьте `repeat` или уберите `repeat_until`".to_owned()
        }
        RepeatProblem::Over => "укажите более поздний `repeat_until`".to_owned(),
    }
}
