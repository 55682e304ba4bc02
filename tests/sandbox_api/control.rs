//! The sandbox's own API: channels, posts, requests, clock and faults, and who may use it.

use serde_json::{Value, json};

use super::world::{NOW, TOKEN, World, read};

#[tokio::test]
async fn channels_and_posts_can_be_read() {
    let world = World::new().await;
    world.send("first").await.unwrap();
    world.send("second").await.unwrap();
    world.result("deleteMessage", json!({ "chat_id": "@world_en", "message_id": 1 })).await;
    let (_, channels) = world.get("/sandbox/channels").await;
    assert_eq!((&channels[0]["username"], &channels[0]["posts"]), (&json!("world_en"), &json!(1)));
    let id = channels[0]["id"].as_i64().unwrap();
    let expected = json!({
        "message_id": 2,
        "date": NOW,
        "text": "second",
        "entities": [],
        "edited": false,
        "silent": false,
        "protected": false,
        "pinned": false,
        "from": 7_000_000_001_i64,
        "change": 2,
    });
    for chat in ["world_en".to_owned(), "@world_en".to_owned(), id.to_string()] {
        assert_eq!(
            world.get(&format!("/sandbox/channels/{chat}/posts")).await,
            (200, json!([expected]))
        );
        assert_eq!(world.get(&format!("/{chat}/2")).await, (200, expected.clone()));
    }
    assert_eq!(world.sandbox.path_of("@world_en", 2).as_deref(), Some("/world_en/2"));
    for gone in ["/world_en/1", "/world_en/x", "/world_en/99999999999999999999"] {
        assert_eq!(world.get(gone).await.0, 404, "{gone}");
    }
    assert_eq!(world.get("/sandbox/channels/unknown/posts").await.0, 404);
    let (status, index) = world.get("/").await;
    assert!(status == 200 && index.as_str().unwrap().contains("/sandbox/channels"));
}

#[tokio::test]
async fn requests_are_shown_raw_and_without_the_token() {
    let world = World::new().await;
    world.send("first").await.unwrap();
    world.call("SendMessage", json!({ "chat_id": 5, "text": "x" })).await;
    world.post("/sandbox/faults", json!({ "fault": "restart", "method": "getMe" })).await;
    world.call("getMe", json!({})).await;
    let (_, requests) = world.get("/sandbox/requests").await;
    let rows: Vec<_> = requests.as_array().unwrap().iter().collect();
    assert_eq!(rows.len(), 3);
    assert_eq!(
        (&rows[0]["method"], &rows[0]["params"]["text"]),
        (&json!("sendMessage"), &json!("first"))
    );
    assert_eq!(rows[0]["answer"]["body"]["result"]["message_id"], json!(1));
    assert_eq!(
        (&rows[1]["method"], &rows[1]["answer"]["status"]),
        (&json!("SendMessage"), &json!(400))
    );
    assert_eq!(
        (&rows[2]["fault"]["fault"], &rows[2]["answer"]["status"]),
        (&json!("restart"), &json!(500))
    );
    assert!(!requests.to_string().contains(TOKEN.split_once(':').unwrap().1));
}

#[tokio::test]
async fn the_clock_goes_forward_and_late_requests_land() {
    let world = World::new().await;
    let fault = json!({ "fault": "read_close", "lands": { "after_ms": 60_000 } });
    assert_eq!(world.post("/sandbox/faults", fault).await.0, 200);
    assert!(world.send("late").await.is_err());
    assert!(world.texts().is_empty());
    assert_eq!(world.get("/sandbox/clock").await.1["unix_time"], json!(NOW));
    let (_, clock) = world.post("/sandbox/clock", json!({ "forward_seconds": 3_600 })).await;
    assert_eq!(clock["unix_time"], json!(NOW + 3_600));
    assert_eq!(world.texts(), ["late"]);
    assert_eq!(world.sandbox.posts("world_en")[0].date, NOW + 60);
    for wrong in [json!({}), json!({ "forward_seconds": -1 }), json!({ "forward": 1 }), json!([])] {
        assert_eq!(world.post("/sandbox/clock", wrong).await.0, 400);
    }
}

#[tokio::test]
async fn channels_and_rights_can_be_changed() {
    let world = World::new().await;
    let (status, _) =
        world.post("/sandbox/channels", json!({ "username": "news", "title": "News" })).await;
    assert_eq!(status, 200);
    assert_eq!(
        world.post("/sandbox/channels", json!({ "username": "NEWS", "title": "Again" })).await.0,
        409
    );
    let post = json!({ "chat_id": "@news", "text": "a" });
    world.result("sendMessage", post.clone()).await;
    assert_eq!(world.post("/sandbox/channels/news/standing", json!("left")).await.0, 200);
    assert_eq!(world.call("sendMessage", post.clone()).await.0, 403);
    let rights = json!({ "administrator": { "can_post_messages": true } });
    assert_eq!(world.post("/sandbox/channels/news/standing", rights).await.0, 200);
    world.result("sendMessage", post).await;
    assert_eq!(world.post("/sandbox/channels/unknown/standing", json!("left")).await.0, 404);
    assert_eq!(world.post("/sandbox/channels/news/standing", json!("king")).await.0, 400);
    assert_eq!(world.post("/sandbox/channels", json!({ "titel": "x" })).await.0, 400);
}

