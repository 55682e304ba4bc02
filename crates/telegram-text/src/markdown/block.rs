//! The blocks that a text consists of, and their Markdown. It writes no formatting within a line.

use std::ops::Range;

use super::inline;
use super::{Tags, Unwritable, UnwritableKind};
use crate::{Entity, EntityKind, FormattedText, utf16};

/// A block of a text, and whether only a line break separates it from the one before it; otherwise that is a blank line.
pub(super) struct Block {
    kind: Kind,
    is_joined: bool,
}

enum Kind {
    /// Paragraphs.
    Text(FormattedText),
    /// A block of code.
    Code { code: String, language: Option<String> },
    /// A quotation.
    Quote { blocks: Vec<Block>, expandable: bool },
}

/// A blank line between two blocks.
const GAP: &str = "\n\n";

/// Splits a text in normal form into its blocks.
pub(super) fn split(text: &FormattedText) -> Result<Vec<Block>, Unwritable> {
    split_at(text, 0)
}

/// The blocks of `text`, which starts at UTF-16 unit `start` of the whole text.
fn split_at(text: &FormattedText, start: usize) -> Result<Vec<Block>, Unwritable> {
    let mut splitter = Splitter {
        text,
        start,
        cursor: utf16::Cursor::new(&text.string),
        byte: 0,
        units: 0,
        blocks: Vec::new(),
        is_joined: false,
    };
    for entity in &text.entities {
        let is_block = entity.kind.is_quote() || matches!(entity.kind, EntityKind::Pre { .. });
        if is_block && entity.offset >= splitter.units {
            splitter.text_before(Some(entity))?;
            splitter.block(entity)?;
        }
    }
    splitter.text_before(None)?;
    Ok(splitter.blocks)
}

struct Splitter<'a> {
    text: &'a FormattedText,
    start: usize,
    cursor: utf16::Cursor<'a>,
    /// Bytes of the text before the next block.
    byte: usize,
    /// UTF-16 units before it.
    units: usize,
    blocks: Vec<Block>,
    /// Whether a line break separates the next block from the last one.
    is_joined: bool,
}

impl Splitter<'_> {
    /// Takes the text up to UTF-16 unit `end`, with the entities in it.
    fn take(&mut self, end: usize) -> FormattedText {
        let byte = self.cursor.byte_of(end).unwrap_or(self.text.string.len());
        let string = self.text.string.get(self.byte..byte).unwrap_or_default().to_owned();
        let range = self.units..end;
        (self.byte, self.units) = (byte, end);
        FormattedText { string, entities: entities_in(&self.text.entities, &range) }
    }

    /// Adds the text before `next`, or the text at the end.
    fn text_before(&mut self, next: Option<&Entity>) -> Result<(), Unwritable> {
        let from = self.units;
        let end = next.map_or_else(|| self.text.utf16_len(), |next| next.offset);
        let mut text = self.take(end);
        if text.is_empty() && (self.blocks.is_empty() || next.is_none()) {
            return Ok(());
        }
        self.is_joined = false;
        if !self.blocks.is_empty() {
            let gap = line_feeds(text.string.bytes());
            if !(1..=GAP.len()).contains(&gap) {
                return Err(self.misplaced(next, from));
            }
            let string = text.string.get(gap..).unwrap_or_default().to_owned();
            text =
                FormattedText { string, entities: entities_in(&text.entities, &(gap..end - from)) };
            self.is_joined = gap < GAP.len();
            if text.is_empty() && next.is_some() {
                return Ok(());
            }
        }
        let mut next_is_joined = false;
        if let Some(next) = next {
            let gap = line_feeds(text.string.bytes().rev());
            if !(1..=GAP.len()).contains(&gap) {
                return Err(self.misplaced(Some(next), from));
            }
            let string = text.string.get(..text.string.len() - gap).unwrap_or_default().to_owned();
            let units = utf16::len(&string);
            text = FormattedText { string, entities: entities_in(&text.entities, &(0..units)) };
            next_is_joined = gap < GAP.len();
        }
        if text.string.trim_matches([' ', '\n']).len() != text.string.len() || text.is_empty() {
            return Err(Unwritable {
                kind: UnwritableKind::OuterSpace,
                offset: self.start + from,
                length: end - from,
            });
        }
        self.blocks.push(Block { kind: Kind::Text(text), is_joined: self.is_joined });
        self.is_joined = next_is_joined;
        Ok(())
    }

    fn misplaced(&self, next: Option<&Entity>, from: usize) -> Unwritable {
        // With no block after the text, the one before it is at fault; it ends where the text begins.
        let block = next.or_else(|| self.text.entities.iter().rfind(|entity| entity.end() == from));
        let name = match block.map(|block| &block.kind) {
            Some(EntityKind::Pre { .. }) => "code block",
            _ => "quote",
        };
        Unwritable {
            kind: UnwritableKind::Placement(name),
            offset: self.start + block.map_or(from, |block| block.offset),
            length: block.map_or(0, |block| block.length),
        }
    }

    fn block(&mut self, entity: &Entity) -> Result<(), Unwritable> {
        let mut inside = self.take(entity.end());
        let kind = match &entity.kind {
            EntityKind::Pre { language } => {
                Kind::Code { code: inside.string, language: language.clone() }
            }
            kind => {
                inside.entities.retain(|entity| !entity.kind.is_quote());
                let blocks = split_at(&inside, self.start + entity.offset)?;
                let expandable = *kind == EntityKind::ExpandableBlockquote;
                Kind::Quote { blocks, expandable }
            }
        };
        self.blocks.push(Block { kind, is_joined: self.is_joined });
        Ok(())
    }
}

