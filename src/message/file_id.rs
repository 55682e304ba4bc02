//! What one `file_id` of Telegram refers to, and the `file_id`s that are known. This module reads neither answers nor the journal.

use std::collections::HashMap;

use serde::Serialize;
use sha2::{Digest, Sha256};

use super::{FileContent, FileHash, InputMedia, NamedFile, Request};
use crate::media::Kind;

/// What Telegram keeps under one `file_id`: the bytes, and everything that a later message cannot change.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct FileKey {
    /// The hash of the bytes.
    pub hash: FileHash,
    /// How the file was sent. Telegram refuses another kind.
    pub kind: Kind,
    /// The hash of the attributes that were uploaded with it, because a title may be long.
    pub attributes: FileHash,
}

/// Attributes of an upload that a message with its `file_id` has too, whatever its own parameters say.
#[derive(Serialize)]
struct Attributes<'m> {
    /// Readers see the names of audio and documents only.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'m str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    thumbnail: Option<FileHash>,
    #[serde(skip_serializing_if = "Option::is_none")]
    width: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    height: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    duration: Option<u32>,
    #[serde(skip_serializing_if = "super::is_false")]
    supports_streaming: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<&'m str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    performer: Option<&'m str>,
}

/// A file on Telegram's servers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileId {
    /// The id by which one bot sends it again.
    pub file_id: String,
    /// The id that is the same for every bot, and in every message with this file.
    pub unique_id: Option<String>,
}

/// The known `file_id`s of one bot.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileIds(HashMap<FileKey, FileId>);

/// What an answer says about `file_id`s.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileIdChanges {
    /// Files that Telegram keeps now.
    pub learned: Vec<(FileKey, FileId)>,
    /// Files whose `file_id` Telegram refuses. The request had no effect.
    pub stale: Vec<FileKey>,
    /// Files that were sent by their `file_id` in a request that was refused with other words. A retry uploads them.
    pub suspect: Vec<FileKey>,
}

impl FileIdChanges {
    /// Whether the answer says nothing about them.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.learned.is_empty() && self.stale.is_empty() && self.suspect.is_empty()
    }
}

impl FileIds {
    /// Adds a file.
    pub fn insert(&mut self, key: FileKey, id: FileId) {
        self.0.insert(key, id);
    }

    /// The file of an item, if Telegram has it.
    #[must_use]
    pub fn of(&self, media: &InputMedia) -> Option<&FileId> {
        self.0.get(&media.file_key()?)
    }
}

impl InputMedia {
    /// What its `file_id` refers to; `None` while its bytes are known only by a path.
    #[must_use]
    pub fn file_key(&self) -> Option<FileKey> {
        let hash = |content: &FileContent| match content {
            FileContent::Sha256(hash) => Some(*hash),
            FileContent::Path(_) => None,
        };
        let has_name = matches!(self.kind, Kind::Audio | Kind::Document);
        let thumbnail = match &self.thumbnail {
            Some(thumbnail) => Some(hash(&thumbnail.content)?),
            None => None,
        };
        let attributes = Attributes {
            name: has_name.then_some(self.file.name.as_str()),
            thumbnail,
            width: self.width,
            height: self.height,
            duration: self.duration,
            supports_streaming: self.supports_streaming,
            title: self.title.as_deref(),
            performer: self.performer.as_deref(),
        };
        let digest = Sha256::digest(serde_json::to_vec(&attributes).ok()?);
        let attributes = FileHash::of_digest(digest.into());
        Some(FileKey { hash: hash(&self.file.content)?, kind: self.kind, attributes })
    }
}

impl Request {
    /// The files that the request uploads when these are known, in order. A known file needs no thumbnail either.
    pub fn uploaded_files(&self, known: &FileIds) -> impl Iterator<Item = NamedFile<'_>> {
        self.files().filter(|named| known.of(named.media).is_none())
    }

    /// What the `file_id`s of its files refer to.
    #[must_use]
    pub fn file_keys(&self) -> Vec<FileKey> {
        self.sent_media().into_iter().filter_map(|(_, media)| media.file_key()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::MediaFile;

    fn media(kind: Kind) -> InputMedia {
        let content = FileContent::Sha256(FileHash::of_digest([7; 32]));
        InputMedia::new(kind, MediaFile { content, bytes: 9, name: "a.bin".to_owned() })
    }

    fn with_thumbnail(digest: u8) -> InputMedia {
        let content = FileContent::Sha256(FileHash::of_digest([digest; 32]));
        let thumbnail = Some(MediaFile { content, bytes: 1, name: "t.jpg".to_owned() });
        InputMedia { thumbnail, ..media(Kind::Video) }
    }

    #[test]
    fn key_has_what_is_baked_into_an_upload_and_nothing_else() {
        let renamed = |kind| {
            let mut media = media(kind);
            media.file.name = "b.bin".to_owned();
            media
        };
        let video = || media(Kind::Video);
        let rows = [
            (media(Kind::Document), renamed(Kind::Document), false),
            (media(Kind::Photo), renamed(Kind::Photo), true),
            (media(Kind::Photo), InputMedia { has_spoiler: true, ..media(Kind::Photo) }, true),
            (media(Kind::Photo), media(Kind::Document), false),
            (video(), InputMedia { width: Some(9), ..video() }, false),
            (video(), InputMedia { duration: Some(9), ..video() }, false),
            (video(), InputMedia { supports_streaming: true, ..video() }, false),
            (video(), with_thumbnail(1), false),
            (with_thumbnail(1), with_thumbnail(2), false),
            (
                media(Kind::Audio),
                InputMedia { title: Some("a".into()), ..media(Kind::Audio) },
                false,
            ),
        ];
        for (one, other, is_same) in rows {
            assert_eq!(one.file_key() == other.file_key(), is_same, "{one:?} {other:?}");
            assert!(one.file_key().is_some());
        }
        let mut path = media(Kind::Photo);
        path.file.content = FileContent::Path("a.jpg".to_owned());
        assert_eq!(path.file_key(), None);
    }
}
