//! The lines of a file that are shown with a diagnostic; what stands elsewhere in the file is not looked at.

use std::ops::Range;

use annotate_snippets::{Annotation, AnnotationKind, Element, Origin, Snippet};

use crate::diagnostic::Diagnostic;
use crate::explain::{related, visible};
use crate::source::{Lines, SourceFile};

/// Lines between two places of a diagnostic that are still shown as one excerpt.
const TOGETHER: usize = 12;

/// Lines of a place that are shown; of a longer one only the first.
const SHOWN: usize = 40;

/// Bytes of a line past which only the surroundings of a place are shown.
const LONG_LINE: usize = 2_000;

/// Bytes shown in front of and behind a place in a long line; a terminal's line is shorter.
const SURROUNDINGS: usize = 400;

/// What is shown of a file.
pub(super) struct Excerpt<'a> {
    pub(super) elements: Vec<Element<'a>>,
    /// Places in a piece of a long line, as the renderer names them, and what they are called in the file.
    pub(super) renamed: Vec<(String, String)>,
}

/// The excerpts for the places of `diagnostic`, its own first.
pub(super) fn around<'a>(
    source: &'a SourceFile,
    diagnostic: &Diagnostic,
    lines: &Lines<'_>,
) -> Excerpt<'a> {
    let mut excerpt = Excerpt { elements: Vec::new(), renamed: Vec::new() };
    if diagnostic.span == (0..0) {
        // The file as a whole is meant, and none of its lines.
        excerpt.elements.push(Origin::path(visible(&source.path)).into());
        return excerpt;
    }
    let places = std::iter::once((&diagnostic.span, None))
        .chain(diagnostic.also.iter().map(|(span, why)| (span, Some(related(why)))));
    let mut windows: Vec<Window> = Vec::new();
    for (span, words) in places {
        let place = Window::of(source, span, words, lines);
        match windows.iter_mut().find(|window| window.is_near(&place)) {
            Some(window) => window.take(place),
            None => windows.push(place),
        }
    }
    for window in windows {
        window.show(source, lines, &mut excerpt);
    }
    excerpt
}

/// Consecutive lines of a file.
struct Window {
    first: usize,
    last: usize,
    /// Places in the file, the first the diagnostic's own, with the words that belong to them.
    places: Vec<(Range<usize>, Option<String>)>,
}

impl Window {
    fn of(
        source: &SourceFile,
        span: &Range<usize>,
        words: Option<String>,
        lines: &Lines<'_>,
    ) -> Self {
        let start = source.floor(span.start);
        let end = source.ceil(span.end.max(span.start));
        let first = lines.place(start).line;
        // A place that ends with a line break does not reach into the next line.
        let last = lines.place(end.saturating_sub(1).max(start)).line.min(first + SHOWN);
        let end = end.min(lines.range(first, last).end).max(start);
        Self { first, last, places: vec![(start..end, words)] }
    }

    fn is_near(&self, other: &Self) -> bool {
        other.first <= self.last + TOGETHER && self.first <= other.last + TOGETHER
    }

    fn take(&mut self, other: Self) {
        self.first = self.first.min(other.first);
        self.last = self.last.max(other.last);
        self.places.extend(other.places);
    }

    fn show<'a>(self, source: &'a SourceFile, lines: &Lines<'_>, excerpt: &mut Excerpt<'a>) {
        let whole = lines.range(self.first, self.last);
        let is_long = whole.len() > LONG_LINE;
        let shown = if is_long { self.surroundings(source, &whole) } else { whole };
        let within = |at: usize| at.clamp(shown.start, shown.end) - shown.start;
        let annotations = self.places.iter().map(|(span, words)| -> Annotation<'a> {
            let kind =
                if words.is_some() { AnnotationKind::Context } else { AnnotationKind::Primary };
            kind.span(within(span.start)..within(span.end)).label(words.clone())
        });
        let snippet = Snippet::source(source.text.get(shown.clone()).unwrap_or_default())
            .path(visible(&source.path))
            .line_start(lines.place(shown.start).line)
            .annotations(annotations.collect::<Vec<_>>());
        excerpt.elements.push(snippet.into());
        let start = self.places.first().map_or(shown.start, |(span, _)| span.start);
        let (place, piece) = (lines.place(start), lines.place(shown.start));
        if place.line == piece.line && piece.column > 1 {
            let name = |column: usize| format!("{}:{}:{column}", visible(&source.path), place.line);
            excerpt.renamed.push((name(place.column - piece.column + 1), name(place.column)));
        }
    }

    /// What is near the places, where their lines are too long to be shown.
    fn surroundings(&self, source: &SourceFile, whole: &Range<usize>) -> Range<usize> {
        let own = self.places.first().map_or(whole.clone(), |(span, _)| span.clone());
        let start = source.floor(own.start.saturating_sub(SURROUNDINGS)).max(whole.start);
        let end = source.ceil(own.start.saturating_add(SURROUNDINGS)).min(whole.end);
        start..end
    }
}
