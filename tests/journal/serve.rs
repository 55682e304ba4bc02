//! `serve`: posts go out at their time, the files are followed, and nothing half written is published.

#![expect(
    clippy::disallowed_methods,
    reason = "a test writes files in every way, by the machine's clock"
)]

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use crate::world::{Server, Service, World};

/// A post that is due so many milliseconds from now.
fn due_in(milliseconds: i64, heading: &str) -> String {
    let at = Timestamp::now() + SignedDuration::from_millis(milliseconds);
    format!("publish_at = {at}\nheading = \"{heading}\"")
}

#[test]
fn a_post_goes_out_at_its_time_and_one_without_waits_for_a_person() {
    let sandbox = Server::sandbox();
    let world = sandbox
        .newsroom()
        .post("timed", &due_in(1_500, "Timed"))
        .post("untimed", "heading = \"Untimed\"")
        .post("draft", &format!("draft = true\n{}", due_in(500, "Draft")));
    let service = Service::start(&world);
    service.says("scheduled post=timed channel=news");
    assert!(sandbox.posts().is_empty());
    let line = service.says("published post=timed channel=news");
    assert!(line.contains("https://t.me/example_news/1"), "{line}");
    // A command hands over to it.
    world
        .run("publish untimed")
        .exits(0)
        .prints("sent untimed in news: https://t.me/example_news/2\n");
    service.says("published post=untimed");
    assert_eq!(sandbox.posts(), ["Timed", "Untimed"]);
    service.signal("TERM");
    assert_eq!(service.ends().code(), Some(0));
}

#[test]
fn a_saved_file_goes_on_the_schedule_and_its_newest_text_goes_out() {
    let sandbox = Server::sandbox();
    let world = sandbox.newsroom();
    let service = Service::start(&world);
    let world = world.post("a", &due_in(2_500, "Old"));
    service.says("scheduled post=a");
    let world = world.post("a", &due_in(1_500, "New"));
    service.says("published post=a");
    assert_eq!(sandbox.posts(), ["New"]);
    // What is published and changes is told, and left.
    let _world = world.post("a", "heading = \"Newer\"");
    service.says("telepress update a");
    assert_eq!(sandbox.posts(), ["New"]);
}

#[test]
fn where_the_config_says_so_a_changed_file_edits_its_message_by_itself_or_nothing_is_said() {
    for (edits, posts) in [("apply", vec!["New"]), ("ignore", vec!["Old", "B"])] {
        let sandbox = Server::sandbox();
        let world = sandbox.newsroom().post("a", "heading = \"Old\"");
        let config = world.read("config/telepress.toml");
        let world = world.config(&format!("schedule.edits = \"{edits}\"\n{config}"));
        world.run("publish a").exits(0);
        let service = Service::start(&world);
        let world = world.post("a", "heading = \"New\"");
        if edits == "apply" {
            service.says("edit post=a channel=news: the text has changed");
            service.says("published post=a channel=news");
        } else {
            service.says("checked post=a: good");
            // A later change is followed and sent, so that this one would have been.
            let world = world.post("b", &due_in(3_600_000, "B"));
            service.says("scheduled post=b");
            world.run("publish b").exits(0);
        }
        assert_eq!(sandbox.posts(), posts, "{edits}");
        assert!(!service.all().contains("telepress update"), "{}", service.all());
    }
}

#[test]
fn a_file_that_breaks_or_vanishes_is_told_at_once_and_holds_its_post() {
    let sandbox = Server::sandbox();
    let world = sandbox
        .newsroom()
        .post("broken", &due_in(2_500, "Broken"))
        .post("gone", &due_in(2_500, "Gone"))
        .post("mended", &due_in(2_500, "Mended"));
    let service = Service::start(&world);
    let world =
        world.post("broken", "heading = ").post("mended", "heading = ").without("posts/gone.toml");
    service.says("checked post=broken: posts/broken.toml:");
    service.says("broken post=mended channel=news");
    service.says("vanished post=gone");
    let world = world.post("mended", &due_in(300, "Mended"));
    service.says("held post=broken");
    service.says("held post=gone");
    service.says("published post=mended");
    assert_eq!(sandbox.posts(), ["Mended"]);
    world.run("queue").exits(0).shows("its file was broken or gone when its time came");
    // Whole again, it goes as the file says.
    let world = world.post("broken", &due_in(-1_000, "Whole"));
    service.says("published post=broken");
    assert_eq!(sandbox.posts(), ["Mended", "Whole"]);
    drop(world);
}

