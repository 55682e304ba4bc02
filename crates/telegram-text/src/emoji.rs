//! What counts as an emoji; it does not cover custom emoji.

use unicode_segmentation::UnicodeSegmentation;

/// Whether `text` is exactly one emoji: one grapheme that shows as a picture.
pub(crate) fn is_one(text: &str) -> bool {
    let mut graphemes = text.graphemes(true);
    graphemes.next().is_some_and(is_emoji) && graphemes.next().is_none()
}

/// Whether `text` contains a letter or a digit, so that it is a word rather than a symbol.
#[must_use]
pub fn has_words(text: &str) -> bool {
    text.contains(char::is_alphanumeric)
        && text
            .graphemes(true)
            .any(|grapheme| !is_emoji(grapheme) && grapheme.chars().any(char::is_alphanumeric))
}

fn is_emoji(grapheme: &str) -> bool {
    let pictured = |character: char| matches!(u32::from(character), 0x1F000..=0x1FAFF | 0x2300..=0x23FF | 0x2460..=0x27BF | 0x2900..=0x2BFF | 0x3030 | 0x303D | 0x3297 | 0x3299 | 0x203C | 0x2049 | 0x2122 | 0x2139 | 0x2190..=0x21FF | 0xA9 | 0xAE);
    // A keycap is a digit, `#` or `*` under U+20E3.
    grapheme.chars().any(|character| pictured(character) || character == '\u{20E3}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_emoji_is_one_grapheme_with_a_picture() {
        for emoji in ["👍", "🇷🇺", "👨‍👩‍👧", "❤️", "1️⃣", "🏳️‍🌈", "👍🏽", "⭐"]
        {
            assert!(is_one(emoji), "{emoji}");
        }
        for other in ["", "a", "👍👍", "👍 ", "1", "é", "—"] {
            assert!(!is_one(other), "{other}");
        }
    }

    #[test]
    fn keycap_is_not_a_word() {
        assert!(!has_words("1️⃣ 🎙"));
        assert!(has_words("1. 🎙"));
        assert!(!has_words("▶ —"));
    }
}
