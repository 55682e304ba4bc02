//! Polls, in the Bot API's form. This module checks none.

use serde::{Deserialize, Serialize};
use telegram_text::{Entity, EntityKind, FormattedText};

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

    /// What kind of poll it is, as Telegram names it below the question.
    #[must_use]
    pub fn kind_name(&self) -> &'static str {
        match self.kind {
            PollKind::Regular => "Anonymous poll",
            PollKind::Quiz => "Anonymous quiz",
        }
    }

    /// When it closes, for a reader in any zone.
    #[must_use]
    pub fn closes(&self) -> Option<String> {
        let at = jiff::Timestamp::from_second(self.close_date?).ok()?;
        Some(format!("closes {}", at.strftime("%F %H:%M UTC")))
    }

    /// Everything that it contains as a text, for an editor: the right answer of a quiz is marked, and its explanation is below.
    #[must_use]
    pub fn as_text(&self) -> FormattedText {
        let mut text = FormattedText::default();
        append(&mut text, &self.question, &self.question_entities);
        let length = telegram_text::utf16::len(&text.string);
        text.entities.push(Entity::new(EntityKind::Bold, 0, length));
        let several = self.allows_multiple_answers.then(|| "several answers".to_owned());
        let about = [Some(self.kind_name().to_owned()), several, self.closes()];
        let about: Vec<String> = about.into_iter().flatten().collect();
        append(&mut text, &format!("\n{}\n", about.join(", ")), &[]);
        for (number, option) in self.options.iter().enumerate() {
            let sign =
                match (self.allows_multiple_answers, self.correct_option_ids.contains(&number)) {
                    (true, _) => "☐",
                    (false, false) => "○",
                    (false, true) => "◉",
                };
            append(&mut text, &format!("\n{sign} "), &[]);
            append(&mut text, &option.text, &option.entities);
        }
        if !self.explanation.is_empty() {
            append(&mut text, "\n\n💡 ", &[]);
            append(&mut text, &self.explanation, &self.explanation_entities);
        }
        Entity::sort(&mut text.entities);
        text
    }
}

fn append(text: &mut FormattedText, string: &str, entities: &[Entity]) {
    let start = telegram_text::utf16::len(&text.string);
    text.string.push_str(string);
    let moved =
        entities.iter().map(|entity| Entity { offset: entity.offset + start, ..entity.clone() });
    text.entities.extend(moved);
}
