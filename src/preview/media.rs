//! The files that the pages show: their addresses, and the bytes for a request. A file is found by its content and never by a path
//! from a request.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::fs;
use crate::http::{KeyedFile, MediaKeys, SentFile};
use crate::limits;
use crate::media::{self, Format};
use crate::message::{FileContent, MediaFile};
use crate::newsroom::Newsroom;
use crate::page::{MediaLinks, MediaVersion};
use crate::spool::Spool;

/// The addresses of the files, relative to any page.
pub(super) struct PageLinks<'p> {
    pub(super) keys: &'p MediaKeys,
    pub(super) spool: &'p Spool,
}

impl MediaLinks for PageLinks<'_> {
    fn address(
        &self,
        file: &MediaFile,
        version: MediaVersion,
        name: Option<&str>,
    ) -> Option<String> {
        let FileContent::Sha256(hash) = file.content else { return None };
        let is_published = version == MediaVersion::Published;
        if is_published && !self.spool.contains(hash) {
            return None;
        }
        let name = name.map(str::to_owned);
        let key = self.keys.key(KeyedFile { hash, is_published, name })?;
        Some(format!("media/{key}"))
    }
}

/// Opens a file that a page shows; `None` if no file has its content any more.
pub(super) fn open(file: KeyedFile, newsroom: &Newsroom, spool: &Spool) -> Option<SentFile> {
    let KeyedFile { hash, is_published, name } = file;
    let (file, stamp) = if is_published {
        (spool.open(hash).ok()?, None)
    } else {
        newsroom.open_unchanged(hash)?
    };
    Some(SentFile { file: Arc::new(file), hash, stamp, name })
}

/// The pictures of a saved page, which contains their bytes. Videos, audio and documents have no address there.
pub struct EmbeddedPictures<'n>(pub &'n Newsroom);

impl MediaLinks for EmbeddedPictures<'_> {
    fn address(&self, file: &MediaFile, _: MediaVersion, name: Option<&str>) -> Option<String> {
        let FileContent::Sha256(hash) = file.content else { return None };
        if name.is_some() || file.bytes > limits::PHOTO_BYTES {
            return None;
        }
        let (open, _) = self.0.open_unchanged(hash)?;
        let kind = match media::probe(&mut &open, file.bytes).ok()?.format {
            Format::Jpeg => "image/jpeg",
            Format::Png => "image/png",
            Format::Gif => "image/gif",
            _ => return None,
        };
        let mut bytes = vec![0; usize::try_from(file.bytes).ok()?];
        fs::read_at(&open, &mut bytes, 0).ok().filter(|read| *read == bytes.len())?;
        Some(format!("data:{kind};base64,{}", STANDARD.encode(bytes)))
    }
}
