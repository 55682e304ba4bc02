//! The bounds of one part and how a text exceeds them; it cuts nothing.

use crate::{Entity, EntityKind, FormattedText, limits, utf16};

/// The bounds of one part of a text.
///
/// Every bound counts something that grows with the text, so a piece of a part that fits always fits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// Characters (Unicode code points).
    pub characters: usize,
    /// UTF-16 units, where those count.
    pub utf16: Option<usize>,
    /// Entities, custom emoji not counted.
    pub entities: usize,
    /// Bytes of the text as it is sent.
    pub bytes: usize,
    /// Bytes of the serialised entities.
    pub entity_bytes: usize,
}

impl Bounds {
    /// The bounds of one message: see [`limits`](crate::limits).
    #[must_use]
    pub fn message() -> Self {
        Self {
            characters: limits::MESSAGE_CHARACTERS,
            utf16: None,
            entities: limits::MESSAGE_ENTITIES,
            bytes: limits::TEXT_ARGUMENT_BYTES,
            entity_bytes: limits::MESSAGE_ENTITY_BYTES,
        }
    }

    /// The bounds of a caption. A text has at least as many UTF-16 units as characters, so only those are counted.
    #[must_use]
    pub fn caption() -> Self {
        Self { characters: usize::MAX, utf16: Some(limits::CAPTION_UTF16), ..Self::message() }
    }

    /// The most characters that a text may have.
    pub(super) fn length(&self) -> usize {
        self.utf16.map_or(self.characters, |utf16| self.characters.min(utf16))
    }

    /// Whether a text is within the bounds.
    #[must_use]
    pub fn hold(&self, text: &FormattedText) -> bool {
        text.string.len() <= self.bytes
            && (text.string.len() <= self.characters || text.characters() <= self.characters)
            && self.utf16.is_none_or(|most| utf16::len(&text.string) <= most)
            && counted(&text.entities) <= self.entities
            && weights(&text.entities) <= self.entity_bytes
    }

    /// How far a text exceeds the bounds.
    #[must_use]
    pub fn excess(&self, text: &FormattedText) -> Excess {
        let entity_bytes = weights(&text.entities);
        Excess {
            characters: text.characters().saturating_sub(self.characters),
            utf16: self.utf16.map_or(0, |most| utf16::len(&text.string).saturating_sub(most)),
            entities: counted(&text.entities).saturating_sub(self.entities),
            bytes: text.string.len().saturating_sub(self.bytes),
            entity_bytes: entity_bytes.saturating_sub(self.entity_bytes),
        }
    }
}

/// How far a text exceeds each bound; 0 if it is within the bound.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Excess {
    /// Characters (Unicode code points).
    pub characters: usize,
    /// UTF-16 units.
    pub utf16: usize,
    /// Entities, custom emoji not counted.
    pub entities: usize,
    /// Bytes of the text.
    pub bytes: usize,
    /// Bytes of the serialised entities.
    pub entity_bytes: usize,
}

/// An exceeded bound of a message or caption: the excess, its noun and the rest of the phrase, the limit and its noun.
type Broken = (usize, &'static str, &'static str, usize, &'static str);

impl Excess {
    /// Whether the text is within every bound.
    #[must_use]
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }

    /// The excess of a message or caption in words, as in `3 characters and 1 piece of formatting`.
    #[must_use]
    pub fn much(&self) -> String {
        let much = self.broken().map(|(count, noun, of, ..)| {
            format!("{count} {noun}{}{of}", if count == 1 { "" } else { "s" })
        });
        much.collect::<Vec<_>>().join(" and ")
    }

    /// The exceeded limits of a message or caption in words, as in `4,096 characters or the first 100 pieces of formatting`.
    #[must_use]
    pub fn most(&self) -> String {
        let most = self.broken().map(|(.., most, nouns)| format!("{} {nouns}", grouped(most)));
        most.collect::<Vec<_>>().join(" or the first ")
    }

    fn broken(&self) -> impl Iterator<Item = Broken> {
        let pieces = "pieces of formatting";
        let bytes = "bytes of formatting and links";
        let bounds = [
            (self.characters, "character", "", limits::MESSAGE_CHARACTERS, "characters"),
            (self.utf16, "character", "", limits::CAPTION_UTF16, "characters"),
            (self.bytes, "byte", "", limits::TEXT_ARGUMENT_BYTES, "bytes of text"),
            (self.entities, "piece", " of formatting", limits::MESSAGE_ENTITIES, pieces),
            (
                self.entity_bytes,
                "byte",
                " of formatting and links",
                limits::MESSAGE_ENTITY_BYTES,
                bytes,
            ),
        ];
        bounds.into_iter().filter(|(count, ..)| *count > 0)
    }
}

