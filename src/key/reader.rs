//! Reads a spanned TOML table from its declaration and collects all problems; it never stops at the first.

use std::collections::BTreeSet;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::suggestion::{key_for_synonym, nearest};
use super::{Field, Record, UnreadKeys};
use crate::diagnostic::problem::{KeyAdvice, TomlProblem};
use crate::diagnostic::{Code, Diagnostic, Problem};
use crate::limits;
use crate::schema::{Container, Table};
use crate::source::SourceFile;

mod mismatch;
mod syntax;
#[cfg(test)]
mod tests;

/// Reads one file and collects its problems.
#[derive(Debug)]
pub struct Reader<'f> {
    /// The file.
    pub file: &'f SourceFile,
    diagnostics: Vec<Diagnostic>,
    /// The start of each error.
    error_starts: BTreeSet<usize>,
    /// Malformed TOML, in the file's order. The parser guessed the values there, so they are not checked.
    malformed: Vec<Range<usize>>,
    /// The tables that are being read, the outermost first.
    open_tables: Vec<OpenTable>,
    /// The names that lead to the current value; a list adds none.
    path: Vec<String>,
    in_list: bool,
    /// The keys of the current table that were typed but could not be read.
    unread: UnreadKeys,
    /// The first two names of the path to each such key.
    losses: BTreeSet<Vec<String>>,
}

/// A table that is being read.
#[derive(Debug)]
struct OpenTable {
    table: &'static Table,
    /// Its header, or the whole table if it is an inline table.
    span: Range<usize>,
    /// The length of the path to it.
    depth: usize,
}

