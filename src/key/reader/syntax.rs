//! Converts the TOML parser's errors to problems.
//!
//! Common mistakes get a variant of their own; all others keep the parser's message. The parser continues after a mistake, and
//! many of its later errors only follow from the first one. Those are dropped.

#[cfg(test)]
mod tests;
mod unclosed;

use std::ops::Range;

use toml::de::{DeTable, DeValue, Error};

use crate::diagnostic::problem::{SyntaxProblem, TomlProblem};
use crate::diagnostic::{Diagnostic, Related};
use crate::key::nearest;
use crate::source::SourceFile;
use unclosed::Unclosed;

/// Words that authors write for booleans, and the TOML spelling.
const BOOLEANS: [(&str, &str); 6] = [
    ("true", "true"),
    ("yes", "true"),
    ("on", "true"),
    ("false", "false"),
    ("no", "false"),
    ("off", "false"),
];

/// Whether the parser reports a place that should have a key and a value.
fn misses_pair(message: &str) -> bool {
    let words = ["key", "assignment", "missing comma"];
    words.iter().any(|word| message.contains(word)) && !message.contains("unexpected key")
}

/// The malformed places of a file.
#[derive(Debug, Default)]
pub(super) struct Malformed {
    /// The problems.
    pub(super) diagnostics: Vec<Diagnostic>,
    /// Disjoint byte ranges in order, in which the parser guessed the values.
    pub(super) unchecked: Vec<Range<usize>>,
}

/// Converts the `errors` that the parser found in `file`. `table` is what it could read.
pub(super) fn malformed(file: &SourceFile, errors: &[Error], table: &DeTable<'_>) -> Malformed {
    let mut reporter = Reporter { text: file.toml(), ..Reporter::default() };
    if errors.is_empty() {
        return Malformed::default();
    }
    let text = file.toml();
    let start = text.len() - text.trim_start_matches(['\u{feff}', '\n', '\r']).len();
    if text.get(start..).is_some_and(|text| text.starts_with("---")) {
        reporter.report_to_end(start, start..start + 3, SyntaxProblem::FrontMatter);
        return reporter.finish();
    }
    let unclosed = Unclosed::find(text);
    let mut errors: Vec<_> = errors
        .iter()
        .map(|error| {
            let span = error.span().unwrap_or(0..0);
            (file.floor(span.start)..file.ceil(span.end), error.message())
        })
        .collect();
    errors.sort_by_key(|(span, _)| span.start);
    let bracket = unclosed.brackets.first().copied();
    for (span, message) in errors {
        if bracket.is_some_and(|at| span.start >= at) {
            break;
        }
        if message.contains("recurs") {
            reporter.report_to_end(span.start, span, TomlProblem::TooDeep);
            return reporter.finish();
        }
        reporter.report(span, message, &unclosed, table);
    }
    if let Some(at) = bracket {
        let is_list = text.get(at..).is_some_and(|rest| rest.starts_with('['));
        let problem =
            if is_list { SyntaxProblem::UnclosedList } else { SyntaxProblem::UnclosedTable };
        reporter.report_to_end(line(text, &(at..at)).start, at..at + 1, problem);
    }
    reporter.finish()
}

/// Collects the problems.
#[derive(Default)]
struct Reporter<'t> {
    text: &'t str,
    malformed: Malformed,
    /// The lines of the last mistake, and whether later errors may follow from it.
    last: Option<(Range<usize>, bool)>,
    /// The end of the table whose header is malformed or repeated.
    below_header: usize,
}

