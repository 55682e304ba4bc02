//! A post that is cancelled in the chat while the outcome of its message is unknown.

use serde_json::json;

use super::talk::Talk;

const ANNA: i64 = 111;

/// A post whose answer from Telegram was lost, and which Anna then cancels.
fn cancelled_while_uncertain(lands: &str) -> Talk {
    let mut talk = Talk::new("").post("a", "heading = \"A\"").serve();
    talk.say(ANNA, "/publish a");
    talk.sandbox.arm(&json!({ "fault": "read_close", "method": "sendMessage", "lands": lands }));
    talk.press_until(ANNA, 1, "Telegram did not confirm");
    let said = talk.say(ANNA, "/delete a");
    assert!(said.contains("a may or may not be in news"), "{said}");
    assert!(said.contains("It is there") && !said.contains("🗑"), "{said}");
    let said = talk.say(ANNA, "/cancel a");
    assert!(
        said.contains("not on the schedule") && said.contains("[5] 🚫 Cancel the post"),
        "{said}"
    );
    let said = talk.press(ANNA, 5);
    assert!(said.contains("a in news is cancelled, but the message may already"), "{said}");
    assert!(!said.contains("off the schedule"), "{said}");
    talk
}

#[test]
fn cancelled_post_stays_cancelled_if_its_message_was_not_sent() {
    let mut talk = cancelled_while_uncertain("never");
    let card = talk.say(ANNA, "/status");
    assert!(card.contains("Needs a decision: 1"), "{card}");
    let said = talk.press(ANNA, 1);
    assert!(said.contains("cancelled, but it may already have been sent"), "{said}");
    let said = talk.press(ANNA, 3);
    assert!(said.contains("it is not in the channel, and it stays cancelled"), "{said}");
    let said = talk.say(ANNA, "/publish a");
    assert!(said.contains("news: cancelled"), "{said}");
    talk.world.run("apply --yes").exits(0);
    assert_eq!(talk.sandbox.posts(), [""; 0]);
}

#[test]
fn cancelled_post_can_be_deleted_if_its_message_was_sent() {
    let mut talk = cancelled_while_uncertain("before");
    talk.say(ANNA, "/status");
    talk.press(ANNA, 1);
    let said = talk.press(ANNA, 2);
    assert!(said.contains("Send me the link"), "{said}");
    let said = talk.say(ANNA, "https://t.me/example_news/1");
    assert!(said.contains("Recorded for a: it is in the channel"), "{said}");
    talk.say(ANNA, "/delete a");
    talk.press(ANNA, 1);
    talk.press_until(ANNA, 1, "was deleted");
    assert_eq!(talk.sandbox.posts(), [""; 0]);
}
