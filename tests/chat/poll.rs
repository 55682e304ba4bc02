//! `/closepoll`: asked first, carried out once, and the votes in the answer.

use serde_json::json;

use super::talk::Talk;

const BORIS: i64 = 222;
const DAN: i64 = 444;

const POST: &str = "[poll]\nquestion = \"Which day?\"\noptions = [\"Friday\", \"Saturday\"]\n";

#[test]
fn poll_is_closed_after_a_question_and_its_votes_are_shown() {
    let mut talk = Talk::new("").post("a", POST).serve();
    talk.say(BORIS, "/publish a");
    // The preview is the same poll in the operator's chat.
    assert!(talk.chat(BORIS).iter().any(|message| message["poll"]["question"] == "Which day?"));
    talk.press_until(BORIS, 1, "is published");
    let place = "/sandbox/channels/example_news/posts/1/votes";
    talk.sandbox.post(place, &json!({ "options": [1] }));
    let said = talk.say(BORIS, "/closepoll a");
    assert!(said.contains("Close the poll of a in news?"), "{said}");
    assert_eq!(talk.sandbox.requests("stopPoll"), 0);
    talk.press_until(BORIS, 1, "The poll is closed. Voters: 1");
    assert_eq!(talk.sandbox.requests("stopPoll"), 1);
    let said = talk.say(BORIS, "/closepoll a");
    assert!(said.contains("0 Friday\n1 Saturday"), "{said}");
    assert_eq!(talk.sandbox.requests("stopPoll"), 1);
}

#[test]
fn editor_cannot_close_a_poll() {
    let mut talk = Talk::new("").post("a", POST).serve();
    talk.say(BORIS, "/publish a");
    talk.press_until(BORIS, 1, "is published");
    talk.say(DAN, "/closepoll a");
    let buttons = |message: &serde_json::Value| message.get("reply_markup").is_some();
    assert!(!talk.chat(DAN).iter().any(buttons));
    assert_eq!(talk.sandbox.requests("stopPoll"), 0);
}
