//! The size of a rich message against Telegram's limits. It does not know where anything was typed.

use super::block::Block;
use super::text::Text;
use crate::limits::{RichExcess, RichLimit};

/// What Telegram counts of some blocks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// Unicode characters of all texts, the alternatives of custom emoji included.
    pub characters: usize,
    /// Blocks, with those inside others, items of lists and rows of tables.
    pub blocks: usize,
    /// How deep blocks are nested; 1 for blocks without others.
    pub depth: usize,
    /// Files.
    pub media: usize,
    /// Columns of the widest table.
    pub columns: usize,
    /// Bytes of the longest string.
    pub string_bytes: usize,
    /// Pieces of text that have a style.
    pub styled: usize,
}

impl Count {
    /// What counts against a limit.
    #[must_use]
    pub fn of(&self, kind: RichLimit) -> usize {
        match kind {
            RichLimit::Characters => self.characters,
            RichLimit::Blocks => self.blocks,
            RichLimit::Depth => self.depth,
            RichLimit::Media => self.media,
            RichLimit::Columns => self.columns,
            RichLimit::StringBytes => self.string_bytes,
            RichLimit::Styled => self.styled,
        }
    }

    /// The count of both, one after the other.
    #[must_use]
    pub fn with(&self, other: &Self) -> Self {
        Self {
            characters: self.characters + other.characters,
            blocks: self.blocks + other.blocks,
            depth: self.depth.max(other.depth),
            media: self.media + other.media,
            columns: self.columns.max(other.columns),
            string_bytes: self.string_bytes.max(other.string_bytes),
            styled: self.styled + other.styled,
        }
    }

    /// The first limit that is exceeded.
    #[must_use]
    pub fn excess(&self) -> Option<RichExcess> {
        let excess =
            |kind: RichLimit| RichExcess { kind, used: self.of(kind), limit: kind.limit() };
        RichLimit::ALL.map(excess).into_iter().find(|excess| excess.used > excess.limit)
    }

    fn add_text(&mut self, text: &Text) {
        self.characters += text.characters();
        text.each_string(&mut |string| self.string_bytes = self.string_bytes.max(string.len()));
        text.each_style(&mut |_| self.styled += 1);
    }
}

/// Counts some blocks, and those inside them.
#[must_use]
pub fn count(blocks: &[Block]) -> Count {
    let mut total = Count::default();
    for block in blocks {
        let mut own = Count { blocks: 1, depth: 1, ..Count::default() };
        block.texts().for_each(|text| own.add_text(text));
        match block {
            Block::Media { .. } => own.media = 1,
            Block::Table { cells } => {
                own.blocks += cells.len();
                own.columns = cells.iter().map(Vec::len).max().unwrap_or(0);
            }
            Block::List { items } => own.blocks += items.len(),
            _ => {}
        }
        for inner in block.inner().map(count) {
            own = Count { depth: own.depth.max(inner.depth + 1), ..own.with(&inner) };
        }
        total = total.with(&own);
    }
    total
}

/// The first limit that blocks exceed as one message.
#[must_use]
pub fn excess(blocks: &[Block]) -> Option<RichExcess> {
    count(blocks).excess()
}
