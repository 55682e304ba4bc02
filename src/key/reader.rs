//! Reading a spanned TOML table by its description, collecting everything that is wrong; it stops at nothing.

use std::collections::BTreeSet;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::suggestion::nearest;
use super::{Around, Field, Kind, Record, Table, Typed};
use crate::diagnostic::{Code, Diagnostic};
use crate::limits;
use crate::source::SourceFile;

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
    /// Whether a key of the table that is read was typed and could not be read.
    lost: bool,
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
        if !reader.diagnostics.iter().any(|known| known.code == Code::TooDeep) {
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
            lost: false,
            losses: BTreeSet::new(),
        }
    }

    /// Whether the TOML itself was malformed, so that a key may be missing for that reason.
    #[must_use]
    pub fn is_malformed(&self) -> bool {
        !self.unjudged.is_empty()
    }

    /// Notes a problem, but for one that malformed TOML caused.
    pub fn report(&mut self, diagnostic: Diagnostic) {
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

    /// Notes that something typed could not be read, so that its table lacks it for that reason.
    pub(crate) fn lose(&mut self) {
        self.lost = true;
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
        let outside = std::mem::replace(&mut self.lost, false);
        self.around.push(Place { table: R::TABLE, span, depth: self.path.len() });
        let mut record = R::read_keys(&Entries { table }, self);
        let mut known = [""; 64];
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
        if std::mem::replace(&mut self.lost, outside) {
            record.lose();
        }
        record
    }

    fn unknown_key(
        &mut self,
        name: &Spanned<std::borrow::Cow<'_, str>>,
        table: &'static Table,
        known: &[&str],
    ) {
        let typed = name.get_ref().as_ref();
        let place = self.place();
        let way_out = self
            .misplaced(typed, &name.span())
            .or_else(|| Some(format!("did you mean `{}`?", nearest(typed, known.iter().copied())?)))
            .or_else(|| Some(format!("`{typed}` is a key of {}", owner_below(table, typed)?)));
        if way_out.is_some() {
            self.lose();
        }
        let hint = way_out.unwrap_or_else(|| {
            format!(
                "known here: {}",
                known.iter().map(|key| format!("`{key}`")).collect::<Vec<_>>().join(", ")
            )
        });
        self.report(Diagnostic::new(
            Code::UnknownKey,
            name.span(),
            format!("there is no key `{typed}` {place}"),
            hint,
        ));
    }

    /// A key that a table around this one has.
    fn misplaced(&self, typed: &str, name: &Range<usize>) -> Option<String> {
        let (here, around) = self.around.split_last()?;
        let outer = around
            .iter()
            .rev()
            .find(|outer| outer.table.keys().iter().any(|key| key.name == typed))?;
        let owner = match self.path.get(..outer.depth) {
            None | Some([]) => "at the top of the file, above the first `[`".to_owned(),
            Some(path) => format!("below `[{}]`, above the next `[`", path.join(".")),
        };
        let header = self.file.text.get(here.span.clone())?;
        // TOML gives every key below a header to its table, which surprises whoever adds one at the end of a file.
        Some(if header.starts_with('[') && here.span.end <= name.start {
            format!(
                "TOML reads every key below `{header}` into that table; write `{typed}` {owner}"
            )
        } else {
            format!("write `{typed}` {owner}")
        })
    }

    /// Where the table that is read stands, in words.
    fn place(&self) -> String {
        if self.path.is_empty() {
            "at the top".to_owned()
        } else {
            format!("in `{}`", self.path.join("."))
        }
    }

    /// Reads something below the name `name`.
    pub fn inside<T>(&mut self, name: &str, read: impl FnOnce(&mut Self) -> T) -> T {
        self.path.push(name.to_owned());
        let value = read(self);
        self.path.pop();
        value
    }

    /// Notes a value of the wrong type.
    pub fn wrong_type<T>(&mut self, value: &Spanned<DeValue<'_>>, wanted: Kind) -> Option<T> {
        self.lose();
        let name = self.path.last().map(|name| format!(" of `{name}`")).unwrap_or_default();
        let (subject, found) =
            (if self.in_list { "this item" } else { "the value" }, type_name(value.get_ref()));
        let hint = match (value.get_ref(), wanted) {
            (DeValue::String(text), Kind::DateTime | Kind::Bool | Kind::Integer) => {
                if unquoted(text, wanted) {
                    format!("write it without quotes: {text}")
                } else {
                    format!("write {}", example(wanted))
                }
            }
            (DeValue::String(_), Kind::List(_)) => "put it into brackets: [\"…\"]".to_owned(),
            (DeValue::Table(_), Kind::List(Kind::Table(_))) => {
                format!("write the header with two brackets: [[{}]]", self.path.join("."))
            }
            _ => format!("write {}", wanted.words()),
        };
        self.report(Diagnostic::new(
            Code::WrongType,
            value.span(),
            format!("{subject}{name} is {found}, where {} is expected", wanted.words()),
            hint,
        ));
        None
    }

    /// Notes a word that is none of `words`.
    pub fn wrong_word<T>(&mut self, typed: &Typed<'_>, words: &[&str]) -> Option<T> {
        self.lose();
        let list = words.iter().map(|word| format!("\"{word}\"")).collect::<Vec<_>>().join(", ");
        let hint = match nearest(&typed.value, words.iter().copied()) {
            Some(near) => format!("did you mean \"{near}\"?"),
            None if words.len() == 1 => format!("write {list}"),
            None => format!("write one of {list}"),
        };
        let name = self.path.last().map_or_else(String::new, |name| format!(" for `{name}`"));
        self.report(Diagnostic::new(
            Code::BadValue,
            typed.span.clone(),
            format!("\"{}\" is no value{name}, which takes {list}", typed.value),
            hint,
        ));
        None
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
            self.report(Diagnostic::new(
                Code::TooDeep,
                span,
                format!(
                    "more than {} tables or lists stand inside one another",
                    limits::TOML_DEPTH
                ),
                "no key of telepress needs that; flatten it",
            ));
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
            Around::Nothing => format!("`{}`", key.name),
            Around::List => format!("`[[{}]]`", key.name),
            Around::Names(what) => format!("`[{}.{}]`", key.name, what.to_uppercase()),
        };
        below.keys().iter().any(|below| below.name == typed).then_some(shown)
    })
}

/// Whether a text would be what is wanted if it stood without its quotes.
fn unquoted(text: &str, wanted: Kind) -> bool {
    match wanted {
        Kind::DateTime => text.parse::<toml::value::Datetime>().is_ok(),
        Kind::Bool => matches!(text, "true" | "false"),
        Kind::Integer => text.parse::<i64>().is_ok(),
        _ => false,
    }
}

/// How a value that is no text is typed.
fn example(wanted: Kind) -> String {
    match wanted {
        Kind::DateTime => "2024-06-19T18:40:00+03:00, without quotes".to_owned(),
        Kind::Bool => "`true` or `false`, without quotes".to_owned(),
        _ => wanted.words(),
    }
}

fn type_name(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a string",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "`true` or `false`",
        DeValue::Datetime(_) => "a date or time",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}
