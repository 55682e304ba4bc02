//! Turns what the TOML parser says of malformed TOML into problems; it parses nothing.
//!
//! The mistakes that people make get a kind of their own, and all others keep the parser's words. The parser goes on after a
//! mistake as well as it can, and much of what it says from there on follows from the first: that is left out.

mod open;
#[cfg(test)]
mod tests;

use std::ops::Range;

use toml::de::{DeTable, DeValue, Error};

use crate::diagnostic::problem::{SyntaxProblem, TomlProblem};
use crate::diagnostic::{Diagnostic, Related};
use crate::key::nearest;
use crate::source::SourceFile;
use open::Open;

/// Words that are meant as truth values, and what TOML writes.
const BOOLEANS: [(&str, &str); 6] = [
    ("true", "true"),
    ("yes", "true"),
    ("on", "true"),
    ("false", "false"),
    ("no", "false"),
    ("off", "false"),
];

/// Whether the parser means a line, or a place in an inline table, without a key and a value.
fn is_no_pair(message: &str) -> bool {
    let words = ["key", "assignment", "missing comma"];
    words.iter().any(|word| message.contains(word)) && !message.contains("unexpected key")
}

/// What is malformed in a file.
#[derive(Debug, Default)]
pub(super) struct Malformed {
    /// The mistakes.
    pub(super) diagnostics: Vec<Diagnostic>,
    /// Bytes of the file, in order and apart from one another, in which the parser made something up to go on.
    pub(super) unjudged: Vec<Range<usize>>,
}

/// Sorts out `errors`, which the parser found in `file` while it made `table` of it.
pub(super) fn malformed(file: &SourceFile, errors: &[Error], table: &DeTable<'_>) -> Malformed {
    let mut reporter = Reporter { text: file.text.as_str(), ..Reporter::default() };
    if errors.is_empty() {
        return Malformed::default();
    }
    let start = file.text.len() - file.text.trim_start_matches(['\u{feff}', '\n', '\r']).len();
    if file.text.get(start..).is_some_and(|text| text.starts_with("---")) {
        reporter.end(start, start..start + 3, SyntaxProblem::FrontMatter);
        return reporter.finish();
    }
    let open = Open::of(&file.text);
    let mut errors: Vec<_> = errors
        .iter()
        .map(|error| {
            let span = error.span().unwrap_or(0..0);
            (file.floor(span.start)..file.ceil(span.end), error.message())
        })
        .collect();
    errors.sort_by_key(|(span, _)| span.start);
    let unclosed = open.at_the_end.first().copied();
    for (span, message) in errors {
        if unclosed.is_some_and(|at| span.start >= at) {
            break;
        }
        if message.contains("recurs") {
            reporter.end(span.start, span, TomlProblem::TooDeep);
            return reporter.finish();
        }
        reporter.tell(span, message, &open, table);
    }
    if let Some(at) = unclosed {
        let is_list = file.text.get(at..).is_some_and(|rest| rest.starts_with('['));
        let problem =
            if is_list { SyntaxProblem::UnclosedList } else { SyntaxProblem::UnclosedTable };
        reporter.end(line(&file.text, &(at..at)).start, at..at + 1, problem);
    }
    reporter.finish()
}

/// What has been reported so far.
#[derive(Default)]
struct Reporter<'t> {
    text: &'t str,
    malformed: Malformed,
    /// The lines of the last mistake, and whether the next ones may follow from it.
    last: Option<(Range<usize>, bool)>,
    /// The end of the keys below a header that is broken or there twice.
    below_header: usize,
}

