//! Validates a poll by Telegram's rules. `check::closing_time` resolves its closing time.

use telegram_text::{FormattedText, normal};

use super::raw::{RawPoll, RawQuiz};
use super::required::required;
use crate::diagnostic::problem::PollProblem;
use crate::field::Fields;
use crate::key::value::PollText;
use crate::key::{Item, SpannedStr};
use crate::limits;
use crate::message::{Poll, PollKind, PollOption};

/// Reads a poll as far as it is valid; without a closing time.
pub(super) fn read(raw: &Item<RawPoll<'_>>, fields: &mut Fields<'_>) -> Option<Poll> {
    let table = &raw.value;
    let question = required(raw, table.question.as_ref(), "poll", "question", fields)
        .and_then(|typed| question(&typed.0, fields));
    let options = required(raw, table.options.as_ref(), "poll", "options", fields)
        .map(|list| options(list, fields));
    let quiz = table.quiz.as_ref();
    let multiple = table.multiple.as_ref().filter(|flag| flag.value);
    if let (Some(_), Some(multiple)) = (quiz, multiple) {
        fields.report(multiple.span.clone(), PollProblem::MultipleQuiz);
    }
    let quiz = quiz.map(|quiz| read_quiz(quiz, options.as_deref().unwrap_or_default(), fields));
    let question = question?;
    let (correct, explanation) = quiz.clone().unwrap_or_default();
    Some(Poll {
        question: question.string,
        question_entities: question.entities,
        options: options?
            .into_iter()
            .flatten()
            .map(|FormattedText { string, entities }| PollOption { text: string, entities })
            .collect(),
        kind: if quiz.is_some() { PollKind::Quiz } else { PollKind::Regular },
        allows_multiple_answers: multiple.is_some(),
        correct_option_ids: correct.into_iter().collect(),
        explanation: explanation.string,
        explanation_entities: explanation.entities,
        close_date: None,
    })
}

fn question(typed: &SpannedStr<'_>, fields: &mut Fields<'_>) -> Option<FormattedText> {
    let text = fields.poll_text(typed, "question")?;
    let characters = text.characters();
    if characters > limits::POLL_QUESTION_CHARACTERS {
        fields.report(typed.span.clone(), PollProblem::LongQuestion(characters));
    }
    Some(text)
}

/// The options; `None` for one that is not valid.
fn options(list: &Item<Vec<PollText<'_>>>, fields: &mut Fields<'_>) -> Vec<Option<FormattedText>> {
    let count = list.value.len();
    let is_complete = !fields.has_errors_in(&list.span);
    if is_complete && !(limits::MIN_POLL_OPTIONS..=limits::MAX_POLL_OPTIONS).contains(&count) {
        fields.report(list.span.clone(), PollProblem::OptionCount(count));
    }
    let mut options: Vec<Option<FormattedText>> = Vec::new();
    for PollText(typed) in &list.value {
        let option = fields.poll_text(typed, "options");
        if let Some(text) = &option {
            let characters = text.characters();
            if characters > limits::POLL_OPTION_CHARACTERS {
                fields.report(typed.span.clone(), PollProblem::LongOption(characters));
            }
            // Telegram compares the texts, and not their custom emoji.
            if options.iter().flatten().any(|other| other.string == text.string) {
                fields.report(typed.span.clone(), PollProblem::SameOption(text.string.clone()));
            }
        }
        options.push(option);
    }
    options
}

/// The index of the right option, and the explanation.
fn read_quiz(
    raw: &Item<RawQuiz<'_>>,
    options: &[Option<FormattedText>],
    fields: &mut Fields<'_>,
) -> (Option<usize>, FormattedText) {
    let correct = required(raw, raw.value.correct.as_ref(), "quiz", "correct", fields)
        .and_then(|typed| correct(&typed.0, options, fields));
    let explanation = raw.value.explanation.as_ref();
    (correct, explanation.and_then(|typed| explained(&typed.0, fields)).unwrap_or_default())
}

fn correct(
    typed: &SpannedStr<'_>,
    options: &[Option<FormattedText>],
    fields: &mut Fields<'_>,
) -> Option<usize> {
    let text = fields.poll_text(typed, "correct")?;
    let found = options.iter().position(|option| option.as_ref() == Some(&text));
    // An option that could not be read may be the right one.
    if found.is_none() && options.iter().all(Option::is_some) && !options.is_empty() {
        let known = options.iter().flatten().map(|option| option.string.as_str());
        let near = crate::key::nearest(&text.string, known).map(str::to_owned);
        let problem = PollProblem::UnknownCorrect(text.string, near);
        fields.report(typed.span.clone(), problem);
    }
    found
}

fn explained(typed: &SpannedStr<'_>, fields: &mut Fields<'_>) -> Option<FormattedText> {
    let text = normal::uncut(fields.markup(typed)?.text).ok()?;
    let characters = text.characters();
    if characters > limits::POLL_EXPLANATION_CHARACTERS {
        fields.report(typed.span.clone(), PollProblem::LongExplanation(characters));
    }
    let breaks = text.string.matches('\n').count();
    if breaks > limits::POLL_EXPLANATION_LINE_BREAKS {
        fields.report(typed.span.clone(), PollProblem::ExplanationLines(breaks));
    }
    Some(text)
}
