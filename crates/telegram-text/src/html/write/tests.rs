//! The round trip from a text to HTML and back.

use proptest::prelude::*;

use super::*;
use crate::detect::with_found;
use crate::html::{Refusal, parse, read};

/// One entity over the middle of `a<&>b`.
fn over_middle(kind: EntityKind) -> FormattedText {
    FormattedText { string: "a<&>b".into(), entities: vec![Entity::new(kind, 1, 3)] }
}

#[test]
fn every_kind_is_written_in_its_tag() {
    let link = |url: &str| EntityKind::TextLink { url: url.into() };
    let pre = |language: &str| EntityKind::Pre { language: Some(language.into()) };
    let moment =
        |letters: &str| EntityKind::DateTime { unix_time: 5, date_time_format: letters.into() };
    for (kind, start, end) in [
        (EntityKind::Bold, "<b>", "</b>"),
        (EntityKind::Italic, "<i>", "</i>"),
        (EntityKind::Underline, "<u>", "</u>"),
        (EntityKind::Strikethrough, "<s>", "</s>"),
        (EntityKind::Spoiler, "<tg-spoiler>", "</tg-spoiler>"),
        (EntityKind::Blockquote, "<blockquote>", "</blockquote>"),
        (EntityKind::ExpandableBlockquote, "<blockquote expandable>", "</blockquote>"),
        (EntityKind::Code, "<code>", "</code>"),
        (EntityKind::Pre { language: None }, "<pre>", "</pre>"),
        (pre("rust"), "<pre><code class=\"language-rust\">", "</code></pre>"),
        (
            pre("a\n\"<&>'é"),
            "<pre><code class=\"language-a\n&quot;&lt;&amp;&gt;'é\">",
            "</code></pre>",
        ),
        (link("http://e.org/?a=b&lt=c"), "<a href=\"http://e.org/?a=b&amp;lt=c\">", "</a>"),
        (link("http://e.org/\"<'>\""), "<a href=\"http://e.org/&quot;&lt;'&gt;&quot;\">", "</a>"),
        (EntityKind::TextMention { user: 7 }, "<a href=\"tg://user?id=7\">", "</a>"),
        (
            EntityKind::CustomEmoji { custom_emoji_id: "-7".into() },
            "<tg-emoji emoji-id=\"-7\">",
            "</tg-emoji>",
        ),
        (moment(""), "<tg-time unix=\"5\">", "</tg-time>"),
        (moment("wDT"), "<tg-time unix=\"5\" format=\"wDT\">", "</tg-time>"),
        (EntityKind::Mention, "", ""),
        (EntityKind::Hashtag, "", ""),
        (EntityKind::Cashtag, "", ""),
        (EntityKind::BotCommand, "", ""),
        (EntityKind::Url, "", ""),
        (EntityKind::Email, "", ""),
        (EntityKind::PhoneNumber, "", ""),
    ] {
        let text = over_middle(kind);
        let html = write(&text).unwrap();
        assert_eq!(html, format!("a{start}&lt;&amp;&gt;{end}b"));
        assert_eq!(read(&html), normal::uncut(text).map_err(Refusal::Text));
    }
}

#[test]
fn nested_and_adjacent_entities_are_written() {
    use EntityKind::{Blockquote, Bold, Code, ExpandableBlockquote, Italic};
    for (string, entities, expected) in [
        ("a\n b", vec![], "a\n b"),
        (" a", vec![(Bold, 0, 2)], "<b> a</b>"),
        ("ab", vec![(Bold, 0, 2), (Italic, 0, 2)], "<b><i>ab</i></b>"),
        ("ab", vec![(Code, 0, 1), (Code, 1, 1)], "<code>a</code><code>b</code>"),
        (
            "🎙ab",
            vec![(Blockquote, 0, 3), (Code, 2, 1), (ExpandableBlockquote, 3, 1)],
            "<blockquote>🎙<code>a</code></blockquote><blockquote expandable>b</blockquote>",
        ),
        (
            "abc",
            vec![(Blockquote, 0, 2), (Bold, 1, 1), (Bold, 2, 1)],
            "<blockquote>a<b>b</b></blockquote><b>c</b>",
        ),
    ] {
        let entities =
            entities.into_iter().map(|(kind, offset, length)| Entity::new(kind, offset, length));
        let text = FormattedText { string: string.into(), entities: entities.collect() };
        assert_eq!(write(&text).as_deref(), Ok(expected));
        assert_eq!(read(expected), Ok(text));
    }
}

