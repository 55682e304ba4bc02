//! A rich message as Telegram reports it, and in what it differs from the one that was sent. It reads nothing from the network.
//!
//! A report has another form than a request: neighbouring strings are one, items of lists have labels, files have sizes, and the
//! links, mentions and hashtags that Telegram found have styles of their own. None of that is a difference.

use std::collections::BTreeSet;

use serde::Deserialize;
use telegram_text::post_link;

use super::RichMessage;
use super::block::{Alignment, Block, ListItem, TableCell};
use super::text::{Inline, Object, Style, Text};

/// The Bot API's `RichMessage`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct ReturnedMessage {
    /// Its blocks.
    pub blocks: Vec<ReturnedBlock>,
    /// Shown right-to-left.
    pub is_rtl: bool,
}

/// The Bot API's `RichBlock`, of any type; fields of other types are empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct ReturnedBlock {
    /// The `type`.
    #[serde(rename = "type")]
    pub name: String,
    text: Text,
    size: u8,
    language: Option<String>,
    blocks: Vec<ReturnedBlock>,
    items: Vec<ReturnedItem>,
    cells: Vec<Vec<ReturnedCell>>,
    summary: Text,
    caption: ReturnedCaption,
    /// The sizes of a photo; the last one is the largest.
    photo: Vec<ReturnedFile>,
    video: Option<ReturnedFile>,
    animation: Option<ReturnedFile>,
    audio: Option<ReturnedFile>,
    document: Option<ReturnedFile>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
struct ReturnedFile {
    file_unique_id: String,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
struct ReturnedItem {
    blocks: Vec<ReturnedBlock>,
    has_checkbox: bool,
    is_checked: bool,
    value: Option<u64>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
struct ReturnedCell {
    text: Text,
    is_header: bool,
    align: Alignment,
}

/// A caption of media is an object, one of a table is a text.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
enum ReturnedCaption {
    Object { text: Text },
    Text(Text),
}

impl Default for ReturnedCaption {
    fn default() -> Self {
        Self::Text(Text::default())
    }
}

impl ReturnedCaption {
    fn text(&self) -> &Text {
        match self {
            Self::Object { text } | Self::Text(text) => text,
        }
    }
}

impl ReturnedMessage {
    /// The ids of its files that are the same for every bot, from top to bottom.
    #[must_use]
    pub fn file_ids(&self) -> Vec<&str> {
        let mut ids = Vec::new();
        self.blocks.iter().for_each(|block| block.add_file_ids(&mut ids));
        ids
    }
}

impl ReturnedBlock {
    fn add_file_ids<'e>(&'e self, ids: &mut Vec<&'e str>) {
        let others = [&self.video, &self.animation, &self.audio, &self.document];
        let file = self.photo.last().or_else(|| others.into_iter().find_map(Option::as_ref));
        ids.extend(file.map(|file| file.file_unique_id.as_str()));
        let items = self.items.iter().flat_map(|item| &item.blocks);
        items.chain(&self.blocks).for_each(|block| block.add_file_ids(ids));
    }
}

/// A difference between what was sent and what Telegram shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RichDifference {
    /// The number of the block among the outermost ones, from 1.
    pub block: usize,
    /// The `type` of the block that was sent, or that Telegram added.
    pub name: String,
    /// What differs.
    pub kind: RichDifferenceKind,
}

/// In what a block differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RichDifferenceKind {
    /// Telegram does not show it.
    Missing,
    /// It was not sent.
    Added,
    /// It became a block of another type.
    Type,
    /// Its characters.
    Text,
    /// Its styles or links.
    Formatting,
    /// Its size, numbers, boxes, columns or code language.
    Structure,
}

/// In what `returned` differs from what was sent; empty if readers see what was sent.
#[must_use]
pub fn differences(sent: &RichMessage, returned: &ReturnedMessage) -> Vec<RichDifference> {
    let mut found = Vec::new();
    for at in 0..sent.blocks.len().max(returned.blocks.len()) {
        let (name, kind) = match (sent.blocks.get(at), returned.blocks.get(at)) {
            (Some(sent), Some(seen)) => match compare(sent, seen) {
                Some(kind) => (sent.name(), kind),
                None => continue,
            },
            (Some(sent), None) => (sent.name(), RichDifferenceKind::Missing),
            (None, Some(seen)) => (seen.name.as_str(), RichDifferenceKind::Added),
            (None, None) => continue,
        };
        found.push(RichDifference { block: at + 1, name: name.to_owned(), kind });
    }
    found
}

