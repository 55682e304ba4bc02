//! Finds the heading, bullets, read-more line, hashtags and footer of a channel's style in a text. The caller renders the result
//! and keeps it only if it is exactly the same text.

use std::ops::Range;

use telegram_text::detect::hashtag;
use telegram_text::{Entity, EntityKind, FormattedText, markdown, utf16};

use super::post_file::{PostText, ReadMore};
use crate::config::{Emphasis, LayoutPart, Spacing, Style};
use crate::ids::Language;
use crate::message::rich::{Block, Text};

/// The distance between the blocks of a post.
const GAP: &str = "\n\n";

/// The text before the style's footer, which every post in the style has; the whole text if it ends otherwise.
pub(super) fn without_footer(
    text: &FormattedText,
    style: &Style,
    language: &Language,
) -> FormattedText {
    let is_shown = style.layout.last() == Some(&LayoutPart::Footer);
    let footer = Style::in_language(&style.footer, language).filter(|_| is_shown);
    let Some(footer) = footer.and_then(trimmed) else { return text.clone() };
    if *text == footer {
        return FormattedText::default();
    }
    let blocks = last_gap_before(text, footer.string.len()).and_then(|gap| cut(text, gap));
    blocks.filter(|(_, last)| *last == footer).map_or_else(|| text.clone(), |(before, _)| before)
}

/// The blocks of a rich message before the style's footer.
pub(super) fn blocks_without_footer(
    mut blocks: Vec<Block>,
    style: &Style,
    language: &Language,
) -> Vec<Block> {
    let is_shown = style.layout.last() == Some(&LayoutPart::Footer);
    let footer = Style::in_language(&style.footer, language).filter(|_| is_shown);
    let footer = footer.and_then(trimmed).map(|footer| Text::from(&footer));
    let last = match blocks.last() {
        Some(Block::Paragraph { text } | Block::Footer { text }) => Some(text),
        _ => None,
    };
    if footer.is_some() && last == footer.as_ref() {
        blocks.pop();
    }
    blocks
}

fn trimmed(text: &FormattedText) -> Option<FormattedText> {
    telegram_text::normal::uncut(text.clone()).ok()
}

/// The gap that ends `length` bytes before the end of the text.
fn last_gap_before(text: &FormattedText, length: usize) -> Option<Range<usize>> {
    let end = text.string.len().checked_sub(length)?;
    let before = text.string.get(..end)?.strip_suffix(GAP)?;
    Some(before.len()..end)
}

/// The text before and after the gap; `None` if an entity crosses it.
fn cut(text: &FormattedText, gap: Range<usize>) -> Option<(FormattedText, FormattedText)> {
    let before = text.string.get(..gap.start)?;
    let after = text.string.get(gap.end..)?;
    let (end, start) = (utf16::len(before), utf16::len(text.string.get(..gap.end)?));
    let (mut one, mut other) = (FormattedText::plain(before), FormattedText::plain(after));
    for entity in &text.entities {
        if entity.end() <= end {
            one.entities.push(entity.clone());
        } else if entity.offset >= start {
            let offset = entity.offset - start;
            other.entities.push(Entity { offset, ..entity.clone() });
        } else {
            return None;
        }
    }
    Some((one, other))
}

/// The parts of a text without its footer; `None` if it has none but the body.
pub(super) fn recover(
    text: &FormattedText,
    style: &Style,
    language: &Language,
) -> Option<PostText> {
    let place = |part| style.layout.iter().position(|other| *other == part);
    let body = place(LayoutPart::Body)?;
    let mut found = PostText::default();
    let mut rest = text.clone();
    let mut after: Vec<_> = style.layout.iter().skip(body + 1).collect();
    while let Some(part) = after.pop() {
        rest = match part {
            LayoutPart::Hashtags => take_hashtags(rest, &mut found),
            LayoutPart::ReadMore => take_read_more(rest, style, language, &mut found),
            LayoutPart::Heading | LayoutPart::Lead | LayoutPart::Body | LayoutPart::Footer => rest,
        };
    }
    if place(LayoutPart::Heading).is_some_and(|heading| heading < body) {
        rest = take_heading(rest, style, &mut found);
    }
    take_bullets(&mut rest, style, &mut found);
    let is_found = found != PostText::default();
    if !rest.is_empty() {
        if found.bullets.is_empty() {
            found.body = Some(markdown::write(&rest).ok()?);
        } else {
            found.text = Some(inline(&rest)?);
        }
    }
    is_found.then_some(found)
}

/// Markdown for a text field, which has no quotes and no blocks of code.
fn inline(text: &FormattedText) -> Option<String> {
    let is_block =
        |entity: &Entity| entity.kind.is_quote() || matches!(entity.kind, EntityKind::Pre { .. });
    if text.entities.iter().any(is_block) {
        return None;
    }
    let markdown = markdown::write(text).ok()?;
    Some(markdown.trim_end_matches('\n').to_owned())
}

/// The last block of a text, and what is before it.
fn last_block(text: &FormattedText) -> Option<(FormattedText, FormattedText)> {
    match text.string.rfind(GAP) {
        Some(at) => cut(text, at..at + GAP.len()),
        None => Some((FormattedText::default(), text.clone())),
    }
}

