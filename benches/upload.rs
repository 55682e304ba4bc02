//! Uploading a document of 49 MB: the time, compared with a copy of the file by a socket, and the memory of `serve`.

#![expect(
    clippy::disallowed_methods,
    clippy::expect_used,
    reason = "the benchmark creates files, starts programs and measures time"
)]

#[path = "../tests/telegram_faults/intent.rs"]
#[expect(clippy::unwrap_used, reason = "the tests use this file too")]
mod intent;
#[allow(dead_code, reason = "each benchmark compiles this file and uses a part of it")]
mod measure;

use std::fs::File;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use measure::{Report, Samples, sized};
use telepress::clock::SystemClock;
use telepress::media::Kind;
use telepress::message::{
    Caption, FileContent, FileIds, InlineKeyboard, InputMedia, MediaContent, MediaFile, Request,
    SendMedia, SendOptions,
};
use telepress::outbox::{Event, Outcome};
use telepress::sandbox::{ChannelSeed, Sandbox, serve};
use telepress::secret::Token;
use telepress::spool::Spool;
use telepress::telegram::{Client, ClientOptions};
use tempfile::TempDir;

const TOKEN: &str = "7000000001:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw0";

/// The size of the document: just below the 50 MB that the Bot API takes.
const BYTES: u64 = 49_000_000;

/// Uploads and copies.
const RUNS: usize = 7;

/// The goals: at least half the speed of a copy, and MiB above an idle `serve`.
const RATIO: f64 = 2.0;
const MEMORY: u64 = 8;

fn main() {
    let mut report = Report::new("upload: a document of 49 MB");
    let (uploads, copies) = times();
    report.row("time, with a copy by a socket as the baseline", &uploads, &copies, RATIO);
    let (idle, peak) = memory();
    let verdict = if peak <= idle + MEMORY * 1024 { "within" } else { "ABOVE" };
    report.line(format!(
        "resident memory of `serve`: at most {} KiB above {idle} KiB ({verdict} the goal of {MEMORY} MiB)",
        peak.saturating_sub(idle)
    ));
    report.print();
}

/// The times of uploads by the client from the spool to a sandbox, and of plain copies.
fn times() -> (Samples, Samples) {
    let sandbox = Sandbox::new([], Arc::new(SystemClock));
    sandbox.add_channel(ChannelSeed::private(intent::CHAT, "News")).expect("a channel");
    let url = open(sandbox).parse().expect("an address");
    let folder = tempfile::tempdir().expect("a folder");
    let spool = Spool::new(folder.path().join("spool"));
    let token = Token::parse(TOKEN).expect("a token");
    let client = Client::new(token, Some(&url), ClientOptions::default()).expect("a client");
    let client = client.with_spool(spool.clone());
    let path = folder.path().join("document.pdf");
    write_document(&path);
    let added = spool
        .add(&File::open(&path).expect("the document"), Timestamp::now())
        .expect("a place in the spool");
    let content = FileContent::Sha256(added.hash);
    let file = MediaFile { content, bytes: added.bytes, name: "document.pdf".into() };
    let media = InputMedia::new(Kind::Document, file);
    let content = MediaContent {
        media,
        caption: Caption::default(),
        reply_markup: InlineKeyboard::default(),
    };
    let options = SendOptions::default();
    let request = Request::SendMedia(Box::new(SendMedia { content, options }));
    let runtime = runtime();
    let (mut uploads, mut copies) = (Samples::default(), Samples::default());
    for _ in 0..sized(RUNS) {
        let mut intent = Some(runtime.block_on(intent::of(request.clone())));
        uploads.time(1, || {
            let intent = intent.take().expect("one upload");
            let made = runtime.block_on(client.execute(intent, &FileIds::default()));
            let is_sent =
                matches!(made.event, Event::Answered { outcome: Outcome::Accepted { .. }, .. });
            assert!(is_sent, "{:?}", made.event);
        });
        copies.time(1, || copy_by_a_socket(&path));
    }
    (uploads, copies)
}

/// Bytes without a pattern that a file system could leave out.
fn write_document(path: &Path) {
    let mut file = File::create(path).expect("the document");
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    for _ in 0..BYTES / 8 {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        file.write_all(&state.to_le_bytes()).expect("the document's bytes");
    }
}

