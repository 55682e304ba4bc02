//! Writes blocks as the Markdown of a body. It reads nothing back; `layout` compares what the Markdown becomes.

use telegram_text::markdown::{Tags, write_rich_paragraph};
use telegram_text::{Entity, EntityKind, FormattedText, utf16};

use super::block::{Alignment, Block, Caption, ListItem, TableCell};
use super::text::{Inline, Object, Style, Text, back_anchor, footnote_anchor};
use crate::message::InputMedia;

/// What the Markdown of a body cannot express.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the Markdown of a body cannot express {0}")]
pub struct Inexpressible(pub(crate) &'static str);

type Written = Result<String, Inexpressible>;

/// The Markdown of blocks; `path` names the file of an image.
///
/// # Errors
/// What Markdown cannot express.
pub fn write(
    blocks: &[Block],
    tags: Tags,
    path: &dyn Fn(&InputMedia) -> Option<String>,
) -> Written {
    let writer = Writer { tags, path };
    let (notes, blocks) = match blocks.split_last() {
        Some((Block::List { items }, blocks)) if is_footnotes(items) => {
            (Some(writer.footnotes(items)?), blocks)
        }
        _ => (None, blocks),
    };
    let is_notes = |block: &Block| matches!(block, Block::List { items } if is_footnotes(items));
    if blocks.iter().any(is_notes) {
        return Err(Inexpressible("text after its footnotes, such as hashtags"));
    }
    let mut written = writer.blocks(blocks)?;
    if let Some(notes) = notes {
        written.push_str("\n\n");
        written.push_str(&notes);
    }
    written.push('\n');
    Ok(written)
}

struct Writer<'p> {
    tags: Tags,
    path: &'p dyn Fn(&InputMedia) -> Option<String>,
}

impl Writer<'_> {
    /// Blocks with a blank line between them. Of two lists in a row the second has other markers, so that they stay two.
    fn blocks(&self, blocks: &[Block]) -> Written {
        let mut written = String::new();
        let mut is_second = false;
        let mut before: Option<&Block> = None;
        for block in blocks {
            let is_list = |block: Option<&Block>| matches!(block, Some(Block::List { .. }));
            is_second = is_list(before) && is_list(Some(block)) && !is_second;
            if before.replace(block).is_some() {
                written.push_str("\n\n");
            }
            written.push_str(&self.block(block, is_second)?);
        }
        Ok(written)
    }

    fn block(&self, block: &Block, is_second: bool) -> Written {
        Ok(match block {
            Block::Paragraph { text } => self.text(text)?,
            Block::Heading { text, size } => {
                format!("{} {}", "#".repeat(usize::from(*size)), self.text(text)?)
            }
            Block::Pre { text, language } => fenced(&text.plain(), language.as_deref()),
            Block::Divider => "---".to_owned(),
            Block::List { items } => self.list(items, is_second)?,
            Block::Blockquote { blocks } => quoted(&self.blocks(blocks)?, ">"),
            Block::ExpandableBlockquote { blocks } => quoted(&self.blocks(blocks)?, ">!"),
            Block::Table { cells } => self.table(cells)?,
            Block::Details { summary, blocks, is_open } => {
                let open = if *is_open { " open" } else { "" };
                let (summary, blocks) = (self.text(summary)?, self.blocks(blocks)?);
                format!("<details{open}><summary>{summary}</summary>\n\n{blocks}\n\n</details>")
            }
            Block::Media { media, caption } => self.image(media, caption.as_ref())?,
            Block::Footer { .. } => return Err(Inexpressible("small text at the end")),
            Block::Anchor { .. } => return Err(Inexpressible("an anchor")),
            Block::Collage { .. } => return Err(Inexpressible("a collage")),
        })
    }

    fn list(&self, items: &[ListItem], is_second: bool) -> Written {
        let mut lines = Vec::new();
        for item in items {
            let marker = match (item.value, is_second) {
                (Some(number), false) => format!("{number}. "),
                (Some(number), true) => format!("{number}) "),
                (None, false) => "- ".to_owned(),
                (None, true) => "* ".to_owned(),
            };
            let task = match item.task {
                Some(true) => "[x] ",
                Some(false) => "[ ] ",
                None => "",
            };
            let inside = self.blocks(&item.blocks)?;
            lines.push(indented(&format!("{marker}{task}"), &inside, marker.len()));
        }
        Ok(lines.join("\n"))
    }

    fn table(&self, cells: &[Vec<TableCell>]) -> Written {
        let irregular = Inexpressible("this table");
        let (header, rows) = cells.split_first().ok_or(irregular)?;
        let is_regular = header.iter().all(|cell| cell.is_header)
            && rows.iter().flatten().all(|cell| !cell.is_header)
            && rows.iter().all(|row| {
                row.iter().map(|cell| cell.align).eq(header.iter().map(|cell| cell.align))
            });
        if !is_regular {
            return Err(irregular);
        }
        let sides = header.iter().map(|cell| match cell.align {
            Alignment::Left => "---",
            Alignment::Center => ":-:",
            Alignment::Right => "--:",
        });
        let mut lines = vec![self.row(header)?, row(sides.map(str::to_owned))];
        for cells in rows {
            lines.push(self.row(cells)?);
        }
        Ok(lines.join("\n"))
    }

    fn row(&self, cells: &[TableCell]) -> Written {
        let cells = cells.iter().map(|cell| Ok(escaped_bars(&self.text(&cell.text)?)));
        Ok(row(cells.collect::<Result<Vec<_>, _>>()?.into_iter()))
    }

    fn image(&self, media: &InputMedia, caption: Option<&Caption>) -> Written {
        let path = (self.path)(media).ok_or(Inexpressible("a file"))?;
        let caption = caption.map(|caption| self.text(&caption.text)).transpose()?;
        Ok(format!("![{}](<{path}>)", caption.unwrap_or_default()))
    }

    fn footnotes(&self, items: &[ListItem]) -> Written {
        let mut notes = Vec::new();
        for (item, number) in items.iter().zip(1..) {
            let mut blocks = item.blocks.clone();
            if let Some(Block::Paragraph { text }) = blocks.last_mut() {
                *text = without_back_link(text, number);
            }
            blocks.retain(|block| !matches!(block, Block::Paragraph { text } if text.is_empty()));
            blocks.retain(|block| !matches!(block, Block::Anchor { .. }));
            let marker = format!("[^{number}]: ");
            notes.push(indented(&marker, &self.blocks(&blocks)?, "    ".len()));
        }
        Ok(notes.join("\n"))
    }

    fn text(&self, text: &Text) -> Written {
        let mut formatted = Formatted::default();
        formatted.add(text)?;
        let mut text = formatted.text;
        Entity::sort(&mut text.entities);
        Ok(write_rich_paragraph(&text, self.tags))
    }
}

