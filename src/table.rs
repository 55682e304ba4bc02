//! A table with aligned columns for a terminal.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};
use unicode_width::UnicodeWidthStr;

use crate::escape;

/// How a table is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TableStyle {
    /// Whether it has colours.
    pub colour: bool,
    /// Whether its header is shown.
    pub header: bool,
}

/// How much attention a cell needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// None.
    Plain,
    /// It is done.
    Good,
    /// It will be done, or is being done.
    Active,
    /// An operator may have to look.
    Warning,
    /// It failed.
    Bad,
    /// It is over.
    Faint,
}

impl Tone {
    fn style(self) -> Style {
        match self {
            Self::Plain => Style::new(),
            Self::Good => AnsiColor::Green.on_default(),
            Self::Active => AnsiColor::Cyan.on_default(),
            Self::Warning => AnsiColor::Yellow.on_default(),
            Self::Bad => AnsiColor::Red.on_default(),
            Self::Faint => Style::new().dimmed(),
        }
    }
}

#[derive(Clone, Debug)]
struct Cell {
    text: String,
    tone: Tone,
}

/// A table. Every column is as wide as its widest cell, two spaces separate columns, and an empty column is left out.
#[derive(Clone, Debug, Default)]
pub struct Table {
    header: Vec<&'static str>,
    rows: Vec<Vec<Cell>>,
}

impl Table {
    /// A table whose columns have names.
    #[must_use]
    pub fn with_header(header: impl Into<Vec<&'static str>>) -> Self {
        Self { header: header.into(), rows: Vec::new() }
    }

    /// Adds a row.
    pub fn row<C: Into<String>>(&mut self, cells: impl IntoIterator<Item = C>) {
        let cell =
            |cell: C| Cell { text: escape::line(&cell.into()).into_owned(), tone: Tone::Plain };
        self.rows.push(cells.into_iter().map(cell).collect());
    }

    /// Adds a row with a tone for one of its columns, from 0.
    pub fn toned_row<C: Into<String>>(
        &mut self,
        column: usize,
        tone: Tone,
        cells: impl IntoIterator<Item = C>,
    ) {
        self.row(cells);
        if let Some(cell) = self.rows.last_mut().and_then(|row| row.get_mut(column)) {
            cell.tone = tone;
        }
    }

    /// The lines without colours and without a header, each with a line break and without trailing spaces.
    #[must_use]
    pub fn draw(&self) -> String {
        self.draw_with(TableStyle::default())
    }

    /// The lines, each with a line break and without trailing spaces. A table without rows has no header.
    #[must_use]
    pub fn draw_with(&self, look: TableStyle) -> String {
        let bold = Style::new().bold();
        let header: Vec<Cell> = if look.header && !self.rows.is_empty() {
            let cell = |name: &&str| Cell { text: (*name).to_owned(), tone: Tone::Plain };
            self.header.iter().map(cell).collect()
        } else {
            Vec::new()
        };
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        let width = |column: usize| {
            let cells = self.rows.iter().filter_map(|row| row.get(column));
            let widest = cells.map(|cell| cell.text.width()).max().unwrap_or(0);
            let name = header.get(column).map_or(0, |cell| cell.text.width());
            if widest == 0 { 0 } else { widest.max(name) }
        };
        let widths: Vec<usize> = (0..columns).map(width).collect();
        let mut drawn = String::new();
        let lines = (!header.is_empty()).then_some((&header, Some(bold)));
        for (row, style) in lines.into_iter().chain(self.rows.iter().map(|row| (row, None))) {
            let mut spaces = 0;
            for (cell, width) in row.iter().zip(&widths).filter(|(_, width)| **width > 0) {
                if !cell.text.is_empty() {
                    drawn.push_str(&" ".repeat(spaces));
                    spaces = 0;
                    let style = style.unwrap_or(cell.tone.style());
                    let style = if look.colour { style } else { Style::new() };
                    let _ = write!(drawn, "{style}{}{style:#}", cell.text);
                }
                spaces += width.saturating_sub(cell.text.width()) + 2;
            }
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

    #[test]
    fn header_names_the_columns_that_are_shown() {
        let mut table = Table::with_header(["STATE", "SENT", "POST"]);
        let look = TableStyle { colour: false, header: true };
        assert_eq!(table.draw_with(look), "");
        table.row(["due", "", "summit"]);
        assert_eq!(table.draw_with(look), "STATE  POST\ndue    summit\n");
        assert_eq!(table.draw(), "due  summit\n");
    }

    #[test]
    fn colours_change_no_width() {
        let mut table = Table::with_header(["STATE", "POST"]);
        table.toned_row(0, Tone::Bad, ["failed", "a"]);
        table.toned_row(0, Tone::Plain, ["due", "b"]);
        let drawn = table.draw_with(TableStyle { colour: true, header: true });
        assert_eq!(
            drawn,
            "\u{1b}[1mSTATE\u{1b}[0m   \u{1b}[1mPOST\u{1b}[0m\n\u{1b}[31mfailed\u{1b}[0m  a\ndue     b\n"
        );
    }
}
