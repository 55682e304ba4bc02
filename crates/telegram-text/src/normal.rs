//! The form in which Telegram keeps a text: cleaned and trimmed, its entities cut and dropped as Telegram silently
//! does it. It has no limit on characters and finds no entities.

mod draft;
mod kept;
mod kind;
mod moved;
mod pairs;
mod refusal;

use std::borrow::Cow;

use super::nesting;
use super::{Entity, FormattedText};
use crate::{clean, limits};

pub use kept::kept_by_server;
pub(super) use kind::{canonical_format, is_kept};
pub use refusal::Refusal;

use draft::Draft;

/// The text as Telegram keeps it when a bot sends it with `sendMessage` and `entities`.
///
/// Entities of the kinds that Telegram finds itself are accepted and ignored. A text past [`limits::TEXT_BYTES`] is cut
/// there, as Telegram cuts it; [`uncut`] keeps the rest, for a text that will be split. The normal form of a text
/// that is not cut is its own normal form; a cut may leave blanks at the end, as in Telegram. TDLib
/// `fix_formatted_text`.
///
/// # Errors
///
/// If Telegram would refuse the message.
pub fn normal(text: FormattedText) -> Result<FormattedText, Refusal> {
    if may_be_normal(&text) && is_normal(&text) {
        return Ok(text);
    }
    // A text that comes without entities is cut a few bytes earlier than one whose entities were dropped on the way.
    let limit = if text.entities.iter().all(|entity| entity.kind.is_found()) {
        limits::BARE_TEXT_BYTES
    } else {
        limits::TEXT_BYTES
    };
    let mut draft = Draft::of(text)?;
    if limit == limits::BARE_TEXT_BYTES {
        clean::cut(&mut draft.string, limit);
    }
    draft.finish(true)
}

/// [`normal`] without the cut at [`limits::TEXT_BYTES`], which TDLib `fix_formatted_text` makes.
///
/// # Errors
///
/// If Telegram would refuse the message.
pub fn uncut(text: FormattedText) -> Result<FormattedText, Refusal> {
    if may_be_normal(&text) && is_normal_uncut(&text) {
        return Ok(text);
    }
    Draft::of(text)?.finish(false)
}

/// [`uncut`] of a borrowed text, which is copied only if Telegram changes it.
///
/// # Errors
///
/// If Telegram would refuse the message.
pub fn borrowed(text: &FormattedText) -> Result<Cow<'_, FormattedText>, Refusal> {
    if may_be_normal(text) && is_normal_uncut(text) {
        return Ok(Cow::Borrowed(text));
    }
    Draft::of(text.clone())?.finish(false).map(Cow::Owned)
}

/// A text with many times more entities than a message keeps is hardly normal, and a check would double the work.
fn may_be_normal(text: &FormattedText) -> bool {
    text.entities.len() <= 10 * limits::MESSAGE_ENTITIES
}

/// Whether [`normal`] returns `text` unchanged. It copies nothing.
#[must_use]
pub fn is_normal(text: &FormattedText) -> bool {
    let fits = if text.entities.is_empty() {
        text.string
            .char_indices()
            .next_back()
            .is_some_and(|(last, _)| last < limits::BARE_TEXT_BYTES)
    } else {
        text.string.len() <= limits::TEXT_BYTES
    };
    fits && is_normal_uncut(text)
}

/// Whether `text` is invisible: spaces of all kinds, joiners and marks without width, control
/// characters, and the characters that Telegram removes from every text. Telegram refuses such a message. TDLib
/// `is_empty_string`.
#[must_use]
pub fn is_blank(text: &str) -> bool {
    text.chars().all(is_blank_character)
}

