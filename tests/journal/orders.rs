//! Orders about posts in the journal.

use serde_json::json;

use crate::world::Server;

#[test]
fn pause_keeps_the_queue_and_resume_sends_it() {
    let sandbox = Server::sandbox();
    let world = sandbox.newsroom().post("a", "heading = \"A\"");
    world
        .run("pause")
        .exits(0)
        .prints("paused everything; `telepress resume` resumes publishing\n");
    world.run("publish a").exits(4).says("telepress resume");
    assert!(sandbox.posts().is_empty());
    let queue = world.run("queue --format json").json();
    assert_eq!((&queue[0]["post"], &queue[0]["state"]), (&json!("a"), &json!("due")));
    world.run("resume").exits(0).prints("resumed everything\n");
    world.run("publish a").exits(0).prints("published a in news: https://t.me/example_news/1\n");
    world.run("queue").exits(0).prints("");
}

#[test]
fn apply_does_not_revive_a_cancelled_post() {
    let sandbox = Server::sandbox();
    let later = |day: u32| format!("publish_at = 2029-01-{day:02}T00:00:00Z\nheading = \"A\"");
    let world = sandbox.newsroom().post("a", &later(1));
    world.run("apply --yes").exits(0);
    world.run("cancel a").exits(0).shows("cancelled");
    world.run("plan --exit-code").exits(0);
    let world = world.post("a", &later(2));
    world.run("apply --yes").exits(0).shows("2029-01-02");
}

#[test]
fn status_shows_parts_links_and_attempts() {
    let sandbox = Server::sandbox();
    let world = sandbox.newsroom().post("a", "heading = \"A\"");
    world.run("status").exits(0).prints("").says("no post has been published");
    world.run("publish a").exits(0);
    let status = world.run("status --format json").json();
    assert_eq!(
        (&status[0]["state"], &status[0]["link"], &status[0]["parts"]),
        (
            &json!("published"),
            &json!("https://t.me/example_news/1"),
            &json!([{ "state": "sent", "message_ids": [1], "attempts": 1 }])
        )
    );
    world.run("status nothing").exits(0).prints("").says("there is no post `nothing`");
    world.run("queue a").exits(0).prints("").says("`a` is not waiting");
    world
        .run("log a")
        .exits(0)
        .shows("ordered")
        .shows("published")
        .shows("  news  ")
        .shows("https://t.me/example_news/1");
    world.run("cancel a").exits(1).says("`telepress update a` edits it");
    world.run("cancel b").exits(2).says("`b` is not in the journal");
    world.run("backup copy.db").exits(0);
    world.run("backup copy.db").exits(1).says("already exists");
    world.run("backup no/copy.db").exits(3).says("cannot write the backup no/copy.db: ");
    let log = world.run("log a").exits(0).stdout.clone();
    assert!(!log.contains("sending") && !log.contains("became due"), "{log}");
    world.run("log a --all").exits(0).shows("sending");
}

#[test]
fn log_says_what_a_pause_concerns() {
    let sandbox = Server::sandbox();
    let world = sandbox.newsroom().post("a", "heading = \"A\"");
    for command in ["publish a", "pause", "resume"] {
        world.run(command).exits(0);
    }
    let log = world.run("log --quiet").exits(0).stdout.clone();
    for event in ["paused", "resumed"] {
        let row = log.lines().find(|row| row.contains(event)).unwrap();
        assert!(row.trim_end().ends_with("  everything"), "{row}");
    }
}

#[test]
fn second_cancel_says_that_it_is_cancelled() {
    let sandbox = Server::sandbox();
    let world = sandbox.newsroom();
    let world = world.post("a", "publish_at = 2029-01-01T00:00:00Z\nheading = \"A\"");
    world.run("apply --yes").exits(0);
    world.run("cancel a").exits(0);
    let said = world.run("cancel a").stderr.clone();
    assert!(said.contains("it is already cancelled"), "{said}");
}

