//! Time from a save to the changed pixels: the preview of a thousand posts in Chromium, compared with a bare server that sends a
//! changed file to a page over a WebSocket, in the same browser and run.

#![expect(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "the benchmark creates files, starts programs and measures time"
)]

#[allow(dead_code, reason = "each benchmark compiles this file and uses a part of it")]
mod measure;

use std::io::{BufRead, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::ws::{Message, WebSocketUpgrade};
use axum::response::Html;
use axum::routing::get;
use measure::{Report, sized};
use notify::{RecursiveMode, Watcher};
use tokio::sync::watch;

/// Posts of the newsroom.
const POSTS: usize = 1_000;

/// Saves of each page, of which p99 counts.
const SAVES: usize = 100;

/// The goal: milliseconds from a save to the changed pixels, p99.
const GOAL: f64 = 100.0;

/// Open tabs, including the measured one.
const TABS: usize = 10;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    if let [_, mode, folder, ..] = arguments.as_slice()
        && mode == "bare"
    {
        return bare(Path::new(folder));
    }
    let mut report = Report::new("preview: from the save to the pixels");
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    newsroom(root);
    let program = Command::new(env!("CARGO_BIN_EXE_telepress"))
        .args(["preview", "--no-open"])
        .current_dir(root)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn();
    let (preview, address) = started(program.expect("the program"));
    first_page(&address, &mut report);
    let watched = root.join("watched");
    std::fs::create_dir(&watched).expect("a folder");
    std::fs::write(watched.join("file"), "0").expect("a file");
    let baseline = Command::new(std::env::current_exe().expect("itself"))
        .args([Path::new("bare"), &watched])
        .stdout(Stdio::piped())
        .spawn();
    let (baseline, bare) = started(baseline.expect("the baseline"));
    let page = format!("{address}?post=post-0000");
    let watched = watched.join("file");
    for (what, measured) in [("page of the post", &page), ("newsroom", &address)] {
        let what = format!("a save in the {what}, {POSTS} posts, {TABS} tabs open");
        // The other tabs show the newsroom and the changed post, so both pages are drawn.
        let others: Vec<_> = [&address, &page].into_iter().cycle().take(TABS - 1).collect();
        report.line(match saves([measured, &bare], root, &watched, &others) {
            Some(times) => report_line(&what, times),
            None => format!(
                "{what}: not measured without Chromium and playwright-core (TELEPRESS_BROWSER)"
            ),
        });
    }
    end(preview);
    end(baseline);
    report.print();
}

fn newsroom(root: &Path) {
    std::fs::create_dir_all(root.join("config")).expect("a folder");
    std::fs::create_dir_all(root.join("posts")).expect("a folder");
    let config = "channels.news = { chat = \"@example_news\", language = \"en\" }\n";
    std::fs::write(root.join("config/telepress.toml"), config).expect("a file");
    for number in 0..sized(POSTS) {
        let bullets = "\"A bullet of **usual** length\", ".repeat(5);
        let text =
            format!("heading = \"Post {number}\"\nlead = \"mark 0\"\nbullets = [{bullets}]\n");
        std::fs::write(root.join(format!("posts/post-{number:04}.toml")), text).expect("a file");
    }
}

/// Waits until a program has printed its address.
fn started(mut child: Child) -> (Child, String) {
    let mut line = String::new();
    BufReader::new(child.stdout.as_mut().expect("its output"))
        .read_line(&mut line)
        .expect("a line");
    (child, line.trim().to_owned())
}

/// The address of the pages and their cookie.
struct Entered {
    host: String,
    folder: String,
    cookie: String,
}

/// Gets the cookie from the printed address.
fn enter(address: &str) -> Entered {
    let (host, path) =
        address.strip_prefix("http://").and_then(|rest| rest.split_once('/')).expect("an address");
    let mut stream = TcpStream::connect(host).expect("a connection");
    let request = format!("GET /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).expect("a request");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    let header = |name: &str| {
        let line = answer.lines().find_map(|line| line.strip_prefix(name)).expect("a header");
        line.split(';').next().unwrap_or_default().to_owned()
    };
    Entered { host: host.to_owned(), folder: header("location: "), cookie: header("set-cookie: ") }
}

