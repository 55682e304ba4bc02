//! The process dies at a failpoint, and the next one recovers its request.

use serde_json::json;

use crate::world::{Server, Service, World};

/// A newsroom with a staging chat and one published post, so that a probe has a place to start.
fn newsroom(sandbox: &Server) -> World {
    let world = sandbox.newsroom_with_staging("0ms").post("first", "heading = \"First\"");
    world.run("publish first").exits(0);
    world
}

#[test]
fn one_copy_is_posted_after_a_crash_at_any_failpoint() {
    for place in [
        "before-accept",
        "before-intent",
        "after-intent",
        "before-outcome",
        "after-outcome",
        "before-notice",
    ] {
        let sandbox = Server::sandbox();
        let world = newsroom(&sandbox).post("a", "heading = \"A\"");
        let world = world.env("TELEPRESS_CRASH", place);
        let died = world.run("publish a");
        assert_eq!(died.code, None, "it did not reach {place}\n{died}");
        let world = world.env("TELEPRESS_CRASH", "");
        let ran = world.run("publish a");
        assert_eq!(ran.code, Some(0), "{place}\n{ran}");
        assert_eq!(sandbox.posts(), ["First", "A"], "{place}\n{ran}");
        world.run("publish a").exits(0).shows("already published");
        assert_eq!(sandbox.posts(), ["First", "A"], "{place}");
    }
}

#[test]
fn one_copy_is_posted_after_a_crash_in_flight() {
    // Telegram accepts the request before or after the process dies.
    for lands in [json!({ "after_ms": 1_700 }), json!("before")] {
        let sandbox = Server::sandbox();
        let world = newsroom(&sandbox);
        let config =
            world.read("config/telepress.toml").replace("quiet = \"0ms\"", "quiet = \"2s\"");
        let world = world.config(&config).post("a", "heading = \"A\"");
        sandbox.arm(&json!({ "fault": "no_answer", "lands": &lands, "method": "sendMessage" }));
        let world = world.env("TELEPRESS_CRASH", "request-in-flight");
        assert_eq!(world.run("publish a").code, None, "{lands}: it did not reach the failpoint");
        let world = world.env("TELEPRESS_CRASH", "");
        world
            .run("publish a")
            .exits(0)
            .prints("published a in news: https://t.me/example_news/2\n");
        assert_eq!(sandbox.posts(), ["First", "A"], "{lands}");
    }
}

/// The command follows the version of the file that has replaced the one it began with.
#[test]
fn command_publishes_the_file_that_changed_after_a_crash() {
    for command in ["publish a", "apply --yes a"] {
        let sandbox = Server::sandbox();
        let world = newsroom(&sandbox).post("a", "heading = \"A\"");
        sandbox.arm(&json!({ "fault": "no_answer", "lands": "never", "method": "sendMessage" }));
        let world = world.env("TELEPRESS_CRASH", "request-in-flight");
        assert_eq!(world.run("publish a").code, None);
        let world = world.env("TELEPRESS_CRASH", "").post("a", "heading = \"B\"");
        world.run(command).exits(0).shows("published a in news: https://t.me/example_news/2");
        assert_eq!(sandbox.posts(), ["First", "B"], "{command}");
    }
}

#[test]
fn interrupted_probe_is_repeated() {
    let sandbox = Server::sandbox();
    let world = newsroom(&sandbox).post("a", "heading = \"A\"");
    sandbox.arm(&json!({ "fault": "read_close", "lands": "before", "method": "sendMessage" }));
    let world = world.env("TELEPRESS_CRASH", "during-probe");
    assert_eq!(world.run("publish a").code, None);
    let world = world.env("TELEPRESS_CRASH", "");
    world.run("publish a").exits(0).prints("published a in news: https://t.me/example_news/2\n");
    assert_eq!(sandbox.posts(), ["First", "A"]);
    // Only the copy of the interrupted probe is left in the staging chat.
    assert_eq!(sandbox.staged().len(), 1);
}

#[test]
fn failed_commit_of_an_intent_sends_nothing_and_ends_the_publisher() {
    let sandbox = Server::sandbox();
    let world =
        newsroom(&sandbox).post("a", "heading = \"A\"").env("TELEPRESS_CRASH", "intent-commit");
    world.run("publish a").exits(3).says("the disk failed");
    assert_eq!(sandbox.posts(), ["First"]);
    let world = world.env("TELEPRESS_CRASH", "");
    world.run("publish a").exits(0);
    assert_eq!(sandbox.posts(), ["First", "A"]);
}

#[test]
fn outcome_that_cannot_be_recorded_is_logged_and_probed() {
    let sandbox = Server::sandbox();
    let world = newsroom(&sandbox).post("a", "heading = \"A\"");
    world.run("schedule a +1s").exits(0);
    let world = world.env("TELEPRESS_CRASH", "outcome-commit");
    let service = Service::begin(&world);
    let line = service.says("telepress-unrecorded");
    assert!(line.contains("post=a") && line.contains("messages [2]"), "{line}");
    service.signal("KILL");
    service.ends();
    let world = world.env("TELEPRESS_CRASH", "");
    let service = Service::start(&world);
    service.says("published post=a");
    assert_eq!(sandbox.posts(), ["First", "A"]);
}

