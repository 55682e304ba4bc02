//! An index of a text's lines, for finding many positions without scanning the text each time.

use std::ops::Range;

/// The number of bytes between two entries of the character index.
const STRIDE: usize = 256;

/// A position in a file; both numbers count from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The line.
    pub line: usize,
    /// The column, in characters.
    pub column: usize,
}

/// The start of each line of a text.
#[derive(Clone, Debug)]
pub struct Lines<'t> {
    text: &'t str,
    starts: Vec<usize>,
    /// The number of characters before every [`STRIDE`]th byte.
    characters: Vec<usize>,
}

impl<'t> Lines<'t> {
    /// Scans `text` once.
    #[must_use]
    pub fn of(text: &'t str) -> Self {
        let bytes = text.as_bytes();
        let newlines = memchr::memchr_iter(b'\n', bytes).map(|newline| newline + 1);
        let mut count = 0;
        let mut characters = vec![0];
        for stride in bytes.chunks(STRIDE) {
            count += stride.iter().filter(|byte| begins_character(**byte)).count();
            characters.push(count);
        }
        Self { text, starts: std::iter::once(0).chain(newlines).collect(), characters }
    }

    /// The line and column of byte `at`. A byte inside a character has the character's position; a byte past the end has the end's.
    #[must_use]
    pub fn place(&self, at: usize) -> Position {
        let mut at = at.min(self.text.len());
        while !self.text.is_char_boundary(at) {
            at -= 1;
        }
        let line = self.starts.partition_point(|start| *start <= at);
        let column = self.characters_before(at) - self.characters_before(self.start(line));
        Position { line, column: column + 1 }
    }

    /// The bytes of lines `first` to `last`, counted from 1, without the last line break.
    #[must_use]
    pub fn range(&self, first: usize, last: usize) -> Range<usize> {
        let end = self.starts.get(last).map_or(self.text.len(), |next| next - 1);
        self.start(first)..end
    }

    fn start(&self, line: usize) -> usize {
        let index = line.saturating_sub(1);
        self.starts.get(index).copied().unwrap_or(self.text.len())
    }

    fn characters_before(&self, at: usize) -> usize {
        let stride = at / STRIDE;
        let known = self.characters.get(stride).copied().unwrap_or_default();
        let rest = self.text.as_bytes().get(stride * STRIDE..at).unwrap_or_default();
        known + rest.iter().filter(|byte| begins_character(**byte)).count()
    }
}

/// Whether a UTF-8 byte is the first of a character.
fn begins_character(byte: u8) -> bool {
    byte & 0xC0 != 0x80
}

#[cfg(test)]
#[expect(clippy::string_slice, reason = "a test may fail")]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_and_lines_count_from_one() {
        let text = "a = 1\nя = \"🎙x\"\n";
        let lines = Lines::of(text);
        let place = |at| {
            let place = lines.place(at);
            (place.line, place.column)
        };
        assert_eq!(place(0), (1, 1));
        assert_eq!(place(5), (1, 6));
        assert_eq!(place(6), (2, 1));
        assert_eq!(place(text.find('x').unwrap()), (2, 7));
        assert_eq!(place(text.find('x').unwrap() - 2), (2, 6));
        assert_eq!(place(9_999), (3, 1));
    }

    #[test]
    fn positions_equal_counted_ones() {
        let text = "é🎙\n".repeat(300) + &"слово ".repeat(100);
        let lines = Lines::of(&text);
        for (at, _) in text.char_indices() {
            let before = &text[..at];
            let start = before.rfind('\n').map_or(0, |newline| newline + 1);
            let expected = Position {
                line: before.matches('\n').count() + 1,
                column: before[start..].chars().count() + 1,
            };
            assert_eq!(lines.place(at), expected, "{at}");
        }
    }

    #[test]
    fn line_ranges_exclude_the_last_line_break() {
        let text = "one\ntwo\n\nfour";
        let lines = Lines::of(text);
        for (first, last, expected) in [
            (1, 1, "one"),
            (1, 2, "one\ntwo"),
            (3, 3, ""),
            (4, 4, "four"),
            (4, 9, "four"),
            (9, 9, ""),
        ] {
            assert_eq!(&text[lines.range(first, last)], expected, "{first} {last}");
        }
    }
}
