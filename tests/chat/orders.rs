//! Orders given in the chat: their outcome, their owner, and who is notified.

use super::talk::Talk;
use crate::world::until;

const ANNA: i64 = 111;
const BORIS: i64 = 222;
const CLARA: i64 = 333;
const DAN: i64 = 444;

#[test]
fn rescheduled_post_is_held_if_its_file_changes() {
    let text = "heading = \"Shown\"\npublish_at = 2030-01-02T09:00:00Z";
    let mut talk = Talk::new("").post("a", text).serve();
    talk.say_start(BORIS);
    talk.wait_until_quiet(BORIS);
    talk.say(BORIS, "/schedule a +1h");
    talk.write("a", &text.replace("Shown", "Not shown"));
    talk.receives(BORIS, "its file has changed since it was queued");
    // The operator who moved it gets the button.
    talk.press(BORIS, 1);
    talk.press_until(BORIS, 1, "is published");
    assert_eq!(talk.sandbox.posts(), ["Not shown"]);
}

#[test]
fn operator_who_reschedules_cannot_approve() {
    let text = "heading = \"A\"\npublish_at = 2030-01-02T09:00:00Z";
    let talk = Talk::new("schedule.approvals = 1").post("a", text);
    talk.write_start(BORIS);
    talk.write_start(CLARA);
    let mut talk = talk.serve();
    talk.say(BORIS, "/schedule a +1h");
    // Everybody who may approve is asked at once, long before the time.
    talk.assert_read(CLARA, "Approval is needed", 1);
    assert_eq!(talk.count(BORIS, "Approval is needed"), 0);
    let said = talk.say(BORIS, "/preview a");
    assert!(said.contains("0 of 1 approvals") && !said.contains("✅ Approve"), "{said}");
    let said = talk.say(CLARA, "/preview a");
    assert!(said.contains("[1] ✅ Approve"), "{said}");
    let said = talk.press(CLARA, 1);
    assert!(said.contains("a is approved"), "{said}");
    // The question is closed.
    assert_eq!(talk.count(CLARA, "Approval is needed"), 0);
}

#[test]
fn long_difference_is_shown_whole_and_only_its_last_message_has_buttons() {
    let long = |word: &str| {
        let line = format!("{word} ").repeat(200);
        let lines = (0..12).map(|number| format!("\"{number} {}\"", line.trim_end()));
        let bullets: Vec<_> = lines.collect();
        format!("heading = \"A\"\n[[sections]]\nbullets = [{}]", bullets.join(", "))
    };
    let mut talk = Talk::new("").post("a", &long("слово")).serve();
    talk.say(ANNA, "/publish a");
    talk.press_until(ANNA, 1, "is published");
    let posts = talk.sandbox.posts().len();
    talk.write("a", &long("буква"));
    // The offer to edit has buttons of its own.
    talk.receives(ANNA, "✏️");
    let before = talk.chat(ANNA).len();
    talk.say(ANNA, "/update a");
    let chat = talk.chat(ANNA);
    let (last, others) = chat[before + 1..].split_last().unwrap();
    assert!(others.len() > 5, "{}", others.len());
    assert!(others.iter().all(|message| message.get("reply_markup").is_none()), "{others:#?}");
    assert!(last.get("reply_markup").is_some(), "{last}");
    let whole: String =
        chat[before + 1..].iter().filter_map(|message| message["text"].as_str()).collect();
    assert!(whole.contains("➖ • 0 слово") && whole.contains("➕ • 11 буква"), "{whole}");
    talk.press_until(ANNA, 1, "was edited");
    assert_eq!(talk.sandbox.posts().len(), posts);
    assert!(talk.sandbox.posts().iter().all(|post| !post.contains("слово")));
}