#[test]
fn next_process_delivers_pending_notices() {
    let sandbox = Server::sandbox();
    let world = newsroom(&sandbox).post("a", "heading = \"A\"");
    let refusal =
        json!({ "ok": false, "error_code": 400, "description": "Bad Request: MESSAGE_TOO_LONG" });
    sandbox.arm(
        &json!({ "fault": "answer", "status": 400, "body": refusal, "method": "sendMessage" }),
    );
    world.run("schedule a +1s").exits(0);
    let world = world.env("TELEPRESS_CRASH", "before-notice");
    assert_eq!(Service::begin(&world).ends().code(), None);
    let world = world.env("TELEPRESS_CRASH", "");
    let service = Service::start(&world);
    let line = service.says("notice post=a");
    assert!(line.contains("MESSAGE_TOO_LONG"), "{line}");
    service.signal("TERM");
    service.ends();
    // The notice is delivered once.
    let service = Service::start(&world);
    assert!(!service.all().contains("notice post=a"), "{}", service.all());
}

#[test]
fn settled_notice_is_not_news_for_the_next_process() {
    let sandbox = Server::sandbox();
    // Without a staging chat an operator finds out what became of the message.
    let world = sandbox.newsroom().post("a", "heading = \"A\"").post("b", "heading = \"B\"");
    sandbox.arm(&json!({ "fault": "read_close", "lands": "before", "method": "sendMessage" }));
    world.run("publish a").exits(4);
    world.run("resolve a --sent 1").exits(0);
    let refusal =
        json!({ "ok": false, "error_code": 400, "description": "Bad Request: MESSAGE_TOO_LONG" });
    sandbox.arm(
        &json!({ "fault": "answer", "status": 400, "body": refusal, "method": "sendMessage" }),
    );
    world.run("publish b").exits(1);
    let service = Service::start(&world);
    // Notices are handled in their order.
    service.says("notice post=b");
    assert!(!service.all().contains("notice post=a"), "{}", service.all());
}

#[test]
fn crash_between_parts_resumes_with_the_next_part() {
    for place in ["after-intent", "before-outcome", "after-outcome"] {
        let sandbox = Server::sandbox();
        let bullets = vec!["word ".repeat(50).trim_end().to_owned(); 40];
        let post = format!("heading = \"Long\"\nbullets = {bullets:?}");
        let world = newsroom(&sandbox).post("long", &post).env("TELEPRESS_CRASH", place);
        // Each run sends one more part, or dies at the same part again.
        for _ in 0..4 {
            assert_eq!(world.run("publish long").code, None, "{place}");
            if sandbox.posts().len() == 4 {
                break;
            }
        }
        let world = world.env("TELEPRESS_CRASH", "");
        world.run("publish long").exits(0);
        assert_eq!(sandbox.posts().len(), 4, "{place}: {:?}", sandbox.posts());
    }
}

#[test]
fn lost_answer_is_settled_by_a_probe() {
    for lands in ["before", "never"] {
        let sandbox = Server::sandbox();
        let world = newsroom(&sandbox)
            .post("a", "heading = \"A #tag\"\ntext = \"**bold** https://example.org\"");
        sandbox.arm(&json!({ "fault": "read_close", "lands": lands, "method": "sendMessage" }));
        world
            .run("publish a")
            .exits(0)
            .prints("published a in news: https://t.me/example_news/2\n");
        assert_eq!(sandbox.posts(), ["First", "A #tag"], "{lands}");
        // No copy is left in the staging chat.
        assert!(sandbox.staged().is_empty(), "{lands}");
    }
}

#[test]
fn person_decides_without_a_staging_chat() {
    for (word, posts) in
        [("--sent 2", vec!["First"]), ("--not-sent", vec!["First", "A"]), ("--skip", vec!["First"])]
    {
        let sandbox = Server::sandbox();
        let world =
            sandbox.newsroom().post("first", "heading = \"First\"").post("a", "heading = \"A\"");
        world.run("publish first").exits(0);
        sandbox.arm(&json!({ "fault": "read_close", "lands": "never", "method": "sendMessage" }));
        world.run("publish a").exits(4).says("telepress resolve a");
        world.run("publish a").exits(4);
        world.run("queue").exits(0).shows("uncertain");
        assert_eq!(sandbox.posts(), ["First"]);
        world.run(&format!("resolve a {word}")).exits(0);
        if word == "--not-sent" {
            world
                .run("publish a")
                .exits(0)
                .prints("published a in news: https://t.me/example_news/2\n");
        }
        assert_eq!(sandbox.posts(), posts, "{word}");
        world.run("queue").exits(0).prints("");
    }
}
