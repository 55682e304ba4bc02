//! Validates the texts of a poll: lines without formatting, in which custom emoji are the only markup that Telegram keeps.

use telegram_text::utf16::Cursor;
use telegram_text::{EntityKind, FormattedText, inline, normal};

use super::Fields;
use super::character::in_plain_text;
use crate::diagnostic::Severity;
use crate::diagnostic::problem::{PollProblem, Problem, TextProblem};
use crate::key::SpannedStr;

impl Fields<'_> {
    /// A line of a poll, in Telegram's normal form.
    pub(crate) fn poll_text(
        &mut self,
        typed: &SpannedStr<'_>,
        key: &'static str,
    ) -> Option<FormattedText> {
        if !self.is_usable(typed) {
            return None;
        }
        self.characters(typed);
        self.date_placeholder(typed, false);
        if let Some(at) = typed.value.find(['\n', '\r']) {
            self.report_in(typed, at..at + 1, TextProblem::LineBreak(key));
            return None;
        }
        let mut problems = Vec::new();
        let parsed = inline::parse(&typed.value, &mut problems);
        let mut has_errors = false;
        for problem in problems {
            let found: Problem = in_plain_text(problem.kind).into();
            has_errors |= found.code().severity() == Severity::Error;
            self.report_in(typed, problem.range, found);
        }
        self.inner_spaces(typed, &parsed);
        let mut cursor = Cursor::new(&parsed.text.string);
        for entity in &parsed.text.entities {
            let problem: Problem = match &entity.kind {
                EntityKind::CustomEmoji { .. } if self.custom_emoji => continue,
                EntityKind::CustomEmoji { .. } => TextProblem::CustomEmoji.into(),
                kind => PollProblem::Formatting(kind.noun()).into(),
            };
            let start = cursor.byte_of(entity.offset);
            // Entities overlap, so their ends are not in order, as a cursor needs it.
            let end = Cursor::new(&parsed.text.string).byte_of(entity.end());
            let words = start.zip(end).map(|(start, end)| parsed.origins.field_range(start..end));
            self.report_in(typed, words.unwrap_or(0..typed.value.len()), problem);
            has_errors = true;
        }
        let text = normal::uncut(parsed.text).ok().filter(|text| !normal::is_blank(&text.string));
        if text.is_none() && !has_errors {
            self.report(typed.span.clone(), TextProblem::BlankMarkup);
        }
        text
    }
}
