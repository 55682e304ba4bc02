//! Tables, of which each row is a line; it does not decide where a table ends.

use std::ops::Range;

use super::{Leaf, Parser};
use crate::ParsedText;
use crate::block::{Alignment, Block, Table};
use crate::body::{leaf, marker};
use crate::problem::{MarkupProblem, MarkupProblemKind};

/// A table whose last row was not read yet.
pub(super) struct OpenTable {
    columns: Vec<Alignment>,
    header: Range<usize>,
    pub(super) rows: Vec<Range<usize>>,
}

impl Parser<'_> {
    /// Opens a table if `row` makes the paragraph's last line its header.
    pub(super) fn open_table(&mut self, row: &str) -> bool {
        let Some(Leaf::Paragraph(paragraph)) = &mut self.leaf else { return false };
        let Some(columns) = marker::table(paragraph.last_line(self.source), row) else {
            return false;
        };
        let Some(header) = paragraph.pop_line() else { return false };
        self.close_leaf();
        self.leaf = Some(Leaf::Table(OpenTable { columns, header, rows: Vec::new() }));
        true
    }

    pub(super) fn close_table(&mut self, open: OpenTable) {
        if !self.options.rich {
            let range = open.header.start..self.content_end.max(open.header.end);
            return self.problems.push(MarkupProblem { range, kind: MarkupProblemKind::Table });
        }
        let columns = open.columns.len();
        let header = self.cells(open.header, columns);
        let rows = open.rows.into_iter().map(|row| self.cells(row, columns)).collect();
        self.push_block(Block::Table(Table { columns: open.columns, header, rows }));
    }

    /// The cells of a row, one for each column.
    fn cells(&mut self, row: Range<usize>, columns: usize) -> Vec<ParsedText> {
        let typed = self.source.get(row.clone()).unwrap_or_default();
        let mut places = marker::cells(typed);
        if places.len() > columns {
            let kind = MarkupProblemKind::ExtraCells { cells: places.len(), columns };
            self.problems.push(MarkupProblem { range: row.clone(), kind });
        }
        places.resize(columns, typed.len()..typed.len());
        let cell = |cell: Range<usize>| {
            let range = row.start + cell.start..row.start + cell.end;
            leaf::cell(self.source, range, self.definitions, &mut self.problems)
        };
        places.into_iter().map(cell).collect()
    }
}
