//! Turning what the TOML parser says of malformed TOML into diagnostics with a way out; it parses nothing.
//!
//! The parser goes on behind a mistake as well as it can, and much of what it says from there on follows from the first.
//! What an author gets to see is the mistakes that were typed, each once.

mod fault;
mod open;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue, Error};

use crate::diagnostic::Diagnostic;
use crate::source::SourceFile;
use fault::Fault;
use open::Open;

/// What is malformed in a file.
#[derive(Debug, Default)]
pub(super) struct Malformed {
    /// The mistakes, in the order of their places.
    pub(super) diagnostics: Vec<Diagnostic>,
    /// Bytes of the file, in order and apart from one another, in which the parser made something up to go on.
    pub(super) unjudged: Vec<Range<usize>>,
}

/// Sorts out `errors`, which the parser found in `file` while it made `table` of it.
pub(super) fn malformed(file: &SourceFile, errors: &[Error], table: &DeTable<'_>) -> Malformed {
    if errors.is_empty() {
        return Malformed::default();
    }
    let text = file.text.as_str();
    let open = Open::of(text);
    let mut found: Vec<(Fault, Range<usize>, &str)> = errors
        .iter()
        .map(|error| {
            let span = error.span().unwrap_or(0..0);
            let span = file.floor(span.start)..file.ceil(span.end);
            (Fault::of(error.message(), text, &span), span, error.message())
        })
        .collect();
    found.sort_by_key(|(_, span, _)| span.start);
    let firsts = Firsts::of(table, &found);
    let mut told = Told { text, ..Told::default() };
    let unclosed = open.at_the_end.first().map(|at| (*at, astray(text, *at, &found)));
    if let Some((at, astray)) = &unclosed {
        told.unclosed(*at, *astray);
    }
    for (fault, span, message) in &found {
        if *fault == Fault::TooDeep {
            // Behind a nesting that the parser gave up on, everything it says is noise.
            told.diagnostics.push(fault.diagnostic(message, text, span.clone()));
            told.unjudged.push(span.start..text.len());
            break;
        }
        let swallowed = unclosed.as_ref().is_some_and(|(_, astray)| span.start >= *astray);
        if swallowed || (unclosed.is_some() && *fault == Fault::Unclosed) {
            continue;
        }
        told.tell(*fault, span, message, &open, &firsts);
    }
    let Told { mut diagnostics, unjudged, .. } = told;
    diagnostics.sort_by_key(|diagnostic| diagnostic.span.start);
    Malformed { diagnostics, unjudged: joined(unjudged) }
}

/// Where the parser went astray behind a bracket at `at` that nothing closes: at the first line behind it that begins a
/// key or a table and makes it stumble, or the end.
fn astray(text: &str, at: usize, found: &[(Fault, Range<usize>, &str)]) -> usize {
    let in_list = text.get(at..).is_some_and(|rest| rest.starts_with('['));
    let mut here = line(text, &(at..at));
    for (_, span, _) in found.iter().filter(|(_, span, _)| span.start > at) {
        // All mistakes of a line are in the same line; it is looked for once.
        if span.start < here.end {
            continue;
        }
        here = line(text, span);
        if !in_list || begins_anew(text, here.start) {
            return here.start;
        }
    }
    text.len()
}

/// Whether the line at `start` looks like a key with its value, or like a table's header.
fn begins_anew(text: &str, start: usize) -> bool {
    let line = text.get(start..).unwrap_or_default().lines().next().unwrap_or_default().trim();
    let key = line.trim_start_matches(|character: char| {
        character.is_ascii_alphanumeric() || "-_.".contains(character)
    });
    let header = line.strip_prefix('[').map(|rest| rest.trim_start_matches('['));
    (key.len() < line.len() && key.trim_start().starts_with('='))
        || header.is_some_and(|name| {
            name.starts_with(|first: char| first.is_ascii_alphabetic()) && name.contains(']')
        })
}

/// The bytes of the lines that `span` touches, with the line break at their end.
fn line(text: &str, span: &Range<usize>) -> Range<usize> {
    let before = text.get(..span.start).unwrap_or_default();
    // A place at the end of a line often holds its line break.
    let touched = text.get(span.clone()).unwrap_or_default().trim_end_matches(['\r', '\n']).len();
    let last = span.start + touched;
    let behind = text.get(last..).unwrap_or_default();
    let start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let end = behind.find('\n').map_or(text.len(), |newline| last + newline + 1);
    start..end.max(start + 1)
}

/// The ranges in order, those that touch made one.
fn joined(mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    ranges.sort_by_key(|range| range.start);
    let mut joined: Vec<Range<usize>> = Vec::new();
    for range in ranges {
        match joined.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => joined.push(range),
        }
    }
    joined
}

