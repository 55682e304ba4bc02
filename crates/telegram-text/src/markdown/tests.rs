//! The Markdown of texts, and the round trip from a text to Markdown and back.

use proptest::prelude::*;
use serde::Deserialize;

use super::*;
use crate::{Entity, EntityKind};
use EntityKind::{Blockquote, Bold, Code, ExpandableBlockquote, Italic, Spoiler, Underline};

fn text(string: &str, entities: &[(EntityKind, usize, usize)]) -> FormattedText {
    let entities = entities.iter().cloned();
    let entities = entities.map(|(kind, offset, length)| Entity::new(kind, offset, length));
    FormattedText { string: string.into(), entities: entities.collect() }
}

fn link(url: &str) -> EntityKind {
    EntityKind::TextLink { url: url.into() }
}

fn pre(language: &str) -> EntityKind {
    EntityKind::Pre { language: Some(language.into()) }
}

fn emoji() -> EntityKind {
    EntityKind::CustomEmoji { custom_emoji_id: "5".into() }
}

/// Several lines end with a line break.
fn in_a_file(markdown: &str) -> String {
    let end = if markdown.contains('\n') { "\n" } else { "" };
    format!("{markdown}{end}")
}

#[test]
fn formatting_is_written_with_delimiters() {
    for (string, entities, expected) in [
        ("ab", vec![(Bold, 0, 2)], "**ab**"),
        ("a b", vec![(Italic, 0, 1), (Underline, 2, 1)], "*a* __b__"),
        ("ab", vec![(EntityKind::Strikethrough, 0, 1), (Spoiler, 1, 1)], "~~a~~||b||"),
        ("ab", vec![(Bold, 0, 2), (Italic, 0, 2)], "**_ab_**"),
        ("ab c", vec![(Bold, 0, 4), (Italic, 0, 2)], "**_ab_ c**"),
        ("ab", vec![(Italic, 0, 2), (Underline, 0, 2)], "*__ab__*"),
        ("abc", vec![(Italic, 1, 1)], "a*b*c"),
        ("1.5", vec![(Bold, 0, 3)], "**1.5**"),
        ("a\nb", vec![(Bold, 0, 3)], "**a\nb**"),
        ("a\n\nb", vec![(Bold, 0, 1), (Bold, 3, 1)], "**a**\n\n**b**"),
        ("a\n\nb", vec![(Bold, 0, 4)], "**a\n\\  \nb**"),
        ("a b", vec![(link("https://e.org/"), 0, 3), (Bold, 0, 1)], "[**a** b](https://e.org/)"),
        ("[a]", vec![(link("https://e.org/(b)"), 0, 3)], r"[\[a\]](https://e.org/(b))"),
        ("!a", vec![(link("https://e.org/"), 1, 1)], r"\![a](https://e.org/)"),
        ("a👍", vec![(emoji(), 1, 2)], "a![👍](tg://emoji?id=5)"),
        ("a`b", vec![(Code, 0, 3)], "``a`b``"),
        ("`", vec![(Code, 0, 1)], "`` ` ``"),
        (" a ", vec![(Code, 0, 3)], ""),
        ("* _a_", vec![(Code, 0, 5)], "`* _a_`"),
        ("a **b**", vec![(Code, 2, 5)], "a `**b**`"),
    ] {
        let text = text(string, &entities);
        if expected.is_empty() {
            assert_eq!(write(&text).unwrap_err().kind, UnwritableKind::OuterSpace, "{string}");
        } else {
            assert_eq!(write(&text).unwrap(), in_a_file(expected));
        }
    }
}

#[test]
fn what_delimiters_cannot_express_is_written_with_tags() {
    for (string, entities, expected) in [
        ("a b", vec![(Bold, 0, 2)], "<b>a </b>b"),
        ("ab c", vec![(Bold, 0, 1), (Italic, 1, 1), (Underline, 2, 2)], "**a**_b_<u> c</u>"),
        ("a b", vec![(Spoiler, 0, 2)], "<i></i>||<i></i>a <i></i>||<i></i>b"),
        ("a\nb", vec![(Bold, 0, 2)], "<b>a\n</b>b"),
        ("a\n\nb", vec![(Bold, 0, 3)], "<b>a\n\\  \n</b>b"),
        ("a\n\nb", vec![(Code, 0, 4)], "<code>a<br><br>b</code>"),
        // White space at the end of a message is cut.
        ("a\n - *b* ", vec![(Code, 0, 9)], "<code>a<br>&#32;- \\*b\\*</code>"),
        ("a\n - *b", vec![(Code, 0, 7)], "<code>a<br>&#32;- \\*b</code>"),
        ("ab", vec![(Code, 0, 1), (Code, 1, 1)], "<code>a</code><code>b</code>"),
    ] {
        assert_eq!(write(&text(string, &entities)).unwrap(), in_a_file(expected));
    }
}

