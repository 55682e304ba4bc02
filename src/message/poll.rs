//! Polls, in the Bot API's form. This module checks none.

use serde::{Deserialize, Serialize};
use telegram_text::{Entity, FormattedText};

use super::is_false;

/// The content of a poll, which no edit can change. In a channel every poll is anonymous.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Poll {
    /// 1–300 characters.
    pub question: String,
    /// Custom emoji in the question.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub question_entities: Vec<Entity>,
    /// 2–12 options.
    pub options: Vec<PollOption>,
    /// Whether it is a quiz.
    #[serde(rename = "type")]
    pub kind: PollKind,
    /// Whether a reader can choose several options.
    #[serde(default, skip_serializing_if = "is_false")]
    pub allows_multiple_answers: bool,
    /// The right answer of a quiz, as an index from 0.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub correct_option_ids: Vec<usize>,
    /// Shown after a wrong answer to a quiz; at most 200 characters.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub explanation: String,
    /// The entities of the explanation.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub explanation_entities: Vec<Entity>,
    /// When it closes, in seconds since 1970-01-01 UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub close_date: Option<i64>,
}

/// An option of a poll.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PollOption {
    /// 1–100 characters.
    pub text: String,
    /// Custom emoji in the text.
    #[serde(default, rename = "text_entities", skip_serializing_if = "Vec::is_empty")]
    pub entities: Vec<Entity>,
}

/// The kind of a poll.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PollKind {
    /// Every answer is equal.
    Regular,
    /// One answer is right.
    Quiz,
}

impl Poll {
    /// The question with its custom emoji.
    #[must_use]
    pub fn formatted_question(&self) -> FormattedText {
        let entities = self.question_entities.clone();
        FormattedText { string: self.question.clone(), entities }
    }
}
