//! Whole bubbles: how they look, and what holds for any text.

use proptest::prelude::*;
use telegram_text::{Entity, EntityKind, FormattedText, utf16};

use super::{Bubble, BubbleOptions, draw, flow};
use crate::message::{ButtonPress, InlineButton, InlineKeyboard};

/// A text and entities over the words named.
fn text(string: &str, entities: &[(EntityKind, &str)]) -> FormattedText {
    let entities = entities.iter().map(|(kind, words)| {
        let (before, _) = string.split_once(words).unwrap();
        Entity::new(kind.clone(), utf16::len(before), utf16::len(words))
    });
    FormattedText { string: string.to_owned(), entities: entities.collect() }
}

/// The bubble of a text, escape characters written `␛`.
fn bubble(text: &FormattedText, columns: usize, ansi: bool) -> String {
    let message = Bubble {
        title: "World",
        media: &[],
        is_caption_above: false,
        text,
        footnote: "1/2 · 18:40",
        keyboard: None,
    };
    draw(&message, &BubbleOptions { columns, ansi }).replace('\u{1b}', "␛")
}

/// The text between escape sequences.
fn without_escapes(drawn: &str) -> String {
    let mut shown = String::new();
    let mut rest = drawn;
    while let Some((before, sequence)) = rest.split_once('\u{1b}') {
        shown.push_str(before);
        rest = match sequence.strip_prefix(']') {
            Some(link) => link.split_once("\u{1b}\\").unwrap().1,
            None => sequence.split_once('m').unwrap().1,
        };
    }
    shown + rest
}

fn everything() -> FormattedText {
    text(
        "🎙 Bold, italic, underlined, struck and hidden words; a link in the text and #hashtag.\n\nA quote that goes \
         on for more than one line, as quotes do.\nIts end.\n\nA long one, folded until touched by a reader.\n\nlet \
         answer = 42;\n    indented();\n\nSee cargo run.",
        &[
            (EntityKind::Bold, "Bold"),
            (EntityKind::Italic, "italic"),
            (EntityKind::Underline, "underlined"),
            (EntityKind::Strikethrough, "struck"),
            (EntityKind::Spoiler, "hidden words"),
            (EntityKind::TextLink { url: "https://example.org/a b".into() }, "link in the text"),
            (EntityKind::Bold, "the text"),
            (EntityKind::Hashtag, "#hashtag"),
            (
                EntityKind::Blockquote,
                "A quote that goes on for more than one line, as quotes do.\nIts end.",
            ),
            (EntityKind::ExpandableBlockquote, "A long one, folded until touched by a reader."),
            (
                EntityKind::Pre { language: Some("rust".into()) },
                "let answer = 42;\n    indented();",
            ),
            (EntityKind::Code, "cargo run"),
        ],
    )
}

#[test]
fn a_bubble_for_a_pipe_has_no_escape_sequences() {
    insta::assert_snapshot!(bubble(&everything(), 80, false));
}

#[test]
fn a_bubble_for_a_terminal_has_styles_and_links() {
    insta::assert_snapshot!(bubble(&everything(), 80, true));
}

#[test]
fn a_narrow_terminal_gets_a_narrow_bubble() {
    insta::assert_snapshot!(bubble(&everything(), 24, false));
}

#[test]
fn wide_and_joined_characters_keep_the_border_straight() {
    let string = "Ёлка, й и я́ с ударением; 日本語の文章は長い、とても長い。🇷🇺🇰🇵 👨‍👩‍👧‍👦 👍🏽 ☀️ 1️⃣ e\u{301}\u{302}\u{303} שלום עולם مرحبا 한국어 नमस्ते";
    insta::assert_snapshot!(bubble(&FormattedText::plain(string), 40, false));
}

#[test]
fn hostile_text_and_titles_do_nothing_to_the_terminal() {
    let hostile = "a\u{1b}]8;;https://evil.example\u{7}b\u{9b}2J\rc\u{202e}d\u{2066}e\u{1b}[31m";
    let link = EntityKind::TextLink { url: "https://example.org/\u{1b}\\\u{1b}[2J\u{9c}".into() };
    let code = EntityKind::Pre { language: Some("\u{1b}[2J\n".into()) };
    let entities = vec![Entity::new(link, 0, 4), Entity::new(code, 30, 900)];
    let text = FormattedText { string: hostile.into(), entities };
    for ansi in [false, true] {
        let drawn = draw(
            &Bubble {
                title: hostile,
                media: &[],
                is_caption_above: false,
                text: &text,
                footnote: "\r\n\u{9b}",
                keyboard: None,
            },
            &BubbleOptions { columns: 60, ansi },
        );
        let shown = without_escapes(&drawn);
        assert!(
            shown.chars().all(|character| character == '\n' || !character.is_control()),
            "{shown:?}"
        );
        assert!(!shown.contains(['\u{202e}', '\u{2066}']));
        assert_eq!(drawn.contains('\u{1b}'), ansi);
        assert!(
            !drawn.contains("\u{1b}[2J")
                && !drawn.contains("\u{1b}]8;;https")
                && !drawn.contains("\u{1b}[31m")
        );
    }
}

#[test]
fn many_entities_and_long_lines_are_drawn_in_linear_time() {
    let entities = (0..20_000).flat_map(|at| {
        [EntityKind::Bold, EntityKind::TextLink { url: "https://example.org/".into() }]
            .map(|kind| Entity::new(kind, at, 40_000))
    });
    let text = FormattedText { string: "ab ".repeat(20_000), entities: entities.collect() };
    for text in [
        text,
        FormattedText::plain("x".repeat(200_000)),
        FormattedText::plain(" \n".repeat(50_000)),
    ] {
        assert!(!bubble(&text, 80, true).is_empty());
    }
}

