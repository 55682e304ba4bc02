//! A rich message as the Bot API server takes it, with the files by name. This module sends nothing.

use serde_json::{Value, json};

use super::block::{Block, Caption, ListItem, TableCell};
use super::{InputMedia, RichMessage};

impl RichMessage {
    /// The Bot API's `InputRichMessage`. `file` writes the `InputMedia` of a file, given its index from 0.
    pub(in crate::message) fn bot_api(
        &self,
        mut file: impl FnMut(&InputMedia, usize) -> Value,
    ) -> Value {
        let mut next = 0;
        let mut media = |media: &InputMedia| {
            let value = file(media, next);
            next += 1;
            value
        };
        let mut message = json!({ "blocks": list(&self.blocks, &mut media) });
        if self.is_rtl {
            put(&mut message, "is_rtl", true.into());
        }
        message
    }
}

fn list(blocks: &[Block], media: &mut impl FnMut(&InputMedia) -> Value) -> Value {
    blocks.iter().map(|block| block_json(block, media)).collect()
}

fn block_json(block: &Block, media: &mut impl FnMut(&InputMedia) -> Value) -> Value {
    let name = block.name();
    match block {
        Block::List { items } => {
            let items: Value = items.iter().map(|one| item(one, media)).collect();
            json!({ "type": name, "items": items })
        }
        Block::Blockquote { blocks } | Block::ExpandableBlockquote { blocks } => {
            json!({ "type": name, "blocks": list(blocks, media) })
        }
        Block::Collage { blocks, caption } => {
            let mut value = json!({ "type": name, "blocks": list(blocks, media) });
            put_caption(&mut value, caption.as_ref());
            value
        }
        Block::Details { summary, blocks, is_open } => {
            let blocks = list(blocks, media);
            let mut value = json!({ "type": name, "summary": summary, "blocks": blocks });
            if *is_open {
                put(&mut value, "is_open", true.into());
            }
            value
        }
        Block::Media { media: file, caption } => {
            let mut value = json!({ "type": name, name: media(file) });
            put_caption(&mut value, caption.as_ref());
            value
        }
        Block::Table { cells } => {
            let row = |row: &Vec<TableCell>| row.iter().map(cell).collect::<Value>();
            let cells: Value = cells.iter().map(row).collect();
            json!({ "type": name, "cells": cells, "is_bordered": true })
        }
        // The journal stores the others in the Bot API's form.
        Block::Paragraph { .. }
        | Block::Heading { .. }
        | Block::Pre { .. }
        | Block::Footer { .. }
        | Block::Divider
        | Block::Anchor { .. } => serde_json::to_value(block).unwrap_or_default(),
    }
}

fn item(item: &ListItem, media: &mut impl FnMut(&InputMedia) -> Value) -> Value {
    let mut value = json!({ "blocks": list(&item.blocks, media) });
    if let Some(is_done) = item.task {
        put(&mut value, "has_checkbox", true.into());
        put(&mut value, "is_checked", is_done.into());
    }
    if let Some(number) = item.value {
        put(&mut value, "type", "1".into());
        put(&mut value, "value", number.into());
    }
    value
}

fn cell(cell: &TableCell) -> Value {
    let mut value = json!({ "text": cell.text, "align": cell.align, "valign": "top" });
    if cell.is_header {
        put(&mut value, "is_header", true.into());
    }
    value
}

fn put_caption(value: &mut Value, caption: Option<&Caption>) {
    if let Some(caption) = caption {
        put(value, "caption", json!({ "text": caption.text }));
    }
}

fn put(value: &mut Value, key: &str, entry: Value) {
    if let Some(object) = value.as_object_mut() {
        object.insert(key.to_owned(), entry);
    }
}
