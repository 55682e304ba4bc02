//! A Bot API server that misbehaves: malformed updates and endless answers do not stop the bot.

#![expect(
    clippy::disallowed_methods,
    reason = "the test runs a server on threads and reads the clock"
)]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};

use crate::world::{Server, Service, World};

const ANNA: i64 = 111;

/// Bytes in an "endless" answer: more than the client may read.
const ENDLESS: usize = 64 * 1024 * 1024;

enum Reply {
    /// This result.
    Result(Value),
    /// These bytes, then [`ENDLESS`] more.
    Endless(String),
}

/// The answer to a request, by its parameters and the number of earlier requests of its method.
type Answer<'a> = &'a dyn Fn(&Value, usize) -> Reply;

/// A server whose answers come from a function; it records the requests.
struct Fake {
    address: String,
    requests: Arc<Mutex<Vec<(String, Value)>>>,
    streamed: Arc<AtomicUsize>,
}

impl Fake {
    /// `updates` answers `getUpdates`.
    fn start(updates: impl Fn(&Value, usize) -> Reply + Send + Sync + 'static) -> Self {
        Self::answering("getUpdates", updates)
    }

    /// `answer` answers `method`.
    fn answering(
        method: &'static str,
        answer: impl Fn(&Value, usize) -> Reply + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::<Mutex<Vec<(String, Value)>>>::default();
        let streamed = Arc::<AtomicUsize>::default();
        let (log, count, answer) = (Arc::clone(&requests), Arc::clone(&streamed), Arc::new(answer));
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let (log, count, answer) =
                    (Arc::clone(&log), Arc::clone(&count), Arc::clone(&answer));
                std::thread::spawn(move || {
                    // The program may close the connection at any moment.
                    let _ = serve(&stream, &log, &count, (method, &*answer));
                });
            }
        });
        Self { address, requests, streamed }
    }

    /// A newsroom whose bot uses this server.
    fn newsroom(&self) -> World {
        let config = format!(
            "bot.api_url = \"{}\"\nbot.operators = [{{ id = {ANNA}, role = \"admin\" }}]\nchannels.news = {{ chat = \"@example_news\", language = \"en\" }}",
            self.address
        );
        World::new().config(&config).env("TELEPRESS_TOKEN", crate::world::TOKEN).with_journal()
    }

    /// The parameters of all requests of a method.
    fn params_of(&self, method: &str) -> Vec<Value> {
        let requests = self.requests.lock().unwrap();
        let of_method = requests.iter().filter(|(name, _)| name == method);
        of_method.map(|(_, params)| params.clone()).collect()
    }
}

