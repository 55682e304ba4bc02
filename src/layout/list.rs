//! Lays out blocks: paragraphs, nested lists, quotes and code.

use telegram_text::EntityKind;
use telegram_text::block::{Block, List, with_gaps};
use telegram_text::split::Level;

use super::text_builder::TextBuilder;
use crate::config::{Spacing, Style};

/// The indentation for each level of a nested list.
const INDENT: &str = "  ";

/// The box of a task that is done.
const DONE: &str = "☑";

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
        Block::Heading(prose) => {
            let start = builder.position();
            builder.text(&prose.text);
            builder.cover(EntityKind::Bold, start);
            builder.glue_next();
        }
        Block::List(list) => put_list(builder, list, style, depth),
        Block::Quote { title, blocks, expandable } => {
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
            let kind =
                if *expandable { EntityKind::ExpandableBlockquote } else { EntityKind::Blockquote };
            builder.cover(kind, start);
        }
        Block::LineBreak => {}
        Block::Code { code, language } => {
            let start = builder.position();
            builder.string(&code.text.string);
            builder.cover(EntityKind::Pre { language: language.clone() }, start);
        }
    }
}

fn put_list(builder: &mut TextBuilder, list: &List, style: &Style, depth: usize) {
    // A nested list is always tight: blank lines would separate its items from the item they belong to.
    let loose = depth == 0 && style.spacing == Spacing::Loose;
    let mut number = list.start;
    for (index, item) in list.items.iter().enumerate() {
        if index > 0 {
            builder.gap(if loose { "\n\n" } else { "\n" }, Level::Item);
        }
        builder.string(&INDENT.repeat(depth));
        if let Some(n) = number {
            builder.sign(&format!("{n}."));
        }
        match item.task {
            Some(is_done) => builder.sign(if is_done { DONE } else { OPEN }),
            None if number.is_none() => builder.sign(&style.bullet),
            None => {}
        }
        number = number.map(|n| n.saturating_add(1));
        for (index, (gap, block)) in with_gaps(&item.blocks, "\n\n").enumerate() {
            if index > 0 {
                introduce(builder, block);
                let is_tight = matches!(block, Block::List(_)) || !loose;
                builder.gap(if is_tight { "\n" } else { gap }, Level::Inside);
            }
            put(builder, block, style, depth + 1);
        }
    }
}