fn entities() -> impl Strategy<Value = Vec<Entity>> {
    let kind = prop_oneof![
        Just(EntityKind::Bold),
        Just(EntityKind::Spoiler),
        Just(EntityKind::Code),
        Just(EntityKind::Hashtag),
        Just(EntityKind::TextLink { url: "https://example.org/я\u{1b}".into() }),
        Just(EntityKind::Blockquote),
        Just(EntityKind::ExpandableBlockquote),
        Just(EntityKind::Pre { language: Some("c\u{7}".into()) }),
    ];
    let entity = (kind, 0..90_usize, prop_oneof![0..40_usize, Just(usize::MAX)]);
    prop::collection::vec(
        entity.prop_map(|(kind, offset, length)| Entity::new(kind, offset, length)),
        0..6,
    )
}

fn strings() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "([a-zа-я日本語。한ᄀ🇷🇺🎙👨\u{200d}\u{301}\u{fe0f}\u{1b}\u{600}नमस् -]{0,12}[ \n]?){0,12}"
    ]
}

fn keyboard() -> impl Strategy<Value = InlineKeyboard> {
    let press = prop_oneof![
        ".{0,20}".prop_map(ButtonPress::Url),
        ".{0,20}".prop_map(|text| ButtonPress::CopyText { text }),
    ];
    let button = (".{0,30}", press).prop_map(|(text, press)| InlineButton { text, press });
    let row = prop::collection::vec(button, 1..9);
    prop::collection::vec(row, 0..4).prop_map(|rows| InlineKeyboard { rows })
}

#[test]
fn buttons_are_below_the_bubble_and_as_wide() {
    let button = |text: &str, press| InlineButton { text: text.to_owned(), press };
    let opens = |text: &str| button(text, ButtonPress::Url("https://example.org/".to_owned()));
    let copies = button("Copy the code", ButtonPress::CopyText { text: "A1".to_owned() });
    let keyboard = InlineKeyboard {
        rows: vec![vec![opens("Download"), opens("What is new in this version")], vec![copies]],
    };
    let text = text("Out now", &[]);
    let message = Bubble {
        title: "World",
        media: &[],
        is_caption_above: false,
        text: &text,
        footnote: "",
        keyboard: Some(&keyboard),
    };
    let shown = draw(&message, &BubbleOptions { columns: 40, ansi: false });
    insta::assert_snapshot!(shown);
    let styled = draw(&message, &BubbleOptions { columns: 40, ansi: true });
    let link = "\u{1b}]8;id=0;https://example.org/\u{1b}\\Download ↗";
    assert!(styled.contains(link), "{styled:?}");
    assert_eq!(without_escapes(&styled), shown);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]
    #[test]
    fn every_line_is_as_wide_as_the_others(
        string in strings(), entities in entities(), title in ".{0,60}", columns in 0..100_usize, ansi: bool,
        keyboard in keyboard(),
    ) {
        let text = FormattedText { string, entities };
        let drawn = draw(&Bubble { title: &title, media: &[], is_caption_above: false, text: &text, footnote: &title, keyboard: Some(&keyboard) }, &BubbleOptions { columns, ansi });
        let expected = columns.clamp(12, 50);
        for line in without_escapes(&drawn).lines() {
            prop_assert_eq!(flow::width(line), expected, "{:?}", line);
        }
    }

    #[test]
    fn no_control_character_is_drawn(string in strings(), entities in entities()) {
        let text = FormattedText { string, entities };
        for ansi in [false, true] {
            let drawn = draw(&Bubble { title: "", media: &[], is_caption_above: false, text: &text, footnote: "", keyboard: None }, &BubbleOptions { columns: 40, ansi });
            let shown = if ansi { without_escapes(&drawn) } else { drawn };
            prop_assert!(shown.chars().all(|character| character == '\n' || !character.is_control()), "{:?}", shown);
        }
    }

    #[test]
    fn styles_end_with_their_line(string in strings(), entities in entities()) {
        let text = FormattedText { string, entities };
        let drawn = draw(&Bubble { title: "", media: &[], is_caption_above: false, text: &text, footnote: "", keyboard: None }, &BubbleOptions { columns: 40, ansi: true });
        for line in drawn.lines() {
            prop_assert!(line.ends_with("\u{1b}[0m"), "{:?}", line);
            prop_assert_eq!(line.matches("\u{1b}]8;;\u{1b}\\").count() > 0, line.contains("\u{1b}]8;id="), "{:?}", line);
        }
    }

    #[test]
    fn the_words_drawn_are_those_of_the_text(words in prop::collection::vec("[a-zа-я🎙日-]{1,60}", 0..30)) {
        let text = FormattedText { entities: vec![Entity::new(EntityKind::Bold, 3, 50)], string: words.join(" ") };
        let drawn = draw(&Bubble { title: "", media: &[], is_caption_above: false, text: &text, footnote: "", keyboard: None }, &BubbleOptions { columns: 30, ansi: true });
        let shown: String = without_escapes(&drawn).chars().filter(|character| !"│╭╮╰╯─ \n".contains(*character)).collect();
        prop_assert_eq!(shown, words.concat());
    }
}
