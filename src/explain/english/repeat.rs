//! The English texts of the problems of `repeat`.

use super::{Words, words};
use crate::diagnostic::problem::RepeatProblem;

pub(super) fn problem(problem: &RepeatProblem) -> Words {
    match problem {
        RepeatProblem::NoSlot => words(
            "`repeat` is empty",
            "write days and times such as `repeat = [\"mon 09:00\"]`, or remove the key",
        ),
        RepeatProblem::Slot(error) => words(
            error.to_string(),
            "write days and a time: `mon-fri 09:00`, `sat,sun 12:00`, or `18:30` for every day",
        ),
        RepeatProblem::Beside(key) => words(
            format!("`{key}` is a single time, but a post with `repeat` is published many times"),
            format!("remove `{key}` or `repeat`"),
        ),
        RepeatProblem::TimeZones(zones) => {
            let [(one, of_one), (other, of_other)] = &**zones;
            words(
                format!(
                    "`{one}` is in {of_one} and `{other}` in {of_other}, so `repeat` would mean different moments"
                ),
                "make a post for each time zone, with its own `channels`",
            )
        }
        RepeatProblem::UntilWithoutRepeat => words(
            "`repeat_until` has no effect without `repeat`",
            "add `repeat`, or remove the key",
        ),
        RepeatProblem::Over => words(
            "the post will not be published again: `repeat_until` is before its next slot",
            "set a later `repeat_until`, or remove the file if it is no longer needed",
        ),
    }
}
