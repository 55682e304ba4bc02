//! The pinned mark in the staging chat: it reveals a missing or old journal on a machine without other marks.

use serde_json::{Value, json};

use crate::world::{STAGING, Server, Service, World};

/// A newsroom with a staging chat, and without marks outside its folder.
fn newsroom(sandbox: &Server) -> World {
    sandbox.newsroom_with_staging("0ms").env("HOME", "")
}

/// The same with another staging chat.
fn newsroom_with(sandbox: &Server, staging: i64) -> World {
    let world = newsroom(sandbox);
    let config = world.read("config/telepress.toml");
    world.config(&config.replace(&STAGING.to_string(), &staging.to_string()))
}

/// The messages in the staging chat.
fn staging(sandbox: &Server) -> Vec<Value> {
    let posts = sandbox.get(&format!("/sandbox/channels/{STAGING}/posts"));
    posts.as_array().unwrap().clone()
}

/// The line of the mark with this prefix.
fn mark(sandbox: &Server, name: &str) -> String {
    let posts = staging(sandbox);
    assert_eq!(posts.len(), 1, "{posts:?}");
    assert_eq!((&posts[0]["pinned"], &posts[0]["silent"]), (&json!(true), &json!(true)));
    let text = posts[0]["text"].as_str().unwrap();
    text.lines().find_map(|line| line.strip_prefix(name)).unwrap().trim().to_owned()
}

#[test]
fn one_pinned_message_has_the_journals_id_and_position() {
    let sandbox = Server::sandbox();
    let world = newsroom(&sandbox).post("a", "heading = \"A\"").post("b", "heading = \"B\"");
    world.run("publish a").exits(0);
    assert_eq!(mark(&sandbox, "request"), "1");
    let journal = mark(&sandbox, "journal");
    world.run("publish b").exits(0);
    assert_eq!((mark(&sandbox, "request"), mark(&sandbox, "journal")), ("2".to_owned(), journal));
    let service = Service::start(&world);
    let world = world.post("c", "heading = \"C\"");
    world.run("publish c").exits(0);
    service.signal("TERM");
    service.ends();
    // It was written when `serve` started, and is updated every few minutes.
    assert_eq!(mark(&sandbox, "request"), "2");
    Service::start(&world).waits("the mark", || (mark(&sandbox, "request") == "3").then_some(()));
    assert_eq!(sandbox.posts(), ["A", "B", "C"]);
}

#[test]
fn journal_is_not_created_if_the_chat_has_a_mark() {
    let sandbox = Server::sandbox();
    let world = newsroom(&sandbox).post("a", "heading = \"A\"");
    world.run("publish a").exits(0);
    let lost = mark(&sandbox, "journal");
    world.remove_journal();
    world.run("publish a").exits(2).says("there is no journal at ");
    world.run("journal create").exits(2).says("but there was one").says("staging chat");
    assert!(!world.path("telepress.db").exists());
    world.run("journal create --previous-journal-is-lost").exits(0);
    assert_ne!(mark(&sandbox, "journal"), lost);
    assert_eq!(mark(&sandbox, "request"), "0");
    world.post("b", "heading = \"B\"").run("apply --yes").exits(0);
    assert_eq!(sandbox.posts(), ["A", "B"]);
    assert_eq!(mark(&sandbox, "request"), "1");
}

#[test]
fn journal_is_not_created_if_the_chat_cannot_be_read() {
    let sandbox = Server::sandbox();
    let world = newsroom_with(&sandbox, -1_001_888);
    world.remove_journal();
    world.run("journal create").exits(2).says("chat not found");
    assert!(!world.path("telepress.db").exists());
    world.run("journal create --previous-journal-is-lost").exits(0).says("chat not found");
    world.post("a", "heading = \"A\"").run("publish a").exits(0).says("chat not found");
}

#[test]
fn snapshot_is_recognized_on_a_machine_without_marks() {
    let sandbox = Server::sandbox();
    let world = newsroom(&sandbox).post("a", "heading = \"A\"").post("b", "heading = \"B\"");
    world.run("publish a").exits(0);
    let snapshot = World::empty();
    world.copy_journal(&snapshot);
    world.run("publish b").exits(0);
    world.remove_journal();
    snapshot.copy_journal(&world);
    world.run("publish b").exits(4).says("resolve --after-restore").says("staging chat");
    assert_eq!(sandbox.posts(), ["A", "B"]);
    world.run("resolve --after-restore").exits(4).shows("shows `b`");
    world.run("adopt b https://t.me/example_news/2").exits(0);
    world.run("resolve --after-restore").exits(0);
    // The mark belongs to the journal that is in use.
    assert_eq!(mark(&sandbox, "request"), "1");
    world.post("c", "heading = \"C\"").run("apply --yes").exits(0);
    assert_eq!(sandbox.posts(), ["A", "B", "C"]);
}

