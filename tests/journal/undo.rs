//! `undo`: a wrong decision is undone, and nothing is sent because of it.

use serde_json::json;

use crate::world::{GROUP, Server, Service, World};

/// A newsroom with two channels in two languages, and a post for both.
fn two_channels(sandbox: &Server) -> World {
    sandbox.add_channel(-1_001_111_111_111, "example_ru");
    let config = format!(
        "{}\n[channels.en]\nchat = \"@example_news\"\nlanguage = \"en\"\n[channels.ru]\nchat = \"@example_ru\"\nlanguage = \"ru\"",
        sandbox.settings()
    );
    let post = "[editions.en]\nheading = \"Here\"\n[editions.ru]\nheading = \"Там\"";
    World::new()
        .config(&config)
        .env("TELEPRESS_TOKEN", crate::world::TOKEN)
        .with_journal()
        .post("a", post)
}

#[test]
fn publication_is_taken_back_in_all_its_channels() {
    let sandbox = Server::sandbox();
    let world = two_channels(&sandbox).env("USER", "anna");
    world.run("publish a --channel en").exits(0);
    let world = world.env("USER", "boris");
    world.run("publish a --channel ru").exits(0);
    // Only the order of this person.
    let undone = world.run("undo").exits(0);
    undone.shows("deleted a from ru");
    assert_eq!(sandbox.posts(), ["Here"]);
    world.run("undo").exits(2).says("edits, deletions and pins are not undone");
    let world = world.env("USER", "anna");
    world.run("undo").exits(0).shows("deleted a from en");
    assert_eq!(sandbox.posts(), [""; 0]);
    let states = world.run("status a --format json").exits(0).json();
    let is_deleted = |row: &serde_json::Value| row["state"] == "deleted";
    assert!(states.as_array().unwrap().iter().all(is_deleted), "{states}");
    world.run("apply --yes").exits(0);
    assert_eq!(sandbox.posts(), [""; 0]);
}

#[test]
fn comments_are_taken_back_with_their_post() {
    let sandbox = Server::sandbox();
    sandbox.add_discussion();
    let world = sandbox.newsroom();
    let world = world.post("a", "heading = \"A\"\n[[comments]]\nbody = \"Below\"\n");
    world.run("publish a").exits(0).shows("(comments)");
    world.run("undo").exits(0).shows("deleted a from news (comments)");
    assert_eq!(sandbox.posts(), [""; 0]);
    let below = sandbox.discussion();
    assert!(below.iter().all(|message| message["text"] != "Below"), "{GROUP}: {below:?}");
}

#[test]
fn scheduled_post_is_taken_off_and_an_edit_stays() {
    let sandbox = Server::sandbox();
    let world = sandbox.newsroom().post("a", "heading = \"A\"");
    world.run("schedule a in 2 hours").exits(0);
    world.run("undo").exits(0);
    world.run("status a").exits(0).shows("cancelled");
    world.run("undo").exits(2);
    world.run("publish a --again").exits(0);
    let world = world.post("a", "heading = \"B\"");
    world.run("update a").exits(0);
    world.run("undo").exits(2).says("changed messages of `a`: edits, deletions and pins");
    let world = world.post("b", "heading = \"C\"");
    world.run("publish b").exits(0);
    world.run("update a").exits(0);
    let world = world.post("a", "heading = \"D\"");
    world.run("update a").exits(0);
    world.run("undo").exits(2).says("`telepress delete b` deletes its messages");
    assert_eq!(sandbox.posts(), ["D", "C"]);
}

#[test]
fn running_service_takes_a_post_back() {
    let sandbox = Server::sandbox();
    let world = sandbox.newsroom().post("a", "heading = \"A\"");
    let service = Service::start(&world);
    world.run("publish a").exits(0);
    world.run("undo").exits(0).shows("deleted a from news");
    assert_eq!(sandbox.posts(), [""; 0]);
    drop(service);
}

#[test]
fn publish_in_several_channels_shows_them_and_asks() {
    let sandbox = Server::sandbox();
    let world = two_channels(&sandbox).stdin("n\n");
    let Some(shown) = world.run_in_terminal("publish a") else { return };
    for part in ["CHANNEL", "@example_ru", "Там", "Publish in 2 channels?", "nothing was published"]
    {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    assert_eq!(sandbox.posts(), [""; 0]);
    world.run_in_terminal("publish a --yes").unwrap();
    assert_eq!(sandbox.posts(), ["Here"]);
}

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
    world.run("undo").exits(2).says("no order in the journal");
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
