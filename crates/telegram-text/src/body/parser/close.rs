//! Closing containers and leaves that no further line can continue.

use std::ops::Range;

use super::{Container, Kind, Leaf, Parser};
use crate::ParsedText;
use crate::block::{Block, List};
use crate::body::leaf;
use crate::problem::{MarkupProblem, MarkupProblemKind};

impl Parser<'_> {
    pub(super) fn push_heading(&mut self, prose: ParsedText, range: Range<usize>) {
        if prose.text.is_empty() {
            self.problems.push(MarkupProblem { range, kind: MarkupProblemKind::EmptyHeading });
        }
        self.push_block(Block::Heading(prose));
    }

    fn push_block(&mut self, block: Block) {
        match self.open.last_mut() {
            Some(container) => container.blocks.push(block),
            None => self.blocks.push(block),
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
        let Some(Container { kind, mut blocks, from, problems_before }) = self.open.pop() else {
            return;
        };
        let is_empty = blocks.is_empty() && self.problems.len() == problems_before;
        let range = from..self.content_end.max(from);
        match kind {
            Kind::Quote { expandable, outer } => {
                if is_empty {
                    self.problems
                        .push(MarkupProblem { range, kind: MarkupProblemKind::EmptyQuote });
                } else if outer == 1 {
                    self.problems
                        .push(MarkupProblem { range, kind: MarkupProblemKind::NestedQuote });
                }
                if outer == 0 {
                    self.push_block(Block::Quote { blocks, expandable });
                } else {
                    // Telegram has no nested quotes, so the inner quote becomes part of the outer one.
                    for block in blocks {
                        self.push_block(block);
                    }
                }
            }
            Kind::Item { .. } => {
                if is_empty {
                    self.problems.push(MarkupProblem { range, kind: MarkupProblemKind::EmptyItem });
                }
                if blocks.is_empty() {
                    blocks.push(Block::Paragraph(ParsedText::verbatim("", from)));
                }
                if let Some(Container { kind: Kind::List { items, .. }, .. }) = self.open.last_mut()
                {
                    items.push(blocks);
                }
            }
            Kind::List { start, items, .. } => self.push_block(Block::List(List { start, items })),
        }
    }

    pub(super) fn close_leaf(&mut self) {
        match self.leaf.take() {
            None => {}
            Some(Leaf::Paragraph(mut paragraph)) => {
                paragraph.drop_definitions(self.source, &mut self.problems);
                if !paragraph.is_empty() {
                    let prose = paragraph.into_prose(self.source, &mut self.problems);
                    self.push_block(Block::Paragraph(prose));
                }
            }
            Some(Leaf::Fence { fence, from, pieces, .. }) => {
                let code = leaf::code(self.source, &pieces);
                if code.text.string.trim().is_empty() {
                    let range = from..self.content_end.max(from);
                    self.problems.push(MarkupProblem { range, kind: MarkupProblemKind::EmptyCode });
                }
                self.push_block(Block::Code { code, language: fence.language.map(str::to_owned) });
            }
            Some(Leaf::Indented { from, end }) => {
                self.problems.push(MarkupProblem {
                    range: from..end,
                    kind: MarkupProblemKind::IndentedCode,
                });
            }
            Some(Leaf::Table { from }) => {
                let range = from..self.content_end.max(from);
                self.problems.push(MarkupProblem { range, kind: MarkupProblemKind::Table });
            }
        }
    }
}