#[tokio::test]
async fn only_local_hosts_and_origins_are_served() {
    let world = World::new().await;
    let url = format!("{}/sandbox/channels", world.address);
    let port = world.address.rsplit(':').next().unwrap();
    let ask = |name: &'static str, value: &str| world.client.get(&url).header(name, value).send();
    for (name, value, status) in [
        ("host", "evil.example", 403),
        ("host", "[::1].evil.example:PORT", 403),
        ("host", "127.0.0.1:80@evil.example", 403),
        ("host", "localhost.evil:PORT", 403),
        ("host", "localhost.:PORT", 403),
        ("host", "localhost:1", 403),
        ("host", "localhost:PORT", 200),
        ("host", "[::1]:PORT", 200),
        ("origin", "http://evil.example", 403),
        ("origin", "null", 403),
        ("origin", "http://127.0.0.1:9", 403),
        ("origin", "http://127.0.0.1:PORT@evil.example", 403),
        ("origin", "http://127.0.0.1:PORT", 200),
    ] {
        let answer = ask(name, &value.replace("PORT", port)).await.unwrap();
        assert_eq!(answer.status().as_u16(), status, "{name}: {value}");
    }
    let (status, _): (u16, Value) = read(ask("accept", "*/*").await.unwrap()).await;
    assert_eq!(status, 200);
}

#[tokio::test]
async fn public_address_is_not_served() {
    let listener = tokio::net::TcpListener::bind("0.0.0.0:0").await.unwrap();
    let world = World::new().await;
    let refused =
        telepress::sandbox::serve(listener, world.sandbox.clone(), std::future::pending()).await;
    assert_eq!(refused.unwrap_err().kind(), std::io::ErrorKind::InvalidInput);
}

#[tokio::test]
async fn all_dates_follow_the_clock() {
    let world = World::new().await;
    let date = async |path: &str| {
        let answer = world.client.get(format!("{}{path}", world.address)).send().await.unwrap();
        answer.headers()["date"].to_str().unwrap().to_owned()
    };
    assert_eq!(date("/sandbox/clock").await, "Fri, 15 Jan 2027 08:00:00 GMT");
    for (ahead, text) in
        [(-90, "Fri, 15 Jan 2027 07:58:30 GMT"), (3_600, "Fri, 15 Jan 2027 09:00:00 GMT")]
    {
        let set = world.post("/sandbox/clock", json!({ "ahead_seconds": ahead })).await;
        assert_eq!((set.0, &set.1["unix_time"]), (200, &json!(NOW + ahead)));
        let answer = world.send("a").await.unwrap();
        assert_eq!(answer.headers()["date"], text);
        assert_eq!(world.sandbox.posts("world_en").last().unwrap().date, NOW + ahead);
        for path in ["/", "/sandbox/requests", "/nowhere/at/all", &format!("/bot{TOKEN}/getMe")] {
            assert_eq!(date(path).await, text, "{path}");
        }
    }
}

#[tokio::test]
async fn other_people_post_edit_and_delete_in_a_channel() {
    let world = World::new().await;
    let path = |end: &str| format!("/sandbox/channels/world_en/posts{end}");
    world.send("The bot's own").await.unwrap();
    let (status, posted) = world.post(&path(""), json!({ "text": "By hand" })).await;
    assert_eq!((status, posted), (200, json!({ "message_id": 2 })));
    let put = async |id: i64, text: &str| {
        let url = format!("{}{}", world.address, path(&format!("/{id}")));
        let request = world.client.put(url).json(&json!({ "text": text }));
        request.send().await.unwrap().status().as_u16()
    };
    let delete = async |id: i64| {
        let url = format!("{}{}", world.address, path(&format!("/{id}")));
        world.client.delete(url).send().await.unwrap().status().as_u16()
    };
    assert_eq!(put(1, "The bot's, corrected").await, 200);
    assert_eq!(put(2, "By hand, corrected").await, 200);
    assert_eq!(world.texts(), ["The bot's, corrected", "By hand, corrected"]);
    assert!(world.sandbox.posts("world_en").iter().all(|post| post.edited));
    assert_eq!(delete(1).await, 200);
    assert_eq!(world.texts(), ["By hand, corrected"]);
    for status in [put(1, "x").await, put(99, "x").await, delete(1).await, delete(99).await] {
        assert_eq!(status, 404);
    }
    assert_eq!(put(2, "").await, 400);
    let nowhere = world.post("/sandbox/channels/nowhere/posts", json!({ "text": "x" })).await;
    assert_eq!(nowhere.0, 404);
    // The bot gets updates only for the posts and edits of others.
    let updates = world.result("getUpdates", json!({})).await;
    let kinds = updates.as_array().unwrap().iter().map(|update| {
        let (kind, post) = update.as_object().unwrap().iter().nth(1).unwrap();
        (kind.clone(), post["message_id"].clone(), post["text"].clone())
    });
    let kinds: Vec<_> = kinds.collect();
    let expected =
        [("channel_post", 2, "By hand"), ("edited_channel_post", 2, "By hand, corrected")];
    let expected = expected.map(|(kind, id, text)| (kind.to_owned(), json!(id), json!(text)));
    assert_eq!(kinds, expected);
    assert_eq!(updates[0]["channel_post"]["sender_chat"]["username"], "world_en");
    // A bot that has left the channel gets no updates.
    world.post("/sandbox/channels/world_en/standing", json!("left")).await;
    world.post(&path(""), json!({ "text": "Unheard" })).await;
    assert_eq!(world.result("getUpdates", json!({ "offset": 3 })).await, json!([]));
}