#[test]
fn entity_that_telegram_would_not_keep_is_refused() {
    for kind in [
        EntityKind::TextLink { url: "ftp://e.org".into() },
        EntityKind::TextLink { url: "E.ORG".into() },
        EntityKind::TextMention { user: 0 },
        EntityKind::CustomEmoji { custom_emoji_id: "05".into() },
        EntityKind::DateTime { unix_time: 0, date_time_format: String::new() },
        EntityKind::DateTime { unix_time: 5, date_time_format: "Tw".into() },
        EntityKind::Pre { language: Some(String::new()) },
    ] {
        let text = over_middle(kind);
        let unsupported = write(&text).unwrap_err();
        assert_eq!(Some(&unsupported.entity), text.entities.first());
        assert!(unsupported.to_string().contains("HTML cannot express the"));
    }
}

#[test]
fn text_full_of_entities_is_written_in_linear_time() {
    let bold = |at: usize| Entity::new(EntityKind::Bold, at * 2, 1);
    let apart =
        FormattedText { string: "<&".repeat(100_000), entities: (0..100_000).map(bold).collect() };
    assert_eq!(write(&apart).unwrap().matches("<b>").count(), 100_000);
    let nested = |at: usize| Entity::new(EntityKind::Bold, at, 100_000 - at);
    let nested =
        FormattedText { string: "x".repeat(100_000), entities: (0..100_000).map(nested).collect() };
    assert_eq!(write(&nested).unwrap().len(), 100_000 * "<b>x</b>".len());
}

fn kinds() -> impl Strategy<Value = EntityKind> {
    let link = |url: String| EntityKind::TextLink { url };
    let named = |language: String| EntityKind::Pre { language: Some(language) };
    let moment = |(unix_time, letters): (i32, String)| EntityKind::DateTime {
        unix_time: unix_time.into(),
        date_time_format: letters,
    };
    prop_oneof![
        5 => prop::sample::select(vec![
            EntityKind::Bold,
            EntityKind::Italic,
            EntityKind::Underline,
            EntityKind::Strikethrough,
            EntityKind::Spoiler,
        ]),
        3 => prop::sample::select(vec![
            EntityKind::Blockquote,
            EntityKind::ExpandableBlockquote,
            EntityKind::Code,
            EntityKind::Pre { language: None },
        ]),
        1 => "(https?://|tg://|ton:)?[a-z]{1,4}(\\.[a-z]{2,3})?[/?#]?[a-z&;=\"'<> %\n\té🎙]{0,9}".prop_map(link),
        1 => "[a-z+#\"'<>&; \n\té🎙-]{1,9}|\\PC{1,5}".prop_map(named),
        1 => (1..1_i64 << 40).prop_map(|user| EntityKind::TextMention { user }),
        1 => any::<i64>().prop_map(|id| EntityKind::CustomEmoji { custom_emoji_id: id.to_string() }),
        1 => (1..i32::MAX, "r|w?[dD]?[tT]?").prop_map(moment),
    ]
}

/// Texts that are not in normal form.
fn texts() -> impl Strategy<Value = FormattedText> {
    let string = prop_oneof![
        4 => "([ab <>&\"'\nй🙂#@.]|&lt;|&#65;|</b>|<b>|e\\.com|#tag|@durov){0,14}",
        1 => any::<String>(),
    ];
    let entity = (kinds(), 0..16_usize, 0..12_usize);
    let entity = entity.prop_map(|(kind, offset, length)| Entity::new(kind, offset, length));
    (string, prop::collection::vec(entity, 0..8))
        .prop_map(|(string, entities)| FormattedText { string, entities })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn text_is_read_back_from_its_html(text in texts()) {
        if let Ok(text) = normal::uncut(text) {
            let html = write(&text).unwrap();
            prop_assert_eq!(parse(&html), Ok(text.clone()), "{}", html);
            prop_assert_eq!(read(&html), Ok(text), "{}", html);
        }
    }

    #[test]
    fn detected_entities_are_detected_again(text in texts()) {
        if let Ok(text) = normal::uncut(text) {
            let text = with_found(text);
            let html = write(&text).unwrap();
            prop_assert_eq!(with_found(read(&html).unwrap()), text, "{}", html);
        }
    }
}
