//! How many diagnostics of a file are not shown, and the words for it.

use crate::diagnostic::Diagnostic;

/// The diagnostics that are counted, and not shown.
#[derive(Clone, Debug)]
pub(super) struct LeftOut {
    /// What is shown in their place: the first of them, with how many they are.
    pub(super) note: Diagnostic,
    pub(super) errors: usize,
    pub(super) warnings: usize,
}

impl LeftOut {
    pub(super) fn of(first: &Diagnostic, errors: usize, warnings: usize) -> Self {
        let count = |count: usize, noun: &str| match count {
            1 => format!("1 {noun}"),
            count => format!("{count} {noun}s"),
        };
        let kinds = match (errors, warnings) {
            (errors, 0) => count(errors, "error"),
            (0, warnings) => count(warnings, "warning"),
            (errors, warnings) => {
                format!("{} and {}", count(errors, "error"), count(warnings, "warning"))
            }
        };
        let message = format!("and {} more in this file: {kinds}", errors + warnings);
        let hint = "fix the problems above first, then run the command again";
        let note = Diagnostic::new(first.code, first.span.clone(), message, hint);
        Self { note, errors, warnings }
    }
}
