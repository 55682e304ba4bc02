//! The existence of the journal: only `init`, `demo` and `journal create` create one, and a missing journal is never treated as a
//! new newsroom.

use crate::world::{Postgres, Server, Service, TOKEN, World};

/// A newsroom without a journal.
fn without_journal(sandbox: &Server) -> World {
    let config = format!(
        "{}\nchannels.news = {{ chat = \"@example_news\", language = \"en\" }}",
        sandbox.settings()
    );
    World::new().config(&config).env("TELEPRESS_TOKEN", TOKEN)
}

/// A newsroom with a journal, and a folder for marks outside.
fn with_marks(sandbox: &Server, state: &World) -> World {
    let state = state.path("state");
    without_journal(sandbox).env("XDG_STATE_HOME", state.to_str().unwrap()).with_journal()
}

#[test]
fn nothing_is_published_without_a_journal() {
    let sandbox = Server::sandbox();
    let world = without_journal(&sandbox).post("a", "heading = \"A\"");
    for command in [
        "publish a",
        "apply --yes",
        "schedule a +1h",
        "update a",
        "delete a --yes",
        "cancel a",
        "release a",
        "retry a",
        "resolve a --sent 1",
        "resolve --after-restore",
        "adopt a https://t.me/example_news/1",
        "move a b",
        "pause",
        "resume",
        "serve",
        "backup copy.db",
        "status",
        "queue",
        "log",
    ] {
        let ran = world.run(command).exits(2);
        assert!(
            ran.stderr.contains("there is no journal at ")
                && ran.stderr.contains("telepress journal create"),
            "{command}\n{ran}"
        );
    }
    assert!(!world.path("telepress.db").exists());
    for command in ["check", "render a", "schema post"] {
        world.run(command).exits(0);
    }
    world.run("plan").exits(0).shows("create").says("there is no journal");
    let doctor = world.run("doctor");
    assert!(doctor.stdout.contains("there is no journal"), "{doctor}");
    assert!(!world.path("telepress.db").exists() && sandbox.posts().is_empty());
}

#[test]
fn publish_works_right_after_init() {
    let sandbox = Server::sandbox();
    let world = World::empty().env("TELEPRESS_TOKEN", TOKEN);
    world.run("init").exits(0);
    assert!(world.path("telepress.db").exists());
    let config = format!(
        "{}\n{}",
        sandbox.settings(),
        world.read("config/telepress.toml").replace("@your_channel", "@example_news")
    );
    let post = world.read("posts/first-post.toml");
    let post: Vec<_> = post.lines().filter(|line| !line.starts_with("draft")).collect();
    let world = world.config(&config).post("first-post", &post.join("\n"));
    world.run("publish first-post").exits(0);
    assert_eq!(sandbox.posts().len(), 1);
}

#[test]
fn posts_older_than_the_journal_are_published_only_by_name() {
    let sandbox = Server::sandbox();
    let world = without_journal(&sandbox)
        .post("old", "heading = \"Old\"")
        .post("future", "heading = \"Future\"\npublish_at = 2031-01-01T00:00:00Z")
        .post("draft", "heading = \"Draft\"\ndraft = true")
        .with_journal();
    world.run("journal create").exits(2).says("already");
    let world = world.post("new", "heading = \"New\"").post("draft", "heading = \"Draft\"");
    let plan = world.run("plan --format json").exits(0).json();
    let of = |post: &str| {
        let item = plan.as_array().unwrap().iter().find(|item| item["post"] == post).unwrap();
        (item["action"].as_str().unwrap().to_owned(), item["reason"].as_str().unwrap().to_owned())
    };
    for post in ["old", "future"] {
        let (action, reason) = of(post);
        assert!(action == "nothing" && reason.contains("older than the journal"), "{reason}");
    }
    assert_eq!((of("new").0, of("draft").0), ("create".to_owned(), "create".to_owned()));
    world.run("apply --yes").exits(0);
    assert_eq!(sandbox.posts(), ["Draft", "New"]);
    // It does not become new by another text or name.
    let world = world.post("old", "heading = \"Old, with another text\"");
    std::fs::rename(world.path("posts/future.toml"), world.path("posts/renamed.toml")).unwrap();
    world.run("apply --yes").exits(0);
    let service = Service::start(&world);
    let world = world.post("old", "heading = \"Old, with a third text\"");
    service.says("checked post=old");
    service.signal("TERM");
    service.ends();
    assert_eq!(sandbox.posts(), ["Draft", "New"]);
    world.run("publish old").exits(0);
    let world = world.post("old", "heading = \"Old, corrected\"");
    world.run("apply --yes").exits(0);
    assert_eq!(sandbox.posts(), ["Draft", "New", "Old, corrected"]);
}