fn compare(sent: &Block, seen: &ReturnedBlock) -> Option<RichDifferenceKind> {
    if sent.name() != seen.name {
        return Some(RichDifferenceKind::Type);
    }
    match sent {
        Block::Paragraph { text } | Block::Footer { text } => compare_texts(text, &seen.text),
        Block::Heading { text, size } => {
            compare_texts(text, &seen.text).or_else(|| structure(*size == seen.size))
        }
        Block::Pre { text, language } => {
            // Telegram may have no name for a language that was not given, or an empty one.
            let seen_language = seen.language.as_deref().filter(|language| !language.is_empty());
            compare_texts(text, &seen.text)
                .or_else(|| structure(language.as_deref() == seen_language))
        }
        Block::Divider | Block::Anchor { .. } => None,
        Block::List { items } => compare_items(items, &seen.items),
        Block::Blockquote { blocks } | Block::ExpandableBlockquote { blocks } => {
            compare_blocks(blocks, &seen.blocks)
        }
        Block::Collage { blocks, caption } => compare_blocks(blocks, &seen.blocks).or_else(|| {
            let none = Text::default();
            let caption = caption.as_ref().map_or(&none, |caption| &caption.text);
            compare_texts(caption, seen.caption.text())
        }),
        Block::Details { summary, blocks, .. } => {
            compare_texts(summary, &seen.summary).or_else(|| compare_blocks(blocks, &seen.blocks))
        }
        Block::Table { cells } => compare_tables(cells, &seen.cells),
        Block::Media { caption, .. } => {
            let none = Text::default();
            let caption = caption.as_ref().map_or(&none, |caption| &caption.text);
            compare_texts(caption, seen.caption.text())
        }
    }
}

fn structure(is_equal: bool) -> Option<RichDifferenceKind> {
    (!is_equal).then_some(RichDifferenceKind::Structure)
}

fn compare_blocks(sent: &[Block], seen: &[ReturnedBlock]) -> Option<RichDifferenceKind> {
    structure(sent.len() == seen.len())
        .or_else(|| sent.iter().zip(seen).find_map(|(sent, seen)| compare(sent, seen)))
}

fn compare_items(sent: &[ListItem], seen: &[ReturnedItem]) -> Option<RichDifferenceKind> {
    let item = |(sent, seen): (&ListItem, &ReturnedItem)| {
        let task = seen.has_checkbox.then_some(seen.is_checked);
        structure(sent.task == task && (sent.value == seen.value || seen.value.is_none()))
            .or_else(|| compare_blocks(&sent.blocks, &seen.blocks))
    };
    structure(sent.len() == seen.len()).or_else(|| sent.iter().zip(seen).find_map(item))
}

fn compare_tables(
    sent: &[Vec<TableCell>],
    seen: &[Vec<ReturnedCell>],
) -> Option<RichDifferenceKind> {
    let cell = |(sent, seen): (&TableCell, &ReturnedCell)| {
        compare_texts(&sent.text, &seen.text)
            .or_else(|| structure((sent.is_header, sent.align) == (seen.is_header, seen.align)))
    };
    let row = |(sent, seen): (&Vec<TableCell>, &Vec<ReturnedCell>)| {
        structure(sent.len() == seen.len()).or_else(|| sent.iter().zip(seen).find_map(cell))
    };
    structure(sent.len() == seen.len()).or_else(|| sent.iter().zip(seen).find_map(row))
}

fn compare_texts(sent: &Text, seen: &Text) -> Option<RichDifferenceKind> {
    if sent.plain() != seen.plain() {
        return Some(RichDifferenceKind::Text);
    }
    let (sent, seen) = (runs(sent), runs(seen));
    let is_equal = |(sent, seen): (&Run<'_>, &Run<'_>)| {
        sent.length == seen.length
            && sent.styles.len() == seen.styles.len()
            && sent.styles.iter().zip(&seen.styles).all(|(sent, seen)| is_shown(sent, seen))
    };
    let is_same = sent.len() == seen.len() && sent.iter().zip(&seen).all(is_equal);
    (!is_same).then_some(RichDifferenceKind::Formatting)
}

/// Neighbouring characters with the same styles.
struct Run<'t> {
    /// Bytes.
    length: usize,
    styles: BTreeSet<&'t Style>,
}

/// The characters of a text with their styles, in whatever order these are nested. Telegram may show a custom emoji as a plain
/// one, so it counts as its alternative.
fn runs(text: &Text) -> Vec<Run<'_>> {
    let mut runs = Vec::new();
    add_runs(text, &BTreeSet::new(), &mut runs);
    runs
}

