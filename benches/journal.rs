//! NotSentReason of due posts, start of `serve` and of a command, and time of `plan`.
//!
//! The journal is a file, the client uses sockets, the sandbox stands in for Telegram, and `serve`, `plan` and `status` run as programs.

#![expect(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "the benchmark creates files, starts programs and measures time"
)]

#[allow(dead_code, reason = "each benchmark compiles this file and uses a part of it")]
mod measure;

use std::fmt::Write as _;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use measure::{Report, sized};
use telegram_text::FormattedText;
use telepress::clock::SystemClock;
use telepress::ids::{ChannelName, Destination, PostId};
use telepress::message::Request;
use telepress::newsroom::{Newsroom, Opened, Places};
use telepress::outbox::{
    Acceptance, Actor, AttemptId, EndTimes, Event, NewPart, Outcome, PayloadHash, Policy,
    PublicationId, ReleaseGroup, State,
};
use telepress::plan::Desired;
use telepress::publisher::{
    CopySearches, Pacing, PublicationEvent, Publisher, StopMode, Until, Uploads,
};
use telepress::sandbox::{ChannelSeed, Sandbox, serve};
use telepress::secret::Token;
use telepress::store::{
    self, Access, Address, Command as JournalCommand, CommandContext, MarkFolder, Store,
};
use telepress::telegram::{Client, ClientOptions};
use telepress::{operations, plan, process};
use tokio::sync::watch;

const TOKEN: &str = "7000000001:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw0";

/// Posts in the journal and in the newsroom.
const POSTS: usize = 10_000;

/// Posts whose files are there when `serve` starts.
const FILES: usize = 1_000;

/// Posts that are due while the others wait.
const DUE: usize = 500;

/// Channels; the posts are spread over them.
const CHANNELS: i64 = 100;

fn number(count: usize) -> i64 {
    i64::try_from(count).expect("a small number")
}

fn chat(number: i64) -> i64 {
    -1_002_000_000_000 - number
}

fn main() {
    let mut report = Report::new("journal: due posts, start and plan");
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(punctuality(&mut report));
    start(&mut report);
    command_start(&mut report);
    report.print();
}

fn acceptance(number: i64, chat: i64, due_at: Timestamp) -> Acceptance {
    let text = format!(
        "Post {number}\n\nA text of a usual length, with a few words more than a heading has."
    );
    let request = Request::of_text(FormattedText::plain(text));
    let hash = plan::request_hash(&request);
    Acceptance {
        post: PostId::parse(&format!("post-{number:05}")).expect("an id"),
        destination: Destination::of_chat(chat),
        comments_on: None,
        channel: ChannelName::parse("news").expect("a name"),
        edition: "en".into(),
        payload: plan::payload_hash([&hash], false, EndTimes::default(), None),
        source: PayloadHash::of_digest([2; 32]),
        due_at,
        civil: None,
        by_hand: true,
        file_publish_at: None,
        occurrence: None,
        pin: false,
        ends: EndTimes::default(),
        together: ReleaseGroup::default(),
        by: Actor::CommandLine { user: "bench".into() },
        parts: vec![NewPart { request, hash, messages: 1 }],
        supersedes: None,
        after: 0,
    }
}

async fn journal(folder: &Path) -> Arc<Store> {
    let address = Address::Sqlite(folder.join("telepress.db"));
    let (nowhere, now) = (MarkFolder::none(), Timestamp::now());
    store::create(&address, &nowhere, &[], false, now).await.expect("a new journal");
    let store = store::open(&address, &nowhere, Access::Write, process::me(), now).await;
    store.expect("a journal")
}

async fn order(store: &Arc<Store>, orders: Vec<JournalCommand>) -> Vec<PublicationId> {
    let policy = Policy::default();
    let facts = CommandContext { now: Timestamp::now(), jitter: 0, clock_trusted: true, policy };
    let done = store.transact(orders, facts).await.expect("an order");
    done.into_iter().filter_map(|done| done.publication).map(|now| now.id).collect()
}

