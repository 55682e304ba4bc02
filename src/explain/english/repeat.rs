//! The English texts of the problems of `repeat`.

use super::{Words, words};
use crate::diagnostic::problem::RepeatProblem;

pub(super) fn problem(problem: &RepeatProblem) -> Words {
    match problem {
        RepeatProblem::NoSlot => words(
            "`repeat` names no time",
            "write days and times such as `repeat = [\"mon 09:00\"]`, or remove the key",
        ),
        RepeatProblem::Slot(error) => words(
            error.to_string(),
            "write days and a time: `mon-fri 09:00`, `sat,sun 12:00`, or `18:30` for every day",
        ),
        RepeatProblem::Beside(key) => words(
            format!("`{key}` names one moment, but the post is published again and again"),
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
            "the post is not published again: no time of `repeat` is left before `repeat_until`",
            "set a later `repeat_until`, or remove the file if it is no longer needed",
        ),
    }
}
