//! Counting and converting positions between bytes, characters and UTF-16 units; it knows nothing of entities.

/// UTF-16 code units of `text`: one for each character, two for those past U+FFFF.
///
/// Counted over bytes: every byte that is not a continuation byte starts a character, and a byte from 0xF0 on starts
/// one that needs two units. The loop has no branch, so it runs as wide as the machine.
#[must_use]
pub fn len(text: &str) -> usize {
    text.as_bytes()
        .chunks(255)
        .map(|chunk| {
            let units: u8 = chunk.iter().map(|&byte| u8::from(!(0x80..0xC0).contains(&byte))).sum();
            let pairs: u8 = chunk.iter().map(|&byte| u8::from(byte >= 0xF0)).sum();
            usize::from(units) + usize::from(pairs)
        })
        .sum()
}

/// Characters (Unicode code points) of `text`, the unit of Telegram's limits.
#[must_use]
pub fn characters(text: &str) -> usize {
    text.chars().count()
}

/// The byte position of UTF-16 offset `units` in `text`.
///
/// `None` when the offset lies past the end or in the middle of a surrogate pair.
#[must_use]
pub fn byte_of(text: &str, units: usize) -> Option<usize> {
    let mut seen = 0;
    for (byte, character) in text.char_indices() {
        if seen >= units {
            return (seen == units).then_some(byte);
        }
        seen += character.len_utf16();
    }
    (seen == units).then_some(text.len())
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
        fn every_scalar_border_is_found_again(text in any::<String>()) {
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
    fn long_texts_do_not_overflow_the_narrow_counters() {
        assert_eq!(len(&"🎙".repeat(1_000)), 2_000);
        assert_eq!(len(&"я".repeat(1_000)), 1_000);
    }
}
