//! Wraps a line of cells into rows: between words, and inside a word only where it is wider than a row.

use unicode_general_category::{GeneralCategory, get_general_category};

use super::flow::Cell;

/// Wraps text. Spaces at a break are dropped; those at the start of the line are kept.
pub(super) fn words<'a>(cells: Vec<Cell<'a>>, columns: usize) -> Vec<Vec<Cell<'a>>> {
    let mut rows = Rows::new(columns);
    let mut spaces: Vec<Cell<'a>> = Vec::new();
    let mut word: Vec<Cell<'a>> = Vec::new();
    for cell in cells.into_iter().flat_map(|cell| fitting(cell, columns)) {
        if is_space(&cell) {
            rows.put_word(&mut spaces, &mut word);
            spaces.push(cell);
            continue;
        }
        if may_break(&word, &cell) {
            rows.put_word(&mut spaces, &mut word);
        }
        word.push(cell);
    }
    rows.put_word(&mut spaces, &mut word);
    rows.finish()
}

/// Wraps code wherever a row is full, and keeps every space.
pub(super) fn code(cells: Vec<Cell<'_>>, columns: usize) -> Vec<Vec<Cell<'_>>> {
    let mut rows = Rows::new(columns);
    for cell in cells.into_iter().flat_map(|cell| fitting(cell, columns)) {
        rows.put(cell);
    }
    rows.finish()
}

pub(super) fn width(cells: &[Cell<'_>]) -> usize {
    cells.iter().map(|cell| cell.width).sum()
}

struct Rows<'a> {
    columns: usize,
    full: Vec<Vec<Cell<'a>>>,
    row: Vec<Cell<'a>>,
    /// Columns of `row`.
    used: usize,
}

impl<'a> Rows<'a> {
    fn new(columns: usize) -> Self {
        Self { columns, full: Vec::new(), row: Vec::new(), used: 0 }
    }

    /// Adds a word with the spaces before it, on the next row if this one is full.
    fn put_word(&mut self, spaces: &mut Vec<Cell<'a>>, word: &mut Vec<Cell<'a>>) {
        if word.is_empty() {
            return;
        }
        let fits = self.used + width(spaces) + width(word) <= self.columns;
        let is_first = self.row.is_empty() && self.full.is_empty();
        if fits || is_first {
            spaces.drain(..).for_each(|cell| self.put(cell));
        } else if !self.row.is_empty() {
            self.next_row();
        }
        spaces.clear();
        word.drain(..).for_each(|cell| self.put(cell));
    }

    fn put(&mut self, cell: Cell<'a>) {
        if self.used + cell.width > self.columns {
            self.next_row();
        }
        self.used += cell.width;
        self.row.push(cell);
    }

    fn next_row(&mut self) {
        self.full.push(std::mem::take(&mut self.row));
        self.used = 0;
    }

    /// The rows; at least one.
    fn finish(mut self) -> Vec<Vec<Cell<'a>>> {
        if !self.row.is_empty() || self.full.is_empty() {
            self.next_row();
        }
        self.full
    }
}

/// Splits a cell that is wider than a row: a long run of Korean letters can be one grapheme.
fn fitting(cell: Cell<'_>, columns: usize) -> Vec<Cell<'_>> {
    if cell.width <= columns {
        return vec![cell];
    }
    cell.text.chars().map(|character| Cell::new(character.to_string(), cell.style)).collect()
}

/// White space other than the no-break spaces.
fn is_space(cell: &Cell<'_>) -> bool {
    cell.text.chars().all(|character| {
        character.is_whitespace() && !matches!(character, '\u{a0}' | '\u{2007}' | '\u{202f}')
    })
}

/// Whether a line may break between `word`, which contains no space, and `next`.
fn may_break(word: &[Cell<'_>], next: &Cell<'_>) -> bool {
    let Some(last) = word.last() else { return false };
    let Some(following) = next.text.chars().next() else { return false };
    let Some(preceding) = last.text.chars().next() else { return false };
    if matches!(preceding, '-' | '\u{2010}' | '\u{2013}' | '\u{2014}') {
        // A hyphen between letters, not a minus or a dash that starts a line.
        let before = word.iter().rev().nth(1).and_then(|cell| cell.text.chars().next());
        return following.is_alphabetic() && before.is_some_and(char::is_alphanumeric);
    }
    // Ideographs, kana and emoji have no spaces between them; punctuation stays with its word.
    (last.width == 2 || next.width == 2) && !clings_to_next(preceding) && !clings_to_last(following)
}

fn clings_to_next(character: char) -> bool {
    matches!(
        get_general_category(character),
        GeneralCategory::OpenPunctuation | GeneralCategory::InitialPunctuation
    ) || matches!(character, '#' | '@' | '$' | '▒' | '`')
}

fn clings_to_last(character: char) -> bool {
    matches!(
        get_general_category(character),
        GeneralCategory::ClosePunctuation
            | GeneralCategory::FinalPunctuation
            | GeneralCategory::OtherPunctuation
            | GeneralCategory::DashPunctuation
    ) || matches!(character, 'ー' | '▒' | '`' | '\u{a0}' | '\u{2007}' | '\u{202f}')
}

#[cfg(test)]
mod tests {
    use super::super::style::Style;
    use super::*;
    use unicode_segmentation::UnicodeSegmentation;

    fn cells(text: &str) -> Vec<Cell<'_>> {
        text.graphemes(true).map(|grapheme| Cell::new(grapheme, Style::default())).collect()
    }

    fn joined(rows: &[Vec<Cell<'_>>]) -> String {
        let rows =
            rows.iter().map(|row| row.iter().map(|cell| cell.text.as_ref()).collect::<String>());
        rows.collect::<Vec<_>>().join("|")
    }

    #[test]
    fn lines_break_between_words_if_possible() {
        let rows = [
            ("", ""),
            ("one two", "one two"),
            ("one two three", "one two|three"),
            ("one  two    three ", "one  two|three"),
            ("  one", "  one"),
            ("abcdefghijkl", "abcdefgh|ijkl"),
            ("ab abcdefghijkl m", "ab|abcdefgh|ijkl m"),
            ("сине-жёлтый", "сине-|жёлтый"),
            ("ab cd -5678", "ab cd|-5678"),
            ("a\u{a0}b c\u{a0}d\u{a0}e", "a\u{a0}b|c\u{a0}d\u{a0}e"),
            ("日本語日本語", "日本語日|本語"),
            ("日本語日。語", "日本語|日。語"),
            ("a 👨‍👩‍👧👨‍👩‍👧👨‍👩‍👧👨‍👩‍👧", "a 👨‍👩‍👧👨‍👩‍👧👨‍👩‍👧|👨‍👩‍👧"),
            ("🇷🇺🇰🇵🇷🇺🇰🇵🇷🇺", "🇷🇺🇰🇵🇷🇺🇰🇵|🇷🇺"),
            ("#日本語日本", "#日本語|日本"),
            ("         x", "        | x"),
        ];
        for (text, expected) in rows {
            assert_eq!(joined(&words(cells(text), 8)), expected, "{text:?}");
        }
    }

    #[test]
    fn code_breaks_anywhere_and_keeps_its_spaces() {
        assert_eq!(joined(&code(cells("  let x =  1;"), 8)), "  let x |=  1;");
        assert_eq!(joined(&code(cells("ᄀᄀᄀᄀᄀᄀ"), 8)), "ᄀᄀᄀᄀ|ᄀᄀ");
    }
}