impl Reporter<'_> {
    /// Reports a problem from which on nothing can be judged.
    fn end(&mut self, from: usize, span: Range<usize>, problem: impl Into<TomlProblem>) {
        self.malformed.unjudged.push(from..self.text.len());
        self.malformed.diagnostics.push(Diagnostic::new(span, problem.into()));
    }

    fn tell(&mut self, span: Range<usize>, message: &str, open: &Open, table: &DeTable<'_>) {
        let here = line(self.text, &span);
        let header = self.text.get(here.clone()).unwrap_or_default().trim();
        let is_twice = message == "duplicate key";
        let is_pair = is_twice || !is_no_pair(message);
        self.malformed.unjudged.push(here.clone());
        if is_twice && span.start < self.below_header {
            return;
        }
        if let Some((last, is_loose)) = &mut self.last {
            let between = self.text.get(last.end..here.start).unwrap_or_default();
            // A text of several lines without its quotes is one mistake, not one on each line.
            if here.start < last.end || *is_loose && !is_pair && between.trim().is_empty() {
                last.end = last.end.max(here.end);
                return;
            }
        }
        if header.starts_with('[') {
            let below = self.text.get(here.end..).unwrap_or_default();
            let next = below.find("\n[").map_or(below.len(), |newline| newline + 1);
            self.below_header = if below.starts_with('[') { here.end } else { here.end + next };
            self.malformed.unjudged.push(here.start..self.below_header);
        }
        let (span, problem) = if is_twice {
            let typed = self.text.get(span.clone()).unwrap_or_default().to_owned();
            let is_table = header.starts_with('[') && !header.starts_with("[[");
            let twice = TomlProblem::KeyTwice(typed);
            (span, if is_table { TomlProblem::TableTwice(header.to_owned()) } else { twice })
        } else {
            let (span, problem) = mistake(self.text, span, message, open);
            (span, problem.into())
        };
        if let TomlProblem::Syntax(SyntaxProblem::UnclosedText(_)) = problem {
            self.malformed.unjudged.push(span.start..self.text.len());
        }
        let is_string = matches!(problem, TomlProblem::Syntax(SyntaxProblem::UnclosedString(_)));
        let diagnostic = Diagnostic::new(span, problem);
        self.malformed.diagnostics.push(match is_twice.then(|| first(table, &diagnostic)) {
            Some(Some(first)) => diagnostic.and(first, Related::First),
            _ => diagnostic,
        });
        let is_loose = !is_pair && !message.contains("missing comma");
        self.last = Some((here, is_string || is_loose));
    }

    fn finish(self) -> Malformed {
        let Malformed { diagnostics, mut unjudged } = self.malformed;
        unjudged.sort_by_key(|range| range.start);
        unjudged.dedup_by(|next, last| {
            let touches = next.start <= last.end;
            if touches {
                last.end = last.end.max(next.end);
            }
            touches
        });
        Malformed { diagnostics, unjudged }
    }
}

impl From<SyntaxProblem> for TomlProblem {
    fn from(problem: SyntaxProblem) -> Self {
        Self::Syntax(problem)
    }
}

/// Which mistake the parser means with `message`, at `span` of `text`.
fn mistake(
    text: &str,
    span: Range<usize>,
    message: &str,
    open: &Open,
) -> (Range<usize>, SyntaxProblem) {
    let says = |words: &[&str]| words.iter().any(|word| message.contains(word));
    let rest = text.get(span.start..).unwrap_or_default();
    if let Some(start) = open.text.filter(|_| says(&["multi-line"])) {
        let is_basic = text.get(start..).is_some_and(|text| text.starts_with('"'));
        let quotes = if is_basic { "\"\"\"" } else { "'''" };
        return (start..start + 3, SyntaxProblem::UnclosedText(quotes));
    }
    if let Some(start) = open.strings.get(&span.start) {
        let quote = text.get(*start..).and_then(|text| text.chars().next()).unwrap_or('"');
        return (*start..span.start, SyntaxProblem::UnclosedString(quote));
    }
    if rest.starts_with(':') && is_no_pair(message) {
        return (span.start..span.start + 1, SyntaxProblem::Colon);
    }
    let is_value = !is_no_pair(message) && !message.contains("unexpected key");
    let whole = word(text, &span);
    let typed = text.get(whole.clone()).unwrap_or_default();
    if typed.starts_with(['“', '”', '„', '«', '»', '‘', '’', '‚', '‹', '›', '‟'])
    {
        return (span, SyntaxProblem::CurlyQuotes);
    }
    let meant = BOOLEANS.iter().find(|(word, _)| typed.eq_ignore_ascii_case(word));
    let meant = meant.map(|(_, boolean)| *boolean).or_else(|| nearest(typed, ["true", "false"]));
    if let Some(boolean) = meant.filter(|_| is_value) {
        return (whole, SyntaxProblem::Boolean(boolean));
    }
    let is_date = typed.starts_with(|first: char| first.is_ascii_digit())
        && typed.contains(['.', '-', '/', ':']);
    if says(&["invalid date", "invalid time", "invalid offset"]) {
        return (span, SyntaxProblem::Date);
    }
    if is_date && is_value {
        return (whole, SyntaxProblem::Date);
    }
    let before = text.get(..span.start).unwrap_or_default().chars().next_back();
    let quote = before.filter(|before| matches!(before, '"' | '\''));
    let quote = quote.filter(|_| rest.starts_with(char::is_alphanumeric));
    if let Some(quote) = quote.filter(|_| says(&["unexpected key", "missing comma"])) {
        return (at_least_one(text, span), SyntaxProblem::QuoteInside(quote));
    }
    let message = message.trim_end_matches('.').replace('\n', ", ");
    (at_least_one(text, span), SyntaxProblem::Other(message))
}