/// A text with entities in place of nested styles.
#[derive(Default)]
struct Formatted {
    text: FormattedText,
    units: usize,
}

impl Formatted {
    fn add(&mut self, text: &Text) -> Result<(), Inexpressible> {
        for piece in text.pieces() {
            let start = self.units;
            match piece {
                Inline::Plain(string) => {
                    self.text.string.push_str(string);
                    self.units += utf16::len(string);
                }
                Inline::Object(Object::CustomEmoji { custom_emoji_id, alternative_text }) => {
                    self.text.string.push_str(alternative_text);
                    self.units += utf16::len(alternative_text);
                    let custom_emoji_id = custom_emoji_id.clone();
                    self.cover(EntityKind::CustomEmoji { custom_emoji_id }, start);
                }
                // Footnotes have anchors of their own.
                Inline::Object(Object::Anchor { name }) if name.starts_with("footnote-") => {}
                Inline::Object(_) => return Err(Inexpressible("an anchor")),
                Inline::Styled(styled) => {
                    if let Some(number) = footnote(&styled.style, &styled.text) {
                        self.add(&Text::string(number.to_string()))?;
                        self.cover(EntityKind::Footnote { number, is_first: false }, start);
                        continue;
                    }
                    if matches!(styled.style, Style::AnchorLink { .. }) {
                        return Err(Inexpressible("a link to another place of the message"));
                    }
                    self.add(&styled.text)?;
                    let kind = styled.style.entity_kind();
                    self.cover(kind.ok_or(Inexpressible("this formatting"))?, start);
                }
            }
        }
        Ok(())
    }

    fn cover(&mut self, kind: EntityKind, start: usize) {
        self.text.entities.push(Entity::new(kind, start, self.units - start));
    }
}

/// The number of the footnote that a small link leads to.
fn footnote(style: &Style, text: &Text) -> Option<usize> {
    let ([Inline::Styled(link)], Style::Superscript) = (text.pieces(), style) else { return None };
    let number = link.text.plain().parse().ok()?;
    let anchor_name = footnote_anchor(number);
    (link.style == Style::AnchorLink { anchor_name }).then_some(number)
}

/// Whether a list is that of the footnotes.
fn is_footnotes(items: &[ListItem]) -> bool {
    items.iter().zip(1..).all(|(item, number)| {
        let mut is_there = false;
        let name = footnote_anchor(number);
        Block::each(&item.blocks, &mut |block| {
            is_there |= matches!(block, Block::Anchor { name: found } if *found == name);
            for text in block.texts() {
                text.each_anchor(&mut |found| is_there |= found == name);
            }
        });
        is_there
    })
}

fn without_back_link(text: &Text, number: usize) -> Text {
    let anchor_name = back_anchor(number);
    let mut left = Text::default();
    for piece in text.pieces() {
        match piece {
            Inline::Styled(link)
                if link.style == (Style::AnchorLink { anchor_name: anchor_name.clone() }) => {}
            piece => left.push(piece.clone()),
        }
    }
    left.trimmed_end()
}

/// The lines after a marker, all but the first of them indented.
fn indented(marker: &str, text: &str, width: usize) -> String {
    let mut lines = text.lines();
    let mut written = format!("{marker}{}", lines.next().unwrap_or_default());
    for line in lines {
        written.push('\n');
        if !line.is_empty() {
            written.push_str(&" ".repeat(width));
            written.push_str(line);
        }
    }
    written
}

fn quoted(text: &str, first: &str) -> String {
    let mut mark = first;
    let line = |line: &str| {
        let mark = std::mem::replace(&mut mark, ">");
        if line.is_empty() { mark.to_owned() } else { format!("{mark} {line}") }
    };
    text.lines().map(line).collect::<Vec<_>>().join("\n")
}

fn row(cells: impl Iterator<Item = String>) -> String {
    format!("| {} |", cells.collect::<Vec<_>>().join(" | "))
}

/// Puts a backslash before each bar that has none.
fn escaped_bars(cell: &str) -> String {
    let mut written = String::with_capacity(cell.len());
    let mut is_escaped = false;
    for character in cell.chars() {
        if character == '|' && !is_escaped {
            written.push('\\');
        }
        is_escaped = character == '\\' && !is_escaped;
        written.push(character);
    }
    written
}

/// A fence longer than every run of its sign in the code.
fn fenced(code: &str, language: Option<&str>) -> String {
    let longest = code.split(|sign| sign != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(3.max(longest + 1));
    format!("{fence}{}\n{code}\n{fence}", language.unwrap_or_default())
}
