//! The lines under a bubble: how much of Telegram's limits a message uses, and what a phone's notification shows.

use telegram_text::{EntityKind, FormattedText};
use unicode_segmentation::UnicodeSegmentation;

use super::clean;
use crate::limits;
use crate::message::Measure;

/// The width of the bar in columns.
const BAR: usize = 10;

/// Three lines: characters and entities against their limits, and the first line as a notification shows it. A notification hides
/// spoilers.
#[must_use]
pub fn gauge(measure: &Measure, text: &FormattedText) -> String {
    format!(
        "{}\n{}\nnotification: {}\n",
        level(measure.used(), measure.limit, "characters"),
        level(measure.limited_entities, measure.entity_limit, "entities"),
        notification(text)
    )
}

fn level(used: usize, limit: usize, unit: &str) -> String {
    // Rounded up: the bar is empty only for 0.
    let full = used.saturating_mul(BAR).div_ceil(limit.max(1)).min(BAR);
    let bar = "█".repeat(full) + &"░".repeat(BAR - full);
    let excess = match used.checked_sub(limit) {
        Some(excess) if excess > 0 => format!(" {} too many", grouped(excess)),
        _ => String::new(),
    };
    format!("{bar}  {} of {} {unit}{excess}", grouped(used), grouped(limit))
}

/// A number with a comma between its thousands.
fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// The first line that is not blank, at most [`limits::NOTIFICATION_CHARACTERS`] long.
#[must_use]
pub fn notification(text: &FormattedText) -> String {
    let shown = without_spoilers(text);
    let line =
        shown.lines().map(clean::line).find(|line| !line.trim().is_empty()).unwrap_or_default();
    let line = line.trim();
    if line.chars().count() <= limits::NOTIFICATION_CHARACTERS {
        return line.to_owned();
    }
    let mut characters = 0;
    let fitting = line.graphemes(true).take_while(|grapheme| {
        characters += grapheme.chars().count();
        characters < limits::NOTIFICATION_CHARACTERS
    });
    fitting.collect::<String>().trim_end().to_owned() + "…"
}

/// The text with `▒` for every hidden character.
fn without_spoilers(text: &FormattedText) -> String {
    let hidden = text.entities.iter().filter(|entity| entity.kind == EntityKind::Spoiler);
    let mut hidden: Vec<_> =
        hidden.map(|entity| (entity.offset, entity.offset.saturating_add(entity.length))).collect();
    hidden.sort_unstable();
    let mut hidden = hidden.into_iter().peekable();
    let mut until = 0;
    let mut units = 0;
    let mut shown = String::with_capacity(text.string.len());
    for character in text.string.chars() {
        while let Some((_, end)) = hidden.next_if(|(start, _)| *start <= units) {
            until = until.max(end);
        }
        let is_hidden = units < until && !character.is_whitespace();
        shown.push(if is_hidden { '▒' } else { character });
        units += character.len_utf16();
    }
    shown
}

#[cfg(test)]
mod tests {
    use telegram_text::Entity;

    use super::*;

    #[test]
    fn bar_is_empty_only_for_zero_and_full_only_at_the_limit() {
        let rows = [
            (0, "░░░░░░░░░░  0 of 4,096 characters"),
            (1, "█░░░░░░░░░  1 of 4,096 characters"),
            (3_083, "████████░░  3,083 of 4,096 characters"),
            (4_096, "██████████  4,096 of 4,096 characters"),
            (1_004_097, "██████████  1,004,097 of 4,096 characters 1,000,001 too many"),
        ];
        for (used, expected) in rows {
            assert_eq!(level(used, 4_096, "characters"), expected);
        }
    }

    #[test]
    fn notification_shows_the_first_line_without_spoilers() {
        let long = "слово ".repeat(30);
        let rows = [
            (FormattedText::plain("\n \nfirst\nsecond"), "first".to_owned()),
            (FormattedText::plain(""), String::new()),
            (FormattedText::plain("a\u{1b}[2J\u{202e}b"), "a␛[2Jb".to_owned()),
            (FormattedText::plain("x".repeat(100)), "x".repeat(100)),
            (FormattedText::plain("x".repeat(101)), "x".repeat(99) + "…"),
            (FormattedText::plain("👨‍👩‍👧".repeat(40)), "👨‍👩‍👧".repeat(19) + "…"),
            (FormattedText::plain(long), "слово ".repeat(16).trim_end().to_owned() + " сло…"),
            (
                FormattedText {
                    string: "🎙 it was me".into(),
                    entities: vec![Entity::new(EntityKind::Spoiler, 6, usize::MAX)],
                },
                "🎙 it ▒▒▒ ▒▒".to_owned(),
            ),
        ];
        for (text, expected) in rows {
            assert_eq!(notification(&text), expected, "{text:?}");
        }
    }
}
