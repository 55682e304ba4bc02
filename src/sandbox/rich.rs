//! Rich messages as the sandbox's Telegram takes, keeps and reports them. It knows no chat and no method.
//!
//! The rules are those of the Bot API's documentation of `InputRichMessage`; errors have the words that servers answered with.

use serde_json::{Map, Value, json};
use telegram_text::{EntityKind, FormattedText, detect};

use super::media::PostedMedia;
use super::params::Params;
use super::refusal::ApiRefusal;
use crate::limits::{self, RichLimit};
use crate::media::Kind;
use crate::message::rich::{
    self, Block, Caption, Inline, ListItem, Object, RichMessage, Style, TableCell, Text,
};
use crate::message::{FileContent, InputMedia, MediaFile};

/// The content of a rich message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct PostedRich {
    /// Its blocks.
    pub(super) message: RichMessage,
    /// Its files, from top to bottom.
    pub(super) files: Vec<PostedMedia>,
}

/// Reads blocks; uploads their files by `upload`, given the `InputMedia` of each.
struct Reader<'u> {
    upload: &'u mut dyn FnMut(Kind, &Value) -> Result<PostedMedia, ApiRefusal>,
    files: Vec<PostedMedia>,
}

type Read<T> = Result<T, ApiRefusal>;

impl PostedRich {
    /// Reads the `rich_message` of a request; `None` if it has none. `upload` finds the file of an `InputMedia`.
    pub(super) fn read(
        params: &Params,
        upload: &mut dyn FnMut(Kind, &Value) -> Result<PostedMedia, ApiRefusal>,
    ) -> Read<Option<Self>> {
        let Some(value) = params.json("rich_message")? else { return Ok(None) };
        let blocks = match value.get("blocks") {
            Some(Value::Array(blocks)) => blocks,
            Some(_) => return Err(unreadable("expected an Array of InputRichBlock")),
            None if value.get("html").or_else(|| value.get("markdown")).is_some() => {
                return Err(refused("the sandbox reads rich messages only as blocks"));
            }
            None => return Err(refused("rich message must be non-empty")),
        };
        let mut reader = Reader { upload, files: Vec::new() };
        let blocks = reader.blocks(blocks, 1)?;
        check(&blocks)?;
        let is_rtl = value.get("is_rtl").and_then(Value::as_bool).unwrap_or(false);
        Ok(Some(Self { message: RichMessage { blocks, is_rtl }, files: reader.files }))
    }

    /// The Bot API's `RichMessage`.
    pub(super) fn to_json(&self) -> Value {
        let mut files = self.files.iter();
        let mut message = json!({ "blocks": reported(&self.message.blocks, &mut files) });
        if let Some(object) = message.as_object_mut()
            && self.message.is_rtl
        {
            object.insert("is_rtl".to_owned(), json!(true));
        }
        message
    }
}

/// The limits that the documentation names.
fn check(blocks: &[Block]) -> Read<()> {
    if blocks.is_empty() {
        return Err(refused("RICH_MESSAGE_EMPTY"));
    }
    let Some(excess) = rich::excess(blocks) else { return Ok(()) };
    Err(refused(match excess.kind {
        RichLimit::Characters => "RICH_MESSAGE_TEXT_TOO_LONG",
        RichLimit::Blocks => "RICH_MESSAGE_BLOCKS_TOO_MANY",
        RichLimit::Media => "RICH_MESSAGE_MEDIA_TOO_MANY",
        RichLimit::Depth | RichLimit::Columns | RichLimit::Styled => "RICH_MESSAGE_TOO_LARGE",
        // Longer strings were cut when they were read.
        RichLimit::StringBytes => return Ok(()),
    }))
}

