//! The media of a post in words: kinds, sizes, and what an edit replaces. It opens no file.

use super::language::Language;
use super::reply::{MessageBuilder, Span};
use super::text::Text;
use crate::media::{ByteUnit, Kind, scaled_bytes};
use crate::message::{Content, InputMedia};
use crate::outbox::NewPart;
use crate::plan::Diff;

/// Adds a line for each file that an edit replaces or adds, with the kind and size before and after.
pub(super) fn say_changes(reply: &mut MessageBuilder, diff: &Diff) {
    let language = reply.language();
    for change in diff.media() {
        let words = |media: &InputMedia| Span::plain(described(media, language));
        let Some(new) = &change.new else { continue };
        match &change.old {
            Some(old) if old.file.content == new.file.content && old.kind == new.kind => {
                reply.line(Text::MediaOptions, &[("new", words(new))]);
            }
            Some(old) => {
                reply.line(Text::MediaReplaced, &[("old", words(old)), ("new", words(new))]);
            }
            None => {
                reply.line(Text::MediaAdded, &[("new", words(new))]);
            }
        }
    }
    if diff.is_caption_moved() {
        reply.line(Text::CaptionMoves, &[]);
    }
}

/// The kinds and sizes of all files of a post; `None` if it has none.
pub(super) fn all(parts: &[NewPart], language: Language) -> Option<String> {
    let contents = parts.iter().filter_map(|part| part.request.content());
    let media: Vec<_> =
        contents.flat_map(Content::media).map(|media| described(media, language)).collect();
    (!media.is_empty()).then(|| media.join(", "))
}

/// `photo 2.4 MB`
fn described(media: &InputMedia, language: Language) -> String {
    let kind = match media.kind {
        Kind::Photo => Text::Photo,
        Kind::Video => Text::Video,
        Kind::Animation => Text::Animation,
        Kind::Audio => Text::Audio,
        Kind::Document => Text::Document,
    };
    format!("{} {}", kind.of(language), size(media.file.bytes, language))
}

/// A size with its unit.
pub(super) fn size(bytes: u64, language: Language) -> String {
    let (amount, unit) = scaled_bytes(bytes);
    let unit = match unit {
        ByteUnit::Bytes => Text::Bytes,
        ByteUnit::Kilobytes => Text::Kilobytes,
        ByteUnit::Megabytes => Text::Megabytes,
        ByteUnit::Gigabytes => Text::Gigabytes,
    };
    MessageBuilder::plain(language, unit, &[("amount", Span::Plain(amount))])
}
