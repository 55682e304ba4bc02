//! The uploaded files that the sandbox's page shows: their addresses, and their bytes.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse, Response};

use super::Inner;
use super::api::ApiState;
use super::kept_files::KeptFiles;
use super::media::PostedMedia;
use crate::http::{KeyedFile, MediaKeys, SentFile};
use crate::media::{Kind, Size};
use crate::message::FileHash;
use crate::page::media::is_gif;
use crate::page::{MediaFacts, ShownFile};

/// Gives the page the addresses of uploaded files.
pub(super) struct PostedLinks<'i> {
    kept: &'i KeptFiles,
    keys: &'i MediaKeys,
}

impl<'i> PostedLinks<'i> {
    pub(super) fn of(inner: &'i Inner) -> Self {
        Self { kept: &inner.kept, keys: &inner.keys }
    }

    /// The file of a message as the page shows it.
    pub(super) fn shown<'m>(&self, media: &'m PostedMedia) -> ShownFile<'m> {
        let name = media.file_name.as_deref();
        let saved = name.filter(|_| media.kind == Kind::Document);
        let size = Size { width: media.width, height: media.height };
        ShownFile {
            kind: media.kind,
            name: name.filter(|_| media.kind.shows_name()),
            bytes: media.bytes,
            facts: MediaFacts {
                size: Some(size).filter(|size| size.width > 0 && size.height > 0),
                seconds: Some(media.duration).filter(|seconds| *seconds > 0),
            },
            tags: [media.title.as_deref(), media.performer.as_deref()],
            has_spoiler: media.has_spoiler,
            is_gif: name.is_some_and(is_gif),
            address: self.address(media.sha256, saved),
            thumbnail: media.thumbnail.and_then(|hash| self.address(hash, None)),
        }
    }

    fn address(&self, hash: FileHash, name: Option<&str>) -> Option<String> {
        self.kept.find(hash)?;
        let name = name.map(str::to_owned);
        let key = self.keys.key(KeyedFile { hash, is_published: true, name })?;
        Some(format!("/sandbox/media/{key}"))
    }
}

/// `GET /sandbox/media/{key}`: the bytes of an uploaded file that the page shows.
pub(super) async fn file(
    State(api): State<ApiState>,
    Path(key): Path<String>,
    method: Method,
    headers: HeaderMap,
) -> Response {
    let found = api.sandbox.with(|inner, _| {
        let KeyedFile { hash, name, .. } = inner.keys.find(&key)?;
        Some(SentFile { file: inner.kept.find(hash)?, hash, stamp: None, name })
    });
    match found {
        Some(file) => file.respond(&method, &headers),
        None => (StatusCode::NOT_FOUND, "The sandbox has no such file.\n").into_response(),
    }
}
