//! Precedence of the files, the journal and a person's order.

use serde_json::json;

use crate::world::{Server, Service, World};

/// The plan's text for a post.
fn reason(world: &World, post: &str) -> String {
    let plan = world.run("plan --format json").json();
    let of_post = |item: &&serde_json::Value| item["post"] == post;
    let item = plan.as_array().unwrap().iter().find(of_post).unwrap_or_else(|| panic!("{plan}"));
    format!("{}: {}", item["action"].as_str().unwrap(), item["reason"].as_str().unwrap())
}

#[test]
fn journal_identifies_a_channel_only_by_its_chat() {
    let sandbox = Server::sandbox();
    let world = sandbox.newsroom().post("a", "heading = \"A\"");
    world.run("publish a").exits(0);
    let chats = sandbox.get("/sandbox/channels");
    let chat = chats[0]["id"].as_i64().unwrap();
    // Another key, and the id instead of the username: the same channel.
    let config = world.read("config/telepress.toml");
    let renamed = config
        .replace("channels.news", "channels.world")
        .replace("\"@example_news\"", &chat.to_string());
    let world = world.config(&renamed);
    assert_eq!(reason(&world, "a"), "nothing: up to date");
    world.run("publish a").exits(0).shows("already published");
    // Another chat under the old key: another channel.
    sandbox.post("/sandbox/channels", &json!({ "id": -1_001_234_567_890_i64, "title": "Other" }));
    let world = world.config(&config.replace("\"@example_news\"", "-1001234567890"));
    let why = reason(&world, "a");
    assert!(why.starts_with("conflict: it was published in another chat"), "{why}");
    world.run("apply --yes").exits(4);
    assert_eq!(sandbox.posts(), ["A"]);
}

#[test]
fn late_file_is_held_unless_it_is_published_by_name() {
    let sandbox = Server::sandbox();
    let world = sandbox
        .newsroom()
        .post("old", "publish_at = 2020-01-01T00:00:00Z\nheading = \"Old\"")
        .post("new", "heading = \"New\"");
    // It is not older than the journal: the first scan did not find it.
    assert!(reason(&world, "old").contains("its file appeared after its scheduled time"));
    world.run("apply --yes").exits(4);
    assert_eq!(sandbox.posts(), ["New"]);
    world.run("publish old").exits(0);
    assert_eq!(sandbox.posts(), ["New", "Old"]);
}

#[test]
fn edit_of_a_deleted_message_needs_a_decision() {
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
fn scheduled_post_that_becomes_a_draft_is_unscheduled() {
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
fn missed_post_is_held_until_released_and_the_log_names_the_person() {
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
    for event in ["ordered", "released", "result"] {
        assert!(log.contains(event), "{event}: {log}");
    }
}
