//! `serve` is killed repeatedly while it publishes, edits and deletes texts, photos, albums, documents, polls and comments, Telegram
//! fails at random, and people post, edit and delete in the channel: every post is there once, with the files of one version.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Duration;

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::world::{Rng, Server, Service, World, until};

/// How often it is killed. `TELEPRESS_SOAK` sets another number for a long run.
const KILLS: u32 = 300;

/// Requests that change the channel, whose answers may be lost.
const METHODS: [&str; 10] = [
    "sendMessage",
    "sendMessage",
    "sendPhoto",
    "sendMediaGroup",
    "sendDocument",
    "sendPoll",
    "editMessageText",
    "editMessageMedia",
    "editMessageCaption",
    "deleteMessage",
];

/// The requests with files.
const UPLOADS: [&str; 4] = ["sendPhoto", "sendMediaGroup", "sendDocument", "editMessageMedia"];

/// What a post consists of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    Text,
    /// So many photos; more than one are an album.
    Photos(usize),
    /// So many documents.
    Documents(usize),
    Poll,
    TextAndPoll,
    /// A text with a comment in the discussion group.
    Commented,
}

const SHAPES: [Shape; 9] = [
    Shape::Text,
    Shape::Photos(1),
    Shape::Photos(2),
    Shape::Documents(1),
    Shape::TextAndPoll,
    Shape::Documents(3),
    Shape::Poll,
    DELETED_SHAPE,
    Shape::Commented,
];

/// The post that an operator deletes.
const DELETED: usize = 7;
const DELETED_SHAPE: Shape = Shape::Photos(1);

/// How many posts others write in one channel.
const OTHERS: u64 = 60;

/// The last version of a post's file.
const VERSIONS: usize = 3;

/// One message of a post, as the channel should show it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Shown {
    /// A text, by its first line.
    Text(String),
    /// A file, by its hash, and the caption.
    File(String, String),
    Poll(String),
    /// A comment, by its text.
    Comment(String),
}

impl Shape {
    fn files(self) -> usize {
        match self {
            Self::Photos(files) | Self::Documents(files) => files,
            Self::Text | Self::Poll | Self::TextAndPoll | Self::Commented => 0,
        }
    }

    /// Whether a changed file is an edit of its messages.
    fn is_editable(self) -> bool {
        self != Self::Poll
    }
}

/// The bytes of a file: an image header or the start of a PDF, and what no other file has.
fn bytes(shape: Shape, post: usize, item: usize, version: usize) -> Vec<u8> {
    let mut bytes = match shape {
        Shape::Documents(_) => b"%PDF-1.7\n".to_vec(),
        _ => b"\xFF\xD8\xFF\xC0\0\x0B\x08\x01\x68\x02\x80\x01\x01\x11\0".to_vec(),
    };
    bytes.extend(format!("post {post} item {item} version {version}").into_bytes());
    bytes.resize(30_000 + 7_000 * (post + item + version), 0x55);
    bytes
}

fn file_name(shape: Shape, post: usize, item: usize, version: usize) -> String {
    let ending = if matches!(shape, Shape::Documents(_)) { "pdf" } else { "jpg" };
    format!("p{post}-{item}-{version}.{ending}")
}

fn heading(post: usize, version: usize) -> String {
    format!("Post {post}, version {version}")
}

fn comment(post: usize, version: usize) -> String {
    format!("Comment on post {post}, version {version}")
}

/// Writes a version of a post: its files first, then at one moment the post that names them.
fn write(world: &World, post: usize, version: usize) {
    let shape = SHAPES[post];
    let mut text = String::new();
    if shape != Shape::Poll {
        text = format!("heading = \"{}\"\n", heading(post, version));
    }
    let kind = if matches!(shape, Shape::Documents(_)) { "document" } else { "photo" };
    for item in 0..shape.files() {
        let name = file_name(shape, post, item, version);
        world.write(&format!("posts/{name}"), bytes(shape, post, item, version));
        writeln!(text, "[[media]]\n{kind} = \"{name}\"").unwrap();
    }
    if matches!(shape, Shape::Poll | Shape::TextAndPoll) {
        writeln!(text, "[poll]\nquestion = \"Post {post}?\"\noptions = [\"Yes\", \"No\"]").unwrap();
    }
    if shape == Shape::Commented {
        writeln!(text, "[[comments]]\nbody = \"{}\"", comment(post, version)).unwrap();
    }
    world.write(&format!("posts/p{post}.toml"), text);
}

