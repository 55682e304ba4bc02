//! The differences between the media of two messages, as settings.

use crate::media::shown_bytes;
use crate::message::{Content, FileContent, InputMedia, MediaFile, Request};

/// Digits of a hash that tell two files of the same size apart.
const DIGITS: usize = 8;

/// A file of a message, before and after an edit; at least one of the two exists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MediaChange {
    /// What readers see now.
    pub old: Option<InputMedia>,
    /// What they will see.
    pub new: Option<InputMedia>,
    /// Its place in the message, from 0.
    pub place: usize,
}

impl MediaChange {
    /// Whether the bytes differ, and not only how the file is shown.
    #[must_use]
    pub fn replaces_file(&self) -> bool {
        let content =
            |media: &Option<InputMedia>| media.as_ref().map(|media| media.file.content.clone());
        content(&self.old) != content(&self.new)
    }
}

/// The files that differ.
pub(super) fn changes(old: &Request, new: &Request) -> Vec<MediaChange> {
    let (before, after) = (items(old), items(new));
    let pairs = (0..before.len().max(after.len())).map(|place| MediaChange {
        old: before.get(place).copied().cloned(),
        new: after.get(place).copied().cloned(),
        place,
    });
    pairs.filter(|change| change.old != change.new).collect()
}

/// Whether the caption moves to the other side of the media.
pub(super) fn is_caption_moved(old: &Request, new: &Request) -> bool {
    is_above(old).zip(is_above(new)).is_some_and(|(above, now)| above != now)
}

/// The names of the settings that differ, each with its old and its new value.
pub(super) fn differences(old: &Request, new: &Request) -> Vec<(String, String, String)> {
    let (before, after) = (items(old), items(new));
    let mut found = Vec::new();
    for at in 0..before.len().max(after.len()) {
        let (one, other) = (before.get(at).copied(), after.get(at).copied());
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
    if is_caption_moved(old, new) {
        let (above, now) = (is_above(old) == Some(true), is_above(new) == Some(true));
        let words = |above| if above { "above the media" } else { "below the media" };
        found.push(("caption".to_owned(), words(above).to_owned(), words(now).to_owned()));
    }
    found
}

fn items(request: &Request) -> Vec<&InputMedia> {
    request.content().map(Content::media).unwrap_or_default()
}

fn is_above(request: &Request) -> Option<bool> {
    match request.content()? {
        Content::Media(content) => Some(content.caption.above),
        Content::Album(content) => Some(content.caption.above),
        Content::Text(_) | Content::Poll(_) | Content::Rich(_) => None,
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