/// Publishes through a sandbox until `ids` are settled, and calls `tell` for each event.
async fn publish(
    store: &Arc<Store>,
    ids: &[PublicationId],
    tell: &(dyn Fn(&PublicationEvent<'_>) + Sync),
) {
    let (address, server) = sandbox();
    let token = Token::parse(TOKEN).unwrap_or_else(|error| panic!("{error}"));
    let url = address.parse().expect("an address");
    let client = Client::new(token, Some(&url), ClientOptions::default()).expect("a client");
    let publisher = Publisher {
        store: Arc::clone(store),
        gateway: &client,
        files: None,
        still_pruned: &|_| Box::pin(std::future::ready(true)),
        clock: &SystemClock,
        policy: Policy::default(),
        pacing: Pacing { channel: Duration::ZERO, bot: Duration::ZERO },
        staging: None,
        link: &|_, _| None,
        on_event: tell,
        wake: Arc::default(),
        last_request: Arc::default(),
        uploads: Uploads::default(),
        searches: CopySearches::default(),
        ending: Arc::default(),
    };
    let (_stopper, stop) = watch::channel(StopMode::Not);
    publisher.run(Until::Settled(ids, Duration::from_mins(5)), stop).await.expect("a run");
    drop(server);
}

/// A sandbox with all channels on its own thread; it ends when the returned sender is dropped.
fn sandbox() -> (String, tokio::sync::oneshot::Sender<()>) {
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let (sender, receiver) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let runtime =
            tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async {
            let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
            sender
                .send(format!("http://{}", listener.local_addr().expect("an address")))
                .expect("a listener");
            let seeds = (0..CHANNELS)
                .map(|number| ChannelSeed::private(chat(number), format!("Channel {number}")));
            let sandbox = Sandbox::new(seeds, Arc::new(SystemClock));
            // The server ends when the sender is dropped.
            let ended = async { drop(stopped.await) };
            serve(listener, sandbox, ended).await.expect("a server");
        });
    });
    (receiver.recv().expect("an address"), stop)
}

/// 10,000 posts wait. For twenty seconds 25 of them are due each second, which is Telegram's limit for one bot.
async fn punctuality(report: &mut Report) {
    let folder = tempfile::tempdir().expect("a folder");
    let store = journal(folder.path()).await;
    let begin = Timestamp::now() + SignedDuration::from_secs(4);
    let due_posts = number(sized(DUE));
    let due = |number: i64| {
        if number < due_posts {
            begin + SignedDuration::from_millis(number * 40)
        } else {
            begin + SignedDuration::from_hours(24)
        }
    };
    let orders: Vec<_> = (0..number(sized(POSTS)))
        .map(|number| {
            JournalCommand::Accept(acceptance(number, chat(number % CHANNELS), due(number)))
        })
        .collect();
    let mut ids = Vec::new();
    for batch in orders.chunks(500) {
        ids.extend(order(&store, batch.to_vec()).await);
    }
    ids.truncate(sized(DUE));
    store.take_lock().await.expect("the lock");
    let late = Mutex::new(Vec::new());
    publish(&store, &ids, &|event| {
        if event.publication.state == State::Published {
            let late_by = Timestamp::now().duration_since(event.publication.due_at);
            late.lock().expect("one thread").push(late_by.as_millis());
        }
    })
    .await;
    let mut late = late.into_inner().expect("one thread");
    late.sort_unstable();
    let p99 = late[late.len() * 99 / 100];
    let verdict = if p99 <= 50 { "within" } else { "ABOVE" };
    report.line(format!(
        "published late, 25 due a second of 10,000 that wait: p50 {} ms, p99 {p99} ms of {} posts ({verdict} the goal of 50 ms)",
        late[late.len() / 2],
        late.len()
    ));
}