/// The word at `span`, from its first character to its last.
fn word(text: &str, span: &Range<usize>) -> Range<usize> {
    let is_end = |character: char| character.is_whitespace() || "=,[]{}\"'#".contains(character);
    let before = text.get(..span.start).unwrap_or_default();
    let after = text.get(span.start..).unwrap_or_default();
    let start = before.trim_end_matches(|character| !is_end(character)).len();
    start..span.start + after.find(is_end).unwrap_or(after.len())
}

/// The same place, or the character after it where it is empty: a caret points at something.
fn at_least_one(text: &str, span: Range<usize>) -> Range<usize> {
    let next = text.get(span.start..).and_then(|rest| rest.chars().next());
    match next.filter(|next| span.is_empty() && !matches!(next, '\n' | '\r')) {
        Some(next) => span.start..span.start + next.len_utf8(),
        None => span,
    }
}

/// The bytes of the lines that `span` touches, with the line break at their end.
fn line(text: &str, span: &Range<usize>) -> Range<usize> {
    let before = text.get(..span.start).unwrap_or_default();
    // A place at the end of a line often holds its line break.
    let touched = text.get(span.clone()).unwrap_or_default().trim_end_matches(['\r', '\n']).len();
    let last = span.start + touched;
    let after = text.get(last..).unwrap_or_default();
    let start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let end = after.find('\n').map_or(text.len(), |newline| last + newline + 1);
    start..end.max(start + 1)
}

/// The first of two keys, where only one with that name comes before `second`.
fn first(table: &DeTable<'_>, second: &Diagnostic) -> Option<Range<usize>> {
    fn note(table: &DeTable<'_>, name: &str, found: &mut Vec<Range<usize>>) {
        for (key, value) in table {
            if key.get_ref() == name {
                found.push(key.span());
            }
            note_value(value.get_ref(), name, found);
        }
    }
    fn note_value(value: &DeValue<'_>, name: &str, found: &mut Vec<Range<usize>>) {
        match value {
            DeValue::Table(table) => note(table, name, found),
            DeValue::Array(items) => {
                items.iter().for_each(|item| note_value(item.get_ref(), name, found));
            }
            _ => {}
        }
    }
    let mut found = Vec::new();
    let typed = match &second.problem {
        crate::diagnostic::Problem::Toml(TomlProblem::KeyTwice(key)) => key.as_str(),
        crate::diagnostic::Problem::Toml(TomlProblem::TableTwice(header)) => header,
        _ => return None,
    };
    let name = typed.trim_matches(['[', ']']).rsplit('.').next()?.trim_matches(['"', '\'']);
    note(table, name, &mut found);
    match found.as_slice() {
        [only] if only.start < second.span.start => Some(only.clone()),
        _ => None,
    }
}
