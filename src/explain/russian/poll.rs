//! The Russian hints about a poll.

use crate::diagnostic::problem::PollProblem;
use crate::limits;

pub(super) fn hint(problem: &PollProblem) -> String {
    use PollProblem as P;
    let too_long = |place: &str, characters: usize, limit: usize| {
        format!("{place} {characters} знаков, а можно не больше {limit}")
    };
    match problem {
        P::LongQuestion(characters) => {
            too_long("в вопросе", *characters, limits::POLL_QUESTION_CHARACTERS)
        }
        P::LongOption(characters) => {
            too_long("в варианте", *characters, limits::POLL_OPTION_CHARACTERS)
        }
        P::LongExplanation(characters) => {
            too_long("в пояснении", *characters, limits::POLL_EXPLANATION_CHARACTERS)
        }
        P::ExplanationLines(_) => format!(
            "переносов строки в пояснении может быть не больше {}",
            limits::POLL_EXPLANATION_LINE_BREAKS
        ),
        P::OptionCount(count) => format!(
            "вариантов должно быть от {} до {}, а здесь {count}",
            limits::MIN_POLL_OPTIONS,
            limits::MAX_POLL_OPTIONS
        ),
        P::SameOption(option) => format!("вариант `{option}` повторяется"),
        P::UnknownCorrect(typed, near) => match near {
            Some(near) => format!("варианта `{typed}` нет; возможно, `{near}`"),
            None => format!("варианта `{typed}` нет"),
        },
        P::MultipleQuiz => {
            "в викторине один верный ответ: уберите `multiple` или `quiz`".to_owned()
        }
        P::Formatting(_) => "пишите вопрос и варианты без разметки".to_owned(),
        P::ClosesEarly(_) | P::ClosesLate(_) => {
            "от 5 секунд до 30 дней и 10 часов после отправки".to_owned()
        }
        P::Closed => {
            "если опрос ещё не вышел, укажите в `closes_at` более позднее время".to_owned()
        }
        P::HashtagsUnseen => "уберите хэштеги или добавьте текст".to_owned(),
    }
}
