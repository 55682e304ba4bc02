//! CommonMark's block structure, line by line: which containers a line is in and what it starts; it parses no words.

mod close;
mod footnote;
mod html;
mod image;
mod table;

use std::ops::Range;

use super::Options;
use super::cursor::Cursor;
use super::leaf::{self, Paragraph, Piece};
use super::marker::{self, Fence, ItemMarker, Look};
use crate::ParsedText;
use crate::block::{Block, Footnote, ListItem};
use crate::inline::definitions::Definitions;
use crate::limits;
use crate::problem::{MarkupProblem, MarkupProblemKind};
use table::OpenTable;

/// Columns of white space with which a line cannot start a block (CommonMark, "Indented code blocks").
const CODE_INDENT: usize = 4;

/// The state between two lines.
pub(super) struct Parser<'a> {
    source: &'a str,
    options: Options,
    /// The definitions that links may use.
    definitions: &'a Definitions,
    /// The definitions found so far.
    found: Definitions,
    /// The footnotes that the text refers to, in the order of their definitions.
    footnotes: Vec<Footnote>,
    /// The blocks outside of any container.
    blocks: Vec<Block>,
    /// The byte after the last of them that a line break may separate from the next one.
    end: Option<usize>,
    /// The open containers, the outermost first; a list is followed by its item.
    open: Vec<Container>,
    /// The open leaf inside the innermost container.
    leaf: Option<Leaf<'a>>,
    problems: Vec<MarkupProblem>,
    /// The byte after the last line that is not blank.
    content_end: usize,
    /// Number of definitions and comments so far, which readers do not see.
    unseen: usize,
}

/// An open quote, list or list item.
struct Container {
    kind: Kind,
    blocks: Vec<Block>,
    /// The byte after the last of them that a line break may separate from the next one.
    end: Option<usize>,
    /// The byte of its marker.
    from: usize,
    /// Number of problems found before it.
    problems_before: usize,
    /// Number of definitions and comments found before it.
    unseen_before: usize,
}

enum Kind {
    /// A quote inside this many others.
    Quote { expandable: bool, title: Option<ParsedText>, outer: usize },
    /// `<details>`, until `</details>`: the bytes of the tag, the summary, and whether its end was found.
    Details { tag: Range<usize>, title: Option<ParsedText>, is_open: bool, ends: bool },
    /// The definition of a footnote: its index.
    Footnote { index: usize },
    /// A list; it holds items, not blocks.
    List { look: Look, start: Option<u64>, items: Vec<ListItem> },
    /// An item whose lines are indented by this many columns.
    Item { indent: usize, task: Option<bool> },
}

enum Leaf<'a> {
    Paragraph(Paragraph),
    /// A code block.
    Fence(OpenFence<'a>),
    /// A comment of several lines; it is not shown.
    Comment {
        from: usize,
    },
    /// The lines of a `<summary>`.
    Summary(Vec<Piece>),
    /// Code that is indented, which is a problem.
    Indented {
        from: usize,
        end: usize,
    },
    /// A table, which is a problem in a body that is not rich.
    Table(OpenTable),
}

/// A code block whose end was not read yet.
struct OpenFence<'a> {
    fence: Fence<'a>,
    /// The bytes of its opening line.
    line: Range<usize>,
    /// The columns that it is indented by.
    indent: usize,
    /// The lines so far.
    pieces: Vec<Piece>,
    /// Whether its closing line was read.
    is_closed: bool,
    /// A line in it that looks like the opening of another one.
    nested: Option<Range<usize>>,
}

/// Whether there is more to read on a line.
enum Progress {
    /// The line has been read whole.
    Done,
    /// Another block may start in the rest of it.
    More,
}

impl<'a> Parser<'a> {
    pub(super) fn new(source: &'a str, options: Options, definitions: &'a Definitions) -> Self {
        Self {
            source,
            options,
            definitions,
            found: Definitions::of_body(options.rich),
            footnotes: Vec::new(),
            blocks: Vec::new(),
            end: None,
            open: Vec::new(),
            leaf: None,
            problems: Vec::new(),
            content_end: 0,
            unseen: 0,
        }
    }

    /// The blocks, the problems, and the definitions.
    pub(super) fn finish(mut self) -> (Vec<Block>, Vec<MarkupProblem>, Definitions) {
        self.make_room(0);
        self.push_footnotes();
        (self.blocks, self.problems, self.found)
    }

