//! Lays an edition out as rich messages, from the same parts as a text message. It knows no file.

mod place;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use telegram_text::block::{
    self, Block as Source, Footnote, List, ListItem as SourceItem, Table as SourceTable,
};
use telegram_text::body::{self, Options};
use telegram_text::markdown::Tags;
use telegram_text::{FormattedText, ParsedText, normal};

use super::{Parts, send_options};
use crate::config::{Emphasis, LayoutPart, Style};
use crate::limits::{self, RichExcess, RichLimit};
use crate::media::Kind;
use crate::message::rich::{
    self, Alignment, Block, Caption, Count, Inexpressible, Inline, ListItem, Object, RichContent,
    RichMessage, TableCell, Text,
};
use crate::message::{FileContent, InlineKeyboard, InputMedia, Request, SendRichMessage};
use crate::post::raw::Overflow;
use crate::post::{Edition, Marked, MediaItem, ReadMore, Section};
pub use place::Place;
use place::{Origin, Search, SearchOf};

/// The rich messages of an edition in a channel with this style.
pub(super) fn parts(edition: &Edition, style: &Style) -> Parts {
    let mut blocks = Vec::new();
    lay_out(edition, style, &mut |block, _| blocks.push(block));
    if blocks.is_empty() {
        return Parts::Nothing;
    }
    let Some(excess) = rich::excess(&blocks) else {
        return Parts::Fit(vec![message(blocks, edition, 0)]);
    };
    if edition.options.overflow == Overflow::Error {
        return Parts::RichExcess(excess, place(edition, style, excess.kind, SearchOf::Message));
    }
    match split(blocks) {
        Err(excess) => {
            Parts::RichBlockExcess(excess, place(edition, style, excess.kind, SearchOf::Block))
        }
        Ok(parts) if parts.len() > limits::PARTS => Parts::TooMany(parts.len()),
        Ok(parts) => {
            let parts = parts.into_iter().enumerate();
            let part = |(number, blocks)| {
                let mut request = message(blocks, edition, number);
                if let Request::SendRichMessage(message) = &mut request {
                    message.content.rich_message.unlink_missing_anchors();
                }
                request
            };
            Parts::Fit(parts.map(part).collect())
        }
    }
}

/// Where the block was typed with which the message exceeds a limit, or which does so by itself.
fn place(edition: &Edition, style: &Style, kind: RichLimit, of: SearchOf) -> Option<Place> {
    let body = BodyLayout::of(edition, style);
    let block = |source: &Source| body.convert_block(source);
    let mut search = Search::new(kind, of, &block);
    lay_out(edition, style, &mut |block, origin| search.add(&block, &origin));
    search.place()
}

/// Passes on the blocks of an edition from top to bottom, each with its origin; none if the style shows no part that the edition has.
fn lay_out<'e>(edition: &'e Edition, style: &'e Style, put: &mut impl FnMut(Block, Origin<'e>)) {
    let body = BodyLayout::of(edition, style);
    if !edition.options.caption_above {
        put_media(edition, put);
    }
    let tail = super::tail(edition, style);
    for (index, part) in style.layout.iter().enumerate() {
        if index == tail && edition.options.caption_above {
            put_media(edition, put);
        }
        match part {
            LayoutPart::Heading => {
                if let Some(heading) = &edition.heading {
                    let text = emphasised(marked(heading), style.heading);
                    let block = Block::Heading { text, size: style.heading_size };
                    put(block, Origin::File(heading.span.clone()));
                }
            }
            LayoutPart::Lead => {
                if let Some(lead) = &edition.lead {
                    put(paragraph(marked(lead)), Origin::File(lead.span.clone()));
                }
            }
            LayoutPart::Body => {
                edition.sections.iter().for_each(|section| body.put_section(section, put));
            }
            LayoutPart::ReadMore => {
                if let Some((text, read_more)) = read_more(edition, style) {
                    put(paragraph(text), Origin::File(read_more.span.clone()));
                }
            }
            LayoutPart::Hashtags => {
                if let Some(text) = hashtags(edition) {
                    put(footer_block(text, style), Origin::Elsewhere);
                }
            }
            LayoutPart::Footer => {
                if let Some(footer) = Style::in_language(&style.footer, &edition.language) {
                    put(footer_block(text(footer), style), Origin::Elsewhere);
                }
            }
        }
    }
    if tail >= style.layout.len() && edition.options.caption_above {
        put_media(edition, put);
    }
}

