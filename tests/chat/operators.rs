//! Changes of the list of operators while `serve` runs.

#![expect(clippy::disallowed_methods, reason = "a test writes the config as an editor does")]

use std::time::Duration;

use super::talk::{PEOPLE, Talk};

const ANNA: i64 = 111;
const BORIS: i64 = 222;
const CLARA: i64 = 333;
const EVE: i64 = 555;

/// Writes the config with these operators, as a text editor that truncates the file first.
fn write(talk: &Talk, operators: &[(i64, &str)]) {
    let all = PEOPLE.map(|(id, _, role)| format!("{{ id = {id}, role = \"{role}\" }}"));
    let list: Vec<_> =
        operators.iter().map(|(id, role)| format!("{{ id = {id}, role = \"{role}\" }}")).collect();
    let path = talk.world.path("config/telepress.toml");
    let first = talk.world.path("config/first.toml");
    if !first.exists() {
        std::fs::copy(&path, &first).unwrap();
    }
    let text = std::fs::read_to_string(&first).unwrap().replace(&all.join(", "), &list.join(", "));
    std::fs::write(&path, "").unwrap();
    std::thread::sleep(Duration::from_millis(400));
    std::fs::write(&path, text).unwrap();
}

/// How many messages the bot has written to a person.
fn messages_to(talk: &Talk, person: i64) -> usize {
    talk.chat(person).iter().filter(|message| message["from"]["is_bot"] == true).count()
}

#[test]
fn removed_operator_is_refused_like_a_stranger_at_once() {
    let mut talk = Talk::new("").post("a", "heading = \"A\"").serve();
    talk.say(BORIS, "/publish a");
    write(&talk, &[(ANNA, "admin"), (CLARA, "publisher")]);
    let service = talk.service.as_ref().unwrap();
    service.says("operator 222 was removed");
    assert!(!service.all().contains("operator 111 was removed"), "{}", service.all());
    let before = messages_to(&talk, BORIS);
    // The open preview of Boris still has a button.
    let pressed = serde_json::json!({ "message_id": last_with_buttons(&talk, BORIS), "button": 1 });
    talk.sandbox.post("/sandbox/people/222/press", &pressed);
    talk.sandbox.post("/sandbox/people/222/messages", &serde_json::json!({ "text": "/publish a" }));
    talk.say(ANNA, "/status");
    talk.service.as_ref().unwrap().says("user 222 is not an operator");
    // Boris is not notified of what others do either.
    talk.say(ANNA, "/publish a");
    talk.press_until(ANNA, 1, "is published");
    assert_eq!(messages_to(&talk, BORIS), before);
    assert_eq!(talk.sandbox.posts(), ["A"]);
}

fn last_with_buttons(talk: &Talk, person: i64) -> serde_json::Value {
    let chat = talk.chat(person);
    let last = chat.iter().rev().find(|message| message.get("reply_markup").is_some());
    last.unwrap()["message_id"].clone()
}

#[test]
fn demoted_operator_keeps_only_what_the_role_allows() {
    let mut talk = Talk::new("").post("a", "heading = \"A\"").serve();
    talk.say(BORIS, "/publish a");
    write(&talk, &[(ANNA, "admin"), (BORIS, "editor"), (CLARA, "publisher")]);
    talk.service.as_ref().unwrap().says("operator 222 is now editor (was publisher)");
    let said = talk.press(BORIS, 1);
    // An editor's press becomes a proposal to the publishers.
    assert!(said.contains("reach anybody who is allowed to publish"), "{said}");
    let said = talk.say(BORIS, "/cancel a");
    assert!(said.contains("doesn’t allow this"), "{said}");
    assert_eq!(talk.sandbox.posts(), [""; 0]);
}

#[test]
fn added_operator_can_talk_and_has_a_menu() {
    let mut talk = Talk::new("").post("a", "heading = \"A\"").serve();
    let person = serde_json::json!({ "id": EVE, "first_name": "Eve" });
    talk.sandbox.post("/sandbox/people", &person);
    write(&talk, &[(ANNA, "admin"), (BORIS, "publisher"), (EVE, "publisher")]);
    talk.service.as_ref().unwrap().says("operator 555 was added as publisher");
    let said = talk.say(EVE, "/publish a");
    assert!(said.contains("Publish this now?"), "{said}");
    talk.press_until(EVE, 1, "is published");
    talk.service.as_ref().unwrap().waits("a menu", || {
        let requests = talk.sandbox.get("/sandbox/requests").to_string();
        (requests.contains("setMyCommands") && requests.contains("555")).then_some(())
    });
}

#[test]
fn broken_config_keeps_the_last_good_list_and_is_reported_once() {
    let mut talk = Talk::new("").post("a", "heading = \"A\"").serve();
    let path = talk.world.path("config/telepress.toml");
    let good = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, format!("{good}\nbot.operators = \n")).unwrap();
    let line = talk.service.as_ref().unwrap().says("keeping its last good version");
    assert!(line.contains("ERROR") && line.contains("config/telepress.toml:"), "{line}");
    let said = talk.say(BORIS, "/publish a");
    assert!(said.contains("Publish this now?"), "{said}");
    // Other keys take effect after a restart.
    std::fs::write(&path, good.replace("schedule.grace = \"15m\"", "schedule.grace = \"16m\""))
        .unwrap();
    let line = talk.service.as_ref().unwrap().says("restart `serve`");
    assert!(line.contains("`schedule.grace`") && !line.contains("operators"), "{line}");
    let said = talk.service.as_ref().unwrap().all();
    assert_eq!(said.matches("its last good version").count(), 1, "{said}");
    assert!(!said.contains("was removed"), "{said}");
}
