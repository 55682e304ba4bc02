//! MarkdownV2 as TDLib reads it, and the round trip from a text to MarkdownV2 and back.

use proptest::prelude::*;
use serde::Deserialize;

use super::*;
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
    error.ends_with(&at) == added.is_empty() && (added.is_empty() || added == at)
}

/// Compares parses with TDLib's. The writer must support everything that MarkdownV2 can express, so every text that is read
/// must be written and read again.
fn replay(lines: &str) -> usize {
    let mut wrong = Vec::new();
    for (number, line) in lines.lines().enumerate() {
        let Case { markup, output } = serde_json::from_str(line).unwrap();
        let parsed = parse(&markup);
        let is_right = match (&parsed, &output) {
            (Ok(parsed), Output::Text { text, entities }) => {
                (&parsed.string, &parsed.entities) == (text, entities)
            }
            (Err(refusal), Output::Error { error }) => says(refusal, error),
            _ => false,
        };
        if !is_right {
            wrong.push(format!("line {}: {line}\n  here {parsed:?}", number + 1));
        }
        let text = parsed.map_err(|_| ()).and_then(|parsed| normal::uncut(parsed).map_err(|_| ()));
        assert_eq!(read(&markup).map_err(|_| ()), text, "{line}");
        if let Ok(text) = text {
            match write(&text) {
                Ok(written) if read(&written).as_ref() == Ok(&text) => {}
                written => wrong.push(format!(
                    "line {}: {markup:?}\n  {text:?}\n  writes {written:?}\n  reads {:?}",
                    number + 1,
                    written.as_ref().map(|written| read(written))
                )),
            }
        }
    }
    wrong.sort_by_key(String::len);
    let message = wrong[..wrong.len().min(15)].join("\n");
    assert!(wrong.is_empty(), "{} differ:\n{message}", wrong.len());
    lines.lines().count()
}

#[test]
fn markdown_v2_is_parsed_as_tdlib_parses_it_and_written_again() {
    assert!(replay(include_str!("../../testdata/markdown_v2.jsonl")) > 650);
}

fn bold(offset: usize, length: usize) -> Entity {
    Entity::new(EntityKind::Bold, offset, length)
}

fn italic(offset: usize, length: usize) -> Entity {
    Entity::new(EntityKind::Italic, offset, length)
}

fn underline(offset: usize, length: usize) -> Entity {
    Entity::new(EntityKind::Underline, offset, length)
}

fn spoiler(offset: usize, length: usize) -> Entity {
    Entity::new(EntityKind::Spoiler, offset, length)
}

fn code(offset: usize, length: usize) -> Entity {
    Entity::new(EntityKind::Code, offset, length)
}

fn pre(language: Option<&str>, offset: usize, length: usize) -> Entity {
    Entity::new(EntityKind::Pre { language: language.map(str::to_owned) }, offset, length)
}

fn quote(offset: usize, length: usize) -> Entity {
    Entity::new(EntityKind::Blockquote, offset, length)
}

fn expandable(offset: usize, length: usize) -> Entity {
    Entity::new(EntityKind::ExpandableBlockquote, offset, length)
}

fn link(url: &str, offset: usize, length: usize) -> Entity {
    Entity::new(EntityKind::TextLink { url: url.into() }, offset, length)
}

fn emoji(offset: usize, length: usize) -> Entity {
    Entity::new(EntityKind::CustomEmoji { custom_emoji_id: "5".into() }, offset, length)
}

fn date(format: &str, offset: usize, length: usize) -> Entity {
    let kind = EntityKind::DateTime { unix_time: 7, date_time_format: format.into() };
    Entity::new(kind, offset, length)
}

/// A row: a text in normal form, its entities, and its MarkdownV2.
fn check(string: &str, entities: &[Entity], expected: &str) {
    let text = FormattedText { string: string.into(), entities: entities.to_vec() };
    assert!(normal::is_normal(&text), "{text:?}");
    assert_eq!(write(&text).as_deref(), Ok(expected), "{text:?}");
    assert_eq!(read(expected), Ok(text), "{expected:?}");
}

