//! Maps the characters of a TOML string value to the places where they were typed.

use std::ops::Range;

/// The source map of one string value.
#[derive(Clone, Debug)]
pub(crate) struct TypedString {
    /// Each piece of the string, with the byte of the value at which it starts.
    pieces: Vec<(usize, Piece)>,
    /// The start of the value in the typed text.
    start: usize,
    /// The number of bytes of the value.
    length: usize,
}

impl TypedString {
    /// The source map of `raw`, a TOML string with its quotes; `None` if it is not a TOML 1.1 string.
    pub(crate) fn of(raw: &str) -> Option<Self> {
        let (start, _) = opening(raw)?;
        let mut length = 0;
        let mut pieces = Vec::new();
        for piece in Pieces::of(raw)? {
            let at = length;
            length += piece.length;
            pieces.push((at, piece));
        }
        Some(Self { pieces, start, length })
    }

    /// The typed bytes that became bytes `decoded` of the value; `None` outside of it.
    pub(crate) fn locate(&self, decoded: Range<usize>) -> Option<Range<usize>> {
        if decoded.start > self.length {
            return None;
        }
        if decoded.start == self.length {
            let end = self.pieces.last().map_or(self.start, |(_, piece)| piece.raw.end);
            return Some(end..end);
        }
        let start = self.byte(decoded.start)?.start;
        let last =
            decoded.end.min(self.length).checked_sub(1).filter(|last| *last >= decoded.start);
        Some(start..last.and_then(|last| self.byte(last)).map_or(start, |typed| typed.end))
    }

    /// The typed bytes for byte `at` of the value.
    fn byte(&self, at: usize) -> Option<Range<usize>> {
        // Of several pieces with the same start only the last has bytes: the others are joined line breaks.
        let next = self.pieces.partition_point(|(start, _)| *start <= at);
        let (start, piece) = self.pieces.get(next.checked_sub(1)?)?;
        Some(piece.typed_range(at - start))
    }
}

/// A piece of a string: the typed bytes, and the number of bytes they became.
#[derive(Clone, Debug)]
struct Piece {
    raw: Range<usize>,
    length: usize,
    /// Whether the bytes are unchanged.
    literal: bool,
}

impl Piece {
    /// The typed bytes for byte `index` of the piece.
    fn typed_range(&self, index: usize) -> Range<usize> {
        if self.literal {
            self.raw.start + index..self.raw.start + index + 1
        } else {
            self.raw.clone()
        }
    }
}

/// The start of the value, and its closing quotes.
fn opening(raw: &str) -> Option<(usize, &'static str)> {
    let (length, close) = match raw.as_bytes() {
        [b'"', b'"', b'"', ..] if raw.len() >= 6 => (3, "\"\"\""),
        [b'\'', b'\'', b'\'', ..] if raw.len() >= 6 => (3, "'''"),
        [b'"', ..] => (1, "\""),
        [b'\'', ..] => (1, "'"),
        _ => return None,
    };
    let rest = raw.get(length..)?;
    if length == 1 {
        return Some((length, close));
    }
    let newline = if rest.starts_with("\r\n") { 2 } else { usize::from(rest.starts_with('\n')) };
    Some((length + newline, close))
}

struct Pieces<'a> {
    raw: &'a str,
    at: usize,
    end: usize,
    escapes: bool,
}

impl<'a> Pieces<'a> {
    fn of(raw: &'a str) -> Option<Self> {
        let (at, close) = opening(raw)?;
        let end = raw.strip_suffix(close)?.len();
        (at <= end).then_some(Self { raw, at, end, escapes: close.starts_with('"') })
    }

    fn escape(&self, rest: &str) -> Piece {
        let digits =
            |count: usize| (2 + count, char_length(rest.get(2..2 + count).unwrap_or_default()));
        let (typed, length) = match rest.as_bytes().get(1) {
            Some(b'x') => digits(2),
            Some(b'u') => digits(4),
            Some(b'U') => digits(8),
            Some(b' ' | b'\t' | b'\r' | b'\n') => {
                let joined = rest.get(1..).unwrap_or_default();
                (1 + joined.len() - joined.trim_start_matches([' ', '\t', '\r', '\n']).len(), 0)
            }
            _ => (2, 1),
        };
        Piece { raw: self.at..(self.at + typed).min(self.end), length, literal: false }
    }
}

/// The UTF-8 length of the character with the hexadecimal number `hex`.
fn char_length(hex: &str) -> usize {
    u32::from_str_radix(hex, 16).ok().and_then(char::from_u32).map_or(0, char::len_utf8)
}

impl Iterator for Pieces<'_> {
    type Item = Piece;

    fn next(&mut self) -> Option<Piece> {
        let rest = self.raw.get(self.at..self.end).filter(|rest| !rest.is_empty())?;
        let piece = match rest.find('\\').filter(|_| self.escapes) {
            Some(0) => self.escape(rest),
            found => {
                let length = found.unwrap_or(rest.len());
                Piece { raw: self.at..self.at + length, length, literal: true }
            }
        };
        self.at = piece.raw.end.max(self.at + 1);
        Some(piece)
    }
}

#[cfg(test)]
#[expect(clippy::string_slice, reason = "a test may fail")]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use toml::de::{DeTable, DeValue};

    fn locate(raw: &str, decoded: Range<usize>) -> Option<Range<usize>> {
        TypedString::of(raw)?.locate(decoded)
    }

    /// The part of `raw` that became the first `needle` in its value.
    fn typed<'a>(raw: &'a str, needle: &str) -> &'a str {
        let document = format!("k = {raw}");
        let table = DeTable::parse(&document).unwrap();
        let DeValue::String(value) = table.get_ref()["k"].get_ref() else {
            panic!("no string: {raw}")
        };
        let at = value.find(needle).unwrap();
        &raw[locate(raw, at..at + needle.len()).unwrap()]
    }

    #[test]
    fn every_kind_of_string_is_mapped_to_its_source() {
        for (raw, needle, expected) in [
            (r#""abc""#, "b", "b"),
            (r#""a\tb c""#, "b c", "b c"),
            (r#""a\u00e9b""#, "é", r"\u00e9"),
            (r#""a\U0001F399b""#, "🎙b", r"\U0001F399b"),
            (r#""\e[0m x""#, "x", "x"),
            (r#""a\\*b""#, r"\*", r"\\*"),
            (r"'a\*b'", r"\*", r"\*"),
            ("'🎙 🎙 слово'", "слово", "слово"),
            ("\"\"\"\nfirst\nsecond\"\"\"", "second", "second"),
            ("\"\"\"\r\nfirst\r\nsecond\"\"\"", "second", "second"),
            ("'''\none\ntwo'''", "two", "two"),
            ("\"\"\"one \\\n   two\"\"\"", "two", "two"),
            ("\"\"\"one \\\n   two\"\"\"", "one two", "one \\\n   two"),
        ] {
            assert_eq!(typed(raw, needle), expected, "{raw}");
        }
    }

    #[test]
    fn end_of_a_value_is_located() {
        assert_eq!(locate(r#""""#, 0..0), Some(1..1));
        assert_eq!(locate(r#""ab""#, 2..2), Some(3..3));
        assert_eq!(locate("12", 0..1), None);
    }

    proptest! {
        #[test]
        fn no_input_causes_a_panic(raw in r#"["']{0,3}[a\\uxU0-9\r\n🎙"' ]{0,12}["']{0,3}"#, from in 0usize..12, len in 0usize..6) {
            let _ = locate(&raw, from..from + len);
        }
    }
}
