//! The English texts of the problems of a poll.

use super::{Words, words};
use crate::diagnostic::problem::PollProblem;
use crate::limits;

pub(super) fn problem(problem: &PollProblem) -> Words {
    use PollProblem as P;
    let too_long = |what: &str, characters: &usize, limit: usize| {
        words(
            format!("the {what} has {characters} characters; the maximum is {limit}"),
            "shorten it, or move a part into the text of the post",
        )
    };
    match problem {
        P::LongQuestion(characters) => {
            too_long("question", characters, limits::POLL_QUESTION_CHARACTERS)
        }
        P::LongOption(characters) => too_long("option", characters, limits::POLL_OPTION_CHARACTERS),
        P::LongExplanation(characters) => {
            too_long("explanation", characters, limits::POLL_EXPLANATION_CHARACTERS)
        }
        P::ExplanationLines(breaks) => words(
            format!(
                "the explanation has {breaks} line breaks; the maximum is {}",
                limits::POLL_EXPLANATION_LINE_BREAKS
            ),
            "join some of its lines",
        ),
        P::OptionCount(count) => words(
            format!(
                "a poll has {} to {} options, and this one has {count}",
                limits::MIN_POLL_OPTIONS,
                limits::MAX_POLL_OPTIONS
            ),
            if *count < limits::MIN_POLL_OPTIONS {
                "add an option"
            } else {
                "remove some, or ask in two posts"
            },
        ),
        P::SameOption(option) => words(
            format!("the option `{option}` appears twice"),
            "remove one of the two, or word it differently",
        ),
        P::UnknownCorrect(typed, near) => words(
            format!("`{typed}` is not one of the options"),
            match near {
                Some(near) => format!("did you mean `{near}`?"),
                None => "write the right option exactly as in `options`".to_owned(),
            },
        ),
        P::MultipleQuiz => words(
            "a quiz has one right answer, so readers cannot choose several",
            "remove `multiple`, or remove `quiz`",
        ),
        P::Formatting(name) => words(
            format!("Telegram does not support {name} in a poll's question and options"),
            "write plain text; to keep a character such as `*`, put a backslash before it: \\*",
        ),
        P::ClosesEarly(seconds) if *seconds <= 0 => words(
            "the poll would close before it is sent",
            "set `closes_at` to a time after `publish_at`",
        ),
        P::ClosesEarly(seconds) => words(
            format!(
                "the poll would close {seconds} s after it is sent; the minimum is {} s",
                limits::MIN_POLL_OPEN.as_secs()
            ),
            "close it later",
        ),
        P::ClosesLate(seconds) => words(
            format!(
                "the poll would close {seconds} s after it is sent; the maximum is {} s, which is 30 days and 10 hours",
                limits::MAX_POLL_OPEN.as_secs()
            ),
            "close it earlier, or leave out `closes_at` and run `telepress close-poll POST` at that time",
        ),
        P::Closed => words(
            "the closing time of the poll has passed",
            "nothing to do if it was published; otherwise write a time in the future",
        ),
        P::HashtagsUnseen => words(
            "the post is only a poll, so its hashtags are not shown",
            "remove them, or add some text",
        ),
    }
}