#[test]
fn only_reserved_characters_are_escaped() {
    check("a.b", &[], r"a\.b");
    check(r"_*[]()~`>#+-=|{}.!\", &[], r"\_\*\[\]\(\)\~\`\>\#\+\-\=\|\{\}\.\!\\");
    check("\"$%&',/:;<?@^\u{7f}ж🙂", &[], "\"$%&',/:;<?@^\u{7f}ж🙂");
}

#[test]
fn every_kind_is_written_with_its_delimiters() {
    check("жb", &[bold(0, 1)], "*ж*b");
    check("ab", &[italic(0, 1)], "_a_b");
    check("ab", &[underline(0, 1)], "__a__b");
    check("ab", &[Entity::new(EntityKind::Strikethrough, 0, 1)], "~a~b");
    check("ab", &[spoiler(0, 1)], "||a||b");
    check(r"a`\*.", &[code(0, 5)], r"`a\`\\*.`");
    check("a\nb`", &[pre(None, 0, 4)], "```\na\nb\\````");
    check("\na\n\nb", &[pre(None, 0, 3)], "```\n\na\n```\nb");
    check("a", &[pre(Some("c++"), 0, 1)], "```c++\na```");
    check("rust a", &[pre(None, 0, 6)], "```\nrust a```");
    check("a", &[pre(Some("a b"), 0, 1)], "```a\u{1}b\na```");
    check("a", &[link(r"http://e.com/()\", 0, 1)], r"[a](http://e.com/(\)\\)");
    check("a", &[Entity::new(EntityKind::TextMention { user: 5 }, 0, 1)], "[a](tg://user?id=5)");
    check("👍", &[emoji(0, 2)], "![👍](tg://emoji?id=5)");
    check("a", &[date("", 0, 1)], "![a](tg://time?unix=7)");
    check("a", &[date("wDT", 0, 1)], "![a](tg://time?unix=7&format=wDT)");
    check("a\nb", &[quote(0, 2)], ">a\nb");
    check("a\nb", &[expandable(0, 2)], ">a||\nb");
}

#[test]
fn found_entities_are_written_as_their_text() {
    let entities = vec![
        Entity::new(EntityKind::Hashtag, 0, 2),
        bold(3, 1),
        Entity::new(EntityKind::Url, 4, 3),
    ];
    let text = FormattedText { string: "#a be.f".into(), entities };
    assert_eq!(write(&text).as_deref(), Ok(r"\#a *b*e\.f"));
    let entities = vec![bold(0, 1), Entity::new(EntityKind::Hashtag, 1, 2), bold(1, 2), bold(3, 1)];
    let text = FormattedText { string: "a#bc".into(), entities };
    assert_eq!(write(&text).as_deref(), Ok(r"*a\#bc*"));
}

#[test]
fn adjacent_delimiters_are_separated() {
    check("a", &[italic(0, 1), underline(0, 1)], "_**__a___");
    check("ab", &[italic(0, 1), italic(1, 1), underline(1, 1)], "_a__b___");
    check("ab", &[underline(0, 1), italic(1, 1), underline(1, 1)], "__a_b_**__");
    check("abc", &[bold(0, 1), bold(1, 2), italic(1, 1)], "*a_b_c*");
    check("abc", &[bold(0, 1), italic(1, 2), bold(1, 1)], "*a_b_*_c_");
    check("abc", &[bold(0, 1), code(1, 1), bold(2, 1)], "*a*`b`*c*");
    check("ab", &[italic(0, 1), underline(1, 1)], "_a_**__b__");
    check("ab", &[underline(0, 1), italic(1, 1)], "__a___b_");
    let both = [bold(0, 1), italic(0, 1), bold(1, 1), underline(1, 1)];
    check("ab", &both, "*_a_**__b__*");
    check("_a_", &[italic(0, 3)], r"_\_a\__");
    check("ab", &[code(0, 1), code(1, 1)], "`a``b`");
    check("ab", &[pre(None, 0, 1), pre(Some("x"), 1, 1)], "```\na``````x\nb```");
    check("ab", &[code(0, 1), pre(None, 1, 1)], "`a````\nb```");
    check("ab", &[link("http://a.b/", 0, 2), bold(1, 1)], "[a*b*](http://a.b/)");
}

#[test]
fn quotations_begin_continue_and_end_with_lines() {
    check("a", &[quote(0, 1)], ">a");
    check("a", &[expandable(0, 1)], ">a||");
    check("a\nb\nc", &[quote(2, 2)], "a\n>b\nc");
    check("a\n\nb\nc", &[quote(0, 5)], ">a\n>\n>b\nc");
    check("a\n\nb", &[quote(0, 3)], ">a\n>\nb");
    check("a\nb", &[quote(0, 2), quote(2, 1)], ">a\n**>b");
    check("a\nb\nc", &[expandable(0, 2), expandable(2, 2)], ">a||\n**>b||\nc");
    check("a\n\nb", &[quote(0, 2), quote(3, 1)], ">a\n\n>b");
    check("a\n>b", &[quote(0, 2)], ">a\n\\>b");
    check("a", &[quote(0, 1), spoiler(0, 1)], ">||a||");
    check("a", &[expandable(0, 1), spoiler(0, 1)], ">||a||||");
    check("a\nb", &[quote(0, 2), spoiler(0, 1)], ">||a||\nb");
    check("a\nb", &[expandable(0, 2), spoiler(0, 1)], ">||a||||\nb");
    check("a\nb\nc", &[quote(0, 4), bold(0, 3)], ">*a\n>b*\nc");
    check("a\nb", &[quote(0, 3), spoiler(1, 2)], ">a||\n>b||");
    check("a\nb\nc", &[quote(0, 4), bold(0, 2)], ">*a\n>*b\nc");
    check("a\nb\nc", &[quote(0, 4), code(0, 3)], ">`a\nb`\nc");
    check("a\nb\nc", &[quote(0, 4), pre(Some("x"), 0, 3)], ">```x\na\nb```\nc");
    check("a\nb", &[quote(0, 3), link("http://a.b/", 0, 3)], ">[a\n>b](http://a.b/)");
    check("a\nb", &[bold(0, 2), quote(2, 1), bold(2, 1)], "*a\n*>*b*");
    check("a\nb", &[code(0, 2), quote(2, 1)], "`a\\\n`>b");
    check("a\nb", &[pre(None, 0, 2), quote(2, 1)], "```\na\\\n```>b");
    check("a\nb", &[code(0, 2)], "`a\n`b");
}

#[test]
fn entity_over_the_last_line_feed_of_a_quotation_is_around_it() {
    check("a\nb", &[quote(0, 2), bold(0, 2)], "*>a\n*b");
    check("a\nb", &[quote(0, 2), bold(0, 2), bold(2, 1)], "*>a\n**b*");
    check("a\nb\nc", &[quote(0, 2), bold(0, 2), quote(2, 2), bold(2, 2)], "*>a\n**>b\n*c");
    check("a\nb", &[quote(0, 2), bold(0, 2), quote(2, 1)], "*>a\n*>b");
    check("a\nb\nc", &[quote(0, 2), quote(2, 2), bold(2, 2)], ">a\n*>b\n*c");
    check("a\nb", &[expandable(0, 2), spoiler(0, 2)], "||>a||\n||b");
    check("a\nb", &[quote(0, 2), italic(0, 2), underline(0, 2)], "_**__>a\n___b");
    check("ab\nc", &[quote(0, 3), code(0, 1), bold(1, 2)], "*>`a`b\n*c");
    check("a\nb", &[quote(0, 2), link("http://a.b/", 0, 2)], "[>a\n](http://a.b/)b");
    check("a\nb", &[quote(0, 2), emoji(0, 2)], "![>a\n](tg://emoji?id=5)b");
    check("a\nb", &[expandable(0, 2), date("", 0, 2)], "![>a||\n](tg://time?unix=7)b");
}

#[test]
fn quotation_is_extended_over_the_line_feed_after_it() {
    for (string, length, whole) in
        [("a\nb", 1, 2), ("a\n\nb", 1, 2), ("a\nb", 2, 2), ("ab", 1, 1), ("a", 1, 1)]
    {
        let text = FormattedText { string: string.into(), entities: vec![quote(0, length)] };
        let entities = with_whole_quotations(&text).entities;
        assert_eq!(entities, [quote(0, whole)], "{string:?}");
    }
    for (entities, expected, markup) in [
        (vec![quote(0, 1)], vec![quote(0, 2)], ">a\nb"),
        (vec![expandable(0, 1), bold(1, 2)], vec![expandable(0, 2), bold(2, 1)], ">a||\n*b*"),
        (vec![quote(0, 1), bold(0, 1), bold(1, 1)], vec![quote(0, 2), bold(0, 1)], ">*a*\nb"),
        (vec![quote(0, 1), quote(2, 1)], vec![quote(0, 2), quote(2, 1)], ">a\n**>b"),
    ] {
        let text = FormattedText { string: "a\nb".into(), entities };
        assert_eq!(with_whole_quotations(&text).entities, expected, "{text:?}");
        assert_eq!(write(&text).as_deref(), Ok(markup), "{text:?}");
        assert_eq!(read(markup), Ok(with_whole_quotations(&text)), "{markup}");
    }
}

#[test]
fn unsupported_entity_is_refused() {
    let within = "a quote must begin at the start of a line";
    let open = "a quote must end at a line break or at the end of the text";
    let part = "an entity that covers the end of a quote must cover all of it";
    let language = "the name of a language must not contain a backtick or a line feed";
    for (string, entities, refused, why) in [
        ("ab", vec![quote(1, 1)], 0, within),
        ("a\nb", vec![quote(1, 2)], 0, within),
        ("ab", vec![expandable(0, 1)], 0, open),
        ("a\nb", vec![quote(0, 1), code(1, 2)], 0, open),
        ("ab\nc", vec![quote(0, 3), bold(1, 2)], 1, part),
        ("a\nb", vec![quote(0, 2), spoiler(1, 1)], 1, part),
        ("a\nb", vec![quote(0, 2), code(0, 2)], 1, part),
        ("a\nb", vec![quote(0, 2), pre(None, 1, 1)], 1, part),
        ("ab\nc", vec![quote(0, 3), link("http://a.b/", 1, 2)], 1, part),
        ("ab\nc", vec![quote(0, 3), emoji(0, 1), bold(1, 2)], 2, part),
        ("a", vec![pre(Some("a`b"), 0, 1)], 0, language),
        ("a", vec![pre(Some("a\nb"), 0, 1)], 0, language),
        ("a", vec![link("a.b", 0, 1)], 0, "Telegram changes or drops it"),
    ] {
        let entity = entities[refused].clone();
        let text = FormattedText { string: string.into(), entities };
        let expected = crate::Unsupported { form: "MarkdownV2", entity, why };
        assert_eq!(write(&text), Err(expected), "{text:?}");
    }
}

#[test]
fn every_refusal_is_worded_as_telegram_words_it() {
    let parse = "can't parse entities: ";
    for (markup, message, byte) in [
        ("ж*a", "Can't find end of Bold entity at byte offset 2", 2),
        (">_a\nb_", "Can't find end of Italic entity at byte offset 1", 1),
        ("```x\na", "Can't find end of PreCode entity at byte offset 0", 0),
        (
            "ж.",
            "Character '.' is reserved and must be escaped with the preceding '\\' at byte offset 2",
            2,
        ),
        ("[a](b.c", "Can't find end of a URL at byte offset 4", 4),
        ("ж![a]", "The entity must contain a tg://emoji or tg://time URL at byte offset 2", 2),
        ("![a](b.c)", "Invalid tg://emoji or tg://time URL specified at byte offset 5", 5),
    ] {
        let refusal = read(markup).unwrap_err();
        assert_eq!(refusal.to_string(), format!("{parse}{message}"), "{markup}");
        assert_eq!(refusal.byte(), Some(byte), "{markup}");
    }
    let long = "ж".repeat(65_536);
    assert_eq!(read(&long).unwrap().string, long);
    assert_eq!(read(&(long + "\\a")), Err(Refusal::at(131_072, MarkdownV2Error::TooLong)));
    for (markup, refusal) in [
        ("", normal::Refusal::Empty),
        ("****", normal::Refusal::Blank),
        (" \\\n", normal::Refusal::Blank),
    ] {
        let refusal = Refusal::from(refusal);
        assert_eq!((read(markup), refusal.byte()), (Err(refusal), None), "{markup:?}");
    }
}

#[test]
fn nested_links_are_read_up_to_a_limit() {
    let nested = |deep: usize| {
        format!("{}a\\.b/{}{}", "[".repeat(deep), "x".repeat(1_000), "]".repeat(deep))
    };
    assert_eq!(parse(&nested(1_000)).unwrap().entities.len(), 1_000);
    assert!(matches!(
        parse(&nested(1_100)),
        Err(Refusal::Markup { error: MarkdownV2Error::NestedLinks, .. })
    ));
}

#[test]
fn hostile_markup_is_read_and_written_in_linear_time() {
    for markup in [
        "[".repeat(10_000),
        "[".repeat(10_000) + "a" + &"](b.c)".repeat(9_000),
        "[a\\.b".repeat(9_000) + &"]".repeat(9_000),
        "[".repeat(16_000) + "a\\.b/" + &"例".repeat(33_000) + &"]".repeat(16_000),
        "[".repeat(16_000) + &"例".repeat(33_000) + "\\.b" + &"]".repeat(16_000),
        "*".repeat(30_000),
        "*a*_b_".repeat(10_000),
        ">a\n".repeat(20_000),
        ">\n**".repeat(13_000),
        "`a`".repeat(20_000),
        "||>a||\n".repeat(9_000),
    ] {
        if let Ok(text) = read(&markup) {
            assert_eq!(read(&write(&text).unwrap()), Ok(text), "{}", markup.len());
        }
    }
    let check = |entities: Vec<Entity>, expected: String| {
        let text = FormattedText { string: "a\n".repeat(100_000) + "a", entities };
        assert!(write(&text) == Ok(expected));
    };
    let lines = || (0..100_000).map(|line| line * 2);
    check(lines().map(|at| quote(at, 2)).collect(), ">a\n**".repeat(99_999) + ">a\na");
    check(lines().map(|at| code(at, 1)).collect(), "`a`\n".repeat(100_000) + "a");
    let inside = std::iter::once(quote(0, 200_000)).chain(lines().map(|at| bold(at, 1)));
    check(inside.collect(), ">*a*\n".repeat(100_000) + "a");
}

fn kinds() -> impl Strategy<Value = EntityKind> {
    prop::sample::select(vec![
        EntityKind::Bold,
        EntityKind::Italic,
        EntityKind::Underline,
        EntityKind::Strikethrough,
        EntityKind::Spoiler,
        EntityKind::Code,
        EntityKind::Pre { language: None },
        EntityKind::Pre { language: Some("c++ \\x".into()) },
        EntityKind::TextLink { url: "http://example.org/(a)\\".into() },
        EntityKind::TextMention { user: 5 },
        EntityKind::CustomEmoji { custom_emoji_id: "-5".into() },
        EntityKind::DateTime { unix_time: 5, date_time_format: "wT".into() },
        EntityKind::DateTime { unix_time: 5, date_time_format: String::new() },
        EntityKind::Hashtag,
    ])
}

/// Texts in normal form whose quotations begin and end with lines, or before the line feed that ends one.
fn texts() -> impl Strategy<Value = FormattedText> {
    let line = prop_oneof!["[ab]{0,3}", "[abя🙂 ]{0,5}", "[a*_~|`>\\\\.!\\[\\]()#-]{0,5}",];
    let quotes = (any::<bool>(), any::<bool>(), 0..6_usize, 1..4_usize);
    let quotes = prop::collection::vec(quotes, 0..4);
    let entities = prop::collection::vec((kinds(), 0..24_usize, 1..12_usize), 0..8);
    let texts = (prop::collection::vec(line, 1..7), quotes, entities).prop_map(
        |(lines, quotes, entities)| {
            let string = lines.join("\n");
            let starts = std::iter::once(0).chain(
                string
                    .encode_utf16()
                    .enumerate()
                    .filter(|(_, unit)| *unit == 10)
                    .map(|(at, _)| at + 1),
            );
            let starts: Vec<_> = starts.collect();
            let end = string.encode_utf16().count();
            let quotes =
                quotes.into_iter().filter_map(|(is_expandable, is_whole, first, lines)| {
                    let start = *starts.get(first)?;
                    let next = starts.get(first + lines).map(|next| next - usize::from(!is_whole));
                    let length = next.unwrap_or(end) - start;
                    Some(if is_expandable {
                        expandable(start, length)
                    } else {
                        quote(start, length)
                    })
                });
            let others = entities.into_iter().filter(|(_, at, _)| *at < end);
            let others =
                others.map(|(kind, at, length)| Entity::new(kind, at, length.min(end - at)));
            let entities = quotes.chain(others).collect();
            normal::uncut(FormattedText { string, entities })
        },
    );
    texts.prop_filter_map("Telegram takes the text", Result::ok)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn text_is_read_back_from_its_markdown_v2(text in texts()) {
        match write(&text) {
            Ok(markup) => {
                prop_assert_eq!(read(&markup), Ok(with_whole_quotations(&text)), "{:?}", markup);
            }
            Err(refused) => {
                let is_known = refused.why.starts_with("an entity that covers")
                    || refused.why.starts_with("a quote must end");
                prop_assert!(is_known, "{refused}");
            }
        }
    }

    #[test]
    fn every_text_that_is_read_can_be_written(markup in "[ab\n>*_|`\\[\\](),.!\\\\]{1,16}") {
        if let Ok(text) = read(&markup) {
            let written = write(&text);
            let whole = with_whole_quotations(&text);
            prop_assert_eq!(written.map(|written| read(&written)), Ok(Ok(whole)));
        }
    }

    #[test]
    fn no_markup_and_no_text_panics(markup in any::<String>(), text in any::<String>(), at in 0..9_usize) {
        let _ = (read(&markup), parse(&markup));
        let _ = write(&FormattedText { string: text, entities: vec![bold(at, 3), quote(1, at), code(0, 2)] });
    }
}
