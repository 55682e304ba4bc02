//! Files of a message, as the journal stores them. This module opens none.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use telegram_text::{Entity, FormattedText};

use super::is_false;
use super::keyboard::InlineKeyboard;
use super::keyboard::is_empty;
use crate::media::Kind;

/// A file of a message and how Telegram shows it; the Bot API's `InputMedia` without the caption.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct InputMedia {
    /// How it is sent.
    #[serde(rename = "type")]
    pub kind: Kind,
    /// The file.
    pub file: MediaFile,
    /// The preview of a video, animation, audio or document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thumbnail: Option<MediaFile>,
    /// Blurred until a reader taps it.
    #[serde(default, skip_serializing_if = "is_false")]
    pub has_spoiler: bool,
    /// Pixels, of a video or animation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub width: Option<u32>,
    /// Pixels, of a video or animation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub height: Option<u32>,
    /// Seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration: Option<u32>,
    /// Whether a video can play while it loads.
    #[serde(default, skip_serializing_if = "is_false")]
    pub supports_streaming: bool,
    /// The title of audio.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The performer of audio.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub performer: Option<String>,
}

/// A file that is uploaded.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct MediaFile {
    /// Its content.
    #[serde(flatten)]
    pub content: FileContent,
    /// Its size.
    pub bytes: u64,
    /// The name that it is uploaded with. Readers see the name of a document.
    pub name: String,
}

/// What identifies the content of a file.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FileContent {
    /// A placeholder: the path below the posts folder, until the file is hashed. The journal never has one.
    Path(String),
    /// The hash of the bytes.
    Sha256(FileHash),
}

/// The SHA-256 of a file's bytes.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FileHash([u8; 32]);

/// The caption of media. In an album it is the caption of the first item.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Caption {
    /// The text, at most [`crate::limits::CAPTION_UTF16`].
    #[serde(default, rename = "caption", skip_serializing_if = "String::is_empty")]
    pub text: String,
    /// Its entities, in Telegram's normal form.
    #[serde(default, rename = "caption_entities", skip_serializing_if = "Vec::is_empty")]
    pub entities: Vec<Entity>,
    /// Shown above the media.
    #[serde(default, rename = "show_caption_above_media", skip_serializing_if = "is_false")]
    pub above: bool,
}

/// The content of a message with one file, which an edit can change.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct MediaContent {
    /// The file.
    pub media: InputMedia,
    /// The caption.
    #[serde(flatten)]
    pub caption: Caption,
    /// The buttons below it.
    #[serde(default, skip_serializing_if = "is_empty")]
    pub reply_markup: InlineKeyboard,
}

/// The content of an album. Telegram has no buttons below albums.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct AlbumContent {
    /// 2–[`crate::limits::ALBUM_ITEMS`] files.
    pub media: Vec<InputMedia>,
    /// The caption of the first item.
    #[serde(flatten)]
    pub caption: Caption,
}

impl InputMedia {
    /// A file without attributes.
    #[must_use]
    pub fn new(kind: Kind, file: MediaFile) -> Self {
        Self {
            kind,
            file,
            thumbnail: None,
            has_spoiler: false,
            width: None,
            height: None,
            duration: None,
            supports_streaming: false,
            title: None,
            performer: None,
        }
    }

    /// The file and its thumbnail.
    pub fn files(&self) -> impl Iterator<Item = &MediaFile> {
        std::iter::once(&self.file).chain(&self.thumbnail)
    }

    pub(super) fn files_mut(&mut self) -> impl Iterator<Item = &mut MediaFile> {
        std::iter::once(&mut self.file).chain(&mut self.thumbnail)
    }
}

impl MediaContent {
    /// Whether two contents differ, and only in their buttons.
    #[must_use]
    pub fn differs_in_buttons(&self, other: &Self) -> bool {
        let without_buttons = Self { reply_markup: other.reply_markup.clone(), ..self.clone() };
        self != other && without_buttons == *other
    }
}

impl Caption {
    /// The caption with its formatting.
    #[must_use]
    pub fn formatted(&self) -> FormattedText {
        FormattedText { string: self.text.clone(), entities: self.entities.clone() }
    }
}

impl From<FormattedText> for Caption {
    fn from(text: FormattedText) -> Self {
        Self { text: text.string, entities: text.entities, above: false }
    }
}

impl FileHash {
    /// Wraps a SHA-256 digest.
    #[must_use]
    pub fn of_digest(digest: [u8; 32]) -> Self {
        Self(digest)
    }

    /// Parses 64 lower-case hexadecimal digits; `None` for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let is_digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        if text.len() != 64 || !text.bytes().all(is_digit) {
            return None;
        }
        let mut digits = text.chars().filter_map(|digit| digit.to_digit(16));
        let mut digest = [0; 32];
        for byte in &mut digest {
            *byte = u8::try_from(digits.next()? * 16 + digits.next()?).ok()?;
        }
        Some(Self(digest))
    }
}

impl fmt::Display for FileHash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(formatter, "{byte:02x}"))
    }
}

impl fmt::Debug for FileHash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

impl Serialize for FileHash {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for FileHash {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| de::Error::custom("a hash has 64 hexadecimal digits"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn displayed_hash_can_be_parsed() {
        let hash = FileHash::of_digest(std::array::from_fn(|at| u8::try_from(at * 8).unwrap()));
        assert_eq!(FileHash::parse(&hash.to_string()), Some(hash));
        for bad in ["", "00", &"g".repeat(64), &"F".repeat(64), &"0".repeat(65), &"й".repeat(32)] {
            assert_eq!(FileHash::parse(bad), None, "{bad}");
        }
    }
}
