//! `serve`: publishes posts at their time, follows the files, and publishes no partly written file.

#![expect(
    clippy::disallowed_methods,
    reason = "a test writes files in every way, by the machine's clock"
)]

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use crate::world::{Server, Service, TOKEN, World, until};

/// A post that is due this many milliseconds from now.
fn due_in(milliseconds: i64, heading: &str) -> String {
    let at = Timestamp::now() + SignedDuration::from_millis(milliseconds);
    format!("publish_at = {at}\nheading = \"{heading}\"")
}

#[test]
fn post_is_published_at_its_time_and_one_without_a_time_waits() {
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
    // A command leaves the sending to it.
    world
        .run("publish untimed")
        .exits(0)
        .prints("published untimed in news: https://t.me/example_news/2\n");
    service.says("published post=untimed");
    assert_eq!(sandbox.posts(), ["Timed", "Untimed"]);
    service.signal("TERM");
    assert_eq!(service.ends().code(), Some(0));
}

#[test]
fn saved_file_is_scheduled_and_its_newest_text_is_published() {
    let sandbox = Server::sandbox();
    let world = sandbox.newsroom();
    let service = Service::start(&world);
    let world = world.post("a", &due_in(2_500, "Old"));
    service.says("scheduled post=a");
    let world = world.post("a", &due_in(1_500, "New"));
    service.says("published post=a");
    assert_eq!(sandbox.posts(), ["New"]);
    // A change of a published post is reported, and not made.
    let world = world.post("a", "heading = \"Newer\"");
    service.says("telepress update a");
    assert_eq!(sandbox.posts(), ["New"]);
    world.run("update a").exits(0);
    service.says("edited post=a");
}

#[test]
fn markdown_file_is_scheduled_and_its_edit_is_followed() {
    let sandbox = Server::sandbox();
    let world = sandbox.newsroom();
    let service = Service::start(&world);
    let post = |text: &str| format!("+++\n{}\n+++\n\n{text}\n", due_in(1_500, "Release"));
    world.write("posts/a.md", post("Old"));
    service.says("published post=a");
    let text = || sandbox.get("/sandbox/channels/example_news/posts")[0]["text"].clone();
    assert_eq!(text(), "Release\n\nOld");
    world.write("posts/a.md", post("New **text**"));
    service.says("telepress update a");
    world.run("update a").exits(0);
    service.says("edited post=a");
    assert_eq!(text(), "Release\n\nNew text");
}

#[test]
fn cause_of_a_failed_attempt_is_shown_by_status_and_plan() {
    let sandbox = Server::sandbox();
    let world = sandbox.newsroom();
    let service = Service::start(&world);
    drop(sandbox);
    world.write("posts/a.toml", due_in(300, "A"));
    let cause = "the last attempt failed: connection refused";
    until(|| world.run("status a").stdout.contains(cause).then_some(())).unwrap();
    world.run("plan").exits(0).shows(cause);
    service.signal("KILL");
}

#[test]
fn changed_file_is_edited_or_ignored_as_the_config_says() {
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
            service.says("edited post=a channel=news");
        } else {
            service.says("checked post=a: ok");
            // A later change is sent, so this one would have been sent too.
            let world = world.post("b", &due_in(3_600_000, "B"));
            service.says("scheduled post=b");
            world.run("publish b").exits(0);
        }
        assert_eq!(sandbox.posts(), posts, "{edits}");
        assert!(!service.all().contains("telepress update"), "{}", service.all());
    }
}

#[test]
fn file_that_changes_before_its_post_is_confirmed_is_an_edit_after_that() {
    for is_asked in [false, true] {
        let sandbox = Server::sandbox();
        let world = if is_asked { sandbox.newsroom() } else { sandbox.newsroom_with_staging("2s") };
        let config = world.read("config/telepress.toml");
        let world = world.config(&format!("schedule.edits = \"apply\"\n{config}"));
        let world = world.post("first", "heading = \"First\"").post("a", "heading = \"Old\"");
        world.run("publish first").exits(0);
        let service = Service::start(&world);
        sandbox.arm(&json!({ "fault": "read_close", "lands": "before", "method": "sendMessage" }));
        world.run("publish a --wait 0s").exits(4);
        service.says("uncertain post=a");
        let world = world.post("a", "heading = \"New\"");
        service.waits("the changed file", || {
            (service.all().matches("checked post=a: ok").count() > 1).then_some(())
        });
        if is_asked {
            world.run("resolve a --sent https://t.me/example_news/2").exits(0);
        }
        service.says("edited post=a channel=news");
        assert_eq!(sandbox.posts(), ["First", "New"]);
    }
}

#[test]
fn invalid_or_missing_file_is_reported_and_holds_its_post() {
    let sandbox = Server::sandbox();
    let world = sandbox
        .newsroom()
        .post("broken", &due_in(2_500, "Broken"))
        .post("gone", &due_in(2_500, "Gone"))
        .post("fixed", &due_in(2_500, "Fixed"));
    let service = Service::start(&world);
    let world =
        world.post("broken", "heading = ").post("fixed", "heading = ").without("posts/gone.toml");
    service.says("checked post=broken: posts/broken.toml:");
    service.says("broken post=fixed channel=news");
    service.says("vanished post=gone");
    let world = world.post("fixed", &due_in(300, "Fixed"));
    service.says("held post=broken");
    service.says("held post=gone");
    service.says("published post=fixed");
    assert_eq!(sandbox.posts(), ["Fixed"]);
    world.run("queue").exits(0).shows("its file was broken or gone when its time came");
    // After the file is fixed, the post is published as the file says.
    let world = world.post("broken", &due_in(-1_000, "Whole"));
    service.says("published post=broken");
    assert_eq!(sandbox.posts(), ["Fixed", "Whole"]);
    drop(world);
}

#[test]
fn partly_written_file_is_never_published() {
    let sandbox = Server::sandbox();
    let world = sandbox.newsroom().post("a", &due_in(1_200, "Whole 0"));
    let service = Service::start(&world);
    let text =
        |number: u32| format!("{}\ntext = \"end {number}\"", due_in(0, &format!("Whole {number}")));
    // The file is written repeatedly, partly and under another name, around its due time.
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
fn second_serve_exits_and_names_the_first() {
    let sandbox = Server::sandbox();
    let world = sandbox.newsroom();
    let first = Service::start(&world);
    world.run("serve").exits(4).says("publishes from this journal already").says("process");
    first.signal("INT");
    assert_eq!(first.ends().code(), Some(0));
}

#[test]
fn first_stop_waits_for_a_send_and_a_second_one_abandons_it() {
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
fn refused_token_ends_serve_and_a_valid_one_continues() {
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
fn thousand_new_files_cause_no_duplicate() {
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
fn file_saved_during_a_pending_edit_is_followed_after_it() {
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

#[test]
fn mention_of_the_bot_is_known_when_serve_has_run() {
    let sandbox = Server::sandbox();
    let me = sandbox.get(&format!("/bot{TOKEN}/getMe"));
    let name = me["result"]["username"].as_str().unwrap();
    let world =
        sandbox.newsroom().post("a", &format!("body = 'Ask @{name}, not @octo'\ndraft = true"));
    let mentions = || {
        let codes = world.run("check a --format json").exits(0).codes();
        codes.iter().filter(|(_, code)| code == "foreign-mention").count()
    };
    assert_eq!(mentions(), 2);
    let service = Service::start(&world);
    service.signal("TERM");
    assert!(service.ends().success());
    assert_eq!(mentions(), 1);
}
