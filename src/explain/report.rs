//! Formats diagnostics for people and for programs. It returns strings and prints nothing.

mod excerpt;

use std::fmt;

use annotate_snippets::{Element, Group, Level, Renderer};
use serde::Serialize;
use unicode_width::UnicodeWidthChar;

use super::{Language, Words, visible};
use crate::diagnostic::problem::MediaItemProblem;
use crate::diagnostic::{Code, Diagnostic, Problem, Severity};
use crate::escape::{github_message, github_property};
use crate::media::MediaFileError;
use crate::source::{Lines, SourceFile};
use crate::{escape, limits, secret};

/// The diagnostics of one file, in the order of their places; at most [`limits::DIAGNOSTICS_PER_FILE`] of them, and the number
/// of the others. Errors are kept before warnings, so that many warnings cannot hide an error.
#[derive(Clone, Debug)]
pub struct Report {
    /// The file; its text is empty if it could not be read.
    pub source: SourceFile,
    /// What is wrong with it.
    pub diagnostics: Vec<Diagnostic>,
    /// Counts the diagnostics that are not shown.
    left_out: Option<Diagnostic>,
}

impl Report {
    /// The diagnostics of `source`, sorted by place. No report shows tokens and passwords of the file, neither in excerpts nor
    /// in messages that quote the file.
    #[must_use]
    pub fn new(mut source: SourceFile, diagnostics: Vec<Diagnostic>) -> Self {
        if !diagnostics.is_empty() {
            source.text = secret::mask(&source.text).into_owned();
        }
        let mut report = Self { source, diagnostics: Vec::new(), left_out: None };
        report.add(diagnostics);
        report
    }

    /// Adds diagnostics that were found later, at their places.
    pub fn add(&mut self, diagnostics: Vec<Diagnostic>) {
        if diagnostics.is_empty() {
            return;
        }
        self.diagnostics.extend(diagnostics);
        if self.diagnostics.len() > limits::DIAGNOSTICS_PER_FILE {
            self.diagnostics
                .sort_by_key(|diagnostic| (diagnostic.code().severity(), Self::place(diagnostic)));
            let rest = self.diagnostics.split_off(limits::DIAGNOSTICS_PER_FILE);
            self.leave_out(&rest);
        }
        self.diagnostics.sort_by_key(Self::place);
    }

    fn leave_out(&mut self, rest: &[Diagnostic]) {
        let Some(first) = rest.first() else { return };
        let errors = rest.iter().filter(|diagnostic| diagnostic.is_error()).count();
        let (more_errors, more_warnings) = self.counts_left_out();
        let warnings = rest.len() - errors + more_warnings;
        let problem = Problem::LeftOut(first.code(), errors + more_errors, warnings);
        self.left_out = Some(Diagnostic::new(first.span.clone(), problem));
    }

    /// The numbers of errors and warnings that are not shown.
    fn counts_left_out(&self) -> (usize, usize) {
        match self.left_out.as_ref().map(|rest| &rest.problem) {
            Some(Problem::LeftOut(_, errors, warnings)) => (*errors, *warnings),
            _ => (0, 0),
        }
    }

    fn place(diagnostic: &Diagnostic) -> (usize, usize, Code) {
        (diagnostic.span.start, diagnostic.span.end, diagnostic.code())
    }

    /// The report without notes, which only `check` shows.
    #[must_use]
    pub fn without_notes(mut self) -> Self {
        self.diagnostics.retain(|diagnostic| diagnostic.code().severity() != Severity::Note);
        self
    }

    /// The errors alone.
    #[must_use]
    pub fn errors(&self) -> Self {
        let errors =
            self.diagnostics.iter().filter(|diagnostic| diagnostic.is_error()).cloned().collect();
        let (count, _) = self.counts_left_out();
        let left_out = self.left_out.as_ref().filter(|_| count > 0).map(|rest| {
            Diagnostic::new(rest.span.clone(), Problem::LeftOut(rest.code(), count, 0))
        });
        Self { source: self.source.clone(), diagnostics: errors, left_out }
    }

