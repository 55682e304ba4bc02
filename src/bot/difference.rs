//! What an edit changes, as a message: each line as it stands and as it will, words that go struck through, words that come
//! underlined, formatting told by its name.

use super::language::Language;
use super::page::{Speech, Word};
use super::phrase::Phrase;
use super::state;
use crate::plan::{self, Diff, Stretch, What};

/// Says what differs, on lines of its own.
pub(super) fn say(speech: &mut Speech, diff: &Diff) {
    for (number, line) in diff.readable().into_iter().enumerate() {
        if number > 0 {
            speech.newline();
        }
        say_side(speech, "➖ ", &line.old, Word::Gone);
        say_side(speech, "➕ ", &line.new, Word::New);
    }
}

fn say_side(speech: &mut Speech, sign: &str, side: &[Stretch], changed: fn(String) -> Word) {
    if side.is_empty() {
        return;
    }
    speech.newline().put(sign);
    let behind = format!("\n{sign}");
    for (number, stretch) in side.iter().enumerate() {
        let mut text = match &stretch.what {
            What::Words(words) => in_words(speech.language(), words),
            What::Tag(tag) => named(speech.language(), tag),
        };
        if number + 1 == side.len() {
            text.truncate(text.trim_end_matches('\n').len());
        }
        let text = text.replace('\n', &behind);
        // A break between lines is all that some lines are.
        let text = if text.is_empty() && side.len() == 1 { "¶".to_owned() } else { text };
        if stretch.is_changed {
            speech.word(&changed(text));
        } else {
            speech.put(&text);
        }
    }
}

/// Words as they are, but for those that the difference puts there itself.
fn in_words(language: Language, words: &str) -> String {
    let next = format!("── {} ──", Phrase::NextMessage.of(language));
    words
        .replace(plan::NEXT_MESSAGE, &next)
        .replace(plan::UNKNOWN, Phrase::NotKnownText.of(language))
}

/// A tag of Telegram's HTML by the name of its formatting: `‹bold›` where it begins, `‹/bold›` where it ends.
fn named(language: Language, tag: &str) -> String {
    let inner = tag.trim_start_matches('<').trim_end_matches('>');
    let (slash, inner) = inner.strip_prefix('/').map_or(("", inner), |inner| ("/", inner));
    let (name, attribute) = inner.split_once(' ').unwrap_or((inner, ""));
    let phrase = match name {
        "b" => Phrase::LooksBold,
        "i" => Phrase::LooksItalic,
        "u" => Phrase::LooksUnderlined,
        "s" => Phrase::LooksStruck,
        "tg-spoiler" => Phrase::LooksSpoiler,
        "blockquote" => Phrase::LooksQuotation,
        "code" | "pre" => Phrase::LooksCode,
        "a" => Phrase::LooksLink,
        "tg-emoji" => Phrase::LooksEmoji,
        _ => return tag.to_owned(),
    };
    let value = attribute.split('"').nth(1).map(|value| value.replace("&amp;", "&"));
    let value = value.map(|value| format!(" {}", state::cut(&value))).unwrap_or_default();
    format!("‹{slash}{}{value}›", phrase.of(language))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formatting_has_a_name_in_each_language() {
        for (tag, en, ru) in [
            ("<b>", "‹bold›", "‹жирный›"),
            ("</b>", "‹/bold›", "‹/жирный›"),
            ("<blockquote expandable>", "‹quotation›", "‹цитата›"),
            (
                "<a href=\"https://a/?b=1&amp;c\">",
                "‹link https://a/?b=1&c›",
                "‹ссылка https://a/?b=1&c›",
            ),
            ("<tg-time unix=\"1\">", "<tg-time unix=\"1\">", "<tg-time unix=\"1\">"),
        ] {
            assert_eq!(named(Language::En, tag), en);
            assert_eq!(named(Language::Ru, tag), ru);
        }
    }
}
