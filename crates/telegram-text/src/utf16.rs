//! Counting and converting positions between bytes, characters and UTF-16 units; it knows nothing of entities.

use memchr::{memchr2, memchr2_iter, memchr3, memchr3_iter};

/// UTF-16 code units of `text`: one for each character, two for those past U+FFFF.
#[must_use]
pub fn len(text: &str) -> usize {
    if text.is_ascii() {
        return text.len();
    }
    // A character past U+FFFF has two units. In UTF-8 it has four bytes, the first of which is from 0xF0 to 0xF4.
    let bytes = text.as_bytes();
    let pairs =
        memchr3_iter(0xF0, 0xF1, 0xF2, bytes).count() + memchr2_iter(0xF3, 0xF4, bytes).count();
    characters(text) + pairs
}

/// The byte at which the first character of two UTF-16 units begins.
pub(crate) fn first_pair(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let low = memchr3(0xF0, 0xF1, 0xF2, bytes);
    let before = bytes.get(..low.unwrap_or(bytes.len()))?;
    memchr2(0xF3, 0xF4, before).or(low)
}

/// Characters (Unicode code points) of `text`, the unit of Telegram's limits.
#[must_use]
pub fn characters(text: &str) -> usize {
    text.chars().count()
}

/// The byte position of UTF-16 offset `units` in `text`.
///
/// `None` if the offset is past the end or in the middle of a surrogate pair.
#[must_use]
pub fn byte_of(text: &str, units: usize) -> Option<usize> {
    // Each of these characters is one byte and one unit.
    if text.as_bytes().get(..units).is_some_and(<[u8]>::is_ascii) {
        return Some(units);
    }
    let mut seen = 0;
    for (at, character) in text.char_indices() {
        if seen >= units {
            return (seen == units).then_some(at);
        }
        seen += character.len_utf16();
    }
    (seen == units).then_some(text.len())
}

/// The length of a growing text, counted on demand.
#[derive(Clone, Copy, Debug, Default)]
pub struct IncrementalLen {
    bytes: usize,
    units: usize,
}

impl IncrementalLen {
    /// UTF-16 units of `text`, to which only whole characters were added since the last call.
    pub fn len(&mut self, text: &str) -> usize {
        self.units += text.get(self.bytes..).map_or(0, len);
        self.bytes = text.len();
        self.units
    }
}

/// Converts ascending positions in one text, so that every character is read once.
#[derive(Debug)]
pub struct Cursor<'a> {
    text: &'a str,
    byte: usize,
    units: usize,
}

impl<'a> Cursor<'a> {
    /// Starts at the beginning of `text`.
    #[must_use]
    pub fn new(text: &'a str) -> Self {
        Self { text, byte: 0, units: 0 }
    }

    /// The byte position of UTF-16 offset `units`, which must not be smaller than the previous one.
    ///
    /// `None` as for [`byte_of`].
    pub fn byte_of(&mut self, units: usize) -> Option<usize> {
        let rest = self.text.get(self.byte..)?;
        let ahead = byte_of(rest, units.checked_sub(self.units)?)?;
        (self.byte, self.units) = (self.byte + ahead, units);
        Some(self.byte)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn len_is_what_the_encoder_counts(text in any::<String>()) {
            prop_assert_eq!(len(&text), text.encode_utf16().count());
        }

        #[test]
        fn every_character_boundary_is_converted_back(text in any::<String>()) {
            let mut units = 0;
            for (byte, character) in text.char_indices() {
                prop_assert_eq!(byte_of(&text, units), Some(byte));
                if character.len_utf16() == 2 {
                    prop_assert_eq!(byte_of(&text, units + 1), None);
                }
                units += character.len_utf16();
            }
            prop_assert_eq!(byte_of(&text, units), Some(text.len()));
            prop_assert_eq!(byte_of(&text, units + 1), None);
        }
    }

    #[test]
    fn growing_text_is_counted_to_its_end() {
        let (mut growing, mut text) = (IncrementalLen::default(), String::new());
        for (more, units) in [("", 0), ("🎙", 2), ("", 2), ("яb", 4)] {
            text.push_str(more);
            assert_eq!(growing.len(&text), units);
        }
    }

    #[test]
    fn characters_past_the_first_plane_count_twice() {
        assert_eq!(len(&"🎙".repeat(1_000)), 2_000);
        assert_eq!(len(&"я".repeat(1_000)), 1_000);
    }
}