/// The messages of a post in a version, in order.
fn expected(post: usize, version: usize) -> Vec<Shown> {
    let shape = SHAPES[post];
    let caption = |item| if item == 0 { heading(post, version) } else { String::new() };
    let hash = |item| hex(&Sha256::digest(bytes(shape, post, item, version)));
    let mut shown: Vec<_> =
        (0..shape.files()).map(|item| Shown::File(hash(item), caption(item))).collect();
    if matches!(shape, Shape::Text | Shape::TextAndPoll | Shape::Commented) {
        shown.push(Shown::Text(heading(post, version)));
    }
    if matches!(shape, Shape::Poll | Shape::TextAndPoll) {
        shown.push(Shown::Poll(format!("Post {post}?")));
    }
    if shape == Shape::Commented {
        shown.push(Shown::Comment(comment(post, version)));
    }
    shown
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    })
}

fn messages(sandbox: &Server) -> Vec<Value> {
    let posts = sandbox.get("/sandbox/channels/example_news/posts");
    posts.as_array().unwrap().iter().filter(|post| !is_others(post)).cloned().collect()
}

/// The comments in the discussion group, beside the copies of posts.
fn comments(sandbox: &Server) -> Vec<Value> {
    let is_comment = |message: &Value| message["reply_to_message_id"].is_i64();
    sandbox.discussion().into_iter().filter(is_comment).collect()
}

fn is_others(message: &Value) -> bool {
    message["text"].as_str().unwrap().starts_with("Other")
}

fn id(message: &Value) -> i64 {
    message["message_id"].as_i64().unwrap()
}

fn shown(message: &Value) -> Shown {
    let text = message["text"].as_str().unwrap().lines().next().unwrap_or_default().to_owned();
    match (message["media"]["sha256"].as_str(), message["poll"]["question"].as_str()) {
        (Some(hash), _) => Shown::File(hash.to_owned(), text),
        (None, Some(question)) => Shown::Poll(question.to_owned()),
        (None, None) => Shown::Text(text),
    }
}

/// The sandbox, the newsroom, and the version of each post's file.
struct Soak {
    sandbox: Server,
    world: World,
    versions: Vec<usize>,
    is_deleted: Cell<bool>,
    /// How many posts others may still write.
    others_left: Cell<u64>,
    /// How often an operator was asked.
    asked: Cell<u32>,
}

impl Soak {
    fn new(rng: &mut Rng) -> Self {
        let sandbox = Server::sandbox();
        sandbox.add_discussion();
        let skews = [0, 0, -3_600, -90, 90, 3_600];
        sandbox.set_clock_ahead(skews[rng.index(skews.len())]);
        let world = sandbox.newsroom_with_staging("400ms").post("first", "heading = \"First\"");
        let config = world.read("config/telepress.toml");
        let world = world.config(&format!("schedule.edits = \"apply\"\n{config}"));
        world.run("publish first").exits(0);
        let versions = vec![1; SHAPES.len()];
        versions.iter().enumerate().for_each(|(post, version)| write(&world, post, *version));
        for post in 0..SHAPES.len() {
            world.run(&format!("schedule p{post} +{}ms", 400 + 60 * post)).exits(0);
        }
        Self {
            sandbox,
            world,
            versions,
            is_deleted: Cell::new(false),
            others_left: Cell::new(OTHERS),
            asked: Cell::new(0),
        }
    }