/// What has been told so far.
#[derive(Default)]
struct Told<'t> {
    text: &'t str,
    diagnostics: Vec<Diagnostic>,
    unjudged: Vec<Range<usize>>,
    /// The line that was looked for last: a line may hold many mistakes.
    here: Range<usize>,
    /// The line of the last mistake that was told or passed over, and what it was.
    last: Option<(Range<usize>, Fault)>,
    /// The end of the keys below a header that is broken or stands twice.
    below_header: usize,
}

impl Told<'_> {
    /// A bracket that nothing closes; from `astray` on the file was read as a part of it.
    fn unclosed(&mut self, at: usize, astray: usize) {
        let diagnostic = fault::unclosed(self.text, at);
        let next = self.text.get(astray..).and_then(|rest| rest.lines().next());
        let name = next.map_or(0, |line| line.trim_end().len());
        self.diagnostics.push(if name > 0 {
            diagnostic.and(astray..astray + name, "up to here it stays open")
        } else {
            diagnostic
        });
        self.unjudged.push(line(self.text, &(at..at + 1)));
        self.unjudged.push(astray..self.text.len());
    }

    fn tell(
        &mut self,
        fault: Fault,
        span: &Range<usize>,
        message: &str,
        open: &Open,
        firsts: &Firsts<'_>,
    ) {
        if !(self.here.contains(&span.start) && span.end <= self.here.end) {
            self.here = line(self.text, span);
        }
        let here = self.here.clone();
        let follows = self.follows(fault, span, &here);
        self.unjudged.push(here.clone());
        if follows {
            if let Some((last, _)) = &mut self.last {
                last.end = last.end.max(here.end);
            }
            return;
        }
        let mut span = span.clone();
        match fault {
            Fault::UnclosedString => {
                let end = span.start;
                span = open.strings.get(&end).copied().unwrap_or(end)..end;
            }
            Fault::UnclosedText => {
                let start = open.text.unwrap_or(span.start);
                self.unjudged.push(start..self.text.len());
                span = start..(start + 3).min(self.text.len());
            }
            _ => {}
        }
        let is_header =
            self.text.get(here.start..).is_some_and(|line| line.trim_start().starts_with('['));
        if is_header && fault != Fault::Behind {
            self.below_header = self.next_header(here.end);
            self.unjudged.push(here.start..self.below_header);
        }
        let mut diagnostic = fault.diagnostic(message, self.text, span.clone());
        if let Some(first) = firsts.of_second(self.text, &span).filter(|_| fault == Fault::Twice) {
            diagnostic = diagnostic.and(first, "the first stands here");
        }
        self.diagnostics.push(diagnostic);
        self.last = Some((here, fault));
    }

    /// Whether a mistake only follows from the one before it.
    fn follows(&self, fault: Fault, span: &Range<usize>, here: &Range<usize>) -> bool {
        if fault == Fault::Twice && span.start < self.below_header {
            return true;
        }
        let Some((last, before)) = &self.last else { return false };
        if here.start < last.end {
            // The parser finds its way again behind a mistake inside a value, and not behind others.
            return !(before.is_inside_a_value() && fault.is_inside_a_value());
        }
        let between = self.text.get(last.end..here.start).unwrap_or_default();
        // A text of several lines without its quotes is one mistake, not one on each line.
        matches!(before, Fault::UnclosedString | Fault::NoPair)
            && matches!(fault, Fault::NoPair | Fault::MissingComma)
            && between.trim().is_empty()
    }

    fn next_header(&self, from: usize) -> usize {
        let mut at = from;
        for line in self.text.get(from..).unwrap_or_default().split_inclusive('\n') {
            if line.trim_start().starts_with('[') {
                return at;
            }
            at += line.len();
        }
        self.text.len()
    }
}

/// Where the keys stand that a file defines twice.
struct Firsts<'i>(BTreeMap<&'i str, Vec<Range<usize>>>);

impl<'i> Firsts<'i> {
    /// All keys of `table`, where one of the mistakes is a key that stands twice.
    fn of(table: &'i DeTable<'_>, found: &[(Fault, Range<usize>, &str)]) -> Self {
        let mut firsts = Self(BTreeMap::new());
        if found.iter().any(|(fault, ..)| *fault == Fault::Twice) {
            firsts.note(table);
        }
        firsts
    }

    fn note(&mut self, table: &'i DeTable<'_>) {
        for (name, value) in table {
            self.0.entry(name.get_ref()).or_default().push(name.span());
            self.note_value(value);
        }
    }

    fn note_value(&mut self, value: &'i Spanned<DeValue<'_>>) {
        match value.get_ref() {
            DeValue::Table(table) => self.note(table),
            DeValue::Array(items) => items.iter().for_each(|item| self.note_value(item)),
            _ => {}
        }
    }

    /// The first of the two, where only one can be meant.
    fn of_second(&self, text: &str, second: &Range<usize>) -> Option<Range<usize>> {
        let name = text.get(second.clone())?.trim_matches(['"', '\'']);
        match self.0.get(name)?.as_slice() {
            [only] if only.start < second.start => Some(only.clone()),
            _ => None,
        }
    }
}
