//! Files and config change at random: `apply` makes exactly the requests that `plan` names, a second `apply` makes none, and no
//! post with a file is deleted.

#![expect(clippy::disallowed_methods, reason = "a test reads the number of its rounds")]

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::Value;

use crate::world::{Rng, Server, World};

/// The number of newsrooms, and of changes in each. `TELEPRESS_CHANGES` sets another number of newsrooms for a long run.
const NEWSROOMS: u64 = 10;
const CHANGES: u64 = 12;

const IDS: [&str; 4] = ["a", "b", "c", "d"];

/// The possible chats of a channel: id and username.
const CHATS: [(i64, &str); 3] = [
    (-1_001_000_000_001, "example_news"),
    (-1_001_000_000_101, "the_blog"),
    (-1_001_000_000_102, "other_news"),
];

/// A post's file.
#[derive(Clone, Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a key of the file")]
struct Post {
    text: u64,
    is_draft: bool,
    /// Whether it has a time, far in the past or in the future.
    time: Option<bool>,
    /// Its only channel, by its position in the config.
    channel: Option<usize>,
    has_preview: bool,
    is_pinned: bool,
    has_button: bool,
    has_russian: bool,
}

impl Post {
    fn toml(&self, keys: &[String]) -> String {
        // Texts that similarity can distinguish, independent of file names.
        let words =
            ["granite", "velvet", "copper", "maple", "saffron", "cobalt", "willow", "amber"];
        let word = words[usize::try_from(self.text).unwrap() % words.len()];
        let text = format!("{word} {0} {word}{0} {word}-{0}", self.text);
        let mut lines =
            vec![format!("draft = {}", self.is_draft), format!("pin = {}", self.is_pinned)];
        lines
            .push(format!("link_preview = \"{}\"", if self.has_preview { "above" } else { "off" }));
        if self.has_button {
            lines.push("buttons = [{ text = \"Open\", url = \"https://example.org\" }]".to_owned());
        }
        lines.extend(self.time.map(|is_over| {
            format!("publish_at = {}-01-01T09:00:00Z", if is_over { 2020 } else { 2030 })
        }));
        lines.extend(
            self.channel.and_then(|at| keys.get(at)).map(|key| format!("channels = [\"{key}\"]")),
        );
        lines.push(format!("[editions.en]\nheading = \"{text}\"\ntext = \"https://example.org\""));
        if self.has_russian {
            lines.push(format!(
                "[editions.ru]\nheading = \"ru {text}\"\ntext = \"https://example.org\""
            ));
        }
        lines.join("\n")
    }
}

/// A newsroom whose files and config change.
struct Newsroom {
    posts: BTreeMap<&'static str, Post>,
    /// The key of each channel, its language, and which chat it is.
    channels: Vec<(String, &'static str, usize)>,
    texts: u64,
}

impl Newsroom {
    fn new() -> Self {
        let channels = vec![("news".to_owned(), "en", 0), ("blog".to_owned(), "ru", 1)];
        Self { posts: BTreeMap::new(), channels, texts: 0 }
    }

    fn next_text(&mut self) -> u64 {
        self.texts += 1;
        self.texts
    }

    /// Makes a random change, and describes it.
    fn change(&mut self, rng: &mut Rng) -> String {
        let id = IDS[rng.index(IDS.len())];
        let text = self.next_text();
        let kind = rng.next(15);
        if !self.posts.contains_key(id) {
            let has_russian = rng.next(2) == 0;
            self.posts.insert(id, Post { text, has_russian, ..Post::default() });
            return format!("{id} is new");
        }
        let post = self.posts.get_mut(id).unwrap();
        match kind {
            0 | 1 => post.text = text,
            2 => post.is_draft = !post.is_draft,
            3 => post.time = [None, Some(false), Some(true)][rng.index(3)],
            4 => post.channel = [None, Some(0), Some(1)][rng.index(3)],
            5 => post.has_preview = !post.has_preview,
            6 => post.is_pinned = !post.is_pinned,
            7 => post.has_russian = !post.has_russian,
            8 => drop(self.posts.remove(id)),
            9 => {
                let post = self.posts.remove(id).unwrap();
                self.posts.insert(IDS[rng.index(IDS.len())], post);
            }
            10 => {
                let at = rng.index(self.channels.len());
                self.channels[at].0 = format!("key{text}");
            }
            11 => {
                let at = rng.index(self.channels.len());
                let taken: Vec<_> = self.channels.iter().map(|(.., chat)| *chat).collect();
                let free = (0..CHATS.len()).find(|chat| !taken.contains(chat));
                self.channels[at].2 = free.unwrap_or(self.channels[at].2);
            }
            14 => post.has_button = !post.has_button,
            12 if self.channels.len() > 1 => drop(self.channels.pop()),
            _ if self.channels.len() == 1 => self.channels.push(("blog".to_owned(), "ru", 1)),
            _ => post.text = text,
        }
        let kinds = [
            "text", "text", "draft", "time", "channel", "preview", "pin", "edition", "gone",
            "renamed", "key", "chat", "config", "text", "button",
        ];
        format!("{id}: {}", kinds[usize::try_from(kind).unwrap()])
    }

