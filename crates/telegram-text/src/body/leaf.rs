//! The lines of a paragraph or a code block, and the text they make; it does not decide where they start or end.

use std::ops::Range;

use super::cursor::{Cursor, TAB_STOP, is_space};
use super::definition;
use crate::inline::cjk::is_cjk;
use crate::inline::definitions::{Definition, Definitions};
use crate::inline::{self, InlineImage};
use crate::parsed_text::{ParsedText, SourceMap};
use crate::problem::{MarkupProblem, MarkupProblemKind};

/// What a line adds to a leaf, without the markers and the indentation of its containers.
#[derive(Clone, Debug)]
pub(super) struct Piece {
    /// Bytes of the body.
    range: Range<usize>,
    /// Spaces before it that white space with tabs stands for; the byte before `range` belongs to it.
    spaces: usize,
    /// The byte of the line break after it, if there is one.
    line_break: usize,
    /// Whether the line ends here even if hard-wrapped lines are joined.
    ends_hard: bool,
}

impl Piece {
    /// What is left of a line whose line break is at byte `line_break`.
    pub(super) fn new(cursor: &Cursor<'_>, line_break: usize) -> Self {
        Self { range: cursor.range(), spaces: cursor.spare(), line_break, ends_hard: false }
    }

    /// The same for a line of a paragraph, whose indentation is shown as spaces.
    fn of_text(cursor: &Cursor<'_>, line_break: usize) -> Self {
        let text = cursor.rest();
        let indentation = text.len() - text.trim_start_matches([' ', '\t']).len();
        if text.get(..indentation).is_some_and(|space| space.contains('\t')) {
            let spaces = cursor.indent();
            return Self { spaces, ..Self::new(&cursor.after_indent(), line_break) };
        }
        Self::new(cursor, line_break)
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

    /// A paragraph of these lines.
    pub(super) fn of_lines(pieces: Vec<Piece>) -> Self {
        Self { pieces, indent: 0 }
    }

    /// Another line that is in all containers of the paragraph.
    pub(super) fn push(&mut self, mut cursor: Cursor<'_>, line_break: usize) {
        cursor.take_columns(self.indent);
        self.pieces.push(Piece::of_text(&cursor, line_break));
    }

    /// Another line that lacks some of the containers' markers and still belongs here (a lazy continuation line).
    pub(super) fn push_lazily(&mut self, cursor: &Cursor<'_>, line_break: usize) {
        self.pieces.push(Piece::new(&cursor.after_indent(), line_break));
    }

    /// The last line, as a table's header.
    pub(super) fn last_line<'a>(&self, source: &'a str) -> &'a str {
        self.pieces.last().and_then(|piece| source.get(piece.range.clone())).unwrap_or_default()
    }

    /// Removes the last line and returns its bytes in the body.
    pub(super) fn pop_line(&mut self) -> Option<Range<usize>> {
        self.pieces.pop().map(|piece| piece.range)
    }

    /// Moves the link definitions at the start to `definitions` and returns their number.
    pub(super) fn take_definitions(
        &mut self,
        source: &str,
        definitions: &mut Definitions,
    ) -> usize {
        let mut count = 0;
        let starts_with_bracket = self.pieces.first().is_some_and(|first| {
            source.get(first.range.clone()).is_some_and(|line| line.starts_with('['))
        });
        if !starts_with_bracket {
            return 0;
        }
        let (joined, places) = join(source, &self.pieces, false);
        let (mut rest, mut lines) = (joined.as_str(), 0);
        while let Some(found) = definition::leading(rest)
            && let Some((typed, after)) = rest.split_at_checked(found.length)
        {
            let at = joined.len() - rest.len();
            let first = lines;
            lines += typed.trim_end_matches('\n').matches('\n').count() + 1;
            if let (Some(first), Some(last)) = (self.pieces.get(first), self.pieces.get(lines - 1))
            {
                let range = first.range.start..last.range.end;
                let address = typed.get(found.destination.clone()).unwrap_or_default();
                let destination = at + found.destination.start..at + found.destination.end;
                let destination = if address.is_empty() {
                    range.clone()
                } else {
                    places.field_range(destination)
                };
                let definition = Definition::new(address, range, destination, found.titled);
                definitions.add(found.label, definition);
                count += 1;
            }
            rest = after;
        }
        self.pieces.drain(..lines.min(self.pieces.len()));
        count
    }

    /// The first byte in the body, if a line is left.
    pub(super) fn first_byte(&self) -> Option<usize> {
        self.pieces.first().map(|piece| piece.range.start)
    }

    /// Whether no line is left.
    pub(super) fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }

    /// The text, its inline markup parsed, and the images in it; `reflow` joins its hard-wrapped lines.
    pub(super) fn into_prose(
        mut self,
        source: &str,
        reflow: bool,
        definitions: &Definitions,
        problems: &mut Vec<MarkupProblem>,
    ) -> (ParsedText, Vec<InlineImage>) {
        let last = self.pieces.len().saturating_sub(1);
        for (index, piece) in self.pieces.iter_mut().enumerate() {
            let line = source.get(piece.range.clone()).unwrap_or_default();
            let trailing = trailing_spaces(line);
            let hard_break = hard_break(line);
            piece.ends_hard = hard_break > 0 || ends_with_tag_br(line);
            piece.range.end -=
                if index == last || reflow && hard_break == 0 { trailing } else { hard_break };
            if reflow && index > 0 {
                let line = source.get(piece.range.clone()).unwrap_or_default();
                piece.range.start += line.bytes().take_while(|byte| is_space(*byte)).count();
                piece.spaces = 0;
            }
        }
        let (text, places) = join(source, &self.pieces, reflow);
        parse_inline(&text, &places, definitions, problems)
    }
}

