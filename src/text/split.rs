//! Cutting a text into parts that Telegram takes, at the best places; which places a post has is told by its layout.

mod cut;
mod slice;

use std::ops::Range;

use super::{Entity, EntityKind, FormattedText, detect, normal, utf16};
use crate::limits;
use cut::Cuts;

/// A place where a text may, or may not, be cut.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seam {
    /// The bytes between the two sides, which are dropped in a cut.
    pub range: Range<usize>,
    /// How good a place it is.
    pub level: Level,
}

/// How good a place for a cut is, the best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Between two blocks of a post, or two paragraphs.
    Block,
    /// Between two items of a list.
    Item,
    /// Between the blocks of one item.
    Inside,
    /// Between two lines.
    Line,
    /// Between two sentences.
    Sentence,
    /// Between two words.
    Word,
    /// Between two graphemes.
    Grapheme,
    /// Nowhere.
    Never,
}

/// What one part may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// Characters (Unicode code points).
    pub characters: usize,
    /// Entities, custom emoji not counted.
    pub entities: usize,
    /// Bytes of the text as it is sent.
    pub bytes: usize,
    /// Bytes of the serialised entities.
    pub entity_bytes: usize,
}

impl Bounds {
    /// What one message holds.
    #[must_use]
    pub fn message() -> Self {
        Self {
            characters: limits::MESSAGE_CHARACTERS,
            entities: limits::MESSAGE_ENTITIES,
            bytes: limits::TEXT_ARGUMENT_BYTES,
            entity_bytes: limits::MESSAGE_ENTITY_BYTES,
        }
    }

    /// Whether a whole text keeps them.
    #[must_use]
    pub fn hold(&self, text: &FormattedText) -> bool {
        text.string.len() <= self.bytes
            && (text.string.len() <= self.characters || text.characters() <= self.characters)
            && counted(&text.entities) <= self.entities
            && text.entities.iter().map(weight).sum::<usize>() <= self.entity_bytes
    }
}

/// The entities that count against the limit.
#[must_use]
pub fn counted(entities: &[Entity]) -> usize {
    entities.iter().filter(|entity| !matches!(entity.kind, EntityKind::CustomEmoji { .. })).count()
}

/// About what an entity weighs in the server's own serialisation.
///
/// The server's bound is known as an approximation only: a constructor, flags, offset and length are four words of four
/// bytes, and strings are stored with a length and padding.
fn weight(entity: &Entity) -> usize {
    let string = |length: usize| length + 8;
    16 + match &entity.kind {
        EntityKind::TextLink { url } => string(url.len()),
        EntityKind::Pre { language } => string(language.as_ref().map_or(0, String::len)),
        EntityKind::TextMention { .. } | EntityKind::CustomEmoji { .. } => 16,
        EntityKind::DateTime { date_time_format, .. } => 8 + string(date_time_format.len()),
        _ => 0,
    }
}

/// The last words of `text` that stand within `characters`, as a person would look for them.
#[must_use]
pub fn last_words(text: &str, characters: usize) -> String {
    let end = text.char_indices().nth(characters).map_or(text.len(), |(at, _)| at);
    let inside = text.get(..end).unwrap_or_default();
    let words: Vec<_> = inside.split_whitespace().rev().take(5).collect();
    words.into_iter().rev().collect::<Vec<_>>().join(" ")
}

/// Cuts `text` into parts that keep `bounds`; with one part it comes back as it is.
///
/// `text` is in normal form, and so is every part. `mark` is shown at the end of every part, with `{n}` and `{total}`
/// filled in, and counted in. Nothing but the white space at a cut is lost.
#[must_use]
pub fn split(
    text: &FormattedText,
    seams: &[Seam],
    bounds: Bounds,
    mark: Option<&str>,
) -> Vec<FormattedText> {
    if bounds.hold(text) {
        return vec![text.clone()];
    }
    // How many digits the mark needs depends on how many parts there are, and that on the mark.
    let mut digits = 1;
    loop {
        let room = mark.map_or(0, |mark| {
            marked(mark, 10_usize.pow(digits) - 1, 10_usize.pow(digits) - 1).chars().count()
        });
        let inner = Bounds { characters: bounds.characters.saturating_sub(room).max(1), ..bounds };
        let ranges = Cuts::new(text, seams, inner).ranges();
        let total = ranges.len();
        if total < 10_usize.pow(digits) || digits >= 6 {
            let mut cursor = slice::Cursor::new(text);
            let parts =
                ranges.into_iter().filter_map(|range| normal::normal(cursor.slice(range)).ok());
            return parts
                .enumerate()
                .map(|(index, part)| with_mark(part, mark, index + 1, total))
                .collect();
        }
        digits += 1;
    }
}

/// The mark with the blank line above it.
fn marked(mark: &str, n: usize, total: usize) -> String {
    format!("\n\n{}", mark.replace("{n}", &n.to_string()).replace("{total}", &total.to_string()))
}

fn with_mark(mut part: FormattedText, mark: Option<&str>, n: usize, total: usize) -> FormattedText {
    if let Some(mark) = mark {
        part.string.push_str(&marked(mark, n, total));
    }
    part
}

/// The stretches (bytes) that a cut must not fall into: what Telegram finds by itself, links and custom emoji.
fn whole_pieces(text: &FormattedText, bounds: Bounds) -> Vec<Range<usize>> {
    let links = text.entities.iter().filter(|entity| {
        matches!(
            entity.kind,
            EntityKind::TextLink { .. }
                | EntityKind::CustomEmoji { .. }
                | EntityKind::DateTime { .. }
        )
    });
    let found = detect::detect(&text.string);
    let mut pieces: Vec<Range<usize>> = Vec::new();
    let mut map = utf16::Walk::new(&text.string);
    let mut entities: Vec<&Entity> = links.chain(&found).collect();
    entities.sort_by_key(|entity| entity.offset);
    for entity in entities {
        let Some(start) = map.byte_of(entity.offset) else { continue };
        let Some(rest) = text.string.get(start..) else { continue };
        let Some(length) = utf16::byte_of(rest, entity.length) else { continue };
        let piece = start..start + length;
        let fits = text
            .string
            .get(piece.clone())
            .is_some_and(|piece| utf16::characters(piece) <= bounds.characters);
        if fits && pieces.last().is_none_or(|last| last.end <= piece.start) {
            pieces.push(piece);
        }
    }
    pieces
}

#[cfg(test)]
mod tests;