    /// Reads the next line, which starts at byte `start` and whose line break is at `line_break`.
    pub(super) fn line(&mut self, line: &'a str, start: usize, line_break: usize) {
        let cursor = Cursor::new(line, start);
        self.place(cursor, line_break);
        if !cursor.is_blank() {
            self.content_end = cursor.content().end;
        }
    }

    fn place(&mut self, mut cursor: Cursor<'a>, line_break: usize) {
        let inside = self.continue_containers(&mut cursor);
        let in_all = inside == self.open.len();
        if in_all && matches!(self.continue_leaf(&mut cursor, line_break), Progress::Done) {
            return;
        }
        let lines_follow = matches!(self.leaf, Some(Leaf::Paragraph(_)));
        self.read_blocks(cursor, line_break, Start { inside, in_all, lines_follow });
    }

    /// Reads the rest of a line, which may start blocks.
    fn read_blocks(&mut self, mut cursor: Cursor<'a>, line_break: usize, mut start: Start) {
        while let Some(progress) = self.start_block(&mut cursor, line_break, &mut start) {
            if matches!(progress, Progress::Done) {
                return;
            }
        }
        match self.details_end(&cursor) {
            Some(before) => {
                let (text, mut end) = cursor.split(before);
                self.take_text(text, cursor.place() + before, &start);
                self.end_details(&mut end, &mut start);
                self.read_blocks(end, line_break, start);
            }
            None => self.take_text(cursor, line_break, &start),
        }
    }

    /// Reads the markers and the indentation of the open containers and returns how many of them the line is in.
    fn continue_containers(&self, cursor: &mut Cursor<'a>) -> usize {
        let last = self.open.len().saturating_sub(1);
        for (index, container) in self.open.iter().enumerate() {
            match container.kind {
                Kind::List { .. } | Kind::Details { .. } => {}
                Kind::Quote { expandable, .. } => {
                    if cursor.indent() >= CODE_INDENT
                        || !cursor.after_indent().rest().starts_with('>')
                    {
                        return index;
                    }
                    // Some authors repeat `!` on every line of an expandable quote.
                    take_quote_mark(cursor, expandable);
                }
                Kind::Footnote { .. } => {
                    if cursor.indent() >= CODE_INDENT {
                        cursor.take_columns(CODE_INDENT);
                    } else if cursor.is_blank() {
                        cursor.take_indent();
                    } else {
                        return index;
                    }
                }
                Kind::Item { indent, .. } => {
                    let is_empty =
                        index == last && container.blocks.is_empty() && self.leaf.is_none();
                    if cursor.indent() >= indent {
                        cursor.take_columns(indent);
                    } else if cursor.is_blank()
                        && !(is_empty
                            && self.problems.len() == container.problems_before
                            && self.unseen == container.unseen_before)
                    {
                        cursor.take_indent();
                    } else {
                        return index;
                    }
                }
            }
        }
        self.open.len()
    }

    /// Adds a line that is in all containers to the leaf, or closes the leaf if the line does not belong to it.
    fn continue_leaf(&mut self, cursor: &mut Cursor<'a>, line_break: usize) -> Progress {
        let is_blank = cursor.is_blank();
        let column = cursor.indent();
        match &mut self.leaf {
            Some(Leaf::Fence(open)) => {
                let text = cursor.after_indent().rest();
                if column < CODE_INDENT && open.fence.closes(text) {
                    open.is_closed = true;
                    self.content_end = cursor.content().end;
                    self.close_leaf();
                    return Progress::Done;
                }
                if column < CODE_INDENT && open.fence.holds_fence(text) {
                    open.nested.get_or_insert(cursor.after_indent().content());
                }
                cursor.take_columns(open.indent);
                open.pieces.push(Piece::new(cursor, line_break));
                Progress::Done
            }
            Some(Leaf::Comment { .. }) => self.continue_comment(cursor),
            Some(Leaf::Summary(_)) => self.continue_summary(cursor, line_break),
            Some(Leaf::Indented { .. }) if is_blank => Progress::Done,
            Some(Leaf::Indented { end, .. }) if column >= CODE_INDENT => {
                *end = cursor.content().end;
                Progress::Done
            }
            Some(Leaf::Indented { .. }) => {
                self.close_leaf();
                Progress::More
            }
            Some(Leaf::Paragraph(_) | Leaf::Table(_)) if is_blank => {
                self.close_leaf();
                Progress::Done
            }
            Some(Leaf::Paragraph(_) | Leaf::Table(_)) | None => Progress::More,
        }
    }

