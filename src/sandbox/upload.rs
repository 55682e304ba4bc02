//! The files of a multipart request: counted and hashed. The first bytes, which have the headers, stay in memory; all bytes are
//! copied for the page.

use std::io::{self, Cursor, Read as _};

use axum::body::Bytes;
use axum::extract::multipart::{Field, MultipartError};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::kept_files::{ArrivingCopy, KeptFile};
use super::refusal::ApiRefusal;
use crate::fs::File;
use crate::limits;
use crate::media::{self, Probe};
use crate::message::FileHash;

/// Bytes of a local file that are read at a time.
const BLOCK: usize = 64 * 1024;

/// A file that came with a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct UploadedFile {
    /// The name in its part's header, decoded.
    pub name: String,
    /// How long it is.
    pub bytes: u64,
    /// The hash of its content.
    pub sha256: FileHash,
    #[serde(skip)]
    head: Bytes,
}

impl UploadedFile {
    /// Reads a part; `room` is how many bytes the request may still have. Its bytes are copied if the page may show them.
    pub(super) async fn read(
        mut field: Field<'_>,
        room: &mut u64,
        is_kept: bool,
    ) -> Result<(Self, Option<KeptFile>), ApiRefusal> {
        let mut arriving = ArrivingFile::new(is_kept);
        let name = decoded(field.file_name().unwrap_or_default());
        while let Some(chunk) = field.chunk().await.map_err(|error| unreadable(&error))? {
            let length = u64::try_from(chunk.len()).unwrap_or(u64::MAX);
            *room = room.checked_sub(length).ok_or(ApiRefusal::TooLarge)?;
            arriving.add(&chunk);
        }
        Ok(arriving.done(name))
    }

    /// Reads a file of this machine.
    pub(super) fn read_local(name: &str, mut file: File) -> io::Result<(Self, Option<KeptFile>)> {
        let mut arriving = ArrivingFile::new(true);
        let mut block = vec![0; BLOCK];
        loop {
            let count = file.read(&mut block)?;
            if count == 0 {
                return Ok(arriving.done(name.to_owned()));
            }
            arriving.add(block.get(..count).unwrap_or_default());
        }
    }

    #[cfg(test)]
    pub(super) fn of(name: &str, content: &[u8]) -> Self {
        let sha256 = FileHash::of_digest(Sha256::digest(content).into());
        let bytes = u64::try_from(content.len()).unwrap();
        Self { name: name.to_owned(), bytes, sha256, head: content.to_vec().into() }
    }

    /// What its headers say; `None` if they cannot be read.
    pub(super) fn probe(&self) -> Option<Probe> {
        media::probe(&mut Cursor::new(&self.head), self.bytes).ok()
    }
}

/// A file of which a part has been read.
struct ArrivingFile {
    copy: ArrivingCopy,
    digest: Sha256,
    head: Vec<u8>,
    bytes: u64,
}

impl ArrivingFile {
    fn new(is_kept: bool) -> Self {
        let copy = ArrivingCopy::new(is_kept);
        Self { copy, digest: Sha256::new(), head: Vec::new(), bytes: 0 }
    }

    fn add(&mut self, block: &[u8]) {
        self.bytes = self.bytes.saturating_add(u64::try_from(block.len()).unwrap_or(u64::MAX));
        self.digest.update(block);
        self.copy.add(block);
        let wanted = limits::SANDBOX_FILE_HEAD.saturating_sub(self.head.len()).min(block.len());
        self.head.extend_from_slice(block.get(..wanted).unwrap_or_default());
    }

    fn done(self, name: String) -> (UploadedFile, Option<KeptFile>) {
        let Self { copy, digest, head, bytes } = self;
        let sha256 = FileHash::of_digest(digest.finalize().into());
        (UploadedFile { name, bytes, sha256, head: head.into() }, copy.done(sha256, bytes))
    }
}

/// A file name as the official server reads it: percent signs are decoded (TDLib `HttpReader`).
fn decoded(name: &str) -> String {
    let plus = name.replace('+', "%2B");
    let pair = format!("n={}", plus.replace('&', "%26"));
    let mut pairs = url::form_urlencoded::parse(pair.as_bytes());
    pairs.next().map_or_else(String::new, |(_, name)| name.into_owned())
}

pub(super) fn unreadable(error: &MultipartError) -> ApiRefusal {
    match error.status().as_u16() {
        413 => ApiRefusal::TooLarge,
        _ => ApiRefusal::Unreadable(error.body_text()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::escape_file_name;

    #[test]
    fn escaped_name_is_decoded() {
        for name in ["report.pdf", "100 % & +.pdf", "Отчёт «№ 1».pdf", "a\"b\\c.pdf"] {
            assert_eq!(decoded(&escape_file_name(name)), name);
        }
    }
}
