//! Tests the client against a server that fails in every known way, over real sockets.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

#[path = "telegram_faults/intent.rs"]
mod intent;
#[path = "telegram_faults/media.rs"]
mod media;
#[path = "telegram_faults/proxy.rs"]
mod proxy;
#[expect(clippy::disallowed_methods, reason = "a thread of the proxy ends with its connection")]
#[path = "world/proxy.rs"]
mod proxy_server;
#[path = "telegram_faults/server.rs"]
mod server;
#[path = "telegram_faults/source.rs"]
mod source;
#[path = "telegram_faults/tls.rs"]
mod tls;
#[path = "telegram_faults/watch.rs"]
mod watch;

use std::time::Duration;

use server::{Fault, Server};
use telegram_text::FormattedText;
use telepress::ids::ChatId;
use telepress::limits;
use telepress::message::{FileIds, Request};
use telepress::outbox::Refusal;
use telepress::outbox::UnknownReason;
use telepress::outbox::{Event, NotSentReason, Outcome};
use telepress::publisher::{ForwardCount, Gateway};
use telepress::secret::Token;
use telepress::telegram::method::{GetChat, GetMe, GetUpdates};
use telepress::telegram::{CallError, Client, ClientOptions, PollError};
use tokio::net::TcpListener;
use tokio::time::{Instant, sleep};
use url::Url;
use watch::Watch;

const TOKEN: &str = "535362388:AAF7-g0gYncWnm5IyfZlpPRqRRv6kNAGlao";

/// Short timeouts, for tests that wait for one.
const QUICK: ClientOptions = ClientOptions {
    proxy: None,
    root: Some(tls::ROOT),
    connect_timeout: Duration::from_millis(800),
    total_timeout: Duration::from_millis(1600),
};

/// Timeouts that are long enough for every answer.
const PATIENT: ClientOptions = ClientOptions {
    proxy: None,
    root: Some(tls::ROOT),
    connect_timeout: Duration::from_secs(2),
    total_timeout: Duration::from_secs(15),
};

/// The number of bytes in an endless answer.
const ENDLESS: usize = 64 * 1024 * 1024;

/// A complete HTTP answer.
fn http(status: &str, content_type: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!("HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\nContent-Length: {length}\r\n\r\n{body}").into_bytes()
}

fn json(status: &str, body: &str) -> Vec<u8> {
    http(status, "application/json", body)
}

