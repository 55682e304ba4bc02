//! The differences between the media of two messages, as settings.

use crate::media::shown_bytes;
use crate::message::{Content, FileContent, InputMedia, MediaFile, Request};

/// Digits of a hash that tell two files of the same size apart.
const DIGITS: usize = 8;

/// A file of a message before and after an edit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReplacedMedia {
    /// The published file; `None` if the edit adds one.
    pub before: Option<InputMedia>,
    /// The file in the newsroom; `None` if the edit removes one.
    pub after: Option<InputMedia>,
    /// Its place in the message, from 0.
    pub place: usize,
}

/// The files whose content differs.
pub(super) fn replaced(old: &Request, new: &Request) -> Vec<ReplacedMedia> {
    let (before, after) = (items(old), items(new));
    let pairs = (0..before.len().max(after.len())).map(|place| ReplacedMedia {
        before: before.get(place).cloned(),
        after: after.get(place).cloned(),
        place,
    });
    let content =
        |media: &Option<InputMedia>| media.as_ref().map(|media| media.file.content.clone());
    pairs.filter(|pair| content(&pair.before) != content(&pair.after)).collect()
}

/// The names of the settings that differ, each with its old and its new value.
pub(super) fn differences(old: &Request, new: &Request) -> Vec<(String, String, String)> {
    let (before, after) = (items(old), items(new));
    let mut found = Vec::new();
    for at in 0..before.len().max(after.len()) {
        let (one, other) = (before.get(at), after.get(at));
        if one == other {
            continue;
        }
        let noun = other.or(one).map_or("media", |media| media.kind.name());
        let verb = match (one, other) {
            (None, _) => "added",
            (_, None) => "removed",
            _ => "replaced",
        };
        let place = match before.len().max(after.len()) {
            1 => String::new(),
            total => format!(" {} of {total}", at + 1),
        };
        let words = |item: Option<&InputMedia>| item.map_or_else(|| "none".to_owned(), described);
        found.push((format!("{verb} {noun}{place}"), words(one), words(other)));
    }
    if let (Some(above), Some(now)) = (is_above(old), is_above(new))
        && above != now
    {
        let words = |above| if above { "above the media" } else { "below the media" };
        found.push(("caption".to_owned(), words(above).to_owned(), words(now).to_owned()));
    }
    found
}

fn items(request: &Request) -> &[InputMedia] {
    request.content().map(Content::media).unwrap_or_default()
}

fn is_above(request: &Request) -> Option<bool> {
    match request.content()? {
        Content::Media(content) => Some(content.caption.above),
        Content::Album(content) => Some(content.caption.above),
        Content::Text(_) | Content::Poll(_) => None,
    }
}

fn described(media: &InputMedia) -> String {
    let mut words = vec![media.kind.name().to_owned(), file(&media.file)];
    words
        .extend(media.thumbnail.as_ref().map(|thumbnail| format!("thumbnail {}", file(thumbnail))));
    words.extend(media.has_spoiler.then(|| "spoiler".to_owned()));
    words.extend(media.title.clone());
    words.extend(media.performer.clone());
    words.join(", ")
}

fn file(file: &MediaFile) -> String {
    let content = match &file.content {
        FileContent::Path(path) => path.clone(),
        FileContent::Sha256(hash) => hash.to_string().chars().take(DIGITS).collect(),
    };
    format!("{} {} ({content})", file.name, shown_bytes(file.bytes))
}
