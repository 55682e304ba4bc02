//! HTML as TDLib reads it, and the round trip from a text to HTML and back.

use proptest::prelude::*;
use serde::Deserialize;

use super::*;
use crate::entity::tests::are_ordered_by_accident;
use crate::limits;
use crate::{Entity, EntityKind};

#[derive(Deserialize)]
struct Case {
    markup: String,
    output: Output,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Output {
    Text { text: String, entities: Vec<Entity> },
    Error { error: String },
}

/// Whether a refusal matches TDLib's: the Bot API server lowercases the first letter, and ours adds the byte
/// where TDLib has none.
fn says(refusal: &Refusal, error: &str) -> bool {
    let message = refusal.to_string();
    let Some(added) = message.strip_prefix(&error.replacen("Can't", "can't", 1)) else {
        return false;
    };
    let at = format!(" at byte offset {}", refusal.byte().unwrap());
    error.contains(&at) == added.is_empty() && (added.is_empty() || added == at)
}

fn replay(lines: &str) -> usize {
    let mut wrong = Vec::new();
    for (number, line) in lines.lines().enumerate() {
        let case: Case = serde_json::from_str(line).unwrap();
        let actual = parse(&case.markup);
        let is_right = match (&actual, &case.output) {
            (Ok(actual), Output::Text { text, entities }) => {
                let is_accident = are_ordered_by_accident(entities);
                actual.string == *text && (is_accident || actual.entities == *entities)
            }
            (Err(refusal), Output::Error { error }) => says(refusal, error),
            _ => false,
        };
        if !is_right {
            wrong.push(format!("line {}: {line}\n  here {actual:?}", number + 1));
        }
    }
    wrong.sort_by_key(String::len);
    assert!(
        wrong.is_empty(),
        "{} differ:\n{}",
        wrong.len(),
        wrong[..wrong.len().min(15)].join("\n")
    );
    lines.lines().count()
}

#[test]
fn html_is_parsed_as_tdlib_parses_it() {
    assert!(replay(include_str!("../../testdata/html.jsonl")) > 700);
}

#[test]
fn refusal_has_its_byte() {
    for (markup, byte, message) in [
        ("🎙<b", 4, "can't parse entities: Unclosed start tag at byte offset 4"),
        ("é<b a", 2, "can't parse entities: Unclosed start tag \"b\" at byte offset 2"),
        ("é<BR>", 2, "can't parse entities: Unsupported start tag \"br\" at byte offset 2"),
        (
            "<b />",
            0,
            "can't parse entities: Empty attribute name in the tag \"b\" at byte offset 0",
        ),
        ("<b a=é>", 5, "can't parse entities: Unexpected end of name token at byte offset 5"),
        (
            "é<span>",
            2,
            "can't parse entities: Tag \"span\" must have class \"tg-spoiler\" at byte offset 2",
        ),
        ("é</b>", 2, "can't parse entities: Unexpected end tag at byte offset 2"),
        ("<b>é</b", 5, "can't parse entities: Unclosed end tag at byte offset 5"),
        (
            "<b>é</I>",
            5,
            "can't parse entities: Unmatched end tag at byte offset 5, expected \"</b>\", found \"</i>\"",
        ),
        (
            "<b>é<I>x",
            5,
            "can't parse entities: Can't find end tag corresponding to start tag \"i\" at byte offset 5",
        ),
        (
            "é<tg-emoji>x</tg-emoji>",
            2,
            "can't parse entities: Invalid custom emoji identifier specified at byte offset 2",
        ),
        (
            "é<tg-time format=x>x</tg-time>",
            2,
            "can't parse entities: Invalid date format used at byte offset 2",
        ),
        (
            "<b>é</b>&#xd800;&#xd801;",
            9,
            "can't parse entities: Text contains invalid Unicode characters after decoding HTML entities, check for \
             unmatched surrogate code units at byte offset 9",
        ),
        (
            "<a href='e.org/é&#xd800;'>x</a>",
            17,
            "messageEntityTextUrl.url must be encoded in UTF-8 at byte offset 17",
        ),
        (
            "<pre><code class='language-&#xdfff;'>x</code></pre>",
            27,
            "messageEntityPreCode.language must be encoded in UTF-8 at byte offset 27",
        ),
    ] {
        let refusal = read(markup).unwrap_err();
        assert_eq!(
            (refusal.to_string().as_str(), refusal.byte()),
            (message, Some(byte)),
            "{markup}"
        );
    }
}

#[test]
fn refusal_of_the_text_has_no_byte() {
    for (markup, message) in [
        ("", "message text is empty"),
        ("<b></b>", "text must be non-empty"),
        (" <b>\u{200b}</b>&#32;", "text must be non-empty"),
        ("<a href='\u{202e}.'>x</a>", "entity URL 'http://./' is invalid: Host is invalid"),
    ] {
        let refusal = read(markup).unwrap_err();
        assert_eq!((refusal.to_string().as_str(), refusal.byte()), (message, None), "{markup}");
    }
}

#[test]
fn half_a_surrogate_pair_in_a_dropped_attribute_is_ignored() {
    for markup in [
        "<a href='ftp://e.org/&#xd800;'>x</a>",
        "<code class='language-&#xd800;'>x</code>",
        "<b class='&#xd800;'></b>x",
        "<a href='e.org/&#xd800;'></a>x",
    ] {
        assert_eq!(read(markup).unwrap().string, "x", "{markup}");
    }
}

#[test]
fn markup_is_read_up_to_telegrams_limit() {
    let most = limits::MARKUP_CHARACTERS;
    for character in ["a", "й", "🎙"] {
        assert_eq!(parse(&character.repeat(most)).unwrap().characters(), most);
        let refusal = parse(&character.repeat(most + 1)).unwrap_err();
        assert_eq!(refusal, Refusal::at(character.len() * most, HtmlError::TooLong));
        let message = refusal.to_string();
        assert!(
            message.starts_with("can't parse entities: Text is too long at byte offset "),
            "{message}"
        );
    }
    assert!(parse(&"&amp;".repeat(most / 5)).is_ok());
    assert!(parse(&"&amp;".repeat(most / 5 + 1)).is_err());
}

#[test]
fn text_that_is_read_is_in_normal_form() {
    let bold = |offset, length| Entity::new(EntityKind::Bold, offset, length);
    let code = |offset, length| Entity::new(EntityKind::Code, offset, length);
    for (markup, string, entities) in [
        (" \n<b>a</b> ", "a", vec![bold(0, 1)]),
        ("<b> a </b> ", " a", vec![bold(0, 2)]),
        ("a\r\tb", "a b", vec![]),
        ("<b>a<code>b</code>c</b>", "abc", vec![bold(0, 1), code(1, 1), bold(2, 1)]),
        ("<b>a</b><b>b</b>", "ab", vec![bold(0, 2)]),
        (
            "<a href=x.org>a<code>b</code></a>",
            "ab",
            vec![Entity::new(EntityKind::TextLink { url: "http://x.org/".into() }, 0, 2)],
        ),
    ] {
        let entities: Vec<Entity> = entities;
        assert_eq!(read(markup), Ok(FormattedText { string: string.into(), entities }), "{markup}");
    }
}

#[test]
fn hostile_markup_is_read_in_linear_time() {
    let most = limits::MARKUP_CHARACTERS;
    let pieces =
        ["<", "&", "</", "<b>", "<a>", "<b a ", "&#", "&#x4", "<b a='&", "<tg-", "\"", "</>"];
    for piece in pieces {
        let _ = read(&piece.repeat(most / piece.len()));
        let _ = read(&piece.repeat(2_000_000));
    }
    for (start, end) in
        [("<b>", "</b>"), ("<a>", "</>"), ("<i>x", "</i>"), ("<a href=e.org>x", "</>")]
    {
        let deep = most / (start.len() + end.len()) - 1;
        let markup = format!("{}x{}", start.repeat(deep), end.repeat(deep));
        assert!(read(&markup).is_ok(), "{start}");
    }
}

#[test]
fn nested_links_are_read_up_to_a_limit() {
    let nested = |deep: usize| {
        format!("{}a.b/{}{}", "<a>".repeat(deep), "x".repeat(1_000), "</>".repeat(deep))
    };
    assert_eq!(parse(&nested(1_000)).unwrap().entities.len(), 1_000);
    assert!(matches!(
        parse(&nested(1_100)),
        Err(Refusal::Markup { error: HtmlError::NestedLinks, .. })
    ));
}

fn markups() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "</?(b|i|a|pre|code|tg-time|tg-emoji|span|blockquote|x)?( (href|class|unix|emoji-id|expandable)(=['\"]?[a-z0-9.&;-]{0,9}['\"]?)?)?>?",
        "&#?x?[0-9a-fA-Fltgmpquo]{0,9};?",
        "[<>&='\"/\0 \n]",
        ".",
    ];
    prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn any_markup_is_read_or_refused_at_one_of_its_bytes(markup in markups()) {
        match read(&markup) {
            Ok(text) => {
                prop_assert_eq!(read(&write(&text).unwrap()), Ok(text));
            }
            Err(refusal) => {
                let byte = refusal.byte().unwrap_or(0);
                prop_assert!(markup.is_char_boundary(byte), "{}", refusal);
            }
        }
    }
}
