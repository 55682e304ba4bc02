//! Whose word counts: the files', the journal's, or a person's.

use serde_json::json;

use crate::world::{Server, Service, World};

/// What the plan says of a post.
fn reason(world: &World, post: &str) -> String {
    let plan = world.run("plan --format json").json();
    let of_post = |item: &&serde_json::Value| item["post"] == post;
    let item = plan.as_array().unwrap().iter().find(of_post).unwrap_or_else(|| panic!("{plan}"));
    format!("{}: {}", item["action"].as_str().unwrap(), item["reason"].as_str().unwrap())
}

#[test]
fn the_journal_knows_a_channel_by_its_chat_and_by_nothing_else() {
    let sandbox = Server::sandbox();
    let world = sandbox.newsroom().post("a", "heading = \"A\"");
    world.run("publish a").exits(0);
    let chats = sandbox.get("/sandbox/channels");
    let chat = chats[0]["id"].as_i64().unwrap();
    // Another key, and the number in the place of the name: the same channel.
    let config = world.read("config/telepress.toml");
    let renamed = config
        .replace("channels.news", "channels.world")
        .replace("\"@example_news\"", &chat.to_string());
    let world = world.config(&renamed);
    assert_eq!(reason(&world, "a"), "nothing: up to date");
    world.run("publish a").exits(0).shows("already published");
    // Another chat under the old key is another channel.
    sandbox.post("/sandbox/channels", &json!({ "id": -1_001_234_567_890_i64, "title": "Other" }));
    let world = world.config(&config.replace("\"@example_news\"", "-1001234567890"));
    let why = reason(&world, "a");
    assert!(why.starts_with("conflict: it was published in another chat"), "{why}");
    world.run("apply --yes").exits(4);
    assert_eq!(sandbox.posts(), ["A"]);
}

#[test]
fn what_comes_after_its_time_is_held_unless_it_is_named() {
    let sandbox = Server::sandbox();
    let world = sandbox
        .newsroom()
        .post("old", "publish_at = 2020-01-01T00:00:00Z\nheading = \"Old\"")
        .post("new", "heading = \"New\"");
    // It is no history: the journal's first scan did not find it.
    assert!(reason(&world, "old").contains("it came after its time"));
    world.run("apply --yes").exits(4);
    assert_eq!(sandbox.posts(), ["New"]);
    world.run("publish old").exits(0);
    assert_eq!(sandbox.posts(), ["New", "Old"]);
}

#[test]
fn an_edit_that_meets_a_message_deleted_by_hand_asks_a_person() {
    let sandbox = Server::sandbox();
    let world = sandbox.newsroom().post("a", "heading = \"A\"");
    world.run("publish a").exits(0);
    let gone = json!({ "chat_id": "@example_news", "message_id": 1 });
    sandbox.post(&format!("/bot{}/deleteMessage", crate::world::TOKEN), &gone);
    let world = world.post("a", "heading = \"B\"");
    world.run("apply --yes").exits(4).says("the message is no longer in the channel");
    world.run("resolve a --skip").exits(0);
    world.run("apply --yes").exits(0);
    assert!(sandbox.posts().is_empty());
    world.run("publish a --again").exits(0);
    assert_eq!(sandbox.posts(), ["B"]);
}

#[test]
fn a_scheduled_post_that_becomes_a_draft_comes_off_the_schedule() {
    let sandbox = Server::sandbox();
    let world = sandbox.newsroom().post("a", "publish_at = 2029-01-01T00:00:00Z\nheading = \"A\"");
    world.run("apply --yes").exits(0);
    let world = world.post("a", "draft = true\npublish_at = 2029-01-01T00:00:00Z\nheading = \"A\"");
    assert_eq!(reason(&world, "a"), "cancel: it is a draft now");
    world.run("apply --yes").exits(0);
    world.run("queue").exits(0).prints("");
    let world = world.post("a", "publish_at = 2029-01-01T00:00:00Z\nheading = \"A\"");
    world.run("apply --yes").exits(0).shows("scheduled a");
}

#[test]
fn what_was_missed_waits_until_somebody_lets_it_go_and_the_log_tells_who() {
    let sandbox = Server::sandbox();
    let world = sandbox.newsroom().post("a", "heading = \"A\"").post("b", "heading = \"B\"");
    let config = world.read("config/telepress.toml");
    let world = world.config(&format!("schedule.grace = \"0s\"\n{config}"));
    world.run("schedule a +50ms").exits(0);
    world.run("schedule b +50ms").exits(0);
    world.waits_until_due("b");
    let service = Service::start(&world);
    service.says("held post=a");
    service.says("held post=b");
    world.run("queue").exits(0).shows("telepress release a");
    assert!(sandbox.posts().is_empty());
    world.run("release a").exits(0);
    service.says("published post=a");
    world.run("cancel b").exits(0);
    assert_eq!(sandbox.posts(), ["A"]);
    let log = world.run("log a").exits(0).stdout;
    for event in ["accepted", "release", "answered"] {
        assert!(log.contains(event), "{event}: {log}");
    }
}