#[test]
fn change_of_only_the_link_preview_is_named() {
    let mut talk = Talk::new("").post("a", "heading = \"A\"\nlead = \"https://a.example\"").serve();
    talk.say(ANNA, "/publish a");
    talk.press_until(ANNA, 1, "is published");
    talk.write("a", "heading = \"A\"\nlead = \"https://a.example\"\nlink_preview = \"off\"");
    let said = talk.say(ANNA, "/update a");
    assert!(said.contains("The link preview changes") && said.contains("[1] ✏️"), "{said}");
    talk.write("a", "heading = \"A\"\nlead = \"https://a.example\"\nsilent = true");
    let said = talk.say(ANNA, "/update a");
    assert!(said.contains("readers would see no difference"), "{said}");
    // The answer for a post that is not published includes its card.
    talk.save("b", "heading = \"B\"\nprotect = true");
    let said = talk.say(ANNA, "/preview b");
    assert!(said.contains("no forwarding or saving"), "{said}");
    let said = talk.say(ANNA, "/update b");
    assert!(said.contains("there is nothing to edit") && said.contains("not published"), "{said}");
    // A published post whose file is gone is still known.
    talk.remove("a");
    std::thread::sleep(std::time::Duration::from_millis(700));
    let said = talk.say(ANNA, "/preview a");
    assert!(said.contains("The file of a is gone") && said.contains("news: published"), "{said}");
}

#[test]
fn deletion_by_somebody_else_is_accepted_with_one_press() {
    let mut talk = Talk::new("").post("a", "heading = \"A\"").serve();
    talk.say(ANNA, "/publish a");
    talk.press_until(ANNA, 1, "is published");
    let delete = "deleteMessage?chat_id=@example_news&message_id=1";
    talk.sandbox.get(&format!("/bot{}/{delete}", crate::world::TOKEN));
    talk.write("a", "heading = \"B\"");
    talk.say(ANNA, "/update a");
    talk.press_until(ANNA, 1, "its message is no longer there");
    let question = talk.say(ANNA, "/status");
    assert!(question.contains("Needs a decision: 1"), "{question}");
    talk.press(ANNA, 1);
    // Button 1 is the preview, 2 publishes again, 3 accepts the deletion.
    let done = talk.press(ANNA, 3);
    assert!(done.contains("Recorded for a"), "{done}");
    let said = talk.say(ANNA, "/status");
    assert!(said.contains("Nothing needs your attention"), "{said}");
}

#[test]
fn cancelled_post_is_published_only_from_a_newer_preview() {
    let mut talk = Talk::new("").post("a", "heading = \"A\"").serve();
    talk.say_start(ANNA);
    talk.say(BORIS, "/schedule a 2030-01-02 09:00");
    // A preview from before the cancellation does not publish it.
    talk.say(ANNA, "/publish a");
    talk.say(BORIS, "/cancel a");
    let said = talk.press(ANNA, 1);
    assert!(
        said.contains("has changed since you looked") && said.contains("news: cancelled"),
        "{said}"
    );
    assert_eq!(talk.sandbox.posts(), [""; 0]);
    talk.press_until(ANNA, 1, "is published");
    talk.say(ANNA, "/delete a");
    talk.press(ANNA, 1);
    talk.press_until(ANNA, 1, "was deleted");
    let said = talk.say(BORIS, "/publish a");
    assert!(said.contains("news: deleted"), "{said}");
    talk.press_until(BORIS, 1, "is published");
    assert_eq!(talk.sandbox.posts(), ["A"]);
}

#[test]
fn scheduler_is_notified_when_somebody_else_cancels() {
    let mut talk = Talk::new("").post("a", "heading = \"A\"").post("b", "heading = \"B\"").serve();
    talk.say(ANNA, "/schedule a 2030-01-02 09:00");
    talk.say(BORIS, "/cancel a");
    talk.assert_read(ANNA, "a is off the schedule", 1);
    // The operator who cancels gets the answer, and no notification besides.
    talk.say(ANNA, "/schedule b 2030-01-02 09:00");
    talk.say(ANNA, "/cancel b");
    talk.wait_until_quiet(ANNA);
    assert_eq!(talk.count(ANNA, "b is off the schedule"), 1);
    // Everybody is notified when a scheduled post becomes a draft.
    talk.say(ANNA, "/schedule b 2030-01-02 09:00");
    talk.save("b", "draft = true\nheading = \"B\"");
    talk.assert_read(BORIS, "b is now a draft", 1);
}

