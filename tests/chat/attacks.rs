//! Attacks: people who are not operators, and messages that only look like an operator's, get no answer and have no effect.

use serde_json::{Value, json};

use super::talk::Talk;
use crate::world::{GROUP, until};

const ANNA: i64 = 111;

/// How many messages, edits and popups the bot has sent.
fn sent(talk: &Talk) -> usize {
    let requests = talk.sandbox.get("/sandbox/requests");
    let is_answer = |request: &&Value| {
        let method = request["method"].as_str().unwrap().to_lowercase();
        matches!(method.as_str(), "sendmessage" | "editmessagetext" | "answercallbackquery")
    };
    requests.as_array().unwrap().iter().filter(is_answer).count()
}

/// A message from Anna, with these fields replaced.
fn message(with: &Value) -> Value {
    let mut message = json!({
        "message_id": 50,
        "date": now(),
        "from": { "id": ANNA, "is_bot": false, "first_name": "Anna" },
        "chat": { "id": ANNA, "first_name": "Anna", "type": "private" },
        "text": "/pause",
    });
    message.as_object_mut().unwrap().extend(with.as_object().unwrap().clone());
    message
}

#[expect(clippy::disallowed_methods, reason = "a message has the machine's time")]
fn now() -> i64 {
    jiff::Timestamp::now().as_second()
}

#[test]
fn only_operators_in_their_own_chat_are_answered() {
    let mut talk = Talk::new("").post("a", "heading = \"A\"").serve();
    talk.say(ANNA, "/status");
    let before = sent(&talk);
    let origin = json!({ "type": "user", "date": 1, "sender_user": { "id": ANNA, "is_bot": false, "first_name": "Anna" } });
    let group = json!({ "id": -100_500, "title": "G", "type": "supergroup" });
    for with in [
        json!({ "from": { "id": 999, "is_bot": false, "first_name": "Eve" }, "chat": { "id": 999, "first_name": "Eve", "type": "private" } }),
        json!({ "from": { "id": ANNA, "is_bot": true, "first_name": "Anna" } }),
        json!({ "forward_origin": origin }),
        json!({ "via_bot": { "id": 5, "is_bot": true, "first_name": "Via" } }),
        json!({ "sender_chat": { "id": -100_500, "title": "G", "type": "channel" } }),
        json!({ "chat": group }),
        json!({ "chat": { "id": 222, "first_name": "Boris", "type": "private" } }),
        json!({ "from": { "id": 1_087_968_824, "is_bot": true, "first_name": "Group" }, "chat": group }),
        json!({ "from": { "id": 777_000, "is_bot": false, "first_name": "Telegram" } }),
    ] {
        talk.sandbox.post("/sandbox/updates", &json!({ "message": message(&with) }));
    }
    for kind in ["edited_message", "channel_post", "edited_channel_post"] {
        talk.sandbox.post("/sandbox/updates", &json!({ kind: message(&json!({})) }));
    }
    // This answer would come after all answers to the others.
    talk.say(ANNA, "/queue");
    assert_eq!(sent(&talk), before + 1);
    let log = talk.service.as_ref().unwrap().all();
    assert_eq!(log.matches("user 999").count(), 1, "{log}");
    talk.say(ANNA, "/status");
    assert!(!talk.transcript().contains("paused"), "{}", talk.transcript());
}

