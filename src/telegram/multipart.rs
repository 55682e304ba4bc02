//! The body of a request that uploads files: `multipart/form-data` with an exact length. It sends nothing.

use std::io::{self, Read};

use bytes::Bytes;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use thiserror::Error;
use tokio::sync::mpsc;

use crate::fs::File;
use crate::media::escape_file_name;
use crate::message::FileHash;
use crate::random;

/// How many bytes of a file are in memory at a time.
const CHUNK: usize = 64 * 1024;

/// A file of the body.
pub(super) struct FormFile {
    /// The name of its part.
    pub(super) part: String,
    /// The name that Telegram sees.
    pub(super) name: String,
    /// How long it is.
    pub(super) bytes: u64,
    /// The hash of its content.
    pub(super) hash: FileHash,
    /// Its content.
    pub(super) file: File,
}

/// The body, before it is sent.
pub(super) struct Multipart {
    boundary: String,
    segments: Vec<Segment>,
    length: u64,
}

enum Segment {
    Bytes(Vec<u8>),
    File(FormFile),
}

impl Multipart {
    /// A body with these parameters and files. Parameters that are not strings are JSON, as the Bot API reads them.
    pub(super) fn new(params: &Map<String, Value>, files: Vec<FormFile>) -> Self {
        let boundary = format!("telepress-{:016x}{:016x}", random::number(), random::number());
        let mut form = Self { boundary, segments: Vec::new(), length: 0 };
        for (name, value) in params {
            let value = match value {
                Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            form.add_text(format!(
                "--{}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n",
                form.boundary
            ));
        }
        for file in files {
            form.add_text(format!(
                "--{}\r\nContent-Disposition: form-data; name=\"{}\"; filename=\"{}\"\r\n\
                 Content-Type: application/octet-stream\r\n\r\n",
                form.boundary,
                file.part,
                escape_file_name(&file.name)
            ));
            form.length = form.length.saturating_add(file.bytes);
            form.segments.push(Segment::File(file));
            form.add_text("\r\n".to_owned());
        }
        form
    }

    fn add_text(&mut self, text: String) {
        self.length = self.length.saturating_add(length(text.as_bytes()));
        match self.segments.last_mut() {
            Some(Segment::Bytes(bytes)) => bytes.extend_from_slice(text.as_bytes()),
            _ => self.segments.push(Segment::Bytes(text.into_bytes())),
        }
    }

    /// The value of the `Content-Type` header.
    pub(super) fn content_type(&self) -> String {
        format!("multipart/form-data; boundary={}", self.boundary)
    }

    /// The last bytes of the body. Without them the server has no complete request.
    pub(super) fn end(&self) -> Bytes {
        format!("--{}--\r\n", self.boundary).into()
    }

    /// The exact length of the body.
    pub(super) fn length(&self) -> u64 {
        self.length.saturating_add(length(&self.end()))
    }

    /// Passes everything but the end to `chunks`, on a thread that may block. Stops at an error, and when the receiver is gone.
    pub(super) fn read(self, chunks: &mpsc::Sender<io::Result<Bytes>>) {
        for segment in self.segments {
            let is_received = match segment {
                Segment::Bytes(bytes) => chunks.blocking_send(Ok(bytes.into())).is_ok(),
                Segment::File(file) => match read_file(file, chunks) {
                    Ok(is_received) => is_received,
                    Err(error) => {
                        // Without a receiver the upload has ended already.
                        let _ = chunks.blocking_send(Err(error));
                        false
                    }
                },
            };
            if !is_received {
                return;
            }
        }
    }
}

/// A file whose bytes are not the frozen ones any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the frozen bytes of {0} have changed")]
pub(super) struct DamagedFile(pub(super) FileHash);

/// Passes on the content of a file; returns whether it was received. Content that is not what was frozen is an error
/// ([`DamagedFile`]), so the body remains incomplete and nothing is published.
fn read_file(form: FormFile, chunks: &mpsc::Sender<io::Result<Bytes>>) -> io::Result<bool> {
    let mut content = form.file.take(form.bytes);
    let mut digest = Sha256::new();
    let mut total = 0;
    loop {
        let mut chunk = vec![0; CHUNK];
        let count = match content.read(&mut chunk) {
            Ok(0) => break,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            read => read?,
        };
        chunk.truncate(count);
        digest.update(&chunk);
        total += length(&chunk);
        if chunks.blocking_send(Ok(chunk.into())).is_err() {
            return Ok(false);
        }
    }
    if total != form.bytes || FileHash::of_digest(digest.finalize().into()) != form.hash {
        return Err(io::Error::new(io::ErrorKind::InvalidData, DamagedFile(form.hash)));
    }
    Ok(true)
}

pub(super) fn length(bytes: &[u8]) -> u64 {
    u64::try_from(bytes.len()).unwrap_or(u64::MAX)
}
