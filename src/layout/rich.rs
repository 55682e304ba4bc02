//! Lays an edition out as rich messages, from the same parts as a text message. It knows no file.

use telegram_text::block::{Block as Source, List, ListItem as SourceItem};
use telegram_text::{FormattedText, normal};

use super::{Parts, send_options};
use crate::config::{Emphasis, LayoutPart, Style};
use crate::limits::{self, RichExcess};
use crate::media::Kind;
use crate::message::rich::{self, Block, Count, ListItem, RichContent, RichMessage, Text};
use crate::message::{InlineKeyboard, Request, SendRichMessage};
use crate::post::raw::Overflow;
use crate::post::{Edition, Marked, Section};

/// The rich messages of an edition in a channel with this style.
pub(super) fn parts(edition: &Edition, style: &Style) -> Parts {
    let blocks = lay_out(edition, style);
    if blocks.is_empty() {
        return Parts::Nothing;
    }
    let Some(excess) = rich::excess(&blocks) else {
        return Parts::Fit(vec![message(blocks, edition, 0)]);
    };
    if edition.options.overflow == Overflow::Error {
        return Parts::RichExcess(excess);
    }
    match split(blocks) {
        Err(excess) => Parts::RichBlockExcess(excess),
        Ok(parts) if parts.len() > limits::PARTS => Parts::TooMany(parts.len()),
        Ok(parts) => {
            let parts = parts.into_iter().enumerate();
            Parts::Fit(parts.map(|(number, blocks)| message(blocks, edition, number)).collect())
        }
    }
}

