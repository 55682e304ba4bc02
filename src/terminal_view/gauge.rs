//! What stands under a bubble: how much of Telegram's limits a message uses, and how a phone announces it.

use telegram_text::{Entity, EntityKind, FormattedText};
use unicode_segmentation::UnicodeSegmentation;

use super::clean;
use crate::limits;
use crate::message::Measure;

/// Cells of the bar.
const BAR: usize = 10;

/// Three lines: characters and entities against their limits, and the first line as a notification shows it.
///
/// The entities are those that count against [`limits::MESSAGE_ENTITIES`]: neither custom emoji nor what Telegram finds
/// itself. A notification does not give a spoiler away.
#[must_use]
pub fn gauge(measure: &Measure, text: &FormattedText) -> String {
    let counts = |entity: &&Entity| {
        !entity.kind.is_found() && !matches!(entity.kind, EntityKind::CustomEmoji { .. })
    };
    let entities = text.entities.iter().filter(counts).count();
    format!(
        "{}\n{}\nnotification: {}\n",
        level(measure.characters, measure.limit, "characters"),
        level(entities, limits::MESSAGE_ENTITIES, "entities"),
        notification(text)
    )
}

fn level(used: usize, limit: usize, unit: &str) -> String {
    // Rounded up: only nothing looks like nothing.
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

/// The first line with anything in it, at most [`limits::NOTIFICATION_CHARACTERS`] long.
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
    use super::*;

    fn measured(characters: usize, limit: usize) -> Measure {
        Measure { characters, limit, utf16: characters, entities: 0 }
    }

    #[test]
    fn the_bar_is_empty_only_for_nothing_and_full_only_at_the_limit() {
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
    fn only_entities_that_count_are_counted() {
        let kinds = [
            EntityKind::Bold,
            EntityKind::Hashtag,
            EntityKind::CustomEmoji { custom_emoji_id: "1".into() },
        ];
        let entities = kinds.map(|kind| Entity::new(kind, 0, 2)).to_vec();
        let text = FormattedText { string: "👍\nmore".into(), entities };
        let expected =
            "█░░░░░░░░░  6 of 4,096 characters\n█░░░░░░░░░  1 of 100 entities\nnotification: 👍\n";
        assert_eq!(gauge(&measured(6, 4_096), &text), expected);
    }

    #[test]
    fn a_notification_shows_the_first_line_and_no_secret() {
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
