//! Lays out blocks: paragraphs, nested lists, quotes and code. Blocks that only rich messages have become text.

use telegram_text::block::{Block, List, with_gaps};
use telegram_text::split::Level;
use telegram_text::{EntityKind, ParsedText};

use super::text_builder::TextBuilder;
use crate::config::{Spacing, Style};

/// The indentation for each level of a nested list.
const INDENT: &str = "  ";

/// The box of a task that is done.
const DONE: &str = "☑";

/// A dividing line.
const DIVIDER: &str = "———";

/// The box of a task that is not done.
const OPEN: &str = "☐";

/// Keeps a list with the text before it if that ends with a colon, and so introduces it.
pub(super) fn introduce(builder: &mut TextBuilder, block: &Block) {
    if matches!(block, Block::List(_)) && builder.ends_with_colon() {
        builder.glue_next();
    }
}

/// Appends a block.
pub(super) fn put_block(builder: &mut TextBuilder, block: &Block, style: &Style) {
    put(builder, block, style, 0);
}

fn put(builder: &mut TextBuilder, block: &Block, style: &Style, depth: usize) {
    match block {
        Block::Paragraph(prose) => builder.text(&prose.text),
        Block::Heading { text, .. } => {
            let start = builder.position();
            builder.text(&text.text);
            builder.cover(EntityKind::Bold, start);
            builder.glue_next();
        }
        Block::List(list) => put_list(builder, list, style, depth),
        Block::Details { summary, blocks, .. } => {
            put_quote(builder, Some(summary), blocks, (EntityKind::ExpandableBlockquote, style));
        }
        Block::Table(table) => {
            for (index, row) in std::iter::once(&table.header).chain(&table.rows).enumerate() {
                if index > 0 {
                    builder.gap("\n", Level::Item);
                }
                for (index, cell) in row.iter().enumerate() {
                    builder.string(if index > 0 { " | " } else { "" });
                    builder.text(&cell.text);
                }
            }
        }
        Block::Divider => builder.string(DIVIDER),
        Block::Image(image) => builder.text(&image.caption.text),
        Block::Footnotes(notes) => {
            let items = notes.iter().map(|note| (None, note.blocks.as_slice()));
            put_items(builder, items, Some(1), (style, depth));
        }
        Block::Quote { title, blocks, expandable } => {
            let kind =
                if *expandable { EntityKind::ExpandableBlockquote } else { EntityKind::Blockquote };
            put_quote(builder, title.as_ref(), blocks, (kind, style));
        }
        Block::LineBreak => {}
        Block::Code { code, language } => {
            let start = builder.position();
            builder.string(&code.text.string);
            builder.cover(EntityKind::Pre { language: language.clone() }, start);
        }
    }
}

fn put_quote(
    builder: &mut TextBuilder,
    title: Option<&ParsedText>,
    blocks: &[Block],
    (kind, style): (EntityKind, &Style),
) {
    let start = builder.position();
    if let Some(title) = title {
        builder.text(&title.text);
        builder.cover(EntityKind::Bold, start);
    }
    for (index, (gap, block)) in with_gaps(blocks, "\n\n").enumerate() {
        if index > 0 {
            introduce(builder, block);
            builder.gap(gap, Level::Block);
        } else if title.is_some() {
            // Keep the title with the block that follows it.
            builder.glue_next();
            builder.gap("\n", Level::Block);
        }
        put(builder, block, style, 0);
    }
    builder.cover(kind, start);
}

fn put_list(builder: &mut TextBuilder, list: &List, style: &Style, depth: usize) {
    let items = list.items.iter().map(|item| (item.task, item.blocks.as_slice()));
    put_items(builder, items, list.start, (style, depth));
}

/// Appends items, each with its task and its blocks; they are numbered from `number` on, if there is one.
fn put_items<'b>(
    builder: &mut TextBuilder,
    items: impl Iterator<Item = (Option<bool>, &'b [Block])>,
    mut number: Option<u64>,
    (style, depth): (&Style, usize),
) {
    // A nested list is always tight: blank lines would separate its items from the item they belong to.
    let loose = depth == 0 && style.spacing == Spacing::Loose;
    for (index, (task, blocks)) in items.enumerate() {
        if index > 0 {
            builder.gap(if loose { "\n\n" } else { "\n" }, Level::Item);
        }
        builder.string(&INDENT.repeat(depth));
        if let Some(n) = number {
            builder.sign(&format!("{n}."));
        }
        match task {
            Some(is_done) => builder.sign(if is_done { DONE } else { OPEN }),
            None if number.is_none() => builder.sign(&style.bullet),
            None => {}
        }
        number = number.map(|n| n.saturating_add(1));
        for (index, (gap, block)) in with_gaps(blocks, "\n\n").enumerate() {
            if index > 0 {
                introduce(builder, block);
                let is_tight = matches!(block, Block::List(_)) || !loose;
                builder.gap(if is_tight { "\n" } else { gap }, Level::Inside);
            }
            put(builder, block, style, depth + 1);
        }
    }
}
