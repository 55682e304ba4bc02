//! `delete_at` and `unpin_at`: a published post is deleted or unpinned at its time, once, and a missed time is reported.

use std::thread::sleep;
use std::time::Duration;

use serde_json::{Value, json};
use telepress::clock::{Clock, SystemClock};

use crate::world::{Server, Service, World};

/// A key with the time this many seconds from now.
fn key(name: &str, from_now: i64) -> String {
    let at = SystemClock.now() + jiff::SignedDuration::from_secs(from_now);
    format!("{name} = {}\n", at.strftime("%FT%TZ"))
}

fn deleted_in(world: World, seconds: i64) -> World {
    world.post("a", &format!("{}heading = \"A\"", key("delete_at", seconds)))
}

fn pins(sandbox: &Server) -> Vec<bool> {
    let posts = sandbox.get("/sandbox/channels/example_news/posts");
    posts.as_array().unwrap().iter().map(|post| post["pinned"].as_bool().unwrap()).collect()
}

fn state_of(world: &World, post: &str) -> String {
    let ran = world.run(&format!("status {post} --format json")).exits(0);
    let rows: Value = serde_json::from_str(&ran.stdout).unwrap();
    rows[0]["state"].as_str().unwrap().to_owned()
}

fn with_schedule(world: World, keys: &str) -> World {
    let config = format!("{}\n[schedule]\n{keys}\n", world.read("config/telepress.toml"));
    world.config(&config)
}

fn is_empty(sandbox: &Server) -> Option<()> {
    sandbox.posts().is_empty().then_some(())
}

#[test]
fn post_is_deleted_at_its_time_and_does_not_come_back() {
    let sandbox = Server::sandbox();
    let world = deleted_in(sandbox.newsroom(), 6);
    world.run("plan").exits(0).shows("it will be deleted");
    world.run("publish a").exits(0);
    world.run("status a").exits(0).shows("will be deleted");
    world.run("queue").exits(0).shows("will be deleted");
    world.run("plan --exit-code").exits(0);
    let service = Service::start(&world);
    service.waits("the deletion", || is_empty(&sandbox));
    service.waits("its record", || (state_of(&world, "a") == "deleted").then_some(()));
    service.signal("TERM");
    service.ends();
    assert_eq!(sandbox.requests("deleteMessage"), 1);
    world.run("log a").exits(0).shows("deletion ordered");
    world.run("plan --exit-code").exits(0);
    world.run("apply --yes").exits(0);
    world.run("queue").exits(0).prints("");
    assert!(sandbox.posts().is_empty());
    // Its own time is past.
    world.run("publish a").exits(1).says("`delete_at`");
}

#[test]
fn pin_is_removed_at_its_time_and_stays_removed() {
    let sandbox = Server::sandbox();
    let keys = format!("pin = true\n{}", key("unpin_at", 6));
    let world = sandbox.newsroom().post("a", &format!("{keys}heading = \"A\""));
    world.run("publish a").exits(0);
    assert_eq!(pins(&sandbox), [true]);
    world.run("status a").exits(0).shows("will be unpinned");
    let service = Service::start(&world);
    service.waits("the unpinning", || (pins(&sandbox) == [false]).then_some(()));
    service.waits("its record", || world.run("queue").stdout.is_empty().then_some(()));
    service.signal("TERM");
    service.ends();
    world.run("plan --exit-code").exits(0);
    let world = world.post("a", &format!("{keys}heading = \"A2\""));
    world.run("apply --yes").exits(0);
    assert_eq!((sandbox.posts(), pins(&sandbox)), (vec!["A2".to_owned()], vec![false]));
}

#[test]
fn missed_deletion_is_reported_and_left_to_an_operator() {
    let sandbox = Server::sandbox();
    let world = with_schedule(deleted_in(sandbox.newsroom(), 3), "grace = \"1s\"");
    world.run("publish a").exits(0);
    sleep(Duration::from_secs(5));
    let service = Service::start(&world);
    service.says("missed post=a");
    world.run("queue").exits(0).shows("was missed").shows("telepress delete a");
    world.run("log a").exits(0).shows("deletion missed");
    assert_eq!(sandbox.posts(), ["A"]);
    world.run("delete a --yes").exits(0);
    assert!(sandbox.posts().is_empty());
    world.run("queue").exits(0).prints("");
}

