//! Whether a post shows a text exactly, and which words below it are the style's: pure.

use telegram_text::{Entity, FormattedText, utf16};

use crate::message::Request;

/// Whether the messages of a post in a channel show this text and its formatting. A text of several messages is cut at other
/// places than where it was sent.
pub(super) fn shows(parts: &[Request], text: &FormattedText) -> bool {
    match parts {
        [only] => holds(&only.text(), text),
        _ => true,
    }
}

/// Whether a message holds this text and its formatting. A style may add more above and below it.
fn holds(shown: &FormattedText, text: &FormattedText) -> bool {
    let Ok(text) = telegram_text::normal::normal(text.clone()) else {
        return text.string.trim().is_empty();
    };
    let length = utf16::len(&text.string);
    shown.string.match_indices(text.string.as_str()).any(|(at, _)| {
        let start = utf16::len(shown.string.get(..at).unwrap_or_default());
        let within = shown.entities.iter().filter_map(|entity| {
            let offset = entity.offset.checked_sub(start)?;
            let entity = Entity { offset, ..entity.clone() };
            (entity.end() <= length).then_some(entity)
        });
        within.eq(text.entities.iter().cloned())
    })
}

/// A text that replaces `old` in a message, without the words that the style adds below it: an operator who copies the message to
/// correct it copies them too.
pub(super) fn without_added(
    text: &FormattedText,
    old: &FormattedText,
    shown: &FormattedText,
) -> FormattedText {
    let added = shown.string.strip_prefix(&old.string).unwrap_or_default();
    let kept = text.string.strip_suffix(added).map(str::trim_end).unwrap_or_default();
    if added.trim().is_empty() || kept.is_empty() {
        return text.clone();
    }
    let length = utf16::len(kept);
    let within = text.entities.iter().filter(|entity| entity.offset < length).map(|entity| {
        Entity { length: entity.length.min(length - entity.offset), ..entity.clone() }
    });
    FormattedText { string: kept.to_owned(), entities: within.collect() }
}

#[cfg(test)]
mod tests {
    use telegram_text::EntityKind;

    use super::*;

    /// A text in which the first `bold` units from `start` on are bold, if any.
    fn text(string: &str, start: usize, bold: usize) -> FormattedText {
        let entity = Entity { kind: EntityKind::Bold, offset: start, length: bold };
        let entities = if bold == 0 { Vec::new() } else { vec![entity] };
        FormattedText { string: string.to_owned(), entities }
    }

    #[test]
    fn post_shows_a_text_below_and_above_what_the_style_adds() {
        for (shown, sent, expected) in [
            (text("One\n\n@news", 0, 3), text("One", 0, 3), true),
            (text("🎙 @news\n\nOne", 10, 3), text("One", 0, 3), true),
            (text("One\n\nOne", 5, 3), text("One", 0, 3), true),
            (text("🎙 @news\n\nOne", 10, 2), text("One", 0, 3), false),
            (text("One", 0, 3), text("One", 0, 0), false),
            (text("Two", 0, 0), text("One", 0, 0), false),
            (text("@news", 0, 0), text("", 0, 0), true),
        ] {
            assert_eq!(holds(&shown, &sent), expected, "{shown:?} {sent:?}");
        }
    }

    #[test]
    fn words_of_the_style_are_not_part_of_a_correction() {
        let (old, shown) = (text("Helo", 0, 0), text("Helo\n\n@news", 0, 0));
        for (sent, expected) in [
            (text("Hello\n\n@news", 0, 9), text("Hello", 0, 5)),
            (text("Hello", 0, 5), text("Hello", 0, 5)),
            (text("Hello\n@news", 0, 0), text("Hello\n@news", 0, 0)),
            (text("\n\n@news", 0, 0), text("\n\n@news", 0, 0)),
        ] {
            assert_eq!(without_added(&sent, &old, &shown), expected, "{sent:?}");
        }
        let same = text("Hello @news", 0, 0);
        assert_eq!(without_added(&same, &old, &old), same);
        assert_eq!(without_added(&same, &text("Other", 0, 0), &shown), same);
    }
}