#[test]
fn lines_and_white_space_are_kept() {
    for (string, expected) in [
        ("a", "a"),
        ("a\nb", "a\nb"),
        ("a\n\nb", "a\n\nb"),
        ("a\n\n\nb", "a\n\\\n\\\nb"),
        ("a \nb", "a \\\nb"),
        ("a  \n\nb", "a  \\\n\\\nb"),
        ("a\n  b", "a\n  b"),
        ("a\n\n      b", "a\n\\\n      b"),
        ("a\n   \nb", "a\n   \\\nb"),
        ("a\n- b", "a\n\\- b"),
        ("a\n  - b", "a\n  \\- b"),
        ("1. a\n2) b", "1\\. a\n2\\) b"),
        ("a\n---\nb", "a\n\\---\nb"),
        ("a\n===", "a\n\\==="),
        ("a | b\n-|-", "a | b\n\\-|-"),
        ("+++", "\\+++"),
        ("> a", "\\> a"),
        ("<!-- a -->", "\\<!-- a -->"),
        ("a\\", "a\\\\"),
        ("a\\\nb", "a\\\\\nb"),
        ("[a]: https://e.org", "\\[a]: https://e.org"),
        ("• a\n• b", "• a\n• b"),
    ] {
        assert_eq!(write(&FormattedText::plain(string)).unwrap(), in_a_file(expected));
    }
}

#[test]
fn blocks_are_written() {
    for (string, entities, expected) in [
        ("a", vec![(Blockquote, 0, 1)], "> a"),
        ("a\nb\n\nc", vec![(ExpandableBlockquote, 0, 6)], ">! a\n> b\n>\n> c"),
        ("!a", vec![(Blockquote, 0, 2)], "> !a"),
        ("a\n\nb\n\nc", vec![(Blockquote, 3, 1)], "a\n\n> b\n\nc"),
        ("a\n\nb", vec![(Blockquote, 0, 1), (Blockquote, 3, 1)], "> a\n\n> b"),
        ("a", vec![(EntityKind::Pre { language: None }, 0, 1)], "```\na\n```"),
        ("# a\n\n```", vec![(pre("md"), 0, 8)], "````md\n# a\n\n```\n````"),
        ("a", vec![(pre("`"), 0, 1)], "~~~`\na\n~~~"),
        ("a\nb\nc", vec![(Blockquote, 2, 1)], "a\n> b\n>\nc"),
        ("a\nb\n\nc", vec![(ExpandableBlockquote, 2, 1)], "a\n>! b\n\nc"),
        ("a\nb", vec![(Blockquote, 0, 1), (Blockquote, 2, 1)], "> a\n<!-- -->\n> b"),
        ("a\nb\nc", vec![(pre("c"), 2, 1)], "a\n```c\nb\n```\nc"),
        ("a\nb", vec![(Blockquote, 0, 1), (pre("c"), 2, 1)], "> a\n```c\nb\n```"),
        ("a\nb", vec![(pre("c"), 0, 1), (Blockquote, 2, 1)], "```c\na\n```\n> b"),
        ("a\nb", vec![(Blockquote, 0, 3), (pre("c"), 0, 1)], "> ```c\n> a\n> ```\n> b"),
        (
            "a\n\nb\nc",
            vec![(Blockquote, 0, 6), (EntityKind::Pre { language: None }, 3, 3)],
            "> a\n>\n> ```\n> b\n> c\n> ```",
        ),
    ] {
        assert_eq!(write(&text(string, &entities)).unwrap(), in_a_file(expected));
    }
}

#[test]
fn what_a_body_cannot_hold_is_refused_by_name() {
    use UnwritableKind as K;
    let day = EntityKind::DateTime { unix_time: 5, date_time_format: "D".into() };
    let code = EntityKind::Pre { language: None };
    for (string, entities, kind, place) in [
        ("", vec![], K::Refused(normal::Refusal::Empty), (0, 0)),
        ("a", vec![(EntityKind::TextMention { user: 7 }, 0, 1)], K::Mention, (0, 1)),
        ("a b", vec![(day, 2, 1)], K::Date, (2, 1)),
        ("a👍👍", vec![(emoji(), 1, 4)], K::CustomEmoji, (1, 4)),
        ("\u{200B}a", vec![(link("https://e.org/"), 0, 1)], K::InvisibleLink, (0, 1)),
        ("🎙 b", vec![(Blockquote, 3, 1)], K::Placement("quote"), (3, 1)),
        ("a\n\nb", vec![(Blockquote, 0, 2)], K::OuterSpace, (0, 2)),
        ("a b", vec![(code.clone(), 0, 1)], K::Placement("code block"), (0, 1)),
        ("a\n\n\nb", vec![(Blockquote, 4, 1)], K::Placement("quote"), (4, 1)),
        ("a \nb", vec![(Blockquote, 3, 1)], K::OuterSpace, (0, 3)),
        (" a", vec![(Bold, 0, 2)], K::OuterSpace, (0, 2)),
        ("x\n\n \n\ny", vec![(code, 3, 1)], K::EmptyCode, (3, 1)),
        ("a", vec![(pre("a b"), 0, 1)], K::Language, (0, 1)),
    ] {
        let unwritable = write(&text(string, &entities)).unwrap_err();
        let found = (unwritable.offset, unwritable.length);
        assert_eq!((unwritable.kind, found), (kind, place), "{string:?}");
    }
}

