//! Sends an open file: all of it or one range, block by block. It knows no path, and decides by the bytes what a browser may do
//! with them.

use std::io;
use std::ops::Range;
use std::sync::Arc;

use axum::body::Body;
use axum::http::header::{
    ACCEPT_RANGES, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_RANGE,
    CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, IF_RANGE, RANGE, REFERRER_POLICY,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::stream;

use super::range::{Requested, requested};
use crate::fs::{self, File, Stamp};
use crate::limits;
use crate::media::{self, Format};
use crate::message::FileHash;

/// A file to send.
#[derive(Debug)]
pub struct SentFile {
    /// The open file.
    pub file: Arc<File>,
    /// The hash of its content.
    pub hash: FileHash,
    /// The stamp with which it has this content; `None` for telepress's own files, whose content never changes.
    pub stamp: Option<Stamp>,
    /// The name under which a browser saves it; `None` for a file that a page shows.
    pub name: Option<String>,
}

/// The policy of a file that is opened as a page of its own: it may load and run nothing, and its origin is not the server's.
const POLICY: &str = "default-src 'none'; sandbox; frame-ancestors 'none'";

/// The type of a file that a document is, and of a file with bytes that a browser could run or that no page shows.
const DOWNLOAD: &str = "application/octet-stream";

impl SentFile {
    /// The response to a request for the file.
    #[must_use]
    pub fn respond(self, method: &Method, headers: &HeaderMap) -> Response {
        let Ok(metadata) = self.file.metadata() else {
            return StatusCode::INTERNAL_SERVER_ERROR.into_response();
        };
        let length = metadata.len();
        let asked =
            if method == Method::GET { self.asked(headers, length) } else { Requested::Whole };
        let (status, range) = match asked {
            Requested::Whole => (StatusCode::OK, 0..length),
            Requested::Part(range) => (StatusCode::PARTIAL_CONTENT, range),
            Requested::Unsatisfiable => (StatusCode::RANGE_NOT_SATISFIABLE, 0..0),
        };
        let mut response = Response::new(Body::empty());
        *response.status_mut() = status;
        self.describe(response.headers_mut(), length);
        let mut put = |name: HeaderName, value: String| {
            if let Ok(value) = HeaderValue::from_str(&value) {
                response.headers_mut().insert(name, value);
            }
        };
        match status {
            StatusCode::PARTIAL_CONTENT => {
                let last = range.end.saturating_sub(1);
                put(CONTENT_RANGE, format!("bytes {}-{last}/{length}", range.start));
            }
            StatusCode::RANGE_NOT_SATISFIABLE => put(CONTENT_RANGE, format!("bytes */{length}")),
            _ => {}
        }
        put(CONTENT_LENGTH, (range.end - range.start).to_string());
        if method != Method::HEAD && !range.is_empty() {
            *response.body_mut() = self.body(range);
        }
        response
    }

    /// The bytes that the headers ask for. A range of another version (`If-Range`) is ignored.
    fn asked(&self, headers: &HeaderMap, length: u64) -> Requested {
        let single = |name: HeaderName| {
            let mut values = headers.get_all(name).iter();
            let first = values.next().filter(|_| values.next().is_none())?;
            first.to_str().ok()
        };
        let is_same = !headers.contains_key(IF_RANGE)
            || single(IF_RANGE).is_some_and(|version| version == self.tag());
        match single(RANGE) {
            Some(range) if is_same => requested(range, length),
            _ => Requested::Whole,
        }
    }

    fn tag(&self) -> String {
        format!("\"{}\"", self.hash)
    }

    fn describe(&self, headers: &mut HeaderMap, length: u64) {
        let shown = self.shown_type(length).filter(|_| self.name.is_none());
        let fixed = [
            (CONTENT_TYPE, shown.unwrap_or(DOWNLOAD)),
            (ACCEPT_RANGES, "bytes"),
            (CONTENT_SECURITY_POLICY, POLICY),
            (X_CONTENT_TYPE_OPTIONS, "nosniff"),
            (REFERRER_POLICY, "no-referrer"),
            (CACHE_CONTROL, "no-store"),
            (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        ];
        for (name, value) in fixed {
            headers.insert(name, HeaderValue::from_static(value));
        }
        let name = self.name.as_deref().or(shown.is_none().then_some("file"));
        let disposition = name.map(disposition);
        for (name, value) in [(ETAG, Some(self.tag())), (CONTENT_DISPOSITION, disposition)] {
            if let Some(value) = value.and_then(|value| HeaderValue::from_str(&value).ok()) {
                headers.insert(name, value);
            }
        }
    }

    /// The type of a picture, a video or sound; `None` for everything else. The file's name decides nothing.
    fn shown_type(&self, length: u64) -> Option<&'static str> {
        let probe = media::probe(&mut &*self.file, length).ok()?;
        Some(match probe.format {
            Format::Jpeg => "image/jpeg",
            Format::Png => "image/png",
            Format::Gif => "image/gif",
            Format::WebP => "image/webp",
            Format::Mp4 => "video/mp4",
            Format::QuickTime => "video/quicktime",
            Format::Mp3 => "audio/mpeg",
            Format::M4a => "audio/mp4",
            Format::Ogg => "audio/ogg",
            _ => return None,
        })
    }

    /// The bytes of a range. The last ones are sent only if the file has not changed meanwhile; otherwise the connection is
    /// closed before them, so that a client never takes a mixture of two versions for a file.
    fn body(self, range: Range<u64>) -> Body {
        let Self { file, stamp, .. } = self;
        let next = move |mut left: Range<u64>| {
            let (file, stamp) = (Arc::clone(&file), stamp);
            async move {
                if left.is_empty() {
                    return Ok(None);
                }
                let start = left.start;
                let wanted = usize::try_from(left.end - start).unwrap_or(usize::MAX);
                let wanted = wanted.min(limits::HTTP_FILE_BLOCK);
                left.start += u64::try_from(wanted).unwrap_or(u64::MAX);
                let is_last = left.is_empty();
                let read = move || block(&file, start, wanted, stamp.filter(|_| is_last));
                let block = tokio::task::spawn_blocking(read).await??;
                Ok::<_, io::Error>(Some((block, left)))
            }
        };
        Body::from_stream(stream::try_unfold(range, next))
    }
}

/// Exactly `count` bytes of a file, which must still have this stamp.
fn block(file: &File, start: u64, count: usize, stamp: Option<Stamp>) -> io::Result<Bytes> {
    let mut block = vec![0; count];
    if fs::read_at(file, &mut block, start)? < count {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    if stamp.is_some() && Stamp::of_file(file) != stamp {
        return Err(io::ErrorKind::InvalidData.into());
    }
    Ok(block.into())
}

/// A `Content-Disposition` that saves a file under this name (RFC 6266).
fn disposition(name: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
    let encoded = name.bytes().map(|byte| match byte {
        _ if is_plain(byte) => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    });
    let encoded: String = encoded.collect();
    format!("attachment; filename*=UTF-8''{encoded}")
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use axum::body::to_bytes;

    use super::*;

    fn sent(content: &[u8], name: Option<&str>) -> (File, SentFile) {
        let mut file = fs::unnamed().unwrap();
        file.write_all(content).unwrap();
        let (hash, stamp) = (FileHash::of_digest([7; 32]), Stamp::of_file(&file));
        let copy = file.try_clone().unwrap();
        (copy, SentFile { file: Arc::new(file), hash, stamp, name: name.map(str::to_owned) })
    }

    fn header(response: &Response, name: HeaderName) -> String {
        let value = response.headers().get(name);
        value.map_or_else(String::new, |value| value.to_str().unwrap().to_owned())
    }

    #[test]
    fn bytes_decide_the_type_and_a_document_is_only_saved() {
        for (content, name, kind, saved) in [
            (b"\xFF\xD8\xFF\xE0".as_slice(), None, "image/jpeg", ""),
            (b"GIF89a\x01\0\x01\0\0\0\0;", None, "image/gif", ""),
            (b"<svg onload='alert(1)'>", None, DOWNLOAD, "attachment; filename*=UTF-8''file"),
            (b"<!doctype html><script>", None, DOWNLOAD, "attachment; filename*=UTF-8''file"),
            (b"\xFF\xD8\xFF\xE0", Some("a.html"), DOWNLOAD, "attachment; filename*=UTF-8''a.html"),
            (
                b"%PDF-1.7",
                Some("Отчёт \"1\".pdf"),
                DOWNLOAD,
                "attachment; filename*=UTF-8''%D0%9E%D1%82%D1%87%D1%91%D1%82%20%221%22.pdf",
            ),
        ] {
            let response = sent(content, name).1.respond(&Method::GET, &HeaderMap::new());
            let found = [header(&response, CONTENT_TYPE), header(&response, CONTENT_DISPOSITION)];
            assert_eq!(found, [kind, saved], "{name:?}");
            assert_eq!(header(&response, X_CONTENT_TYPE_OPTIONS), "nosniff");
            assert!(header(&response, CONTENT_SECURITY_POLICY).contains("sandbox"));
        }
    }

    #[tokio::test]
    async fn range_is_sent_only_of_the_same_version_and_only_for_get() {
        let content: Vec<u8> = (0..=255).cycle().take(300_000).collect();
        let tag = sent(b"", None).1.tag();
        for (method, range, version, status, expected) in [
            (Method::GET, None, None, 200, 0..300_000),
            (Method::GET, Some("bytes=5-9"), None, 206, 5..10),
            (Method::GET, Some("bytes=-200000"), None, 206, 100_000..300_000),
            (Method::GET, Some("bytes=5-9"), Some(tag.as_str()), 206, 5..10),
            (Method::GET, Some("bytes=5-9"), Some("\"other\""), 200, 0..300_000),
            (Method::GET, Some("bytes=300000-"), None, 416, 0..0),
            (Method::HEAD, Some("bytes=5-9"), None, 200, 0..0),
        ] {
            let mut headers = HeaderMap::new();
            for (name, value) in [(RANGE, range), (IF_RANGE, version)] {
                if let Some(value) = value {
                    headers.insert(name, value.parse().unwrap());
                }
            }
            let response = sent(&content, None).1.respond(&method, &headers);
            assert_eq!(response.status(), status, "{range:?}");
            if status == 206 {
                let shown = format!("bytes {}-{}/300000", expected.start, expected.end - 1);
                assert_eq!(header(&response, CONTENT_RANGE), shown);
            }
            let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
            assert!(body == content[expected], "{range:?}: {} bytes", body.len());
        }
    }

    #[tokio::test]
    async fn file_that_changes_while_it_is_sent_is_never_complete() {
        for change in ["longer", "shorter"] {
            let (mut file, sent) = sent(&vec![1; 400_000], None);
            let response = sent.respond(&Method::GET, &HeaderMap::new());
            match change {
                "longer" => file.write_all(b"x").unwrap(),
                _ => file.set_len(399_999).unwrap(),
            }
            assert!(to_bytes(response.into_body(), usize::MAX).await.is_err(), "{change}");
        }
    }
}