#[test]
fn deletion_waits_while_everything_is_paused() {
    let mut talk = Talk::new("").post("a", "heading = \"A\"").serve();
    talk.say(ANNA, "/publish a");
    talk.press_until(ANNA, 1, "is published");
    talk.say(ANNA, "/pause");
    talk.say(ANNA, "/delete a");
    talk.press(ANNA, 1);
    let said = talk.press(ANNA, 1);
    assert!(said.contains("Publishing is paused. This will be done after /resume"), "{said}");
    assert_eq!(talk.sandbox.posts(), ["A"]);
    talk.say(ANNA, "/resume");
    talk.assert_read(ANNA, "a was deleted", 1);
    assert_eq!(talk.sandbox.posts(), [""; 0]);
}

#[test]
fn every_answer_closes_a_proposal() {
    let mut talk = Talk::new("").post("a", "heading = \"A\"").post("b", "heading = \"B\"").serve();
    talk.say_start(ANNA);
    talk.say_start(BORIS);
    talk.say(DAN, "/preview a");
    talk.press(DAN, 1);
    talk.receives(BORIS, "Dan suggests");
    // Boris answers it by publishing from another preview.
    talk.say(BORIS, "/publish a");
    talk.press_until(BORIS, 1, "is published");
    talk.assert_read(ANNA, "Boris accepted the proposal to publish a", 1);
    talk.assert_read(DAN, "a is published in news", 1);
    talk.say(DAN, "/schedule b 2030-01-02 09:00");
    talk.receives(BORIS, "Dan suggests publishing b at 2030-01-02 09:00 UTC");
    let said = talk.press(BORIS, 2);
    assert!(said.contains("Boris declined the proposal to publish b"), "{said}");
    talk.assert_read(DAN, "Boris declined the proposal to publish b", 1);
    talk.assert_read(ANNA, "Boris declined the proposal to publish b", 1);
    talk.write("b", "draft = true\nheading = \"B\"");
    let said = talk.say(DAN, "/schedule b 2030-01-02 09:00");
    assert!(said.contains("draft"), "{said}");
}

#[test]
fn refused_post_can_be_tried_again_below_its_preview() {
    let mut talk = Talk::new("").post("a", "heading = \"A\"").serve();
    talk.say(ANNA, "/publish a");
    let body = serde_json::json!({ "ok": false, "error_code": 400, "description": "Bad Request: MESSAGE_TOO_STRANGE" });
    let fault = serde_json::json!({ "fault": "answer", "method": "sendMessage", "status": 400, "body": body });
    talk.sandbox.arm(&fault);
    talk.press_until(ANNA, 1, "Telegram refused the message");
    let said = talk.say(ANNA, "/preview a");
    assert!(said.contains("[1] 🔁 Try again"), "{said}");
    talk.press_until(ANNA, 1, "is published");
    assert_eq!(talk.sandbox.posts(), ["A"]);
    // That closes the alert.
    assert_eq!(talk.count(ANNA, "Telegram refused the message"), 0);
}

#[test]
fn list_shows_the_state_in_every_channel() {
    let other = "channels.other = { chat = \"@example_other\", language = \"en\" }";
    let talk = Talk::new(other).post("a", "heading = \"A\"\nchannels = [\"news\"]");
    let channel = serde_json::json!({ "username": "example_other", "title": "Other" });
    talk.sandbox.post("/sandbox/channels", &channel);
    let mut talk = talk.serve();
    talk.say(ANNA, "/publish a");
    talk.press_until(ANNA, 1, "is published");
    talk.write("a", "heading = \"A\"");
    talk.say(ANNA, "/schedule a 2030-01-02 09:00");
    let said = talk.say(ANNA, "/posts");
    assert!(said.contains("✅ news: published") && said.contains("🕒 other: scheduled"), "{said}");
}