fn end(mut child: Child) {
    child.kill().expect("an end");
    child.wait().expect("an end");
}

/// Time and size of the first page of the newsroom.
fn first_page(address: &str, report: &mut Report) {
    let entered = enter(address);
    let address = format!("http://{}{}", entered.host, entered.folder);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let client = reqwest::Client::new();
    runtime.expect("a runtime").block_on(async {
        let mut times = Vec::new();
        let mut bytes = 0;
        for _ in 0..20 {
            let began = Instant::now();
            let request = client.get(&address).header("cookie", &entered.cookie);
            let page = request.send().await.expect("an answer").bytes().await;
            bytes = page.expect("a page").len();
            times.push(began.elapsed());
        }
        times.sort_unstable();
        let most = times[times.len() - 1];
        let good = most <= Duration::from_millis(150) && bytes <= 300_000;
        let verdict = if good { "within" } else { "ABOVE" };
        report.line(format!("the page of {POSTS} posts: at most {most:.0?} in 20 requests, {bytes} bytes ({verdict} the goals of 150 ms and 300 kB)"));
    });
}

fn report_line(what: &str, [baseline_p50, baseline_p99, p50, p99]: [f64; 4]) -> String {
    let verdict = if p99 <= GOAL { "within" } else { "ABOVE" };
    format!(
        "{what}: p50 {p50:.1} ms, p99 {p99:.1} ms ({verdict} the goal of {GOAL} ms at p99); baseline, a bare echo: p50 {baseline_p50:.1} ms, p99 {baseline_p99:.1} ms"
    )
}

/// Milliseconds from a save to the changed pixels while `others` are open too: p50 and p99 of the baseline, then of the page.
fn saves(
    [address, bare]: [&String; 2],
    root: &Path,
    watched: &Path,
    others: &[&String],
) -> Option<[f64; 4]> {
    let modules = PathBuf::from(std::env::var_os("TELEPRESS_BROWSER")?);
    let chromium = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
    let chromium = chromium.iter().find(|file| Path::new(file).exists())?;
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/saves.mjs");
    let output = Command::new("node")
        .arg(script)
        .arg(sized(SAVES).to_string())
        .args([Path::new(address), Path::new(bare), root, watched])
        .args(others)
        .env("TELEPRESS_BROWSER", modules)
        .env("TELEPRESS_CHROMIUM", chromium)
        .stderr(Stdio::inherit())
        .output()
        .ok()?;
    let stdout = String::from_utf8(output.stdout).ok()?;
    let numbers: Vec<f64> =
        stdout.split_whitespace().filter_map(|word| word.parse().ok()).collect();
    numbers.try_into().ok()
}

/// The baseline: watches a file and sends it to every open page after each change.
fn bare(folder: &Path) {
    let file = folder.join("file");
    let (sender, content) = watch::channel(String::new());
    let on_event = move |event: notify::Result<notify::Event>| {
        if event.is_ok_and(|event| !event.kind.is_access()) {
            let content = std::fs::read_to_string(&file).unwrap_or_default();
            if !content.is_empty() {
                sender.send_replace(content);
            }
        }
    };
    let mut watcher = notify::recommended_watcher(on_event).expect("a watch");
    watcher.watch(folder, RecursiveMode::Recursive).expect("a watch");
    let page = "<!DOCTYPE html><html><body><p class=live>live</p><main id=main></main><script>const s = new WebSocket('ws://' + location.host + '/live'); s.onmessage = (e) => { document.querySelector('main').textContent = e.data; };</script>";
    let live = move |upgrade: WebSocketUpgrade| async move {
        upgrade.on_upgrade(move |mut socket| async move {
            let mut content = content.clone();
            while content.changed().await.is_ok() {
                let text = content.borrow_and_update().clone();
                if socket.send(Message::Text(text.into())).await.is_err() {
                    return;
                }
            }
        })
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime").block_on(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        println!("http://{}/", listener.local_addr().expect("an address"));
        let router = Router::new()
            .route("/", get(move || async move { Html(page) }))
            .route("/live", get(live));
        axum::serve(listener, router).await.expect("a server");
    });
}
