use std::io::{Read as _, Seek as _, SeekFrom};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use url::Url;

use super::*;
use crate::secret::Token;
use crate::telegram::ClientOptions;

const SECRET: &str = "AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw0";

/// How the server answers the download.
#[derive(Clone, Copy)]
enum Bytes {
    /// With these.
    Whole(&'static [u8]),
    /// With a length that is not that of the bytes.
    Declared(u64, &'static [u8]),
    /// Without end.
    Endless,
    /// With this status.
    Status(u16),
}

/// Downloads from a server whose `getFile` has this result.
async fn download(result: &str, bytes: Bytes) -> (Result<u64, DownloadError>, Vec<u8>) {
    download_as(result, bytes, false).await
}

#[expect(clippy::disallowed_methods, reason = "the server ends with the test")]
async fn download_as(
    result: &str,
    bytes: Bytes,
    is_local: bool,
) -> (Result<u64, DownloadError>, Vec<u8>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = Url::parse(&format!("http://{}/", listener.local_addr().unwrap())).unwrap();
    let answer = result.to_owned();
    let server = tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut head = vec![0; 16 * 1024];
            let count = stream.read(&mut head).await.unwrap();
            let head = String::from_utf8_lossy(&head[..count]).into_owned();
            if head.starts_with("POST ") {
                let length = answer.len();
                let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n{answer}");
                stream.write_all(head.as_bytes()).await.unwrap();
                continue;
            }
            assert!(
                head.starts_with(&format!("GET /file/bot7000000001:{SECRET}/photos/a%20b.jpg ")),
                "{head}"
            );
            let (status, length, bytes) = match bytes {
                Bytes::Whole(bytes) => (200, Some(u64::try_from(bytes.len()).unwrap()), bytes),
                Bytes::Declared(length, bytes) => (200, Some(length), bytes),
                Bytes::Status(status) => (status, Some(0), &b""[..]),
                Bytes::Endless => (200, None, &b""[..]),
            };
            let length =
                length.map_or_else(String::new, |length| format!("Content-Length: {length}\r\n"));
            let head = format!("HTTP/1.1 {status} X\r\n{length}Connection: close\r\n\r\n");
            stream.write_all(head.as_bytes()).await.unwrap();
            stream.write_all(bytes).await.unwrap();
            if bytes.is_empty() && length.is_empty() {
                let block = vec![b'x'; 256 * 1024];
                while stream.write_all(&block).await.is_ok() {}
            }
        }
    });
    let token = Token::parse(&format!("7000000001:{SECRET}")).unwrap();
    let client = Client::new(token, Some(&address), ClientOptions::default()).unwrap();
    let client = client.with_local_files(is_local);
    let mut file = tempfile::tempfile().unwrap();
    let done = client.download("id", file.try_clone().unwrap()).await;
    server.abort();
    let mut written = Vec::new();
    file.seek(SeekFrom::Start(0)).unwrap();
    file.read_to_end(&mut written).unwrap();
    (done, written)
}

const FOUND: &str = r#"{"ok":true,"result":{"file_id":"id","file_path":"photos/a b.jpg"}}"#;

#[tokio::test]
async fn file_is_written_as_it_arrives() {
    let (done, written) = download(FOUND, Bytes::Whole(b"jpeg")).await;
    assert_eq!((done.unwrap(), written.as_slice()), (4, &b"jpeg"[..]));
}

#[tokio::test]
async fn endless_or_longer_file_ends_at_the_limit() {
    let (done, written) = download(FOUND, Bytes::Endless).await;
    assert!(matches!(done, Err(DownloadError::TooLarge)), "{done:?}");
    assert!(u64::try_from(written.len()).unwrap() <= limits::DOWNLOAD_BYTES);
    let (done, written) = download(FOUND, Bytes::Declared(limits::DOWNLOAD_BYTES + 1, b"x")).await;
    assert!(matches!(done, Err(DownloadError::TooLarge)), "{done:?}");
    assert!(written.is_empty());
}

#[tokio::test]
async fn size_in_the_answer_or_the_refusal_stops_the_download() {
    let large = r#"{"ok":true,"result":{"file_size":20971521,"file_path":"photos/a b.jpg"}}"#;
    let refused = r#"{"ok":false,"error_code":400,"description":"Bad Request: file is too big"}"#;
    for answer in [large, refused] {
        let (done, written) = download(answer, Bytes::Whole(b"x")).await;
        assert!(matches!(done, Err(DownloadError::TooLarge)) && written.is_empty(), "{done:?}");
    }
}

#[tokio::test]
async fn cut_or_refused_download_is_an_error_without_the_token() {
    for bytes in [Bytes::Declared(9, b"jpeg"), Bytes::Status(404), Bytes::Status(302)] {
        let (done, _) = download(FOUND, bytes).await;
        let error = done.unwrap_err();
        let shown = format!("{error} {error:?}");
        assert!(!shown.contains(SECRET) && !shown.contains("photos"), "{shown}");
    }
}

#[tokio::test]
async fn path_that_a_server_would_not_make_is_refused() {
    for path in ["../x", "a/../x", "a//x", "%2e%2e/x", "x?y", "a\\\\b", "http://h/x", ""] {
        let answer = format!(r#"{{"ok":true,"result":{{"file_path":"{path}"}}}}"#);
        let (done, _) = download(&answer, Bytes::Whole(b"x")).await;
        assert!(matches!(done, Err(DownloadError::NoPath)), "{path}: {done:?}");
    }
    let (done, _) = download(r#"{"ok":true,"result":{}}"#, Bytes::Whole(b"x")).await;
    assert!(matches!(done, Err(DownloadError::NoPath)), "{done:?}");
}

#[cfg(unix)]
#[tokio::test]
#[expect(clippy::disallowed_methods, reason = "the test makes the files of a local server")]
async fn file_of_a_local_server_is_copied_and_no_link() {
    let folder = tempfile::tempdir().unwrap();
    let (file, link) = (folder.path().join(SECRET), folder.path().join("link"));
    std::fs::write(&file, "jpeg").unwrap();
    std::os::unix::fs::symlink(&file, &link).unwrap();
    let answer =
        |path: &Path| format!(r#"{{"ok":true,"result":{{"file_path":"{}"}}}}"#, path.display());
    let (done, written) = download_as(&answer(&file), Bytes::Endless, true).await;
    assert_eq!((done.unwrap(), written.as_slice()), (4, &b"jpeg"[..]));
    let (done, _) = download_as(&answer(&link), Bytes::Endless, true).await;
    assert!(matches!(done, Err(DownloadError::Interrupted(_))), "{done:?}");
    let (done, _) = download(&answer(&file), Bytes::Endless).await;
    let error = done.unwrap_err();
    assert!(matches!(error, DownloadError::OtherMachine) && !error.to_string().contains(SECRET));
}