#[test]
fn deleted_edition_is_not_published_along_with_another() {
    let other = "channels.other = { chat = \"@example_other\", language = \"en\" }";
    let talk = Talk::new(other).post("a", "heading = \"A\"\nchannels = [\"news\"]");
    let channel = serde_json::json!({ "username": "example_other", "title": "Other" });
    talk.sandbox.post("/sandbox/channels", &channel);
    let mut talk = talk.serve();
    talk.say(ANNA, "/publish a");
    talk.press_until(ANNA, 1, "is published");
    talk.say(ANNA, "/delete a");
    talk.press(ANNA, 1);
    talk.press_until(ANNA, 1, "was deleted");
    talk.write("a", "heading = \"A\"");
    let said = talk.say(ANNA, "/publish a");
    assert!(said.contains("news: deleted") && said.contains("Publish this now?"), "{said}");
    talk.press_until(ANNA, 1, "is published in other");
    assert_eq!(talk.sandbox.posts(), [""; 0]);
    // It is published when it is the only one left.
    talk.say(ANNA, "/publish a");
    talk.press_until(ANNA, 1, "is published in news");
    assert_eq!(talk.sandbox.posts(), ["A"]);
}

#[test]
fn skipped_uncertain_post_is_not_published_again_by_a_press() {
    let mut talk = Talk::new("").post("a", "heading = \"A\"").serve();
    talk.say(ANNA, "/publish a");
    let fault =
        serde_json::json!({ "fault": "read_close", "method": "sendMessage", "lands": "before" });
    talk.sandbox.arm(&fault);
    talk.press_until(ANNA, 1, "Telegram did not confirm");
    // Anna skips the question; the post stays uncertain and gets no button to publish.
    let said = talk.press(ANNA, 3);
    assert!(said.contains("Recorded for a: skipped"), "{said}");
    let said = talk.say(ANNA, "/publish a");
    assert!(said.contains("may already be in the channel") && !said.contains("🚀"), "{said}");
    let said = talk.say(ANNA, "/schedule a 2030-01-02 09:00");
    assert!(said.contains("may already be in the channel"), "{said}");
    talk.world.run("publish a").exits(1).says("part of it may be in the channel");
    assert_eq!(talk.sandbox.posts(), ["A"]);
}

#[test]
fn second_decision_shows_the_current_state() {
    let mut talk = Talk::new("").post("a", "heading = \"A\"").serve();
    talk.say(ANNA, "/publish a");
    let fault =
        serde_json::json!({ "fault": "read_close", "method": "sendMessage", "lands": "before" });
    talk.sandbox.arm(&fault);
    talk.press_until(ANNA, 1, "Telegram did not confirm");
    let card = talk.say(ANNA, "/status");
    assert!(card.contains("Needs a decision: 1"), "{card}");
    // Another card with the same question, opened before it is answered.
    let question = talk.press(ANNA, 1);
    assert!(question.contains("[2] ✅ It is there"), "{question}");
    let said = talk.press(ANNA, 2);
    assert!(said.contains("Send me the link"), "{said}");
    talk.world.run("resolve a --sent https://t.me/example_news/1 --yes").exits(0);
    let said = talk.say(ANNA, "https://t.me/example_news/1");
    assert!(said.contains("its state has changed") && said.contains("news: published"), "{said}");
    assert_eq!(talk.sandbox.posts(), ["A"]);
}

#[test]
fn draft_edition_does_not_block_the_others() {
    let other = "channels.other = { chat = \"@example_other\", language = \"ru\" }";
    let text = "[editions.en]\nheading = \"A\"\n[editions.ru]\ndraft = true\nheading = \"Б\"";
    let talk = Talk::new(other).post("a", text);
    let channel = serde_json::json!({ "username": "example_other", "title": "Other" });
    talk.sandbox.post("/sandbox/channels", &channel);
    let mut talk = talk.serve();
    let said = talk.say(ANNA, "/publish a");
    assert!(said.contains("Publish this now?"), "{said}");
    talk.press_until(ANNA, 1, "is published in news");
    assert_eq!(talk.sandbox.posts(), ["A"]);
    let said = talk.say(ANNA, "/publish a");
    assert!(!said.contains("Publish this now?"), "{said}");
}

#[test]
fn refused_and_cancelled_post_can_be_published_again() {
    let mut talk = Talk::new("").post("a", "heading = \"A\"").serve();
    let body = serde_json::json!({ "ok": false, "error_code": 403, "description": "Forbidden: bot was kicked from the channel chat" });
    let fault = serde_json::json!({ "fault": "answer", "method": "sendMessage", "after": 2, "status": 403, "body": body });
    talk.sandbox.arm(&fault);
    talk.say(ANNA, "/publish a");
    talk.press_until(ANNA, 1, "refuses the bot");
    let said = talk.say(ANNA, "/cancel a");
    assert!(said.contains("off the schedule"), "{said}");
    talk.say(ANNA, "/resume news");
    talk.say(ANNA, "/publish a");
    talk.press_until(ANNA, 1, "is published");
    assert_eq!(talk.sandbox.posts(), ["A"]);
}

