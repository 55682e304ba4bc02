//! Uploads: an outcome is "not sent" exactly when the server cannot have had the whole body.

use std::fs;
use std::io::Write;
use std::time::Duration;

use telepress::media::Kind;
use telepress::message::{
    AlbumContent, Caption, FileContent, FileIds, InlineKeyboard, InputMedia, MediaContent,
    MediaFile, Request, SendMedia, SendMediaGroup, SendOptions,
};
use telepress::outbox::{Event, NotSentReason, Outcome, Refusal, UnknownReason};
use telepress::spool::Spool;
use tempfile::TempDir;
use tokio::time::Instant;
use url::Url;

use super::proxy::Chain;
use super::server::{Fault, Server};
use super::{PATIENT, QUICK, assert_not_sent, assert_unknown, client, intent, json, sent};

/// More than the buffers of two sockets hold, so that a server that stops reading stops the client.
pub(crate) const LARGE: usize = 24 * 1024 * 1024;

/// Frozen bytes, and a request that uploads them.
pub(crate) struct Upload {
    folder: TempDir,
    spool: Spool,
    request: Request,
}

impl Upload {
    pub(crate) fn of(sizes: &[usize]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let spool = Spool::new(folder.path().to_owned());
        let mut media: Vec<_> = sizes.iter().map(|size| item(&spool, *size)).collect();
        let caption = Caption { text: "Hello".to_owned(), ..Caption::default() };
        let options = SendOptions::default();
        let request = if let (1, Some(media)) = (sizes.len(), media.pop()) {
            let content = MediaContent { media, caption, reply_markup: InlineKeyboard::default() };
            Request::SendMedia(Box::new(SendMedia { content, options }))
        } else {
            let media = sizes.iter().map(|size| item(&spool, *size)).collect();
            let content = AlbumContent { media, caption };
            Request::SendMediaGroup(SendMediaGroup { content, options })
        };
        Self { folder, spool, request }
    }

    /// Uploads once to a server with this fault, and returns the outcome and what the server read.
    async fn to(&self, fault: Fault, options: super::ClientOptions) -> (Outcome, Vec<String>) {
        let server = Server::start(fault).await;
        let outcome = self.at(&server.url("http"), options).await;
        (outcome, server.requests())
    }

    /// Uploads once through a proxy.
    pub(crate) async fn through(&self, chain: &Chain, options: super::ClientOptions) -> Outcome {
        self.at(&chain.url(), chain.options(options)).await
    }

    async fn at(&self, url: &Url, options: super::ClientOptions) -> Outcome {
        let client = client(url, options).with_spool(self.spool.clone());
        let known = FileIds::default();
        let event = client.execute(intent::of(self.request.clone()).await, &known).await.event;
        let Event::Answered { outcome, .. } = event else { panic!("no answer") };
        assert_eq!(client.upload_progress(), None, "no upload is left");
        outcome
    }
}

fn item(spool: &Spool, size: usize) -> InputMedia {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(&vec![b'x'; size]).unwrap();
    let now = jiff::Timestamp::from_second(1_800_000_000).unwrap();
    let added = spool.add(&file, now).unwrap();
    let content = FileContent::Sha256(added.hash);
    InputMedia::new(
        Kind::Document,
        MediaFile { content, bytes: added.bytes, name: "100 % \"отчёт\".pdf".to_owned() },
    )
}

