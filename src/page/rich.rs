//! The blocks of a rich message as HTML, as apps show them. It reads no file.

use maud::{Markup, PreEscaped, html};
use telegram_text::{EntityKind, FormattedText, post_link};

use super::body::{anchor, body};
use super::media::{self, ShownFile};
use crate::limits;
use crate::message::rich::{
    Alignment, Block, Caption, Inline, ListItem, Object, RichMessage, Style, TableCell, Text, count,
};

/// The files of a message that are not drawn yet, from top to bottom.
type Files<'f, 'm> = std::slice::Iter<'f, ShownFile<'m>>;

/// The blocks of a message with its files. What apps fold behind “Show more” is folded too.
pub(super) fn rich(message: &RichMessage, files: &[ShownFile<'_>]) -> Markup {
    let mut files = files.iter();
    let (shown, folded) = message.blocks.split_at(fold(&message.blocks));
    let shown = blocks(shown, &mut files);
    let folded = blocks(folded, &mut files);
    html! {
        div.rich dir=[message.is_rtl.then_some("rtl")] {
            (shown)
            @if !folded.0.is_empty() {
                details.more { summary { "Show more" } (folded) }
            }
        }
    }
}

/// How many blocks apps show before “Show more”.
fn fold(blocks: &[Block]) -> usize {
    let mut characters = 0;
    let folds = |(number, block): (usize, &Block)| {
        characters += count(std::slice::from_ref(block)).characters;
        number >= limits::RICH_FOLD_BLOCKS
            || (number > 0 && characters > limits::RICH_FOLD_CHARACTERS)
    };
    blocks.iter().enumerate().position(folds).unwrap_or(blocks.len())
}

fn blocks(blocks: &[Block], files: &mut Files<'_, '_>) -> Markup {
    html! { @for one in blocks { (block(one, files)) } }
}

fn block(block: &Block, files: &mut Files<'_, '_>) -> Markup {
    match block {
        Block::Paragraph { text } => html! { p dir="auto" { (inline(text)) } },
        Block::Heading { text, size } => {
            html! { p class={ "heading size" (size) } dir="auto" { (inline(text)) } }
        }
        Block::Pre { text, language } => {
            html! { pre tabindex="0" data-language=[language.as_deref()] { (text.plain()) } }
        }
        Block::Footer { text } => html! { p.small dir="auto" { (inline(text)) } },
        Block::Divider => html! { hr; },
        Block::Anchor { name } => html! { span id=(anchor_id(name)) {} },
        Block::List { items } => list(items, files),
        Block::Blockquote { blocks: quoted } => {
            html! { blockquote dir="auto" { (blocks(quoted, files)) } }
        }
        Block::ExpandableBlockquote { blocks: quoted } => {
            html! { blockquote.fold dir="auto" tabindex="0" { (blocks(quoted, files)) } }
        }
        Block::Collage { blocks, caption } => {
            let shown: Vec<_> = files.by_ref().take(blocks.len()).cloned().collect();
            html! { (media::media(&shown)) (below(caption.as_ref())) }
        }
        Block::Table { cells } => html! {
            div.cells tabindex="0" role="region" aria-label="Table" {
                table { @for row in cells { tr { @for one in row { (cell(one)) } } } }
            }
        },
        Block::Details { summary, blocks: folded, is_open } => html! {
            details open[*is_open] { summary dir="auto" { (inline(summary)) } (blocks(folded, files)) }
        },
        Block::Media { caption, .. } => {
            let shown: Vec<_> = files.next().cloned().into_iter().collect();
            html! { (media::media(&shown)) (below(caption.as_ref())) }
        }
    }
}

fn below(caption: Option<&Caption>) -> Markup {
    html! { @if let Some(caption) = caption { p.small dir="auto" { (inline(&caption.text)) } } }
}

fn list(items: &[ListItem], files: &mut Files<'_, '_>) -> Markup {
    let is_ordered = items.iter().any(|item| item.value.is_some());
    let drawn = items.iter().map(|item| {
        let drawn = blocks(&item.blocks, files);
        html! {
            li class=[item.task.map(|_| "task")] value=[item.value] {
                @if let Some(is_done) = item.task {
                    span.box { @if is_done { "☑" } @else { "☐" } } " "
                }
                (drawn)
            }
        }
    });
    let drawn: String = drawn.map(|item| item.0).collect();
    if is_ordered {
        html! { ol { (PreEscaped(drawn)) } }
    } else {
        html! { ul { (PreEscaped(drawn)) } }
    }
}

fn cell(cell: &TableCell) -> Markup {
    let side = match cell.align {
        Alignment::Left => None,
        Alignment::Center => Some("center"),
        Alignment::Right => Some("right"),
    };
    html! {
        @if cell.is_header { th class=[side] scope="col" { (inline(&cell.text)) } }
        @else { td class=[side] { (inline(&cell.text)) } }
    }
}

/// A text with its styles, and the links that Telegram finds.
fn inline(text: &Text) -> Markup {
    html! { @for piece in text.pieces() { (draw_inline(piece)) } }
}

fn draw_inline(piece: &Inline) -> Markup {
    match piece {
        Inline::Plain(string) => body(&FormattedText::plain(string.clone())),
        Inline::Object(Object::CustomEmoji { custom_emoji_id, alternative_text }) => html! {
            span.emoji title={ "Custom emoji " (custom_emoji_id) } { (alternative_text) }
        },
        Inline::Object(Object::Anchor { name }) => html! { span id=(anchor_id(name)) {} },
        Inline::Object(Object::Unknown) => html! {},
        Inline::Styled(styled) => {
            let inner = inline(&styled.text);
            match &styled.style {
                Style::Bold => html! { b { (inner) } },
                Style::Italic => html! { i { (inner) } },
                Style::Underline => html! { u { (inner) } },
                Style::Strikethrough => html! { s { (inner) } },
                Style::Spoiler => {
                    html! { span.spoiler tabindex="0" title="Tap to show" { (inner) } }
                }
                Style::Marked => html! { mark { (inner) } },
                Style::Subscript => html! { sub { (inner) } },
                Style::Superscript => html! { sup { (inner) } },
                // Nothing is found in code.
                Style::Code => {
                    html! { code tabindex="0" title="Tap to copy" { (styled.text.plain()) } }
                }
                Style::Url { url } => link(url, &styled.text),
                Style::TextMention { .. } => {
                    html! { span.link data-kind="text_mention" { (inner) } }
                }
                Style::AnchorLink { anchor_name } => {
                    html! { a href={ "#" (anchor_id(anchor_name)) } { (inner) } }
                }
                _ => inner,
            }
        }
    }
}

/// A link, where its address is safe.
fn link(url: &str, text: &Text) -> Markup {
    let words = text.plain();
    if let Some(post) = post_link::post_of(url) {
        return html! {
            span.unpublished data-kind="text_link" title={ "Link to the post " (post) ", once it is published" } { (words) }
        };
    }
    let whole = anchor(&EntityKind::TextLink { url: url.to_owned() }, url).0;
    let start = whole.rsplit_once("</").map_or("", |(start, _)| start);
    html! { (PreEscaped(start.to_owned())) (words) (PreEscaped("</a>")) }
}

/// The id of an anchor in the page; several messages may have anchors of the same name, and the first one counts.
fn anchor_id(name: &str) -> String {
    format!("anchor-{name}")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn drawn(blocks: &serde_json::Value) -> String {
        let message = serde_json::from_value(json!({ "blocks": blocks })).unwrap();
        rich(&message, &[]).0
    }

    #[test]
    fn blocks_are_drawn_as_their_elements() {
        let text = |text: &str| json!({"type": "paragraph", "text": text});
        for (block, expected) in [
            (text("a <b>"), "<p dir=\"auto\">a &lt;b&gt;</p>"),
            (
                json!({"type": "heading", "text": "a", "size": 2}),
                "<p class=\"heading size2\" dir=\"auto\">a</p>",
            ),
            (json!({"type": "divider"}), "<hr>"),
            (
                json!({"type": "list", "items": [{"value": 3, "blocks": [text("a")]}]}),
                "<ol><li value=\"3\"><p dir=\"auto\">a</p></li></ol>",
            ),
            (
                json!({"type": "list", "items": [{"task": true, "blocks": [text("a")]}]}),
                "<ul><li class=\"task\"><span class=\"box\">☑</span> <p dir=\"auto\">a</p></li></ul>",
            ),
            (
                json!({"type": "table", "cells": [[{"text": "a", "is_header": true, "align": "right"}]]}),
                "<table><tr><th class=\"right\" scope=\"col\">a</th></tr></table>",
            ),
            (
                json!({"type": "details", "summary": "s", "blocks": [text("a")]}),
                "<details><summary dir=\"auto\">s</summary><p dir=\"auto\">a</p></details>",
            ),
            (
                json!({"type": "paragraph", "text": {"type": "url", "url": "javascript:x", "text": "a"}}),
                "<a data-kind=\"text_link\">a</a>",
            ),
        ] {
            let drawn = drawn(&json!([block]));
            assert!(drawn.contains(expected), "{drawn}");
        }
    }

    #[test]
    fn long_message_is_folded_as_apps_fold_it() {
        let text = |length: usize| json!({"type": "paragraph", "text": "x".repeat(length)});
        assert!(!drawn(&json!([text(20_000)])).contains("Show more"));
        assert!(drawn(&json!([text(6_000), text(6_000)])).contains("Show more"));
        let many: Vec<_> = (0..=limits::RICH_FOLD_BLOCKS).map(|_| text(1)).collect();
        assert!(drawn(&json!(many)).contains("Show more"));
    }
}
