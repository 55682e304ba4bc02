//! Conversations from beginning to end, kept as they were held; docs/chat.md is made of them.

use serde_json::json;

use super::talk::Talk;

const ANNA: i64 = 111;
const BORIS: i64 = 222;
const CLARA: i64 = 333;
const DAN: i64 = 444;

/// Compares a story with the one that is kept.
fn kept(name: &str, talk: &Talk) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, talk.transcript()));
}

#[test]
fn the_first_day() {
    let mut talk = Talk::new("")
        .post("summit", "heading = \"The summit opens\"\ntext = \"Talks begin **at noon**.\"")
        .post("weather", "heading = \"Rain until Friday\"")
        .post("plans", "draft = true\nheading = \"Plans\"")
        .serve();
    talk.say(BORIS, "/start");
    talk.say(BORIS, "/posts");
    talk.press(BORIS, 2);
    talk.press(BORIS, 1);
    talk.press_until(BORIS, 1, "is published");
    assert_eq!(talk.sandbox.posts(), ["The summit opens"]);
    talk.say(BORIS, "/schedule weather tomorrow 09:00");
    talk.say(BORIS, "/queue");
    talk.say(BORIS, "/cancel weather");
    talk.press(BORIS, 1);
    talk.say(BORIS, "/status");
    assert_eq!(talk.sandbox.posts(), ["The summit opens"]);
    kept("first-day", &talk);
}

#[test]
fn a_correction() {
    let mut talk = Talk::new("").post("summit", "heading = \"The sumit opens\"").serve();
    talk.say(ANNA, "/publish summit");
    // The file changes between the look and the press: what was not seen is not published.
    talk.write("summit", "heading = \"The summit opens\"");
    talk.press(ANNA, 1);
    assert_eq!(talk.sandbox.posts(), [""; 0]);
    talk.press_until(ANNA, 1, "is published");
    talk.write("summit", "heading = \"The summit opens today\"");
    talk.say(ANNA, "/update summit");
    talk.press_until(ANNA, 1, "was edited");
    assert_eq!(talk.sandbox.posts(), ["The summit opens today"]);
    talk.say(ANNA, "/delete summit");
    talk.press(ANNA, 1);
    talk.press_until(ANNA, 1, "was deleted");
    assert_eq!(talk.sandbox.posts(), [""; 0]);
    kept("correction", &talk);
}

#[test]
fn what_was_saved_just_now_is_there() {
    let mut talk = Talk::new("").post("old", "heading = \"Old\"").serve();
    talk.say(ANNA, "/posts");
    talk.save("new", "heading = \"Brand new\"");
    let said = talk.say(ANNA, "/publish new");
    assert!(said.contains("Brand new"), "{said}");
    talk.save("newer", "headin = \"Newer\"");
    let said = talk.say(ANNA, "/check newer");
    assert!(said.contains("headin"), "{said}");
    talk.save("new", "heading = \"Another one\"");
    let said = talk.say(ANNA, "/preview new");
    assert!(said.contains("Another one"), "{said}");
}

#[test]
fn what_could_not_be_shown_is_not_offered() {
    let mut talk = Talk::new("").post("a", "heading = \"A\"").serve();
    talk.say(ANNA, "/posts");
    let body = json!({ "ok": false, "error_code": 400, "description": "Bad Request: MESSAGE_TOO_STRANGE" });
    let fault = json!({ "fault": "answer", "method": "sendMessage", "status": 400, "body": body });
    talk.sandbox.arm(&fault);
    let said = talk.say(ANNA, "/publish a");
    assert!(said.contains("show you a") && !said.contains("[1]"), "{said}");
}

#[test]
fn every_channel_of_a_post_is_told_of() {
    let other = "channels.other = { chat = \"@example_other\", language = \"en\" }";
    let talk = Talk::new(other).post("a", "heading = \"A\"");
    let channel = json!({ "username": "example_other", "title": "Other" });
    talk.sandbox.post("/sandbox/channels", &channel);
    let mut talk = talk.serve();
    talk.say(ANNA, "/publish a");
    talk.press_until(ANNA, 1, "t.me/");
    // The card ends with both.
    talk.has_read(ANNA, "t.me/example_other/1", 1);
    talk.has_read(ANNA, "t.me/example_news/1", 1);
}

#[test]
fn what_is_taken_back_stands_as_it_did() {
    let mut talk = Talk::new("").post("a", "heading = \"A\"").serve();
    talk.say(ANNA, "/schedule a 2030-01-02 09:00");
    let said = talk.say(ANNA, "/schedule a 2030-01-02 12:00");
    assert!(said.contains("12:00") && said.contains("[1]"), "{said}");
    let said = talk.press(ANNA, 1);
    assert!(said.contains("2030-01-02 09:00"), "{said}");
    talk.say(ANNA, "/cancel a");
    let said = talk.press(ANNA, 1);
    assert!(said.contains("2030-01-02 09:00"), "{said}");
}

