//! The difference that an edit makes, as a message: old and new lines, removed words struck through, added words
//! underlined, formatting by its name.

use super::language::Language;
use super::reply::{MessageBuilder, Span, echo};
use super::text::Text;
use crate::plan::{self, Diff, Fragment, FragmentContent};

pub(super) fn say_diff(reply: &mut MessageBuilder, diff: &Diff) {
    for (number, line) in diff.readable().into_iter().enumerate() {
        if number > 0 {
            reply.newline();
        }
        say_side(reply, "➖ ", &line.old, Span::Removed);
        say_side(reply, "➕ ", &line.new, Span::Added);
    }
}

fn say_side(
    reply: &mut MessageBuilder,
    sign: &str,
    side: &[Fragment],
    changed: fn(String) -> Span,
) {
    if side.is_empty() {
        return;
    }
    reply.newline().put(sign);
    let behind = format!("\n{sign}");
    for (number, stretch) in side.iter().enumerate() {
        let mut text = match &stretch.what {
            FragmentContent::Words(words) => in_words(reply.language(), words),
            FragmentContent::Tag(tag) => named(reply.language(), tag),
        };
        if number + 1 == side.len() {
            text.truncate(text.trim_end_matches('\n').len());
        }
        let text = text.replace('\n', &behind);
        // Some lines are only a line break.
        let text = if text.is_empty() && side.len() == 1 { "¶".to_owned() } else { text };
        if stretch.is_changed {
            reply.word(&changed(text));
        } else {
            reply.put(&text);
        }
    }
}

/// Words as they are, except the placeholders that the diff inserts itself.
fn in_words(language: Language, words: &str) -> String {
    let next = format!("── {} ──", Text::NextMessage.of(language));
    words
        .replace(plan::NEXT_MESSAGE, &next)
        .replace(plan::UNKNOWN_TEXT, Text::UnknownContent.of(language))
}

/// The name of a tag's formatting: `‹bold›` where it begins, `‹/bold›` where it ends.
fn named(language: Language, tag: &str) -> String {
    let inner = tag.trim_start_matches('<').trim_end_matches('>');
    let (slash, inner) = inner.strip_prefix('/').map_or(("", inner), |inner| ("/", inner));
    let (name, attribute) = inner.split_once(' ').unwrap_or((inner, ""));
    let text = match name {
        "b" => Text::FormatBold,
        "i" => Text::FormatItalic,
        "u" => Text::FormatUnderline,
        "s" => Text::FormatStrike,
        "tg-spoiler" => Text::FormatSpoiler,
        "blockquote" => Text::FormatQuote,
        "code" | "pre" => Text::FormatCode,
        "a" => Text::FormatLink,
        "tg-emoji" => Text::FormatEmoji,
        _ => return tag.to_owned(),
    };
    let value = attribute.split('"').nth(1).map(|value| value.replace("&amp;", "&"));
    let value = value.map(|value| format!(" {}", echo(&value))).unwrap_or_default();
    format!("‹{slash}{}{value}›", text.of(language))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formatting_has_a_name_in_each_language() {
        for (tag, en, ru) in [
            ("<b>", "‹bold›", "‹жирный›"),
            ("</b>", "‹/bold›", "‹/жирный›"),
            ("<blockquote expandable>", "‹quote›", "‹цитата›"),
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
