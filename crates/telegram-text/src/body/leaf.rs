//! The lines of a paragraph or a code block, and the text they make; it does not decide where they start or end.

use std::ops::Range;

use super::cursor::{Cursor, is_space};
use super::definition;
use crate::inline;
use crate::parsed_text::{ParsedText, SourceMap};
use crate::problem::{MarkupProblem, MarkupProblemKind};

/// What a line adds to a leaf, without the markers and the indentation of its containers.
#[derive(Clone, Debug)]
pub(super) struct Piece {
    /// Bytes of the body.
    range: Range<usize>,
    /// Spaces before it, the rest of a tab at the byte before `range`.
    spaces: usize,
    /// The byte of the line break after it, if there is one.
    line_break: usize,
}

impl Piece {
    /// What is left of a line whose line break is at byte `line_break`.
    pub(super) fn new(cursor: &Cursor<'_>, line_break: usize) -> Self {
        Self { range: cursor.range(), spaces: cursor.spare(), line_break }
    }
}

/// Running text that the next line may continue.
#[derive(Debug)]
pub(super) struct Paragraph {
    pieces: Vec<Piece>,
    /// Columns before its first line. The same number is removed from the others, which keeps the lines aligned with
    /// one another; in a list item, where authors indent freely, all are removed.
    indent: usize,
}

impl Paragraph {
    /// A paragraph whose first line is what `cursor` has left.
    pub(super) fn new(mut cursor: Cursor<'_>, line_break: usize, in_item: bool) -> Self {
        let indent = if in_item { usize::MAX } else { cursor.indent() };
        cursor.take_indent();
        Self { pieces: vec![Piece::new(&cursor, line_break)], indent }
    }

    /// Another line that is in all containers of the paragraph.
    pub(super) fn push(&mut self, mut cursor: Cursor<'_>, line_break: usize) {
        cursor.take_columns(self.indent);
        self.pieces.push(Piece::new(&cursor, line_break));
    }

    /// Another line that lacks some of the containers' markers and still belongs here (a lazy continuation line).
    pub(super) fn push_lazily(&mut self, cursor: &Cursor<'_>, line_break: usize) {
        self.pieces.push(Piece::new(&cursor.after_indent(), line_break));
    }

    /// The last line, as a table's header.
    pub(super) fn last_line<'a>(&self, source: &'a str) -> &'a str {
        self.pieces.last().and_then(|piece| source.get(piece.range.clone())).unwrap_or_default()
    }

    /// Removes the last line and returns its first byte in the body.
    pub(super) fn pop_line(&mut self) -> Option<usize> {
        self.pieces.pop().map(|piece| piece.range.start)
    }

    /// Removes the link definitions at the start and reports each.
    pub(super) fn drop_definitions(&mut self, source: &str, problems: &mut Vec<MarkupProblem>) {
        let starts_with_bracket = self.pieces.first().is_some_and(|first| {
            source.get(first.range.clone()).is_some_and(|line| line.starts_with('['))
        });
        if !starts_with_bracket {
            return;
        }
        let (joined, _) = join(source, &self.pieces);
        let mut rest = joined.as_str();
        while let Some((definition, after)) =
            definition::leading(rest).and_then(|length| rest.split_at_checked(length))
        {
            let lines = definition.trim_end_matches('\n').matches('\n').count() + 1;
            let taken: Vec<Piece> = self.pieces.drain(..lines.min(self.pieces.len())).collect();
            if let (Some(first), Some(last)) = (taken.first(), taken.last()) {
                let range = first.range.start..last.range.end;
                problems
                    .push(MarkupProblem { range, kind: MarkupProblemKind::ReferenceDefinition });
            }
            rest = after;
        }
    }

    /// Whether no line is left.
    pub(super) fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }

    /// The text, its inline markup parsed.
    pub(super) fn into_prose(
        mut self,
        source: &str,
        problems: &mut Vec<MarkupProblem>,
    ) -> ParsedText {
        let last = self.pieces.len().saturating_sub(1);
        for (index, piece) in self.pieces.iter_mut().enumerate() {
            let line = source.get(piece.range.clone()).unwrap_or_default();
            piece.range.end -= if index == last { trailing_spaces(line) } else { hard_break(line) };
        }
        let (text, places) = join(source, &self.pieces);
        parse_inline(&text, &places, problems)
    }
}

/// The heading whose words are at `range` of the body.
pub(super) fn heading(
    source: &str,
    range: Range<usize>,
    problems: &mut Vec<MarkupProblem>,
) -> ParsedText {
    let mut places = SourceMap::default();
    places.note(0, range.start);
    parse_inline(source.get(range).unwrap_or_default(), &places, problems)
}

/// The code in the pieces, as typed.
pub(super) fn code(source: &str, pieces: &[Piece]) -> ParsedText {
    let (text, origins) = join(source, pieces);
    ParsedText { origins, ..ParsedText::verbatim(text, 0) }
}

/// Parses the inline markup of a text at `places` of the body.
fn parse_inline(text: &str, places: &SourceMap, problems: &mut Vec<MarkupProblem>) -> ParsedText {
    let mut found = Vec::new();
    let prose = inline::parse(text, &mut found);
    problems.extend(found.into_iter().map(|problem| MarkupProblem {
        range: places.field_range(problem.range),
        kind: problem.kind,
    }));
    ParsedText { text: prose.text, origins: prose.origins.through(places) }
}

/// The lines joined with line breaks, and where each is in the body.
fn join(source: &str, pieces: &[Piece]) -> (String, SourceMap) {
    let mut text = String::new();
    let mut places = SourceMap::default();
    let mut line_break = None;
    for piece in pieces {
        if let Some(place) = line_break.replace(piece.line_break) {
            places.note(text.len(), place);
            text.push('\n');
        }
        for _ in 0..piece.spaces {
            places.note(text.len(), piece.range.start.saturating_sub(1));
            text.push(' ');
        }
        places.note(text.len(), piece.range.start);
        text.push_str(source.get(piece.range.clone()).unwrap_or_default());
    }
    (text, places)
}

/// Bytes at the end of a line that only mark a hard line break: two or more spaces, or a backslash.
fn hard_break(line: &str) -> usize {
    let spaces = trailing_spaces(line);
    if spaces > 1 {
        return spaces;
    }
    let backslashes = line.bytes().rev().take_while(|byte| *byte == b'\\').count();
    // An even number of them are escaped backslashes.
    backslashes % 2
}

/// Bytes of white space at the end of a line.
fn trailing_spaces(line: &str) -> usize {
    line.bytes().rev().take_while(|byte| is_space(*byte)).count()
}
