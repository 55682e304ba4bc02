//! `undo`: a wrong decision is undone, and nothing is sent because of it.

use serde_json::json;

use crate::world::Server;

#[test]
fn undone_decision_needs_a_new_one() {
    let sandbox = Server::sandbox();
    let world =
        sandbox.newsroom().post("first", "heading = \"First\"").post("a", "heading = \"A\"");
    world.run("publish first").exits(0);
    sandbox.somebody_posts("Another one");
    sandbox.arm(&json!({ "fault": "read_close", "lands": "never", "method": "sendMessage" }));
    world.run("publish a").exits(4).says("telepress resolve a");
    world.run("resolve a --sent 2").exits(0).shows("published");
    world.run("undo").exits(0).shows("uncertain  a");
    world.run("status a").shows("telepress resolve a");
    world.run("undo").exits(2).says("your last order was already undone");
    world.run("resolve a --not-sent").exits(0);
    world.run("publish a").exits(0);
    assert_eq!(sandbox.posts(), ["First", "Another one", "A"]);
}

#[test]
fn undone_number_is_not_the_last_known_message() {
    let sandbox = Server::sandbox();
    let world = sandbox.newsroom_with_staging("0ms").post("first", "heading = \"First\"");
    world.run("publish first").exits(0);
    let config = world.read("config/telepress.toml");
    let world = world.config(&config.replace("staging_chat = -1009999999999, ", ""));
    let world = world.post("a", "heading = \"A\"").post("b", "heading = \"B\"");
    let lost = json!({ "fault": "read_close", "lands": "before", "method": "sendMessage" });
    sandbox.arm(&lost);
    world.run("publish a").exits(4);
    world.run("resolve a --sent 99999").exits(0);
    world.run("undo").exits(0);
    world.run("resolve a --sent 2").exits(0);
    let world = world.config(&config);
    sandbox.arm(&lost);
    world.run("publish b").exits(0).shows("https://t.me/example_news/3");
    assert_eq!(sandbox.posts(), ["First", "A", "B"]);
}

#[test]
fn skipped_message_cannot_be_undone() {
    let sandbox = Server::sandbox();
    let world = sandbox.newsroom().post("a", "heading = \"A\"");
    sandbox.arm(&json!({ "fault": "read_close", "lands": "never", "method": "sendMessage" }));
    world.run("publish a").exits(4);
    world.run("resolve a --skip").exits(0);
    world.run("undo").exits(1).says("your last order, `resolve a`, cannot be undone");
}

#[test]
fn undo_removes_an_adopted_message() {
    let sandbox = Server::sandbox();
    sandbox.somebody_posts("Another one");
    let world = sandbox.newsroom().post("a", "heading = \"A\"");
    world.run("undo").exits(2).says("has no order");
    world.run("adopt a https://t.me/example_news/1").exits(0).says("telepress undo");
    world.run("undo").exits(0).shows("cancelled  a");
    // Both are as before: the message can be adopted for another post, and the post is new.
    let world = world.post("b", "heading = \"B\"");
    world.run("adopt b 1").exits(0);
    world.run("plan").exits(0).shows("create   a");
    world.run("publish a").exits(0);
    assert_eq!(sandbox.posts(), ["Another one", "A"]);
    world.run("adopt b 2").exits(1).says("is in the channel already");
}

#[test]
fn decision_with_later_changes_cannot_be_undone() {
    let sandbox = Server::sandbox();
    let world = sandbox.newsroom().post("a", "heading = \"A\"");
    let own = json!({ "chat_id": "@example_news", "text": "By hand" });
    sandbox.post(&format!("/bot{}/sendMessage", crate::world::TOKEN), &own);
    world.run("adopt a 1").exits(0);
    world.run("update a").exits(0);
    assert_eq!(sandbox.posts(), ["A"]);
    world.run("undo").exits(2);
}