fn message(blocks: Vec<Block>, edition: &Edition, number: usize) -> Request {
    let rich_message = RichMessage { blocks, is_rtl: edition.language.is_right_to_left() };
    let content = RichContent { rich_message, reply_markup: InlineKeyboard::default() };
    let options = send_options(edition, number == 0, edition.options.silent);
    Request::SendRichMessage(Box::new(SendRichMessage { content, options }))
}

/// As many messages as the blocks need. No block is cut.
fn split(blocks: Vec<Block>) -> Result<Vec<Vec<Block>>, RichExcess> {
    let mut messages = Vec::new();
    let mut open: Vec<Block> = Vec::new();
    let mut used = Count::default();
    for block in blocks {
        let own = rich::count(std::slice::from_ref(&block));
        if let Some(excess) = own.excess() {
            return Err(excess);
        }
        if used.with(&own).excess().is_some() {
            // A heading stays with the block that it introduces.
            let kept = match open.last() {
                Some(Block::Heading { .. }) if open.len() > 1 => open.pop(),
                _ => None,
            };
            messages.push(std::mem::take(&mut open));
            open.extend(kept);
            used = rich::count(&open);
        }
        used = used.with(&own);
        open.push(block);
    }
    messages.push(open);
    Ok(messages)
}

/// Passes on the files: pictures and videos as a collage, others one below the other.
fn put_media<'e>(edition: &'e Edition, put: &mut impl FnMut(Block, Origin<'e>)) {
    let is_picture = |item: &MediaItem| matches!(item.media.kind, Kind::Photo | Kind::Video);
    let block =
        |item: &MediaItem| Block::Media { media: Box::new(item.media.clone()), caption: None };
    match edition.media.as_slice() {
        [first, _, ..] if edition.media.iter().all(is_picture) => {
            let blocks = edition.media.iter().map(block).collect();
            put(Block::Collage { blocks, caption: None }, Origin::File(first.span.clone()));
        }
        items => items.iter().for_each(|item| put(block(item), Origin::File(item.span.clone()))),
    }
}

/// The blocks of a body that belongs to no post. Its images are not shown.
#[must_use]
pub fn lay_out_rich_blocks(blocks: &[Source], style: &Style) -> Vec<Block> {
    BodyLayout::new(blocks, style, &BTreeMap::new()).all(blocks)
}

/// The Markdown of a body that becomes exactly this message, but for the sizes of headings: the largest has that of titles.
///
/// # Errors
/// What a body cannot express.
pub fn markdown(message: &RichMessage) -> Result<String, Inexpressible> {
    let images: BTreeMap<_, _> = message.media().into_iter().filter_map(image).collect();
    let path = |media: &InputMedia| image(media).map(|(path, _)| path);
    let mut sizes = message.blocks.iter().filter_map(heading_size).collect::<Vec<_>>();
    sizes.sort_unstable();
    let title_size = sizes.first().copied().unwrap_or(1);
    let style = Style { title_size, ..Style::default() };
    for tags in [Tags::WhereNeeded, Tags::Everywhere] {
        let markdown = rich::write_markdown(&message.blocks, tags, &path)?;
        let body = body::parse_with(&markdown, Options { rich: true, ..Options::default() });
        if BodyLayout::new(&body.blocks, &style, &images).all(&body.blocks) == message.blocks {
            return Ok(markdown);
        }
    }
    Err(Inexpressible("this message exactly"))
}

fn heading_size(block: &Block) -> Option<u8> {
    match block {
        Block::Heading { size, .. } => Some(*size),
        _ => None,
    }
}

/// A file as an image of a body, with its path.
fn image(media: &InputMedia) -> Option<(String, MediaItem)> {
    let FileContent::Path(path) = &media.file.content else { return None };
    let (media, path) = (media.clone(), path.clone());
    Some((path, MediaItem { media, shown_size: None, seconds: None, span: 0..0 }))
}