    /// The report of a post of which nothing is still to be sent: a missing media file is not an error, because Telegram keeps it.
    #[must_use]
    pub fn with_kept_media(mut self) -> Self {
        for diagnostic in &mut self.diagnostics {
            if let Problem::Media(MediaItemProblem::Unread(path, MediaFileError::Missing)) =
                &diagnostic.problem
            {
                diagnostic.problem = MediaItemProblem::Gone(path.clone()).into();
            }
        }
        self
    }

    /// The report of a published post: its publication time has passed, which is not a mistake. `is_settled` says whether nothing
    /// of it is still to be sent.
    #[must_use]
    pub fn of_published(mut self, is_settled: bool) -> Self {
        let is_about_time = |code| matches!(code, Code::TimePast | Code::SameMinute);
        self.diagnostics.retain(|diagnostic| !is_about_time(diagnostic.code()));
        if is_settled { self.with_kept_media() } else { self }
    }

    /// The number of diagnostics of a severity, including those that are not shown.
    #[must_use]
    pub fn count(&self, severity: Severity) -> usize {
        let (errors, warnings) = self.counts_left_out();
        let left_out = match severity {
            Severity::Error => errors,
            Severity::Warning => warnings,
            Severity::Note => 0,
        };
        let shown =
            self.diagnostics.iter().filter(|diagnostic| diagnostic.code().severity() == severity);
        shown.count() + left_out
    }

    /// The number of diagnostics that are not shown.
    #[must_use]
    pub fn left_out(&self) -> usize {
        let (errors, warnings) = self.counts_left_out();
        errors + warnings
    }

    /// The diagnostics to print, and the one that counts the others.
    fn shown(&self) -> impl Iterator<Item = &Diagnostic> {
        self.diagnostics.iter().chain(&self.left_out)
    }

    /// The form that compilers use: code, place, excerpt with carets, and help.
    #[must_use]
    pub fn text(&self, colour: bool, width: usize) -> String {
        if self.diagnostics.is_empty() {
            return String::new();
        }
        let renderer =
            if colour { Renderer::styled() } else { Renderer::plain() }.term_width(width);
        let lines = Lines::of(&self.source.text);
        let mut out = String::new();
        for diagnostic in self.shown() {
            let words = super::diagnostic(diagnostic, Language::En);
            let excerpt = excerpt::around(&self.source, diagnostic, &lines);
            let mut shown = renderer.render(&[group(diagnostic.code(), &words, excerpt.elements)]);
            for (piece, place) in excerpt.renamed {
                shown = shown.replacen(&piece, &place, 1);
            }
            out.push_str(&shown);
            out.push_str("\n\n");
        }
        out
    }

    /// The diagnostics for a chat: their texts, and their places in plain characters.
    #[must_use]
    pub fn explained(&self, language: Language) -> Vec<Explained> {
        let lines = Lines::of(&self.source.text);
        let place = |diagnostic: &Diagnostic| {
            let place = lines.place(diagnostic.span.start);
            let path = visible(&self.source.path);
            let head = format!("{path}:{}:{}", place.line, place.column);
            let line = self.source.text.lines().nth(place.line.saturating_sub(1));
            let line = line.unwrap_or_default().chars().take(LINE).map(escape::character);
            let line: String = line.collect();
            let before = place.column.saturating_sub(1);
            if line.trim().is_empty() || before >= LINE {
                return head;
            }
            let marked = self.source.text.get(diagnostic.span.clone()).unwrap_or_default();
            let marked = marked.lines().next().unwrap_or_default().chars().count();
            let column = |count: usize| -> usize {
                line.chars().take(count).filter_map(UnicodeWidthChar::width).sum()
            };
            let (start, end) = (column(before), column(before + marked));
            let carets = "^".repeat(end.saturating_sub(start).max(1));
            format!("{head}\n{line}\n{}{carets}", " ".repeat(start))
        };
        let explained = |diagnostic: &Diagnostic| Explained {
            words: super::diagnostic(diagnostic, language),
            excerpt: place(diagnostic),
        };
        self.diagnostics.iter().map(explained).collect()
    }

