//! Reads one line of a body and counts columns, so that a tab indents by its width. It knows no markup.

use std::ops::Range;

/// Columns between two tab stops (CommonMark, "Tabs").
pub(super) const TAB_STOP: usize = 4;

/// A position in a line: everything before it has been read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cursor<'a> {
    /// The line without its line break.
    line: &'a str,
    /// The byte of the body at which the line starts.
    start: usize,
    /// Bytes of the line that have been read.
    taken: usize,
    /// Columns that have been read.
    column: usize,
    /// Columns left of a tab that was read in part; its byte counts as read.
    spare: usize,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(line: &'a str, start: usize) -> Self {
        Self { line, start, taken: 0, column: 0, spare: 0 }
    }

    /// The rest of the line.
    pub(super) fn rest(&self) -> &'a str {
        self.line.get(self.taken..).unwrap_or_default()
    }

    /// The byte of the body at which [`Self::rest`] starts.
    pub(super) fn place(&self) -> usize {
        self.start + self.taken
    }

    /// The bytes of the body that [`Self::rest`] covers.
    pub(super) fn range(&self) -> Range<usize> {
        self.place()..self.start + self.line.len()
    }

    /// The same bytes without the white space at the end of the line.
    pub(super) fn content(&self) -> Range<usize> {
        self.place()..self.place() + self.rest().trim_end_matches([' ', '\t']).len()
    }

    /// Columns left of a tab that was read in part: white space that is not in [`Self::rest`].
    pub(super) fn spare(&self) -> usize {
        self.spare
    }

    /// Whether only spaces and tabs are left.
    pub(super) fn is_blank(&self) -> bool {
        self.rest().bytes().all(is_space)
    }

    /// Columns of white space that come next.
    pub(super) fn indent(&self) -> usize {
        let mut column = self.column + self.spare;
        for byte in self.rest().bytes() {
            column += match byte {
                b' ' => 1,
                b'\t' => to_tab_stop(column),
                _ => break,
            };
        }
        column - self.column
    }

    /// Takes white space, `columns` of it at most.
    pub(super) fn take_columns(&mut self, mut columns: usize) {
        while columns > 0 {
            if self.spare > 0 {
                let width = self.spare.min(columns);
                self.spare -= width;
                self.column += width;
                columns -= width;
                continue;
            }
            match self.rest().bytes().next() {
                Some(b' ') => self.spare = 1,
                Some(b'\t') => self.spare = to_tab_stop(self.column),
                _ => return,
            }
            self.taken += 1;
        }
    }

    /// Takes all white space that comes next.
    pub(super) fn take_indent(&mut self) {
        self.take_columns(self.indent());
    }

    /// The position after the white space that comes next.
    pub(super) fn after_indent(mut self) -> Self {
        self.take_indent();
        self
    }

    /// The position, and the one after the next `bytes`; the first ends before them.
    pub(super) fn split(self, bytes: usize) -> (Self, Self) {
        let end = self.taken + bytes;
        let mut after = self;
        after.take_marker(bytes);
        (Self { line: self.line.get(..end).unwrap_or(self.line), ..self }, after)
    }

    /// Takes a marker of `bytes` ASCII characters.
    pub(super) fn take_marker(&mut self, bytes: usize) {
        self.taken += bytes;
        self.column += bytes;
    }
}

/// Whether a byte is white space to the block structure: a no-break space is not.
pub(super) fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

/// Columns from `column` to the next tab stop.
fn to_tab_stop(column: usize) -> usize {
    TAB_STOP - column % TAB_STOP
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tab_reaches_the_next_stop() {
        let mut cursor = Cursor::new(">\t\tx", 10);
        cursor.take_marker(1);
        assert_eq!(cursor.indent(), 7);
        cursor.take_columns(1);
        assert_eq!((cursor.spare(), cursor.indent(), cursor.place()), (2, 6, 12));
        cursor.take_indent();
        assert_eq!((cursor.rest(), cursor.indent(), cursor.range()), ("x", 0, 13..14));
    }

    #[test]
    fn only_white_space_is_taken() {
        let mut cursor = Cursor::new("  \u{a0}x", 0);
        assert_eq!(cursor.indent(), 2);
        cursor.take_columns(9);
        assert_eq!(cursor.rest(), "\u{a0}x");
        assert!(!cursor.is_blank());
    }
}