/// How the blocks of a body become blocks of a message.
struct BodyLayout<'e> {
    style: &'e Style,
    /// The files between paragraphs, by their paths as typed.
    images: &'e BTreeMap<String, MediaItem>,
    /// The level of the largest heading, which has the size that the style gives to titles.
    largest: u8,
}

impl<'e> BodyLayout<'e> {
    fn of(edition: &'e Edition, style: &'e Style) -> Self {
        let blocks = edition.sections.iter().flat_map(Section::rich_blocks);
        Self::new(blocks, style, &edition.images)
    }

    fn new<'b>(
        blocks: impl IntoIterator<Item = &'b Source>,
        style: &'e Style,
        images: &'e BTreeMap<String, MediaItem>,
    ) -> Self {
        let mut largest = u8::MAX;
        for block in blocks {
            Source::each(std::slice::from_ref(block), &mut |block| {
                if let Source::Heading { level, .. } = block {
                    largest = largest.min(*level);
                }
            });
        }
        Self { style, images, largest }
    }

    fn put_section<'s>(&self, section: &'s Section, put: &mut impl FnMut(Block, Origin<'s>)) {
        if let Some(title) = &section.title {
            let text = emphasised(text(&title.text), self.style.title);
            let place = section.strings.first().cloned();
            let block = Block::Heading { text, size: self.style.title_size };
            put(block, place.map_or(Origin::Elsewhere, Origin::File));
        }
        for source in section.rich_blocks() {
            if let Some(block) = self.convert_block(source) {
                put(block, Origin::Section(section, source));
            }
        }
    }

    fn all(&self, blocks: &[Source]) -> Vec<Block> {
        blocks.iter().filter_map(|block| self.convert_block(block)).collect()
    }

    /// A block of the body; `None` if Telegram would show nothing of it.
    fn convert_block(&self, block: &Source) -> Option<Block> {
        Some(match block {
            Source::Paragraph(prose) => Block::Paragraph { text: non_empty_text(&prose.text)? },
            Source::Heading { text, level } => Block::Heading {
                text: non_empty_text(&text.text)?,
                size: self.heading_size(*level),
            },
            Source::List(list) => Block::List { items: self.items(list) },
            Source::Quote { title, blocks, expandable } => {
                let title = title.as_ref().and_then(|title| non_empty_text(&title.text));
                let title = title.map(|title| paragraph(title.styled(rich::Style::Bold)));
                let blocks: Vec<_> = title.into_iter().chain(self.all(blocks)).collect();
                match expandable {
                    _ if blocks.is_empty() => return None,
                    true => Block::ExpandableBlockquote { blocks },
                    false => Block::Blockquote { blocks },
                }
            }
            Source::LineBreak => return None,
            Source::Code { code, language } => Block::Pre {
                text: Text::string(code.text.string.clone()),
                language: language.clone(),
            },
            Source::Details { summary, blocks, is_open } => {
                let blocks = self.all(blocks);
                if blocks.is_empty() {
                    return None;
                }
                Block::Details { summary: text(&summary.text), blocks, is_open: *is_open }
            }
            Source::Table(source) => table(source),
            Source::Divider => Block::Divider,
            Source::Image(image) => {
                let media = self.images.get(&image.path)?.media.clone();
                let caption = non_empty_text(&image.caption.text).map(|text| Caption { text });
                Block::Media { media: Box::new(media), caption }
            }
            Source::Footnotes(notes) => {
                Block::List { items: notes.iter().map(|note| self.footnote(note)).collect() }
            }
        })
    }

    /// The largest heading of a body is as large as a title; the others are smaller by their levels.
    fn heading_size(&self, level: u8) -> u8 {
        let size = self.style.title_size.saturating_add(level.saturating_sub(self.largest));
        size.min(*limits::HEADING_SIZES.end())
    }

    fn items(&self, list: &List) -> Vec<ListItem> {
        let mut number = list.start;
        let item = |item: &SourceItem| {
            let value = number;
            number = number.map(|number| number.saturating_add(1));
            let mut blocks = self.all(&item.blocks);
            if blocks.is_empty() {
                blocks.push(paragraph(Text::default()));
            }
            ListItem { blocks, value, task: item.task }
        };
        list.items.iter().map(item).collect()
    }

    /// A footnote as an item, with its anchor before its text and a link back after it.
    fn footnote(&self, note: &Footnote) -> ListItem {
        let mut blocks = self.all(&note.blocks);
        let name = rich::footnote_anchor(note.number);
        if let Some(Block::Paragraph { text }) = blocks.first_mut() {
            let words = std::mem::take(text);
            text.push(Inline::Object(Object::Anchor { name }));
            text.append(words);
        } else {
            blocks.insert(0, Block::Anchor { name });
        }
        let anchor_name = rich::back_anchor(note.number);
        let back = Text::string("↩").styled(rich::Style::AnchorLink { anchor_name });
        if let Some(Block::Paragraph { text }) = blocks.last_mut() {
            text.push(Inline::Plain(" ".to_owned()));
            text.append(back);
        } else {
            blocks.push(paragraph(back));
        }
        ListItem { blocks, value: u64::try_from(note.number).ok(), task: None }
    }
}

