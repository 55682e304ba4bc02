//! Hashtags: `#tag`, `#tag@channel`, and why a word is not one. It does not judge which tags are useful.

use super::character::{Category, before, category, is_name, next};
use super::{Found, Kind};
use crate::limits;

/// Why Telegram would not detect a word as one whole hashtag. TDLib `match_hashtags`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HashtagError {
    /// Nothing follows the `#`.
    #[error("a hashtag needs at least one letter")]
    Empty,
    /// There are only digits and the like.
    #[error("a hashtag needs at least one letter")]
    NoLetter,
    /// A character that ends the tag.
    #[error("{character:?} is not allowed in a hashtag")]
    Character {
        /// Its byte in the word after the `#`.
        at: usize,
        /// The character itself.
        character: char,
    },
    /// More characters than Telegram takes.
    #[error(
        "a hashtag has at most {} characters, this one has {characters}",
        limits::HASHTAG_CHARACTERS
    )]
    TooLong {
        /// How many there are.
        characters: usize,
    },
}

/// Checks that Telegram detects all of `#` and `body` as one hashtag. TDLib `match_hashtags`.
///
/// # Errors
///
/// The first problem.
pub fn is_whole(body: &str) -> Result<(), HashtagError> {
    if body.is_empty() {
        return Err(HashtagError::Empty);
    }
    if let Some((at, character)) = body.char_indices().find(|(_, character)| !is_part(*character)) {
        return Err(HashtagError::Character { at, character });
    }
    let characters = body.chars().count();
    if characters > limits::HASHTAG_CHARACTERS {
        return Err(HashtagError::TooLong { characters });
    }
    if !body.chars().any(|character| category(character) == Category::Letter) {
        return Err(HashtagError::NoLetter);
    }
    Ok(())
}

/// Whether `character` belongs to a word and yet ends a hashtag: a combining mark such as a vowel sign, or the zero-width
/// joiner.
#[must_use]
pub fn is_mark_in_word(character: char) -> bool {
    use unicode_general_category::{GeneralCategory as G, get_general_category};
    let is_selector =
        matches!(character, '\u{FE00}'..='\u{FE0F}' | '\u{20E3}' | '\u{E0100}'..='\u{E01EF}');
    let is_mark = || {
        matches!(
            get_general_category(character),
            G::NonspacingMark | G::SpacingMark | G::EnclosingMark
        )
    };
    character == '\u{200D}' || (!is_part(character) && !is_selector && is_mark())
}

/// Letters, decimal digits, `_`, the zero-width non-joiner of Persian, the middle dot of Catalan, and the whole block
/// of Sinhala with its vowel signs. Vowel signs of other scripts end a tag. TDLib `is_hashtag_letter`.
pub(super) fn is_part(character: char) -> bool {
    matches!(character, '_' | '\u{200C}' | '\u{B7}' | '\u{D80}'..='\u{DFF}')
        || matches!(category(character), Category::Letter | Category::Digit)
}

/// Finds `#` and up to 256 characters of [`is_part`] with a letter among them, and an optional `@` and 3 to 32 of
/// `[A-Za-z0-9_]`; no such character before it and no `#` after it. TDLib `match_hashtags`.
pub(super) fn find(text: &str, found: &mut Vec<Found>) {
    let bytes = text.as_bytes();
    let mut from = 0;
    while let Some(sign) = next(bytes, b'#', from) {
        from = sign + 1;
        if before(text, sign).is_some_and(is_part) {
            continue;
        }
        let body = Body::at(text, from);
        from = body.run_end;
        let mut end = body.end;
        if body.end == body.run_end {
            end = with_name(bytes, end);
            from = end;
        }
        if body.has_letter && bytes.get(from) != Some(&b'#') {
            found.push(Found { kind: Kind::Hashtag, bytes: sign..end });
        }
    }
}

/// The characters after a `#`.
struct Body {
    /// Where the tag ends: after 256 characters at most.
    end: usize,
    /// Where the characters that fit a tag end.
    run_end: usize,
    /// Whether the tag has a letter.
    has_letter: bool,
}

impl Body {
    fn at(text: &str, from: usize) -> Self {
        let mut body = Self { end: from, run_end: from, has_letter: false };
        let rest = text.get(from..).unwrap_or_default();
        for (count, character) in
            rest.chars().take_while(|character| is_part(*character)).enumerate()
        {
            body.run_end += character.len_utf8();
            if count < limits::HASHTAG_CHARACTERS {
                body.end = body.run_end;
                body.has_letter |= category(character) == Category::Letter;
            }
        }
        body
    }
}

/// The end of the tag, including an `@username` after it: cut at 32 characters, ignored if shorter than 3.
fn with_name(bytes: &[u8], end: usize) -> usize {
    if bytes.get(end) != Some(&b'@') {
        return end;
    }
    let length = bytes
        .get(end + 1..)
        .unwrap_or_default()
        .iter()
        .take(32)
        .take_while(|byte| is_name(**byte))
        .count();
    if length >= 3 { end + 1 + length } else { end }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn invalid_body_is_an_error() {
        for (body, expected) in [
            ("тег", Ok(())),
            ("1a", Ok(())),
            ("__a", Ok(())),
            ("l·l", Ok(())),
            ("", Err(HashtagError::Empty)),
            ("2024", Err(HashtagError::NoLetter)),
            ("_", Err(HashtagError::NoLetter)),
            ("a-b", Err(HashtagError::Character { at: 1, character: '-' })),
            ("é🙂", Err(HashtagError::Character { at: 2, character: '🙂' })),
            ("e\u{301}", Err(HashtagError::Character { at: 1, character: '\u{301}' })),
            ("a@chan", Err(HashtagError::Character { at: 1, character: '@' })),
            ("#a", Err(HashtagError::Character { at: 0, character: '#' })),
        ] {
            assert_eq!(is_whole(body), expected, "{body:?}");
        }
        assert_eq!(is_whole(&"я".repeat(256)), Ok(()));
        assert_eq!(is_whole(&"я".repeat(257)), Err(HashtagError::TooLong { characters: 257 }));
    }

    #[test]
    fn every_error_has_a_message() {
        for (error, message) in [
            (HashtagError::Empty, "a hashtag needs at least one letter"),
            (HashtagError::NoLetter, "a hashtag needs at least one letter"),
            (HashtagError::Character { at: 1, character: '-' }, "'-' is not allowed in a hashtag"),
            (
                HashtagError::TooLong { characters: 300 },
                "a hashtag has at most 256 characters, this one has 300",
            ),
        ] {
            assert_eq!(error.to_string(), message);
        }
    }
}
