//! Whole conversations, kept as snapshots; docs/chat.md is generated from them.

use serde_json::json;

use super::talk::Talk;

const ANNA: i64 = 111;
const BORIS: i64 = 222;
const CLARA: i64 = 333;
const DAN: i64 = 444;

/// Compares a conversation with its snapshot.
fn assert_story(name: &str, talk: &Talk) {
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
    assert_story("first-day", &talk);
}

#[test]
fn a_correction() {
    let mut talk = Talk::new("").post("summit", "heading = \"The sumit opens\"").serve();
    talk.say(ANNA, "/publish summit");
    // The file changes between the preview and the press, so the press publishes nothing.
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
    assert_story("correction", &talk);
}

#[test]
fn a_post_with_buttons() {
    let post = |address: &str, text: &str| {
        format!(
            "heading = \"{text}\"\n[[buttons]]\ntext = \"Register\"\nurl = \"https://example.org/{address}\"\nrow = 1\n[[buttons]]\ntext = \"Copy the code\"\ncopy = \"A-1\"\nrow = 1"
        )
    };
    let mut talk = Talk::new("").post("summit", &post("1", "The summit opens")).serve();
    talk.say(BORIS, "/publish summit");
    let preview =
        talk.chat(BORIS).into_iter().find(|message| message["text"] == "The summit opens");
    let keyboard = &preview.unwrap()["reply_markup"]["inline_keyboard"];
    assert_eq!(keyboard[0][0]["url"], "https://example.org/1");
    assert_eq!(keyboard[0][1]["copy_text"]["text"], "A-1");
    talk.press_until(BORIS, 1, "is published");
    talk.write("summit", &post("2", "The summit opens"));
    talk.say(BORIS, "/update summit");
    talk.press_until(BORIS, 1, "was edited");
    talk.write("summit", &post("2", "The summit opens today"));
    talk.say(BORIS, "/update summit");
    talk.press_until(BORIS, 1, "was edited");
    let posts = talk.sandbox.get("/sandbox/channels/example_news/posts");
    let button = &posts[0]["reply_markup"]["inline_keyboard"][0][0];
    assert_eq!(button["url"], "https://example.org/2");
    assert_story("buttons", &talk);
}