/// The text at `range` of the body, inside one line, which has no images.
pub(super) fn line(
    source: &str,
    range: Range<usize>,
    definitions: &Definitions,
    problems: &mut Vec<MarkupProblem>,
) -> ParsedText {
    let mut places = SourceMap::default();
    places.note(0, range.start);
    let typed = source.get(range).unwrap_or_default();
    let (text, images) = parse_inline(typed, &places, definitions, problems);
    problems.extend(images_in_text(images));
    text
}

/// The cell of a table at `range` of the body. A bar after a backslash is a bar, also in code.
pub(super) fn cell(
    source: &str,
    range: Range<usize>,
    definitions: &Definitions,
    problems: &mut Vec<MarkupProblem>,
) -> ParsedText {
    let typed = source.get(range.clone()).unwrap_or_default();
    let (mut text, mut places) = (String::new(), SourceMap::default());
    let (mut from, mut is_code) = (0, false);
    for (bar, _) in typed.match_indices(r"\|") {
        let before = typed.get(from..bar).unwrap_or_default();
        places.note(text.len(), range.start + from);
        text.push_str(before);
        is_code ^= before.matches('`').count() % 2 == 1;
        // Elsewhere the backslash keeps the bar from hiding text.
        from = bar + usize::from(is_code);
        places.note(text.len(), range.start + from);
        let end = bar + r"\|".len();
        text.push_str(typed.get(from..end).unwrap_or_default());
        from = end;
    }
    places.note(text.len(), range.start + from);
    text.push_str(typed.get(from..).unwrap_or_default());
    let (text, images) = parse_inline(&text, &places, definitions, problems);
    problems.extend(images_in_text(images));
    text
}

/// The problems of images that are not between paragraphs.
pub(super) fn images_in_text(images: Vec<InlineImage>) -> impl Iterator<Item = MarkupProblem> {
    let kind = MarkupProblemKind::ImageInText;
    images.into_iter().map(move |image| MarkupProblem { range: image.range, kind: kind.clone() })
}

/// The code in the pieces, as typed; tabs become spaces up to the next tab stop.
pub(super) fn code(source: &str, pieces: &[Piece]) -> ParsedText {
    let (text, places) = join(source, pieces, false);
    if !text.contains('\t') {
        return ParsedText { origins: places, ..ParsedText::verbatim(text, 0) };
    }
    let (mut code, mut origins, mut column) = (String::new(), SourceMap::default(), 0);
    for (at, character) in text.char_indices() {
        let width = if character == '\t' { TAB_STOP - column % TAB_STOP } else { 1 };
        for _ in 0..width {
            origins.note(code.len(), places.field_of(at));
            code.push(if character == '\t' { ' ' } else { character });
        }
        column = if character == '\n' { 0 } else { column + width };
    }
    ParsedText { origins, ..ParsedText::verbatim(code, 0) }
}

/// Parses the inline markup of a text at `places` of the body.
fn parse_inline(
    text: &str,
    places: &SourceMap,
    definitions: &Definitions,
    problems: &mut Vec<MarkupProblem>,
) -> (ParsedText, Vec<InlineImage>) {
    let mut found = Vec::new();
    let (prose, mut images) = inline::parse_in_body(text, definitions, &mut found);
    problems.extend(found.into_iter().map(|problem| MarkupProblem {
        range: places.field_range(problem.range),
        kind: problem.kind,
    }));
    for image in &mut images {
        image.range = places.field_range(image.range.clone());
        image.destination = places.field_range(image.destination.clone());
    }
    (ParsedText { text: prose.text, origins: prose.origins.through(places) }, images)
}

/// The lines joined with line breaks, and where each is in the body. `reflow` joins lines with a space, except after a
/// hard line break, and without one between Chinese, Japanese and Korean characters.
fn join(source: &str, pieces: &[Piece], reflow: bool) -> (String, SourceMap) {
    let mut text = String::new();
    let mut places = SourceMap::default();
    let mut previous: Option<&Piece> = None;
    for piece in pieces {
        let line = source.get(piece.range.clone()).unwrap_or_default();
        if let Some(previous) = previous.replace(piece) {
            places.note(text.len(), previous.line_break);
            if !reflow || previous.ends_hard {
                text.push('\n');
            } else if !(text.chars().next_back().is_some_and(needs_no_space)
                && line.chars().next().is_some_and(needs_no_space))
            {
                text.push(' ');
            }
        }
        for _ in 0..piece.spaces {
            places.note(text.len(), piece.range.start.saturating_sub(1));
            text.push(' ');
        }
        places.note(text.len(), piece.range.start);
        text.push_str(line);
    }
    (text, places)
}

/// Whether lines may be joined at `character` without a space: Korean puts spaces between words, as Chinese and
/// Japanese do not.
fn needs_no_space(character: char) -> bool {
    let is_korean = matches!(
        u32::from(character),
        0x1100..=0x11FF | 0x3130..=0x318F | 0xA960..=0xA97F | 0xAC00..=0xD7FF | 0xFFA0..=0xFFDC
    );
    is_cjk(character) && !is_korean
}

/// Whether a line ends with `<br>`.
fn ends_with_tag_br(line: &str) -> bool {
    let line = line.trim_end_matches([' ', '\t']);
    let tag = line.rfind('<').and_then(|at| line.get(at..)).and_then(inline::tag::Tag::read);
    tag.is_some_and(|tag| tag.name == "br" && line.ends_with('>'))
}

/// Bytes at the end of a line that only mark a hard line break: two or more spaces, or a backslash.
fn hard_break(line: &str) -> usize {
    let spaces = trailing_spaces(line);
    if spaces > 1 || line.ends_with('\t') {
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
