//! The classes of characters in Telegram's rules for detected entities. It detects nothing.

use unicode_general_category::{GeneralCategory, get_general_category};

/// The part of a character's Unicode category that Telegram's rules look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Category {
    /// Any category that begins with L.
    Letter,
    /// Nd: a decimal digit of any script.
    Digit,
    /// Nl and No: Roman numerals, fractions, circled numbers.
    Number,
    /// Everything else. Combining marks are here: a decomposed `é` is a letter and an `Other`.
    Other,
}

/// Letters that TDLib 1.8.69 knows and Unicode 16, which the category crate holds, does not. Measured by asking TDLib
/// for a hashtag of each code point; the crate knows no other letters.
const NEWER_LETTERS: [(u32, u32); 48] = [
    (0x0558, 0x0558),
    (0x058B, 0x058C),
    (0x088F, 0x088F),
    (0x0C5C, 0x0C5C),
    (0x0CDC, 0x0CDC),
    (0x208F, 0x208F),
    (0x209D, 0x209F),
    (0xA7CE, 0xA7CF),
    (0xA7D2, 0xA7D2),
    (0xA7D4, 0xA7D4),
    (0xA7DD, 0xA7DD),
    (0xA7E2, 0xA7E2),
    (0xA7F1, 0xA7F1),
    (0xAB6C, 0xAB6D),
    (0x107BB, 0x107BF),
    (0x10940, 0x10959),
    (0x10EC5, 0x10EC7),
    (0x10ED9, 0x10EEE),
    (0x11B0A, 0x11B0A),
    (0x11DB0, 0x11DDB),
    (0x11DF1, 0x11DF1),
    (0x16EA0, 0x16EB8),
    (0x16EBB, 0x16ED3),
    (0x16FF2, 0x16FF3),
    (0x187F8, 0x187FF),
    (0x18CD6, 0x18CDA),
    (0x18D09, 0x18D20),
    (0x18D80, 0x18DF2),
    (0x18E00, 0x19191),
    (0x191A0, 0x191D2),
    (0x1B123, 0x1B128),
    (0x1B168, 0x1B168),
    (0x1D6A6, 0x1D6A6),
    (0x1DF1F, 0x1DF24),
    (0x1DF2B, 0x1DF81),
    (0x1DF90, 0x1DF96),
    (0x1DFCD, 0x1DFFF),
    (0x1E6C0, 0x1E6DE),
    (0x1E6E0, 0x1E6E2),
    (0x1E6E4, 0x1E6E5),
    (0x1E6E7, 0x1E6ED),
    (0x1E6F0, 0x1E6F4),
    (0x1E6FE, 0x1E6FF),
    (0x2B73A, 0x2B73F),
    (0x2B81E, 0x2B81E),
    (0x2CEA2, 0x2CEAD),
    (0x323B0, 0x33479),
    (0x3D000, 0x3FC3F),
];

/// The same for decimal digits.
const NEWER_DIGITS: [(u32, u32); 1] = [(0x11DE0, 0x11DE9)];

/// The same for other numbers.
const NEWER_NUMBERS: [(u32, u32); 4] =
    [(0x1246F, 0x1246F), (0x12475, 0x1247F), (0x12550, 0x12686), (0x16FF4, 0x16FF6)];

/// The category of `character`.
pub(super) fn category(character: char) -> Category {
    match character {
        'a'..='z' | 'A'..='Z' | 'а'..='я' | 'А'..='Я' => return Category::Letter,
        '0'..='9' => return Category::Digit,
        '\0'..='\x7F' => return Category::Other,
        _ => {}
    }
    match get_general_category(character) {
        GeneralCategory::UppercaseLetter
        | GeneralCategory::LowercaseLetter
        | GeneralCategory::TitlecaseLetter
        | GeneralCategory::ModifierLetter
        | GeneralCategory::OtherLetter => Category::Letter,
        GeneralCategory::DecimalNumber => Category::Digit,
        GeneralCategory::LetterNumber | GeneralCategory::OtherNumber => Category::Number,
        GeneralCategory::Unassigned => newer(character),
        _ => Category::Other,
    }
}

fn newer(character: char) -> Category {
    let code = u32::from(character);
    let holds = |table: &[(u32, u32)]| {
        let next = table.partition_point(|(first, _)| *first <= code);
        next.checked_sub(1)
            .and_then(|index| table.get(index))
            .is_some_and(|(_, last)| code <= *last)
    };
    if holds(&NEWER_LETTERS) {
        Category::Letter
    } else if holds(&NEWER_DIGITS) {
        Category::Digit
    } else if holds(&NEWER_NUMBERS) {
        Category::Number
    } else {
        Category::Other
    }
}

/// A letter, a digit, a number or `_`: what may not touch a mention, a command or a link.
pub(super) fn is_word(character: char) -> bool {
    character == '_' || category(character) != Category::Other
}

/// `[A-Za-z0-9_]`: what usernames and commands are made of.
pub(super) fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// The end of the run of name characters that begins at byte `from`.
pub(super) fn name_end(bytes: &[u8], from: usize) -> usize {
    let run =
        bytes.get(from..).unwrap_or_default().iter().take_while(|byte| is_name(**byte)).count();
    from + run
}

/// The position of the next `byte` from `from` on.
pub(super) fn next(bytes: &[u8], byte: u8, from: usize) -> Option<usize> {
    memchr::memchr(byte, bytes.get(from..)?).map(|at| from + at)
}

/// The character that ends just before byte `at`.
pub(super) fn before(text: &str, at: usize) -> Option<char> {
    text.get(..at)?.chars().next_back()
}

/// The character that begins at byte `at`.
pub(super) fn after(text: &str, at: usize) -> Option<char> {
    text.get(at..)?.chars().next()
}

/// The end of the run of characters after byte `from` for which `holds` is true.
pub(super) fn run_end(text: &str, from: usize, holds: impl Fn(char) -> bool) -> usize {
    let rest = text.get(from..).unwrap_or_default();
    from + rest
        .char_indices()
        .find(|(_, character)| !holds(*character))
        .map_or(rest.len(), |(at, _)| at)
}

/// The start of the run of characters before byte `from` for which `holds` is true, not before `floor`.
pub(super) fn run_start(
    text: &str,
    floor: usize,
    from: usize,
    holds: impl Fn(char) -> bool,
) -> usize {
    let part = text.get(floor..from).unwrap_or_default();
    floor + part.trim_end_matches(holds).len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn categories_follow_telegrams_table() {
        for (character, expected) in [
            ('a', Category::Letter),
            ('я', Category::Letter),
            ('ё', Category::Letter),
            ('中', Category::Letter),
            ('\u{558}', Category::Letter),
            ('\u{3FC3F}', Category::Letter),
            ('\u{3FC40}', Category::Other),
            ('7', Category::Digit),
            ('٣', Category::Digit),
            ('\u{11DE5}', Category::Digit),
            ('½', Category::Number),
            ('Ⅷ', Category::Number),
            ('\u{12600}', Category::Number),
            ('\u{301}', Category::Other),
            ('_', Category::Other),
            ('🙂', Category::Other),
        ] {
            assert_eq!(category(character), expected, "{character:?}");
        }
    }
}
