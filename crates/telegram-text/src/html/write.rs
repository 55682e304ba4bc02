//! Writes a text as escaped HTML from which Telegram's parser reads the same text. It does not normalize.

#[cfg(test)]
mod tests;

use std::fmt::Write as _;

use memchr::memchr3_iter;

use crate::Unsupported;
use crate::event::{Event, events};
use crate::search::ByteClass;
use crate::{Entity, EntityKind, FormattedText, normal};

/// The form's name.
const FORM: &str = "HTML";

/// Capacity in bytes for the tags of each entity: enough for most links.
const TAG_BYTES: usize = 48;

/// Writes `text`, which must be in normal form, as HTML from which [`read`](super::read) makes the same text.
///
/// Entities of the kinds that Telegram finds by itself are written as plain text, since Telegram finds them again. HTML
/// can carry every text in normal form; one whose HTML is longer than
/// [`MARKUP_CHARACTERS`](crate::limits::MARKUP_CHARACTERS) characters must be split first, since Telegram reads no
/// more.
///
/// # Errors
///
/// An entity that is not in normal form: Telegram would not keep its link, id, user or date.
pub fn write(text: &FormattedText) -> Result<String, Unsupported> {
    let mut html = String::with_capacity(text.string.len() + text.entities.len() * TAG_BYTES);
    let mut special = memchr3_iter(b'<', b'>', b'&', text.string.as_bytes()).peekable();
    let mut byte = 0;
    for event in events(text) {
        match event {
            Event::Open(entity) => open(&mut html, entity)?,
            Event::Text(piece) => {
                let (start, end) = (byte, byte + piece.len());
                byte = end;
                let mut rest = piece;
                while let Some(at) = special.next_if(|at| *at < end) {
                    let done = start + piece.len() - rest.len();
                    rest = push_special(&mut html, rest, at - done);
                }
                html.push_str(rest);
            }
            Event::Close(entity) => html.push_str(end_tags(&entity.kind)),
        }
    }
    Ok(html)
}

fn open(html: &mut String, entity: &Entity) -> Result<(), Unsupported> {
    if !entity.kind.is_found() && !normal::is_kept(&entity.kind) {
        let why = "Telegram changes or drops it";
        return Err(Unsupported { form: FORM, entity: entity.clone(), why });
    }
    match &entity.kind {
        EntityKind::Pre { language: Some(language) } => {
            push_tag(html, "<pre><code class=\"language-", language, "\">");
        }
        EntityKind::TextLink { url } => push_tag(html, "<a href=\"", url, "\">"),
        EntityKind::TextMention { user } => {
            push_number(html, "<a href=\"tg://user?id=", *user);
            html.push('>');
        }
        EntityKind::CustomEmoji { custom_emoji_id } => {
            push_tag(html, "<tg-emoji emoji-id=\"", custom_emoji_id, "\">");
        }
        EntityKind::DateTime { unix_time, date_time_format } => {
            push_number(html, "<tg-time unix=\"", *unix_time);
            if date_time_format.is_empty() {
                html.push('>');
            } else {
                push_tag(html, " format=\"", date_time_format, "\">");
            }
        }
        simple => html.push_str(start_tag(simple)),
    }
    Ok(())
}

/// The start tag of a kind without attributes; `None` for the kinds that Telegram finds by itself.
fn start_tag(kind: &EntityKind) -> &'static str {
    match kind {
        EntityKind::Bold => "<b>",
        EntityKind::Italic => "<i>",
        EntityKind::Underline => "<u>",
        EntityKind::Strikethrough => "<s>",
        EntityKind::Spoiler => "<tg-spoiler>",
        EntityKind::Blockquote => "<blockquote>",
        EntityKind::ExpandableBlockquote => "<blockquote expandable>",
        EntityKind::Code => "<code>",
        EntityKind::Pre { .. } => "<pre>",
        _ => "",
    }
}

/// `None` for the kinds that Telegram finds by itself, as in [`start_tag`].
fn end_tags(kind: &EntityKind) -> &'static str {
    match kind {
        EntityKind::Bold => "</b>",
        EntityKind::Italic => "</i>",
        EntityKind::Underline => "</u>",
        EntityKind::Strikethrough => "</s>",
        EntityKind::Spoiler => "</tg-spoiler>",
        EntityKind::Blockquote | EntityKind::ExpandableBlockquote => "</blockquote>",
        EntityKind::Code => "</code>",
        EntityKind::Pre { language: None } => "</pre>",
        EntityKind::Pre { language: Some(_) } => "</code></pre>",
        EntityKind::TextLink { .. } | EntityKind::TextMention { .. } => "</a>",
        EntityKind::CustomEmoji { .. } => "</tg-emoji>",
        EntityKind::DateTime { .. } => "</tg-time>",
        _ => "",
    }
}

/// Writes a tag whose attribute is `value`.
fn push_tag(html: &mut String, before: &str, value: &str, after: &str) {
    html.push_str(before);
    let mut rest = value;
    while let Some(at) = SPECIAL_IN_VALUE.find(rest.as_bytes(), 0) {
        rest = push_special(html, rest, at);
    }
    html.push_str(rest);
    html.push_str(after);
}

/// Writes a tag up to the end of an attribute that is `number`.
fn push_number(html: &mut String, before: &str, number: i64) {
    // Writing to a string cannot fail.
    let _ = write!(html, "{before}{number}\"");
}

const SPECIAL_IN_VALUE: ByteClass = ByteClass::of(b"<>&\"");

/// Writes `text` up to and including the special character at byte `at`, and returns the rest.
fn push_special<'a>(html: &mut String, text: &'a str, at: usize) -> &'a str {
    let Some((before, after)) = text.split_at_checked(at) else { return text };
    let mut after = after.chars();
    html.push_str(before);
    html.push_str(match after.next() {
        Some('<') => "&lt;",
        Some('>') => "&gt;",
        Some('"') => "&quot;",
        _ => "&amp;",
    });
    after.as_str()
}
