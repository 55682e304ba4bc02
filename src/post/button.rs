//! Validates the buttons of an edition and arranges them in lines.

use std::collections::BTreeMap;

use telegram_text::utf16;

use super::raw::RawButton;
use super::required::required;
use crate::diagnostic::problem::{ButtonProblem, PostProblem};
use crate::field::Fields;
use crate::key::Item;
use crate::limits;
use crate::message::{ButtonPress, InlineButton, InlineKeyboard};

type RawButtons<'i> = Item<Vec<Item<RawButton<'i>>>>;

/// Buttons with the same `row` share a line. A button without it has a line of its own, below the previous button.
pub(super) fn read(raw: &RawButtons<'_>, fields: &mut Fields<'_>) -> InlineKeyboard {
    if let Some(first) = raw.value.get(limits::BUTTONS) {
        report(first, ButtonProblem::TooMany(raw.value.len()), fields);
    }
    let mut lines: BTreeMap<(i64, usize), Vec<InlineButton>> = BTreeMap::new();
    let mut row = 0;
    for (number, raw) in raw.value.iter().enumerate() {
        let place = match &raw.value.row {
            Some(typed) => {
                let range = 1..=limits::MAX_ROW_NUMBER;
                if !range.contains(&typed.value) {
                    fields.report(typed.span.clone(), PostProblem::Button(ButtonProblem::Row));
                }
                row = typed.value;
                (row, 0)
            }
            None => (row, number + 1),
        };
        let line = lines.entry(place).or_default();
        if line.len() == limits::ROW_BUTTONS {
            report(raw, ButtonProblem::TooManyInRow, fields);
        }
        line.extend(button(raw, fields));
    }
    lines.retain(|_, line| !line.is_empty());
    InlineKeyboard { rows: lines.into_values().collect() }
}

fn report(at: &Item<RawButton<'_>>, problem: ButtonProblem, fields: &mut Fields<'_>) {
    fields.report(at.span.clone(), PostProblem::Button(problem));
}

fn button(raw: &Item<RawButton<'_>>, fields: &mut Fields<'_>) -> Option<InlineButton> {
    let RawButton { text, url, copy, unread, .. } = &raw.value;
    let text = required(raw, text.as_ref(), "buttons", "text", fields)
        .and_then(|typed| fields.line(&typed.0, "text"));
    let press = match (url, copy) {
        (Some(typed), None) => fields.url(&typed.0).map(ButtonPress::Url),
        (None, Some(typed)) => {
            let text = fields.line(&typed.0, "copy")?;
            let length = utf16::len(&text);
            if length > limits::COPY_TEXT_UTF16 {
                let problem = PostProblem::Button(ButtonProblem::CopyTooLong(length));
                fields.report(typed.0.span.clone(), problem);
            }
            Some(ButtonPress::CopyText { text })
        }
        (Some(_), Some(copy)) => {
            let problem = PostProblem::Button(ButtonProblem::TwoActions);
            fields.report(copy.0.span.clone(), problem);
            None
        }
        (None, None) => {
            let is_unread =
                unread.has("url") || unread.has("copy") || fields.is_malformed_in_table(&raw.span);
            if !is_unread {
                report(raw, ButtonProblem::NoAction, fields);
            }
            None
        }
    };
    Some(InlineButton { text: text?, press: press? })
}