    /// Starts the next block of the line, if there is one.
    fn start_block(
        &mut self,
        cursor: &mut Cursor<'a>,
        line_break: usize,
        start: &mut Start,
    ) -> Option<Progress> {
        let indent = cursor.indent();
        let ahead = cursor.after_indent();
        let text = ahead.rest();
        if text.is_empty() {
            return None;
        }
        if indent >= CODE_INDENT {
            return (!start.lines_follow && !start.goes_on_with_table(self)).then(|| {
                self.make_room(start.inside);
                self.leaf = Some(Leaf::Indented { from: ahead.place(), end: ahead.content().end });
                Progress::Done
            });
        }
        if text.starts_with('>') {
            return Some(self.open_quote(cursor, start));
        }
        if text.starts_with('<')
            && let Some(progress) = self.start_html(cursor, line_break, start)
        {
            return Some(progress);
        }
        if text.starts_with("[^")
            && let Some(progress) = self.start_footnote(cursor, start)
        {
            return Some(progress);
        }
        if let Some((words, level)) = marker::heading(text) {
            self.make_room(start.inside);
            let range = ahead.place() + words.start..ahead.place() + words.end;
            let prose = leaf::line(self.source, range, self.definitions, &mut self.problems);
            self.push_heading(prose, level, ahead.content());
            return Some(Progress::Done);
        }
        if let Some(fence) = Fence::open(text) {
            self.make_room(start.inside);
            self.leaf = Some(Leaf::Fence(OpenFence {
                fence,
                line: ahead.content(),
                indent,
                pieces: Vec::new(),
                is_closed: false,
                nested: None,
            }));
            return Some(Progress::Done);
        }
        if start.continues_paragraph()
            && let Some(level) = marker::underline(text)
            && self.underline(level, &ahead)
        {
            return Some(Progress::Done);
        }
        if marker::divider(text) {
            self.make_room(start.inside);
            self.push_divider(ahead.content());
            return Some(Progress::Done);
        }
        if let Some(item) = marker::item(text) {
            let mut after = ahead;
            after.take_marker(item.width);
            let may_interrupt = !after.is_blank() && item.number.is_none_or(|number| number == 1);
            if may_interrupt || !start.continues_paragraph() {
                return Some(self.open_item(cursor, start, item));
            }
        }
        if start.continues_paragraph() && self.open_table(text) {
            return Some(Progress::Done);
        }
        None
    }

    /// Reads the rest of a line in which no block starts: text, or nothing.
    fn take_text(&mut self, cursor: Cursor<'a>, line_break: usize, start: &Start) {
        let is_blank = cursor.is_blank();
        if !start.in_all && start.lines_follow && !is_blank {
            if let Some(Leaf::Paragraph(paragraph)) = &mut self.leaf {
                paragraph.push_lazily(&cursor, line_break);
            }
            return;
        }
        self.close_to(start.inside);
        match &mut self.leaf {
            _ if is_blank => {}
            Some(Leaf::Paragraph(paragraph)) => paragraph.push(cursor, line_break),
            Some(Leaf::Table(table)) => table.rows.push(cursor.content()),
            Some(_) => {}
            None => {
                self.make_room(start.inside);
                let is_item = |open: &Container| {
                    matches!(open.kind, Kind::Item { .. } | Kind::Footnote { .. })
                };
                let in_item = self.open.iter().any(is_item);
                self.leaf = Some(Leaf::Paragraph(Paragraph::new(cursor, line_break, in_item)));
            }
        }
    }

    fn open_quote(&mut self, cursor: &mut Cursor<'a>, start: &mut Start) -> Progress {
        self.make_room(start.inside);
        let from = cursor.after_indent().place();
        if self.is_too_deep(cursor) {
            return Progress::Done;
        }
        let expandable = take_quote_mark(cursor, true);
        let title = self.options.alerts.title(cursor.rest()).map(|title| {
            let title = ParsedText::in_place_of(title, cursor.after_indent().place());
            cursor.take_marker(cursor.rest().len());
            title
        });
        let outer = self
            .open
            .iter()
            .filter(|container| matches!(container.kind, Kind::Quote { .. }))
            .count();
        self.push_container(Kind::Quote { expandable, title, outer }, from);
        start.opened(self.open.len());
        Progress::More
    }