impl Reporter<'_> {
    /// Reports a problem and stops checking from `from` to the end of the file.
    fn report_to_end(&mut self, from: usize, span: Range<usize>, problem: impl Into<TomlProblem>) {
        self.malformed.unchecked.push(from..self.text.len());
        self.malformed.diagnostics.push(Diagnostic::new(span, problem.into()));
    }

    fn report(
        &mut self,
        span: Range<usize>,
        message: &str,
        unclosed: &Unclosed,
        table: &DeTable<'_>,
    ) {
        let here = line(self.text, &span);
        let header = self.text.get(here.clone()).unwrap_or_default().trim();
        let is_twice = message == "duplicate key";
        let is_pair = is_twice || !misses_pair(message);
        self.malformed.unchecked.push(here.clone());
        if is_twice && span.start < self.below_header {
            return;
        }
        if let Some((last, is_loose)) = &mut self.last {
            let between = self.text.get(last.end..here.start).unwrap_or_default();
            // Several lines of text without quotes are one mistake.
            if here.start < last.end || *is_loose && !is_pair && between.trim().is_empty() {
                last.end = last.end.max(here.end);
                return;
            }
        }
        if header.starts_with('[') {
            let below = self.text.get(here.end..).unwrap_or_default();
            let next = below.find("\n[").map_or(below.len(), |newline| newline + 1);
            self.below_header = if below.starts_with('[') { here.end } else { here.end + next };
            self.malformed.unchecked.push(here.start..self.below_header);
        }
        let (span, problem) = if is_twice {
            let typed = self.text.get(span.clone()).unwrap_or_default().to_owned();
            let is_table = header.starts_with('[') && !header.starts_with("[[");
            let twice = TomlProblem::KeyTwice(typed);
            (span, if is_table { TomlProblem::TableTwice(header.to_owned()) } else { twice })
        } else {
            let (span, problem) = mistake(self.text, span, message, unclosed);
            (span, problem.into())
        };
        if let TomlProblem::Syntax(SyntaxProblem::UnclosedText(_)) = problem {
            self.malformed.unchecked.push(span.start..self.text.len());
        }
        let is_string = matches!(problem, TomlProblem::Syntax(SyntaxProblem::UnclosedString(_)));
        let diagnostic = Diagnostic::new(span, problem);
        self.malformed.diagnostics.push(match is_twice.then(|| first(table, &diagnostic)) {
            Some(Some(first)) => diagnostic.with_related(first, Related::First),
            _ => diagnostic,
        });
        let is_loose = !is_pair && !message.contains("missing comma");
        self.last = Some((here, is_string || is_loose));
    }

    fn finish(self) -> Malformed {
        let Malformed { diagnostics, mut unchecked } = self.malformed;
        unchecked.sort_by_key(|range| range.start);
        unchecked.dedup_by(|next, last| {
            let touches = next.start <= last.end;
            if touches {
                last.end = last.end.max(next.end);
            }
            touches
        });
        Malformed { diagnostics, unchecked }
    }
}

impl From<SyntaxProblem> for TomlProblem {
    fn from(problem: SyntaxProblem) -> Self {
        Self::Syntax(problem)
    }
}

/// Classifies the parser's `message` at `span` of `text`.
fn mistake(
    text: &str,
    span: Range<usize>,
    message: &str,
    unclosed: &Unclosed,
) -> (Range<usize>, SyntaxProblem) {
    let mentions = |words: &[&str]| words.iter().any(|word| message.contains(word));
    let rest = text.get(span.start..).unwrap_or_default();
    if let Some(start) = unclosed.multi_line.filter(|_| mentions(&["multi-line"])) {
        let is_basic = text.get(start..).is_some_and(|text| text.starts_with('"'));
        let quotes = if is_basic { "\"\"\"" } else { "'''" };
        return (start..start + 3, SyntaxProblem::UnclosedText(quotes));
    }
    if let Some(start) = unclosed.strings.get(&span.start) {
        let quote = text.get(*start..).and_then(|text| text.chars().next()).unwrap_or('"');
        return (*start..span.start, SyntaxProblem::UnclosedString(quote));
    }
    if rest.starts_with(':') && misses_pair(message) {
        return (span.start..span.start + 1, SyntaxProblem::Colon);
    }
    let is_value = !misses_pair(message) && !message.contains("unexpected key");
    if let Some(sign) = without_value(text, span.start).filter(|_| is_value) {
        return (sign..sign + 1, SyntaxProblem::NoValue);
    }
    let whole = word(text, &span);
    let typed = text.get(whole.clone()).unwrap_or_default();
    if typed.starts_with(['“', '”', '„', '«', '»', '‘', '’', '‚', '‹', '›', '‟'])
    {
        return (span, SyntaxProblem::CurlyQuotes);
    }
    let boolean = BOOLEANS.iter().find(|(word, _)| typed.eq_ignore_ascii_case(word));
    let boolean =
        boolean.map(|(_, spelling)| *spelling).or_else(|| nearest(typed, ["true", "false"]));
    if let Some(boolean) = boolean.filter(|_| is_value) {
        return (whole, SyntaxProblem::Boolean(boolean));
    }
    let is_date = typed.starts_with(|first: char| first.is_ascii_digit())
        && typed.contains(['.', '-', '/', ':']);
    if mentions(&["invalid date", "invalid time", "invalid offset"]) {
        return (span, SyntaxProblem::Date);
    }
    if is_date && is_value {
        return (whole, SyntaxProblem::Date);
    }
    let before = text.get(..span.start).unwrap_or_default().chars().next_back();
    let quote = before.filter(|before| matches!(before, '"' | '\''));
    let quote = quote.filter(|_| rest.starts_with(char::is_alphanumeric));
    if let Some(quote) = quote.filter(|_| mentions(&["unexpected key", "missing comma"])) {
        return (at_least_one(text, span), SyntaxProblem::QuoteInside(quote));
    }
    let message = message.trim_end_matches('.').replace('\n', ", ");
    (at_least_one(text, span), SyntaxProblem::Other(message))
}