/// Many entities and long lines take linear time.
#[test]
fn hostile_texts_take_linear_time() {
    let bold = |at: usize| Entity::new(Bold, at * 2, 1);
    let apart =
        FormattedText { string: "a ".repeat(50_000), entities: (0..50_000).map(bold).collect() };
    assert!(write(&apart).is_ok());
    let quote = |at: usize| Entity::new(Blockquote, at * 3, 1);
    let quotes = FormattedText {
        string: "a\n\n".repeat(20_000),
        entities: (0..20_000).map(quote).collect(),
    };
    assert!(write(&quotes).is_ok());
    for string in
        ["`".repeat(100_000), "\n".repeat(50_000) + "a", "[".repeat(100_000), "- ".repeat(50_000)]
    {
        let entities = vec![Entity::new(Code, 0, string.len())];
        let _ = write(&FormattedText { string: string.clone(), entities });
        assert!(write(&FormattedText::plain(string)).is_ok());
    }
}

fn kinds() -> impl Strategy<Value = EntityKind> {
    prop::sample::select(vec![
        Bold,
        Italic,
        Underline,
        EntityKind::Strikethrough,
        Spoiler,
        Code,
        EntityKind::Pre { language: None },
        pre("rust"),
        Blockquote,
        ExpandableBlockquote,
        link("https://example.org/a_(b)?c&amp;*d*"),
        link("http://e.org/)(\\`"),
        EntityKind::TextMention { user: 5 },
        emoji(),
        EntityKind::Hashtag,
    ])
}

fn texts() -> impl Strategy<Value = FormattedText> {
    let piece =
        "([ab .!\n\nй，🙂👍#@*_~|`<>&\\[\\]()\\\\:=+-]|&amp;|<b>|1\\. |\n\n|- |```|\n> ){0,14}";
    let entity = (kinds(), 0..16_usize, 0..12_usize);
    let entity = entity.prop_map(|(kind, offset, length)| Entity::new(kind, offset, length));
    (prop_oneof![4 => piece, 1 => any::<String>()], prop::collection::vec(entity, 0..6))
        .prop_map(|(string, entities)| FormattedText { string, entities })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn plain_text_within_blocks_is_never_refused(string in "[ab .!\n\nй，🙂👍#@*_~|`<>&\\[\\]()\\\\:=+-]{0,20}|\\PC{0,20}") {
        let text = FormattedText::plain(string);
        match write(&text) {
            Ok(_) => {}
            Err(Unwritable { kind, .. }) => {
                prop_assert!(matches!(kind, UnwritableKind::Refused(_)), "{kind:?}");
            }
        }
    }

    #[test]
    fn refusal_names_a_place_in_the_text(text in texts()) {
        if let Err(unwritable) = write(&text) {
            let length = normal::uncut(text).map_or(0, |text| text.utf16_len());
            let is_refused = matches!(unwritable.kind, UnwritableKind::Refused(_));
            prop_assert!(is_refused || unwritable.offset + unwritable.length <= length, "{unwritable}");
            prop_assert!(unwritable.kind != UnwritableKind::Text, "{unwritable}");
        }
    }
}

/// Most of the texts that were recorded from TDLib are hostile, and many have dates and mentions.
#[test]
fn recorded_texts_are_exact_or_refused_by_name() {
    #[derive(Deserialize)]
    struct Case {
        output: Output,
    }
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Output {
        Text { text: String, entities: Vec<Entity> },
        Error {},
    }
    let recorded =
        [include_str!("../../testdata/found.jsonl"), include_str!("../../testdata/normal.jsonl")];
    let (mut exact, mut refused) = (0, 0);
    for line in recorded.iter().flat_map(|lines| lines.lines()) {
        let case: Case = serde_json::from_str(line).unwrap();
        let Output::Text { text: string, entities } = case.output else { continue };
        match write(&FormattedText { string, entities }) {
            Ok(_) => exact += 1,
            Err(unwritable) => {
                assert_ne!(unwritable.kind, UnwritableKind::Text, "{line}");
                refused += 1;
            }
        }
    }
    assert!(exact > 800, "{exact} exact, {refused} refused");
}
