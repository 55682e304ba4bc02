//! An index of a text that converts between bytes, characters and UTF-16 units without counting from the start. It knows no
//! entities.

/// Bytes between two marks: a lookup reads at most this many.
const BLOCK: usize = 64;

/// The counts before a block.
#[derive(Clone, Copy, Debug, Default)]
struct Mark {
    characters: usize,
    units: usize,
}

/// The beginning of a character.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Place {
    /// Bytes before it.
    pub(super) byte: usize,
    /// UTF-16 units before it.
    pub(super) units: usize,
}

/// The marks of one text.
#[derive(Debug)]
pub(super) struct OffsetIndex<'a> {
    bytes: &'a [u8],
    marks: Vec<Mark>,
}

impl<'a> OffsetIndex<'a> {
    /// Measures `text`.
    pub(super) fn new(text: &'a str) -> Self {
        let bytes = text.as_bytes();
        let mut marks = Vec::with_capacity(bytes.len() / BLOCK + 1);
        let mut mark = Mark::default();
        for block in bytes.chunks(BLOCK) {
            marks.push(mark);
            let (mut characters, mut wide) = (0_u8, 0_u8);
            for &byte in block {
                characters += u8::from(begins(byte));
                wide += u8::from(byte >= 0xF0);
            }
            mark.characters += usize::from(characters);
            mark.units += usize::from(characters) + usize::from(wide);
        }
        Self { bytes, marks }
    }

    /// Characters before byte `at`.
    pub(super) fn characters_before(&self, at: usize) -> usize {
        let (mark, rest) = self.block_before(at);
        mark.characters + rest.iter().filter(|byte| begins(**byte)).count()
    }

    /// UTF-16 units before byte `at`.
    pub(super) fn units_before(&self, at: usize) -> usize {
        let (mark, rest) = self.block_before(at);
        mark.units + rest.iter().map(|byte| units(*byte)).sum::<usize>()
    }

    /// The byte after `characters` characters; the end if there are fewer.
    pub(super) fn byte_of_character(&self, characters: usize) -> usize {
        let (start, mark) = self.last_block(|mark| mark.characters <= characters);
        let mut seen = mark.characters;
        for (at, byte) in self.bytes.iter().enumerate().skip(start) {
            if begins(*byte) {
                if seen == characters {
                    return at;
                }
                seen += 1;
            }
        }
        self.bytes.len()
    }

    /// The byte after `wanted` UTF-16 units; `None` past the end and inside a surrogate pair.
    pub(super) fn byte_of_unit(&self, wanted: usize) -> Option<usize> {
        let (byte, mark) = self.last_block(|mark| mark.units <= wanted);
        self.byte_of_unit_from(Place { byte, units: mark.units }, wanted)
    }

    /// The same, faster if it is soon after `near`.
    pub(super) fn byte_of_unit_near(&self, near: Place, wanted: usize) -> Option<usize> {
        if (near.units..near.units + BLOCK / 2).contains(&wanted) {
            self.byte_of_unit_from(near, wanted)
        } else {
            self.byte_of_unit(wanted)
        }
    }

    fn byte_of_unit_from(&self, from: Place, wanted: usize) -> Option<usize> {
        let mut seen = from.units;
        for (at, byte) in self.bytes.iter().enumerate().skip(from.byte) {
            if begins(*byte) && seen >= wanted {
                return (seen == wanted).then_some(at);
            }
            seen += units(*byte);
        }
        (seen == wanted).then_some(self.bytes.len())
    }

    /// The last border of characters at most `wanted` UTF-16 units from the start.
    pub(super) fn byte_up_to_unit(&self, wanted: usize) -> usize {
        let inside_pair = || self.byte_of_unit(wanted.checked_sub(1)?);
        self.byte_of_unit(wanted).or_else(inside_pair).unwrap_or(self.bytes.len())
    }

    fn block_before(&self, at: usize) -> (Mark, &[u8]) {
        let block = (at / BLOCK).min(self.marks.len().saturating_sub(1));
        let mark = self.marks.get(block).copied().unwrap_or_default();
        (mark, self.bytes.get(block * BLOCK..at).unwrap_or_default())
    }

    /// The first byte of the last block for whose mark `holds` is true, with the mark.
    fn last_block(&self, holds: impl Fn(&Mark) -> bool) -> (usize, Mark) {
        let block = self.marks.partition_point(holds).saturating_sub(1);
        (block * BLOCK, self.marks.get(block).copied().unwrap_or_default())
    }
}

/// Whether a character begins with this byte of UTF-8.
fn begins(byte: u8) -> bool {
    !(0x80..0xC0).contains(&byte)
}

/// UTF-16 units of the character that begins with this byte; 0 where none does.
fn units(byte: u8) -> usize {
    usize::from(begins(byte)) + usize::from(byte >= 0xF0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::utf16;

    proptest! {
        #[test]
        fn every_position_matches_a_plain_count(text in "[aя例🙂\u{301}]{0,150}") {
            let offsets = OffsetIndex::new(&text);
            let (mut characters, mut units) = (0, 0);
            for (at, character) in text.char_indices() {
                prop_assert_eq!(offsets.characters_before(at), characters);
                prop_assert_eq!(offsets.units_before(at), units);
                prop_assert_eq!(offsets.byte_of_character(characters), at);
                characters += 1;
                units += character.len_utf16();
            }
            prop_assert_eq!(offsets.characters_before(text.len()), characters);
            prop_assert_eq!(offsets.units_before(text.len()), units);
            prop_assert_eq!(offsets.byte_of_character(characters), text.len());
            prop_assert_eq!(offsets.byte_of_character(characters + 9), text.len());
            for unit in 0..units + 3 {
                prop_assert_eq!(offsets.byte_of_unit(unit), utf16::byte_of(&text, unit));
                if let Some(byte) = offsets.byte_of_unit(unit) {
                    let near = Place { byte, units: unit };
                    for wanted in (0..units + 3).step_by(5) {
                        let expected = offsets.byte_of_unit(wanted);
                        prop_assert_eq!(offsets.byte_of_unit_near(near, wanted), expected);
                    }
                }
                let before = text.char_indices().map(|(at, _)| at).chain([text.len()]);
                let fits = |at: &usize| utf16::len(text.get(..*at).unwrap()) <= unit;
                let last = before.collect::<Vec<_>>().into_iter().rfind(fits);
                prop_assert_eq!(Some(offsets.byte_up_to_unit(unit)), last);
            }
        }
    }
}