impl Reader<'_> {
    fn blocks(&mut self, values: &[Value], depth: usize) -> Read<Vec<Block>> {
        if depth > limits::RICH_DEPTH {
            return Err(refused("RICH_MESSAGE_TOO_LARGE"));
        }
        values.iter().map(|value| self.block(value, depth)).collect()
    }

    /// The blocks inside another one, which may not be empty.
    fn inner(&mut self, value: &Value, depth: usize) -> Read<Vec<Block>> {
        let blocks = self.blocks(array(value, "blocks")?, depth + 1)?;
        if blocks.is_empty() { Err(refused("RICH_MESSAGE_CONTENT_REQUIRED")) } else { Ok(blocks) }
    }

    fn block(&mut self, value: &Value, depth: usize) -> Read<Block> {
        if !value.is_object() {
            return Err(unreadable("expected an Object"));
        }
        Ok(match string(value, "type")? {
            "paragraph" => Block::Paragraph { text: text(value, "text")? },
            "heading" => Block::Heading { text: text(value, "text")?, size: heading_size(value)? },
            "pre" => Block::Pre {
                text: text(value, "text")?,
                language: string(value, "language").ok().map(str::to_owned),
            },
            "footer" => Block::Footer { text: text(value, "text")? },
            "divider" => Block::Divider,
            "anchor" => Block::Anchor { name: string(value, "name")?.to_owned() },
            "list" => Block::List { items: self.items(value, depth)? },
            "blockquote" => Block::Blockquote { blocks: self.inner(value, depth)? },
            "expandable_blockquote" => {
                Block::ExpandableBlockquote { blocks: self.inner(value, depth)? }
            }
            "details" => Block::Details {
                summary: text(value, "summary")?,
                blocks: self.inner(value, depth)?,
                is_open: flag(value, "is_open"),
            },
            "table" => Block::Table { cells: cells(value)? },
            "collage" => {
                let blocks = self.inner(value, depth)?;
                if blocks.iter().any(|block| !is_collage_item(block)) {
                    return Err(refused("RICH_MESSAGE_CONTENT_REQUIRED"));
                }
                Block::Collage { blocks, caption: caption(value)? }
            }
            name => {
                let kind = Kind::ALL.into_iter().find(|kind| kind.name() == name);
                let kind =
                    kind.ok_or_else(|| unreadable(&format!("type \"{name}\" is unsupported")))?;
                self.media(kind, value)?
            }
        })
    }

    fn media(&mut self, kind: Kind, value: &Value) -> Read<Block> {
        let input = field(value, kind.name())?;
        let file = (self.upload)(kind, input)?;
        let media = MediaFile {
            content: FileContent::Sha256(file.sha256),
            bytes: file.bytes,
            name: file.file_name.clone().unwrap_or_default(),
        };
        let media = InputMedia { has_spoiler: file.has_spoiler, ..InputMedia::new(kind, media) };
        self.files.push(file);
        Ok(Block::Media { media: Box::new(media), caption: caption(value)? })
    }

    fn items(&mut self, value: &Value, depth: usize) -> Read<Vec<ListItem>> {
        let items = array(value, "items")?;
        if items.is_empty() {
            return Err(refused("List must be non-empty"));
        }
        let read = |item: &Value| {
            let blocks = self.inner(item, depth)?;
            let value = item.get("value").and_then(Value::as_u64);
            let task = flag(item, "has_checkbox").then(|| flag(item, "is_checked"));
            Ok(ListItem { blocks, value, task })
        };
        let items = items.iter().map(read).collect::<Read<Vec<_>>>()?;
        let numbered = items.iter().filter(|item| item.value.is_some()).count();
        if numbered > 0 && numbered < items.len() {
            return Err(refused("List must be either ordered or unordered"));
        }
        Ok(items)
    }
}

fn is_collage_item(block: &Block) -> bool {
    block.media().is_some_and(|media| matches!(media.kind, Kind::Photo | Kind::Video))
}

fn refused(text: &str) -> ApiRefusal {
    ApiRefusal::Parameter(text.to_owned())
}

fn unreadable(why: &str) -> ApiRefusal {
    ApiRefusal::Parameter(format!("can't parse InputRichBlock: {why}"))
}

fn field<'v>(value: &'v Value, name: &str) -> Read<&'v Value> {
    value.get(name).ok_or_else(|| unreadable(&format!("Can't find field \"{name}\"")))
}

