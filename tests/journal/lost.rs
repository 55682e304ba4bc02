//! Lost answers in a channel where others post too: nothing is sent twice, and unproven cases need a decision.

use std::time::Duration;

use serde_json::json;

use crate::world::{Server, Service, World};

/// A newsroom with a staging chat and one published post: the last known message is number 1.
fn newsroom(sandbox: &Server, quiet: &str) -> World {
    let world = sandbox.newsroom_with_staging(quiet).post("first", "heading = \"First\"");
    world.run("publish first").exits(0);
    world.post("a", "heading = \"The post\"\ntext = \"with **bold** words\"")
}

fn lose_the_answer(sandbox: &Server, lands: &str) {
    sandbox.arm(&json!({ "fault": "read_close", "lands": lands, "method": "sendMessage" }));
}

fn copies(sandbox: &Server) -> usize {
    sandbox.posts().iter().filter(|text| *text == "The post").count()
}

#[test]
fn message_after_many_others_is_found() {
    for (others, are_deleted) in
        [(0, false), (19, false), (20, false), (60, false), (25, true), (298, true)]
    {
        let sandbox = Server::sandbox();
        let world = newsroom(&sandbox, "0ms");
        for number in 0..others {
            sandbox.somebody_posts(&format!("Other {number}"));
        }
        if are_deleted {
            (0..others).for_each(|number| sandbox.admin_deletes(2 + number));
        }
        lose_the_answer(&sandbox, "before");
        world.run("publish a").exits(0).shows(&format!("https://t.me/example_news/{}", 2 + others));
        assert_eq!(copies(&sandbox), 1, "{others} others, deleted: {are_deleted}");
        assert!(sandbox.staged().is_empty());
    }
}

#[test]
fn unseen_message_is_not_the_end_of_the_channel() {
    for number in [40, 500, 5_000] {
        let sandbox = Server::sandbox();
        let world = newsroom(&sandbox, "0ms").post("x", "heading = \"X\"");
        // There is no such message, and without a staging chat telepress cannot check.
        let config = world.read("config/telepress.toml");
        let world = world.config(&config.replace("staging_chat = -1009999999999, ", ""));
        world
            .run(&format!("adopt x {number}"))
            .exits(0)
            .says("did not check whether the message is in news");
        let world = world.config(&config);
        lose_the_answer(&sandbox, "before");
        world.run("publish a").exits(0).shows("https://t.me/example_news/2");
        assert_eq!(copies(&sandbox), 1, "{number}");
        assert!(sandbox.staged().is_empty());
    }
}

#[test]
fn message_is_found_with_wrong_clocks() {
    for ahead in [-86_400, -61, 0, 61, 86_400] {
        let sandbox = Server::sandbox();
        let world = newsroom(&sandbox, "0ms");
        sandbox.set_clock_ahead(ahead);
        sandbox.somebody_posts("Another one");
        lose_the_answer(&sandbox, "before");
        world.run("publish a").exits(0).shows("https://t.me/example_news/3");
        assert_eq!(copies(&sandbox), 1, "{ahead}");
    }
}

#[test]
fn edited_message_needs_a_decision_and_is_not_sent_again() {
    let sandbox = Server::sandbox();
    let world = newsroom(&sandbox, "2s");
    lose_the_answer(&sandbox, "before");
    let service = Service::start(&world);
    world.run("schedule a +50ms").exits(0);
    service.waits("the message", || (sandbox.posts().len() == 2).then_some(()));
    sandbox.admin_edits(2, "The post\n\nwith better words");
    service.says("Is it message 2?");
    let status = world.run("status a --format json").json();
    assert_eq!(status[0]["state"], "uncertain");
    assert_eq!(status[0]["candidates"], json!(["https://t.me/example_news/2"]));
    world.run("status a").shows("https://t.me/example_news/2").shows("resolve a --sent 2");
    world.run("resolve a --sent 2").exits(0);
    world.run("apply --yes").exits(0);
    assert_eq!(sandbox.posts(), ["First", "The post"]);
    service.signal("TERM");
    service.ends();
    // A changed file now edits the existing message.
    let world = world.post("a", "heading = \"The post\"\ntext = \"with other words\"");
    world.run("apply --yes").exits(0);
    assert_eq!(sandbox.posts(), ["First", "The post"]);
}

#[test]
fn undelivered_post_is_resent_if_all_others_are_older() {
    let sandbox = Server::sandbox();
    let world = newsroom(&sandbox, "0ms");
    for number in 0..30 {
        sandbox.somebody_posts(&format!("Other {number}"));
    }
    sandbox.post("/sandbox/clock", &json!({ "forward_seconds": 60 }));
    lose_the_answer(&sandbox, "never");
    world.run("publish a").exits(0).shows("https://t.me/example_news/32");
    assert_eq!(copies(&sandbox), 1);
    assert!(sandbox.staged().is_empty());
}

