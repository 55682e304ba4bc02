//! Notifications to several operators: sent once, with the author, and closed when the matter is settled.

use serde_json::json;

use super::talk::Talk;

const ANNA: i64 = 111;
const BORIS: i64 = 222;
const CLARA: i64 = 333;

#[test]
fn approval_is_asked_for_once_for_all_channels_of_a_post() {
    let blog = "channels.blog = { chat = \"@the_blog\", language = \"en\" }";
    let talk = Talk::new(&format!("schedule.approvals = 1\n{blog}")).post("a", "heading = \"A\"");
    talk.sandbox.add_channel(-1_001_000_000_101, "the_blog");
    talk.write_start(BORIS);
    talk.write_start(CLARA);
    let mut talk = talk.serve();
    talk.say(BORIS, "/publish a");
    talk.press(BORIS, 1);
    let question = talk.receives(CLARA, "blog and news");
    assert!(question.contains("Boris wants to publish a in blog and news now"), "{question}");
    talk.assert_read(CLARA, "Approval is needed", 1);
    let status = talk.say(ANNA, "/status");
    assert!(status.contains("Needs a decision: 1"), "{status}");
    talk.say(CLARA, "/preview a");
    talk.press_until(CLARA, 1, "is published");
    talk.assert_read(CLARA, "Approval is needed", 0);
    assert_eq!(talk.sandbox.posts(), ["A"]);
}

#[test]
fn late_posts_are_one_list_that_shrinks() {
    let mut talk = Talk::new("").serve();
    talk.say_start(BORIS);
    for post in ["a", "b", "c"] {
        talk.write(post, &format!("heading = \"Post {post}\"\npublish_at = 2026-01-02T09:00:00Z"));
    }
    let list = talk.receives(BORIS, "3 posts need a decision");
    assert!(list.contains("a in news: its file arrived after its scheduled time"), "{list}");
    talk.assert_read(BORIS, "its file arrived after its scheduled time", 1);
    talk.say(BORIS, "/cancel a");
    let list = talk.receives(BORIS, "2 posts need a decision");
    assert!(!list.contains("a in news"), "{list}");
    talk.world.run("release b").exits(0);
    talk.receives(BORIS, "⚠️ c in news:");
    talk.world.run("cancel c").exits(0);
    let service = talk.service.as_ref().unwrap();
    let is_over =
        || (talk.count(BORIS, "its file arrived after its scheduled time") == 0).then_some(());
    service.waits("the end of the question", is_over);
    assert_eq!(talk.sandbox.posts(), ["Post b"]);
}

#[test]
fn all_other_operators_are_notified_of_a_pause() {
    let mut talk = Talk::new("").serve();
    for person in [ANNA, BORIS, CLARA] {
        talk.say_start(person);
    }
    talk.say(ANNA, "/pause news");
    talk.assert_read(BORIS, "Anna paused news", 1);
    talk.assert_read(CLARA, "Anna paused news", 1);
    assert_eq!(talk.count(ANNA, "Anna paused"), 0);
    talk.world.run("resume").exits(0);
    talk.receives(ANNA, "resumed everything");
    talk.assert_read(BORIS, "resumed everything", 1);
    talk.world.run("pause").exits(0);
    talk.receives(ANNA, "paused everything");
    // Anna resumes with the button of the notification.
    talk.press(ANNA, 1);
    talk.assert_read(BORIS, "Anna resumed everything", 1);
}

#[test]
fn waiting_post_shows_the_reason() {
    let mut talk = Talk::new("").post("a", "heading = \"A\"").serve();
    talk.say_start(BORIS);
    talk.sandbox.arm(
        &json!({ "fault": "too_many_requests", "retry_after": 10_072, "method": "sendMessage" }),
    );
    talk.world.run("publish a --wait 1s").exits(4);
    for line in ["/queue", "/status", "/posts"] {
        let said = talk.say(BORIS, line);
        assert!(said.contains("because Telegram asked"), "{said}");
    }
    talk.world.run("pause news").exits(0);
    let said = talk.say(BORIS, "/queue");
    assert!(said.contains("the channel is paused"), "{said}");
}