/// A newsroom with 10,000 published posts: `serve` with 1,000 files, and `plan` with all of them.
fn start(report: &mut Report) {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    let (address, server) = sandbox();
    let config = format!(
        "bot.api_url = \"{address}\"\nchannels.news = {{ chat = {}, language = \"en\" }}\n",
        chat(0)
    );
    std::fs::create_dir_all(root.join("config")).expect("a folder");
    std::fs::create_dir_all(root.join("posts")).expect("a folder");
    std::fs::write(root.join("config/telepress.toml"), config).expect("a file");
    let file = |number: i64| {
        let mut text = format!("heading = \"Post {number}\"\nbullets = [");
        for bullet in 0..5 {
            let _written = write!(text, "\"A bullet of **usual** length, number {bullet}\", ");
        }
        std::fs::write(root.join(format!("posts/post-{number:05}.toml")), text + "]\n")
            .expect("a file");
    };
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    (0..number(sized(POSTS))).for_each(&file);
    runtime.block_on(published(root));
    let remove = |number: i64| {
        std::fs::remove_file(root.join(format!("posts/post-{number:05}.toml"))).expect("a file");
    };
    (number(sized(FILES))..number(sized(POSTS))).for_each(remove);
    let mut times = Vec::new();
    let mut memory = 0;
    for _ in 0..3 {
        let began = Instant::now();
        let mut child = command(root, &["serve"])
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program");
        let lines = BufReader::new(child.stderr.take().expect("its stderr")).lines();
        assert!(lines.map_while(Result::ok).any(|line| line == "ready"), "it is not ready");
        times.push(began.elapsed());
        memory = memory.max(resident(child.id()));
        child.kill().expect("an end");
        child.wait().expect("an end");
    }
    times.sort_unstable();
    let start = times[1];
    let verdict = if start <= Duration::from_secs(1) { "within" } else { "ABOVE" };
    report.line(format!("`serve` with 10,000 rows and 1,000 files is ready after {start:.1?} ({verdict} the goal of 1 s)"));
    let verdict = if memory <= 60 { "within" } else { "ABOVE" };
    report.line(format!("its resident memory then: {memory} MiB ({verdict} the goal of 60 MiB)"));
    (number(sized(FILES))..number(sized(POSTS))).for_each(&file);
    let mut times = Vec::new();
    for _ in 0..3 {
        let began = Instant::now();
        let output = command(root, &["plan"]).output().expect("the program");
        assert!(output.status.success(), "{output:?}");
        times.push(began.elapsed());
        let plan = String::from_utf8_lossy(&output.stdout);
        assert!(plan.contains(&format!("{} posts are up to date", sized(POSTS))), "{plan}");
    }
    times.sort_unstable();
    let plan = times[1];
    let verdict = if plan <= Duration::from_secs(1) { "within" } else { "ABOVE" };
    report.line(format!(
        "`plan` over 10,000 published posts and their files: {plan:.1?} ({verdict} the goal of 1 s)"
    ));
    drop(server);
}

/// The time of a whole `status` process with an empty journal.
fn command_start(report: &mut Report) {
    let folder = tempfile::tempdir().expect("a folder");
    let run = |arguments: &[&str]| {
        let began = Instant::now();
        let output = command(folder.path(), arguments).output().expect("the program");
        assert!(output.status.success(), "{output:?}");
        began.elapsed()
    };
    run(&["init"]);
    let mut times: Vec<_> = (0..sized(51)).map(|_| run(&["status"])).collect();
    times.sort_unstable();
    let time = times[times.len() / 2];
    let verdict = if time <= Duration::from_millis(15) { "within" } else { "ABOVE" };
    report
        .line(format!("`status` with an empty journal: {time:.1?} ({verdict} the goal of 15 ms)"));
}

/// Writes a journal in which every post of the newsroom is published and up to date.
async fn published(root: &Path) {
    let places = Places::of(Some(root.join("config/telepress.toml")), None);
    let Opened::Valid(newsroom, _) = Newsroom::open(places) else { panic!("no newsroom") };
    let now = Timestamp::now();
    let desired = newsroom
        .each(now, |checked| operations::desired_posts(&newsroom, &checked).expect("a post"))
        .expect("the files");
    let store = journal(root).await;
    store.take_lock().await.expect("the lock");
    let accept = |(number, desired): (usize, Desired)| {
        let number = i64::try_from(number).expect("a number");
        let wanted = acceptance(number, chat(0), now);
        let Desired { post, payload, source, parts, .. } = desired;
        let id = PublicationId(number + 1);
        let (message_ids, chat) = (vec![number + 1], Some(chat(0)));
        let sent = Event::Answered {
            part: 0,
            attempt: AttemptId(number + 1),
            outcome: Outcome::Accepted { message_ids, chat },
        };
        let request_hash = payload;
        [
            JournalCommand::Accept(Acceptance {
                post,
                payload,
                source,
                parts: parts.to_vec(),
                ..wanted
            }),
            JournalCommand::Event(id, Event::Tick),
            JournalCommand::Claim {
                publication: id,
                part: 0,
                request_hash,
                filled: None,
                telegram_at: None,
            },
            JournalCommand::Event(id, sent),
        ]
    };
    let orders: Vec<_> = desired.into_iter().flatten().enumerate().flat_map(accept).collect();
    for batch in orders.chunks(400) {
        order(&store, batch.to_vec()).await;
    }
    store.close().await;
}

fn command(root: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_telepress"));
    command
        .args(arguments)
        .current_dir(root)
        .env("TELEPRESS_TOKEN", TOKEN)
        .env("XDG_STATE_HOME", root.join("state"))
        .stdin(Stdio::null());
    command
}

/// Resident memory of a process in MiB; 0 if the system does not report it.
fn resident(pid: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok()).unwrap_or(0) / 1024
}
