//! Closing containers and leaves that no further line can continue.

use std::ops::Range;

use super::{Container, Kind, Leaf, OpenFence, Paragraph, Parser};
use crate::ParsedText;
use crate::block::{Block, List, ListItem};
use crate::body::leaf;
use crate::problem::{MarkupProblem, MarkupProblemKind};

impl Parser<'_> {
    pub(super) fn push_heading(&mut self, text: ParsedText, level: u8, range: Range<usize>) {
        if text.text.is_empty() {
            self.problems.push(MarkupProblem { range, kind: MarkupProblemKind::EmptyHeading });
        }
        self.push_block(Block::Heading { text, level });
    }

    pub(super) fn push_divider(&mut self, range: Range<usize>) {
        if self.options.rich {
            self.push_block(Block::Divider);
        } else {
            self.problems.push(MarkupProblem { range, kind: MarkupProblemKind::ThematicBreak });
        }
    }

    pub(super) fn push_block(&mut self, block: Block) {
        let (blocks, end) = self.innermost();
        blocks.push(block);
        *end = None;
    }

    /// Adds a paragraph, a quotation or code that starts at byte `from`. With no blank line before it, a line break
    /// separates a quotation or code from the block before it, and this block from a quotation or code.
    pub(super) fn push_block_at(&mut self, from: usize, block: Block) {
        let (source, content_end) = (self.source, self.content_end);
        let is_text = |block: Option<&Block>| matches!(block, Some(Block::Paragraph(_)));
        let (blocks, end) = self.innermost();
        let is_joined = end.is_some_and(|end| {
            !(is_text(blocks.last()) && is_text(Some(&block)))
                && source.get(end..from).is_some_and(|between| !has_blank_line(between))
        });
        if is_joined {
            blocks.push(Block::LineBreak);
        }
        blocks.push(block);
        *end = Some(content_end.max(from));
    }

    /// The blocks of the innermost container, and where the last of them ends.
    fn innermost(&mut self) -> (&mut Vec<Block>, &mut Option<usize>) {
        match self.open.last_mut() {
            Some(container) => (&mut container.blocks, &mut container.end),
            None => (&mut self.blocks, &mut self.end),
        }
    }

    /// Closes what the next block cannot be in: the leaf, the containers the line is not in, a list between items.
    pub(super) fn make_room(&mut self, inside: usize) {
        self.close_to(inside);
        self.close_leaf();
        if matches!(self.open.last(), Some(Container { kind: Kind::List { .. }, .. })) {
            self.close_container();
        }
    }

    /// Closes the containers past the first `inside`, and the leaf in them.
    pub(super) fn close_to(&mut self, inside: usize) {
        while self.open.len() > inside {
            self.close_leaf();
            self.close_container();
        }
    }

    fn close_container(&mut self) {
        let Some(Container { kind, mut blocks, from, problems_before, .. }) = self.open.pop()
        else {
            return;
        };
        let inside = self.problems.get(problems_before..).unwrap_or_default();
        let is_empty = blocks.is_empty() && inside.iter().all(|problem| problem.kind.is_warning());
        let range = from..self.content_end.max(from);
        match kind {
            Kind::Quote { expandable, title, outer } => {
                if is_empty {
                    self.problems
                        .push(MarkupProblem { range, kind: MarkupProblemKind::EmptyQuote });
                } else if outer == 1 && !self.options.rich {
                    self.problems
                        .push(MarkupProblem { range, kind: MarkupProblemKind::NestedQuote });
                }
                if outer == 0 || self.options.rich {
                    self.push_block_at(from, Block::Quote { title, blocks, expandable });
                } else {
                    // A text message has no nested quotes, so the inner quote becomes part of the outer one.
                    self.push_flat(title, blocks);
                }
            }
            Kind::Details { tag, title, is_open, ends } => {
                if !ends {
                    let kind = MarkupProblemKind::UnclosedDetails;
                    self.problems.push(MarkupProblem { range: tag.clone(), kind });
                }
                if self.options.rich {
                    self.close_rich_details(tag, title, blocks, is_open);
                    return;
                }
                if is_empty && title.is_none() {
                    let range = tag.start..range.end.max(tag.end);
                    self.problems
                        .push(MarkupProblem { range, kind: MarkupProblemKind::EmptyQuote });
                }
                let is_quote = |container: &Container| matches!(container.kind, Kind::Quote { .. });
                if self.open.iter().any(is_quote) || holds_quote(&blocks) {
                    let kind = MarkupProblemKind::DetailsWithQuote;
                    self.problems.push(MarkupProblem { range: tag, kind });
                    self.push_flat(title, blocks);
                } else {
                    self.push_block_at(from, Block::Quote { title, blocks, expandable: true });
                }
            }
            Kind::Footnote { index } => {
                if is_empty {
                    let kind = MarkupProblemKind::EmptyFootnote;
                    self.problems.push(MarkupProblem { range, kind });
                }
                self.close_footnote(index, blocks);
            }
            Kind::Item { task, .. } => {
                if is_empty {
                    self.problems.push(MarkupProblem { range, kind: MarkupProblemKind::EmptyItem });
                }
                if blocks.is_empty() {
                    blocks.push(Block::Paragraph(ParsedText::verbatim("", from)));
                }
                if let Some(Container { kind: Kind::List { items, .. }, .. }) = self.open.last_mut()
                {
                    items.push(ListItem { task, blocks });
                }
            }
            Kind::List { start, items, .. } => self.push_block(Block::List(List { start, items })),
        }
    }

    /// Adds the title and the blocks of a quote that cannot be one.
    fn push_flat(&mut self, title: Option<ParsedText>, blocks: Vec<Block>) {
        let title = title.map(|text| Block::Heading { text, level: 6 });
        for block in title.into_iter().chain(blocks) {
            self.push_block(block);
        }
    }

    /// Adds `<details>` of a rich body, which needs a summary and content.
    fn close_rich_details(
        &mut self,
        tag: Range<usize>,
        summary: Option<ParsedText>,
        blocks: Vec<Block>,
        is_open: bool,
    ) {
        let kind = match &summary {
            None => Some(MarkupProblemKind::NoSummary),
            Some(_) if blocks.is_empty() => Some(MarkupProblemKind::EmptyDetails),
            Some(_) => None,
        };
        if let Some(kind) = kind {
            self.problems.push(MarkupProblem { range: tag, kind });
        }
        let summary = summary.unwrap_or_default();
        self.push_block(Block::Details { summary, blocks, is_open });
    }

    fn close_fence(&mut self, open: OpenFence<'_>) {
        let OpenFence { fence, line, pieces, is_closed, nested, .. } = open;
        let code = leaf::code(self.source, &pieces);
        let from = line.start;
        let range = from..self.content_end.max(line.end);
        let nested = nested.map(|nested| (nested, MarkupProblemKind::NestedFence));
        let unclosed = (!is_closed).then_some((line, MarkupProblemKind::UnclosedFence));
        let is_empty = code.text.string.trim().is_empty();
        let empty = is_empty.then_some((range, MarkupProblemKind::EmptyCode));
        let problems = [nested, unclosed, empty].into_iter().flatten();
        self.problems.extend(problems.map(|(range, kind)| MarkupProblem { range, kind }));
        self.push_block_at(from, Block::Code { code, language: fence.language.map(str::to_owned) });
    }

    pub(super) fn close_leaf(&mut self) {
        match self.leaf.take() {
            None => {}
            Some(Leaf::Paragraph(mut paragraph)) => {
                self.unseen += paragraph.take_definitions(self.source, &mut self.found);
                if let Some(from) = paragraph.first_byte() {
                    self.push_paragraph(from, paragraph);
                }
            }
            Some(Leaf::Fence(open)) => self.close_fence(open),
            Some(Leaf::Comment { from }) => {
                let range = from..from + "<!--".len();
                self.problems
                    .push(MarkupProblem { range, kind: MarkupProblemKind::UnclosedComment });
            }
            Some(Leaf::Summary(pieces)) => {
                let summary = Paragraph::of_lines(pieces);
                let summary = (!summary.is_empty()).then(|| self.prose(summary));
                let last = self.open.last_mut().map(|container| &mut container.kind);
                if let Some(Kind::Details { title, .. }) = last {
                    *title = summary.filter(|summary| !summary.text.is_empty());
                }
            }
            Some(Leaf::Indented { from, end }) => {
                self.problems.push(MarkupProblem {
                    range: from..end,
                    kind: MarkupProblemKind::IndentedCode,
                });
            }
            Some(Leaf::Table(open)) => self.close_table(open),
        }
    }
}

/// Whether a line between two blocks is blank but for the marks of the quotes that they are in.
fn has_blank_line(between: &str) -> bool {
    let lines = between.matches('\n').count();
    let mut inner = between.split('\n').take(lines).skip(1);
    inner.any(|line| line.trim_matches([' ', '\t', '\r', '>']).is_empty())
}

/// Whether a quote is among the blocks, or in a list among them.
fn holds_quote(blocks: &[Block]) -> bool {
    blocks.iter().any(|block| match block {
        Block::Quote { .. } => true,
        Block::List(list) => list.items.iter().any(|item| holds_quote(&item.blocks)),
        _ => false,
    })
}
