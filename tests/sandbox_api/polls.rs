//! Polls over HTTP: sent, voted for, forwarded, closed, and refused in Telegram's words.

use serde_json::{Value, json};

use super::world::{NOW, World};

/// The parameters of a poll with these changes.
fn poll(changes: &Value) -> Value {
    let mut params = json!({ "chat_id": "@world_en", "question": "Which day?", "options": ["Friday", "Saturday"] });
    let object = params.as_object_mut().unwrap();
    object.extend(changes.as_object().unwrap().clone());
    params
}

#[tokio::test]
async fn poll_is_the_same_in_every_forward_and_its_copy_is_another_one() {
    let world = World::new().await;
    let sent = world.result("sendPoll", poll(&json!({}))).await;
    assert_eq!(sent.get("text"), None);
    assert_eq!(sent["poll"]["total_voter_count"], 0);
    let source = json!({ "chat_id": "@scratch", "from_chat_id": "@world_en", "message_id": 1 });
    let forwarded = world.result("forwardMessage", source.clone()).await;
    assert_eq!(forwarded["poll"]["id"], sent["poll"]["id"]);
    world.result("copyMessage", source).await;
    let place = format!("{}/sandbox/channels/world_en/posts/1/votes", world.address);
    let answer = world.client.post(&place).json(&json!({ "options": [1] })).send().await.unwrap();
    assert!(answer.status().is_success());
    let posts = world.sandbox.posts("scratch");
    let votes =
        |post: usize| posts[post].poll.as_ref().unwrap()["options"][1]["voter_count"].clone();
    assert_eq!((votes(0), votes(1)), (json!(1), json!(0)));

    let stop = json!({ "chat_id": "@world_en", "message_id": 1 });
    let closed = world.result("stopPoll", stop.clone()).await;
    assert_eq!((&closed["is_closed"], &closed["total_voter_count"]), (&json!(true), &json!(1)));
    let (status, body) = world.call("stopPoll", stop).await;
    assert_eq!(status, 400);
    assert_eq!(body["description"], "Bad Request: poll has already been closed");
    for invalid in [json!([]), json!([2]), json!([0, 1])] {
        let refused = world.client.post(&place).json(&json!({ "options": invalid })).send().await;
        assert_eq!(refused.unwrap().status(), 400);
    }
}

#[tokio::test]
async fn poll_closes_at_its_time() {
    let world = World::new().await;
    world.result("sendPoll", poll(&json!({ "close_date": NOW + 60 }))).await;
    world.advance(60);
    assert_eq!(world.sandbox.posts("world_en")[0].poll.as_ref().unwrap()["is_closed"], true);
}

#[tokio::test]
async fn invalid_poll_is_refused_in_telegrams_words() {
    let world = World::new().await;
    world.result("sendMessage", json!({ "chat_id": "@world_en", "text": "a" })).await;
    let long = "x".repeat(101);
    let rows = [
        (json!({ "question": " " }), "text must be non-empty"),
        (json!({ "question": "x".repeat(301) }), "poll question length must not exceed 300"),
        (json!({ "options": [] }), "poll must have at least 1 option"),
        (json!({ "options": vec!["a"; 13] }), "poll can't have more than 12 options"),
        (json!({ "options": ["a", long] }), "poll options length must not exceed 100"),
        (json!({ "options": ["a", "a"] }), "POLL_OPTION_DUPLICATE"),
        (json!({ "type": "quiz" }), "wrong correct option ID specified"),
        (json!({ "type": "quiz", "correct_option_ids": [2] }), "wrong correct option ID specified"),
        (json!({ "is_anonymous": false }), "non-anonymous polls can't be sent to channel chats"),
        (json!({ "close_date": NOW + 4 }), "POLL_CLOSE_DATE_INVALID"),
    ];
    for (changes, words) in rows {
        let (status, body) = world.call("sendPoll", poll(&changes)).await;
        assert_eq!(
            (status, body["description"].as_str().unwrap()),
            (400, format!("Bad Request: {words}").as_str()),
            "{changes}"
        );
    }
    for (message, words) in
        [(1, "message is not a poll"), (9, "message with poll to stop not found")]
    {
        let stop = json!({ "chat_id": "@world_en", "message_id": message });
        let (_, body) = world.call("stopPoll", stop).await;
        assert_eq!(body["description"], format!("Bad Request: {words}"));
    }
}