/// The answer for a message that was posted with the id 5.
fn sent() -> Vec<u8> {
    let chat = r#"{"id":-1001,"type":"channel","title":"World"}"#;
    let message = format!(r#"{{"message_id":5,"date":1800000000,"chat":{chat},"text":"Hello"}}"#);
    json("200 OK", &format!(r#"{{"ok":true,"result":{message}}}"#))
}

fn client(url: &Url, options: ClientOptions) -> Client {
    Watch::start();
    let token = Token::parse(TOKEN).unwrap_or_else(|error| panic!("{error}"));
    Client::new(token, Some(url), options).unwrap()
}

fn chat() -> ChatId {
    ChatId::Username("world_en".into())
}

fn hello() -> Request {
    Request::of_text(FormattedText::plain("Hello"))
}

async fn make(client: &Client) -> Outcome {
    let answered = client.execute(intent::of(hello()).await, &FileIds::default()).await;
    let Event::Answered { outcome, .. } = answered.event else { panic!("no answer") };
    outcome
}

async fn send(url: &Url, options: ClientOptions) -> Outcome {
    let outcome = make(&client(url, options)).await;
    let shown = format!("{outcome} {outcome:?}");
    assert!(!shown.contains("AAF7") && !shown.contains("535362388:"), "{shown} contains the token");
    Watch::assert_clean();
    outcome
}

/// Sends once to a server with this fault, and checks that it received one request.
async fn outcome_of(fault: Fault, options: ClientOptions) -> Outcome {
    let server = Server::start(fault.clone()).await;
    let outcome = send(&server.url("http"), options).await;
    // A second attempt would arrive immediately; this wait detects it.
    sleep(Duration::from_millis(50)).await;
    assert_eq!(server.connections(), 1, "{fault:?}: {outcome}");
    outcome
}

#[track_caller]
fn assert_not_sent(outcome: &Outcome) {
    assert!(
        matches!(
            outcome,
            Outcome::NotSent { why: NotSentReason::NoConnection, retry_after: None, .. }
        ),
        "expected not sent, got {outcome:?}"
    );
}

#[track_caller]
fn assert_unknown(outcome: &Outcome, expected: &[UnknownReason]) {
    assert!(
        matches!(outcome, Outcome::Unknown { reason: Some(reason), .. } if expected.contains(reason)),
        "expected unknown for {expected:?}, got {outcome:?}"
    );
}

// ── Before the connection is established: nothing was written ────────────────────────────────────

#[tokio::test]
async fn refused_connection_is_not_sent() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = Url::parse(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
    drop(listener);
    let outcome = send(&url, PATIENT).await;
    assert_not_sent(&outcome);
    assert!(
        !outcome.to_string().contains("127.0.0.1"),
        "the outcome must not show the URL, which contains the token: {outcome}"
    );
}

#[tokio::test]
async fn unresolvable_host_is_not_sent() {
    assert_not_sent(&send(&Url::parse("http://nonexistent.invalid/").unwrap(), PATIENT).await);
}

#[tokio::test]
async fn failed_tls_handshake_is_not_sent() {
    for fault in [
        Fault::Greet(b"220 ready\r\n"),
        Fault::Greet(b"HTTP/1.1 400 Bad Request\r\n\r\n"),
        Fault::Drop,
    ] {
        let server = Server::start(fault).await;
        assert_not_sent(&send(&server.url("https"), PATIENT).await);
    }
}

#[tokio::test]
async fn endless_tls_handshake_is_not_sent_after_the_connect_timeout() {
    let server = Server::start(Fault::Silence).await;
    let begun = Instant::now();
    assert_not_sent(&send(&server.url("https"), QUICK).await);
    assert!(begun.elapsed() < QUICK.total_timeout, "{:?}", begun.elapsed());
}

// ── After the connection is established: unknown ─────────────────────────────────────────────────

#[tokio::test]
async fn connection_closed_without_an_answer_is_unknown() {
    for fault in [Fault::Drop, Fault::ReadThenClose, Fault::ReadThenReset] {
        assert_unknown(&outcome_of(fault, PATIENT).await, &[UnknownReason::ConnectionLost]);
    }
}

#[tokio::test]
async fn missing_answer_is_unknown_after_the_total_timeout() {
    for fault in [Fault::Silence, Fault::ReadThenSilence] {
        let begun = Instant::now();
        assert_unknown(&outcome_of(fault, QUICK).await, &[UnknownReason::TimedOut]);
        assert!(begun.elapsed() >= QUICK.total_timeout, "{:?}", begun.elapsed());
    }
}

#[tokio::test]
async fn truncated_answer_is_unknown() {
    let whole = sent();
    let head = whole.windows(4).position(|bytes| bytes == b"\r\n\r\n").unwrap() + 4;
    for end in [head - 10, head, head + 1, head + 30, whole.len() - 1] {
        let outcome = outcome_of(Fault::Answer(whole[..end].to_vec()), PATIENT).await;
        assert_unknown(&outcome, &[UnknownReason::ConnectionLost]);
    }
    let outcome = outcome_of(Fault::AnswerThenSilence(whole[..head + 30].to_vec()), QUICK).await;
    assert_unknown(&outcome, &[UnknownReason::TimedOut]);
    // Without a length, only the incomplete JSON shows that something is missing; the id may be incomplete too.
    let half = b"HTTP/1.1 200 OK\r\n\r\n{\"ok\":true,\"result\":{\"message_id\":12".to_vec();
    assert_unknown(&outcome_of(Fault::Answer(half), PATIENT).await, &[UnknownReason::Unreadable]);
}

#[tokio::test]
async fn page_of_a_proxy_is_unknown() {
    let page = "<html><head><title>502 Bad Gateway</title></head></html>";
    let head = b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 100\r\n\r\n".to_vec();
    let (bad_gateway, timeout, login, stalled) = tokio::join!(
        outcome_of(Fault::Answer(http("502 Bad Gateway", "text/html", page)), PATIENT),
        outcome_of(Fault::Answer(http("504 Gateway Time-out", "text/html", "")), PATIENT),
        outcome_of(
            Fault::Answer(http("200 OK", "text/html", "<html>Sign in to the network</html>")),
            PATIENT
        ),
        outcome_of(Fault::AnswerThenSilence(head), QUICK),
    );
    assert_unknown(&bad_gateway, &[UnknownReason::Unreadable]);
    assert!(bad_gateway.to_string().contains("502 Bad Gateway"), "{bad_gateway}");
    assert_unknown(&timeout, &[UnknownReason::Unreadable]);
    assert_unknown(&login, &[UnknownReason::Unreadable]);
    assert_unknown(&stalled, &[UnknownReason::TimedOut]);
}

#[tokio::test]
async fn server_error_is_unknown_unless_the_message_was_sent_and_deleted() {
    let error = |text: &str| {
        let body = format!(
            r#"{{"ok":false,"error_code":500,"description":"Internal Server Error: {text}"}}"#
        );
        Fault::Answer(json("500 Internal Server Error", &body))
    };
    let begun = Instant::now();
    let (restart, aborted, deleted) = tokio::join!(
        outcome_of(error("restart"), QUICK),
        outcome_of(error("Request aborted"), QUICK),
        outcome_of(error("sent message was immediately deleted and can't be returned"), QUICK),
    );
    assert!(begun.elapsed() < QUICK.total_timeout, "{:?}", begun.elapsed());
    assert_unknown(&restart, &[UnknownReason::ServerError]);
    assert_unknown(&aborted, &[UnknownReason::ServerError]);
    assert!(matches!(deleted, Outcome::SentThenDeleted { .. }), "{deleted:?}");
}

/// Answers with an endless body: with a length, without one, and chunked with an endless chunk.
fn endless() -> [Fault; 3] {
    let start = r#"{"ok":true,"result":{"message_id":5,"text":""#;
    let heads = [
        format!("Content-Length: {ENDLESS}\r\n"),
        String::new(),
        "Transfer-Encoding: chunked\r\n".to_owned(),
    ];
    heads.map(|header| {
        let chunk = if header.starts_with("Transfer") { "fffffff\r\n" } else { "" };
        let head = format!("HTTP/1.1 200 OK\r\n{header}\r\n{chunk}{start}");
        Fault::Stream { head: head.into_bytes(), bytes: ENDLESS }
    })
}

#[tokio::test]
async fn endless_answer_is_unknown_and_not_read_to_the_end() {
    for fault in endless() {
        let server = Server::start(fault).await;
        let outcome = send(&server.url("http"), PATIENT).await;
        assert_unknown(&outcome, &[UnknownReason::TooLong]);
        assert!(outcome.to_string().contains(r#""message_id":5"#), "{outcome}");
        let error = client(&server.url("http"), PATIENT).get_me().await.unwrap_err();
        assert!(
            matches!(&error, CallError::Unclear { reason: UnknownReason::TooLong, .. }),
            "{error:?}"
        );
        let poller = client(&server.url("http"), PATIENT).poller().unwrap();
        let error = poller.poll(&GetUpdates::PEEK).await.unwrap_err();
        assert!(matches!(error, PollError::TooLong { first: None }), "{error:?}");
        // The bytes in the socket buffers count as written too.
        let written = server.written() / 3;
        assert!(written < ENDLESS / 2, "the client read {written} bytes of each answer");
    }
}

#[tokio::test]
async fn answer_with_a_too_large_content_length_is_not_read() {
    let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {ENDLESS}\r\n\r\n").into_bytes();
    let begun = Instant::now();
    let outcome = outcome_of(Fault::AnswerThenSilence(head), PATIENT).await;
    assert_unknown(&outcome, &[UnknownReason::TooLong]);
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
}

#[tokio::test]
async fn longest_allowed_answer_is_read_completely() {
    let body = |length: usize| {
        let (start, end) = (r#"{"ok":true,"result":{"message_id":5,"text":""#, r#""}}"#);
        json("200 OK", &format!("{start}{}{end}", "x".repeat(length - start.len() - end.len())))
    };
    let most = limits::ANSWER_BYTES;
    let outcome = outcome_of(Fault::Answer(body(most)), PATIENT).await;
    assert!(matches!(outcome, Outcome::Accepted { .. }), "{outcome:?}");
    assert_unknown(
        &outcome_of(Fault::Answer(body(most + 1)), PATIENT).await,
        &[UnknownReason::TooLong],
    );
}

/// A small compressed body may expand to gigabytes, so the client does not decompress it.
#[tokio::test]
async fn compressed_answer_is_unknown() {
    for encoding in ["gzip", "deflate", "br", "zstd"] {
        let mut answer = format!(
            "HTTP/1.1 200 OK\r\nContent-Encoding: {encoding}\r\nContent-Length: 24\r\n\r\n"
        )
        .into_bytes();
        // `{}` compressed with gzip, and two extra bytes.
        answer.extend([
            31, 139, 8, 0, 0, 0, 0, 0, 0, 3, 171, 174, 5, 0, 67, 191, 166, 163, 2, 0, 0, 0, 0, 0,
        ]);
        let server = Server::start(Fault::Answer(answer)).await;
        assert_unknown(&send(&server.url("http"), PATIENT).await, &[UnknownReason::Unreadable]);
        let request = server.requests().remove(0).to_ascii_lowercase();
        assert!(!request.contains("accept-encoding"), "{request}");
    }
}

// ── Telegram's time ──────────────────────────────────────────────────────────────────────────────

#[tokio::test]
async fn date_headers_of_bot_api_answers_set_the_clock() {
    let dated = |date: &str, body: &str| {
        let length = body.len();
        let head = format!("HTTP/1.1 200 OK\r\n{date}Content-Length: {length}\r\n\r\n");
        Fault::Answer(format!("{head}{body}").into_bytes())
    };
    let date = "Date: Fri, 15 Jan 2027 08:00:00 GMT\r\n";
    let accepted = r#"{"ok":true,"result":[]}"#;
    let refused = r#"{"ok":false,"error_code":400,"description":"Bad Request: chat not found"}"#;
    for body in [accepted, refused] {
        let server = Server::start(dated(date, body)).await;
        let client = client(&server.url("http"), PATIENT);
        assert_eq!(client.clock().earliest_now(), None);
        let _ = client.call(GetMe {}).await;
        let now = client.clock().earliest_now().unwrap();
        assert!((1_800_000_000..1_800_000_010).contains(&now.as_second()), "{now}");
        assert_eq!(client.clock().header_date().unwrap().as_second(), 1_800_000_000);
        assert_eq!(client.telegram_time().map(jiff::Timestamp::as_second), Some(now.as_second()));
    }
    // Answers to a poll update the same clock.
    let server = Server::start(dated(date, accepted)).await;
    let with_poller = client(&server.url("http"), PATIENT);
    with_poller.poller().unwrap().poll(&GetUpdates::PEEK).await.unwrap();
    assert!(with_poller.clock().earliest_now().is_some());
    // A proxy's page, a missing date, two dates and a malformed date are ignored.
    let odd = "Date: 2027-01-15T08:00:00Z\r\n";
    for (date, body) in
        [(date, "<html></html>"), ("", accepted), (&date.repeat(2), accepted), (odd, accepted)]
    {
        let server = Server::start(dated(date, body)).await;
        let client = client(&server.url("http"), PATIENT);
        let _ = client.call(GetMe {}).await;
        assert_eq!(client.clock().earliest_now(), None, "{date:?} {body}");
    }
}

// ── Counting messages ────────────────────────────────────────────────────────────────────────────

#[tokio::test]
async fn copies_are_counted_and_unexpected_answers_are_unclear() {
    let answer = |status: &str, body: &str| Fault::Answer(json(status, body));
    let unclear = |counted: &ForwardCount| matches!(counted, ForwardCount::Unclear(_));
    let count = async |fault: Fault, ids: &[i64]| {
        let server = Server::start(fault).await;
        let client = client(&server.url("http"), PATIENT);
        let counted = client.count_messages(-1002, -1001, ids.to_vec()).await;
        (counted, server.requests())
    };
    let two = r#"{"ok":true,"result":[{"message_id":71},{"message_id":72}]}"#;
    let (counted, requests) = count(answer("200 OK", two), &[5, 7, 9]).await;
    assert_eq!(counted, ForwardCount::Copies(2));
    let body = |request: &String| request.split_once("\r\n\r\n").unwrap().1.to_owned();
    assert_eq!(
        requests.iter().map(body).collect::<Vec<_>>(),
        [
            r#"{"chat_id":-1002,"from_chat_id":-1001,"message_ids":[5,7,9],"disable_notification":true}"#,
            r#"{"chat_id":-1002,"message_ids":[71,72]}"#,
        ]
    );
    assert!(requests[0].contains("/forwardMessages ") && requests[1].contains("/deleteMessages "));
    let (counted, requests) = count(answer("200 OK", r#"{"ok":true,"result":[]}"#), &[5]).await;
    assert_eq!((counted, requests.len()), (ForwardCount::Copies(0), 1));
    let missing = r#"{"ok":false,"error_code":400,"description":"Bad Request: messages to forward not found"}"#;
    assert_eq!(count(answer("400 Bad Request", missing), &[5]).await.0, ForwardCount::Copies(0));
    let bug = r#"{"ok":false,"error_code":400,"description":"Bad Request: failed to send message #1 with the error message \"Message was not forwarded\""}"#;
    let (counted, _) = count(answer("400 Bad Request", bug), &[5, 7]).await;
    assert!(unclear(&counted), "{counted:?}");
    for (body, copies) in
        [(two, &[5][..]), (r#"{"ok":true,"result":true}"#, &[5]), ("<html>", &[5])]
    {
        let (counted, _) = count(answer("200 OK", body), copies).await;
        assert!(unclear(&counted), "{body}: {counted:?}");
    }
    for fault in [Fault::ReadThenClose, answer("502 Bad Gateway", "")] {
        let (counted, _) = count(fault, &[5]).await;
        assert!(unclear(&counted), "{counted:?}");
    }
    let wait = r#"{"ok":false,"error_code":429,"description":"Too Many Requests: retry after 7","parameters":{"retry_after":7}}"#;
    assert_eq!(count(answer("429 Too Many Requests", wait), &[5]).await.0, ForwardCount::Wait(7));
    // Ids that the method does not accept are not sent.
    for ids in [&[][..], &[7, 5], &[5, 5], &[0]] {
        let (counted, requests) = count(answer("200 OK", two), ids).await;
        assert!(unclear(&counted) && requests.is_empty(), "{ids:?}: {counted:?}");
    }
}

#[tokio::test]
async fn redirect_is_not_followed_and_unknown() {
    for status in
        ["301 Moved Permanently", "302 Found", "307 Temporary Redirect", "308 Permanent Redirect"]
    {
        let target = Server::start(Fault::Answer(sent())).await;
        let head = format!(
            "HTTP/1.1 {status}\r\nLocation: {}\r\nContent-Length: 0\r\n\r\n",
            target.url("http")
        );
        assert_unknown(
            &outcome_of(Fault::Answer(head.into_bytes()), PATIENT).await,
            &[UnknownReason::Unreadable],
        );
        assert_eq!(target.connections(), 0, "{status}");
    }
}

// ── With a Bot API answer ────────────────────────────────────────────────────────────────────────

#[tokio::test]
async fn accepted_answer_is_sent() {
    let server = Server::start(Fault::Answer(sent())).await;
    let outcome = send(&server.url("http"), PATIENT).await;
    assert_eq!(outcome, Outcome::Accepted { message_ids: vec![5], chat: Some(intent::CHAT) });

    let requests = server.requests();
    let [request] = requests.as_slice() else { panic!("{requests:?}") };
    let (head, body) = request.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with(&format!("POST /bot{TOKEN}/sendMessage HTTP/1.1\r\n")), "{head}");
    assert_eq!(body, r#"{"text":"Hello","chat_id":-1001}"#);
}

#[tokio::test]
async fn answer_of_an_unexpected_shape_is_sent_only_with_a_message_id() {
    let rows: [(&str, &[i64]); 12] = [
        (r#"{"ok":true,"result":{"message_id":41,"chat":"odd","date":"odd"}}"#, &[41]),
        (r#"{"ok":true,"result":[{"message_id":41},{"message_id":42}]}"#, &[41, 42]),
        (r#"{"ok":true,"result":{"message":{"message_id":41}}}"#, &[41]),
        (r#"{"ok":true,"message_id":41}"#, &[41]),
        (r#"{"ok":true,"result":{"message_id":41},"error_code":"odd","description":7}"#, &[41]),
        (r#"{"ok":true,"result":{"text":"Hello"}}"#, &[]),
        (r#"{"ok":true,"result":{"message_id":0}}"#, &[]),
        (r#"{"ok":true,"result":{"message_id":-1}}"#, &[]),
        (r#"{"ok":true,"result":{"message_id":9007199254740992}}"#, &[]),
        (r#"{"ok":true,"result":true}"#, &[]),
        (r#"{"ok":true,"result":null}"#, &[]),
        (r#"{"ok":true}"#, &[]),
    ];
    for (body, ids) in rows {
        let outcome = outcome_of(Fault::Answer(json("200 OK", body)), PATIENT).await;
        if ids.is_empty() {
            assert_unknown(&outcome, &[UnknownReason::NoMessageId]);
        } else {
            assert!(
                matches!(&outcome, Outcome::Accepted { message_ids, .. } if message_ids == ids),
                "{body}: {outcome:?}"
            );
        }
    }
}

#[tokio::test]
async fn too_many_requests_is_not_sent_with_its_wait() {
    let year = 366 * 86400;
    let rows = [
        (r#" 9","parameters":{"retry_after":7}"#, Some(7)),
        (r#" 9","parameters":{"retry_after":0}"#, Some(0)),
        (r#" 9","parameters":{"retry_after":86400}"#, Some(86400)),
        (r#" 9","parameters":{"retry_after":"7"}"#, Some(7)),
        (r#" 9","parameters":{"retry_after":4294967296}"#, Some(year)),
        (r#" 9","parameters":{"retry_after":99999999999999999999}"#, Some(year)),
        (r#" 9","parameters":{"retry_after":-1}"#, Some(9)),
        (r#" 9","parameters":{}"#, Some(9)),
        (r#" 9""#, Some(9)),
        (r#"","parameters":{"retry_after":{}}"#, None),
        (r#"""#, None),
    ];
    for (end, expected) in rows {
        let body = format!(
            r#"{{"ok":false,"error_code":429,"description":"Too Many Requests: retry after{end}}}"#
        );
        let outcome =
            outcome_of(Fault::Answer(json("429 Too Many Requests", &body)), PATIENT).await;
        let Outcome::NotSent { why: NotSentReason::FloodWait, retry_after, .. } = &outcome else {
            panic!("{body}: {outcome:?}")
        };
        assert_eq!(*retry_after, expected, "{body}");
    }
}

#[tokio::test]
async fn refusal_is_classified_by_its_description() {
    let rows = [
        ("400 Bad Request", "Bad Request: message is too long", Refusal::Content),
        ("400 Bad Request", "Bad Request: message caption is too long", Refusal::Content),
        (
            "400 Bad Request",
            "Bad Request: can't parse entities: Unsupported start tag",
            Refusal::Content,
        ),
        ("413 Payload Too Large", "Request Entity Too Large", Refusal::Content),
        ("400 Bad Request", "Bad Request: chat not found", Refusal::Channel),
        ("403 Forbidden", "Forbidden: bot is not a member of the channel chat", Refusal::Channel),
        (
            "400 Bad Request",
            "Bad Request: need administrator rights in the channel chat",
            Refusal::Channel,
        ),
        ("401 Unauthorized", "Unauthorized", Refusal::BotWide),
        ("404 Not Found", "Not Found", Refusal::BotWide),
        (
            "421 Misdirected Request",
            "Misdirected Request: unallowed token specified",
            Refusal::BotWide,
        ),
        ("400 Bad Request", "Bad Request: something new", Refusal::Unlisted),
    ];
    for (status, text, expected) in rows {
        let code = status.split_once(' ').unwrap().0;
        let body = format!(r#"{{"ok":false,"error_code":{code},"description":"{text}"}}"#);
        let outcome = outcome_of(Fault::Answer(json(status, &body)), PATIENT).await;
        assert!(
            matches!(outcome, Outcome::Rejected { refusal, .. } if refusal == expected),
            "{text}: {outcome:?}"
        );
    }
}

#[tokio::test]
async fn refusal_of_an_unexpected_shape_is_rejected_only_with_a_status() {
    let rows = [
        (r#""error_code":400"#, Some(Refusal::Unlisted)),
        (
            r#""description":"Bad Request: x","parameters":{"migrate_to_chat_id":-1002}"#,
            Some(Refusal::Upgraded { to: -1002 }),
        ),
        (r#""error_code":403,"description":"Forbidden: something new""#, None),
        (
            r#""description":"Bad Request: Failed to send message #1 with the error message \"x\"""#,
            None,
        ),
        (r#""description":"""#, None),
        (r#""parameters":7"#, None),
    ];
    for (fields, expected) in rows {
        let body = format!(r#"{{"ok":false,{fields}}}"#);
        let outcome = outcome_of(Fault::Answer(json("400 Bad Request", &body)), PATIENT).await;
        match expected {
            Some(expected) => {
                assert!(
                    matches!(outcome, Outcome::Rejected { refusal, .. } if refusal == expected),
                    "{body}: {outcome:?}"
                );
            }
            None => assert_unknown(
                &outcome,
                &[UnknownReason::UnlistedRefusal, UnknownReason::PartlyRefused],
            ),
        }
    }
}

#[tokio::test]
async fn description_is_cleaned_of_tokens_and_control_characters() {
    let words = format!("Bad Request: \\u001b[31m/bot{TOKEN}/ {}", "x".repeat(2000));
    let body = format!(r#"{{"ok":false,"error_code":400,"description":"{words}"}}"#);
    let outcome = outcome_of(Fault::Answer(json("400 Bad Request", &body)), PATIENT).await;
    let Outcome::Rejected { description, .. } = outcome else { panic!("{outcome:?}") };
    assert!(description.starts_with("Bad Request:  [31m/bot<token>/ xxx"), "{description}");
    assert_eq!(description.chars().count(), 301, "{description}");
}

#[tokio::test]
async fn each_send_uses_a_new_connection() {
    let server = Server::start(Fault::AnswerThenClose(sent())).await;
    let client = client(&server.url("http"), PATIENT);
    for expected in 1..=3 {
        let outcome = make(&client).await;
        assert!(matches!(outcome, Outcome::Accepted { .. }), "{outcome:?}");
        assert_eq!(server.connections(), expected);
    }
}

// ── Requests that post nothing ───────────────────────────────────────────────────────────────────

#[tokio::test]
async fn get_me_returns_the_bot() {
    let me = r#"{"id":535362388,"is_bot":true,"first_name":"Press","username":"press_bot","new_field":{}}"#;
    let server =
        Server::start(Fault::Answer(json("200 OK", &format!(r#"{{"ok":true,"result":{me}}}"#))))
            .await;
    let bot = client(&server.url("http").join("/prefix/").unwrap(), PATIENT);
    let me = bot.get_me().await.unwrap();
    assert_eq!((me.id, me.username.as_deref()), (bot.bot_id(), Some("press_bot")));
    let requests = server.requests();
    assert!(
        requests[0].starts_with(&format!("POST /prefix/bot{TOKEN}/getMe HTTP/1.1\r\n")),
        "{requests:?}"
    );
    assert!(requests[0].ends_with("\r\n\r\n{}"), "{requests:?}");

    let odd = Server::start(Fault::Answer(json("200 OK", r#"{"ok":true,"result":true}"#))).await;
    let error = client(&odd.url("http"), PATIENT).get_me().await.unwrap_err();
    assert!(matches!(error, CallError::Unclear { .. }), "{error:?}");
}

#[tokio::test]
async fn call_returns_a_result_or_an_error() {
    let get_chat = || GetChat { chat_id: chat() };
    let server =
        Server::start(Fault::Answer(json("200 OK", r#"{"ok":true,"result":{"id":-1001}}"#))).await;
    let result = client(&server.url("http"), PATIENT).call(get_chat()).await;
    assert_eq!(result, Ok(serde_json::json!({"id": -1001})));

    let body = r#"{"ok":false,"error_code":400,"description":"Bad Request: chat not found"}"#;
    let server = Server::start(Fault::Answer(json("400 Bad Request", body))).await;
    let error = client(&server.url("http"), PATIENT).call(get_chat()).await.unwrap_err();
    assert!(matches!(error, CallError::Refused { class: Refusal::Channel, .. }), "{error:?}");

    let server = Server::start(Fault::ReadThenClose).await;
    let error = client(&server.url("http"), PATIENT).call(get_chat()).await.unwrap_err();
    assert!(matches!(error, CallError::Unclear { .. }), "{error:?}");
}
