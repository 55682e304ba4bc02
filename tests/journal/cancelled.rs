//! A post that is cancelled while its outcome is unknown is still probed for.

use serde_json::{Value, json};

use crate::world::{Server, Service, World};

/// A newsroom with a staging chat and a channel with one post, which probes for lost messages after `quiet`.
fn newsroom(sandbox: &Server, quiet: &str) -> World {
    let world = sandbox.newsroom_with_staging(quiet).post("first", "heading = \"First\"");
    world.run("publish first").exits(0);
    world.post("a", "heading = \"A\"")
}

/// The state of `a` in `status`.
fn status(world: &World) -> (String, String) {
    let all = world.run("status --format json").json();
    let is_a = |one: &&Value| one["post"] == "a";
    let a = all.as_array().unwrap().iter().find(is_a).unwrap();
    let text = |key: &str| a[key].as_str().unwrap_or_default().to_owned();
    (text("state"), text("reason"))
}

#[test]
fn cancelled_post_with_a_lost_answer_is_probed_and_can_be_deleted() {
    let sandbox = Server::sandbox();
    let world = newsroom(&sandbox, "4s");
    let service = Service::start(&world);
    sandbox.arm(&json!({ "fault": "read_close", "lands": "before", "method": "sendMessage" }));
    world.run("schedule a +50ms").exits(0);
    service.says("uncertain post=a");
    world
        .run("cancel a")
        .exits(0)
        .shows("uncertain")
        .shows("the outcome of the message is not known yet");
    let (state, reason) = status(&world);
    assert_eq!(state, "uncertain");
    assert!(reason.starts_with("cancelled ") && reason.contains("not known yet"), "{reason}");
    world.run("queue").exits(0).shows("cancelled from the command line");
    world
        .run("delete a --yes")
        .exits(4)
        .says("it is not known whether `a` is in the channel")
        .says("see `telepress status a`");
    world.run("cancel a").exits(1).says("telepress resolve a");
    world.run("publish a").exits(4).says("not known yet");
    world.run("plan").exits(0).shows("cancelled from the command line");
    let line = service.says("cancelled post=a");
    assert!(line.contains("it is in the channel"), "{line}");
    let (state, reason) = status(&world);
    assert_eq!(state, "cancelled");
    assert!(reason.contains("`telepress delete a` removes it"), "{reason}");
    assert_eq!(sandbox.posts(), ["First", "A"]);
    world.run("apply --yes").exits(0);
    assert_eq!(sandbox.posts(), ["First", "A"]);
    world.run("delete a --yes").exits(0);
    assert_eq!(sandbox.posts(), ["First"]);
}

#[test]
fn cancelled_post_that_was_not_delivered_is_not_sent() {
    let sandbox = Server::sandbox();
    let world = newsroom(&sandbox, "3s");
    let service = Service::start(&world);
    sandbox.arm(&json!({ "fault": "read_close", "lands": "never", "method": "sendMessage" }));
    world.run("schedule a +50ms").exits(0);
    service.says("uncertain post=a");
    world.run("cancel a").exits(0);
    service.says("cancelled post=a");
    world.run("delete a --yes").exits(1).says("`a` has no messages in any channel");
    let world = world.post("a", "heading = \"A\"\ntext = \"Another text\"");
    world.run("apply --yes").exits(0);
    assert_eq!(sandbox.posts(), ["First"]);
    // Only an order publishes it again.
    world.run("publish a").exits(1).says("--again");
    world.run("publish a --again").exits(0);
    assert_eq!(sandbox.posts(), ["First", "A"]);
}