#[test]
fn button_works_once_and_only_for_the_person_it_was_shown_to() {
    let mut talk = Talk::new("").post("a", "heading = \"A\"").serve();
    talk.say(222, "/start");
    talk.say(ANNA, "/publish a");
    let chat = talk.chat(ANNA);
    let card = chat.iter().rev().find(|message| message.get("reply_markup").is_some()).unwrap();
    let data = card["reply_markup"]["inline_keyboard"][0][0]["callback_data"].as_str().unwrap();
    assert_eq!(data.len(), 32, "128 bits and nothing else");
    let message_id = card["message_id"].as_i64().unwrap();
    let press = |person: i64, data: &str, chat: i64| {
        let pressed = json!({ "message_id": message_id, "data": data, "chat": chat });
        talk.sandbox.post(&format!("/sandbox/people/{person}/press"), &pressed);
    };
    // Boris presses Anna's button, then Anna sends button data that was never shown.
    press(222, data, ANNA);
    press(ANNA, "ffffffffffffffffffffffffffffffff", ANNA);
    press(ANNA, "publish:a", ANNA);
    // This answer comes after them.
    talk.sandbox.post("/sandbox/people/111/messages", &json!({ "text": "/queue" }));
    let service = talk.service.as_ref().unwrap();
    service.waits("the answer", || (talk.count(ANNA, "The queue is empty") == 1).then_some(()));
    assert_eq!(talk.sandbox.posts(), [""; 0]);
    // Two presses, each with its own update, have one effect.
    press(ANNA, data, ANNA);
    press(ANNA, data, ANNA);
    talk.receives(ANNA, "is published");
    talk.say(ANNA, "/status");
    assert_eq!(talk.sandbox.posts(), ["A"]);
}

#[test]
fn old_command_is_offered_and_not_carried_out() {
    let talk = Talk::new("").post("a", "heading = \"A\"");
    let old = message(&json!({ "date": now() - 3_600, "text": "/pause" }));
    talk.sandbox.post("/sandbox/people/111/messages", &json!({ "text": "/queue" }));
    talk.sandbox.post("/sandbox/updates", &json!({ "message": old }));
    let mut talk = talk.serve();
    talk.receives(ANNA, "I was offline");
    assert!(!talk.say(ANNA, "/status").contains("paused"));
    // The answer to /status has no buttons, so the latest buttons are those of the offer.
    let done = talk.press(ANNA, 1);
    assert!(done.contains("Publishing is paused"), "{done}");
}

#[test]
fn repeated_update_has_one_effect() {
    let mut talk = Talk::new("").post("a", "heading = \"A\"").serve();
    talk.say(ANNA, "/start");
    let before = sent(&talk);
    for _ in 0..2 {
        let update = json!({ "update_id": 900, "message": message(&json!({ "text": "/queue" })) });
        talk.sandbox.post("/sandbox/updates", &update);
    }
    talk.say(ANNA, "/status");
    assert_eq!(sent(&talk), before + 2);
}

#[test]
fn foreign_webhook_is_kept_without_take_over() {
    let talk = Talk::new("").post("a", "heading = \"A\"");
    talk.sandbox.post("/sandbox/webhook", &json!({ "url": "https://other.example/hook" }));
    talk.world.run("serve").exits(2).says("a webhook at other.example").says("--take-over");
    let info = talk.sandbox.get(&format!("/bot{}/getWebhookInfo", crate::world::TOKEN));
    assert_eq!(info["result"]["url"], "https://other.example/hook");
    // `--take-over` deletes the webhook, and `serve` answers the updates that waited for it.
    talk.sandbox.post("/sandbox/people/111/messages", &json!({ "text": "/queue" }));
    let service = crate::world::Service::begin_as(&talk.world, "serve --take-over");
    service.says("ready");
    let info = talk.sandbox.get(&format!("/bot{}/getWebhookInfo", crate::world::TOKEN));
    assert_eq!(info["result"]["url"], "");
    service.waits("the answer", || (talk.count(ANNA, "The queue is empty") == 1).then_some(()));
}

#[test]
fn serve_stops_when_another_program_uses_the_token() {
    let mut talk = Talk::new("").post("a", "heading = \"A\"").serve();
    talk.say(ANNA, "/start");
    let poll = format!("/bot{}/getUpdates?timeout=1", crate::world::TOKEN);
    for _ in 0..2 {
        std::thread::sleep(std::time::Duration::from_millis(300));
        talk.sandbox.get(&poll);
        std::thread::sleep(std::time::Duration::from_millis(1_500));
    }
    let service = talk.service.take().unwrap();
    service.says("another program uses this bot's token");
    assert_eq!(service.ends().code(), Some(4));
    let text = talk.chat(ANNA).last().unwrap()["text"].as_str().unwrap().to_owned();
    assert!(text.contains("Another program is using this bot’s token"), "{text}");
}

