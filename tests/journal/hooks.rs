//! `[hooks] published`: each command runs once after a publication, with facts on its standard input, and changes nothing about the
//! post.

#![expect(clippy::disallowed_methods, reason = "the tests read what the hooks have written")]

use serde_json::Value;

use crate::world::{SECRET, Server, Service, World, until};

/// A newsroom with these commands, as a TOML array.
fn newsroom(sandbox: &Server, published: &str) -> World {
    let world = sandbox.newsroom();
    let config = world.read("config/telepress.toml");
    world
        .config(&format!("hooks = {{ published = {published}, time_limit = \"20s\" }}\n{config}"))
        .post("a", "heading = \"A\"")
        .post("b", "heading = \"B\"")
}

/// A command that appends its input to the file `ran`.
const APPEND: &str = r#"[["sh", "-c", "cat >> ran"]]"#;

/// The inputs of all runs.
fn ran(world: &World) -> Vec<Value> {
    let lines = std::fs::read_to_string(world.path("ran")).unwrap_or_default();
    lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn posts(ran: &[Value]) -> Vec<&str> {
    ran.iter().map(|input| input["post"].as_str().unwrap()).collect()
}

/// The events of hooks in the log, oldest first, each with its post.
fn events(world: &World) -> Vec<(String, String)> {
    let log = world.run("log --all --format json").exits(0).json();
    let text = |entry: &Value, key: &str| entry[key].as_str().unwrap_or_default().to_owned();
    let events =
        log.as_array().unwrap().iter().map(|entry| (text(entry, "event"), text(entry, "post")));
    events.filter(|(event, _)| event.starts_with("hook ")).collect()
}

fn pairs(events: &[(String, String)]) -> Vec<(&str, &str)> {
    events.iter().map(|(event, post)| (event.as_str(), post.as_str())).collect()
}

#[test]
fn hook_runs_once_for_each_publication_and_gets_its_facts() {
    let sandbox = Server::sandbox();
    let world = newsroom(&sandbox, APPEND);
    world.run("publish a").exits(0).prints("published a in news: https://t.me/example_news/1\n");
    let inputs = ran(&world);
    assert_eq!(posts(&inputs), ["a"]);
    let input = &inputs[0];
    assert_eq!((&input["event"], &input["version"]), (&"published".into(), &1.into()));
    assert_eq!(input["message_ids"], serde_json::json!([1]));
    assert_eq!(input["link"], "https://t.me/example_news/1");
    assert!(input["published_at"].is_string() && input["publication"].is_number());
    // The rest is a row of `status`.
    let row = &world.run("status a --format json").json()[0];
    for (key, value) in row.as_object().unwrap() {
        assert_eq!(&input[key], value, "{key}");
    }
    // An edit and a second `apply` are not publications; a new message is one.
    let world = world.post("a", "heading = \"New\"");
    world.run("update a").exits(0);
    world.run("publish a").exits(0);
    assert_eq!(ran(&world).len(), 1);
    world.run("publish a --again").exits(0);
    assert_eq!(ran(&world).len(), 2);
    let log = events(&world);
    let once = [("hook started", "a"), ("hook finished", "a")];
    assert_eq!(pairs(&log), [once, once].concat());
    // The start is a step that only `--all` shows.
    assert!(!world.run("log").exits(0).stdout.contains("hook started"));
}

#[test]
fn publisher_does_not_wait_for_a_hook() {
    let sandbox = Server::sandbox();
    // The first hook ends only when all posts are published.
    let wait = r#"[["sh", "-c", "cat >> ran; while [ ! -e go ]; do sleep 0.05; done"]]"#;
    let world = newsroom(&sandbox, wait);
    let ids = ["c", "d", "e", "f"];
    let world = ids.iter().fold(world, |world, id| world.post(id, &format!("heading = \"{id}\"")));
    let service = Service::start(&world);
    world.run("publish a").exits(0);
    service.waits("the first hook", || (ran(&world).len() == 1).then_some(()));
    for id in ids {
        world.run(&format!("publish {id}")).exits(0);
    }
    assert_eq!(sandbox.posts().len(), 5);
    // They run one at a time, in order, and none is lost.
    assert_eq!(posts(&ran(&world)), ["a"]);
    let world = world.file("go", "");
    service.waits("the other hooks", || (ran(&world).len() == 5).then_some(()));
    assert_eq!(posts(&ran(&world)), ["a", "c", "d", "e", "f"]);
    service.waits("the end", || {
        (events(&world).iter().filter(|(event, _)| event == "hook finished").count() == 5)
            .then_some(())
    });
}

#[test]
fn hook_that_was_recorded_as_started_never_runs_again() {
    let sandbox = Server::sandbox();
    let world = newsroom(&sandbox, APPEND).env("TELEPRESS_CRASH", "hook-started");
    assert_eq!(world.run("publish a").code, None);
    let world = world.env("TELEPRESS_CRASH", "");
    assert!(ran(&world).is_empty());
    world.run("publish b").exits(0).says("failed hook=sh post=a channel=news: interrupted");
    assert_eq!(posts(&ran(&world)), ["b"]);
    let log = events(&world);
    assert_eq!(
        pairs(&log),
        [
            ("hook started", "a"),
            ("hook interrupted", "a"),
            ("hook started", "b"),
            ("hook finished", "b")
        ]
    );
    assert_eq!(sandbox.posts(), ["A", "B"]);
    world.run("log a").exits(0).shows("hook interrupted");
}

#[test]
fn hook_that_had_not_started_runs_after_a_crash() {
    let sandbox = Server::sandbox();
    let world = newsroom(&sandbox, APPEND).env("TELEPRESS_CRASH", "after-outcome");
    assert_eq!(world.run("publish a").code, None);
    let world = world.env("TELEPRESS_CRASH", "");
    let service = Service::start(&world);
    service.says("finished hook=sh post=a");
    assert_eq!(posts(&ran(&world)), ["a"]);
    assert_eq!(sandbox.posts(), ["A"]);
}

/// Whether a process exists.
fn is_alive(pid: &str) -> bool {
    let kill = assert_cmd::Command::new("kill").args(["-0", pid]).output().unwrap();
    kill.status.success()
}

#[test]
fn service_ends_its_hook_when_it_ends() {
    for signal in ["TERM", "KILL"] {
        let sandbox = Server::sandbox();
        let hang = r#"[["sh", "-c", "sleep 300 & echo $! > pid.new; mv pid.new pid; wait"]]"#;
        let world = newsroom(&sandbox, hang);
        let service = Service::start(&world);
        world.run("publish a").exits(0);
        service.waits("the hook", || world.path("pid").exists().then_some(()));
        service.signal(signal);
        service.ends();
        let pid = world.read("pid").trim().to_owned();
        if signal == "TERM" {
            until(|| (!is_alive(&pid)).then_some(())).expect("the hook is killed");
        } else {
            assert_cmd::Command::new("kill").arg(&pid).assert().success();
        }
        let world = world.without("pid");
        let service = Service::start(&world);
        service.waits("the record", || {
            let log = events(&world);
            (pairs(&log) == [("hook started", "a"), ("hook interrupted", "a")]).then_some(())
        });
        world.run("status a").exits(0).shows("published");
        assert!(!world.path("pid").exists(), "{signal}: it ran again");
    }
}

#[test]
fn failure_of_a_hook_is_reported_and_changes_nothing() {
    for (command, reported, event) in [
        (r#"["false"]"#, "exit code 1", "hook failed"),
        (r#"["sh", "-c", "kill -9 $$"]"#, "ended by signal 9", "hook failed"),
        (r#"["no-such-program"]"#, "cannot be started", "hook failed"),
        (r#"["sh", "-c", "sleep 300 & echo $! > pid; wait"]"#, "longer than 1 s", "hook failed"),
        (r#"["sh", "-c", "yes | head -c 3000000; exit 0"]"#, "is not logged", "hook finished"),
        (r#"["sh", "-c", "exec 1>&- 2>&-"]"#, "finished hook=sh", "hook finished"),
    ] {
        let sandbox = Server::sandbox();
        let world = newsroom(&sandbox, &format!("[{command}]"));
        let config = world.read("config/telepress.toml").replace("\"20s\"", "\"1s\"");
        let world = world.config(&config);
        let published = world.run("publish a");
        assert_eq!(published.code, Some(0), "{published}");
        assert_eq!(published.stdout, "published a in news: https://t.me/example_news/1\n");
        assert!(published.stderr.contains(reported), "{published}");
        assert!(published.stderr.len() < 20_000, "{}", published.stderr.len());
        let log = events(&world);
        assert_eq!(pairs(&log), [("hook started", "a"), (event, "a")], "{command}");
        assert_eq!(world.run("status a --format json").json()[0]["state"], "published");
        if let Ok(pid) = std::fs::read_to_string(world.path("pid")) {
            until(|| (!is_alive(pid.trim())).then_some(())).expect("its processes are killed");
        }
    }
}

#[test]
fn output_cannot_control_the_terminal_or_show_the_token() {
    let sandbox = Server::sandbox();
    let script = format!("printf 'x\\033]0;y\\007 bot7000000001:{SECRET}/z\\n'\n");
    let world = newsroom(&sandbox, r#"[["sh", "scripts/show"]]"#).file("scripts/show", script);
    let published = world.run("publish a").exits(0);
    assert!(published.stderr.contains("hook=sh post=a channel=news: | x"), "{published}");
    assert!(!published.stderr.contains('\u{1b}'), "{published}");
    assert!(!published.stderr.contains(SECRET), "{published}");
}

#[test]
fn hook_gets_no_variable_of_telepress_and_runs_in_the_newsroom() {
    let sandbox = Server::sandbox();
    let world = newsroom(&sandbox, r#"[["scripts/seen"]]"#)
        .file("scripts/seen", "#!/bin/sh\nenv > seen\n")
        .env("TELEPRESS_PROXY_LATER", "1")
        .env("OTHER", "kept");
    world.run("doctor").exits(1).shows("scripts/seen is not a program that can be run");
    make_executable(&world, "scripts/seen");
    world.run("doctor").exits(0).shows("1 command after each publication");
    world.run("publish a").exits(0);
    let seen = world.read("seen");
    assert!(seen.contains("OTHER=kept") && seen.contains("PATH="), "{seen}");
    assert!(!seen.contains("TELEPRESS_") && !seen.contains(SECRET), "{seen}");
}

fn make_executable(world: &World, path: &str) {
    use std::os::unix::fs::PermissionsExt;
    let permissions = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(world.path(path), permissions).unwrap();
}

#[test]
fn only_publications_run_hooks() {
    let sandbox = Server::sandbox();
    let world = newsroom(&sandbox, APPEND);
    for command in ["check", "render a", "plan", "demo --once", "schedule a +1h", "cancel a"] {
        world.run(command).exits(0);
    }
    assert!(ran(&world).is_empty() && events(&world).is_empty());
}

#[test]
fn hook_that_the_config_does_not_list_any_more_is_dropped() {
    let sandbox = Server::sandbox();
    let world = newsroom(&sandbox, APPEND).env("TELEPRESS_CRASH", "after-outcome");
    assert_eq!(world.run("publish a").code, None);
    let world = world.env("TELEPRESS_CRASH", "");
    let config = world.read("config/telepress.toml").replace("cat >> ran", "cat >> other");
    let world = world.config(&config);
    world.run("publish b").exits(0).says("dropped hook=sh post=a");
    assert!(ran(&world).is_empty() && world.read("other").lines().count() == 1);
}

#[test]
fn invalid_commands_are_errors_at_their_places() {
    let world = World::new();
    let channels = world.read("config/telepress.toml");
    for (hooks, wrong) in [
        ("published = [[]]", "[]"),
        ("published = [[\"\"]]", "[\"\"]"),
        ("published = [[\"a\"], [\"a\"]]", "[\"a\"]"),
        ("published = [\"a\"]", "\"a\""),
        ("time_limit = \"11m\"", "\"11m\""),
        ("time_limit = \"0s\"", "\"0s\""),
    ] {
        let text = format!("hooks = {{ {hooks} }}\n{channels}");
        let world = World::new().config(&text);
        let report = world.run("check --format json");
        assert_ne!(report.code, Some(0), "{hooks}\n{report}");
        assert!(
            report.stdout.contains("telepress.toml") || report.stderr.contains(wrong),
            "{report}"
        );
    }
}