#[test]
fn what_a_saved_file_changes_is_told() {
    let mut talk = Talk::new("schedule.edits = \"ask\"").serve();
    talk.say(ANNA, "/posts");
    talk.say(DAN, "/posts");
    talk.save("a", "heading = \"A\"\npublish_at = 2030-01-02T09:00:00Z");
    talk.has_read(ANNA, "a is scheduled in news", 1);
    talk.has_read(DAN, "a is scheduled in news", 1);
    talk.save("a", "headin = \"A\"");
    talk.has_read(ANNA, "The file of a has errors", 1);
    talk.remove("a");
    talk.has_read(ANNA, "The file of a is gone", 1);
    talk.save("b", "heading = \"B\"");
    talk.say(ANNA, "/publish b");
    talk.press_until(ANNA, 1, "is published");
    talk.save("b", "heading = \"C\"");
    talk.has_read(ANNA, "no longer matches its message", 1);
}

#[test]
fn a_refusal() {
    let mut talk = Talk::new("")
        .post("a", "heading = \"A\"")
        .post("bad", "heading = \"B\"\nhashtags = [\"two words\"]")
        .serve();
    talk.meet(ANNA);
    talk.say(DAN, "/pause");
    talk.say(DAN, "/publish a");
    talk.say(BORIS, "/delete a");
    talk.say(BORIS, "/publish nothing");
    talk.say(BORIS, "/publish bad");
    talk.say(BORIS, "/check");
    talk.say(BORIS, "/schedule a yesterday");
    talk.say(BORIS, "/schedule a 2020-01-01 10:00");
    let body = json!({ "ok": false, "error_code": 400, "description": "Bad Request: MESSAGE_TOO_STRANGE" });
    talk.sandbox.arm(&json!({ "fault": "answer", "method": "sendMessage", "after": 2, "status": 400, "body": body }));
    talk.say(BORIS, "/publish a");
    talk.press_until(BORIS, 1, "Telegram refused");
    talk.hears(ANNA, "Telegram refused");
    assert_eq!(talk.sandbox.posts(), [""; 0]);
    kept("refusal", &talk);
}

#[test]
fn an_outcome_that_nobody_knows() {
    let mut talk = Talk::new("").post("a", "heading = \"A\"").serve();
    talk.meet(ANNA);
    talk.say(BORIS, "/publish a");
    talk.sandbox.arm(&json!({ "fault": "read_close", "method": "sendMessage", "lands": "before" }));
    talk.press_until(BORIS, 1, "Telegram did not confirm");
    talk.hears(ANNA, "Telegram did not confirm");
    // It is in the channel: Anna looks, and says so.
    assert_eq!(talk.sandbox.posts(), ["A"]);
    talk.press(ANNA, 1);
    talk.say(ANNA, "https://t.me/example_news/1");
    talk.hears(BORIS, "Anna decided");
    talk.say(ANNA, "/posts");
    assert_eq!(talk.sandbox.posts(), ["A"]);
    kept("unknown-outcome", &talk);
}

#[test]
fn an_editor_proposes_a_time() {
    let mut talk = Talk::new("").post("a", "heading = \"A\"").serve();
    talk.meet(BORIS);
    talk.say(DAN, "/preview a");
    talk.press(DAN, 3);
    talk.hears(BORIS, "proposes");
    talk.press(BORIS, 1);
    talk.hears(DAN, "accepted the proposal");
    assert_eq!(talk.sandbox.posts(), [""; 0]);
    kept("proposal", &talk);
}

#[test]
fn everything_stops_at_a_word() {
    let mut talk = Talk::new("").post("a", "heading = \"A\"").serve();
    talk.meet(BORIS);
    talk.say(ANNA, "/pause");
    talk.hears(BORIS, "Anna paused everything");
    talk.say(BORIS, "/publish a");
    talk.press(BORIS, 1);
    assert_eq!(talk.sandbox.posts(), [""; 0]);
    talk.say(ANNA, "/status");
    talk.say(ANNA, "/resume");
    talk.hears(BORIS, "Anna resumed everything");
    talk.hears(BORIS, "is published");
    assert_eq!(talk.sandbox.posts(), ["A"]);
    talk.say(ANNA, "/channels");
    kept("emergency", &talk);
}

#[test]
fn in_russian() {
    let mut talk = Talk::new("")
        .post("a", "heading = \"A\"")
        .post("bad", "heading = \"B\"\nhashtags = [\"two words\"]")
        .serve();
    talk.speaks(BORIS, "ru");
    talk.say(BORIS, "/start");
    talk.say(BORIS, "/posts");
    talk.say(BORIS, "/publish a");
    talk.press(BORIS, 2);
    talk.press(BORIS, 2);
    talk.say(BORIS, "/schedule a завтра в 9:00");
    talk.say(BORIS, "/queue");
    talk.say(BORIS, "/delete a");
    talk.say(BORIS, "/check");
    talk.say(BORIS, "/status");
    kept("russian", &talk);
}

