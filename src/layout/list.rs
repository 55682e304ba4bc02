//! Putting blocks on the sheet: paragraphs, lists inside one another, quotes and code.

use telegram_text::EntityKind;
use telegram_text::block::{Block, List};
use telegram_text::split::Level;

use super::sheet::Sheet;
use crate::config::{Spacing, Style};

/// What a list inside a list is moved in by, for each level.
const INDENT: &str = "  ";

/// Puts a block at the end of the sheet.
pub(super) fn put_block(sheet: &mut Sheet, block: &Block, style: &Style) {
    put(sheet, block, style, 0);
}

fn put(sheet: &mut Sheet, block: &Block, style: &Style, depth: usize) {
    match block {
        Block::Paragraph(prose) => sheet.text(&prose.text),
        Block::Heading(prose) => {
            let start = sheet.position();
            sheet.text(&prose.text);
            sheet.cover(EntityKind::Bold, start);
            sheet.glue_next();
        }
        Block::List(list) => put_list(sheet, list, style, depth),
        Block::Quote { blocks, expandable } => {
            let start = sheet.position();
            for (index, block) in blocks.iter().enumerate() {
                if index > 0 {
                    sheet.gap("\n\n", Level::Block);
                }
                put(sheet, block, style, 0);
            }
            let kind =
                if *expandable { EntityKind::ExpandableBlockquote } else { EntityKind::Blockquote };
            sheet.cover(kind, start);
        }
        Block::Code { code, language } => {
            let start = sheet.position();
            sheet.string(&code.text.string);
            sheet.cover(EntityKind::Pre { language: language.clone() }, start);
        }
    }
}

fn put_list(sheet: &mut Sheet, list: &List, style: &Style, depth: usize) {
    // A list inside a list is always close: blank lines would tear its items from the one they belong to.
    let loose = depth == 0 && style.spacing == Spacing::Loose;
    let mut number = list.start;
    for (index, item) in list.items.iter().enumerate() {
        if index > 0 {
            sheet.gap(if loose { "\n\n" } else { "\n" }, Level::Item);
        }
        sheet.string(&INDENT.repeat(depth));
        match number {
            Some(n) => sheet.sign(&format!("{n}.")),
            None => sheet.sign(&style.bullet),
        }
        number = number.map(|n| n.saturating_add(1));
        for (index, block) in item.iter().enumerate() {
            if index > 0 {
                let close = matches!(block, Block::List(_)) || !loose;
                sheet.gap(if close { "\n" } else { "\n\n" }, Level::Inside);
            }
            put(sheet, block, style, depth + 1);
        }
    }
}