fn string<'v>(value: &'v Value, name: &str) -> Read<&'v str> {
    field(value, name)?
        .as_str()
        .ok_or_else(|| unreadable(&format!("Field \"{name}\" must be of type String")))
}

fn array<'v>(value: &'v Value, name: &str) -> Read<&'v [Value]> {
    field(value, name)?
        .as_array()
        .map(Vec::as_slice)
        .ok_or_else(|| unreadable(&format!("Field \"{name}\" must be of type Array")))
}

fn flag(value: &Value, name: &str) -> bool {
    value.get(name).and_then(Value::as_bool).unwrap_or(false)
}

fn heading_size(value: &Value) -> Read<u8> {
    let size = field(value, "size")?.as_u64().and_then(|size| u8::try_from(size).ok());
    size.filter(|size| limits::HEADING_SIZES.contains(size))
        .ok_or_else(|| unreadable("invalid heading size specified"))
}

fn caption(value: &Value) -> Read<Option<Caption>> {
    match value.get("caption") {
        Some(caption) => Ok(Some(Caption { text: text(caption, "text")? })),
        None => Ok(None),
    }
}

fn cells(value: &Value) -> Read<Vec<Vec<TableCell>>> {
    let cell = |value: &Value| {
        let align = match value.get("align") {
            Some(align) => serde_json::from_value(align.clone())
                .map_err(|_| unreadable("invalid alignment specified"))?,
            None => rich::Alignment::Left,
        };
        let text = match value.get("text") {
            Some(_) => text(value, "text")?,
            None => Text::default(),
        };
        Ok(TableCell { text, is_header: flag(value, "is_header"), align })
    };
    let row = |row: &Value| {
        let cells = row.as_array().ok_or_else(|| unreadable("expected an Array of cells"))?;
        cells.iter().map(cell).collect::<Read<Vec<_>>>()
    };
    array(value, "cells")?.iter().map(row).collect()
}

/// A text, as the server keeps it: a tab is a space, a carriage return is dropped, and a string ends at its limit.
fn text(value: &Value, name: &str) -> Read<Text> {
    let read: Text = serde_json::from_value(field(value, name)?.clone())
        .map_err(|_| refused("RICH_MESSAGE_RICH_TEXT_INVALID"))?;
    let mut is_known = true;
    read.each_style(&mut |style| is_known &= *style != Style::Unknown);
    is_known &= !read.pieces().contains(&Inline::Object(Object::Unknown));
    if !is_known {
        return Err(unreadable("type of a text is unsupported"));
    }
    Ok(clean(&read))
}

fn clean(text: &Text) -> Text {
    let mut cleaned = Text::default();
    for piece in text.pieces() {
        match piece {
            Inline::Plain(string) => {
                let string = string.replace('\t', " ").replace('\r', "");
                let end = string.floor_char_boundary(limits::RICH_STRING_BYTES);
                cleaned.push(Inline::Plain(string.get(..end).unwrap_or_default().to_owned()));
            }
            Inline::Styled(styled) => {
                cleaned.append(clean(&styled.text).styled(styled.style.clone()));
            }
            Inline::Object(object) => cleaned.push(Inline::Object(object.clone())),
        }
    }
    cleaned
}

/// Blocks as the server reports them.
fn reported<'f>(blocks: &[Block], files: &mut impl Iterator<Item = &'f PostedMedia>) -> Value {
    blocks.iter().map(|block| reported_block(block, files)).collect()
}