#[test]
fn two_others_have_to_approve() {
    let mut talk = Talk::new("schedule.approvals = 2").post("a", "heading = \"A\"").serve();
    talk.meet(ANNA);
    talk.meet(CLARA);
    talk.say(BORIS, "/publish a");
    talk.press(BORIS, 1);
    talk.hears(ANNA, "Approval is needed");
    talk.calm(ANNA);
    talk.press(ANNA, 1);
    talk.press(ANNA, 1);
    assert_eq!(talk.sandbox.posts(), [""; 0]);
    // Whoever asked has no button, and an edit asks all of them again.
    talk.say(BORIS, "/preview a");
    talk.write("a", "heading = \"A, mended\"");
    // Anna had approved what it was before.
    talk.has_read(ANNA, "Approval is needed", 1);
    talk.say(CLARA, "/preview a");
    talk.press(CLARA, 1);
    assert_eq!(talk.sandbox.posts(), [""; 0]);
    talk.say(ANNA, "/preview a");
    talk.press_until(ANNA, 1, "is published");
    assert_eq!(talk.sandbox.posts(), ["A, mended"]);
    kept("two-approvers", &talk);
}

#[test]
fn from_the_shell_too_nothing_goes_out_unapproved() {
    let mut talk = Talk::new("schedule.approvals = 1").post("a", "heading = \"A\"").serve();
    talk.say(BORIS, "/start");
    talk.world.run("publish a").exits(4).says("publishers have to approve it first");
    talk.world.run("status").exits(0).shows("publishers have to approve it first");
    // Letting it go by another way changes nothing.
    talk.world.run("release a").exits(0);
    talk.has_read(BORIS, "Approval is needed", 1);
    assert_eq!(talk.sandbox.posts(), [""; 0]);
    talk.say(BORIS, "/preview a");
    talk.press_until(BORIS, 1, "is approved");
    let service = talk.service.as_ref().unwrap();
    service.says("published post=a");
    assert_eq!(talk.sandbox.posts(), ["A"]);
    // The published message is not edited either before somebody has looked.
    talk.write("a", "heading = \"B\"");
    talk.world.run("update a").exits(4).says("waits for 1 approval");
    assert_eq!(talk.sandbox.posts(), ["A"]);
    // What was asked before ended with its outcome.
    talk.has_read(BORIS, "Approval is needed", 1);
    talk.say(BORIS, "/preview a");
    talk.press_until(BORIS, 1, "is approved");
    let service = talk.service.as_ref().unwrap();
    service.waits("the edit", || (talk.sandbox.posts() == ["B"]).then_some(()));
}

#[test]
fn what_was_scheduled_in_the_chat_goes_out_as_it_was_shown_or_waits() {
    let mut talk = Talk::new("").post("a", "heading = \"Shown\"").serve();
    talk.say(BORIS, "/schedule a +1h");
    talk.write("a", "heading = \"Not shown\"");
    talk.hears(BORIS, "its file has changed since it was ordered");
    talk.press(BORIS, 1);
    talk.press_until(BORIS, 1, "is published");
    assert_eq!(talk.sandbox.posts(), ["Not shown"]);
    // One that is changed back goes on by itself, and the shell's word is the newest text.
    let mut talk = Talk::new("").post("b", "heading = \"Shown\"").serve();
    talk.say(BORIS, "/schedule b +1h");
    talk.write("b", "heading = \"Not shown\"");
    talk.world.run("status").exits(0).shows("held").shows("has changed since an operator ordered");
    talk.write("b", "heading = \"Shown\"");
    talk.world.run("status").exits(0).shows("scheduled");
    talk.write("b", "heading = \"Newest\"");
    talk.world.run("publish b").exits(0);
    assert_eq!(talk.sandbox.posts(), ["Newest"]);
}

#[test]
fn no_button_of_a_card_lets_out_what_the_card_does_not_show() {
    let mut talk = Talk::new("").post("a", "heading = \"Old\"").serve();
    talk.say(ANNA, "/publish a");
    talk.press_until(ANNA, 1, "is published");
    talk.write("a", "heading = \"New\"");
    talk.say(ANNA, "/posts");
    talk.press(ANNA, 1);
    // The second button of the card is the edit: it shows the difference, and asks.
    let asked = talk.press(ANNA, 2);
    assert!(asked.contains("➖ Old\n➕ New"), "{asked}");
    assert_eq!(talk.sandbox.posts(), ["Old"]);
    // The file changes before the word: the new difference comes instead.
    talk.write("a", "heading = \"Newest\"");
    let asked = talk.press(ANNA, 1);
    assert!(asked.contains("has changed since you looked") && asked.contains("Newest"), "{asked}");
    assert_eq!(talk.sandbox.posts(), ["Old"]);
    talk.press_until(ANNA, 1, "was edited");
    assert_eq!(talk.sandbox.posts(), ["Newest"]);
}