fn serve(
    stream: &TcpStream,
    log: &Mutex<Vec<(String, Value)>>,
    streamed: &AtomicUsize,
    (answered, answer): (&str, Answer<'_>),
) -> std::io::Result<()> {
    let (mut reader, mut writer) = (BufReader::new(stream), stream);
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 {
            return Ok(());
        }
        let path = line.split(' ').nth(1).unwrap_or_default();
        let method = path.rsplit('/').next().unwrap_or_default().to_owned();
        let mut length = 0;
        loop {
            let mut header = String::new();
            reader.read_line(&mut header)?;
            if let Some(value) = header.to_ascii_lowercase().strip_prefix("content-length:") {
                length = value.trim().parse().unwrap();
            }
            if header.trim().is_empty() {
                break;
            }
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body)?;
        let params: Value = serde_json::from_slice(&body).unwrap_or_default();
        let before = log.lock().unwrap().iter().filter(|(name, _)| *name == method).count();
        log.lock().unwrap().push((method.clone(), params.clone()));
        let reply = match method.as_str() {
            method if method == answered => answer(&params, before),
            "getUpdates" => no_updates(),
            "getMe" => Reply::Result(
                json!({ "id": 7_000_000_001_i64, "is_bot": true, "first_name": "Bot", "username": "a_bot" }),
            ),
            "getWebhookInfo" => Reply::Result(json!({ "url": "" })),
            "getChat" => Reply::Result(json!({ "id": -1001, "type": "channel" })),
            "sendMessage" => {
                Reply::Result(json!({ "message_id": 5, "chat": { "id": ANNA }, "date": 1 }))
            }
            _ => Reply::Result(json!(true)),
        };
        match reply {
            Reply::Result(result) => {
                let body = json!({ "ok": true, "result": result }).to_string();
                let length = body.len();
                write!(writer, "HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n{body}")?;
            }
            Reply::Endless(start) => {
                write!(writer, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{start}")?;
                let chunk = vec![b'x'; 64 * 1024];
                for _ in 0..ENDLESS / chunk.len() {
                    writer.write_all(&chunk)?;
                    streamed.fetch_add(chunk.len(), Ordering::SeqCst);
                }
                return Ok(());
            }
        }
    }
}

/// No updates, after a short long poll.
fn no_updates() -> Reply {
    std::thread::sleep(Duration::from_millis(300));
    Reply::Result(json!([]))
}

fn update_with(id: i64, text: &str) -> Value {
    json!({
        "update_id": id,
        "message": {
            "message_id": id,
            "date": jiff::Timestamp::now().as_second(),
            "from": { "id": ANNA, "is_bot": false, "first_name": "Anna" },
            "chat": { "id": ANNA, "first_name": "Anna", "type": "private" },
            "text": text,
        },
    })
}

#[test]
fn malformed_updates_do_not_block_later_ones() {
    let fake = Fake::start(|_, before| match before {
        0 => Reply::Result(json!([
            "not an object",
            null,
            [],
            { "message": { "chat": { "id": ANNA } } },
            { "update_id": -5, "message": {} },
            { "update_id": 99_999_999_999_999_i64, "message": {} },
            { "update_id": 1e300, "message": {} },
            { "update_id": "10", "message": {} },
            { "update_id": 10, "message": 5 },
            { "update_id": 11, "a_kind_of_next_year": {} },
            update_with(12, "/status"),
            { "update_id": 13, "callback_query": "odd" },
            { "update_id": -1 },
        ])),
        1 => Reply::Result(json!([{ "update_id": null }, update_with(15, "/queue")])),
        2 => Reply::Result(json!([{ "update_id": 16, "channel_post": {} }])),
        3 => Reply::Result(json!([update_with(17, "/help")])),
        _ => no_updates(),
    });
    let world = fake.newsroom();
    let service = Service::start(&world);
    service.waits("three answers", || (fake.params_of("sendMessage").len() >= 3).then_some(()));
    service.waits("the next poll", || (fake.params_of("getUpdates").len() >= 5).then_some(()));
    let offsets: Vec<_> = fake
        .params_of("getUpdates")
        .iter()
        .take(5)
        .map(|params| params["offset"].as_i64())
        .collect();
    assert_eq!(offsets, [None, Some(15), Some(16), Some(17), Some(18)], "{}", service.all());
    for line in [
        "update is skipped: it is not a JSON object",
        "update 10 is skipped: its message names no chat",
        "update 11 is skipped: it is of a kind that was not asked for",
        "update 13 is skipped",
        "update 16 is skipped",
    ] {
        assert_eq!(service.all().matches(line).count(), 1, "{line}\n{}", service.all());
    }
    // A graceful shutdown confirms the received updates.
    service.signal("TERM");
    service.ends();
    assert_eq!(fake.params_of("getUpdates").last().unwrap()["offset"], json!(18));
}

#[test]
fn oversized_updates_are_fetched_in_smaller_batches_and_skipped() {
    let fake = Fake::start(|params, _| {
        let start = r#"{"ok":true,"result":[{"update_id":7,"message":{"text":""#;
        match (params["offset"].as_i64(), params["limit"].as_i64()) {
            (None | Some(..=7), _) => Reply::Endless(start.to_owned()),
            (Some(8), limit) if limit > Some(2) => Reply::Endless(start.replace('7', "8")),
            (Some(8), _) => {
                Reply::Result(json!([update_with(8, "/status"), update_with(9, "/queue")]))
            }
            _ => no_updates(),
        }
    });
    let world = fake.newsroom();
    let service = Service::start(&world);
    service.waits("two answers", || (fake.params_of("sendMessage").len() >= 2).then_some(()));
    service.says("update 7 is skipped: it is too long");
    let polls = fake.params_of("getUpdates").len();
    let bytes = fake.streamed.load(Ordering::SeqCst) / polls;
    assert!(bytes < ENDLESS / 2, "{bytes} bytes were read of each answer");
}

#[test]
fn endless_answers_are_retried_with_a_delay() {
    let start = r#"{"ok":true,"result":[{"update_id":7,"message":{"text":""#;
    let fake = Fake::start(move |_, _| Reply::Endless(start.to_owned()));
    let world = fake.newsroom();
    let service = Service::start(&world);
    service.says("update 7 is skipped");
    let before = fake.params_of("getUpdates").len();
    std::thread::sleep(Duration::from_secs(3));
    let polls = fake.params_of("getUpdates").len() - before;
    assert!(polls <= 4, "{polls} polls in three seconds");
    service.signal("TERM");
    service.ends();
}

#[test]
fn without_operators_no_message_is_answered() {
    let sandbox = Server::sandbox();
    let world = sandbox.newsroom().post("a", "heading = \"A\"");
    let world = world.env("RUST_LOG", "telepress=debug");
    let service = Service::start(&world);
    sandbox.post("/sandbox/people", &json!({ "id": ANNA, "first_name": "Anna" }));
    sandbox.post("/sandbox/people/111/messages", &json!({ "text": "/status" }));
    sandbox.post("/sandbox/channels/example_news/posts", &json!({ "text": "By hand" }));
    service.says("someone else posted 1 in -1001000000001");
    let requests = sandbox.get("/sandbox/requests");
    let named = |name: &str| {
        let all = requests.as_array().unwrap().iter();
        let is_it = |request: &&Value| request["method"].as_str().unwrap() == name;
        all.filter(is_it).cloned().collect::<Vec<_>>()
    };
    for never in ["sendMessage", "setMyCommands", "leaveChat", "answerCallbackQuery"] {
        assert!(named(never).is_empty(), "{requests:#}");
    }
    for poll in named("getUpdates") {
        let kinds = poll["params"]["allowed_updates"].to_string();
        assert!(kinds.contains("channel_post") && !kinds.contains("callback"), "{poll:#}");
    }
    // Another program takes the updates; publishing continues.
    let poll = format!("/bot{}/getUpdates?timeout=1", crate::world::TOKEN);
    for _ in 0..2 {
        std::thread::sleep(Duration::from_millis(300));
        sandbox.get(&poll);
        std::thread::sleep(Duration::from_millis(1_500));
    }
    service.says("another program receives this bot's updates");
    world.run("publish a").exits(0);
    assert_eq!(sandbox.posts(), ["By hand", "A"]);
    service.signal("TERM");
    assert_eq!(service.ends().code(), Some(0));
}

#[test]
fn without_operators_a_foreign_webhook_is_kept() {
    let sandbox = Server::sandbox();
    let world = sandbox.newsroom().post("a", "heading = \"A\"");
    sandbox.post("/sandbox/webhook", &json!({ "url": "https://other.example/hook" }));
    let service = Service::start(&world);
    service.says("go to a webhook at other.example");
    world.run("publish a").exits(0);
    assert_eq!(sandbox.posts(), ["A"]);
    let info = sandbox.get(&format!("/bot{}/getWebhookInfo", crate::world::TOKEN));
    assert_eq!(info["result"]["url"], "https://other.example/hook");
}

#[test]
fn send_with_an_endless_answer_is_uncertain_and_not_repeated() {
    let start = r#"{"ok":true,"result":{"message_id":5,"text":""#;
    let fake = Fake::answering("sendMessage", move |_, _| Reply::Endless(start.to_owned()));
    let world = fake.newsroom().post("a", "heading = \"A\"").env("RUST_LOG", "telepress=debug");
    world
        .run("publish a --wait 0s")
        .exits(4)
        .says("Telegram did not confirm the message")
        .says("the answer is too long to be read");
    world.run("publish a --wait 0s").exits(4);
    assert_eq!(fake.params_of("sendMessage").len(), 1);
    let bytes = fake.streamed.load(Ordering::SeqCst);
    assert!(bytes < ENDLESS / 2, "{bytes} bytes were read");
}
