//! Comments in the chat: those without a group are named, and those that wait or were refused can be decided.

use serde_json::json;

use super::talk::Talk;

const ANNA: i64 = 111;
const BORIS: i64 = 222;
const DAN: i64 = 444;

const POST: &str = "heading = \"Market\"\n[[comments]]\nbody = \"First\"\n";

fn discussion(talk: &Talk) -> Vec<String> {
    let all = talk.sandbox.discussion();
    all.iter().map(|message| message["text"].as_str().unwrap_or_default().to_owned()).collect()
}

#[test]
fn comments_without_a_group_are_named_and_a_new_group_is_found() {
    let mut talk = Talk::new("").post("a", POST).post("b", POST).serve();
    talk.say(BORIS, "/publish a");
    assert_eq!(talk.count(BORIS, "I know of no discussion group"), 1);
    talk.press_until(BORIS, 1, "is published");
    talk.assert_read(BORIS, "I know of no discussion group", 1);
    assert_eq!(talk.sandbox.posts(), ["Market"]);
    talk.sandbox.add_discussion();
    talk.say(BORIS, "/publish b");
    talk.press_until(BORIS, 1, "is published");
    let service = talk.service.as_ref().unwrap();
    service.waits("the comment", || discussion(&talk).contains(&"First".to_owned()).then_some(()));
    talk.assert_read(BORIS, "I know of no discussion group", 1);
}

#[test]
fn order_says_that_its_comments_follow_and_when_they_are_there() {
    let talk = Talk::new("").post("a", POST);
    talk.sandbox.add_discussion();
    talk.sandbox.forwards("late");
    let mut talk = talk.serve();
    let said = talk.say(BORIS, "/publish a");
    assert!(said.contains("one message, with one comment"), "{said}");
    talk.press_until(BORIS, 1, "news 💬: the comments follow");
    talk.assert_read(BORIS, "a is published in news: ", 1);
    talk.sandbox.forwards("on");
    talk.receives(BORIS, "a is published in news 💬");
    // Both are in the message of the order.
    talk.assert_read(BORIS, "a is published in news: ", 1);
    talk.assert_read(BORIS, "the comments follow", 0);
    talk.assert_read(BORIS, "a is published in news 💬", 1);
}

#[test]
fn question_about_a_comment_names_the_discussion_group() {
    let talk = Talk::new("").post("a", POST);
    talk.sandbox.add_discussion();
    talk.sandbox.arm(
        &json!({ "fault": "read_close", "lands": "before", "method": "sendMessage", "after": 1 }),
    );
    talk.world.run("publish a").exits(4);
    let mut talk = talk.serve();
    let asked = "so it may or may not be in the discussion group. Please look";
    // The bot writes to people who have written to it.
    talk.say(ANNA, "/help");
    talk.receives(ANNA, asked);
    talk.say(ANNA, "/status");
    let card = talk.press(ANNA, 1);
    assert!(card.contains(asked) && !card.contains("in the channel"), "{card}");
    let said = talk.press(ANNA, 2);
    assert!(said.contains("link to the message in the discussion group"), "{said}");
    let said = talk.say(ANNA, "https://t.me/example_news/1");
    assert!(said.contains("that message is not in the discussion group of news"), "{said}");
    talk.press(ANNA, 2);
    let said = talk.say(ANNA, "1");
    assert!(said.contains("message 1 is not a comment on this post"), "{said}");
    talk.press(ANNA, 2);
    let said = talk.say(ANNA, "2");
    assert!(said.contains("Recorded for a: it is in the discussion group"), "{said}");
}

#[test]
fn refused_comments_are_tried_again_from_their_card() {
    let talk = Talk::new("").post("a", POST);
    talk.sandbox.add_discussion();
    let body = json!({ "ok": false, "error_code": 400, "description": "Bad Request: MESSAGE_TOO_STRANGE" });
    talk.sandbox.arm(
        &json!({ "fault": "answer", "status": 400, "body": body, "method": "sendMessage", "after": 1 }),
    );
    talk.world.run("publish a").exits(1);
    assert_eq!(discussion(&talk), ["Market"]);
    let mut talk = talk.serve();
    talk.say(BORIS, "/help");
    // The notice has buttons too, so it has to be there before the card is opened.
    talk.receives(BORIS, "a in news 💬");
    assert!(talk.say(BORIS, "/status").contains("news 💬"));
    let card = talk.press(BORIS, 1);
    assert!(card.contains("[2] 🔁 Try the comments again (news)"), "{card}");
    talk.say(DAN, "/status");
    let card = talk.press(DAN, 1);
    assert!(card.contains("news 💬") && !card.contains("🔁"), "{card}");
    talk.press_until(BORIS, 2, "is published in news 💬");
    assert_eq!(discussion(&talk), ["Market", "First"]);
}

#[test]
fn waiting_comments_are_left_out_by_cancel() {
    let talk = Talk::new("").post("a", POST);
    talk.sandbox.add_discussion();
    talk.sandbox.forwards("late");
    talk.world.run("publish a --wait 1s").exits(4);
    let mut talk = talk.serve();
    talk.say(DAN, "/cancel a");
    let said = talk.say(BORIS, "/cancel a");
    assert!(said.contains("will not be posted"), "{said}");
    talk.sandbox.forwards("on");
    let said = talk.say(BORIS, "/queue");
    assert!(said.contains("The queue is empty"), "{said}");
    assert_eq!(discussion(&talk), ["Market"]);
    assert_eq!(talk.sandbox.posts(), ["Market"]);
}

#[test]
fn edit_of_a_comment_names_its_place() {
    let mut talk = Talk::new("").post("a", POST);
    talk.sandbox.add_discussion();
    talk.world.run("publish a").exits(0);
    talk.save("a", &POST.replace("First", "Edited"));
    talk.write_start(BORIS);
    let mut talk = talk.serve();
    talk.receives(BORIS, "no longer matches");
    let said = talk.say(BORIS, "/update a");
    assert!(said.contains("Changes in news 💬"), "{said}");
    talk.press_until(BORIS, 1, "was edited in news 💬");
    assert_eq!(discussion(&talk), ["Market", "Edited"]);
}

#[test]
fn held_comments_are_released_from_their_card() {
    let talk = Talk::new("").post("a", POST).post("b", "heading = \"B\"");
    talk.sandbox.add_discussion();
    talk.sandbox.forwards("late");
    let world = &talk.world;
    world.run("publish a --wait 1s").exits(4);
    world.run("backup backup.db").exits(0);
    world.run("publish b").exits(0);
    // After a restore everything that waits is held.
    world.remove_journal();
    std::fs::copy(world.path("backup.db"), world.path("telepress.db")).unwrap();
    world.run("resolve --after-restore --yes").exits(0);
    talk.sandbox.forwards("on");
    let mut talk = talk.serve();
    talk.say(BORIS, "/help");
    // The notice has buttons too, so it has to be there before the card is opened.
    talk.receives(BORIS, "a in news 💬");
    assert!(talk.say(BORIS, "/status").contains("news 💬"));
    let card = talk.press(BORIS, 1);
    assert!(card.contains("[2] ▶️ Release the comments (news)"), "{card}");
    talk.press_until(BORIS, 2, "is published in news 💬");
    assert!(discussion(&talk).contains(&"First".to_owned()));
}
