//! The characters that Telegram removes or replaces in every text; it does not handle entities.

use crate::limits;
use crate::search::ByteClass;

const LEFT_TO_RIGHT: char = '\u{200E}';
const RIGHT_TO_LEFT: char = '\u{200F}';
const NON_JOINER: char = '\u{200C}';

/// What cleaning does to a character.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Kept,
    /// A space replaces it.
    Space,
    Removed,
}

/// TDLib `clean_input_string_with_entities`: control characters become spaces (a tab too), except for line feeds, which
/// stay, and carriage returns, which are removed. Line and paragraph separators, bidirectional embeddings and
/// overrides, and three combining lines are removed.
fn fate(character: char) -> Fate {
    match character {
        '\n' => Fate::Kept,
        '\r' | '\u{2028}'..='\u{202E}' | '\u{333}' | '\u{33F}' | '\u{30A}' => Fate::Removed,
        '\0'..' ' => Fate::Space,
        _ => Fate::Kept,
    }
}

fn is_mark(character: char) -> bool {
    matches!(character, LEFT_TO_RIGHT | RIGHT_TO_LEFT)
}

/// Whether cleaning changes nothing. Decodes only at bytes that can begin a character to clean.
pub(crate) fn is_clean(text: &str) -> bool {
    let mut at = 0;
    while let Some(found) = MAY_BEGIN_CHANGE.find(text.as_bytes(), at) {
        let mut after = text.get(found..).unwrap_or_default().chars();
        let Some(character) = after.next() else { return false };
        let changes = fate(character) != Fate::Kept
            || (is_mark(character) && after.next().is_some_and(is_mark));
        if changes {
            return false;
        }
        at = found + character.len_utf8();
    }
    true
}

/// The bytes that can begin the UTF-8 form of a direction mark or of a character that [`fate`] does not keep.
const MAY_BEGIN_CHANGE: ByteClass =
    ByteClass::range(0x0B, 0x1F, b"\x00\x01\x02\x03\x04\x05\x06\x07\x08\t\xCC\xE2");

/// The clean form of a string that carries no entities, cut where Telegram cuts it.
pub(crate) fn cleaned(text: &str) -> std::borrow::Cow<'_, str> {
    if is_clean(text) {
        return text.get(..cut_at(text, limits::BARE_TEXT_BYTES)).unwrap_or(text).into();
    }
    let mut cleaner = Cleaner::with_capacity(text.len());
    text.chars().for_each(|character| {
        cleaner.push(character);
    });
    let mut string = cleaner.string;
    cut(&mut string, limits::BARE_TEXT_BYTES);
    string.into()
}

/// Cuts `string` before the first character that begins at byte `limit` or later.
pub(crate) fn cut(string: &mut String, limit: usize) {
    string.truncate(cut_at(string, limit));
}

fn cut_at(text: &str, limit: usize) -> usize {
    (limit..text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(text.len())
}

/// A clean text that grows character by character.
pub(crate) struct Cleaner {
    pub(crate) string: String,
    /// Whether the last character is a direction mark.
    ends_in_mark: bool,
}

impl Cleaner {
    pub(crate) fn with_capacity(bytes: usize) -> Self {
        Self { string: String::with_capacity(bytes), ends_in_mark: false }
    }

    /// Adds the next character; `false` if it is removed. A replacement has as many UTF-16 units as the original.
    pub(crate) fn push(&mut self, character: char) -> bool {
        match fate(character) {
            Fate::Removed => return false,
            Fate::Space => {
                self.string.push(' ');
                self.ends_in_mark = false;
            }
            Fate::Kept => {
                let is_mark = is_mark(character);
                if is_mark && self.ends_in_mark {
                    self.string.pop();
                    self.string.push(NON_JOINER);
                }
                self.string.push(character);
                self.ends_in_mark = is_mark;
            }
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn characters_are_kept_replaced_or_removed() {
        for (text, expected) in [
            ("a\nb", "a\nb"),
            ("a\tb\u{B}c\0", "a b c "),
            ("a\r\nb", "a\nb"),
            ("a\u{2028}b\u{202E}c", "abc"),
            ("a\u{30A}\u{333}\u{33F}", "a"),
            ("a\u{301}\u{7F}\u{85}\u{202F}\u{2027}", "a\u{301}\u{7F}\u{85}\u{202F}\u{2027}"),
            ("\u{200E}a\u{200F}", "\u{200E}a\u{200F}"),
            ("\u{200E}\u{200F}\u{200E}", "\u{200C}\u{200C}\u{200E}"),
            ("\u{200E}\r\u{200F}", "\u{200C}\u{200F}"),
        ] {
            assert_eq!(cleaned(text), expected, "{text:?}");
            assert_eq!(is_clean(text), text == expected, "{text:?}");
        }
    }

    #[test]
    fn string_is_cut_where_telegram_cuts_it() {
        assert_eq!(cleaned(&"a".repeat(40_000)).len(), 34_996);
        assert_eq!(cleaned(&"🙂".repeat(10_000)).len(), 34_996);
        assert_eq!(cleaned(&format!("a{}", "🙂".repeat(10_000))).len(), 34_997);
    }

    proptest! {
        #[test]
        fn is_clean_says_whether_cleaning_changes_something(
            text in "[a-zй\u{0}-\u{20}\u{200c}-\u{200f}\u{2027}-\u{202f}\u{301}\u{30a}\u{333}🙂]{0,300}"
        ) {
            prop_assert_eq!(is_clean(&text), cleaned(&text) == text);
        }
    }
}