#[test]
fn missed_deletion_is_skipped_or_made_late_as_the_config_says() {
    for (missed, is_deleted) in [("skip", false), ("publish", true)] {
        let sandbox = Server::sandbox();
        let keys = format!("grace = \"1s\"\nmissed = \"{missed}\"");
        let world = with_schedule(deleted_in(sandbox.newsroom(), 3), &keys);
        world.run("publish a").exits(0);
        sleep(Duration::from_secs(5));
        let service = Service::start(&world);
        if is_deleted {
            service.waits("the deletion", || is_empty(&sandbox));
        } else {
            service.says("missed post=a");
            assert_eq!(sandbox.posts(), ["A"]);
            world.run("status a").exits(0).shows("was missed");
            world.run("queue").exits(0).prints("");
        }
    }
}

#[test]
fn serve_follows_a_changed_or_removed_time() {
    let sandbox = Server::sandbox();
    let world = deleted_in(sandbox.newsroom(), 10);
    world.run("publish a").exits(0);
    let service = Service::start(&world);
    let world = world.post("a", "heading = \"A\"");
    service.waits("the change", || world.run("queue").stdout.is_empty().then_some(()));
    world.run("plan --exit-code").exits(0);
    let world = deleted_in(world, 3);
    service.waits("its record", || (state_of(&world, "a") == "deleted").then_some(()));
    assert_eq!(
        (sandbox.requests("deleteMessage"), state_of(&world, "a")),
        (1, "deleted".to_owned())
    );
}

#[test]
fn other_commands_delete_what_is_due_unless_its_file_wants_it_still() {
    for (is_removed, posts) in [(false, vec!["B"]), (true, vec!["A", "B"])] {
        let sandbox = Server::sandbox();
        let world = deleted_in(sandbox.newsroom(), 3).post("b", "heading = \"B\"");
        world.run("publish a").exits(0);
        sleep(Duration::from_secs(4));
        let world = if is_removed { world.post("a", "heading = \"A\"") } else { world };
        world.run("publish b").exits(0);
        // The command may end before the deletion is made; any later one makes it.
        let world = world.post("c", "heading = \"C\"");
        world.run("publish c").exits(0);
        let mut left = sandbox.posts();
        left.retain(|post| post != "C");
        assert_eq!(left, posts, "{is_removed}");
    }
}

#[test]
fn plan_shows_another_time_and_apply_records_it() {
    let sandbox = Server::sandbox();
    let world = deleted_in(sandbox.newsroom(), 3_600);
    world.run("publish a").exits(0);
    let world = deleted_in(world, 7_200);
    world
        .run("plan")
        .exits(0)
        .shows("its `delete_at` or `unpin_at` has changed")
        .shows("delete_at");
    world.run("apply --yes").exits(0);
    world.run("plan --exit-code").exits(0);
    assert_eq!((sandbox.posts(), sandbox.requests("editMessageText")), (vec!["A".to_owned()], 0));
    // No bot could delete it then.
    let world = deleted_in(world, 47 * 3_600 + 60);
    world.run("plan").exits(0).shows("conflict").shows("47 hours");
}

#[test]
fn post_that_no_bot_could_delete_in_time_is_not_sent() {
    let sandbox = Server::sandbox();
    let world = deleted_in(sandbox.newsroom(), 47 * 3_600 + 60);
    world.run("publish a").exits(1).says("47 hours");
    world.run("plan").exits(0).shows("conflict").shows("47 hours");
    // A later time of sending is near enough.
    world.run("schedule a +1h").exits(0);
    world.run("status a").exits(0).shows("scheduled").shows("will be deleted");
    assert!(sandbox.posts().is_empty());
}

#[test]
fn deletion_is_made_once_after_a_crash_at_any_failpoint() {
    for place in
        ["before-intent", "after-intent", "request-in-flight", "before-outcome", "after-outcome"]
    {
        let sandbox = Server::sandbox();
        let world = sandbox.newsroom_with_staging("0ms").post("b", "heading = \"B\"");
        let world = deleted_in(world, 3);
        world.run("publish a").exits(0);
        world.run("publish b").exits(0);
        if place == "request-in-flight" {
            let fault =
                json!({ "fault": "no_answer", "lands": "before", "method": "deleteMessage" });
            sandbox.arm(&fault);
        }
        let world = world.env("TELEPRESS_CRASH", place);
        let service = Service::begin(&world);
        assert_eq!(service.ends().code(), None, "it did not reach {place}");
        let world = world.env("TELEPRESS_CRASH", "");
        let service = Service::start(&world);
        service.waits(place, || (state_of(&world, "a") == "deleted").then_some(()));
        assert_eq!(sandbox.posts(), ["B"], "{place}");
        assert!((1..=2).contains(&sandbox.requests("deleteMessage")), "{place}");
    }
}
