//! Reading a spanned TOML table by its description, collecting everything that is wrong; it stops at nothing.

use std::collections::BTreeSet;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::suggestion::nearest;
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

/// What a reading collects.
#[derive(Debug)]
pub struct Reader<'f> {
    /// The file that is read.
    pub file: &'f SourceFile,
    diagnostics: Vec<Diagnostic>,
    /// Where the errors begin.
    error_starts: BTreeSet<usize>,
    /// Malformed TOML, in the file's order: what was made up to go on there is not judged.
    unjudged: Vec<Range<usize>>,
    /// The tables around the one that is read and this one, the outermost first.
    around: Vec<Place>,
    /// The names that lead to the value that is read; a list adds none.
    path: Vec<String>,
    in_list: bool,
    /// The keys of the table that is read which were typed and could not be read.
    unread: UnreadKeys,
    /// The first two names that lead to each such key.
    losses: BTreeSet<Vec<String>>,
}

/// A table that is being read.
#[derive(Debug)]
struct Place {
    table: &'static Table,
    /// Its header, or the whole table where it stands in braces.
    span: Range<usize>,
    /// How many names lead to it.
    depth: usize,
}

impl<'f> Reader<'f> {
    /// Parses `file` and reads it as a record.
    #[must_use]
    pub fn read<R: Record<'f>>(file: &'f SourceFile) -> (R, Self) {
        let (table, errors) = DeTable::parse_recoverable(&file.text);
        let mut reader = Self::of(file);
        let malformed = syntax::malformed(file, &errors, table.get_ref());
        for diagnostic in malformed.diagnostics {
            reader.note(diagnostic);
        }
        reader.unjudged = malformed.unjudged;
        if !reader.diagnostics.iter().any(|known| known.code() == Code::TooDeep) {
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
            unjudged: Vec::new(),
            around: Vec::new(),
            path: Vec::new(),
            in_list: false,
            unread: UnreadKeys::default(),
            losses: BTreeSet::new(),
        }
    }

    /// Whether the TOML itself was malformed, so that a key may be missing for that reason.
    #[must_use]
    pub fn is_malformed(&self) -> bool {
        !self.unjudged.is_empty()
    }

    /// Notes a problem at `span`, but for one that malformed TOML caused.
    pub fn report(&mut self, span: Range<usize>, problem: impl Into<Problem>) {
        self.add(Diagnostic::new(span, problem));
    }

    /// Notes a problem, but for one that malformed TOML caused.
    pub fn add(&mut self, diagnostic: Diagnostic) {
        let at = diagnostic.span.start;
        let behind = self.unjudged.partition_point(|range| range.end <= at);
        if self.unjudged.get(behind).is_none_or(|range| at < range.start) {
            self.note(diagnostic);
        }
    }

    /// Notes a problem that is one whatever else is wrong with its line.
    pub fn note(&mut self, diagnostic: Diagnostic) {
        if diagnostic.is_error() {
            self.error_starts.insert(diagnostic.span.start);
        }
        self.diagnostics.push(diagnostic);
    }

    /// Everything that was wrong.
    #[must_use]
    pub fn finish(self) -> Vec<Diagnostic> {
        self.diagnostics
    }

    /// Whether an error was noted.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        !self.error_starts.is_empty()
    }

    /// Whether the TOML of the table at `span` was malformed, so that one of its keys may be missing for that reason.
    ///
    /// `span` is a whole table in braces, or a header, whose table reaches to the next line that looks like one.
    #[must_use]
    pub fn is_malformed_in_table(&self, span: &Range<usize>) -> bool {
        let text = &self.file.text;
        let in_braces = text.get(span.start..).is_some_and(|table| table.starts_with('{'));
        let below = text.get(span.end..).filter(|_| !in_braces);
        let end = below.map_or(span.end, |below| {
            span.end + below.find("\n[").map_or(below.len(), |header| header + 1)
        });
        self.unjudged.iter().any(|range| range.start < end && span.start < range.end)
    }

    /// Whether an error was noted that begins within `span`, or the TOML there is malformed.
    #[must_use]
    pub fn has_errors_in(&self, span: &Range<usize>) -> bool {
        let behind = self.unjudged.partition_point(|range| range.end < span.start);
        self.unjudged.get(behind).is_some_and(|range| range.start <= span.end)
            || self.error_starts.range(span.start..=span.end).next().is_some()
    }

    /// A reader of the same file that has noted nothing.
    #[must_use]
    pub fn silent(&self) -> Self {
        Self::of(self.file)
    }

    /// Notes that what is being read could not be, so that its table lacks it for that reason.
    pub(crate) fn lose(&mut self) {
        let depth = self.around.last().map_or(0, |place| place.depth);
        if let Some(key) = self.path.get(depth) {
            self.unread.add(key);
        }
        self.lose_here();
    }

    fn lose_here(&mut self) {
        self.losses.insert(self.path.iter().take(2).cloned().collect());
    }

    /// Whether something typed below `table.name`, at whatever depth, could not be read.
    pub(crate) fn has_losses_below(&self, table: &str, name: &str) -> bool {
        self.losses.iter().any(
            |path| matches!(path.as_slice(), [outer, inner] if outer == table && inner == name),
        )
    }

    /// Reads the keys of the table at `span` and names those it does not know.
    pub fn record<'i, R: Record<'i>>(&mut self, table: &DeTable<'i>, span: Range<usize>) -> R {
        let outside = std::mem::take(&mut self.unread);
        self.around.push(Place { table: R::TABLE, span, depth: self.path.len() });
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
        self.around.pop();
        record.lose(std::mem::replace(&mut self.unread, outside));
        record
    }

    fn unknown_key(
        &mut self,
        name: &Spanned<std::borrow::Cow<'_, str>>,
        table: &'static Table,
        known: &[&'static str],
    ) {
        let typed = name.get_ref().as_ref();
        let near = nearest(typed, known.iter().copied());
        let advice = self
            .misplaced(typed, &name.span())
            .or_else(|| near.map(KeyAdvice::Near))
            .or_else(|| owner_below(table, typed).map(KeyAdvice::Below));
        if advice.is_some() {
            self.unread.add(near.unwrap_or(typed));
            self.lose_here();
        }
        let problem = TomlProblem::UnknownKey {
            key: typed.to_owned(),
            path: self.path.clone(),
            advice: advice.unwrap_or_else(|| KeyAdvice::Known(known.to_vec())),
        };
        self.report(name.span(), problem);
    }

    /// A key that a table around this one has.
    fn misplaced(&self, typed: &str, name: &Range<usize>) -> Option<KeyAdvice> {
        let (here, around) = self.around.split_last()?;
        let outer = around
            .iter()
            .rev()
            .find(|outer| outer.table.keys().iter().any(|key| key.name == typed))?;
        let owner = self.path.get(..outer.depth).unwrap_or_default().to_vec();
        let header = self.file.text.get(here.span.clone())?;
        // TOML gives every key below a header to its table, which surprises whoever adds one at the end of a file.
        let is_header = header.starts_with('[') && here.span.end <= name.start;
        let header = is_header.then(|| header.to_owned());
        Some(KeyAdvice::Misplaced { header, owner })
    }

    /// Reads something below the name `name`.
    pub fn inside<T>(&mut self, name: &str, read: impl FnOnce(&mut Self) -> T) -> T {
        self.path.push(name.to_owned());
        let value = read(self);
        self.path.pop();
        value
    }

    /// Reads an item of a list.
    pub fn inside_list<T>(&mut self, read: impl FnOnce(&mut Self) -> T) -> T {
        let outside = std::mem::replace(&mut self.in_list, true);
        let value = read(self);
        self.in_list = outside;
        value
    }

    fn check_depth(&mut self, table: &DeTable<'_>) {
        if let Some(span) = table.values().find_map(|value| deeper_than(value, limits::TOML_DEPTH))
        {
            self.report(span, TomlProblem::TooDeep);
        }
    }
}

/// The entries of a table while its keys are read.
#[derive(Debug)]
pub struct Entries<'t, 'i> {
    table: &'t DeTable<'i>,
}

impl<'i> Entries<'_, 'i> {
    /// Reads the value behind `name`, if there is one.
    pub fn read<F: Field<'i>>(&self, name: &'static str, reader: &mut Reader<'_>) -> Option<F> {
        let value = self.table.get(name)?;
        let outside = std::mem::replace(&mut reader.in_list, false);
        let field = reader.inside(name, |reader| F::read(value, reader));
        reader.in_list = outside;
        field
    }
}

/// The value at which `value` is deeper than `levels`; recursion ends there.
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

/// The table directly below `table` that has a key of that name.
fn owner_below(table: &Table, typed: &str) -> Option<String> {
    table.keys().iter().find_map(|key| {
        let (below, around) = key.kind.table()?;
        let shown = match around {
            Container::Nothing => key.name.to_owned(),
            Container::List => format!("[[{}]]", key.name),
            Container::Names(what) => format!("[{}.{}]", key.name, what.to_uppercase()),
        };
        below.keys().iter().any(|below| below.name == typed).then_some(shown)
    })
}