#[test]
fn other_pinned_messages_are_left_alone() {
    let sandbox = Server::sandbox();
    let world = newsroom(&sandbox).post("a", "heading = \"A\"").post("b", "heading = \"B\"");
    let token = crate::world::TOKEN;
    let pin = |text: &str, id: i64| {
        let message = json!({ "chat_id": STAGING, "text": text });
        sandbox.post(&format!("/bot{token}/sendMessage"), &message);
        let pin = json!({ "chat_id": STAGING, "message_id": id });
        sandbox.post(&format!("/bot{token}/pinChatMessage"), &pin);
    };
    pin("Rules of this chat", 1);
    world.run("publish a").exits(0);
    let texts =
        || staging(&sandbox).iter().map(|post| post["text"].to_string()).collect::<Vec<_>>();
    assert_eq!(texts()[0], r#""Rules of this chat""#);
    assert!(texts()[1].contains("request 1"));
    // Another bot pinned its mark later: ours cannot be found, and no new one is added.
    pin("bot 5\njournal 0a\nrequest 7", 5);
    world.run("publish b").exits(0).says("another bot (5)");
    assert_eq!(texts().len(), 3);
    assert_eq!(sandbox.posts(), ["A", "B"]);
}

#[test]
fn channel_configured_as_staging_chat_gets_no_mark() {
    let sandbox = Server::sandbox();
    let channels = sandbox.get("/sandbox/channels");
    let id = channels.as_array().unwrap()[0]["id"].as_i64().unwrap();
    let world = newsroom_with(&sandbox, id);
    world
        .post("a", "heading = \"A\"")
        .run("publish a")
        .exits(0)
        .says("one of the channels in the config");
    assert_eq!(sandbox.posts(), ["A"]);
}

/// `b` is in the channel, and the journal and its files are from before it.
fn put_back(sandbox: &Server) -> World {
    let world = newsroom(sandbox).post("a", "heading = \"A\"").post("b", "heading = \"B\"");
    world.run("publish a").exits(0);
    let snapshot = World::empty();
    world.copy_journal(&snapshot);
    world.run("publish b").exits(0);
    world.remove_journal();
    snapshot.copy_journal(&world);
    world
}

#[test]
fn nothing_is_sent_before_the_mark_was_read() {
    // The first `getChat` is for the channel's id.
    let wait =
        json!({ "fault": "too_many_requests", "retry_after": 1, "method": "getChat", "after": 1 });
    let sandbox = Server::sandbox();
    let world = put_back(&sandbox);
    sandbox.arm(&wait);
    world.run("publish b").exits(4).says("resolve --after-restore");
    assert_eq!(sandbox.posts(), ["A", "B"]);
    let sandbox = Server::sandbox();
    let world = put_back(&sandbox);
    sandbox.arm(&json!({ "fault": "restart", "method": "getMe", "lands": "never" }));
    sandbox.arm(&wait);
    let service = Service::start(&world);
    world.run("publish b").exits(4);
    service.says("the journal is an older copy");
    assert_eq!(sandbox.posts(), ["A", "B"]);
}

#[test]
fn unwritable_mark_delays_no_command() {
    let sandbox = Server::sandbox();
    let world = newsroom(&sandbox).post("a", "heading = \"A\"");
    sandbox.arm(&json!({ "fault": "no_answer", "method": "getChat", "after": 2 }));
    // The last read of the mark is not answered for 90 s. The post is published, and the command ends before that.
    world.run("publish a").exits(0).shows("published");
    assert_eq!(sandbox.posts(), ["A"]);
}

#[test]
fn copy_without_a_decision_is_recognized_despite_newer_orders() {
    // Each decides without a request that a post is in the channel, or must not be published.
    for decision in
        ["adopt b https://t.me/example_news/2", "cancel c", "schedule c +3h", "pause", "pause news"]
    {
        let sandbox = Server::sandbox();
        let world = newsroom(&sandbox).post("a", "heading = \"A\"").post("b", "heading = \"B\"");
        let world = world.post("c", "heading = \"C\"");
        world.run("publish a").exits(0);
        world.run("schedule c +2h").exits(0);
        let token = crate::world::TOKEN;
        let by_hand = json!({ "chat_id": "@example_news", "text": "B, by hand" });
        sandbox.post(&format!("/bot{token}/sendMessage"), &by_hand);
        let snapshot = World::empty();
        world.copy_journal(&snapshot);
        world.run(decision).exits(0);
        world.remove_journal();
        snapshot.copy_journal(&world);
        // The copy gets more orders than the journal had, and is compared only afterwards.
        world.run("schedule b +5h").exits(0);
        world.run("publish b").exits(4).says("resolve --after-restore").says("the log");
        assert_eq!(sandbox.posts(), ["A", "B, by hand"], "{decision}");
    }
}

#[test]
fn unused_restored_journal_is_compared_with_the_mark() {
    let sandbox = Server::sandbox();
    let world = put_back(&sandbox);
    sandbox.arm(&json!({ "fault": "restart", "method": "getChat", "lands": "never" }));
    world.run("resolve --after-restore").exits(4).says("try again later");
    world.run("resolve --after-restore").exits(4).shows("shows `b`");
    world.run("adopt b https://t.me/example_news/2").exits(0);
    // The mark cannot be updated, so it would belong to a journal ahead of this one.
    let wait =
        json!({ "fault": "too_many_requests", "retry_after": 60, "method": "editMessageText" });
    sandbox.arm(&wait);
    world.run("resolve --after-restore").exits(4).says("could not be written");
    let world = world.post("c", "heading = \"C\"");
    world.run("apply c --yes").exits(4);
    world.run("resolve --after-restore").exits(0).says("telepress release c");
    world.run("release c").exits(0);
    world.run("apply c --yes").exits(0);
    assert_eq!(sandbox.posts(), ["A", "B", "C"]);
}

/// Sets the bot's status in the staging chat.
fn stands(sandbox: &Server, standing: &Value) {
    sandbox.post(&format!("/sandbox/channels/{STAGING}/standing"), standing);
}

#[test]
fn copy_sends_nothing_if_its_mark_cannot_be_read() {
    for (status, body) in [
        (
            400,
            json!({ "ok": false, "error_code": 400, "description": "Bad Request: chat not found" }),
        ),
        (
            403,
            json!({ "ok": false, "error_code": 403, "description": "Forbidden: bot was kicked from the channel chat" }),
        ),
        (404, json!({ "ok": false, "error_code": 404, "description": "Not Found" })),
    ] {
        let sandbox = Server::sandbox();
        let world = put_back(&sandbox);
        // The first `getChat` is for the channel's id.
        let fault = json!({ "fault": "answer", "status": status, "body": body, "method": "getChat", "after": 1 });
        sandbox.arm(&fault);
        world.run("publish b").exits(2).says("nothing is sent").says("staging_chat");
        assert_eq!(sandbox.posts(), ["A", "B"], "{status}");
        world.run("publish b").exits(4).says("resolve --after-restore");
    }
    let sandbox = Server::sandbox();
    let world = put_back(&sandbox);
    let odd = json!({ "ok": true, "result": { "weird": 1 } });
    sandbox.arm(
        &json!({ "fault": "answer", "status": 200, "body": odd, "method": "getChat", "after": 1 }),
    );
    world.run("publish b --wait 20s").exits(4).says("resolve --after-restore");
    assert_eq!(sandbox.posts(), ["A", "B"]);
}

#[test]
fn restored_journal_continues_when_its_mark_can_be_written() {
    let sandbox = Server::sandbox();
    let world = put_back(&sandbox).post("c", "heading = \"C\"");
    world.run("publish b").exits(4);
    stands(&sandbox, &json!({ "administrator": { "can_post_messages": false } }));
    world.run("adopt b https://t.me/example_news/2").exits(0);
    for _ in 0..2 {
        world.run("resolve --after-restore --yes").exits(4).says("let the bot edit messages");
        world.run("publish c").exits(4).says("restored from a backup");
    }
    stands(
        &sandbox,
        &json!({ "administrator": { "can_post_messages": true, "can_edit_messages": true } }),
    );
    world.run("resolve --after-restore").exits(0);
    // It was ordered before, and may have been sent with the lost journal.
    world.run("release c").exits(0);
    world.run("publish c").exits(0);
    assert_eq!(sandbox.posts(), ["A", "B", "C"]);
}

#[test]
fn older_journal_of_the_same_bot_sends_nothing() {
    let sandbox = Server::sandbox();
    let world = newsroom(&sandbox).post("a", "heading = \"A\"").post("b", "heading = \"B\"");
    world.run("publish a").exits(0);
    let snapshot = World::empty();
    world.copy_journal(&snapshot);
    world.remove_journal();
    world.run("journal create --previous-journal-is-lost").exits(0);
    world.run("publish b").exits(0);
    world.run("journal create").exits(2).says("already a journal");
    world.remove_journal();
    snapshot.copy_journal(&world);
    world.run("publish b").exits(4).says("another journal of this bot");
    assert_eq!(sandbox.posts(), ["A", "B"]);
}

#[test]
fn posts_held_by_a_restore_are_reported_until_delivered() {
    let sandbox = Server::sandbox();
    let world = newsroom(&sandbox).post("a", "heading = \"A\"").post("b", "heading = \"B\"");
    world.run("publish a").exits(0);
    world.run("schedule b +3h").exits(0);
    let snapshot = World::empty();
    world.copy_journal(&snapshot);
    world.run("publish b").exits(0);
    sandbox.admin_edits(2, "B, quite another text now");
    world.remove_journal();
    snapshot.copy_journal(&world);
    world.run("publish b").exits(4);
    let wait =
        json!({ "fault": "too_many_requests", "retry_after": 60, "method": "editMessageText" });
    sandbox.arm(&wait);
    world.run("resolve --after-restore").exits(4).says("held: `b` in news").says("example_news/2");
    world.run("resolve --after-restore").exits(0).says("held: `b` in news").says("1 post held");
    world.run("queue").exits(0).shows("telepress adopt b LINK").shows("telepress release b");
    world.run("publish b").exits(4).says("telepress release b");
    world.run("adopt b 2 --channel news").exits(0);
    assert_eq!(sandbox.posts(), ["A", "B, quite another text now"]);
}