    /// A fault of the next request. A late delivery is within the quiet time.
    fn arm(&self, rng: &mut Rng) {
        if self.sandbox.get("/sandbox/faults").as_array().unwrap().len() > 20 {
            return;
        }
        let late = json!({ "after_ms": 1 + rng.next(250) });
        let method = METHODS[rng.index(METHODS.len())];
        let upload = UPLOADS[rng.index(UPLOADS.len())];
        let lost =
            |fault: &str, lands: Value| json!({ "fault": fault, "lands": lands, "method": method });
        let fault = match rng.next(14) {
            0 => lost("read_close", json!("before")),
            1 => lost("read_close", json!("never")),
            2 => lost("read_close", late),
            3 => lost("read_reset", json!("before")),
            4 => lost("read_reset", late),
            5 => lost("truncated", json!("before")),
            6 => lost("restart", json!("before")),
            7 => json!({ "fault": "odd_shape", "with_id": true, "method": "sendMessage" }),
            8 => json!({ "fault": "slow", "delay_ms": 100 + rng.next(300), "method": method }),
            9 => json!({ "fault": "accept_close" }),
            10 | 11 => {
                json!({ "fault": "cut_upload", "method": upload, "percent": rng.next(100) })
            }
            12 => json!({ "fault": "lose_album_item", "item": 2, "method": "sendMediaGroup" }),
            _ => return,
        };
        self.sandbox.arm(&fault);
    }

    /// Actions of people in the channel: they post, delete their own posts, and edit our texts.
    fn meddle(&self, rng: &mut Rng) {
        let sandbox = &self.sandbox;
        match rng.next(6) {
            0 | 1 => self.others_post(1),
            2 => self.others_post(rng.next(25)),
            3 => {
                let posts = sandbox.get("/sandbox/channels/example_news/posts");
                let others = posts.as_array().unwrap().iter().filter(|post| is_others(post));
                others.for_each(|post| sandbox.admin_deletes(id(post)));
            }
            4 => {
                let is_text = |post: &&Value| matches!(shown(post), Shown::Text(_));
                if let Some(last) = messages(sandbox).iter().rev().find(is_text) {
                    let heading = last["text"].as_str().unwrap().lines().next().unwrap();
                    sandbox.admin_edits(id(last), &format!("{heading}\n\ncorrected"));
                }
            }
            _ => {}
        }
    }

    /// Others post, until the channel and its group hold more than a process can read in its short life.
    fn others_post(&self, wanted: u64) {
        let posts = wanted.min(self.others_left.get());
        self.others_left.set(self.others_left.get() - posts);
        (0..posts).for_each(|_| self.sandbox.somebody_posts("Other"));
    }

    /// An editor changes a file, or an operator deletes a post that is published.
    fn edit(&mut self, rng: &mut Rng) {
        let post = rng.index(SHAPES.len());
        if post == DELETED {
            if !self.is_deleted.get() {
                self.is_deleted.set(self.world.run("delete p7 --yes").code == Some(0));
            }
        } else if self.versions[post] < VERSIONS && SHAPES[post].is_editable() {
            self.versions[post] += 1;
            write(&self.world, post, self.versions[post]);
        }
    }

    /// An operator decides each unknown outcome: the messages are there, or not. Of an album that is there only partly, the operator
    /// deletes what is there.
    fn answer(&self) {
        for standing in self.world.run("status --format json").json().as_array().unwrap() {
            // A process may have been killed after it had deleted the post.
            if standing["post"] == "p7" && standing["state"] == "deleted" {
                self.is_deleted.set(true);
            }
            let asks = |part: &Value| part["state"] == "needs_operator";
            let Some(part) = standing["parts"].as_array().unwrap().iter().position(asks) else {
                continue;
            };
            let name = standing["post"].as_str().unwrap();
            let post: usize = name.trim_start_matches('p').parse().unwrap();
            let mut ids = match standing["comments"].as_bool() {
                Some(true) => comments(&self.sandbox).iter().map(id).collect(),
                _ => self.found(post, part),
            };
            if ids.len() < SHAPES[post].files() {
                for id in &ids {
                    self.sandbox.admin_deletes(*id);
                }
                ids.clear();
            }
            let ids: Vec<_> = ids.iter().map(ToString::to_string).collect();
            let answer = if ids.is_empty() {
                "--not-sent".into()
            } else {
                format!("--sent {}", ids.join(" "))
            };
            // It may have been settled, or it is too early: then it is tried again.
            self.world.run(&format!("resolve {name} {answer}"));
            self.asked.set(self.asked.get() + 1);
        }
    }