fn take_hashtags(text: FormattedText, found: &mut PostText) -> FormattedText {
    let Some((rest, last)) = last_block(&text) else { return text };
    if rest.is_empty() || !last.entities.is_empty() || last.string.contains('\n') {
        return text;
    }
    let words: Vec<&str> = last.string.split(' ').collect();
    let tags: Vec<&str> = words.iter().map_while(|word| word.strip_prefix('#')).collect();
    let suffix = words.get(tags.len()..).unwrap_or_default().join(" ");
    let is_sign = |character: char| !character.is_alphanumeric() && character != '#';
    if tags.is_empty()
        || tags.iter().any(|tag| hashtag::is_whole(tag).is_err())
        || !suffix.chars().all(is_sign)
    {
        return text;
    }
    found.hashtags = tags.into_iter().map(str::to_owned).collect();
    found.hashtag_suffix = (!suffix.is_empty()).then_some(suffix);
    rest
}

fn take_read_more(
    text: FormattedText,
    style: &Style,
    language: &Language,
    found: &mut PostText,
) -> FormattedText {
    let Some((rest, last)) = last_block(&text) else { return text };
    let sign = style.read_more.marker.as_ref().map(|marker| format!("{marker} "));
    let sign = sign.unwrap_or_default();
    let Some(label) = last.string.strip_prefix(sign.as_str()) else { return text };
    let start = utf16::len(&sign);
    let covers = |entity: &Entity| entity.offset == start && entity.length == utf16::len(label);
    let link = last.entities.iter().find_map(|entity| match &entity.kind {
        EntityKind::TextLink { url } if covers(entity) => Some(url.clone()),
        _ => None,
    });
    let (Some(url), false) = (link, rest.is_empty()) else { return text };
    let default = Style::in_language(&style.read_more.label, language);
    let is_default = default.is_some_and(|default| default.string == label);
    // Without a sign before it, any link at the end of a text would look like the line of the style.
    if !is_default && sign.is_empty() {
        return text;
    }
    let entities = last.entities.iter().filter(|entity| !covers(entity));
    let entities = entities
        .map(|entity| Entity { offset: entity.offset.saturating_sub(start), ..entity.clone() });
    let label = FormattedText { string: label.to_owned(), entities: entities.collect() };
    let Some(label) = inline(&label) else { return text };
    found.read_more = Some(ReadMore { url, label: (!is_default).then_some(label) });
    rest
}

fn take_heading(text: FormattedText, style: &Style, found: &mut PostText) -> FormattedText {
    let kind = match style.heading {
        // A plain line may be anything.
        Emphasis::Plain => return text,
        Emphasis::Bold => EntityKind::Bold,
        Emphasis::Italic => EntityKind::Italic,
        Emphasis::Underline => EntityKind::Underline,
    };
    let blocks = match text.string.find(GAP) {
        Some(at) => cut(&text, at..at + GAP.len()),
        None => Some((text.clone(), FormattedText::default())),
    };
    let Some((first, rest)) = blocks else { return text };
    let is_cover =
        |entity: &&Entity| entity.kind == kind && entity.end() == utf16::len(&first.string);
    let Some(cover) = first.entities.iter().find(is_cover) else { return text };
    let start = cover.offset;
    let Some(at) = utf16::byte_of(&first.string, start) else { return text };
    let (sign, heading) = first.string.split_at(at);
    let is_sign = sign.is_empty() || sign.ends_with(' ') && !sign.contains(char::is_alphanumeric);
    let is_line = !first.string.contains('\n');
    if !is_sign || !is_line || first.entities.iter().any(|entity| entity.offset < start) {
        return text;
    }
    let others = first.entities.iter().filter(|entity| *entity != cover);
    let entities = others.map(|entity| Entity { offset: entity.offset - start, ..entity.clone() });
    let heading = FormattedText { string: heading.to_owned(), entities: entities.collect() };
    let Some(heading) = inline(&heading) else { return text };
    found.marker = sign.strip_suffix(' ').map(str::to_owned);
    found.heading = Some(heading);
    rest
}

/// Takes the list at the end of a text, of at least two items in the style's form.
fn take_bullets(text: &mut FormattedText, style: &Style, found: &mut PostText) {
    let separator = if style.spacing == Spacing::Loose { GAP } else { "\n" };
    let sign = format!("{} ", style.bullet);
    let mut rest = text.clone();
    let mut items = Vec::new();
    while !rest.is_empty() {
        let split = match rest.string.rfind(separator) {
            Some(at) => cut(&rest, at..at + separator.len()),
            None => Some((FormattedText::default(), rest.clone())),
        };
        let Some((before, last)) = split else { return };
        let Some(item) = last.string.strip_prefix(sign.as_str()) else { break };
        let length = utf16::len(&sign);
        if last.entities.iter().any(|entity| entity.offset < length) {
            return;
        }
        let entities = last.entities.iter();
        let entities =
            entities.map(|entity| Entity { offset: entity.offset - length, ..entity.clone() });
        let item = FormattedText { string: item.to_owned(), entities: entities.collect() };
        let Some(item) = inline(&item) else { return };
        items.push(item);
        rest = before;
    }
    // A blank line is before the list also if its items have none.
    if separator != GAP && !rest.is_empty() {
        let Some(shorter) = rest.string.strip_suffix('\n').map(str::len) else { return };
        rest.string.truncate(shorter);
    }
    if items.len() < 2 {
        return;
    }
    items.reverse();
    found.bullets = items;
    *text = rest;
}