#[test]
fn missing_journal_is_not_a_new_newsroom() {
    let sandbox = Server::sandbox();
    let state = World::empty();
    let world = with_marks(&sandbox, &state).post("a", "heading = \"A\"");
    world.run("publish a").exits(0);
    world.remove_journal();
    for command in ["publish a", "apply --yes", "serve", "status", "plan", "journal create"] {
        let ran = world.run(command).exits(2);
        assert!(ran.stderr.contains("but there was one"), "{command}\n{ran}");
    }
    assert_eq!(sandbox.posts(), ["A"]);
    world.run("journal create --previous-journal-is-lost").exits(0);
    // The existing posts are older than the new journal.
    world.run("apply --yes").exits(0);
    assert_eq!(sandbox.posts(), ["A"]);
    world.run("status").exits(0);
}

#[test]
fn restored_folder_snapshot_sends_nothing_until_it_was_compared() {
    let sandbox = Server::sandbox();
    let state = World::empty();
    let world = with_marks(&sandbox, &state).post("a", "heading = \"A\"");
    world.run("publish a").exits(0);
    let snapshot = World::empty();
    world.copy_journal(&snapshot);
    let world = world.post("b", "heading = \"B\"");
    world.run("publish b").exits(0);
    world.remove_journal();
    snapshot.copy_journal(&world);
    world.run("publish b").exits(4).says("resolve --after-restore");
    assert_eq!(sandbox.posts(), ["A", "B"]);
    world.run("adopt b https://t.me/example_news/2").exits(0);
    world.run("resolve --after-restore --yes").exits(0);
    world.run("publish b").exits(0);
    let world = world.post("c", "heading = \"C\"");
    world.run("publish c").exits(0);
    assert_eq!(sandbox.posts(), ["A", "B", "C"]);
}

#[test]
fn missing_mark_folder_does_not_block_publishing() {
    let sandbox = Server::sandbox();
    let state = World::empty().file("state", "a file, not a folder");
    let folder = state.path("state/below");
    for (name, value) in [("HOME", ""), ("HOME", folder.to_str().unwrap())] {
        let world = without_journal(&sandbox).env(name, value).with_journal();
        let world = world.post("a", "heading = \"A\"");
        world.run("publish a").exits(0);
        let doctor = world.run("doctor");
        assert_eq!(doctor.stdout.contains("warning"), !value.is_empty(), "{doctor}");
        // Another machine opens the journal and writes its mark there.
        let other = World::empty();
        let world = world.env("HOME", other.path("").to_str().unwrap());
        let world = world.post("b", "heading = \"B\"");
        world.run("publish b").exits(0);
        assert!(other.path(".local/state/telepress").is_dir());
    }
}

#[test]
fn postgresql_database_without_tables_has_no_journal() {
    let Some(postgres) = Postgres::start() else { return };
    let sandbox = Server::sandbox();
    let state = World::empty();
    let config = format!(
        "{}\nstore.url = \"{}\"\nchannels.news = {{ chat = \"@example_news\", language = \"en\" }}",
        sandbox.settings(),
        postgres.url()
    );
    let world = without_journal(&sandbox)
        .config(&config)
        .env("XDG_STATE_HOME", state.path("").to_str().unwrap());
    world.run("publish a").exits(2).says("there is no journal at postgres://");
    world.run("plan").exits(0).says("there is no journal");
    let others: Vec<_> =
        (0..4).map(|_| world.start("journal create", std::process::Stdio::null())).collect();
    let ended = others.into_iter().map(|mut one| one.wait().unwrap().code().unwrap());
    let mut codes: Vec<_> = ended.collect();
    codes.sort_unstable();
    assert_eq!(codes, [0, 2, 2, 2]);
    let world = world.post("a", "heading = \"A\"");
    world.run("publish a").exits(0);
    postgres.ask("DROP SCHEMA public CASCADE");
    postgres.ask("CREATE SCHEMA public");
    world.run("publish a").exits(2).says("but there was one");
    world.run("journal create").exits(2).says("but there was one");
    postgres.stop();
    world.run("publish a").exits(3).says("cannot be reached");
    assert_eq!(sandbox.posts(), ["A"]);
}

#[test]
#[cfg(unix)]
fn dangling_link_as_journal_is_refused() {
    let sandbox = Server::sandbox();
    let world = without_journal(&sandbox).post("a", "heading = \"A\"");
    let target = world.path("elsewhere.db");
    std::os::unix::fs::symlink(&target, world.path("telepress.db")).unwrap();
    for command in ["publish a", "journal create", "status", "serve"] {
        world.run(command).exits(2).says("link");
    }
    assert!(!target.exists());
}

#[test]
fn service_keeps_the_mark_in_its_last_state_folder() {
    let sandbox = Server::sandbox();
    let (state, marks) = (World::empty(), World::empty());
    let folders = format!("{}:{}", state.path("").display(), marks.path("").display());
    let world = without_journal(&sandbox).env("STATE_DIRECTORY", &folders).with_journal();
    world.post("a", "heading = \"A\"").run("publish a").exits(0);
    let count = |world: &World| telepress::fs::walk(&world.path("")).unwrap().len();
    assert_eq!((count(&state), count(&marks)), (0, 1));
    let unit = crate::world::project("config/systemd/telepress.service");
    assert!(unit.contains("\nStateDirectory=telepress telepress-mark\n"));
}
