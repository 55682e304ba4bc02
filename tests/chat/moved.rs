//! What operators hear of a new file that may be a published post under another name.

use super::talk::Talk;

const ANNA: i64 = 111;

#[test]
fn operators_are_asked_about_a_new_file_that_may_be_a_published_post() {
    let mut talk = Talk::new("").post("a", "heading = \"A\"").serve();
    talk.say(ANNA, "/publish a");
    talk.press_until(ANNA, 1, "is published");
    talk.remove("a");
    talk.save("c", &format!("publish_at = {}\nheading = \"Other words\"", now()));
    let said = talk.hears(ANNA, "under another name");
    assert!(said.contains("c in news") && said.contains("it may be a"), "{said}");
    assert!(said.contains("telepress move"), "{said}");
    assert_eq!(talk.sandbox.posts(), ["A"]);
    let card = talk.say(ANNA, "/status");
    assert!(card.contains("Needs a decision: 1"), "{card}");
    // It is another post: whoever has looked at it lets it go.
    talk.say(ANNA, "/publish c");
    talk.press_until(ANNA, 1, "c is published");
    assert_eq!(talk.sandbox.posts(), ["A", "Other words"]);
}

#[expect(clippy::disallowed_methods, reason = "a file has the machine's time")]
fn now() -> jiff::Timestamp {
    jiff::Timestamp::now()
}