    fn open_item(
        &mut self,
        cursor: &mut Cursor<'a>,
        start: &mut Start,
        item: ItemMarker,
    ) -> Progress {
        self.close_to(start.inside);
        self.close_leaf();
        let indent = cursor.indent();
        let from = cursor.after_indent().place();
        let goes_on = matches!(self.open.last(), Some(Container { kind: Kind::List { look, .. }, .. }) if *look == item.look);
        if !goes_on {
            self.make_room(start.inside);
        }
        if self.is_too_deep(cursor) {
            return Progress::Done;
        }
        if !goes_on {
            self.push_container(
                Kind::List { look: item.look, start: item.number, items: Vec::new() },
                from,
            );
        }
        cursor.take_indent();
        cursor.take_marker(item.width);
        let gap = cursor.indent();
        // A wider gap belongs to code inside the item; a blank rest does not set the indentation of the next line.
        let gap = if cursor.is_blank() || gap > CODE_INDENT { 1 } else { gap };
        cursor.take_columns(gap);
        let task = marker::task(cursor.rest());
        if task.is_some() {
            cursor.take_marker("[x]".len());
            cursor.take_indent();
        }
        self.push_container(Kind::Item { indent: indent + item.width + gap, task }, from);
        start.opened(self.open.len());
        Progress::More
    }

    /// Turns the paragraph above into a heading; `false` if nothing is left of it without its link definitions.
    fn underline(&mut self, level: u8, line: &Cursor<'a>) -> bool {
        let Some(Leaf::Paragraph(paragraph)) = &mut self.leaf else { return false };
        self.unseen += paragraph.take_definitions(self.source, &mut self.found);
        if paragraph.is_empty() {
            self.leaf = None;
            return false;
        }
        if let Some(Leaf::Paragraph(paragraph)) = self.leaf.take() {
            let prose = self.prose(paragraph);
            self.push_heading(prose, level, line.content());
        }
        true
    }

    /// Reports containers past the limit; their line is then read whole.
    fn is_too_deep(&mut self, cursor: &Cursor<'a>) -> bool {
        let depth = self
            .open
            .iter()
            .filter(|container| !matches!(container.kind, Kind::List { .. }))
            .count();
        if depth < limits::BODY_DEPTH {
            return false;
        }
        let kind = MarkupProblemKind::TooDeep { limit: limits::BODY_DEPTH };
        let range = cursor.after_indent().content();
        match self.problems.last_mut() {
            // Several such lines in a row are one problem.
            Some(last) if last.kind == kind && last.range.end == self.content_end => {
                last.range.end = range.end;
            }
            _ => self.problems.push(MarkupProblem { range, kind }),
        }
        true
    }

    fn push_container(&mut self, kind: Kind, from: usize) {
        self.open.push(Container {
            kind,
            blocks: Vec::new(),
            end: None,
            from,
            problems_before: self.problems.len(),
            unseen_before: self.unseen,
        });
    }
}

/// The state of a line while its blocks are started.
struct Start {
    /// How many of the open containers the line is in.
    inside: usize,
    /// Whether these are all open containers and no block has started on this line.
    in_all: bool,
    /// Whether the line can still continue the paragraph above it.
    lines_follow: bool,
}

impl Start {
    /// Whether the line continues the paragraph above and is in all of its containers.
    fn continues_paragraph(&self) -> bool {
        self.in_all && self.lines_follow
    }

    fn goes_on_with_table(&self, parser: &Parser<'_>) -> bool {
        self.in_all && matches!(parser.leaf, Some(Leaf::Table(_)))
    }

    /// Records that a container was opened on the line; `inside` are open now.
    fn opened(&mut self, inside: usize) {
        *self = Self { inside, in_all: true, lines_follow: false };
    }
}

/// Reads `>`, a `!` directly after it if that means expandable, and one space; returns whether there was such a `!`.
///
/// `>![` starts a custom emoji in a plain quote.
fn take_quote_mark(cursor: &mut Cursor<'_>, may_expand: bool) -> bool {
    cursor.take_indent();
    cursor.take_marker(1);
    let expandable =
        may_expand && cursor.rest().strip_prefix('!').is_some_and(|rest| !rest.starts_with('['));
    if expandable {
        cursor.take_marker(1);
    }
    cursor.take_columns(1);
    expandable
}
