//! The rich message of an export as the blocks that a post sends. Telegram Desktop has names of its own for blocks and texts
//! (`export_output_json.cpp` of version 7.2); a name that is not here is reported.

use serde_json::Value;
use telegram_text::link::{self, Link};

use super::text::number;
use crate::limits;
use crate::media::Kind;
use crate::message::rich::{
    Alignment, Block, Caption, Inline, ListItem, Object, RichMessage, Style, TableCell, Text, User,
};
use crate::message::{FileContent, InputMedia, MediaFile};

/// Reads a `rich_message`. Also returns the names of what no post can have. Files have their paths below the export's folder.
pub(super) fn read(value: &Value) -> (RichMessage, Vec<String>) {
    let mut reader = Reader::default();
    if flag(value, "part") {
        reader.record_loss("rest of a long rich message");
    }
    let blocks = reader.blocks(value.get("blocks"), 1);
    (RichMessage { blocks, is_rtl: flag(value, "rtl") }, reader.lost)
}

#[derive(Default)]
struct Reader {
    lost: Vec<String>,
}

fn field<'v>(value: &'v Value, name: &str) -> &'v str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}

fn flag(value: &Value, name: &str) -> bool {
    value.get(name).and_then(Value::as_bool).unwrap_or_default()
}

fn list(value: Option<&Value>) -> &[Value] {
    value.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

impl Reader {
    fn record_loss(&mut self, name: &str) {
        if !self.lost.iter().any(|lost| lost == name) {
            self.lost.push(name.to_owned());
        }
    }

    fn blocks(&mut self, values: Option<&Value>, depth: usize) -> Vec<Block> {
        if depth > limits::RICH_DEPTH {
            self.record_loss("deeply nested blocks");
            return Vec::new();
        }
        list(values).iter().filter_map(|value| self.block(value, depth)).collect()
    }

    fn block(&mut self, value: &Value, depth: usize) -> Option<Block> {
        Some(match field(value, "type") {
            "paragraph" => Block::Paragraph { text: self.text(value.get("text"), 1) },
            "heading" => {
                let level = number(value.get("level")).and_then(|level| u8::try_from(level).ok());
                let size = level.filter(|level| limits::HEADING_SIZES.contains(level));
                Block::Heading { text: self.text(value.get("text"), 1), size: size.unwrap_or(1) }
            }
            "footer" => Block::Footer { text: self.text(value.get("text"), 1) },
            "code" => Block::Pre {
                text: Text::string(self.text(value.get("text"), 1).plain()),
                language: Some(field(value, "language").to_owned()).filter(|name| !name.is_empty()),
            },
            "divider" => Block::Divider,
            "anchor" => Block::Anchor { name: field(value, "name").to_owned() },
            "list" => Block::List { items: self.items(value, depth) },
            "quote" => self.quote(value, depth),
            "photo" => self.file(value, Kind::Photo, "photo")?,
            "video" if field(value, "media_type") == "animation" => {
                self.file(value, Kind::Animation, "file")?
            }
            "video" => self.file(value, Kind::Video, "file")?,
            "audio" => self.file(value, Kind::Audio, "file")?,
            "file" => self.file(value, Kind::Document, "file")?,
            "collage" => {
                let blocks = self.blocks(value.get("items"), depth + 1);
                Block::Collage { blocks, caption: self.caption(value) }
            }
            "table" => self.table(value),
            "details" => Block::Details {
                summary: self.text(value.get("title"), 1),
                blocks: self.blocks(value.get("blocks"), depth + 1),
                is_open: flag(value, "open"),
            },
            other => {
                self.record_loss(if other.is_empty() { "unsupported block" } else { other });
                return None;
            }
        })
    }

    /// The blocks of a quote or an item, which may have a text instead.
    fn content(&mut self, value: &Value, depth: usize) -> Vec<Block> {
        if field(value, "content") == "text" {
            vec![Block::Paragraph { text: self.text(value.get("text"), 1) }]
        } else {
            self.blocks(value.get("blocks"), depth + 1)
        }
    }

    fn quote(&mut self, value: &Value, depth: usize) -> Block {
        if flag(value, "pullquote") {
            self.record_loss("pullquote");
        }
        if !self.text(value.get("caption"), 1).is_empty() {
            self.record_loss("author of a quote");
        }
        Block::Blockquote { blocks: self.content(value, depth) }
    }

    fn items(&mut self, value: &Value, depth: usize) -> Vec<ListItem> {
        if flag(value, "reversed") {
            self.record_loss("reversed list");
        }
        let is_ordered = field(value, "kind") == "ordered";
        let start = number(value.get("start")).unwrap_or(1);
        let mut items = Vec::new();
        for (item, place) in list(value.get("items")).iter().zip(start..) {
            if !matches!(field(item, "item_type"), "" | "1") {
                self.record_loss("list with letters");
            }
            let task = match field(item, "task_state") {
                "" | "none" => None,
                "checked" => Some(true),
                "unchecked" => Some(false),
                _ => {
                    self.record_loss("checklist");
                    None
                }
            };
            let number = number(item.get("value")).unwrap_or(place);
            let value = u64::try_from(number).ok().filter(|_| is_ordered);
            items.push(ListItem { blocks: self.content(item, depth), value, task });
        }
        items
    }

    fn table(&mut self, value: &Value) -> Block {
        if !self.text(value.get("title"), 1).is_empty() {
            self.record_loss("title of a table");
        }
        if flag(value, "striped") || flag(value, "compact") {
            self.record_loss("style of a table");
        }
        let mut cells = Vec::new();
        for row in list(value.get("rows")) {
            let row = list(row.get("cells")).iter().map(|cell| self.cell(cell));
            cells.push(row.collect());
        }
        Block::Table { cells }
    }

    fn cell(&mut self, value: &Value) -> TableCell {
        let spans = |name| number(value.get(name)).is_some_and(|cells| cells > 1);
        if spans("colspan") || spans("rowspan") {
            self.record_loss("joined cells of a table");
        }
        let align = match field(value, "align") {
            "center" => Alignment::Center,
            "right" => Alignment::Right,
            _ => Alignment::Left,
        };
        TableCell { text: self.text(value.get("text"), 1), is_header: flag(value, "header"), align }
    }

    fn file(&mut self, value: &Value, kind: Kind, key: &str) -> Option<Block> {
        let path = field(value, key);
        if path.is_empty() {
            self.record_loss("media: not in the export");
            return None;
        }
        let size = if kind == Kind::Photo { "photo_file_size" } else { "file_size" };
        let bytes = number(value.get(size)).and_then(|bytes| u64::try_from(bytes).ok());
        let file = MediaFile {
            content: FileContent::Path(path.to_owned()),
            bytes: bytes.unwrap_or_default(),
            name: field(value, "file_name").to_owned(),
        };
        let media =
            InputMedia { has_spoiler: flag(value, "spoiler"), ..InputMedia::new(kind, file) };
        Some(Block::Media { media: Box::new(media), caption: self.caption(value) })
    }

    fn caption(&mut self, value: &Value) -> Option<Caption> {
        let caption = value.get("caption")?;
        if !self.text(caption.get("credit"), 1).is_empty() {
            self.record_loss("author of a file");
        }
        let text = self.text(caption.get("text"), 1);
        (!text.is_empty()).then_some(Caption { text })
    }

    fn text(&mut self, value: Option<&Value>, depth: usize) -> Text {
        let Some(value) = value else { return Text::default() };
        // A text has no limit of its own, and a hostile export may nest without end.
        if depth > 4 * limits::RICH_DEPTH {
            self.record_loss("deeply nested formatting");
            return Text::default();
        }
        let name = field(value, "type");
        let inner = match value.get("text") {
            Some(Value::String(string)) => Text::string(string.as_str()),
            Some(Value::Array(texts)) => {
                let mut whole = Text::default();
                for text in texts {
                    whole.append(self.text(Some(text), depth + 1));
                }
                whole
            }
            other => self.text(other, depth + 1),
        };
        let style = match name {
            // Telegram finds the last ones by itself.
            "empty" | "plain" | "concat" | "" | "mention" | "hashtag" | "bot_command"
            | "cashtag" | "link" | "email" | "phone" | "bank_card" => return inner,
            "bold" => Style::Bold,
            "italic" => Style::Italic,
            "underline" => Style::Underline,
            "strikethrough" => Style::Strikethrough,
            "spoiler" => Style::Spoiler,
            "marked" => Style::Marked,
            "subscript" => Style::Subscript,
            "superscript" => Style::Superscript,
            "code" => Style::Code,
            "text_link" => link_style(field(value, "href")),
            "mention_name" if let Some(id) = number(value.get("user_id")) => {
                Style::TextMention { user: User { id } }
            }
            "anchor" => {
                let mut text = Text::default();
                let name = field(value, "name").to_owned();
                text.push(Inline::Object(Object::Anchor { name }));
                text.append(inner);
                return text;
            }
            "custom_emoji" if let Some(id) = number(value.get("document_id")) => {
                let mut text = Text::default();
                text.push(Inline::Object(Object::CustomEmoji {
                    custom_emoji_id: id.to_string(),
                    alternative_text: inner.plain(),
                }));
                return text;
            }
            other => {
                self.record_loss(other);
                return inner;
            }
        };
        inner.styled(style)
    }
}

/// A link in Telegram's spelling, or one to an anchor of the message.
fn link_style(href: &str) -> Style {
    if let Some(anchor) = href.strip_prefix('#') {
        return Style::AnchorLink { anchor_name: anchor.to_owned() };
    }
    let url = match link::check(href) {
        Ok(Link::Url(url)) => url,
        _ => href.to_owned(),
    };
    Style::Url { url }
}