    /// The elements of `check --format json`.
    pub fn records(&self) -> impl Iterator<Item = Record<'_>> {
        let lines = Lines::of(&self.source.text);
        self.shown().map(move |diagnostic| {
            let place = lines.place(diagnostic.span.start);
            let Words { message, hint } = super::diagnostic(diagnostic, Language::En);
            Record {
                code: diagnostic.code().name(),
                severity: diagnostic.code().severity().name(),
                file: &self.source.path,
                line: place.line,
                column: place.column,
                span: [diagnostic.span.start, diagnostic.span.end],
                message,
                hint,
            }
        })
    }

    /// The first error, for a place with room for one line.
    #[must_use]
    pub fn first_error(&self) -> Option<FirstError> {
        let first = self.diagnostics.iter().find(|diagnostic| diagnostic.is_error())?;
        let place = Lines::of(&self.source.text).place(first.span.start);
        Some(FirstError {
            place: format!("{}:{}:{}", visible(&self.source.path), place.line, place.column),
            diagnostic: Box::new(first.clone()),
        })
    }

    /// Workflow commands, which GitHub shows beside the lines of a pull request.
    #[must_use]
    pub fn github(&self) -> String {
        let lines = Lines::of(&self.source.text);
        let commands = self.shown().map(|diagnostic| {
            let start = lines.place(diagnostic.span.start);
            let end = lines.place(diagnostic.span.end.max(diagnostic.span.start));
            let Words { message, hint } = super::diagnostic(diagnostic, Language::En);
            format!(
                "::{} file={},line={},endLine={},col={},endColumn={},title={}::{}\n",
                match diagnostic.code().severity() {
                    Severity::Note => "notice",
                    other => other.name(),
                },
                github_property(&self.source.path),
                start.line,
                end.line,
                start.column,
                end.column,
                github_property(diagnostic.code().name()),
                github_message(&format!("{message}\n{hint}")),
            )
        });
        commands.collect()
    }
}

fn group<'a>(code: Code, words: &'a Words, excerpts: Vec<Element<'a>>) -> Group<'a> {
    let level = match code.severity() {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let mut group = level.primary_title(words.message.as_str()).id(code.name()).elements(excerpts);
    if !words.hint.is_empty() {
        group = group.element(Level::HELP.message(words.hint.as_str()));
    }
    group
}

/// A diagnostic for a chat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explained {
    /// What is wrong.
    pub words: Words,
    /// File, line and column, the line itself, and carets below what is meant.
    pub excerpt: String,
}

/// How many characters of a line are shown in a chat.
const LINE: usize = 120;

/// An error in one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FirstError {
    /// File, line and column: `posts/summit.toml:3:1`.
    pub place: String,
    /// What is wrong.
    pub diagnostic: Box<Diagnostic>,
}

impl fmt::Display for FirstError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let message = super::diagnostic(&self.diagnostic, Language::En).message;
        write!(formatter, "{}: {message} ({})", self.place, self.diagnostic.code().name())
    }
}

