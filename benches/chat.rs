//! Memory and start of `serve` with a thousand posts, compared with a bare teloxide bot, and the response time of chat commands.

#![expect(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "the benchmark creates files, starts programs and measures time"
)]

#[allow(dead_code, reason = "each benchmark compiles this file and uses a part of it")]
mod measure;

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use measure::{Report, sized};
use serde_json::json;
use telepress::clock::SystemClock;
use telepress::sandbox::{ChannelSeed, Person, Sandbox, serve};
use teloxide::dispatching::UpdateFilterExt;
use teloxide::prelude::{Bot, Dispatcher, Message, Requester, Update, dptree};

const TOKEN: &str = "7000000001:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw0";
const OPERATOR: i64 = 111;

/// Starts of each program.
const ROUNDS: usize = 5;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    if let [_, mode, address, ..] = arguments.as_slice()
        && mode == "bare"
    {
        return runtime().block_on(bare(address));
    }
    let mut report = Report::new("chat: memory, the first poll, and answers");
    let folder = tempfile::tempdir().expect("a folder");
    let sandbox =
        Sandbox::new([ChannelSeed::public("example_news", "News")], Arc::new(SystemClock));
    sandbox.add_person(Person::new(OPERATOR));
    let address = open(sandbox.clone());
    newsroom(folder.path(), &address);
    let mut baseline = (Vec::new(), Vec::new());
    let mut own = (Vec::new(), Vec::new());
    for _ in 0..sized(ROUNDS) {
        let bare = Command::new(std::env::current_exe().expect("itself"))
            .args(["bare", &address])
            .stderr(Stdio::null())
            .spawn();
        idle(bare.expect("a bot"), &sandbox, &mut baseline);
        idle(program(folder.path()), &sandbox, &mut own);
    }
    let (baseline_memory, baseline_start) = (median(baseline.0), median(baseline.1));
    let (memory, start) = (median(own.0), median(own.1));
    let verdict = |good: bool| if good { "within" } else { "ABOVE" };
    report.line(format!(
        "resident memory, idle, 1,000 posts: {memory} MiB against {baseline_memory} MiB of a bare bot ({} the goal of 16 more)",
        verdict(memory <= baseline_memory + 16)
    ));
    let more = start.saturating_sub(baseline_start);
    report.line(format!(
        "from start to the first poll: {start:.1?} against {baseline_start:.1?} of a bare bot ({} the goal of 50 ms more)",
        verdict(more <= Duration::from_millis(50))
    ));
    answers(folder.path(), &sandbox, &address, &mut report);
    report.print();
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime")
}

/// The baseline: a bare teloxide bot that replies to every message.
async fn bare(address: &str) {
    let bot = Bot::new(TOKEN).set_api_url(address.parse().expect("an address"));
    let answer = |bot: Bot, message: Message| async move {
        bot.send_message(message.chat.id, "pong").await.map(drop)
    };
    let handler = dptree::entry().branch(Update::filter_message().endpoint(answer));
    Dispatcher::builder(bot, handler).build().dispatch().await;
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

fn newsroom(root: &Path, address: &str) {
    std::fs::create_dir_all(root.join("config")).expect("a folder");
    std::fs::create_dir_all(root.join("posts")).expect("a folder");
    let config = format!(
        "bot.api_url = \"{address}\"\nbot.operators = [{{ id = {OPERATOR}, role = \"admin\" }}]\npacing = {{ channel = \"0ms\", bot = \"0ms\" }}\nchannels.news = {{ chat = \"@example_news\", language = \"en\" }}\n"
    );
    std::fs::write(root.join("config/telepress.toml"), config).expect("a file");
    // The journal is created first, because it treats posts that already exist as history.
    let created = telepress(root).args(["journal", "create"]).status().expect("the program");
    assert!(created.success(), "{created}");
    for number in 0..sized(1_000) {
        let bullets = "\"A bullet of **usual** length\", ".repeat(5);
        let text = format!("heading = \"Post {number}\"\nbullets = [{bullets}]\n");
        std::fs::write(root.join(format!("posts/post-{number:04}.toml")), text).expect("a file");
    }
}

fn program(root: &Path) -> Child {
    telepress(root).arg("serve").spawn().expect("the program")
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

/// Records the time to a bot's first poll, and its resident memory one second later.
fn idle(mut child: Child, sandbox: &Sandbox, samples: &mut (Vec<u64>, Vec<Duration>)) {
    let polls = || {
        let requests = sandbox.requests();
        requests.iter().filter(|request| request.method.eq_ignore_ascii_case("getUpdates")).count()
    };
    let (before, began) = (polls(), Instant::now());
    while polls() == before {
        assert!(began.elapsed() < Duration::from_secs(30), "it does not poll");
        std::thread::sleep(Duration::from_millis(1));
    }
    samples.1.push(began.elapsed());
    std::thread::sleep(Duration::from_secs(1));
    samples.0.push(resident(child.id()));
    child.kill().expect("an end");
    child.wait().expect("an end");
}

/// Resident memory of a process in MiB.
fn resident(id: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{id}/status")).expect("its status");
    let line = status.lines().find(|line| line.starts_with("VmRSS")).expect("its memory");
    let kib: u64 = line.split_whitespace().nth(1).and_then(|kib| kib.parse().ok()).expect("KiB");
    kib.div_ceil(1024)
}

fn median<T: Ord + Copy>(mut values: Vec<T>) -> T {
    values.sort_unstable();
    values[values.len() / 2]
}

/// Response times of a thousand commands in sequence.
fn answers(root: &Path, sandbox: &Sandbox, address: &str, report: &mut Report) {
    let mut child = program(root);
    let runtime = runtime();
    let client = reqwest::Client::new();
    let say = |text: &str| {
        let request = client
            .post(format!("{address}/sandbox/people/{OPERATOR}/messages"))
            .json(&json!({ "text": text }));
        runtime.block_on(async { request.send().await.expect("the sandbox") });
    };
    let answered = |text: &str| {
        // The command itself is a change too.
        let before = sandbox.changes(OPERATOR) + 1;
        let began = Instant::now();
        say(text);
        while sandbox.changes(OPERATOR) <= before {
            assert!(began.elapsed() < Duration::from_secs(30), "{text} is not answered");
            std::thread::sleep(Duration::from_micros(200));
        }
        began.elapsed()
    };
    answered("/help");
    let commands = ["/posts", "/status", "/queue", "/help", "/posts post-07"];
    let mut times: Vec<_> =
        (0..sized(1_000)).map(|number| answered(commands[number % commands.len()])).collect();
    times.sort_unstable();
    let (p50, p99) = (times[times.len() / 2], times[times.len() * 99 / 100]);
    let verdict = if p99 <= Duration::from_millis(30) { "within" } else { "ABOVE" };
    report.line(format!(
        "a command is answered, 1,000 posts: p50 {p50:.1?}, p99 {p99:.1?} of 1,000 commands ({verdict} the goal of 30 ms)"
    ));
    child.kill().expect("an end");
    child.wait().expect("an end");
}