fn table(table: &SourceTable) -> Block {
    let row = |cells: &Vec<ParsedText>, is_header: bool| {
        let cell = |(cell, side): (&ParsedText, &block::Alignment)| TableCell {
            text: text(&cell.text),
            is_header,
            align: match side {
                block::Alignment::Left => Alignment::Left,
                block::Alignment::Center => Alignment::Center,
                block::Alignment::Right => Alignment::Right,
            },
        };
        cells.iter().zip(&table.columns).map(cell).collect()
    };
    let header = std::iter::once(row(&table.header, true));
    let cells = header.chain(table.rows.iter().map(|cells| row(cells, false))).collect();
    Block::Table { cells }
}

fn read_more<'e>(edition: &'e Edition, style: &Style) -> Option<(Text, &'e ReadMore)> {
    let read_more = edition.read_more.as_ref()?;
    let default_label = || Style::in_language(&style.read_more.label, &edition.language);
    let label = read_more.label.as_ref().map(|label| &label.text).or_else(default_label)?;
    let mut line = marker(style.read_more.marker.as_deref());
    let url = read_more.url.clone();
    line.append(text(label).styled(rich::Style::Url { url }));
    Some((line, read_more))
}

fn hashtags(edition: &Edition) -> Option<Text> {
    if edition.hashtags.is_empty() {
        return None;
    }
    let mut line = String::new();
    for tag in &edition.hashtags {
        line.extend(["#", tag, " "]);
    }
    line.push_str(edition.hashtag_suffix.as_deref().unwrap_or_default());
    line.truncate(line.trim_end().len());
    Some(Text::string(line))
}

/// A text at the end of a message.
fn footer_block(text: Text, style: &Style) -> Block {
    if style.footer_block { Block::Footer { text } } else { paragraph(text) }
}

fn marked(marked: &Marked) -> Text {
    let mut line = marker(marked.marker.as_deref());
    line.append(text(&marked.prose.text));
    line
}

fn marker(marker: Option<&str>) -> Text {
    marker.map_or_else(Text::default, |marker| Text::string(format!("{marker} ")))
}

/// Headings are bold by themselves.
fn emphasised(text: Text, emphasis: Emphasis) -> Text {
    match emphasis {
        Emphasis::Plain | Emphasis::Bold => text,
        Emphasis::Italic => text.styled(rich::Style::Italic),
        Emphasis::Underline => text.styled(rich::Style::Underline),
    }
}

fn paragraph(text: Text) -> Block {
    Block::Paragraph { text }
}

/// A text as Telegram keeps it; `None` if nothing of it would be seen.
fn non_empty_text(text: &FormattedText) -> Option<Text> {
    Some(Text::from(normal::borrowed(text).ok()?.as_ref()))
}

fn text(text: &FormattedText) -> Text {
    non_empty_text(text).unwrap_or_default()
}
