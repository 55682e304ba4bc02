//! Reads the parameters and files of an HTTP request: query, URL-encoded form, multipart or JSON; it knows no method.

use std::collections::BTreeMap;

use axum::body::{self, Bytes};
use axum::extract::{FromRequest, Multipart, Request};
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};

use super::kept_files::KeptFile;
use super::params::Params;
use super::refusal::ApiRefusal;
use super::upload::{UploadedFile, unreadable};
use crate::limits;

/// What a request contains.
#[derive(Default)]
pub(super) struct ReceivedRequest {
    pub(super) params: Params,
    /// By the names of their parts.
    pub(super) files: BTreeMap<String, UploadedFile>,
    /// The bytes of the files, for the page.
    pub(super) kept: Vec<KeptFile>,
}

/// Reads `request` from its query and its body. The content type names the form of the body; without one
/// the body is ignored.
pub(super) async fn read(request: Request) -> Result<ReceivedRequest, ApiRefusal> {
    let mut received = ReceivedRequest::default();
    let params = &mut received.params;
    params.add_form(request.uri().query().unwrap_or("").as_bytes());
    let kind =
        request.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or("");
    let kind = kind.split(';').next().unwrap_or("").trim().to_ascii_lowercase();
    match kind.as_str() {
        "application/json" => {
            let bytes = bytes(request).await?;
            std::str::from_utf8(&bytes).map_err(|_| ApiRefusal::NotUtf8)?;
            params.add_json(&bytes)?;
        }
        "application/x-www-form-urlencoded" => params.add_form(&bytes(request).await?),
        "multipart/form-data" => multipart(request, &mut received).await?,
        _ => {
            bytes(request).await?;
        }
    }
    Ok(received)
}

async fn bytes(request: Request) -> Result<Bytes, ApiRefusal> {
    // `to_bytes` fails past the limit, and when the client disconnects; then no answer is needed.
    body::to_bytes(request.into_body(), limits::SANDBOX_BODY_BYTES)
        .await
        .map_err(|_| ApiRefusal::TooLarge)
}

/// Whether a request may have files.
pub(super) fn is_multipart(request: &Request) -> bool {
    let kind = request.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    kind.is_some_and(|kind| kind.to_ascii_lowercase().starts_with("multipart/form-data"))
}

/// Whether a request is longer than the official server's front accepts. It is answered without being read.
pub(super) fn is_too_large(request: &Request) -> bool {
    let length = request.headers().get(CONTENT_LENGTH).and_then(|length| length.to_str().ok());
    length.and_then(|length| length.parse().ok()) > Some(limits::SANDBOX_UPLOAD_BYTES)
}

async fn multipart(request: Request, received: &mut ReceivedRequest) -> Result<(), ApiRefusal> {
    let mut form = Multipart::from_request(request, &())
        .await
        .map_err(|error| ApiRefusal::Unreadable(error.body_text()))?;
    let mut file_room = limits::SANDBOX_UPLOAD_BYTES;
    let mut text_room = limits::SANDBOX_BODY_BYTES;
    while let Some(mut field) = form.next_field().await.map_err(|error| unreadable(&error))? {
        let name = field.name().unwrap_or("").to_owned();
        if field.file_name().is_some() {
            // Each copy is an open file, so a request has only as many as an album with thumbnails.
            let is_kept = received.files.len() < 2 * limits::ALBUM_ITEMS;
            let (file, kept) = UploadedFile::read(field, &mut file_room, is_kept).await?;
            received.files.insert(name, file);
            received.kept.extend(kept);
            continue;
        }
        let mut bytes = Vec::new();
        while let Some(chunk) = field.chunk().await.map_err(|error| unreadable(&error))? {
            text_room = text_room.checked_sub(chunk.len()).ok_or(ApiRefusal::TooLarge)?;
            bytes.extend_from_slice(&chunk);
        }
        let value = String::from_utf8(bytes).map_err(|_| ApiRefusal::NotUtf8)?;
        received.params.add(name, value);
    }
    Ok(())
}
