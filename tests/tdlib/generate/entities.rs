//! Texts with malformed entities: crossing, touching, empty, unsorted, past the end, inside a surrogate pair.

use proptest::prelude::*;
use proptest::sample::select;
use telegram_text::{Entity, EntityKind, utf16};

use super::super::rendering::Text;
use super::{links, pieces};

/// The most entities in an ordinary text.
const MOST: usize = 10;

/// The most entities in a rare text: for more than 16, TDLib's sort is not stable.
const MANY: usize = 48;

/// A text with entities.
pub(in crate::tdlib) fn text() -> BoxedStrategy<Text> {
    over(pieces::text(14), kind())
}

/// A text with detectable links and tags, and with entities.
pub(in crate::tdlib) fn text_with_found(words: BoxedStrategy<String>) -> BoxedStrategy<Text> {
    over(words, kind())
}

/// A text with one link.
pub(in crate::tdlib) fn link() -> BoxedStrategy<Text> {
    links::url()
        .prop_map(|url| Text {
            text: "x".to_owned(),
            entities: vec![Entity::new(EntityKind::TextLink { url }, 0, 1)],
        })
        .boxed()
}

/// `text` with random entities: few kinds, so that entities of one kind meet, and few offsets, so that they touch.
fn over(text: BoxedStrategy<String>, kind: BoxedStrategy<EntityKind>) -> BoxedStrategy<Text> {
    let kinds = prop::collection::vec(kind, 1..8);
    let ranges = |most| prop::collection::vec((0..8_usize, 0..30_usize, 0..30_usize), 0..=most);
    let ranges = prop_oneof![12 => ranges(MOST), 1 => ranges(MANY)];
    let stray =
        prop_oneof![9 => Just(Stray::No), 1 => Just(Stray::Unit), 1 => far().prop_map(Stray::Far)];
    (text, kinds, ranges, stray)
        .prop_map(|(text, kinds, ranges, stray)| {
            let mut entities: Vec<_> = ranges
                .iter()
                .map(|(kind, from, to)| {
                    let (from, to) = stray.range(&text, *from, *to);
                    Entity::new(kinds[kind % kinds.len()].clone(), from, to - from)
                })
                .collect();
            if let (Stray::Far((offset, length)), Some(last)) = (&stray, entities.last_mut()) {
                last.offset = offset.unwrap_or(last.offset);
                last.length = *length;
            }
            Text { text, entities }
        })
        .boxed()
}

/// How entities may miss the characters of their text.
#[derive(Clone, Debug)]
enum Stray {
    No,
    /// They may begin or end inside a surrogate pair or a little past the end.
    Unit,
    /// The last has this offset and length.
    Far((Option<usize>, usize)),
}

impl Stray {
    /// Two UTF-16 offsets in order, chosen by two random numbers.
    fn range(&self, text: &str, first: usize, second: usize) -> (usize, usize) {
        let offset = |number: usize| match self {
            Self::Unit => number % (utf16::len(text) + 3),
            Self::No | Self::Far(_) => {
                let characters = number % (text.chars().count() + 1);
                text.chars().take(characters).map(char::len_utf16).sum()
            }
        };
        let (first, second) = (offset(first), offset(second));
        (first.min(second), first.max(second))
    }
}

/// Small numbers, and numbers around the largest that Telegram accepts.
fn far() -> BoxedStrategy<(Option<usize>, usize)> {
    let number = || select(vec![0, 1, 2, 999_999, 1_000_000, 1_000_001, 2_147_483_647]);
    (prop::option::of(number()), number()).boxed()
}

/// Every kind of the Bot API, with valid, unusual and invalid values.
fn kind() -> BoxedStrategy<EntityKind> {
    let only = |kind: EntityKind| Just(kind).boxed();
    prop_oneof![
        3 => only(EntityKind::Bold),
        2 => only(EntityKind::Italic),
        2 => only(EntityKind::Underline),
        2 => only(EntityKind::Strikethrough),
        2 => only(EntityKind::Spoiler),
        2 => only(EntityKind::Blockquote),
        2 => only(EntityKind::ExpandableBlockquote),
        2 => only(EntityKind::Code),
        3 => prop::option::of(language()).prop_map(|language| EntityKind::Pre { language }),
        3 => prop_oneof![9 => links::good_url(), 1 => links::url()].prop_map(|url| EntityKind::TextLink { url }),
        1 => select(vec![1, 7, 1 << 39, (1 << 40) - 1, 1 << 40, 0, -1]).prop_map(|user| EntityKind::TextMention { user }),
        2 => select(vec!["5368324170671202286", "1", "-7", "9223372036854775807", "-9223372036854775808", "0"])
            .prop_map(|id| EntityKind::CustomEmoji { custom_emoji_id: id.to_owned() }),
        2 => moment(),
        1 => select(vec![
            EntityKind::Mention,
            EntityKind::Hashtag,
            EntityKind::Cashtag,
            EntityKind::BotCommand,
            EntityKind::Url,
            EntityKind::Email,
            EntityKind::PhoneNumber,
        ]),
    ]
    .boxed()
}

fn language() -> BoxedStrategy<String> {
    prop_oneof![
        super::any_of(&[
            "rust", "c++", "язык", "", "a b", "\t", "\r", "py\r", "c\t", "\u{202E}", "a\nb", "`",
            "\"", "<"
        ]),
        super::matching("[a-z]{1,8}"),
    ]
    .boxed()
}

/// A date and time. The letters of the format come in any order; TDLib's own entities cannot express an invalid format.
fn moment() -> BoxedStrategy<EntityKind> {
    let format = select(vec![
        "", "r", "w", "wdt", "DT", "wDT", "t", "D", "dT", "Tdw", "tD", "Tt", "dD", "ww",
    ]);
    let time = prop_oneof![9 => select(vec![1, 1_700_000_000, 2_147_483_647]), 1 => select(vec![0, -1, -2_147_483_648])];
    (time, format)
        .prop_map(|(unix_time, format)| EntityKind::DateTime {
            unix_time,
            date_time_format: format.to_owned(),
        })
        .boxed()
}