    /// The messages of a part of a post, in any version.
    fn found(&self, post: usize, part: usize) -> Vec<i64> {
        let all: Vec<Shown> = (1..=VERSIONS).flat_map(|version| expected(post, version)).collect();
        let is_poll = |shown: &Shown| matches!(shown, Shown::Poll(_));
        let is_it = |message: &&Value| {
            let shown = shown(message);
            let is_of_part = SHAPES[post] != Shape::TextAndPoll || is_poll(&shown) == (part == 1);
            is_of_part && all.contains(&shown)
        };
        messages(&self.sandbox).iter().filter(is_it).map(id).collect()
    }

    /// What the channel shows and what it should show, sorted.
    fn compare(&self) -> (Vec<Shown>, Vec<Shown>) {
        let mut found: Vec<_> = messages(&self.sandbox).iter().map(shown).collect();
        let text = |comment: &Value| comment["text"].as_str().unwrap().to_owned();
        found.extend(comments(&self.sandbox).iter().map(|comment| Shown::Comment(text(comment))));
        let mut wanted = vec![Shown::Text("First".to_owned())];
        for (post, version) in self.versions.iter().enumerate() {
            if post != DELETED || !self.is_deleted.get() {
                wanted.extend(expected(post, *version));
            }
        }
        found.sort_unstable();
        wanted.sort_unstable();
        (found, wanted)
    }

    fn is_complete(&self) -> bool {
        let (found, wanted) = self.compare();
        found == wanted
    }

    /// The requests of the last killed process are settled without a new message.
    fn settle(&self, kills: u32) {
        let service = Service::start(&self.world);
        let is_settled = || {
            self.answer();
            let queue = self.world.run("queue --format json").json();
            (queue.as_array().unwrap().is_empty() && self.is_complete()).then_some(())
        };
        // After many failures an edit waits for up to a minute before it is tried again.
        let rest = (0..4).find_map(|_| until(is_settled));
        let (found, wanted) = self.compare();
        assert!(
            rest.is_some() && found == wanted,
            "after {kills} kills: {found:#?}\n{wanted:#?}\n{}\n{}",
            self.world.run("status"),
            service.all()
        );
        service.signal("TERM");
        service.ends();
        self.assert_albums_are_whole();
        self.world.run("plan --exit-code").exits(0);
    }

    /// The messages of each album follow each other.
    fn assert_albums_are_whole(&self) {
        let places: BTreeMap<Shown, i64> =
            messages(&self.sandbox).iter().map(|message| (shown(message), id(message))).collect();
        for (post, version) in self.versions.iter().enumerate() {
            if SHAPES[post].files() > 1 {
                let ids: Vec<i64> =
                    expected(post, *version).iter().map(|shown| places[shown]).collect();
                assert!(ids.windows(2).all(|pair| pair[0] + 1 == pair[1]), "p{post}: {ids:?}");
            }
        }
    }
}

#[test]
#[expect(clippy::disallowed_methods, reason = "a long run is asked for by a variable")]
fn every_post_is_published_once_despite_kills() {
    let wanted = std::env::var("TELEPRESS_SOAK").ok().and_then(|rounds| rounds.parse().ok());
    let wanted: u32 = wanted.unwrap_or(KILLS);
    let mut rng = Rng(0x5eed_0f7e_1e99);
    let (mut kills, mut posts, mut asked) = (0, 0, 0);
    while kills < wanted {
        let mut soak = Soak::new(&mut rng);
        let mut killed = 0;
        while kills < wanted && !soak.is_complete() {
            soak.meddle(&mut rng);
            soak.arm(&mut rng);
            let service = Service::begin(&soak.world);
            if rng.next(3) == 0 {
                soak.edit(&mut rng);
            }
            // Some processes live long enough to probe after the quiet time, even if the machine is slow to start them.
            if rng.next(3) == 0 {
                // A fault may keep it from getting ready.
                let _ = until(|| service.all().contains("ready").then_some(()));
                // The longer it takes, the more time a process gets: the machine may be slow.
                std::thread::sleep(Duration::from_millis(rng.next(1_200 + 20 * killed)));
            } else {
                std::thread::sleep(Duration::from_millis(rng.next(300)));
            }
            service.signal("KILL");
            kills += 1;
            killed += 1;
            service.ends();
            soak.answer();
        }
        soak.settle(kills);
        posts += SHAPES.len();
        asked += soak.asked.get();
        println!(
            "{kills} kills, {posts} posts, each of them once; an operator was asked {asked} times"
        );
    }
}
