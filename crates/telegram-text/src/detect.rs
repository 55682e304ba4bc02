//! Detects the entities that Telegram detects: tags, mentions, commands, links, addresses. It changes no text and does not check
//! whether they exist.
//!
//! Bank card numbers are found too, because they displace other entities and cut styles, but bots never see them.
//! Telegram also finds phone numbers and wallet addresses; this module does not. Nor does it find video timestamps,
//! which Telegram does not detect for bots.

mod bank_card;
mod bot_command;
mod cashtag;
mod character;
mod deep_link;
mod email;
pub mod hashtag;
mod mention;
mod tld;
mod url;

use std::ops::Range;

use super::nesting;
use super::{Entity, EntityKind, FormattedText, utf16};

/// The entities that Telegram finds in `text`, in its order; none overlaps another.
///
/// Offsets and lengths are UTF-16 units. The text is not changed first; Telegram searches it after cleaning and
/// trimming ([`normal`](crate::normal)). TDLib `find_entities`.
#[must_use]
pub fn detect(text: &str) -> Vec<Entity> {
    let mut found = located(text);
    found.retain(is_shown);
    found
}

/// What stands for a bank card number in a list of entities: the Bot API has no kind for it, and nothing here detects
/// phone numbers.
const BANK_CARD: EntityKind = EntityKind::PhoneNumber;

/// Whether bots see a detected entity.
fn is_shown(entity: &Entity) -> bool {
    entity.kind != BANK_CARD
}

/// What all rules find, in UTF-16 units.
fn located(text: &str) -> Vec<Entity> {
    let found = find(text);
    let mut units = 0;
    let mut byte = 0;
    let mut units_before = |until: usize| {
        units += text.get(byte..until).map_or(0, utf16::len);
        byte = until;
        units
    };
    found
        .into_iter()
        .map(|found| {
            let offset = units_before(found.bytes.start);
            let end = units_before(found.bytes.end);
            Entity::new(found.kind.into(), offset, end - offset)
        })
        .collect()
}

/// The text with the entities that Telegram adds when it accepts it.
///
/// `text` must be in Telegram's normal form. A found entity that overlaps a link, a custom emoji, a date or code is
/// dropped, and so is one that crosses the border of a quotation; styles such as bold are cut at its ends, and at those of
/// bank card numbers. TDLib `merge_new_entities`.
#[must_use]
pub fn with_found(text: FormattedText) -> FormattedText {
    let found = located(&text.string);
    let mut entities = nesting::with_found(text.entities, found);
    entities.retain(is_shown);
    FormattedText { string: text.string, entities }
}

/// An entity that Telegram finds, in bytes of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) kind: Kind,
    pub(super) bytes: Range<usize>,
}

/// The kinds that are found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Mention,
    BotCommand,
    Hashtag,
    Cashtag,
    Url,
    Email,
    /// Not an entity of the Bot API.
    BankCard,
}

impl From<Kind> for EntityKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Mention => Self::Mention,
            Kind::BotCommand => Self::BotCommand,
            Kind::Hashtag => Self::Hashtag,
            Kind::Cashtag => Self::Cashtag,
            Kind::Url => Self::Url,
            Kind::Email => Self::Email,
            Kind::BankCard => BANK_CARD,
        }
    }
}

