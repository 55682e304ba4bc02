//! Renders the text of a message as HTML from the entities that are sent; it does not normalize them. No HTML of an author is copied,
//! so nothing has to be sanitized but the addresses of links (`allowed_url`).

#[cfg(test)]
mod tests;

use jiff::Timestamp;
use maud::{Markup, PreEscaped, html};
use telegram_text::event::{Event, events};
use telegram_text::{Entity, EntityKind, FormattedText, detect, link, post_link};

/// The text as readers see it, with the links and hashtags that Telegram detects.
///
/// Every character of the text is in the page and in order, so that a test can read it back. The line break after a quote or a
/// code block, which Telegram does not draw a second time, is hidden.
#[must_use]
pub fn body(text: &FormattedText) -> Markup {
    let seen = detect::with_found(text.clone());
    let mut html = String::with_capacity(seen.string.len() * 2);
    let mut units = 0;
    let (mut after_block, mut in_code) = (false, false);
    for event in events(&seen) {
        match event {
            Event::Open(entity) => {
                html.push_str(&opened(entity, covered(&seen, entity)).0);
                in_code = matches!(entity.kind, EntityKind::Pre { .. });
            }
            Event::Text(text) => {
                let text_units = telegram_text::utf16::len(text);
                let rest = match text.strip_prefix('\n').filter(|_| after_block) {
                    Some(rest) => {
                        html.push_str("<span class=\"eol\">\n</span>");
                        rest
                    }
                    None => text,
                };
                if in_code && rest.starts_with('\n') {
                    // Browsers drop the first line break of a code block.
                    html.push('\n');
                }
                html.push_str(&html! { (rest) }.0);
                units += text_units;
                (after_block, in_code) = (false, false);
            }
            Event::Close(entity) => {
                html.push_str(closed(&entity.kind));
                after_block |= is_block(&entity.kind);
            }
        }
    }
    debug_assert_eq!(
        units,
        telegram_text::utf16::len(&seen.string),
        "every character is in the page"
    );
    PreEscaped(html)
}

fn is_block(kind: &EntityKind) -> bool {
    kind.is_quote() || matches!(kind, EntityKind::Pre { .. })
}

fn covered<'t>(text: &'t FormattedText, entity: &Entity) -> &'t str {
    let byte =
        |unit| telegram_text::utf16::byte_of(&text.string, unit).unwrap_or(text.string.len());
    text.string.get(byte(entity.offset)..byte(entity.end())).unwrap_or_default()
}

/// The start tag. The macro escapes the attributes that authors wrote.
fn opened(entity: &Entity, covered: &str) -> Markup {
    let whole = match &entity.kind {
        EntityKind::Bold => html! { b {} },
        EntityKind::Italic => html! { i {} },
        EntityKind::Underline => html! { u {} },
        EntityKind::Strikethrough => html! { s {} },
        EntityKind::Spoiler => html! { span.spoiler tabindex="0" title="Tap to show" {} },
        EntityKind::Blockquote => html! { blockquote dir="auto" {} },
        EntityKind::ExpandableBlockquote => html! { blockquote.fold dir="auto" tabindex="0" {} },
        EntityKind::Code => html! { code tabindex="0" title="Tap to copy" {} },
        EntityKind::Pre { language } => {
            html! { pre tabindex="0" data-language=[language.as_deref()] {} }
        }
        EntityKind::TextLink { url } => match post_link::post_of(url) {
            Some(post) => {
                html! { span.unpublished data-kind="text_link" title={ "Link to the post " (post) ", once it is published" } {} }
            }
            None => anchor(&entity.kind, url),
        },
        EntityKind::Url => anchor(&entity.kind, covered),
        EntityKind::Email => anchor(&entity.kind, &format!("mailto:{covered}")),
        EntityKind::Mention => {
            anchor(&entity.kind, &format!("https://t.me/{}", covered.trim_start_matches('@')))
        }
        EntityKind::Hashtag
        | EntityKind::Cashtag
        | EntityKind::BotCommand
        | EntityKind::PhoneNumber
        | EntityKind::TextMention { .. } => html! { span.link data-kind=(entity.kind.name()) {} },
        EntityKind::CustomEmoji { custom_emoji_id } => {
            html! { span.emoji title={ "Custom emoji " (custom_emoji_id) } {} }
        }
        EntityKind::DateTime { unix_time, .. } => {
            let at = Timestamp::from_second(*unix_time).ok().map(|at| at.to_string());
            html! { time datetime=[at] {} }
        }
        // A kind that telepress does not know yet is shown as plain text.
        _ => html! { span {} },
    };
    // The macro writes both tags of an element; the end tag is written after the text.
    let start = whole.0.rsplit_once("</").map(|(start, _)| start.to_owned());
    PreEscaped(start.unwrap_or_default())
}

/// A link, where its address is safe; otherwise only the look of one.
pub(super) fn anchor(kind: &EntityKind, address: &str) -> Markup {
    if let Some(address) = allowed_url(address) {
        html! {
            a href=(address) data-kind=(kind.name()) rel="noopener noreferrer nofollow" target="_blank" {}
        }
    } else {
        html! { a data-kind=(kind.name()) {} }
    }
}

/// The address, if its scheme is http, https or mailto: others could run a script or read a file.
pub(super) fn allowed_url(address: &str) -> Option<String> {
    let known = |scheme: &str| {
        address.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme))
    };
    if known("mailto:") {
        return Some(address.to_owned());
    }
    match link::check(address) {
        Ok(link::Link::Url(url)) if url.starts_with("http://") || url.starts_with("https://") => {
            Some(url)
        }
        _ => None,
    }
}

fn closed(kind: &EntityKind) -> &'static str {
    match kind {
        EntityKind::Bold => "</b>",
        EntityKind::Italic => "</i>",
        EntityKind::Underline => "</u>",
        EntityKind::Strikethrough => "</s>",
        EntityKind::Blockquote | EntityKind::ExpandableBlockquote => "</blockquote>",
        EntityKind::Code => "</code>",
        EntityKind::Pre { .. } => "</pre>",
        EntityKind::TextLink { url } if post_link::post_of(url).is_some() => "</span>",
        EntityKind::TextLink { .. } | EntityKind::Url | EntityKind::Email | EntityKind::Mention => {
            "</a>"
        }
        EntityKind::DateTime { .. } => "</time>",
        _ => "</span>",
    }
}
