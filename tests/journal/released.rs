//! A journal of the first version, with a publication in every state, is migrated and works. `tests/fixtures/journal-0.1` has
//! the journals that version 78350d2 wrote, in SQLite and in PostgreSQL.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::json;

use crate::world::{Postgres, Server, World};

const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/journal-0.1");

/// The channels besides `news`, in the order of their ids.
const CHANNELS: [&str; 5] = ["paused", "kicked", "lost", "flight", "half"];

/// The post with several messages.
const LONG: &str = "LONG";

/// Each post with its channel and the last file that the journal has seen.
const POSTS: [(&str, &str, &str); 19] = [
    ("published", "news", "heading = \"Published\"\npin = true"),
    ("edited", "news", "heading = \"After\""),
    ("long", "news", LONG),
    ("scheduled", "news", "publish_at = 2031-01-01T09:00:00Z\nheading = \"Scheduled\""),
    ("by-hand", "news", "heading = \"By hand\""),
    ("superseded", "news", "publish_at = 2031-01-01T09:00:00Z\nheading = \"New text\""),
    ("cancelled", "news", "heading = \"Cancelled\""),
    ("deleted", "news", "heading = \"Deleted\""),
    ("failed", "news", "heading = \"Failed\""),
    ("conflict", "news", "heading = \"Conflict, changed\""),
    ("skipped", "lost", "heading = \"Skipped\""),
    ("uncertain", "lost", "heading = \"Uncertain\""),
    ("adopted", "news", "heading = \"Adopted\""),
    ("due", "paused", "heading = \"Due\""),
    ("channel", "kicked", "heading = \"Channel\""),
    ("half", "half", LONG),
    ("file", "news", "heading = "),
    ("approvals", "news", "heading = \"Approvals\""),
    ("flight", "flight", "heading = \"Flight\""),
];

/// The newsroom that wrote the journal, in a sandbox whose message ids continue after the journal's.
fn newsroom(sandbox: &Server, store: &str) -> World {
    let mut config = format!(
        "{store}\n{}\nrecovery.quiet = \"0ms\"\nchannels.news = {{ chat = \"@example_news\", language = \"en\" }}\n",
        sandbox.settings()
    );
    for (id, name) in (0_i64..).zip(CHANNELS) {
        sandbox.add_channel(-1_001_000_000_201 - id, &format!("example_{name}"));
        let channel = format!("{{ chat = \"@example_{name}\", language = \"en\" }}");
        config = format!("{config}channels.{name} = {channel}\n");
    }
    for name in ["news"].into_iter().chain(CHANNELS) {
        for _ in 0..30 {
            let path = format!("/sandbox/channels/example_{name}/posts");
            sandbox.post(&path, &json!({ "text": "Somebody else's" }));
        }
    }
    let mut world = World::new().config(&config).env("TELEPRESS_TOKEN", crate::world::TOKEN);
    let long = format!(
        "overflow = \"split\"\nheading = \"Long\"\ntext = \"\"\"{}\"\"\"",
        "word ".repeat(3000)
    );
    for (id, channel, text) in POSTS {
        let text = if text == LONG { &long } else { text };
        world = world.post(id, &format!("channels = [\"{channel}\"]\n{text}"));
    }
    world
}

/// This key of each post in a command's JSON output.
fn each(world: &World, command: &str, key: &str) -> BTreeMap<String, String> {
    let told = world.run(command).never_panicked().json();
    let one = |one: &serde_json::Value| {
        (one["post"].as_str().unwrap().to_owned(), one[key].as_str().unwrap().to_owned())
    };
    told.as_array().unwrap().iter().map(one).collect()
}

