//! The files of a multipart request: counted and hashed. The first bytes, which have the headers, stay in memory; all bytes are
//! copied for the page.

use std::io::Cursor;

use axum::body::Bytes;
use axum::extract::multipart::{Field, MultipartError};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::kept_files::{ArrivingCopy, KeptFile};
use super::refusal::ApiRefusal;
use crate::limits;
use crate::media::{self, Probe};
use crate::message::FileHash;

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
        let mut copy = ArrivingCopy::new(is_kept);
        let name = decoded(field.file_name().unwrap_or_default());
        let mut digest = Sha256::new();
        let (mut head, mut bytes) = (Vec::new(), 0_u64);
        while let Some(chunk) = field.chunk().await.map_err(|error| unreadable(&error))? {
            let length = u64::try_from(chunk.len()).unwrap_or(u64::MAX);
            *room = room.checked_sub(length).ok_or(ApiRefusal::TooLarge)?;
            bytes += length;
            digest.update(&chunk);
            copy.add(&chunk);
            let wanted = limits::SANDBOX_FILE_HEAD.saturating_sub(head.len()).min(chunk.len());
            head.extend_from_slice(chunk.get(..wanted).unwrap_or_default());
        }
        let sha256 = FileHash::of_digest(digest.finalize().into());
        Ok((Self { name, bytes, sha256, head: head.into() }, copy.done(sha256, bytes)))
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
