//! Faults of the server: each with its exit code, its message, and the state of the channel afterwards. No output contains the
//! token, even at the finest log level.

use serde_json::{Value, json};

use crate::world::{SECRET, Server};

/// A fault, the exit code, a part of the message, and whether the post is in the channel.
struct Row {
    fault: Value,
    code: i32,
    words: &'static str,
    landed: bool,
}

fn rows() -> Vec<Row> {
    let row = |fault, code, words, landed| Row { fault, code, words, landed };
    let answer = |status: u16, code: u16, description: &str| {
        let body = json!({ "ok": false, "error_code": code, "description": description });
        json!({ "fault": "answer", "status": status, "body": body })
    };
    let lost = "Telegram did not confirm the message";
    let later = "Telegram asked telepress to wait";
    let refused = "Telegram refused the message";
    vec![
        row(json!({ "fault": "read_close", "lands": "before" }), 4, lost, true),
        row(json!({ "fault": "read_close", "lands": "never" }), 4, lost, false),
        row(json!({ "fault": "read_reset", "lands": "before" }), 4, lost, true),
        row(json!({ "fault": "bad_gateway", "lands": "before" }), 4, lost, true),
        row(json!({ "fault": "restart", "lands": "before" }), 4, lost, true),
        row(json!({ "fault": "truncated" }), 4, lost, true),
        row(json!({ "fault": "odd_shape", "with_id": false, "lands": "before" }), 4, lost, true),
        row(json!({ "fault": "redirect" }), 4, lost, false),
        row(json!({ "fault": "too_many_requests", "retry_after": 7 }), 4, later, false),
        row(json!({ "fault": "too_many_requests", "retry_after": 86_400 }), 4, later, false),
        row(answer(401, 401, "Unauthorized"), 2, "check the token", false),
        row(answer(404, 404, "Not Found"), 2, "check the token", false),
        row(answer(400, 400, "Bad Request: chat not found"), 4, "chat not found", false),
        row(answer(400, 400, "Bad Request: message is too long"), 1, refused, false),
        row(
            answer(403, 403, "Forbidden: bot is not a member of the channel chat"),
            4,
            "not a member",
            false,
        ),
        row(
            answer(400, 400, "Bad Request: not enough rights to send text messages to the chat"),
            4,
            "not enough rights",
            false,
        ),
        row(answer(400, 400, ""), 4, lost, false),
        row(answer(400, 400, "Bad Request: SOMETHING_NEW"), 1, "SOMETHING_NEW", false),
        row(
            json!({ "fault": "answer", "status": 200, "body": "<html>Please log in</html>" }),
            4,
            lost,
            false,
        ),
    ]
}

#[test]
fn every_fault_has_its_exit_code_and_message_and_no_second_post() {
    for Row { mut fault, code, words, landed } in rows() {
        let sandbox = Server::sandbox();
        fault["method"] = json!("sendMessage");
        sandbox.arm(&fault);
        let world = sandbox.newsroom().post("a", "heading = \"A\"").env("RUST_LOG", "trace");
        let ran = world.run("publish a --wait 0s");
        assert_eq!(ran.code, Some(code), "{fault}\n{ran}");
        assert!(ran.stderr.contains(words) && ran.stderr.contains("error: "), "{fault}\n{ran}");
        assert!(
            !ran.stdout.contains(SECRET) && !ran.stderr.contains(SECRET),
            "{fault}: the token is shown"
        );
        assert_eq!(sandbox.posts().len(), usize::from(landed), "{fault}");
    }
}

#[test]
fn success_does_not_print_the_token() {
    let sandbox = Server::sandbox();
    let ran = sandbox
        .newsroom()
        .post("a", "heading = \"A\"")
        .env("RUST_LOG", "trace")
        .run("publish a")
        .exits(0);
    assert!(ran.stderr.contains("TRACE"), "nothing was logged\n{ran}");
    assert!(!ran.stdout.contains(SECRET) && !ran.stderr.contains(SECRET), "{ran}");
}

#[test]
fn unreachable_server_is_left_for_later() {
    let sandbox = Server::sandbox();
    let world = sandbox.newsroom().post("a", "heading = \"A\"");
    drop(sandbox);
    world.run("publish a").exits(4).says("nothing was published; try again later");
    world.run("queue --format json").exits(0).prints("[]\n");
}

#[test]
fn refusal_of_a_channel_is_reported_in_telegrams_words() {
    let sandbox = Server::sandbox();
    let world = sandbox.newsroom().post("a", "heading = \"A\"");
    for (standing, words) in [
        (json!("left"), "Forbidden"),
        (
            json!({ "administrator": { "can_post_messages": false } }),
            "need administrator rights in the channel chat",
        ),
    ] {
        sandbox.post("/sandbox/channels/example_news/standing", &standing);
        world.run("publish a").exits(4).says(words);
        world.run("publish a").exits(4).says(words);
        world.run("resume news").exits(0).prints("resumed news\n");
    }
    let other = world.config(&format!(
        "bot.api_url = \"{}\"\nchannels.x = {{ chat = \"@example_missing\", language = \"en\" }}",
        sandbox.address
    ));
    other.run("publish a").exits(1).says("chat not found");
    assert!(sandbox.posts().is_empty());
}

#[test]
fn parts_after_a_failed_part_are_not_sent() {
    let sandbox = Server::sandbox();
    sandbox.arm(&json!({ "fault": "too_many_requests", "retry_after": 60, "method": "sendMessage", "after": 1 }));
    let bullets = vec!["word ".repeat(50).trim_end().to_owned(); 40];
    let world = sandbox.newsroom().post("a", &format!("heading = \"Long\"\nbullets = {bullets:?}"));
    world
        .run("publish a --wait 0s")
        .exits(4)
        .prints("sent a part of a in news: https://t.me/example_news/1\n")
        .says("(1/3 sent)");
    assert_eq!(sandbox.posts(), ["Long"]);
}

#[test]
fn heaviest_exit_code_wins_and_other_channels_continue() {
    let sandbox = Server::sandbox();
    sandbox.post("/sandbox/channels", &json!({ "username": "example_other", "title": "Other" }));
    let config = format!(
        "bot.api_url = \"{}\"\nchannels.gone = {{ chat = \"@example_missing\", language = \"en\" }}\nchannels.lost = {{ chat = \"@example_other\", language = \"en\" }}\nchannels.news = {{ chat = \"@example_news\", language = \"en\" }}",
        sandbox.address
    );
    sandbox.arm(&json!({ "fault": "read_close", "lands": "never", "method": "sendMessage" }));
    let world = sandbox.newsroom().config(&config).post("a", "heading = \"A\"");
    let ran = world
        .run("publish a")
        .exits(4)
        .prints("published a in news: https://t.me/example_news/1\n");
    ran.says("error: gone:").says("in lost:");
}

#[test]
fn a_token_that_telegram_refuses_stops_every_channel() {
    let sandbox = Server::sandbox();
    let body = json!({ "ok": false, "error_code": 401, "description": "Unauthorized" });
    sandbox.arm(&json!({ "fault": "answer", "status": 401, "body": body }));
    let config = format!(
        "bot.api_url = \"{}\"\nchannels.a = {{ chat = \"@example_missing\", language = \"en\" }}\nchannels.news = {{ chat = \"@example_news\", language = \"en\" }}",
        sandbox.address
    );
    sandbox.newsroom().config(&config).post("a", "heading = \"A\"").run("publish a").exits(2);
    assert!(sandbox.posts().is_empty());
}
