//! The process dies at a place of its own choosing, and the next one finds out what became of its request.

use serde_json::json;

use crate::world::{Server, Service, World};

/// A newsroom with a staging chat, in which one post stands already, so that there is something to look behind.
fn newsroom(sandbox: &Server) -> World {
    let world = sandbox.newsroom_with_staging("0ms").post("first", "heading = \"First\"");
    world.run("publish first").exits(0);
    world
}

#[test]
fn whereever_it_dies_one_copy_stands_in_the_channel() {
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
fn while_the_request_is_under_way_it_dies_and_one_copy_stands() {
    // Telegram takes it only after the process has died, or has taken it before.
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
        world.run("publish a").exits(0).prints("sent a in news: https://t.me/example_news/2\n");
        assert_eq!(sandbox.posts(), ["First", "A"], "{lands}");
    }
}

#[test]
fn a_look_that_is_cut_off_is_made_again_and_one_copy_stands() {
    let sandbox = Server::sandbox();
    let world = newsroom(&sandbox).post("a", "heading = \"A\"");
    sandbox.arm(&json!({ "fault": "read_close", "lands": "before", "method": "sendMessage" }));
    let world = world.env("TELEPRESS_CRASH", "during-probe");
    assert_eq!(world.run("publish a").code, None);
    let world = world.env("TELEPRESS_CRASH", "");
    world.run("publish a").exits(0).prints("sent a in news: https://t.me/example_news/2\n");
    assert_eq!(sandbox.posts(), ["First", "A"]);
    // What the first one was looking at has stayed in the staging chat, and nothing else.
    assert_eq!(sandbox.staged().len(), 1);
}

#[test]
fn where_the_intents_commit_fails_nothing_is_sent_and_the_publisher_ends() {
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
fn where_the_outcome_cannot_be_recorded_it_is_logged_and_found_again() {
    let sandbox = Server::sandbox();
    let world = newsroom(&sandbox).post("a", "heading = \"A\"");
    world.run("schedule a +1s").exits(0);
    let world = world.env("TELEPRESS_CRASH", "outcome-commit");
    let service = Service::begin(&world);
    let line = service.says("telepress-unrecorded");
    assert!(line.contains("post=a") && line.contains("message_ids: [2]"), "{line}");
    service.signal("KILL");
    service.ends();
    let world = world.env("TELEPRESS_CRASH", "");
    let service = Service::start(&world);
    service.says("published post=a");
    assert_eq!(sandbox.posts(), ["First", "A"]);
}

#[test]
fn what_nobody_was_told_of_the_next_process_tells() {
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
    // Once is enough.
    let service = Service::start(&world);
    assert!(!service.all().contains("notice post=a"), "{}", service.all());
}

#[test]
fn between_two_parts_the_rest_goes_on_where_it_was() {
    for place in ["after-intent", "before-outcome", "after-outcome"] {
        let sandbox = Server::sandbox();
        let bullets = vec!["word ".repeat(50).trim_end().to_owned(); 40];
        let post = format!("heading = \"Long\"\nbullets = {bullets:?}");
        let world = newsroom(&sandbox).post("long", &post).env("TELEPRESS_CRASH", place);
        // Each run gets one part further, or to the same place again.
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
fn an_answer_that_was_lost_is_read_back_and_one_copy_stands() {
    for lands in ["before", "never"] {
        let sandbox = Server::sandbox();
        let world = newsroom(&sandbox)
            .post("a", "heading = \"A #tag\"\ntext = \"**bold** https://example.org\"");
        sandbox.arm(&json!({ "fault": "read_close", "lands": lands, "method": "sendMessage" }));
        world.run("publish a").exits(0).prints("sent a in news: https://t.me/example_news/2\n");
        assert_eq!(sandbox.posts(), ["First", "A #tag"], "{lands}");
        // Nothing stays behind in the staging chat.
        assert!(sandbox.staged().is_empty(), "{lands}");
    }
}

#[test]
fn without_a_staging_chat_a_person_is_asked_and_his_word_counts() {
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
            world.run("publish a").exits(0).prints("sent a in news: https://t.me/example_news/2\n");
        }
        assert_eq!(sandbox.posts(), posts, "{word}");
        world.run("queue").exits(0).prints("");
    }
}