impl<'f> Reader<'f> {
    /// Parses `file` and reads it as a record.
    #[must_use]
    pub fn read<R: Record<'f>>(file: &'f SourceFile) -> (R, Self) {
        let (table, errors) = DeTable::parse_recoverable(file.toml());
        let mut reader = Self::of(file);
        let syntax = syntax::malformed(file, &errors, table.get_ref());
        for diagnostic in syntax.diagnostics {
            reader.note(diagnostic);
        }
        reader.malformed = syntax.unchecked;
        if !reader.diagnostics.iter().any(|diagnostic| diagnostic.code() == Code::TooDeep) {
            reader.check_depth(table.get_ref());
        }
        let record = reader.record(table.get_ref(), 0..0);
        (record, reader)
    }

    fn of(file: &'f SourceFile) -> Self {
        Self {
            file,
            diagnostics: Vec::new(),
            error_starts: BTreeSet::new(),
            malformed: Vec::new(),
            open_tables: Vec::new(),
            path: Vec::new(),
            in_list: false,
            unread: UnreadKeys::default(),
            losses: BTreeSet::new(),
        }
    }

    /// Whether the file has malformed TOML, which may be the reason for a missing key.
    #[must_use]
    pub fn is_malformed(&self) -> bool {
        !self.malformed.is_empty()
    }

    /// Adds a problem at `span`, unless the TOML there is malformed.
    pub fn report(&mut self, span: Range<usize>, problem: impl Into<Problem>) {
        self.add(Diagnostic::new(span, problem));
    }

    /// Adds a problem, unless the TOML at its place is malformed.
    pub fn add(&mut self, diagnostic: Diagnostic) {
        let at = diagnostic.span.start;
        let next = self.malformed.partition_point(|range| range.end <= at);
        if self.malformed.get(next).is_none_or(|range| at < range.start) {
            self.note(diagnostic);
        }
    }

    /// Adds a problem, even where the TOML is malformed.
    pub fn note(&mut self, diagnostic: Diagnostic) {
        if diagnostic.is_error() {
            self.error_starts.insert(diagnostic.span.start);
        }
        self.diagnostics.push(diagnostic);
    }

    /// All problems.
    #[must_use]
    pub fn finish(self) -> Vec<Diagnostic> {
        self.diagnostics
    }

    /// Whether there is an error.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        !self.error_starts.is_empty()
    }

    /// Whether the table at `span` has malformed TOML, which may be the reason for a missing key.
    ///
    /// `span` is a whole inline table, or a header. The table of a header ends before the next line that starts with `[`.
    #[must_use]
    pub fn is_malformed_in_table(&self, span: &Range<usize>) -> bool {
        let text = self.file.toml();
        let is_inline = text.get(span.start..).is_some_and(|table| table.starts_with('{'));
        let below = text.get(span.end..).filter(|_| !is_inline);
        let end = below.map_or(span.end, |below| {
            span.end + below.find("\n[").map_or(below.len(), |header| header + 1)
        });
        self.malformed.iter().any(|range| range.start < end && span.start < range.end)
    }

    /// Whether an error starts within `span`, or the TOML there is malformed.
    #[must_use]
    pub fn has_errors_in(&self, span: &Range<usize>) -> bool {
        let next = self.malformed.partition_point(|range| range.end < span.start);
        self.malformed.get(next).is_some_and(|range| range.start <= span.end)
            || self.error_starts.range(span.start..=span.end).next().is_some()
    }

    /// A reader of the same file without any problems.
    #[must_use]
    pub fn without_reports(&self) -> Self {
        Self::of(self.file)
    }

    /// Records that the current key could not be read.
    pub(crate) fn mark_unread(&mut self) {
        let depth = self.open_tables.last().map_or(0, |table| table.depth);
        if let Some(key) = self.path.get(depth) {
            self.unread.add(key);
        }
        self.record_loss();
    }

    fn record_loss(&mut self) {
        self.losses.insert(self.path.iter().take(2).cloned().collect());
    }

    /// Whether a key below `table.name`, at any depth, could not be read.
    pub(crate) fn has_losses_below(&self, table: &str, name: &str) -> bool {
        self.losses.iter().any(
            |path| matches!(path.as_slice(), [outer, inner] if outer == table && inner == name),
        )
    }

    /// Reads the keys of the table at `span` and reports unknown ones.
    pub fn record<'i, R: Record<'i>>(&mut self, table: &DeTable<'i>, span: Range<usize>) -> R {
        let outer_unread = std::mem::take(&mut self.unread);
        self.open_tables.push(OpenTable { table: R::TABLE, span, depth: self.path.len() });
        let mut record = R::read_keys(&Entries { table }, self);
        let mut known: [&'static str; 64] = [""; 64];
        let mut count = 0;
        (R::TABLE.visit)(&mut |key| {
            if let Some(slot) = known.get_mut(count) {
                *slot = key.name;
                count += 1;
            }
        });
        let known = known.get(..count).unwrap_or_default();
        for name in table.keys() {
            if !known.contains(&name.get_ref().as_ref()) {
                self.unknown_key(name, R::TABLE, known);
            }
        }
        self.open_tables.pop();
        record.set_unread(std::mem::replace(&mut self.unread, outer_unread));
        record
    }

    fn unknown_key(
        &mut self,
        name: &Spanned<std::borrow::Cow<'_, str>>,
        table: &'static Table,
        known: &[&'static str],
    ) {
        let typed = name.get_ref().as_ref();
        let near = key_for_synonym(typed, known).or_else(|| nearest(typed, known.iter().copied()));
        let advice = self
            .misplaced(typed, &name.span())
            .or_else(|| near.map(KeyAdvice::Near))
            .or_else(|| owner_below(table, typed).map(KeyAdvice::Below));
        if advice.is_some() {
            self.unread.add(near.unwrap_or(typed));
            self.record_loss();
        }
        let problem = TomlProblem::UnknownKey {
            key: typed.to_owned(),
            path: self.path.clone(),
            advice: advice.unwrap_or_else(|| KeyAdvice::Known(known.to_vec())),
        };
        self.report(name.span(), problem);
    }

    /// Advice for a key that belongs to a surrounding table.
    fn misplaced(&self, typed: &str, name: &Range<usize>) -> Option<KeyAdvice> {
        let (current, outer_tables) = self.open_tables.split_last()?;
        let outer = outer_tables
            .iter()
            .rev()
            .find(|outer| outer.table.keys().iter().any(|key| key.name == typed))?;
        let owner = self.path.get(..outer.depth).unwrap_or_default().to_vec();
        let header = self.file.text.get(current.span.clone())?;
        // Every key below a header belongs to its table; authors who append a key to the file do not expect this.
        let is_header = header.starts_with('[') && current.span.end <= name.start;
        let header = is_header.then(|| header.to_owned());
        Some(KeyAdvice::Misplaced { header, owner })
    }

    /// Runs `read` with `name` added to the path.
    pub fn inside<T>(&mut self, name: &str, read: impl FnOnce(&mut Self) -> T) -> T {
        self.path.push(name.to_owned());
        let value = read(self);
        self.path.pop();
        value
    }

    /// Reads an item of a list.
    pub fn inside_list<T>(&mut self, read: impl FnOnce(&mut Self) -> T) -> T {
        let was_in_list = std::mem::replace(&mut self.in_list, true);
        let value = read(self);
        self.in_list = was_in_list;
        value
    }

    fn check_depth(&mut self, table: &DeTable<'_>) {
        if let Some(span) = table.values().find_map(|value| deeper_than(value, limits::TOML_DEPTH))
        {
            self.report(span, TomlProblem::TooDeep);
        }
    }
}

/// The entries of a table.
#[derive(Debug)]
pub struct Entries<'t, 'i> {
    table: &'t DeTable<'i>,
}

impl<'i> Entries<'_, 'i> {
    /// Reads the value of the key `name`, if it is set.
    pub fn read<F: Field<'i>>(&self, name: &'static str, reader: &mut Reader<'_>) -> Option<F> {
        let value = self.table.get(name)?;
        let was_in_list = std::mem::replace(&mut reader.in_list, false);
        let field = reader.inside(name, |reader| F::read(value, reader));
        reader.in_list = was_in_list;
        field
    }
}

/// The first value that is nested deeper than `levels`. The recursion stops there.
fn deeper_than(value: &Spanned<DeValue<'_>>, levels: usize) -> Option<Range<usize>> {
    let Some(below) = levels.checked_sub(1) else {
        return matches!(value.get_ref(), DeValue::Array(_) | DeValue::Table(_))
            .then(|| value.span());
    };
    match value.get_ref() {
        DeValue::Array(items) => items.iter().find_map(|item| deeper_than(item, below)),
        DeValue::Table(table) => table.values().find_map(|item| deeper_than(item, below)),
        _ => None,
    }
}

/// The table directly below `table` that has a key with this name.
fn owner_below(table: &Table, typed: &str) -> Option<String> {
    table.keys().iter().find_map(|key| {
        let (below, container) = key.kind.table()?;
        let shown = match container {
            Container::Nothing => key.name.to_owned(),
            Container::List => format!("[[{}]]", key.name),
            Container::Names(noun) => format!("[{}.{}]", key.name, noun.to_uppercase()),
        };
        below.keys().iter().any(|below| below.name == typed).then_some(shown)
    })
}
