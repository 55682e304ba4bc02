//! The keys that a table must have.

use crate::diagnostic::problem::PostProblem;
use crate::field::Fields;
use crate::key::{Item, Record};

/// The value. Reports a table without it.
pub(super) fn required<'a, T, R: Record<'a>>(
    table: &Item<R>,
    value: Option<&'a T>,
    name: &'static str,
    key: &'static str,
    fields: &mut Fields<'_>,
) -> Option<&'a T> {
    let is_unread = table.value.unread().has(key) || fields.is_malformed_in_table(&table.span);
    if value.is_none() && !is_unread {
        fields.report(table.span.clone(), PostProblem::MissingKey(name, key));
    }
    value
}
