//! Texts in normal form, made of pieces that are hard to cut.

use proptest::prelude::*;
use unicode_segmentation::UnicodeSegmentation;

use crate::{Entity, EntityKind, FormattedText, normal, utf16};

const PIECES: &[&str] = &[
    "word ",
    "слово, ",
    "End. ",
    "«Quote!» ",
    "line\n",
    "para\n\n",
    "\n\n\n\n",
    "   ",
    "a",
    "я",
    "#hashtag ",
    "#tag",
    "@username",
    "$USD",
    "/command",
    "https://example.org/path?q=1",
    "b.com",
    "x@b.com",
    "tg://a",
    "🇷🇺",
    "🇩🇪🇫🇷",
    "👍🏽",
    "👨‍👩‍👧",
    "1️⃣",
    "e\u{301}",
    " \u{301}",
    "• ",
    "例子。",
    "例「子！」",
    "longlonglonglong",
    "\u{a0}",
    "\u{a0}\u{a0}\u{a0}",
    "\u{3000}",
    "_",
    "-",
    ".",
    "#",
    "@",
    "/",
    ":",
    "://",
    "(",
    ")",
    "🏴󠁧󠁢󠁥󠁮󠁧󠁿",
    "\u{200b}",
];

fn kinds() -> impl Strategy<Value = EntityKind> {
    prop::sample::select(vec![
        EntityKind::Bold,
        EntityKind::Italic,
        EntityKind::Underline,
        EntityKind::Spoiler,
        EntityKind::Code,
        EntityKind::Pre { language: None },
        EntityKind::Pre { language: Some("rust".into()) },
        EntityKind::Blockquote,
        EntityKind::ExpandableBlockquote,
        EntityKind::TextLink { url: "https://example.org/".into() },
        EntityKind::TextMention { user: 5 },
        EntityKind::CustomEmoji { custom_emoji_id: "5".into() },
        EntityKind::DateTime { unix_time: 5, date_time_format: "wDT".into() },
    ])
}

/// Texts whose entities cut no grapheme: otherwise one of the two may have to be torn.
pub(super) fn tidy_texts(pieces: usize, entities: usize) -> impl Strategy<Value = FormattedText> {
    texts(pieces, entities).prop_filter("an entity cuts a grapheme", |text| {
        let mut units = 0;
        let mut borders = vec![0];
        for grapheme in text.string.graphemes(true) {
            units += utf16::len(grapheme);
            borders.push(units);
        }
        let is_border = |units: usize| borders.binary_search(&units).is_ok();
        text.entities.iter().all(|entity| is_border(entity.offset) && is_border(entity.end()))
    })
}

/// Up to `pieces` pieces with up to `entities` entities over some of them.
pub(super) fn texts(pieces: usize, entities: usize) -> impl Strategy<Value = FormattedText> {
    let few = prop::collection::vec(prop::sample::select(PIECES), 1..pieces);
    let entity = (any::<prop::sample::Index>(), 1usize..40, kinds());
    (few, prop::collection::vec(entity, 0..=entities)).prop_filter_map(
        "nothing to see",
        |(pieces, entities)| {
            let string = pieces.concat();
            let end = utf16::len(&string);
            let border = |units: usize| utf16::byte_of(&string, units).is_some();
            let entities = entities
                .into_iter()
                .map(|(at, length, kind)| (at.index(end), length, kind))
                .map(|(offset, length, kind)| Entity::new(kind, offset, length.min(end - offset)))
                .filter(|entity| border(entity.offset) && border(entity.end()))
                .collect();
            normal::normal(FormattedText { string, entities }).ok()
        },
    )
}