fn add_runs<'t>(text: &'t Text, styles: &BTreeSet<&'t Style>, runs: &mut Vec<Run<'t>>) {
    for piece in text.pieces() {
        let length = match piece {
            Inline::Plain(string) => string.len(),
            Inline::Object(Object::CustomEmoji { alternative_text, .. }) => alternative_text.len(),
            Inline::Object(Object::Anchor { .. } | Object::Unknown) => 0,
            Inline::Styled(part) => {
                let mut inner = styles.clone();
                if !is_found(&part.style, &part.text) {
                    inner.insert(&part.style);
                }
                add_runs(&part.text, &inner, runs);
                continue;
            }
        };
        match runs.last_mut() {
            Some(last) if last.styles == *styles => last.length += length,
            _ if length == 0 => {}
            _ => runs.push(Run { length, styles: styles.clone() }),
        }
    }
}

/// Whether Telegram finds it by itself in that text.
fn is_found(style: &Style, text: &Text) -> bool {
    match style {
        Style::Mention
        | Style::Hashtag
        | Style::Cashtag
        | Style::BotCommand
        | Style::EmailAddress
        | Style::PhoneNumber
        | Style::BankCardNumber => true,
        Style::Url { url } => bare_address(url) == bare_address(&text.plain()),
        _ => false,
    }
}

/// An address without what Telegram adds to one that it finds.
fn bare_address(url: &str) -> String {
    let url = url.to_lowercase();
    let url = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://")).unwrap_or(&url);
    url.trim_end_matches('/').to_owned()
}

/// A link to a post matches any Telegram address, because its message may have changed.
fn is_shown(sent: &Style, seen: &Style) -> bool {
    match (sent, seen) {
        (Style::Url { url }, Style::Url { url: filled }) if post_link::post_of(url).is_some() => {
            filled.starts_with("https://t.me/")
        }
        _ => sent == seen,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn message(blocks: &Value) -> RichMessage {
        serde_json::from_value(json!({ "blocks": blocks })).unwrap()
    }

    fn found(sent: &Value, returned: &Value) -> Vec<RichDifferenceKind> {
        let seen: ReturnedMessage = serde_json::from_value(json!({ "blocks": returned })).unwrap();
        differences(&message(sent), &seen).into_iter().map(|one| one.kind).collect()
    }

    #[test]
    fn another_form_is_not_a_difference() {
        let bold = |text: Value| json!({"type": "bold", "text": text});
        let italic = |text: Value| json!({"type": "italic", "text": text});
        let paragraph = |text: Value| json!([{"type": "paragraph", "text": text}]);
        let found_tag = json!({"type": "hashtag", "hashtag": "#a", "text": "#a"});
        let found_url =
            json!({"type": "url", "url": "https://example.org/", "text": "example.org"});
        for (sent, returned) in [
            (paragraph(json!("ab")), paragraph(json!(["a", "b"]))),
            (paragraph(bold(italic(json!("a")))), paragraph(italic(bold(json!("a"))))),
            (paragraph(json!("see #a")), paragraph(json!(["see ", found_tag]))),
            (paragraph(json!("see example.org")), paragraph(json!(["see ", found_url]))),
            (
                paragraph(
                    json!({"type": "custom_emoji", "custom_emoji_id": "5", "alternative_text": "👍"}),
                ),
                paragraph(json!("👍")),
            ),
            (
                json!([{"type": "list", "items": [{"value": 3, "blocks": paragraph(json!("a"))}]}]),
                json!([{"type": "list", "items": [
                    {"label": "3.", "type": "1", "value": 3, "blocks": paragraph(json!("a"))},
                ]}]),
            ),
            (
                json!([{"type": "table", "cells": [[{"text": "a", "align": "right"}]]}]),
                json!([{"type": "table", "is_bordered": true, "cells": [
                    [{"text": "a", "align": "right", "valign": "top"}],
                ]}]),
            ),
        ] {
            assert_eq!(found(&sent, &returned), [], "{returned}");
        }
    }

    #[test]
    fn differences_that_readers_see_are_named() {
        use RichDifferenceKind::{Added, Formatting, Missing, Structure, Text, Type};
        let one = |text: Value| json!({"type": "paragraph", "text": text});
        let bold = json!({"type": "bold", "text": "a"});
        let sent = json!([one(json!("a"))]);
        let list = |value: u64| json!([{"type": "list", "items": [{"value": value, "blocks": [one(json!("a"))]}]}]);
        for (sent, returned, expected) in [
            (&sent, json!([]), Missing),
            (&sent, json!([one(json!("a")), {"type": "glow"}]), Added),
            (&sent, json!([{"type": "footer", "text": "a"}]), Type),
            (&sent, json!([one(json!("b"))]), Text),
            (&sent, json!([one(bold)]), Formatting),
            (&sent, json!([one(json!({"type": "glow", "text": "a"}))]), Formatting),
            (&list(3), list(4), Structure),
        ] {
            assert_eq!(found(sent, &returned), [expected], "{returned}");
        }
    }
}
