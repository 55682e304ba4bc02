//! A table with aligned columns for a terminal.

use unicode_width::UnicodeWidthStr;

use crate::escape;

/// A table. Every column is as wide as its widest cell, two spaces separate columns, and an empty column is left out.
#[derive(Clone, Debug, Default)]
pub struct Table {
    rows: Vec<Vec<String>>,
}

impl Table {
    /// Adds a row.
    pub fn row<C: Into<String>>(&mut self, cells: impl IntoIterator<Item = C>) {
        let cells = cells.into_iter().map(|cell| escape::line(&cell.into()).into_owned());
        self.rows.push(cells.collect());
    }

    /// The lines, each with a line break and without trailing spaces.
    #[must_use]
    pub fn draw(&self) -> String {
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        let widths: Vec<usize> = (0..columns)
            .map(|column| {
                let cells = self.rows.iter().filter_map(|row| row.get(column));
                cells.map(|cell| cell.width()).max().unwrap_or(0)
            })
            .collect();
        let mut drawn = String::new();
        for row in &self.rows {
            let mut line = String::new();
            for (cell, width) in row.iter().zip(&widths).filter(|(_, width)| **width > 0) {
                line.push_str(cell);
                line.push_str(&" ".repeat(width.saturating_sub(cell.width()) + 2));
            }
            drawn.push_str(line.trim_end());
            drawn.push('\n');
        }
        drawn
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_aligned_by_display_width() {
        let mut table = Table::default();
        table.row(["a", "", "one"]);
        table.row(["漢字", "", "two"]);
        table.row(["long", "", ""]);
        assert_eq!(table.draw(), "a     one\n漢字  two\nlong\n");
        assert_eq!(Table::default().draw(), "");
        let mut table = Table::default();
        table.row(["a\n::error::\u{1b}[2J", "b"]);
        assert_eq!(table.draw(), "a␊::error::␛[2J  b\n");
    }
}