#[test]
fn scheduler_gets_the_link_of_the_published_post() {
    let mut talk = Talk::new("").post("a", "heading = \"A\"").serve();
    talk.say(BORIS, "/schedule a +2s");
    talk.assert_read(BORIS, "a is published in news: https://t.me/example_news/1", 1);
    assert_eq!(talk.sandbox.posts(), ["A"]);
    let said = talk.say(BORIS, "/status");
    assert!(said.contains("Published in the last 24 hours: 1"), "{said}");
}

#[test]
fn alerts_chat_gets_alerts_without_buttons() {
    let mut talk = Talk::new("bot.alerts = 555").post("a", "heading = \"A\"").serve();
    let person = serde_json::json!({ "id": 555, "first_name": "On call" });
    talk.sandbox.post("/sandbox/people", &person);
    talk.write_start(555);
    talk.say(ANNA, "/publish a");
    let fault =
        serde_json::json!({ "fault": "read_close", "method": "sendMessage", "lands": "before" });
    talk.sandbox.arm(&fault);
    talk.press_until(ANNA, 1, "Telegram did not confirm");
    talk.assert_read(555, "Telegram did not confirm", 1);
    let heard = talk.chat(555).pop().unwrap();
    assert!(heard.get("reply_markup").is_none(), "{heard}");
    talk.press(ANNA, 3);
    talk.assert_read(555, "Anna’s decision", 1);
}

#[test]
fn card_shows_the_length_and_the_warnings() {
    let mut talk = Talk::new("").post("a", "heading = \"A  b\"").serve();
    talk.say(ANNA, "/posts");
    let card = talk.press(ANNA, 1);
    assert!(card.contains("news: 4 of 4096 characters, one message"), "{card}");
    assert!(card.contains("warnings: 1, see /check a"), "{card}");
}

#[test]
fn command_without_a_post_offers_the_posts_that_it_can_act_on() {
    let mut talk = Talk::new("")
        .post("out", "heading = \"Out\"")
        .post("new", "heading = \"New\"")
        .post("idea", "draft = true\nheading = \"Idea\"")
        .serve();
    talk.say(ANNA, "/publish out");
    talk.press_until(ANNA, 1, "is published");
    let said = talk.say(ANNA, "/publish");
    assert!(said.contains("new") && !said.contains("idea") && !said.contains("out "), "{said}");
    let said = talk.press(ANNA, 1);
    assert!(said.contains("Publish"), "{said}");
    let said = talk.say(ANNA, "/delete");
    assert!(said.contains("out") && !said.contains("new"), "{said}");
    let said = talk.press(ANNA, 1);
    assert!(said.contains("Delete"), "{said}");
    let said = talk.say(ANNA, "/cancel");
    assert!(said.contains("No post can be used with /cancel"), "{said}");
}

#[test]
fn comments_are_deleted_with_their_post() {
    let talk = Talk::new("").post("a", "heading = \"A\"\n[[comments]]\nbody = \"More\"");
    talk.sandbox.add_discussion();
    let mut talk = talk.serve();
    talk.say(ANNA, "/publish a");
    talk.press_until(ANNA, 1, "is published");
    let texts = |talk: &Talk| -> Vec<String> {
        let messages = talk.sandbox.discussion().into_iter();
        messages.map(|message| message["text"].as_str().unwrap().to_owned()).collect()
    };
    assert!(until(|| (texts(&talk) == ["A", "More"]).then_some(())).is_some());
    talk.say(ANNA, "/delete a");
    talk.press(ANNA, 1);
    talk.press_until(ANNA, 1, "was deleted");
    assert!(until(|| (texts(&talk) == ["A"]).then_some(())).is_some(), "{:?}", texts(&talk));
    assert_eq!(talk.sandbox.posts(), [""; 0]);
}