/// The parts of entities in a range of UTF-16 units, counted from its start. No entity starts before the range and
/// reaches into it, unless it is a style that covers the gap before a block.
fn entities_in(entities: &[Entity], range: &Range<usize>) -> Vec<Entity> {
    let first = entities.partition_point(|entity| entity.offset < range.start);
    let last = entities.partition_point(|entity| entity.offset < range.end);
    let inside = entities.get(first..last).unwrap_or_default().iter();
    let clip = |entity: &Entity| {
        let end = entity.end().min(range.end);
        let offset = entity.offset - range.start;
        Entity::new(entity.kind.clone(), offset, end - entity.offset)
    };
    inside.map(clip).collect()
}

/// The Markdown of blocks, with a line break at the end.
pub(super) fn write(blocks: &[Block], tags: Tags) -> String {
    let mut markdown = String::new();
    let mut before: Option<&Kind> = None;
    for Block { kind, is_joined } in blocks {
        markdown.push_str(match (before, kind) {
            (None, _) => "",
            _ if !is_joined => "\n",
            // A line after a quotation would belong to it.
            (Some(Kind::Quote { .. }), Kind::Text(_)) => ">\n",
            (Some(Kind::Quote { .. }), Kind::Quote { .. }) => "<!-- -->\n",
            _ => "",
        });
        markdown.push_str(&write_block(kind, tags));
        before = Some(kind);
    }
    markdown
}

/// How many line feeds there are before another byte.
fn line_feeds(bytes: impl Iterator<Item = u8>) -> usize {
    bytes.take_while(|byte| *byte == b'\n').count()
}

/// The lines of a block, each with a line break.
fn write_block(block: &Kind, tags: Tags) -> String {
    match block {
        Kind::Text(text) => inline::write(text, tags) + "\n",
        Kind::Code { code, language } => fenced(code, language.as_deref().unwrap_or_default()),
        Kind::Quote { blocks, expandable } => {
            let inside = write(blocks, tags);
            let mut quoted = String::with_capacity(inside.len() + inside.len() / 8);
            let mut mark = if *expandable { ">!" } else { ">" };
            for line in inside.lines() {
                quoted.push_str(mark);
                if !line.is_empty() {
                    quoted.push(' ');
                    quoted.push_str(line);
                }
                quoted.push('\n');
                mark = ">";
            }
            quoted
        }
    }
}

/// A fence longer than every run of its sign in the code; the name of a language may contain backticks.
fn fenced(code: &str, language: &str) -> String {
    let sign = if language.contains('`') { '~' } else { '`' };
    let longest = inline::longest_run(code, sign);
    let fence = String::from(sign).repeat(3.max(longest + 1));
    format!("{fence}{language}\n{code}\n{fence}\n")
}