#[test]
fn answer_settles_a_post_that_is_cancelled_in_flight() {
    let sandbox = Server::sandbox();
    let long = vec!["word ".repeat(50).trim_end().to_owned(); 40];
    let world =
        newsroom(&sandbox, "0ms").post("a", &format!("heading = \"A\"\nbullets = {long:?}"));
    let service = Service::start(&world);
    let before = sandbox.requests("sendMessage");
    sandbox.arm(&json!({ "fault": "slow", "delay_ms": 2_500, "method": "sendMessage" }));
    world.run("schedule a +50ms").exits(0);
    service.waits("the request", || (sandbox.requests("sendMessage") > before).then_some(()));
    let ran = world.run("cancel a").exits(0);
    ran.shows("the outcome of part 1 of 3 is not known yet").shows("its request is in flight");
    world.run("delete a --yes").exits(4).says("see `telepress status a`");
    service.says("cancelled post=a");
    assert_eq!(sandbox.posts(), ["First", "A"]);
    let (_, reason) = status(&world);
    assert!(reason.contains("1 of its 3 parts is in the channel"), "{reason}");
    world.run("delete a --yes").exits(0);
    assert_eq!(sandbox.posts(), ["First"]);
}

#[test]
fn person_settles_a_cancelled_post_with_an_unknown_outcome() {
    for (word, lands, posts) in [
        ("--not-sent", "never", vec!["First"]),
        ("--sent 2", "before", vec!["First", "A"]),
        ("--skip", "before", vec!["First", "A"]),
    ] {
        let sandbox = Server::sandbox();
        let world =
            sandbox.newsroom().post("first", "heading = \"First\"").post("a", "heading = \"A\"");
        world.run("publish first").exits(0);
        sandbox.arm(&json!({ "fault": "read_close", "lands": lands, "method": "sendMessage" }));
        world.run("publish a").exits(4).says("telepress resolve a");
        world.run("cancel a").exits(0);
        let (state, reason) = status(&world);
        assert!(
            state == "uncertain" && reason.contains("`telepress resolve a --sent LINK`"),
            "{reason}"
        );
        world.run(&format!("resolve a {word}")).exits(0).shows("cancelled");
        world.run("apply --yes").exits(0);
        assert_eq!(sandbox.posts(), posts, "{word}");
        if word == "--skip" {
            world.run("delete a --yes").exits(4).says("see `telepress status a`");
            world.run("status a").exits(0).shows("telepress resolve a --sent LINK");
            world.run("resolve a --sent 2").exits(0);
        }
        if posts.len() > 1 {
            world.run("delete a --yes").exits(0);
        }
        assert_eq!(sandbox.posts(), ["First"], "{word}");
    }
}

#[test]
fn hints_of_delete_lead_to_deleting_a_partly_sent_post() {
    let sandbox = Server::sandbox();
    let text = "word ".repeat(2_500);
    let long = format!("overflow = \"split\"\nheading = \"L\"\ntext = \"\"\"{text}\"\"\"");
    let world = sandbox.newsroom().post("l", &long);
    let lost =
        json!({ "fault": "read_close", "lands": "never", "method": "sendMessage", "after": 1 });
    sandbox.arm(&lost);
    world.run("publish l --wait 2s").exits(4);
    assert_eq!(sandbox.posts().len(), 1);
    let said = world.run("delete l --yes").exits(4).stderr.clone();
    for hint in ["cancel l", "resolve l --not-sent", "delete l --yes"] {
        assert!(said.contains("`telepress cancel l`"), "{said}");
        world.run(hint).exits(0);
    }
    assert!(sandbox.posts().is_empty());
    world.run("apply --yes").exits(0);
    assert!(sandbox.posts().is_empty());
    // The pending rest of a partly sent post is cancelled with it.
    let wait = json!({ "fault": "answer", "status": 429, "method": "sendMessage", "after": 1, "body": { "ok": false, "error_code": 429, "description": "Too Many Requests: retry after 900", "parameters": { "retry_after": 900 } } });
    sandbox.arm(&wait);
    let world = world.post("m", &long.replace("\"L\"", "\"M\""));
    world.run("publish m --wait 1s").exits(4);
    assert_eq!(sandbox.posts().len(), 1);
    world.run("delete m --yes --wait 1s").never_panicked();
    assert_eq!(world.run("status m --format json").json()[0]["parts"][1]["state"], "skipped");
}