/// The blocks of an edition, from top to bottom; none if the style shows no part that the edition has.
fn lay_out(edition: &Edition, style: &Style) -> Vec<Block> {
    let mut blocks = Vec::new();
    if !edition.options.caption_above {
        blocks.extend(media(edition));
    }
    let tail = super::tail(edition, style);
    for (index, part) in style.layout.iter().enumerate() {
        if index == tail && edition.options.caption_above {
            blocks.extend(media(edition));
        }
        match part {
            LayoutPart::Heading => {
                if let Some(heading) = &edition.heading {
                    let text = emphasised(marked(heading), style.heading);
                    blocks.push(Block::Heading { text, size: style.heading_size });
                }
            }
            LayoutPart::Lead => {
                blocks.extend(edition.lead.as_ref().map(|lead| paragraph(marked(lead))));
            }
            LayoutPart::Body => {
                edition.sections.iter().for_each(|one| section(&mut blocks, one, style));
            }
            LayoutPart::ReadMore => blocks.extend(read_more(edition, style).map(paragraph)),
            LayoutPart::Hashtags => blocks.extend(hashtags(edition).map(|text| last(text, style))),
            LayoutPart::Footer => {
                if let Some(footer) = Style::in_language(&style.footer, &edition.language) {
                    blocks.push(last(text(footer), style));
                }
            }
        }
    }
    if tail >= style.layout.len() && edition.options.caption_above {
        blocks.extend(media(edition));
    }
    blocks
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

/// The files: pictures and videos as a collage, others one below the other.
fn media(edition: &Edition) -> Vec<Block> {
    let files = edition
        .media
        .iter()
        .map(|item| Block::Media { media: Box::new(item.media.clone()), caption: None });
    let blocks: Vec<_> = files.collect();
    let is_picture = |block: &Block| {
        block.media().is_some_and(|media| matches!(media.kind, Kind::Photo | Kind::Video))
    };
    if blocks.len() > 1 && blocks.iter().all(is_picture) {
        return vec![Block::Collage { blocks, caption: None }];
    }
    blocks
}

fn section(blocks: &mut Vec<Block>, section: &Section, style: &Style) {
    if let Some(title) = &section.title {
        let text = emphasised(text(&title.text), style.title);
        blocks.push(Block::Heading { text, size: style.title_size });
    }
    blocks.extend(section.blocks.iter().filter_map(|block| one(block, style)));
}

/// A block of the body; `None` if Telegram would show nothing of it.
fn one(block: &Source, style: &Style) -> Option<Block> {
    let all = |blocks: &[Source]| blocks.iter().filter_map(|block| one(block, style)).collect();
    Some(match block {
        Source::Paragraph(prose) => Block::Paragraph { text: some(&prose.text)? },
        Source::Heading(prose) => {
            Block::Heading { text: some(&prose.text)?, size: style.title_size }
        }
        Source::List(list) => Block::List { items: items(list, style) },
        Source::Quote { title, blocks, expandable } => {
            let title = title.as_ref().and_then(|title| some(&title.text));
            let title = title.map(|title| paragraph(title.styled(rich::Style::Bold)));
            let inner: Vec<_> = all(blocks);
            let blocks: Vec<_> = title.into_iter().chain(inner).collect();
            match expandable {
                _ if blocks.is_empty() => return None,
                true => Block::ExpandableBlockquote { blocks },
                false => Block::Blockquote { blocks },
            }
        }
        Source::LineBreak => return None,
        Source::Code { code, language } => {
            Block::Pre { text: Text::string(code.text.string.clone()), language: language.clone() }
        }
    })
}

fn items(list: &List, style: &Style) -> Vec<ListItem> {
    let mut number = list.start;
    let item = |item: &SourceItem| {
        let value = number;
        number = number.map(|number| number.saturating_add(1));
        let mut blocks: Vec<_> = item.blocks.iter().filter_map(|block| one(block, style)).collect();
        if blocks.is_empty() {
            blocks.push(paragraph(Text::default()));
        }
        ListItem { blocks, value, task: item.task }
    };
    list.items.iter().map(item).collect()
}

fn read_more(edition: &Edition, style: &Style) -> Option<Text> {
    let read_more = edition.read_more.as_ref()?;
    let default_label = || Style::in_language(&style.read_more.label, &edition.language);
    let label = read_more.label.as_ref().map(|label| &label.text).or_else(default_label)?;
    let mut line = marker(style.read_more.marker.as_deref());
    let url = read_more.url.clone();
    line.append(text(label).styled(rich::Style::Url { url }));
    Some(line)
}

fn hashtags(edition: &Edition) -> Option<Text> {
    if edition.hashtags.is_empty() {
        return None;
    }
    let tags = edition.hashtags.iter().map(|tag| format!("#{tag}"));
    let words: Vec<_> = tags.chain(edition.hashtag_suffix.clone()).collect();
    Some(Text::string(words.join(" ")))
}

/// A text at the end of a message.
fn last(text: Text, style: &Style) -> Block {
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
fn some(text: &FormattedText) -> Option<Text> {
    Some(Text::from(&normal::uncut(text.clone()).ok()?))
}

fn text(text: &FormattedText) -> Text {
    some(text).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blocks(markdown: &str) -> Vec<Block> {
        let body = telegram_text::body::parse(markdown);
        assert_eq!(body.problems, [], "{markdown}");
        body.blocks.iter().filter_map(|block| one(block, &Style::default())).collect()
    }

    #[test]
    fn blocks_of_a_body_become_blocks_of_a_message() {
        for (markdown, expected) in [
            ("a **b**", r#"[{"type":"paragraph","text":["a ",{"type":"bold","text":"b"}]}]"#),
            ("# a", r#"[{"type":"heading","text":"a","size":2}]"#),
            (
                "3. a\n4. b",
                r#"[{"type":"list","items":[{"blocks":[{"type":"paragraph","text":"a"}],"value":3},{"blocks":[{"type":"paragraph","text":"b"}],"value":4}]}]"#,
            ),
            (
                "- [x] a",
                r#"[{"type":"list","items":[{"blocks":[{"type":"paragraph","text":"a"}],"task":true}]}]"#,
            ),
            (
                ">! a",
                r#"[{"type":"expandable_blockquote","blocks":[{"type":"paragraph","text":"a"}]}]"#,
            ),
            ("```rust\nfn\n```", r#"[{"type":"pre","text":"fn","language":"rust"}]"#),
        ] {
            assert_eq!(serde_json::to_string(&blocks(markdown)).unwrap(), expected, "{markdown}");
        }
    }

    #[test]
    fn message_is_split_between_blocks_and_a_heading_stays_with_its_text() {
        let text = |length: usize| Block::Paragraph { text: Text::string("x".repeat(length)) };
        let heading = || Block::Heading { text: Text::string("h"), size: 2 };
        let sizes = |blocks: Vec<Block>| {
            split(blocks).map(|parts| parts.iter().map(Vec::len).collect::<Vec<_>>())
        };
        assert_eq!(sizes(vec![text(32_768)]), Ok(vec![1]));
        assert_eq!(sizes(vec![text(20_000), text(12_768)]), Ok(vec![2]));
        assert_eq!(sizes(vec![text(20_000), text(12_769)]), Ok(vec![1, 1]));
        assert_eq!(sizes(vec![text(20_000), heading(), text(20_000)]), Ok(vec![1, 2]));
        assert_eq!(sizes((0..501).map(|_| text(1)).collect()), Ok(vec![500, 1]));
        let excess = sizes(vec![text(1), text(32_769)]).unwrap_err();
        assert_eq!((excess.used, excess.limit), (32_769, 32_768));
    }
}