/// What all rules find; of two that overlap the earlier one stays, then the longer.
pub(super) fn find(text: &str) -> Vec<Found> {
    let mut found = Vec::new();
    mention::find(text, &mut found);
    bot_command::find(text, &mut found);
    hashtag::find(text, &mut found);
    cashtag::find(text, &mut found);
    bank_card::find(text, &mut found);
    deep_link::find(text, &mut found);
    url::find(text, &mut found);

    found.sort_by_key(|found| (found.bytes.start, usize::MAX - found.bytes.end));
    let mut free_from = 0;
    found.retain(|found| {
        let is_free = found.bytes.start >= free_from;
        if is_free {
            free_from = found.bytes.end;
        }
        is_free
    });
    found
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde::Deserialize;

    use super::*;
    use crate::normal;

    #[derive(Deserialize)]
    struct Case {
        input: Text,
        output: Text,
    }

    #[derive(Deserialize)]
    struct Text {
        text: String,
        #[serde(default)]
        entities: Vec<Entity>,
    }

    fn replay(lines: &str) -> usize {
        let mut wrong = Vec::new();
        for (number, line) in lines.lines().enumerate() {
            let case: Case = serde_json::from_str(line).unwrap();
            let actual = detect(&case.input.text);
            if actual != case.output.entities {
                wrong.push(format!(
                    "line {}: {:?}\n  TDLib {:?}\n  here  {actual:?}",
                    number + 1,
                    case.input.text,
                    case.output.entities
                ));
            }
        }
        assert!(
            wrong.is_empty(),
            "{} differ:\n{}",
            wrong.len(),
            wrong.iter().take(20).cloned().collect::<Vec<_>>().join("\n")
        );
        lines.lines().count()
    }

    #[test]
    fn entities_are_those_that_tdlib_finds() {
        assert!(replay(include_str!("../testdata/detect.jsonl")) > 1_100);
    }

    #[derive(Deserialize)]
    struct MergeCase {
        input: Text,
        output: Merged,
    }

    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Merged {
        Text(Text),
        Refusal { error: String },
    }

    #[test]
    fn found_entities_are_merged_as_tdlib_merges_them() {
        let lines = include_str!("../testdata/found.jsonl");
        for line in lines.lines() {
            let MergeCase { input: Text { text: string, entities }, output } =
                serde_json::from_str(line).unwrap();
            let kept = normal::uncut(FormattedText { string, entities }).map(with_found);
            let expected = match output {
                Merged::Text(Text { text: string, entities }) => {
                    Ok(FormattedText { string, entities })
                }
                Merged::Refusal { error } => Err(error),
            };
            assert_eq!(kept.map_err(|refusal| refusal.to_string()), expected, "{line}");
        }
        assert!(lines.lines().count() > 600);
    }

    #[test]
    fn given_entities_win_over_found_ones() {
        let kinds = |text: &str, entities: Vec<Entity>| {
            with_found(FormattedText { string: text.into(), entities })
                .entities
                .iter()
                .map(|entity| (entity.kind.name(), entity.offset, entity.length))
                .collect::<Vec<_>>()
        };
        let link = || EntityKind::TextLink { url: "https://example.org/".into() };
        for (text, entities, expected) in [
            ("a #tag", vec![], vec![("hashtag", 2, 4)]),
            ("a #tag", vec![Entity::new(link(), 0, 3)], vec![("text_link", 0, 3)]),
            ("a #tag", vec![Entity::new(EntityKind::Code, 5, 1)], vec![("code", 5, 1)]),
            ("a #tag", vec![Entity::new(EntityKind::Blockquote, 0, 3)], vec![("blockquote", 0, 3)]),
            (
                "a #tag",
                vec![Entity::new(EntityKind::Blockquote, 0, 6)],
                vec![("blockquote", 0, 6), ("hashtag", 2, 4)],
            ),
            (
                "a #tag b",
                vec![Entity::new(EntityKind::Bold, 0, 8)],
                vec![("bold", 0, 2), ("hashtag", 2, 4), ("bold", 2, 4), ("bold", 6, 2)],
            ),
            ("ab", vec![Entity::new(EntityKind::Bold, 0, 2)], vec![("bold", 0, 2)]),
            (
                "a 4242424242424242",
                vec![Entity::new(EntityKind::Bold, 0, 18)],
                vec![("bold", 0, 2), ("bold", 2, 16)],
            ),
            ("4242 4242 4242 4242.com", vec![], vec![]),
        ] {
            assert_eq!(kinds(text, entities.clone()), expected, "{text} {entities:?}");
        }
    }

    #[test]
    #[expect(
        clippy::disallowed_methods,
        reason = "a search that is not linear would take hours here"
    )]
    fn megabyte_of_candidates_is_read_in_linear_time() {
        let start = std::time::Instant::now();
        for piece in [
            "#",
            "@",
            "/",
            "$A",
            ":",
            "a.",
            ".?",
            "a.?",
            "a.b/,.",
            "a@.",
            "я.я@",
            "/a.b",
            "#a.b",
            "a.b@c",
            "#a@b",
            "http://",
            "://a.",
            "x://a.b/",
            "tg://a?",
            "tg://a/.",
            "https://a.b:1",
            "1.2.3.4",
            "42 ",
            "4242424242424242 ",
            "a1 -",
            "a.com(",
            "a.com/)",
            "#\u{200c}",
        ] {
            let text = piece.repeat(1_000_000 / piece.len());
            assert!(detect(&text).len() <= text.len());
            assert!(start.elapsed().as_secs() < 60, "{piece}");
        }
    }

    fn words() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            any::<char>().prop_map(String::from),
            prop::sample::select(vec![
                "#", "@", "/", "$", ".", ":", "://", "http", "https", "tg", "ton", "a", "b.com",
                "рф", "🙂", " ", "\n", "_", "-", "USD", "1", ")", "(", "?", "xn--",
            ])
            .prop_map(String::from),
        ];
        prop::collection::vec(piece, 0..30).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #[test]
        fn found_entities_are_sorted_disjoint_and_on_character_borders(text in words()) {
            let mut free_from = 0;
            for entity in detect(&text) {
                prop_assert!(entity.length > 0 && entity.offset >= free_from);
                prop_assert!(utf16::byte_of(&text, entity.offset).is_some());
                prop_assert!(utf16::byte_of(&text, entity.end()).is_some());
                free_from = entity.end();
            }
        }
    }
}