#[test]
fn commands_use_the_file_as_it_is_now() {
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
fn preview_that_cannot_be_shown_has_no_buttons() {
    let mut talk = Talk::new("").post("a", "heading = \"A\"").serve();
    talk.say(ANNA, "/posts");
    let body = json!({ "ok": false, "error_code": 400, "description": "Bad Request: MESSAGE_TOO_STRANGE" });
    let fault = json!({ "fault": "answer", "method": "sendMessage", "status": 400, "body": body });
    talk.sandbox.arm(&fault);
    let said = talk.say(ANNA, "/publish a");
    assert!(said.contains("show you a") && !said.contains("[1]"), "{said}");
}

#[test]
fn answer_links_to_the_post_in_every_channel() {
    let other = "channels.other = { chat = \"@example_other\", language = \"en\" }";
    let talk = Talk::new(other).post("a", "heading = \"A\"");
    let channel = json!({ "username": "example_other", "title": "Other" });
    talk.sandbox.post("/sandbox/channels", &channel);
    let mut talk = talk.serve();
    talk.say(ANNA, "/publish a");
    talk.press_until(ANNA, 1, "t.me/");
    // The final card links to both.
    talk.assert_read(ANNA, "t.me/example_other/1", 1);
    talk.assert_read(ANNA, "t.me/example_news/1", 1);
}

#[test]
fn undo_restores_the_previous_time() {
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
fn operators_are_notified_of_saved_files() {
    let mut talk = Talk::new("schedule.edits = \"ask\"").serve();
    talk.say(ANNA, "/posts");
    talk.say(DAN, "/posts");
    talk.save("a", "heading = \"A\"\npublish_at = 2030-01-02T09:00:00Z");
    talk.assert_read(ANNA, "a is scheduled in news", 1);
    talk.assert_read(DAN, "a is scheduled in news", 1);
    talk.save("a", "headin = \"A\"");
    talk.assert_read(ANNA, "The file of a has errors", 1);
    talk.remove("a");
    talk.assert_read(ANNA, "The file of a is gone", 1);
    talk.save("b", "heading = \"B\"");
    talk.say(ANNA, "/publish b");
    talk.press_until(ANNA, 1, "is published");
    talk.save("b", "heading = \"C\"");
    talk.assert_read(ANNA, "no longer matches its message", 1);
}

#[test]
fn a_refusal() {
    let mut talk = Talk::new("")
        .post("a", "heading = \"A\"")
        .post("bad", "heading = \"B\"\nhashtags = [\"two words\"]")
        .serve();
    talk.say_start(ANNA);
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
    talk.receives(ANNA, "Telegram refused");
    assert_eq!(talk.sandbox.posts(), [""; 0]);
    assert_story("refusal", &talk);
}

#[test]
fn unknown_outcome() {
    let mut talk = Talk::new("").post("a", "heading = \"A\"").serve();
    talk.say_start(ANNA);
    talk.say(BORIS, "/publish a");
    talk.sandbox.arm(&json!({ "fault": "read_close", "method": "sendMessage", "lands": "before" }));
    talk.press_until(BORIS, 1, "Telegram did not confirm");
    talk.receives(ANNA, "Telegram did not confirm");
    // The message is in the channel; Anna looks and confirms it.
    assert_eq!(talk.sandbox.posts(), ["A"]);
    talk.press(ANNA, 1);
    talk.say(ANNA, "https://t.me/example_news/1");
    talk.receives(BORIS, "Anna’s decision");
    talk.say(ANNA, "/posts");
    assert_eq!(talk.sandbox.posts(), ["A"]);
    assert_story("unknown-outcome", &talk);
}

#[test]
fn an_editor_proposes_a_time() {
    let mut talk = Talk::new("").post("a", "heading = \"A\"").serve();
    talk.say_start(BORIS);
    talk.say(DAN, "/preview a");
    talk.press(DAN, 3);
    talk.receives(BORIS, "suggests publishing");
    talk.press(BORIS, 1);
    talk.receives(DAN, "accepted the proposal");
    assert_eq!(talk.sandbox.posts(), [""; 0]);
    assert_story("proposal", &talk);
}

#[test]
fn one_command_pauses_everything() {
    let mut talk = Talk::new("").post("a", "heading = \"A\"").serve();
    talk.say_start(BORIS);
    talk.say(ANNA, "/pause");
    talk.receives(BORIS, "Anna paused everything");
    talk.say(BORIS, "/publish a");
    talk.press(BORIS, 1);
    assert_eq!(talk.sandbox.posts(), [""; 0]);
    talk.say(ANNA, "/status");
    talk.say(ANNA, "/resume");
    talk.receives(BORIS, "Anna resumed everything");
    talk.receives(BORIS, "is published");
    assert_eq!(talk.sandbox.posts(), ["A"]);
    talk.say(ANNA, "/channels");
    assert_story("emergency", &talk);
}

#[test]
fn in_russian() {
    let mut talk = Talk::new("")
        .post("a", "heading = \"A\"")
        .post("bad", "heading = \"B\"\nhashtags = [\"two words\"]")
        .serve();
    talk.set_language(BORIS, "ru");
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
    assert_story("russian", &talk);
}

#[test]
fn in_german() {
    let mut talk = Talk::new("")
        .post("a", "heading = \"A\"")
        .post("b", "heading = \"B\"")
        .post("bad", "heading = \"C\"\nhashtags = [\"two words\"]")
        .serve();
    talk.set_language(BORIS, "de");
    talk.say(BORIS, "/start");
    talk.say(BORIS, "/posts");
    talk.say(BORIS, "/publish a");
    talk.press_until(BORIS, 1, "erschienen");
    talk.say(BORIS, "/publish b");
    talk.press(BORIS, 2);
    talk.say(BORIS, "/schedule b gegen Abend");
    talk.say(BORIS, "/schedule b 03/04 9:00");
    talk.say(BORIS, "/schedule b am 5. Mai um 9 Uhr");
    talk.say(BORIS, "/queue");
    talk.say(BORIS, "/cancel b");
    talk.press(BORIS, 1);
    talk.say(BORIS, "/update a");
    talk.say(BORIS, "/delete a");
    talk.say(BORIS, "/check");
    talk.say(BORIS, "/publish bad");
    talk.say(BORIS, "/publish c");
    talk.say(BORIS, "/status");
    talk.say(BORIS, "/channels");
    assert_story("german", &talk);
}

#[test]
fn two_other_operators_have_to_approve() {
    let mut talk = Talk::new("schedule.approvals = 2").post("a", "heading = \"A\"").serve();
    talk.say_start(ANNA);
    talk.say_start(CLARA);
    talk.say(BORIS, "/publish a");
    talk.press(BORIS, 1);
    talk.receives(ANNA, "Approval is needed");
    talk.wait_until_quiet(ANNA);
    talk.press(ANNA, 1);
    talk.press(ANNA, 1);
    assert_eq!(talk.sandbox.posts(), [""; 0]);
    // Boris gets no button for their own request, and a change of the file asks for new approvals.
    talk.say(BORIS, "/preview a");
    talk.write("a", "heading = \"A, corrected\"");
    // Anna had approved the previous text.
    talk.assert_read(ANNA, "Approval is needed", 1);
    talk.say(CLARA, "/preview a");
    talk.press(CLARA, 1);
    assert_eq!(talk.sandbox.posts(), [""; 0]);
    talk.say(ANNA, "/preview a");
    talk.press_until(ANNA, 1, "is published");
    assert_eq!(talk.sandbox.posts(), ["A, corrected"]);
    assert_story("two-approvers", &talk);
}

#[test]
fn shell_cannot_publish_without_approval() {
    let mut talk = Talk::new("schedule.approvals = 1").post("a", "heading = \"A\"").serve();
    talk.say(BORIS, "/start");
    talk.world.run("publish a").exits(4).says("publishers have to approve it first");
    talk.world.run("status").exits(0).shows("publishers have to approve it first");
    // `release` does not bypass the approval.
    talk.world.run("release a").exits(0);
    talk.assert_read(BORIS, "Approval is needed", 1);
    assert_eq!(talk.sandbox.posts(), [""; 0]);
    talk.say(BORIS, "/preview a");
    talk.press_until(BORIS, 1, "is approved");
    let service = talk.service.as_ref().unwrap();
    service.says("published post=a");
    assert_eq!(talk.sandbox.posts(), ["A"]);
    // An edit of the published message needs an approval too.
    talk.write("a", "heading = \"B\"");
    talk.world.run("update a").exits(4).says("is waiting for 1 more approval");
    assert_eq!(talk.sandbox.posts(), ["A"]);
    // The earlier question is closed and no longer counts.
    talk.assert_read(BORIS, "Approval is needed", 1);
    talk.say(BORIS, "/preview a");
    talk.press_until(BORIS, 1, "is approved");
    let service = talk.service.as_ref().unwrap();
    service.waits("the edit", || (talk.sandbox.posts() == ["B"]).then_some(()));
}

#[test]
fn post_scheduled_in_the_chat_is_held_if_its_file_changes() {
    let mut talk = Talk::new("").post("a", "heading = \"Shown\"").serve();
    talk.say(BORIS, "/schedule a +1h");
    talk.write("a", "heading = \"Not shown\"");
    talk.receives(BORIS, "its file has changed since it was queued");
    talk.press(BORIS, 1);
    talk.press_until(BORIS, 1, "is published");
    assert_eq!(talk.sandbox.posts(), ["Not shown"]);
    // A file that is changed back is scheduled again; `publish` at the shell uses the newest text.
    let mut talk = Talk::new("").post("b", "heading = \"Shown\"").serve();
    talk.say(BORIS, "/schedule b +1h");
    talk.write("b", "heading = \"Not shown\"");
    talk.world.run("status").exits(0).shows("held").shows("its file has changed");
    talk.write("b", "heading = \"Shown\"");
    talk.world.run("status").exits(0).shows("scheduled");
    talk.write("b", "heading = \"Newest\"");
    talk.world.run("publish b").exits(0);
    assert_eq!(talk.sandbox.posts(), ["Newest"]);
}

#[test]
fn button_publishes_nothing_that_its_card_does_not_show() {
    let mut talk = Talk::new("").post("a", "heading = \"Old\"").serve();
    talk.say(ANNA, "/publish a");
    talk.press_until(ANNA, 1, "is published");
    talk.write("a", "heading = \"New\"");
    talk.say(ANNA, "/posts");
    talk.press(ANNA, 1);
    // The second button of the card is the edit: it shows the difference and asks for a confirmation.
    let question = talk.press(ANNA, 2);
    assert!(question.contains("➖ Old\n➕ New"), "{question}");
    assert_eq!(talk.sandbox.posts(), ["Old"]);
    // The file changes before the confirmation, so the bot shows the new difference instead.
    talk.write("a", "heading = \"Newest\"");
    let question = talk.press(ANNA, 1);
    assert!(
        question.contains("has changed since you looked") && question.contains("Newest"),
        "{question}"
    );
    assert_eq!(talk.sandbox.posts(), ["Old"]);
    talk.press_until(ANNA, 1, "was edited");
    assert_eq!(talk.sandbox.posts(), ["Newest"]);
}
