//! Files that are added after their time, and files whose time is removed.

use serde_json::json;
use telepress::clock::{Clock, SystemClock};

use crate::world::{Server, Service, World};

/// A time this many minutes from now, or ago.
fn minutes(from_now: i64) -> String {
    let at = SystemClock.now() + jiff::SignedDuration::from_mins(from_now);
    format!("publish_at = {}", at.strftime("%FT%TZ"))
}

/// A post with that time.
fn post(world: World, id: &str, from_now: i64) -> World {
    world.post(id, &format!("{}\nheading = \"{id}\"", minutes(from_now)))
}

#[test]
fn serve_sends_a_slightly_late_post_and_holds_a_file_added_after_its_time() {
    let sandbox = Server::sandbox();
    let world = sandbox.newsroom();
    let service = Service::start(&world);
    let world = post(post(world, "hour", -60), "four", -4);
    service.says("published post=four");
    service.says("held post=hour");
    world
        .run("queue")
        .exits(0)
        .shows("held   hour")
        .shows("its file appeared after its scheduled time");
    world.run("release hour").exits(0);
    service.says("published post=hour");
    assert_eq!(sandbox.posts(), ["four", "hour"]);
}

#[test]
fn apply_holds_late_files_and_names_them() {
    let sandbox = Server::sandbox();
    let world = post(post(sandbox.newsroom(), "hour", -60), "five", -5);
    world.run("plan").exits(0).shows("1 to publish, 1 waiting");
    let ran = world
        .run("apply --yes")
        .exits(4)
        .says("held hour in news: its file appeared after its scheduled time");
    ran.prints("published five in news: https://t.me/example_news/1\n");
    world.run("apply --yes").exits(4).shows("its file appeared after its scheduled time");
    assert_eq!(sandbox.posts(), ["five"]);
    // Another text is held too, and another time schedules it.
    let world = world.post("hour", &format!("{}\nheading = \"Fixed\"", minutes(-60)));
    world.run("apply --yes").exits(4);
    world.run("queue").exits(0).shows("held   hour");
    let world = post(world, "hour", 60);
    world.run("apply --yes").exits(0).shows("scheduled hour");
    assert_eq!(sandbox.posts(), ["five"]);
}

#[test]
fn help_for_a_late_file_works_before_and_after_the_journal_knows_it() {
    for is_known in [false, true] {
        let sandbox = Server::sandbox();
        let world = post(post(sandbox.newsroom(), "now", -60), "never", -60);
        world.run("plan").exits(0).shows("`telepress publish now`").shows("draft = true");
        if is_known {
            world.run("apply --yes").exits(4).shows("`telepress publish now`");
        }
        let draft = format!("{}\ndraft = true\nheading = \"never\"", minutes(-60));
        let world = world.post("never", &draft);
        world.run("publish now").exits(0);
        world.run("apply --yes").exits(0);
        assert_eq!(sandbox.posts(), ["now"]);
    }
}

#[test]
fn posts_of_the_first_scan_are_older_than_the_journal() {
    let sandbox = Server::sandbox();
    let world = sandbox.newsroom();
    world.remove_journal();
    let world = post(world, "hour", -60);
    world.run("journal create --previous-journal-is-lost").exits(0);
    world.run("apply --yes").exits(0);
    world.run("queue").exits(0).prints("");
    assert!(sandbox.posts().is_empty());
}

#[test]
fn removed_time_unschedules_the_post() {
    let sandbox = Server::sandbox();
    let world = post(sandbox.newsroom(), "later", 60);
    world.run("apply --yes").exits(0).shows("scheduled later");
    let world = world.post("later", "heading = \"later\"");
    world
        .run("plan")
        .exits(0)
        .shows("cancel  later")
        .shows("`publish_at` was removed from the file");
    world.run("apply --yes").exits(0).prints("cancelled later in news\n");
    world.run("queue").exits(0).prints("");
    world.run("apply --yes").exits(0);
    assert!(sandbox.posts().is_empty());
    let service = Service::start(&world);
    let world = post(world, "later", 90);
    service.says("scheduled post=later");
    let world = world.post("later", "heading = \"later\"");
    service.says("cancel post=later channel=news: `publish_at` was removed from the file");
    world.run("publish later").exits(0);
    assert_eq!(sandbox.posts(), ["later"]);
}

#[test]
fn operators_time_is_kept_if_the_file_has_none() {
    let sandbox = Server::sandbox();
    let world = sandbox.newsroom().post("later", "heading = \"later\"");
    world.run("schedule later +1h").exits(0);
    world.run("apply --yes").exits(0);
    world.run("queue").exits(0).shows("scheduled  later");
}

#[test]
fn check_accepts_the_past_time_of_a_published_post() {
    // Without a journal it is not known.
    post(World::new(), "five", -5)
        .run("check --deny-warnings")
        .exits(0)
        .shows("note[time-past]")
        .says("no problems");
    let sandbox = Server::sandbox();
    let world = post(sandbox.newsroom(), "five", -5);
    world.run("check --format github").exits(0).shows("::notice file=posts/five.toml");
    world.run("apply --yes").exits(0);
    assert!(!world.run("check five").exits(0).stdout.contains("time-past"));
}

#[test]
fn flood_wait_is_reported_everywhere() {
    let sandbox = Server::sandbox();
    let world = sandbox.newsroom().post("a", "heading = \"A\"");
    let wait =
        json!({ "fault": "too_many_requests", "retry_after": 10_072, "method": "sendMessage" });
    sandbox.arm(&wait);
    let why = "Telegram asked telepress to wait";
    world.run("publish a --wait 1s").exits(4).says(why);
    world.run("queue").exits(0).shows("due    a").shows(why);
    let status = world.run("status --format json").exits(0).json();
    assert_eq!(status[0]["state"], "due");
    assert!(status[0]["reason"].as_str().unwrap().contains(why));
    world.run("plan").exits(0).shows("waiting  a").shows(why);
    assert!(world.run("doctor").stdout.contains(why));
    world.run("apply --yes --wait 1s").exits(4).says(why);
    assert!(sandbox.posts().is_empty());
}