#[tokio::test]
async fn body_has_an_exact_length_and_ends_with_its_boundary() {
    let (outcome, requests) = Upload::of(&[150_000]).to(Fault::Answer(sent()), PATIENT).await;
    assert!(matches!(&outcome, Outcome::Accepted { message_ids, .. } if message_ids == &[5]));
    let [request] = &requests[..] else { panic!("{}", requests.len()) };
    let (head, body) = request.split_once("\r\n\r\n").unwrap();
    let head = head.to_ascii_lowercase();
    assert!(head.contains("/senddocument http/1.1"), "{head}");
    assert!(head.contains(&format!("content-length: {}", body.len())), "{head}");
    assert!(!head.contains("transfer-encoding"), "{head}");
    let boundary = head.split_once("boundary=").unwrap().1.lines().next().unwrap();
    assert!(body.ends_with(&format!("\r\n--{boundary}--\r\n")));
    let file = "name=\"m0\"; filename=\"100 %25 %22отчёт%22.pdf\"\r\nContent-Type: application/octet-stream\r\n\r\nxxx";
    assert!(body.contains(file));
    for (name, value) in [("document", "attach://m0"), ("caption", "Hello"), ("chat_id", "-1001")] {
        let part = format!("form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        assert!(body.contains(&part), "{part}");
    }
}

#[tokio::test]
async fn album_is_sent_with_all_its_ids() {
    let messages = r#"{"ok":true,"result":[{"message_id":5,"chat":{"id":-1001}},{"message_id":6},{"message_id":7}]}"#;
    let album = Upload::of(&[10, 20, 30]);
    let (outcome, requests) = album.to(Fault::Answer(json("200 OK", messages)), PATIENT).await;
    assert_eq!(outcome, Outcome::Accepted { message_ids: vec![5, 6, 7], chat: Some(-1001) });
    for part in ["name=\"m0\"", "name=\"m1\"", "name=\"m2\"", "\"media\":\"attach://m2\""] {
        assert!(requests[0].contains(part), "{part}");
    }
    let gap = r#"{"ok":true,"result":[{"message_id":5,"chat":{"id":-1001}},{"message_id":6},{}]}"#;
    let (outcome, _) = album.to(Fault::Answer(json("200 OK", gap)), PATIENT).await;
    assert_unknown(&outcome, &[UnknownReason::NoMessageId]);
}

/// Bytes of a file in one chunk of the body.
pub(crate) const CHUNK: usize = 64 * 1024;

/// The body of an upload of one file of this size: where the file begins, and where the closing boundary does.
async fn body(size: usize) -> (usize, usize) {
    let (_, requests) = Upload::of(&[size]).to(Fault::Answer(sent()), PATIENT).await;
    let (_, body) = requests.first().unwrap().split_once("\r\n\r\n").unwrap();
    let file = body.find("\r\n\r\nxxx").unwrap() + 4;
    assert!(body.bytes().skip(file).take(size).all(|byte| byte == b'x'));
    (file, body.rfind("--telepress-").unwrap())
}

#[tokio::test]
async fn cut_at_a_border_of_two_chunks_is_never_taken_for_sent() {
    let size = 3 * CHUNK + 100;
    let (file, end) = body(size).await;
    let upload = Upload::of(&[size]);
    let borders = [0, CHUNK, 2 * CHUNK, 3 * CHUNK, size].map(|at| file + at);
    for border in borders.into_iter().chain([end]) {
        for bytes in [border - 1, border, border + 1] {
            for reset in [false, true] {
                let (outcome, _) = upload.to(Fault::CutBody { bytes, reset }, PATIENT).await;
                // The system may have taken the end of so short a body before the connection broke.
                let is_unknown = matches!(outcome, Outcome::Unknown { .. });
                assert!(
                    is_unknown || matches!(outcome, Outcome::NotSent { .. }),
                    "{bytes}: {outcome}"
                );
            }
        }
    }
    // Everything but the closing boundary has arrived, and the client has sent that too.
    let (outcome, _) = upload.to(Fault::StallBody { bytes: end }, QUICK).await;
    assert_unknown(&outcome, &[UnknownReason::TimedOut]);
}

#[tokio::test]
async fn upload_that_breaks_before_its_end_is_not_sent() {
    let upload = Upload::of(&[LARGE]);
    let (file, _) = body(3).await;
    for bytes in [0, 1, file - 1, file, file + CHUNK, file + CHUNK + 1, file + 2 * CHUNK, LARGE / 3]
    {
        for reset in [false, true] {
            let (outcome, _) = upload.to(Fault::CutBody { bytes, reset }, PATIENT).await;
            assert_not_sent(&outcome);
        }
    }
}

#[tokio::test]
async fn upload_that_breaks_after_its_end_is_unknown() {
    for size in [1, 64 * 1024 - 1, 64 * 1024, 64 * 1024 + 1, 1024 * 1024] {
        let upload = Upload::of(&[size]);
        for fault in [Fault::ReadThenClose, Fault::ReadThenReset] {
            let (outcome, requests) = upload.to(fault, PATIENT).await;
            assert_eq!(requests.len(), 1, "the server has read everything");
            assert_unknown(&outcome, &[UnknownReason::ConnectionLost]);
        }
    }
    let (outcome, _) = Upload::of(&[1_000]).to(Fault::ReadThenSilence, QUICK).await;
    assert_unknown(&outcome, &[UnknownReason::TimedOut]);
}

#[tokio::test]
async fn upload_without_progress_is_given_up_and_not_sent() {
    let upload = Upload::of(&[LARGE]);
    for fault in [Fault::Silence, Fault::StallBody { bytes: 100_000 }] {
        let begun = Instant::now();
        let (outcome, _) = upload.to(fault, QUICK).await;
        assert_not_sent(&outcome);
        assert!(begun.elapsed() < QUICK.total_timeout * 4, "{:?}", begun.elapsed());
    }
}

#[tokio::test]
async fn answer_during_the_body_is_a_refusal_or_not_sent() {
    let refusal = |code: u16, text: &str| {
        format!(r#"{{"ok":false,"error_code":{code},"description":"{text}"}}"#)
    };
    let upload = Upload::of(&[LARGE]);
    let during = async |answer: Vec<u8>| {
        upload.to(Fault::AnswerDuringBody { bytes: 70_000, answer }, PATIENT).await.0
    };
    let large = json("413 Request Entity Too Large", &refusal(413, "Request Entity Too Large"));
    assert!(
        matches!(during(large).await, Outcome::Rejected { refusal: Refusal::Content, .. }),
        "413"
    );
    let rights = json("400 Bad Request", &refusal(400, "Bad Request: chat not found"));
    assert!(matches!(during(rights).await, Outcome::Rejected { refusal: Refusal::Channel, .. }));
    let wait = json("429 Too Many Requests", &refusal(429, "Too Many Requests: retry after 7"));
    assert!(matches!(
        during(wait).await,
        Outcome::NotSent { why: NotSentReason::FloodWait, retry_after: Some(7), .. }
    ));
    let down = json("502 Bad Gateway", &refusal(502, "Bad Gateway"));
    assert_not_sent(&during(down).await);
    assert_not_sent(&during(super::http("502 Bad Gateway", "text/html", "<html>")).await);
}

#[tokio::test]
#[expect(clippy::disallowed_methods, reason = "the test damages a file")]
async fn missing_or_changed_bytes_are_not_sent() {
    let upload = Upload::of(&[150_000]);
    let file = fs::read_dir(upload.folder.path()).unwrap().next().unwrap().unwrap().path();
    fs::write(&file, vec![b'y'; 150_000]).unwrap();
    let changed = upload.to(Fault::Answer(sent()), PATIENT).await;
    assert!(changed.0.to_string().contains("have changed"), "{changed:?}");
    assert!(!file.exists(), "the right bytes can take its place");
    let missing = upload.to(Fault::Answer(sent()), PATIENT).await;
    fs::write(&file, vec![b'x'; 100_000]).unwrap();
    let short = upload.to(Fault::Answer(sent()), PATIENT).await;
    assert!(!file.exists());
    for (outcome, requests) in [changed, missing, short] {
        assert!(
            matches!(outcome, Outcome::NotSent { why: NotSentReason::BytesMissing, .. }),
            "{outcome:?}"
        );
        assert!(requests.is_empty(), "the server has no whole request");
    }
}

#[tokio::test]
async fn progress_shows_the_bytes_of_running_uploads() {
    let upload = Upload::of(&[LARGE]);
    let server = Server::start(Fault::StallBody { bytes: 100_000 }).await;
    let client = client(&server.url("http"), QUICK).with_spool(upload.spool.clone());
    let known = FileIds::default();
    let making = client.execute(intent::of(upload.request.clone()).await, &known);
    let look = async {
        tokio::time::sleep(Duration::from_millis(500)).await;
        client.upload_progress().unwrap()
    };
    let (_, progress) = tokio::join!(making, look);
    let total = u64::try_from(LARGE).unwrap();
    assert!((total..total + 2_000).contains(&progress.total), "{progress:?}");
    assert!((100_000..total).contains(&progress.sent), "{progress:?}");
}

/// How Telegram refuses media, and what that means for the message.
#[tokio::test]
async fn refusal_of_media_has_its_outcome() {
    let upload = Upload::of(&[10]);
    let quoted = |inner: &str| {
        format!(r#"Bad Request: failed to send message #2 with the error message \"{inner}\""#)
    };
    let content = |text: &str| (400, format!("Bad Request: {text}"), "content");
    let rows = [
        content("PHOTO_INVALID_DIMENSIONS"),
        content("IMAGE_PROCESS_FAILED"),
        content("PHOTO_SAVE_FILE_INVALID"),
        content("PHOTO_CONTENT_TYPE_INVALID"),
        content("VIDEO_CONTENT_TYPE_INVALID"),
        content("VIDEO_FILE_INVALID"),
        content("MEDIA_INVALID"),
        content("MEDIA_FILE_INVALID"),
        content(
            "photo has unsupported extension. Use one of .jpg, .jpeg, .gif, .png, .tif or .bmp",
        ),
        content("wrong file identifier/HTTP URL specified"),
        content("can't use the media of the specified type in the album"),
        content("file must be non-empty"),
        content("there is no photo in the request"),
        content("can't parse InputMedia: media not found"),
        content(
            "file of size 10485761 bytes is too big for a photo; the maximum size is 10485760 bytes",
        ),
        content("can't use file of type Photo as Document"),
        content("message caption is too long"),
        content("MEDIA_CAPTION_TOO_LONG"),
        content("reply markup is too long"),
        content("BUTTON_DATA_INVALID"),
        content("BUTTON_URL_INVALID"),
        content("BUTTON_TYPE_INVALID"),
        content("wrong HTTP URL specified"),
        (413, "Request Entity Too Large".to_owned(), "content"),
        (400, "Bad Request: failed to get HTTP URL content".to_owned(), "later"),
        (400, "Bad Request: wrong type of the web page content".to_owned(), "later"),
        (400, "Bad Request: can't upload file by URL".to_owned(), "later"),
        (400, "Bad Request: failed to upload file".to_owned(), "later"),
        (400, "Bad Request: not enough rights to send photos to the chat".to_owned(), "channel"),
        (400, quoted("PHOTO_INVALID_DIMENSIONS"), "content"),
        (400, quoted("Failed to upload file"), "later"),
        (400, quoted("Message was not sent"), "unknown"),
        (400, quoted("Too Many Requests: retry after 8"), "unknown"),
        (400, quoted("SOMETHING_NEW"), "unknown"),
        (400, "Bad Request: group send failed".to_owned(), "unknown"),
        (500, "Internal Server Error: restart".to_owned(), "unknown"),
    ];
    for (code, description, expected) in rows {
        let body = format!(r#"{{"ok":false,"error_code":{code},"description":"{description}"}}"#);
        let answer = json(&format!("{code} No"), &body);
        let (outcome, _) = upload.to(Fault::Answer(answer), PATIENT).await;
        let found = match &outcome {
            Outcome::Rejected { refusal: Refusal::Content, .. } => "content",
            Outcome::Rejected { refusal: Refusal::Channel, .. } => "channel",
            Outcome::NotSent { why: NotSentReason::MediaNotFetched, .. } => "later",
            Outcome::Unknown { .. } => "unknown",
            _ => "something else",
        };
        assert_eq!(found, expected, "{description}: {outcome}");
    }
}