/// Whether a character is invisible.
pub(super) fn is_blank_character(character: char) -> bool {
    matches!(
        character,
        '\0'..=' '
            | '\u{A0}'
            | '\u{1680}'
            | '\u{180E}'
            | '\u{2000}'..='\u{200F}'
            | '\u{2028}'..='\u{202F}'
            | '\u{205F}'
            | '\u{2800}'
            | '\u{3000}'
            | '\u{FEFF}'
            | '\u{FFFC}'
            | '\u{E0000}'..='\u{E007F}'
            | '\u{30A}'
            | '\u{333}'
            | '\u{33F}'
    )
}

/// The characters that Telegram trims: no other spaces.
fn is_trimmed(character: char) -> bool {
    matches!(character, ' ' | '\n')
}

fn is_normal_uncut(FormattedText { string, entities }: &FormattedText) -> bool {
    let begins_blank =
        string.starts_with(is_trimmed) && entities.first().is_none_or(|entity| entity.offset > 0);
    !begins_blank
        && !string.ends_with(is_trimmed)
        && clean::is_clean(string)
        && !is_blank(string)
        && (entities.is_empty() || are_normal(string, entities))
}

fn are_normal(string: &str, entities: &[Entity]) -> bool {
    entities.iter().all(|entity| entity.length > 0 && kind::is_kept(&entity.kind))
        && nesting::is_fixed(entities)
        && pairs::are_on_characters(
            string,
            entities.iter().map(|entity| (entity.offset, entity.end())),
        )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde::Deserialize;

    use super::*;
    use crate::EntityKind;
    use crate::entity::tests::are_ordered_by_accident;
    use crate::link::LinkError;

    #[derive(Deserialize)]
    struct Case {
        input: Text,
        output: Output,
    }

    #[derive(Deserialize)]
    struct Text {
        text: String,
        entities: Vec<Entity>,
    }

    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Output {
        Text(Text),
        Error { error: String },
    }

    impl From<Text> for FormattedText {
        fn from(Text { text, entities }: Text) -> Self {
            Self { string: text, entities }
        }
    }

    /// TDLib records no trimming, so the draft is compared before it is trimmed.
    fn untrimmed(text: &FormattedText) -> Result<FormattedText, String> {
        let draft = Draft::of(text.clone()).map_err(|refusal| refusal.to_string())?;
        let entities = draft.spans.iter().filter_map(|span| span.entity(&draft.kinds)).collect();
        Ok(FormattedText { string: draft.string, entities })
    }

    /// The Bot API server writes the first letter of TDLib's messages small.
    fn lowered(error: &str) -> String {
        error.chars().take(1).flat_map(char::to_lowercase).chain(error.chars().skip(1)).collect()
    }

    fn replay(lines: &str) -> usize {
        let mut wrong = Vec::new();
        for (number, line) in lines.lines().enumerate() {
            let case: Case = serde_json::from_str(line).unwrap();
            let input: FormattedText = case.input.into();
            let is_accident = are_ordered_by_accident(&input.entities);
            let expected = match case.output {
                Output::Text(text) => Ok(text.into()),
                Output::Error { error } => Err(lowered(&error)),
            };
            let actual = untrimmed(&input);
            if actual != expected && !is_accident {
                wrong.push(format!("line {}: {line}\n  here {actual:?}", number + 1));
            } else if let Ok(kept) = normal(input) {
                assert!(is_normal(&kept), "{line}");
                assert_eq!(normal(kept.clone()), Ok(kept), "{line}");
            }
        }
        assert!(
            wrong.is_empty(),
            "{} differ:\n{}",
            wrong.len(),
            wrong.iter().take(15).cloned().collect::<Vec<_>>().join("\n")
        );
        lines.lines().count()
    }

    #[test]
    fn texts_become_what_tdlib_makes_of_them() {
        assert!(replay(include_str!("../testdata/normal.jsonl")) > 1_700);
    }

    fn bold(offset: usize, length: usize) -> Entity {
        Entity::new(EntityKind::Bold, offset, length)
    }

    fn code(offset: usize, length: usize) -> Entity {
        Entity::new(EntityKind::Code, offset, length)
    }

    #[test]
    fn blanks_are_trimmed_up_to_the_first_entity() {
        for (text, entities, expected, kept) in [
            (" \n a \n ", vec![], "a", vec![]),
            ("a", vec![], "a", vec![]),
            ("\u{a0}a\u{a0}", vec![], "\u{a0}a\u{a0}", vec![]),
            ("\ta\t", vec![], "a", vec![]),
            ("  a", vec![bold(2, 1)], "a", vec![bold(0, 1)]),
            ("  a", vec![bold(1, 2)], " a", vec![bold(0, 2)]),
            ("  a", vec![bold(0, 3)], "  a", vec![bold(0, 3)]),
            ("a  ", vec![bold(0, 3)], "a", vec![bold(0, 1)]),
            ("a  ", vec![bold(0, 1), code(1, 2)], "a", vec![bold(0, 1)]),
            ("🙂 ", vec![bold(0, 3)], "🙂", vec![bold(0, 2)]),
            (" 🙂 b ", vec![code(3, 3)], "🙂 b", vec![code(2, 2)]),
            ("\r a", vec![bold(0, 1)], "a", vec![]),
        ] {
            let text = FormattedText { string: text.into(), entities };
            assert_eq!(
                normal(text.clone()),
                Ok(FormattedText { string: expected.into(), entities: kept }),
                "{text:?}"
            );
        }
    }

    #[test]
    fn invisible_text_is_refused() {
        for (text, refusal) in [
            ("", Refusal::Empty),
            (" ", Refusal::Blank),
            ("\n\t\r\0", Refusal::Blank),
            (
                "\u{a0}\u{200b}\u{feff}\u{3000}\u{2800}\u{fffc}\u{e0020}\u{180e}\u{1680}",
                Refusal::Blank,
            ),
            ("\u{333}\u{202e}", Refusal::Blank),
        ] {
            assert_eq!(normal(FormattedText::plain(text)), Err(refusal), "{text:?}");
            assert!(is_blank(text), "{text:?}");
        }
        for text in ["\u{ad}", "\u{3164}", "\u{2060}", "\u{301}", ".", "\u{2027}"] {
            assert!(!is_blank(text), "{text:?}");
            assert!(normal(FormattedText::plain(text)).is_ok(), "{text:?}");
        }
    }

    #[test]
    fn every_refusal_is_worded_as_telegram_words_it() {
        for (refusal, message) in [
            (Refusal::Empty, "message text is empty"),
            (Refusal::Blank, "text must be non-empty"),
            (
                Refusal::Link {
                    url: "ftp://a.b".into(),
                    error: LinkError::Scheme { scheme: "ftp".into() },
                },
                "entity URL 'ftp://a.b' is invalid: Unsupported URL protocol",
            ),
            (Refusal::CustomEmoji { id: "x".into() }, "invalid custom emoji identifier specified"),
            (Refusal::Date { unix_time: 0 }, "invalid date specified"),
            (Refusal::DateFormat { format: "x".into() }, "invalid date format used"),
            (
                Refusal::Offset { offset: 1_000_001 },
                "receive an entity with incorrect offset 1000001",
            ),
            (
                Refusal::Length { length: 1_000_001 },
                "receive an entity with incorrect length 1000001",
            ),
            (
                Refusal::BeginsInsidePair { byte: 4 },
                "entity begins in a middle of a UTF-16 symbol at byte offset 4",
            ),
            (
                Refusal::EndsInsidePair { offset: 0, byte: 4 },
                "entity beginning at UTF-16 offset 0 ends in a middle of a UTF-16 symbol at byte offset 4",
            ),
            (
                Refusal::BeginsPastEnd { offset: 3 },
                "entity begins after the end of the text at UTF-16 offset 3",
            ),
            (
                Refusal::EndsPastEnd { offset: 1, end: 3 },
                "entity beginning at UTF-16 offset 1 ends after the end of the text at UTF-16 offset 3",
            ),
        ] {
            assert_eq!(refusal.to_string(), message);
        }
    }

    #[test]
    fn long_texts_are_cut_only_where_telegram_cuts_them() {
        let long = FormattedText::plain("я".repeat(20_000));
        assert_eq!(normal(long.clone()).unwrap().string.len(), 34_996);
        assert_eq!(uncut(long.clone()), Ok(long.clone()));
        let styled = FormattedText { entities: vec![bold(0, 5), bold(10, 19_990)], ..long };
        let kept = normal(styled).unwrap();
        assert_eq!((kept.string.len(), kept.entities), (35_000, vec![bold(0, 5)]));
    }

    #[test]
    fn hundred_thousand_entities_take_linear_time() {
        let string = "a".repeat(100_000);
        let kinds = [
            EntityKind::Bold,
            EntityKind::Italic,
            EntityKind::Blockquote,
            EntityKind::Code,
            EntityKind::Spoiler,
        ];
        let entities = |length: fn(usize) -> usize| {
            (0..100_000)
                .zip(kinds.iter().cycle())
                .map(|(at, kind)| Entity::new(kind.clone(), at, length(at)))
                .collect::<Vec<_>>()
        };
        for entities in [
            entities(|_| 1),
            entities(|at| 100_000 - at),
            entities(|at| (at * 7919) % (100_000 - at) + 1),
        ] {
            let text = FormattedText { string: string.clone(), entities };
            assert!(uncut(text.clone()).is_ok());
            assert!(normal(text).is_ok());
        }
    }

    fn kinds() -> impl Strategy<Value = EntityKind> {
        prop::sample::select(vec![
            EntityKind::Bold,
            EntityKind::Italic,
            EntityKind::Spoiler,
            EntityKind::Code,
            EntityKind::Pre { language: None },
            EntityKind::Pre { language: Some("a\tb".into()) },
            EntityKind::Blockquote,
            EntityKind::ExpandableBlockquote,
            EntityKind::TextLink { url: "example.org".into() },
            EntityKind::TextLink { url: "https://example.org/".into() },
            EntityKind::TextMention { user: 5 },
            EntityKind::CustomEmoji { custom_emoji_id: "5".into() },
            EntityKind::DateTime { unix_time: 5, date_time_format: "Tw".into() },
            EntityKind::Hashtag,
        ])
    }

    fn entities() -> impl Strategy<Value = Vec<Entity>> {
        let entity = (kinds(), 0..14_usize, 0..10_usize);
        prop::collection::vec(
            entity.prop_map(|(kind, offset, length)| Entity::new(kind, offset, length)),
            0..8,
        )
    }

    fn texts() -> impl Strategy<Value = FormattedText> {
        let string = prop_oneof![
            "[ab \n\r\tй🙂\u{200e}\u{200f}\u{333}\u{2028}\u{a0}]{0,20}",
            "[ab ]{12,20}",
            any::<String>(),
        ];
        (string, entities()).prop_map(|(string, entities)| FormattedText { string, entities })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn normalizing_is_idempotent(text in texts()) {
            if let Ok(kept) = normal(text) {
                prop_assert_eq!(normal(kept.clone()), Ok(kept.clone()));
                prop_assert!(Draft::of(kept.clone()).unwrap().finish(true).as_ref() == Ok(&kept));
            }
        }

        #[test]
        fn is_normal_says_whether_something_changes(text in texts()) {
            let slowly = Draft::of(text.clone()).and_then(|draft| draft.finish(true));
            prop_assert_eq!(is_normal(&text), slowly.as_ref() == Ok(&text));
            prop_assert_eq!(normal(text), slowly);
        }

        #[test]
        fn any_offset_is_accepted_or_refused(string in ".{0,9}", kind in kinds(), offset in any::<usize>(), length in any::<usize>()) {
            let text = FormattedText { string, entities: vec![Entity::new(kind, offset, length)] };
            prop_assert!(!is_normal(&text) || normal(text.clone()).as_ref() == Ok(&text));
        }
    }
}