    fn write(&self, sandbox: &Server, mut world: World) -> World {
        let mut config = sandbox.settings();
        let mut chats: Vec<usize> = Vec::new();
        for (key, language, chat) in &self.channels {
            if !chats.contains(chat) {
                chats.push(*chat);
                let name = CHATS[*chat].1;
                let _ = write!(
                    config,
                    "\nchannels.{key} = {{ chat = \"@{name}\", language = \"{language}\" }}"
                );
            }
        }
        world = world.config(&config);
        let keys: Vec<_> = self.channels.iter().map(|(key, ..)| key.clone()).collect();
        for id in IDS {
            let file = format!("posts/{id}.toml");
            world = match self.posts.get(id) {
                Some(post) => world.post(id, &post.toml(&keys)),
                None if world.path(&file).exists() => world.without(&file),
                None => world,
            };
        }
        world
    }
}

/// The number of requests of each kind in the channels.
fn made(sandbox: &Server) -> BTreeMap<&'static str, usize> {
    let kinds = [
        ("sendMessage", "send"),
        ("editMessageText", "edit"),
        ("editMessageReplyMarkup", "edit"),
        ("pinChatMessage", "edit"),
        ("unpinChatMessage", "edit"),
        ("deleteMessage", "delete"),
    ];
    let mut made = BTreeMap::from([("send", 0), ("edit", 0), ("delete", 0)]);
    for (method, kind) in kinds {
        *made.get_mut(kind).unwrap() += sandbox.requests(method);
    }
    made
}

fn text<'v>(item: &'v Value, key: &str) -> &'v str {
    item[key].as_str().unwrap_or_default()
}

#[test]
fn plan_names_what_apply_does_and_no_file_that_exists_loses_its_post() {
    let newsrooms = std::env::var("TELEPRESS_CHANGES").ok().and_then(|number| number.parse().ok());
    for number in 1..=newsrooms.unwrap_or(NEWSROOMS) {
        let sandbox = Server::sandbox();
        for (id, name) in CHATS.iter().skip(1) {
            sandbox.add_channel(*id, name);
        }
        let mut rng = Rng(number.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let mut newsroom = Newsroom::new();
        let mut world = newsroom.write(&sandbox, sandbox.newsroom());
        let mut history = Vec::new();
        for _ in 0..CHANGES {
            history.push(newsroom.change(&mut rng));
            if rng.next(3) == 0 {
                history.push(newsroom.change(&mut rng));
            }
            world = newsroom.write(&sandbox, world);
            one_round(&sandbox, &world, &newsroom, &format!("newsroom {number}: {history:?}"));
        }
    }
}

/// Plans, applies, and applies again.
fn one_round(sandbox: &Server, world: &World, newsroom: &Newsroom, so_far: &str) {
    let plan = world.run("plan --prune --format json").json();
    let items = plan.as_array().unwrap();
    let count = |action: &str| items.iter().filter(|item| item["action"] == action).count();
    for item in items.iter().filter(|item| item["action"] == "delete") {
        let has_file = newsroom.posts.contains_key(text(item, "post"));
        assert!(!has_file, "{so_far}: {item:#} is deleted, and its file exists");
    }
    let before = made(sandbox);
    let applied = world.run("apply --prune --yes --max 100");
    assert!(matches!(applied.code, Some(0 | 1 | 4)), "{so_far}: {}", applied.stderr);
    let after = made(sandbox);
    let new = |kind: &str| after[kind] - before[kind];
    assert_eq!(new("send"), count("create"), "{so_far}: {plan:#}");
    assert_eq!(new("delete"), count("delete"), "{so_far}: {plan:#}");
    // A new post may also be pinned, and an edit may change both text and pin.
    let is_pinned = |item: &&Value| newsroom.posts[text(item, "post")].is_pinned;
    let created = items.iter().filter(|item| item["action"] == "create");
    let pins = created.filter(is_pinned).count();
    assert!(new("edit") >= count("edit") + pins, "{so_far}: {plan:#}");
    assert!(new("edit") <= 2 * count("edit") + pins, "{so_far}: {plan:#}");
    world.run("apply --prune --yes --max 100");
    assert_eq!(made(sandbox), after, "{so_far}: a second `apply` did something");
}

#[test]
fn update_after_a_crash_ends_with_the_file_as_it_is() {
    let sandbox = Server::sandbox();
    let world = sandbox.newsroom().post("a", "heading = \"A\"");
    world.run("publish a").exits(0);
    let world = world.post("a", "heading = \"B\"").env("TELEPRESS_CRASH", "after-intent");
    assert_ne!(world.run("update a").code, Some(0));
    let world = world.post("a", "heading = \"C\"").env("TELEPRESS_CRASH", "");
    world.run("update a").exits(0);
    assert_eq!(sandbox.posts(), ["C"]);
}