#[test]
fn whatever_way_a_file_is_saved_no_half_of_it_is_published() {
    let sandbox = Server::sandbox();
    let world = sandbox.newsroom().post("a", &due_in(1_200, "Whole 0"));
    let service = Service::start(&world);
    let text =
        |number: u32| format!("{}\ntext = \"end {number}\"", due_in(0, &format!("Whole {number}")));
    // Written over and over, in halves and under another name, across the moment at which it is due.
    for number in 1..60 {
        let whole = text(number);
        let (half, _) = whole.split_at(whole.find("text").unwrap());
        std::fs::write(world.path("posts/a.toml"), half).unwrap();
        std::thread::sleep(Duration::from_millis(10));
        std::fs::write(world.path("a.tmp"), &whole).unwrap();
        std::fs::rename(world.path("a.tmp"), world.path("posts/a.toml")).unwrap();
        std::thread::sleep(Duration::from_millis(25));
    }
    service.says("published post=a");
    let posts = sandbox.get("/sandbox/channels/example_news/posts");
    let posts = posts.as_array().unwrap();
    assert_eq!(posts.len(), 1, "{posts:?}");
    assert!(posts[0]["text"].as_str().unwrap().contains("end "), "{posts:?}");
}

#[test]
fn the_second_serve_ends_at_once_and_names_the_first() {
    let sandbox = Server::sandbox();
    let world = sandbox.newsroom();
    let first = Service::start(&world);
    world.run("serve").exits(4).says("publishes from this journal already").says("process");
    first.signal("INT");
    assert_eq!(first.ends().code(), Some(0));
}

#[test]
fn a_stop_lets_a_send_end_and_a_second_one_leaves_it_unknown() {
    for second in [false, true] {
        let sandbox = Server::sandbox();
        let world = sandbox.newsroom();
        sandbox.arm(&json!({ "fault": "slow", "delay_ms": 3_000, "method": "sendMessage" }));
        let world = world.post("a", &due_in(300, "A"));
        let service = Service::start(&world);
        service.waits("the request", || {
            let requests = sandbox.get("/sandbox/requests").to_string();
            requests.contains("sendMessage").then_some(())
        });
        service.signal("TERM");
        service.says("stopping");
        if second {
            service.signal("TERM");
            service.says("uncertain post=a");
        } else {
            service.says("published post=a");
        }
        assert_eq!(service.ends().code(), Some(0));
    }
}

#[test]
fn a_refused_token_ends_it_and_a_good_one_goes_on() {
    let sandbox = Server::sandbox();
    let world = sandbox.newsroom().post("a", &due_in(700, "A"));
    let service = Service::start(&world);
    sandbox.arm(&json!({ "fault": "answer", "status": 401, "body": "{\"ok\":false,\"error_code\":401,\"description\":\"Unauthorized\"}", "method": "sendMessage" }));
    assert_eq!(service.ends().code(), Some(2));
    assert!(sandbox.posts().is_empty());
    let service = Service::start(&world);
    service.says("published post=a");
    assert_eq!(sandbox.posts(), ["A"]);
}

#[test]
fn a_thousand_files_at_once_are_followed_without_a_post_too_many() {
    let sandbox = Server::sandbox();
    let world = sandbox.newsroom();
    let service = Service::start(&world);
    let mut world: World = world;
    for number in 0..1_000 {
        world = world.post(&format!("p{number:04}"), &due_in(3_600_000, &format!("Post {number}")));
    }
    service.says("scheduled post=p0999");
    let queue = world.run("queue --format json").json();
    assert_eq!(queue.as_array().unwrap().len(), 1_000);
    assert!(sandbox.posts().is_empty());
}

#[test]
fn file_saved_while_an_edit_waits_is_followed_after_it() {
    let sandbox = Server::sandbox();
    let world = sandbox.newsroom().post("a", "heading = \"One\"");
    let config = world.read("config/telepress.toml");
    let world = world.config(&format!("schedule.edits = \"apply\"\n{config}"));
    world.run("publish a").exits(0);
    let service = Service::start(&world);
    sandbox.arm(&json!({ "fault": "slow", "delay_ms": 2_000, "method": "editMessageText" }));
    let world = world.post("a", "heading = \"Two\"");
    service.says("edit post=a channel=news");
    let _world = world.post("a", "heading = \"Three\"");
    service.waits("the newest text", || (sandbox.posts() == ["Three"]).then_some(()));
}
