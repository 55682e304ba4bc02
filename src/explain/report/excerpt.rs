//! The lines of a file that are shown with a diagnostic. It reads no other lines.

use std::ops::Range;

use annotate_snippets::{Annotation, AnnotationKind, Element, Origin, Snippet};

use crate::diagnostic::Diagnostic;
use crate::explain::{related, visible};
use crate::source::{Lines, SourceFile};

/// Two places with at most this many lines between them are shown in one excerpt.
const TOGETHER: usize = 12;

/// At most this many lines of a place are shown.
const SHOWN: usize = 40;

/// Of a line with more bytes, only the part around the place is shown.
const LONG_LINE: usize = 2_000;

/// How many bytes before and after the place are shown of a long line; a terminal is narrower.
const SURROUNDINGS: usize = 400;

pub(super) struct Excerpt<'a> {
    pub(super) elements: Vec<Element<'a>>,
    /// Places in a part of a long line: as the renderer prints them, and where they are in the file.
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
        // The diagnostic is about the whole file, so it has no lines.
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
    /// Places in the file with their labels; the first is the diagnostic's own.
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
        // A place that ends with a line break does not include the next line.
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

    /// The part around the places, if their lines are too long.
    fn surroundings(&self, source: &SourceFile, whole: &Range<usize>) -> Range<usize> {
        let own = self.places.first().map_or(whole.clone(), |(span, _)| span.clone());
        let start = source.floor(own.start.saturating_sub(SURROUNDINGS)).max(whole.start);
        let end = source.ceil(own.start.saturating_add(SURROUNDINGS)).min(whole.end);
        start..end
    }
}