#[test]
fn unattributed_message_needs_a_decision() {
    let sandbox = Server::sandbox();
    // The server's clock is far ahead of ours, so our time proves nothing.
    sandbox.set_clock_ahead(3_600);
    let world = newsroom(&sandbox, "1s");
    sandbox.arm(&json!({ "fault": "read_close", "lands": "never", "method": "sendMessage" }));
    let before = sandbox.requests("sendMessage");
    std::thread::scope(|scope| {
        let run = scope.spawn(|| world.run("publish a"));
        while sandbox.requests("sendMessage") == before {
            std::thread::yield_now();
        }
        sandbox.somebody_posts("Another one");
        run.join().unwrap().exits(4).says("Is it message 2?");
    });
    world.run("resolve a --not-sent").exits(0);
    world.run("apply --yes").exits(0);
    assert_eq!(sandbox.posts(), ["First", "Another one", "The post"]);
}

#[test]
fn protected_message_needs_a_decision() {
    let sandbox = Server::sandbox();
    let world = newsroom(&sandbox, "0ms");
    let world = world.post("a", "protect = true\nheading = \"The post\"");
    lose_the_answer(&sandbox, "before");
    world.run("publish a").exits(4).says("forbids forwarding");
    world.run("resolve a --sent 2").exits(0);
    assert_eq!(copies(&sandbox), 1);
}

#[test]
fn serve_knows_other_posts_and_needs_no_decision() {
    let sandbox = Server::sandbox();
    let world = newsroom(&sandbox, "1s");
    let service = Service::begin_with(&world, "RUST_LOG", "debug");
    for number in 0..30 {
        sandbox.somebody_posts(&format!("Other {number}"));
    }
    service.says("someone else posted 31 ");
    lose_the_answer(&sandbox, "never");
    world.run("schedule a +50ms").exits(0);
    service.says("uncertain");
    for number in 0..5 {
        sandbox.somebody_posts(&format!("Later {number}"));
    }
    service.waits("the post", || (copies(&sandbox) == 1).then_some(()));
    service.signal("TERM");
    service.ends();
    // No message that it received as an update was copied.
    let looks = sandbox.requests("forwardMessage");
    assert!(looks < 20, "{looks}");
    assert!(sandbox.staged().is_empty());
}

#[test]
fn serve_ends_during_a_long_probe() {
    let sandbox = Server::sandbox();
    let world = newsroom(&sandbox, "0ms");
    let config = world.read("config/telepress.toml");
    let world = world.config(&config.replace("channel = \"0ms\"", "channel = \"3s\""));
    for number in 0..40 {
        sandbox.somebody_posts(&format!("Other {number}"));
    }
    lose_the_answer(&sandbox, "never");
    let service = Service::start(&world);
    world.run("schedule a +50ms").exits(0);
    service.says("uncertain");
    service.waits("the look", || (sandbox.requests("forwardMessage") > 1).then_some(()));
    service.ends_within("TERM", Duration::from_secs(5));
    // The next process makes the probe.
    assert_eq!(world.run("status a --format json").json()[0]["state"], "uncertain");
    assert_eq!(copies(&sandbox), 0);
}

#[test]
fn publish_reports_a_blocking_decision_at_once() {
    let sandbox = Server::sandbox();
    let world = sandbox.newsroom().post("a", "heading = \"A\"").post("b", "heading = \"B\"");
    lose_the_answer(&sandbox, "before");
    world.run("publish a").exits(4).says("telepress resolve a");
    // This test must end before the five minutes of `--wait`.
    world.run("publish b").exits(4).says("decides about `a`").says("telepress status a");
    let queue = world.run("queue b --format json").json();
    assert!(queue[0]["reason"].as_str().unwrap().contains("decides about `a`"), "{queue}");
    world.run("resolve a --sent 1").exits(0);
    world.run("apply --yes").exits(0);
    assert_eq!(sandbox.posts(), ["A", "B"]);
}

#[test]
fn live_sender_without_its_lock_is_not_presumed_dead() {
    let sandbox = Server::sandbox();
    let world = sandbox
        .newsroom_with_staging("1s")
        .post("first", "heading = \"First\"")
        .post("a", "heading = \"A\"")
        .post("b", "heading = \"B\"");
    world.run("publish first").exits(0);
    let service = Service::start(&world);
    let lands =
        json!({ "fault": "no_answer", "lands": { "after_ms": 6_000 }, "method": "sendMessage" });
    sandbox.arm(&lands);
    world.run("schedule a +1s").exits(0);
    let count = sandbox.requests("sendMessage");
    service.waits("the request", || (sandbox.requests("sendMessage") > count).then_some(()));
    let world = world.without("telepress.db.lock");
    world.run("publish b --wait 5s").exits(4);
    let posts = || sandbox.posts().iter().filter(|text| *text == "A").count();
    service.waits("the message", || (posts() > 0).then_some(()));
    assert_eq!(posts(), 1);
    assert_eq!(world.run("status a --format json").json()[0]["state"], "uncertain");
    drop(service);
}