/// One diagnostic as `check --format json` prints it. Programs rely on the names of the fields.
#[derive(Clone, Debug, Serialize)]
pub struct Record<'a> {
    /// The rule's name.
    pub code: &'a str,
    /// `error` or `warning`.
    pub severity: &'a str,
    /// The path as shown.
    pub file: &'a str,
    /// Counts from 1.
    pub line: usize,
    /// Counts from 1, in characters.
    pub column: usize,
    /// Bytes of the file, start and end.
    pub span: [usize; 2],
    /// What is wrong.
    pub message: String,
    /// The next step, which may be empty.
    pub hint: String,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Related;
    use crate::diagnostic::problem::{KeyAdvice, TextProblem, TomlProblem};

    fn typo_problem() -> TomlProblem {
        TomlProblem::UnknownKey {
            key: "hedding".to_owned(),
            path: Vec::new(),
            advice: KeyAdvice::Near("heading"),
        }
    }

    fn report() -> Report {
        let source = SourceFile::new("posts/a.toml", "heading = \"🎙 Слово\"\nhedding = 1\n");
        let at = source.text.find("Слово").unwrap();
        let typo = source.text.find("hedding").unwrap();
        Report::new(
            source,
            vec![
                Diagnostic::new(typo..typo + 7, typo_problem()).with_related(0..7, Related::First),
                Diagnostic::new(at..at + 10, TextProblem::BecomesLink("100%: odd".to_owned())),
            ],
        )
    }

    #[test]
    fn carets_are_below_wide_and_cyrillic_characters() {
        insta::assert_snapshot!(report().text(false, 100));
    }

    #[test]
    fn chat_gets_texts_and_plain_excerpts() {
        let explained = report().explained(Language::Ru);
        let [first, second] = explained.as_slice() else { panic!("{explained:?}") };
        let line = "posts/a.toml:1:14\nheading = \"🎙 Слово\"";
        // The microphone is two columns wide or one, depending on the terminal.
        assert!(first.excerpt.starts_with(line) && first.excerpt.ends_with(" ^^^^^"), "{first:?}");
        assert_eq!(second.excerpt, "posts/a.toml:2:1\nhedding = 1\n^^^^^^^");
        assert!(second.words.hint.contains("heading"), "{second:?}");
    }

    #[test]
    fn github_commands_escape_what_would_end_them() {
        insta::assert_snapshot!(report().github());
    }

    #[test]
    fn report_counts_the_problems_that_it_does_not_show() {
        let text = "a = 1\n".repeat(1_000);
        let problem = |line: usize| {
            let span = line * 6..line * 6 + 1;
            match line {
                900 => Diagnostic::new(span, typo_problem()),
                _ => Diagnostic::new(span, TextProblem::DoubledSpace),
            }
        };
        let mut report = Report::new(SourceFile::new("a", text), (0..1_000).map(problem).collect());
        assert_eq!(report.diagnostics.len(), limits::DIAGNOSTICS_PER_FILE);
        let counts =
            |report: &Report| [Severity::Error, Severity::Warning].map(|s| report.count(s));
        assert_eq!(counts(&report), [1, 999]);
        assert_eq!(report.first_error().unwrap().place, "a:901:1");
        assert_eq!(report.records().count(), 101);
        let last = report.records().last().unwrap();
        assert_eq!((last.code, last.line), ("doubled-space", 100));
        assert_eq!(last.message, "and 900 more in this file: 900 warnings");
        assert!(report.text(false, 100).contains("and 900 more in this file: 900 warnings"));
        assert_eq!(report.github().lines().count(), 101);
        report.add((0..300).map(|at| Diagnostic::new(at..at, typo_problem())).collect());
        assert_eq!((report.diagnostics.len(), counts(&report)), (100, [301, 999]));
        let errors = report.errors();
        assert_eq!(counts(&errors), [301, 0]);
        assert_eq!(
            errors.records().last().unwrap().message,
            "and 201 more in this file: 201 errors"
        );
    }

    #[test]
    fn masked_password_does_not_move_columns() {
        let text = "url = \"postgres://u:пароль@h\"\nbad = \"postgres://u:пароль@h\" x";
        let at = text.rfind('x').unwrap();
        let source = SourceFile::new("a", text);
        let report = Report::new(
            source,
            vec![Diagnostic::new(at..at + 1, TextProblem::BecomesLink(text.to_owned()))],
        );
        assert_eq!(report.records().next().unwrap().column, 31);
        let json = serde_json::to_string(&report.records().collect::<Vec<_>>()).unwrap();
        for shown in [
            report.text(false, 100),
            report.github(),
            json,
            format!("{:?}", report.explained(Language::En)),
        ] {
            assert!(!shown.contains("пароль"), "{shown}");
        }
    }

    #[test]
    fn records_count_lines_and_columns_from_one() {
        let json = serde_json::to_string_pretty(&report().records().collect::<Vec<_>>()).unwrap();
        insta::assert_snapshot!(json);
    }
}
