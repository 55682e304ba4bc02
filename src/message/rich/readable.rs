//! A rich message as one formatted text, for people who read a terminal, a diff or a log. It is never sent.

use telegram_text::{Entity, EntityKind, FormattedText, utf16};

use super::RichMessage;
use super::block::{Alignment, Block, Caption, ListItem, TableCell};
use super::text::{Inline, Object, Style, Styled, Text};

/// The indentation of what is inside an item of a list.
const INDENT: &str = "  ";

/// Whether a text shows content that only a rich message can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BlockDetail {
    /// By signs: `#` before each heading, `==` around marked text, `~` and `^` around subscript and superscript, and a line with the
    /// alignment of the columns of a table.
    Shown,
    /// Not at all.
    Hidden,
}

impl RichMessage {
    /// Its text, block by block, with signs in place of what only blocks show, such as `•` before items.
    #[must_use]
    pub fn readable(&self, detail: BlockDetail) -> FormattedText {
        let mut writer = Writer { is_detailed: detail == BlockDetail::Shown, ..Writer::default() };
        writer.blocks(&self.blocks, "", "\n\n");
        writer.text.entities.retain(|entity| entity.length > 0);
        Entity::sort(&mut writer.text.entities);
        writer.text
    }
}

#[derive(Default)]
struct Writer {
    text: FormattedText,
    units: usize,
    is_detailed: bool,
    /// How many quotes are open: a text has no quote in another one.
    quotes: usize,
}

impl Writer {
    fn string(&mut self, string: &str) {
        self.text.string.push_str(string);
        self.units += utf16::len(string);
    }

    /// Covers everything since `start` UTF-16 units.
    fn cover(&mut self, kind: EntityKind, start: usize) {
        self.text.entities.push(Entity::new(kind, start, self.units - start));
    }

    fn blocks(&mut self, blocks: &[Block], indent: &str, between: &str) {
        for (index, block) in blocks.iter().enumerate() {
            if index > 0 {
                self.string(between);
                self.string(indent);
            }
            self.block(block, indent);
        }
    }

    fn block(&mut self, block: &Block, indent: &str) {
        let start = self.units;
        match block {
            Block::Paragraph { text } | Block::Footer { text } => self.inline(text),
            Block::Heading { text, size } => {
                if self.is_detailed {
                    self.string(&"#".repeat(usize::from(*size)));
                    self.string(" ");
                }
                self.inline(text);
                self.cover(EntityKind::Bold, start);
            }
            Block::Pre { text, language } => {
                self.inline(text);
                if self.quotes == 0 {
                    self.cover(EntityKind::Pre { language: language.clone() }, start);
                }
            }
            Block::Divider => self.string("———"),
            Block::Anchor { name } => self.string(&format!("[{name}]")),
            Block::List { items } => {
                for (index, item) in items.iter().enumerate() {
                    if index > 0 {
                        self.string("\n");
                        self.string(indent);
                    }
                    self.item(item, indent);
                }
            }
            Block::Blockquote { blocks } => self.quote(EntityKind::Blockquote, blocks, indent),
            Block::ExpandableBlockquote { blocks } => {
                self.quote(EntityKind::ExpandableBlockquote, blocks, indent);
            }
            Block::Collage { blocks, caption } => {
                self.blocks(blocks, indent, "\n");
                self.caption(caption.as_ref());
            }
            Block::Table { cells } => {
                for (index, row) in cells.iter().enumerate() {
                    if index > 0 {
                        self.string("\n");
                        self.string(indent);
                    }
                    self.row(row);
                    if self.is_detailed && index == 0 {
                        self.alignments(row, indent);
                    }
                }
            }
            Block::Details { summary, blocks, is_open } => {
                self.string(if *is_open { "▾ " } else { "▸ " });
                self.inline(summary);
                self.string("\n");
                let indent = format!("{indent}{INDENT}");
                self.string(&indent);
                self.blocks(blocks, &indent, "\n");
            }
            Block::Media { media, caption } => {
                self.string(&format!("[{}: {}]", media.kind.name(), media.file.name));
                self.caption(caption.as_ref());
            }
        }
    }

    /// A quote; in another one, and where lines are indented, with signs, as a quote begins and ends with a line.
    fn quote(&mut self, kind: EntityKind, blocks: &[Block], indent: &str) {
        let start = self.units;
        self.quotes += 1;
        if self.quotes > 1 || !indent.is_empty() {
            let is_expandable = kind == EntityKind::ExpandableBlockquote;
            self.string(if is_expandable { ">! " } else { "> " });
            self.blocks(blocks, &format!("{indent}> "), "\n");
            self.quotes -= 1;
            return;
        }
        self.blocks(blocks, "", "\n");
        self.quotes -= 1;
        self.cover(kind, start);
    }

    fn item(&mut self, item: &ListItem, indent: &str) {
        match (item.value, item.task) {
            (Some(number), _) => self.string(&format!("{number}. ")),
            (None, Some(true)) => self.string("☑ "),
            (None, Some(false)) => self.string("☐ "),
            (None, None) => self.string("• "),
        }
        self.blocks(&item.blocks, &format!("{indent}{INDENT}"), "\n");
    }

    fn row(&mut self, row: &[TableCell]) {
        for (index, cell) in row.iter().enumerate() {
            if index > 0 {
                self.string(" | ");
            }
            let start = self.units;
            self.inline(&cell.text);
            if cell.is_header {
                self.cover(EntityKind::Bold, start);
            }
        }
    }

    /// A line that names the alignment of each column, unless all are on the left.
    fn alignments(&mut self, row: &[TableCell], indent: &str) {
        if row.iter().all(|cell| cell.align == Alignment::Left) {
            return;
        }
        let sides = row.iter().map(|cell| match cell.align {
            Alignment::Left => "---",
            Alignment::Center => ":-:",
            Alignment::Right => "--:",
        });
        let sides: Vec<_> = sides.collect();
        self.string("\n");
        self.string(indent);
        self.string(&sides.join(" | "));
    }

    fn caption(&mut self, caption: Option<&Caption>) {
        if let Some(caption) = caption {
            self.string("\n");
            self.inline(&caption.text);
        }
    }

    fn inline(&mut self, text: &Text) {
        for piece in text.pieces() {
            let start = self.units;
            match piece {
                Inline::Plain(string) => self.string(string),
                Inline::Styled(Styled { style: Style::AnchorLink { .. }, text }) => {
                    self.string("[");
                    self.inline(text);
                    self.string("]");
                }
                Inline::Styled(styled) => {
                    let sign = match styled.style {
                        Style::Marked if self.is_detailed => "==",
                        Style::Subscript if self.is_detailed => "~",
                        Style::Superscript if self.is_detailed => "^",
                        _ => "",
                    };
                    self.string(sign);
                    self.inline(&styled.text);
                    self.string(sign);
                    let kind = styled.style.entity_kind().filter(|kind| !kind.is_rich());
                    if let Some(kind) = kind {
                        self.cover(kind, start);
                    }
                }
                Inline::Object(Object::CustomEmoji { custom_emoji_id, alternative_text }) => {
                    self.string(alternative_text);
                    let custom_emoji_id = custom_emoji_id.clone();
                    self.cover(EntityKind::CustomEmoji { custom_emoji_id }, start);
                }
                Inline::Object(Object::Anchor { .. } | Object::Unknown) => {}
            }
        }
    }
}