/// A number below a million, with a comma before the last three digits.
fn grouped(number: usize) -> String {
    match number {
        0..1000 => number.to_string(),
        _ => format!("{},{:03}", number / 1000, number % 1000),
    }
}

/// The number of entities that count against the limit. TDLib `get_input_message_entities`.
#[must_use]
pub fn counted(entities: &[Entity]) -> usize {
    entities.iter().filter(|entity| counts(&entity.kind)).count()
}

/// Whether the server counts entities of this kind. TDLib `get_input_message_entities`.
pub(super) fn counts(kind: &EntityKind) -> bool {
    !matches!(kind, EntityKind::CustomEmoji { .. })
}

/// The approximate size of an entity in the server's own serialisation, in bytes.
///
/// The server's bound is known only approximately: a constructor, flags, offset and length are four words of four
/// bytes, and strings are stored with a length and padding.
pub(super) fn weight(entity: &Entity) -> usize {
    let string = |length: usize| length + 8;
    16 + match &entity.kind {
        EntityKind::TextLink { url } => string(url.len()),
        EntityKind::Pre { language } => string(language.as_ref().map_or(0, String::len)),
        EntityKind::TextMention { .. } | EntityKind::CustomEmoji { .. } => 16,
        EntityKind::DateTime { date_time_format, .. } => 8 + string(date_time_format.len()),
        _ => 0,
    }
}

/// The approximate size of all entities of a text, in bytes.
pub(super) fn weights(entities: &[Entity]) -> usize {
    entities.iter().map(weight).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_fits_up_to_each_bound() {
        let bounds =
            Bounds { characters: 4, utf16: Some(4), entities: 1, bytes: 6, entity_bytes: 50 };
        let bold = |offset| Entity::new(EntityKind::Bold, offset, 1);
        let emoji = |offset| {
            Entity::new(EntityKind::CustomEmoji { custom_emoji_id: "5".into() }, offset, 1)
        };
        let link = Entity::new(EntityKind::TextLink { url: "u".repeat(30) }, 0, 1);
        let none = Excess::default();
        for (string, entities, excess) in [
            ("abcd", vec![], none),
            ("abcde", vec![], Excess { characters: 1, utf16: 1, ..none }),
            ("🙂ab", vec![], none),
            ("🙂a\u{e9}", vec![], Excess { bytes: 1, ..none }),
            ("яяя", vec![], none),
            ("яяяa", vec![], Excess { bytes: 1, ..none }),
            ("abc", vec![bold(0)], none),
            ("abc", vec![bold(0), bold(2)], Excess { entities: 1, ..none }),
            ("abc", vec![bold(0), emoji(2)], none),
            ("abc", vec![emoji(0), emoji(2)], Excess { entity_bytes: 14, ..none }),
            ("abc", vec![link], Excess { entity_bytes: 4, ..none }),
        ] {
            let text = FormattedText { string: string.into(), entities };
            assert_eq!(bounds.excess(&text), excess, "{text:?}");
            assert_eq!(bounds.hold(&text), excess == none, "{text:?}");
        }
    }
}
