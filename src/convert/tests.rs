//! A text written as Markdown, read back through the layout of a channel.

use proptest::prelude::*;
use telegram_text::normal;

use super::*;

fn kinds() -> impl Strategy<Value = EntityKind> {
    use EntityKind as K;
    prop::sample::select(vec![
        K::Bold,
        K::Italic,
        K::Underline,
        K::Strikethrough,
        K::Spoiler,
        K::Code,
        K::Pre { language: None },
        K::Pre { language: Some("rust".into()) },
        K::Blockquote,
        K::ExpandableBlockquote,
        K::TextLink { url: "https://example.org/a_(b)?c=1&d=*2*".into() },
        K::CustomEmoji { custom_emoji_id: "5".into() },
    ])
}

/// Messages of words, lines and paragraphs, some of which look like Markdown.
fn messages() -> impl Strategy<Value = FormattedText> {
    let word = prop_oneof![
        6 => "[a-zа-я]{1,7}[.,:!?]?",
        2 => prop::sample::select(vec!["**a**", "snake_case", "*", "#tag", "- ", "1. ", "> ", "<b>", "&amp;", "[a](b)", "`x`", "👍", "，", "—", "\\\\", "~~", "||", "C#", "2 * 3"]).prop_map(String::from),
    ];
    let gap = prop::sample::select(vec![" ", " ", " ", "", "\n", "\n\n", "\n\n\n", "  "]);
    let string = prop::collection::vec((word, gap), 1..16)
        .prop_map(|words| words.into_iter().map(|(word, gap)| word + gap).collect::<String>());
    let entity = (kinds(), 0..60_usize, 1..24_usize);
    let entity = entity.prop_map(|(kind, offset, length)| Entity::new(kind, offset, length));
    (string, prop::collection::vec(entity, 0..5))
        .prop_map(|(string, entities)| FormattedText { string, entities })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn written_markdown_is_laid_out_as_the_same_text(message in messages()) {
        if let Ok(text) = normal::uncut(message)
            && let Ok(written) = telegram_text::markdown::write(&text)
        {
            let layout = markdown(&written).map(|layout| layout.text);
            prop_assert_eq!(layout, Ok(text), "{}", written);
        }
    }
}