#[test]
fn refused_post_is_resent_only_after_a_change_or_an_order() {
    let sandbox = Server::sandbox();
    let body = json!({ "ok": false, "error_code": 400, "description": "Bad Request: message is too long" });
    let fault = json!({ "fault": "answer", "status": 400, "body": body, "method": "sendMessage" });
    sandbox.arm(&fault);
    let world = sandbox.newsroom().post("a", "heading = \"A\"");
    world
        .run("publish a")
        .exits(1)
        .says("message is too long")
        .says(" --> ")
        .says("posts/a.toml:1");
    world.run("publish a").exits(1);
    world.run("apply --yes").exits(1);
    assert!(sandbox.posts().is_empty());
    let world = world.post("a", "heading = \"B\"");
    world.run("apply --yes").exits(0);
    assert_eq!(sandbox.posts(), ["B"]);
}

#[test]
fn status_shows_when_a_post_was_published_not_when_it_was_due() {
    let sandbox = Server::sandbox();
    let time = "2020-01-01T00:00:00Z";
    let post = format!("heading = \"A\"\npublish_at = {time}");
    let world = sandbox.newsroom().post("a", &post);
    world.run("publish a").exits(0);
    let status = world.run("status a --format json").json();
    let published = status[0]["published_at"].as_str().unwrap();
    assert!(published > "2026", "{published}");
    world.run("status a").shows(published.split('T').next().unwrap());
    // The time of an adopted message is not known.
    sandbox.by_hand("By hand");
    let world = world.post("b", "heading = \"B\"");
    world.run("adopt b 2").exits(0);
    assert_eq!(world.run("status b --format json").json()[0]["published_at"], json!(null));
}

#[test]
fn apply_warns_if_no_serve_runs() {
    let sandbox = Server::sandbox();
    let post = "heading = \"A\"\npublish_at = 2031-01-01T00:00:00Z";
    let world = sandbox.newsroom().post("a", post);
    world.run("apply --yes").exits(0).says("`telepress serve` is not running here");
    let service = crate::world::Service::start(&world);
    let world = world.post("b", &post.replace("01-01", "01-02"));
    service.says("scheduled post=b");
    assert!(!world.run("apply --yes").exits(0).stderr.contains("is not running here"));
}

#[test]
fn resume_resumes_all_channels_and_names_those_that_stay_paused() {
    let sandbox = Server::sandbox();
    let world = sandbox.newsroom().post("a", "heading = \"A\"").post("b", "heading = \"B\"");
    world.run("publish a").exits(0);
    world
        .run("pause news")
        .exits(0)
        .prints("paused news; `telepress resume news` resumes publishing\n");
    world.run("queue").exits(0).says("paused channel news").says("`telepress resume news`");
    world.run("resume").exits(0).prints("resumed everything\n");
    world.run("publish b").exits(0);
    world.run("pause").exits(0);
    world.run("resume news").exits(0).prints("resumed news\n").says("paused everything");
    // A chat that is no longer in the config is resumed by its name.
    world.run("resume").exits(0);
    world.run("pause news").exits(0);
    let config = world.read("config/telepress.toml").replace("@example_news", "-1001234567890");
    let world = world.config(&config);
    world.run("queue").exits(0).says("`telepress resume @example_news` resumes it");
    world.run("resume @example_news").exits(0);
    assert!(!world.run("queue").exits(0).stderr.contains("is paused"));
}

#[test]
fn posts_unknown_to_the_journal_are_counted() {
    let sandbox = Server::sandbox();
    let world = sandbox.newsroom().post("a", "heading = \"A\"").post("b", "heading = \"B\"");
    world.run("publish a").exits(0);
    let said = "1 post is not published or scheduled yet";
    world.run("status").exits(0).says(said);
    world.run("queue").exits(0).prints("").says(said);
    world.run("publish b").exits(0);
    assert!(!world.run("status").stderr.contains("scheduled yet"));
}
