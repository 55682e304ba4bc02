//! Questions to operators about renamed files and moved channels.

use super::talk::Talk;

const ANNA: i64 = 111;

#[test]
fn operators_are_asked_about_a_new_file_that_may_be_a_published_post() {
    let mut talk = Talk::new("").post("a", "heading = \"A\"").serve();
    talk.say(ANNA, "/publish a");
    talk.press_until(ANNA, 1, "is published");
    talk.remove("a");
    talk.save("c", &format!("publish_at = {}\nheading = \"Other words\"", now()));
    let said = talk.receives(ANNA, "under another name");
    assert!(said.contains("c in news") && said.contains("it may be a"), "{said}");
    assert!(said.contains("telepress move"), "{said}");
    assert_eq!(talk.sandbox.posts(), ["A"]);
    let card = talk.say(ANNA, "/status");
    assert!(card.contains("Needs a decision: 1"), "{card}");
    // Anna decides that it is another post, and publishes it.
    talk.say(ANNA, "/publish c");
    talk.press_until(ANNA, 1, "c is published");
    assert_eq!(talk.sandbox.posts(), ["A", "Other words"]);
}

#[test]
fn post_in_the_former_chat_of_its_channel_needs_a_decision() {
    let mut talk = Talk::new("").post("a", "heading = \"A\"");
    talk.sandbox.add_channel(-1_001_000_000_102, "new_place");
    talk.world.run("publish a").exits(0);
    let config = talk.world.read("config/telepress.toml");
    talk.save_config(&config.replace("@example_news", "@new_place"));
    let mut talk = talk.serve();
    let status = talk.say(ANNA, "/status");
    assert!(status.contains("Needs a decision: 1"), "{status}");
    assert!(status.contains("a → news: it was sent to the chat"), "{status}");
    let card = talk.say(ANNA, "/publish a");
    assert!(card.contains("it was sent to the chat") && !card.contains("[Publish"), "{card}");
    let question = talk.say(ANNA, "/delete a");
    assert!(question.contains("@example_news"), "{question}");
    talk.world.run("publish a --again").exits(0);
    let status = talk.say(ANNA, "/status");
    assert!(status.contains("Nothing needs your attention"), "{status}");
}

#[expect(clippy::disallowed_methods, reason = "a file has the machine's time")]
fn now() -> jiff::Timestamp {
    jiff::Timestamp::now()
}