fn opens_and_goes_on(sandbox: &Server, world: World) {
    let states = each(&world, "status --format json", "state");
    for (post, state) in [
        ("published", "published"),
        ("edited", "published"),
        ("long", "published"),
        ("scheduled", "scheduled"),
        ("by-hand", "scheduled"),
        ("superseded", "scheduled"),
        ("cancelled", "cancelled"),
        ("deleted", "deleted"),
        ("failed", "failed"),
        ("conflict", "published"),
        ("skipped", "cancelled"),
        ("uncertain", "uncertain"),
        ("adopted", "published"),
        ("due", "due"),
        ("half", "publishing"),
        ("file", "held"),
        ("approvals", "held"),
        ("flight", "publishing"),
    ] {
        assert_eq!(states[post], state, "{post}");
    }
    // The hashes of requests are unchanged: no post that matches its file is edited.
    let plan = each(&world, "plan --format json", "action");
    for post in ["published", "edited", "long", "adopted", "scheduled", "superseded"] {
        assert_eq!(plan[post], "nothing", "{post}");
    }
    assert!(world.run("log --last 200").exits(0).stdout.contains("2026-1"));

    // The process of the request in flight is dead, so the outcome is unknown.
    world.run("publish flight --wait 1s").exits(4);
    assert_eq!(each(&world, "status --format json", "state")["flight"], "uncertain");
    world.run("resolve flight --not-sent").exits(0);
    world.run("resolve uncertain --sent 1").exits(0);
    world.run("resume").exits(0);
    world.run("retry failed").exits(0).says("`telepress serve` is not running here");
    // Without its time the file would unschedule it.
    let file = "channels = [\"news\"]\npublish_at = 2026-11-29T10:31:00Z\nheading = \"File\"";
    let world = world.post("file", file);
    world.run("publish file --wait 1s").never_panicked();
    world.run("cancel approvals by-hand").exits(0);
    // Telegram had asked to wait with two of the channels until noon of that day.
    // Posts that are late by more than the grace period are published by name.
    world.run("publish due --wait 10s").exits(0);
    world.run("apply --yes --wait 10s").never_panicked();
    let states = each(&world, "status --format json", "state");
    for post in ["flight", "uncertain", "failed", "file", "due", "edited"] {
        assert_eq!(states[post], "published", "{post}");
    }
    assert_eq!(states["by-hand"], "cancelled");
    let posted = |channel: &str, text: &str| {
        let posts = sandbox.get(&format!("/sandbox/channels/example_{channel}/posts"));
        posts.as_array().unwrap().iter().filter(|post| post["text"] == text).count()
    };
    for (channel, text, count) in [
        ("flight", "Flight", 1),
        ("lost", "Uncertain", 0),
        ("news", "Failed", 1),
        ("news", "File", 1),
        ("paused", "Due", 1),
        ("news", "Published", 0),
        ("news", "By hand", 0),
    ] {
        assert_eq!(posted(channel, text), count, "{text}");
    }
    let edited = world.post("due", "channels = [\"paused\"]\nheading = \"Due, corrected\"");
    edited.run("update due").exits(0);
    assert_eq!((posted("paused", "Due"), posted("paused", "Due, corrected")), (0, 1));
}

#[test]
fn sqlite_journal_of_the_first_version_is_migrated() {
    let sandbox = Server::sandbox();
    let copy = |name: &'static str| {
        move |path: &Path| {
            std::fs::copy(Path::new(FIXTURES).join(name), path).unwrap();
        }
    };
    let world = newsroom(&sandbox, "")
        .with("telepress.db", copy("sqlite.db"))
        .with("telepress.db.watermark", copy("sqlite.db.watermark"));
    opens_and_goes_on(&sandbox, world);
}

#[test]
fn postgresql_journal_of_the_first_version_is_migrated() {
    let Some(postgres) = Postgres::start() else { return };
    postgres.load(&Path::new(FIXTURES).join("postgres.sql"));
    let sandbox = Server::sandbox();
    let world = newsroom(&sandbox, &format!("store.url = \"{}\"", postgres.url()));
    opens_and_goes_on(&sandbox, world);
}
