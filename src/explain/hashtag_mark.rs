//! The signs at which Telegram ends a hashtag in the middle of a word, and the scripts that need them.

/// The zero-width joiner, which Sinhala and other scripts of India use inside words.
pub(super) const JOINER: char = '\u{200D}';

/// Whether `character` is part of a word, but of no hashtag.
pub(super) fn is_mark(character: char) -> bool {
    telegram_text::detect::hashtag::is_mark_in_word(character)
}

/// The script whose vowel signs and marks `character` belongs to.
pub(super) fn script(character: char) -> Option<&'static str> {
    Some(match u32::from(character) {
        0x0591..=0x05C7 => "Hebrew",
        0x0610..=0x06ED => "Arabic",
        0x0900..=0x097F => "Devanagari (Hindi, Marathi, Nepali)",
        0x0980..=0x09FF => "Bengali",
        0x0A00..=0x0A7F => "Gurmukhi",
        0x0A80..=0x0AFF => "Gujarati",
        0x0B00..=0x0B7F => "Odia",
        0x0B80..=0x0BFF => "Tamil",
        0x0C00..=0x0C7F => "Telugu",
        0x0C80..=0x0CFF => "Kannada",
        0x0D00..=0x0D7F => "Malayalam",
        0x0D80..=0x0DFF => "Sinhala",
        0x0E00..=0x0E7F => "Thai",
        0x0E80..=0x0EFF => "Lao",
        0x0F00..=0x0FFF => "Tibetan",
        0x1000..=0x109F => "Burmese",
        0x1780..=0x17FF => "Khmer",
        _ => return None,
    })
}
