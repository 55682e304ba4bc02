//! The buttons of a post, as its file has them.

use toml_edit::{ArrayOfTables, Table, value};

use crate::message::ButtonPress;

/// A button: the number of its row, its words, and what a press does.
type Button<'b> = (i64, &'b str, &'b ButtonPress);

/// The tables of the buttons. A row is named only where several buttons share one.
#[must_use]
pub fn button_tables(buttons: &[Button<'_>]) -> ArrayOfTables {
    let is_shared = |row: i64| buttons.iter().filter(|one| one.0 == row).count() > 1;
    let has_rows = buttons.iter().any(|one| is_shared(one.0));
    let table = |(row, text, press): &Button<'_>| {
        let mut table = Table::new();
        table.insert("text", value(*text));
        match press {
            ButtonPress::Url(url) => table.insert("url", value(url)),
            ButtonPress::CopyText { text } => table.insert("copy", value(text)),
        };
        if has_rows {
            table.insert("row", value(*row));
        }
        table
    };
    buttons.iter().map(table).collect()
}