fn reported_block<'f>(block: &Block, files: &mut impl Iterator<Item = &'f PostedMedia>) -> Value {
    let name = block.name();
    match block {
        Block::Paragraph { text } | Block::Footer { text } => {
            json!({ "type": name, "text": found(text) })
        }
        Block::Heading { text, size } => json!({ "type": name, "text": found(text), "size": size }),
        Block::Pre { text, language } => {
            json!({ "type": name, "text": text, "language": language.clone().unwrap_or_default() })
        }
        Block::Divider => json!({ "type": name }),
        Block::Anchor { name: anchor } => json!({ "type": name, "name": anchor }),
        Block::List { items } => {
            let items: Value = items.iter().map(|item| reported_item(item, files)).collect();
            json!({ "type": name, "items": items })
        }
        Block::Blockquote { blocks } | Block::ExpandableBlockquote { blocks } => {
            json!({ "type": name, "blocks": reported(blocks, files) })
        }
        Block::Collage { blocks, caption } => {
            let blocks = reported(blocks, files);
            with_caption(json!({ "type": name, "blocks": blocks }), caption.as_ref())
        }
        Block::Table { cells } => {
            let cell = |cell: &TableCell| {
                json!({
                    "text": found(&cell.text), "is_header": cell.is_header, "align": cell.align, "valign": "top",
                })
            };
            let rows = cells.iter().map(|row| row.iter().map(cell).collect::<Value>());
            json!({ "type": name, "cells": rows.collect::<Value>(), "is_bordered": true })
        }
        Block::Details { summary, blocks, is_open } => json!({
            "type": name, "summary": found(summary), "blocks": reported(blocks, files), "is_open": is_open,
        }),
        Block::Media { caption, .. } => {
            let mut described = Map::new();
            if let Some(file) = files.next() {
                file.describe(&mut described);
            }
            let file = described.remove(name).unwrap_or_default();
            with_caption(json!({ "type": name, name: file }), caption.as_ref())
        }
    }
}

fn reported_item<'f>(item: &ListItem, files: &mut impl Iterator<Item = &'f PostedMedia>) -> Value {
    let mut value = json!({ "blocks": reported(&item.blocks, files) });
    let Some(object) = value.as_object_mut() else { return value };
    let label = match item.value {
        Some(number) => {
            object.insert("value".to_owned(), json!(number));
            object.insert("type".to_owned(), json!("1"));
            format!("{number}.")
        }
        None => "•".to_owned(),
    };
    object.insert("label".to_owned(), json!(label));
    if let Some(is_done) = item.task {
        object.insert("has_checkbox".to_owned(), json!(true));
        object.insert("is_checked".to_owned(), json!(is_done));
    }
    value
}

fn with_caption(mut value: Value, caption: Option<&Caption>) -> Value {
    if let (Some(object), Some(caption)) = (value.as_object_mut(), caption) {
        object.insert("caption".to_owned(), json!({ "text": found(&caption.text) }));
    }
    value
}

/// A text with what Telegram finds in its strings.
fn found(text: &Text) -> Text {
    let mut seen = Text::default();
    for piece in text.pieces() {
        match piece {
            Inline::Plain(string) => {
                let with_found = detect::with_found(FormattedText::plain(string.clone()));
                seen.append(of_found(&with_found));
            }
            Inline::Styled(styled) if matches!(styled.style, Style::Code | Style::Url { .. }) => {
                seen.push(piece.clone());
            }
            Inline::Styled(styled) => {
                seen.append(found(&styled.text).styled(styled.style.clone()));
            }
            Inline::Object(_) => seen.push(piece.clone()),
        }
    }
    seen
}

fn of_found(text: &FormattedText) -> Text {
    let mut seen = Text::default();
    let mut end = 0;
    let byte = |units| telegram_text::utf16::byte_of(&text.string, units).unwrap_or_default();
    let piece = |from: usize, to: usize| text.string.get(from..to).unwrap_or_default().to_owned();
    for entity in &text.entities {
        let (from, to) = (byte(entity.offset), byte(entity.end()));
        seen.push(Inline::Plain(piece(end, from)));
        let string = piece(from, to);
        let style = match entity.kind {
            EntityKind::Mention => Style::Mention,
            EntityKind::Hashtag => Style::Hashtag,
            EntityKind::Cashtag => Style::Cashtag,
            EntityKind::BotCommand => Style::BotCommand,
            EntityKind::Email => Style::EmailAddress,
            EntityKind::PhoneNumber => Style::PhoneNumber,
            _ => Style::Url { url: string.clone() },
        };
        seen.append(Text::string(string).styled(style));
        end = to;
    }
    seen.push(Inline::Plain(piece(end, text.string.len())));
    seen
}