/// Copies the file to another by a socket: a thread reads it from there, writes it, and answers with a byte at its end.
fn copy_by_a_socket(path: &Path) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    let target = path.with_extension("copy");
    let receiver = std::thread::spawn(move || {
        let (mut socket, _) = listener.accept().expect("a connection");
        let mut copy = File::create(target).expect("the copy");
        pass_on(&mut socket, &mut copy);
        socket.write_all(b".").expect("the answer");
    });
    let mut socket = TcpStream::connect(address).expect("a connection");
    pass_on(&mut File::open(path).expect("the document"), &mut socket);
    socket.read_exact(&mut [0]).expect("the answer");
    receiver.join().expect("the receiver");
}

/// Passes on [`BYTES`] in pieces of 64 KiB.
fn pass_on(from: &mut impl Read, to: &mut impl Write) {
    let mut buffer = vec![0; 64 * 1024];
    let mut left = BYTES;
    while left > 0 {
        let read = from.read(&mut buffer).expect("the document's bytes");
        let bytes = buffer.get(..read).filter(|bytes| !bytes.is_empty()).expect("more bytes");
        to.write_all(bytes).expect("a copy");
        left -= u64::try_from(read).expect("a length");
    }
}

/// Resident memory of `serve` in KiB: before the upload, and at most while it uploads.
fn memory() -> (u64, u64) {
    let folder = tempfile::tempdir().expect("a folder");
    let sandbox =
        Sandbox::new([ChannelSeed::public("example_news", "News")], Arc::new(SystemClock));
    newsroom(&folder, &open(sandbox.clone()));
    let mut child = telepress(folder.path()).arg("serve").spawn().expect("the program");
    std::thread::sleep(Duration::from_secs(3));
    let idle = resident(&child);
    let posts = folder.path().join("posts");
    write_document(&posts.join("document.pdf"));
    let due = Timestamp::now()
        .checked_add(SignedDuration::from_secs(2))
        .expect("a time")
        .strftime("%Y-%m-%dT%H:%M:%SZ");
    let post = format!("publish_at = {due}\nmedia = [{{ document = \"document.pdf\" }}]\n");
    std::fs::write(posts.join("document.toml"), post).expect("a file");
    let began = Instant::now();
    let mut peak = idle;
    while sandbox.posts("@example_news").is_empty() {
        assert!(began.elapsed() < Duration::from_mins(1), "the document is not published");
        peak = peak.max(resident(&child));
        std::thread::sleep(Duration::from_millis(1));
    }
    child.kill().expect("an end");
    child.wait().expect("an end");
    (idle, peak)
}

fn newsroom(folder: &TempDir, address: &str) {
    for name in ["config", "posts"] {
        std::fs::create_dir(folder.path().join(name)).expect("a folder");
    }
    let config = format!(
        "bot.api_url = \"{address}\"\nchannels.news = {{ chat = \"@example_news\", language = \"en\" }}\n"
    );
    std::fs::write(folder.path().join("config/telepress.toml"), config).expect("a file");
    let created = telepress(folder.path()).args(["journal", "create"]).status();
    assert!(created.expect("the program").success(), "the journal is created");
}

fn telepress(root: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_telepress"));
    command
        .current_dir(root)
        .env("TELEPRESS_TOKEN", TOKEN)
        .env("XDG_STATE_HOME", root.join("state"))
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command
}

/// Resident memory of the process in KiB.
fn resident(child: &Child) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id()));
    let status = status.expect("its status");
    let line = status.lines().find(|line| line.starts_with("VmRSS")).expect("its memory");
    line.split_whitespace().nth(1).and_then(|kib| kib.parse().ok()).expect("KiB")
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime")
}

/// Serves the sandbox on its own thread until the process ends.
fn open(sandbox: Sandbox) -> String {
    let (sender, receiver) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        runtime().block_on(async {
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
            let address = listener.local_addr().expect("an address");
            sender.send(format!("http://{address}")).expect("a receiver");
            serve(listener, sandbox, std::future::pending()).await.expect("a server");
        });
    });
    receiver.recv().expect("an address")
}