/// Where the `=` is, if `at` is after it and the line has no value.
fn without_value(text: &str, at: usize) -> Option<usize> {
    let blank = [' ', '\t'];
    let before = text.get(..at)?.trim_end_matches(blank).strip_suffix('=')?;
    let after = text.get(at..)?.trim_start_matches(blank);
    (after.is_empty() || after.starts_with(['\n', '\r', '#'])).then_some(before.len())
}

/// The whole word around `span`.
fn word(text: &str, span: &Range<usize>) -> Range<usize> {
    let is_end = |character: char| character.is_whitespace() || "=,[]{}\"'#".contains(character);
    let before = text.get(..span.start).unwrap_or_default();
    let after = text.get(span.start..).unwrap_or_default();
    let start = before.trim_end_matches(|character| !is_end(character)).len();
    start..span.start + after.find(is_end).unwrap_or(after.len())
}

/// The same span, or the next character if it is empty, because the excerpt needs a character to point at.
fn at_least_one(text: &str, span: Range<usize>) -> Range<usize> {
    let next = text.get(span.start..).and_then(|rest| rest.chars().next());
    match next.filter(|next| span.is_empty() && !matches!(next, '\n' | '\r')) {
        Some(next) => span.start..span.start + next.len_utf8(),
        None => span,
    }
}

/// The bytes of the lines that `span` touches, with their last line break.
fn line(text: &str, span: &Range<usize>) -> Range<usize> {
    let before = text.get(..span.start).unwrap_or_default();
    // A span at the end of a line often includes its line break.
    let touched = text.get(span.clone()).unwrap_or_default().trim_end_matches(['\r', '\n']).len();
    let last = span.start + touched;
    let after = text.get(last..).unwrap_or_default();
    let start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let end = after.find('\n').map_or(text.len(), |newline| last + newline + 1);
    start..end.max(start + 1)
}

/// The first of two keys, if exactly one key with that name comes before `second`.
fn first(table: &DeTable<'_>, second: &Diagnostic) -> Option<Range<usize>> {
    fn find(table: &DeTable<'_>, name: &str, found: &mut Vec<Range<usize>>) {
        for (key, value) in table {
            if key.get_ref() == name {
                found.push(key.span());
            }
            find_in_value(value.get_ref(), name, found);
        }
    }
    fn find_in_value(value: &DeValue<'_>, name: &str, found: &mut Vec<Range<usize>>) {
        match value {
            DeValue::Table(table) => find(table, name, found),
            DeValue::Array(items) => {
                items.iter().for_each(|item| find_in_value(item.get_ref(), name, found));
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
    find(table, name, &mut found);
    match found.as_slice() {
        [only] if only.start < second.span.start => Some(only.clone()),
        _ => None,
    }
}
