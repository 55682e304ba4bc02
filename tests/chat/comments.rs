//! Comments in the chat: those without a group are named, and those that wait or were refused can be decided.

use serde_json::json;

use super::talk::Talk;

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
    assert!(said.contains("left out"), "{said}");
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
    assert!(talk.say(BORIS, "/status").contains("news 💬"));
    let card = talk.press(BORIS, 1);
    assert!(card.contains("[2] ▶️ Release the comments (news)"), "{card}");
    talk.press_until(BORIS, 2, "is published in news 💬");
    assert!(discussion(&talk).contains(&"First".to_owned()));
}