#[test]
fn each_of_a_thousand_updates_is_answered_once() {
    let mut talk = Talk::new("").post("a", "heading = \"A\"").serve();
    talk.say(ANNA, "/start");
    let before = sent(&talk);
    for number in 0..1_000 {
        let text = json!({ "text": format!("/help {number}") });
        let message = message(&text);
        talk.sandbox.post("/sandbox/updates", &json!({ "message": message }));
    }
    // Publishing is not delayed meanwhile.
    let world = &talk.world;
    world.run("publish a").exits(0);
    assert_eq!(talk.sandbox.posts(), ["A"]);
    let service = talk.service.as_ref().unwrap();
    service.waits("all answers", || {
        let answered = talk.chat(ANNA).len();
        (answered >= before + 1_000).then_some(())
    });
    // The rest of them are answered before this.
    talk.say(ANNA, "/status");
    assert_eq!(
        talk.chat(ANNA).iter().filter(|message| message["from"] != json!(ANNA)).count(),
        before + 1_001
    );
}

#[test]
fn bot_leaves_chats_that_are_not_in_the_config() {
    let mut talk = Talk::new("").post("a", "heading = \"A\"").serve();
    // The discussion group of a channel is not in the config either, and comments need the bot there.
    talk.sandbox.add_discussion();
    talk.say(ANNA, "/queue");
    let bot = json!({ "id": 7_000_000_001_i64, "is_bot": true, "first_name": "Bot" });
    let joined = |chat: i64| {
        json!({ "my_chat_member": {
            "chat": { "id": chat, "title": "G", "type": "supergroup" },
            "from": { "id": 999, "is_bot": false, "first_name": "Eve" },
            "date": now(),
            "old_chat_member": { "status": "left", "user": bot },
            "new_chat_member": { "status": "member", "user": bot },
        } })
    };
    talk.sandbox.post("/sandbox/updates", &joined(GROUP));
    talk.sandbox.post("/sandbox/updates", &joined(-1_009_999));
    talk.service.as_ref().unwrap().says("was added to chat -1009999");
    let left = || {
        let requests = talk.sandbox.get("/sandbox/requests");
        let leaves = requests.as_array().unwrap().iter();
        let leaves = leaves.filter(|request| {
            request["method"].as_str().unwrap().eq_ignore_ascii_case("leaveChat")
        });
        let chats: Vec<_> = leaves.map(|leave| leave["params"]["chat_id"].to_string()).collect();
        (!chats.is_empty()).then_some(chats)
    };
    assert_eq!(until(left).unwrap(), ["\"-1009999\""]);
}

#[test]
fn post_ids_cannot_name_other_paths() {
    let mut talk = Talk::new("").post("a", "heading = \"A\"").serve();
    for id in ["../config/telepress", "..", "/etc/passwd", "a/../a", "A", "a.toml/.."] {
        let said = talk.say(ANNA, &format!("/publish {id}"));
        assert!(said.contains("There is no post"), "{id}: {said}");
    }
}

#[test]
fn menu_lists_only_the_commands_of_the_role() {
    let mut talk = Talk::new("bot.language = \"ru\"").post("a", "heading = \"A\"").serve();
    talk.say(444, "/start");
    let requests = talk.sandbox.get("/sandbox/requests");
    let is_menu = |request: &&Value| {
        let params = request["params"].to_string();
        request["method"].as_str().unwrap().eq_ignore_ascii_case("setMyCommands")
            && params.contains("444")
    };
    let menus: Vec<_> = requests.as_array().unwrap().iter().filter(is_menu).collect();
    assert!(menus.len() >= 3, "{requests:#}");
    for menu in &menus {
        let text = menu["params"].to_string();
        // Editors see only the commands that they may use.
        assert!(text.contains("\"chat\"") || text.contains("chat_id"), "{text}");
        let offers = |command: &str| text.contains(&format!("\\\"{command}\\\""));
        assert!(offers("posts") && !offers("publish") && !offers("delete"), "{text}");
    }
    // Apps in other languages get the newsroom's language.
    let otherwise = |menu: &&&Value| !menu["params"].to_string().contains("language_code");
    let text = menus.iter().find(otherwise).unwrap()["params"].to_string();
    assert!(text.contains("Каналы"), "{text}");
}
