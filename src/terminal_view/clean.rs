//! Removes from a text what controls a terminal; it keeps everything that readers see.

use std::fmt::Write;

use unicode_general_category::{GeneralCategory, get_general_category};

use crate::limits;

/// The character that is written to the terminal; `None` for one that is invisible in Telegram too.
///
/// Control characters become their pictures (`␛`). Invisible formatting characters are removed, direction overrides among them;
/// those that join letters and emoji are kept.
pub(super) fn character(character: char) -> Option<char> {
    match character {
        '\n' | ' '..='~' => Some(character),
        // Telegram turns a tab into one space.
        '\t' => Some(' '),
        '\0'..='\u{1f}' => char::from_u32(0x2400 + u32::from(character)),
        '\u{7f}' => Some('\u{2421}'),
        _ => match get_general_category(character) {
            GeneralCategory::Control => Some(char::REPLACEMENT_CHARACTER),
            GeneralCategory::LineSeparator | GeneralCategory::ParagraphSeparator => None,
            GeneralCategory::Format if !is_visible_format(character) => None,
            _ => Some(character),
        },
    }
}

/// As [`character`], for a text in one line: line breaks become spaces.
pub(super) fn line(text: &str) -> String {
    text.chars()
        .filter_map(character)
        .map(|character| if character == '\n' { ' ' } else { character })
        .collect()
}

/// A link's address for OSC 8, which allows printable ASCII only: the rest is percent-encoded.
///
/// `None` for an address that is too long, which a terminal would cut.
pub(super) fn address(url: &str) -> Option<String> {
    if url.len() > limits::URL_BYTES {
        return None;
    }
    let mut address = String::with_capacity(url.len());
    for byte in url.bytes() {
        if byte.is_ascii_graphic() {
            address.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(address, "%{byte:02X}");
        }
    }
    Some(address)
}

/// The formatting characters with a visible effect: joiners, the tags in flags, signs before Arabic numbers.
fn is_visible_format(character: char) -> bool {
    matches!(
        character,
        '\u{200c}' | '\u{200d}' | '\u{e0020}'..='\u{e007f}' | '\u{600}'..='\u{605}' | '\u{6dd}' | '\u{70f}'
        | '\u{890}' | '\u{891}' | '\u{8e2}' | '\u{110bd}' | '\u{110cd}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_are_shown_or_removed() {
        let rows = [
            ("a\u{1b}[2Jb", "a␛[2Jb"),
            ("a\rb\u{8}c\0", "a␍b␈c␀"),
            ("a\tb\nc", "a b c"),
            ("\u{9b}31m\u{9d}8;;x\u{9c}\u{7f}", "�31m�8;;x�␡"),
            ("\u{202e}abc\u{202c}\u{2066}d\u{2069}\u{200f}\u{61c}", "abcd"),
            ("a\u{2028}b\u{2029}c\u{ad}d\u{200b}e\u{feff}", "abcde"),
            (
                "👨\u{200d}👩\u{200d}👧 ☀\u{fe0f} я́ \u{a0}",
                "👨\u{200d}👩\u{200d}👧 ☀\u{fe0f} я́ \u{a0}",
            ),
            ("🏴\u{e0067}\u{e0062}\u{e007f}", "🏴\u{e0067}\u{e0062}\u{e007f}"),
        ];
        for (text, expected) in rows {
            assert_eq!(line(text), expected, "{text:?}");
        }
    }

    #[test]
    fn address_cannot_end_its_escape_sequence() {
        assert_eq!(
            address("https://пример.рф/a b").unwrap(),
            "https://%D0%BF%D1%80%D0%B8%D0%BC%D0%B5%D1%80.%D1%80%D1%84/a%20b"
        );
        assert_eq!(address("x\u{1b}\\\u{7}\u{9c}").unwrap(), "x%1B\\%07%C2%9C");
        assert_eq!(address(&"a".repeat(2_049)), None);
    }
}
