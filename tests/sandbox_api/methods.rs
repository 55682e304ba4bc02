//! Every method over HTTP, in every form of parameters, and requests that are refused before they reach a method.

use reqwest::multipart::Form;
use serde_json::{Value, json};
use telepress::sandbox::{Membership, Rights};

use super::world::{NOW, TOKEN, World, read};

#[tokio::test]
async fn post_can_be_sent_edited_forwarded_copied_and_deleted() {
    let world = World::new().await;
    let me = world.result("getMe", json!({})).await;
    assert_eq!(me["id"], json!(7_000_000_001_i64));
    let chat = world.result("getChat", json!({ "chat_id": "@WORLD_en" })).await;
    assert_eq!(chat["title"], json!("World"));
    let member = json!({ "chat_id": chat["id"], "user_id": me["id"] });
    assert_eq!(world.result("getChatMember", member).await["status"], json!("administrator"));
    let admins = world.result("getChatAdministrators", json!({ "chat_id": chat["id"] })).await;
    assert_eq!(admins.as_array().unwrap().len(), 2);
    assert_eq!(world.result("getWebhookInfo", json!({})).await["url"], json!(""));
    assert_eq!(world.result("deleteWebhook", json!({})).await, json!(true));

    let text = "🎙 News of #today";
    let bold = json!([{ "type": "bold", "offset": 3, "length": 4 }]);
    let fields = json!({ "chat_id": chat["id"], "text": text, "entities": bold, "disable_notification": true });
    let sent = world.result("sendMessage", fields).await;
    assert_eq!(
        (&sent["message_id"], &sent["date"], &sent["text"]),
        (&json!(1), &json!(NOW), &json!(text))
    );
    assert_eq!(sent["sender_chat"], sent["chat"]);
    assert_eq!(sent["chat"]["username"], json!("world_en"));
    let kinds: Vec<_> =
        sent["entities"].as_array().unwrap().iter().map(|entity| entity["type"].clone()).collect();
    assert_eq!(kinds, [json!("bold"), json!("hashtag")]);

    world.advance(60);
    let edit = json!({ "chat_id": "@world_en", "message_id": 1, "text": "Other news" });
    assert_eq!(world.result("editMessageText", edit).await["edit_date"], json!(NOW + 60));
    let repeat = json!({ "chat_id": "@scratch", "from_chat_id": "@world_en", "message_id": 1 });
    let forwarded = world.result("forwardMessage", repeat.clone()).await;
    assert_eq!(forwarded["forward_origin"]["message_id"], json!(1));
    assert_eq!(world.result("copyMessage", repeat).await, json!({ "message_id": 2 }));
    let both = json!({ "chat_id": "@scratch", "message_ids": [1, 2] });
    assert_eq!(world.result("deleteMessages", both).await, json!(true));
    assert_eq!(
        world.result("deleteMessage", json!({ "chat_id": "@world_en", "message_id": 1 })).await,
        json!(true)
    );
    assert!(
        world.sandbox.posts("world_en").is_empty() && world.sandbox.posts("scratch").is_empty()
    );
}

#[tokio::test]
async fn edit_without_buttons_removes_them_and_a_forward_keeps_those_that_need_no_bot() {
    let world = World::new().await;
    let opens = json!([[{ "text": "Open", "url": "https://example.org/" }, { "text": "Copy", "copy_text": { "text": "A-1" } }]]);
    let asks = json!([[{ "text": "Ask", "callback_data": "a" }]]);
    let message = |text: &str, rows: &Value| {
        let mut fields = json!({ "chat_id": "@world_en", "message_id": 1, "text": text });
        fields["reply_markup"] = json!({ "inline_keyboard": rows });
        fields
    };
    let keyboard = |sent: &Value| sent["reply_markup"]["inline_keyboard"].clone();
    let sent = world.result("sendMessage", message("a", &opens)).await;
    assert_eq!(keyboard(&sent), opens);
    let forward = json!({ "chat_id": "@scratch", "from_chat_id": "@world_en", "message_id": 1 });
    assert_eq!(keyboard(&world.result("forwardMessage", forward.clone()).await), opens);

    let same = "message is not modified";
    for (method, fields) in
        [("editMessageText", message("a", &opens)), ("editMessageReplyMarkup", message("", &opens))]
    {
        let (status, answer) = world.call(method, fields).await;
        let description = answer["description"].as_str().unwrap();
        assert!(status == 400 && description.contains(same), "{method} {answer}");
    }
    let edited = world.result("editMessageText", message("a", &asks)).await;
    assert_eq!(keyboard(&edited), asks);
    assert_eq!(keyboard(&world.result("forwardMessage", forward).await), Value::Null);
    let edited = world.result("editMessageReplyMarkup", message("", &opens)).await;
    assert_eq!((keyboard(&edited), &edited["text"]), (opens.clone(), &json!("a")));
    let bare = json!({ "chat_id": "@world_en", "message_id": 1, "text": "b" });
    assert_eq!(keyboard(&world.result("editMessageText", bare.clone()).await), Value::Null);
    world.result("editMessageText", message("b", &opens)).await;
    let bare = json!({ "chat_id": "@world_en", "message_id": 1 });
    assert_eq!(keyboard(&world.result("editMessageReplyMarkup", bare).await), Value::Null);
}

#[tokio::test]
async fn every_form_of_parameters_is_accepted() {
    let world = World::new().await;
    let entities = r#"[{"type":"bold","offset":0,"length":4}]"#;
    let fields = [
        ("chat_id", "@world_en"),
        ("text", "Grüße & mehr 🎙"),
        ("entities", entities),
        ("protect_content", "true"),
    ];
    let url = world.url("sendMessage");
    let object = json!({
        "chat_id": "@world_en",
        "text": "Grüße & mehr 🎙",
        "entities": serde_json::from_str::<Value>(entities).unwrap(),
        "protect_content": true,
    });
    let form = fields.into_iter().fold(Form::new(), |form, (name, value)| form.text(name, value));
    let encoded =
        url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    let strings: Value =
        fields.into_iter().map(|(name, value)| (name.to_owned(), json!(value))).collect();
    let requests = [
        world.client.post(&url).json(&object),
        world.client.post(&url).json(&strings),
        world.client.post(&url).multipart(form),
        world
            .client
            .post(&url)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(encoded.clone()),
        world.client.get(format!("{url}?{encoded}")),
    ];
    let mut answers = Vec::new();
    for request in requests {
        let (status, body) = read(request.send().await.unwrap()).await;
        assert_eq!(status, 200, "{body}");
        let mut result = body["result"].clone();
        result.as_object_mut().unwrap().remove("message_id");
        answers.push(result);
    }
    assert_eq!(answers[0]["has_protected_content"], json!(true));
    assert_eq!(answers[0]["entities"][0]["type"], json!("bold"));
    assert!(answers.iter().all(|answer| answer == &answers[0]), "{answers:#?}");
}

#[tokio::test]
async fn method_names_are_case_insensitive() {
    let world = World::new().await;
    for name in ["getMe", "GetMe", "getme", "GETME"] {
        world.result(name, json!({})).await;
    }
}

#[tokio::test]
async fn request_without_a_method_is_refused_as_by_telegram() {
    let world = World::new().await;
    let secret = TOKEN.split_once(':').unwrap().1;
    for (path, code, description) in [
        ("/botfoo/getMe".to_owned(), 404, "Not Found"),
        ("/bot123:short/getMe".to_owned(), 404, "Not Found"),
        (format!("/bot:{secret}/getMe"), 404, "Not Found"),
        (format!("/bot{TOKEN}"), 404, "Not Found"),
        (format!("/bot{TOKEN}/getMe/more"), 404, "Not Found"),
        (format!("/bot{TOKEN}/sendVoice"), 404, "Not Found: method not found"),
        ("/unknown/5".to_owned(), 404, "Not Found"),
    ] {
        let expected = json!({ "ok": false, "error_code": code, "description": description });
        assert_eq!(world.get(&path).await, (code, expected), "{path}");
    }
    world.sandbox.accept_only(format!("1:{secret}").into());
    let expected = json!({ "ok": false, "error_code": 401, "description": "Unauthorized" });
    assert_eq!(world.call("getMe", json!({})).await, (401, expected));
}

#[tokio::test]
async fn malformed_requests_are_answered() {
    let world = World::new().await;
    let url = world.url("sendMessage");
    let json_body = |body: &[u8]| {
        world.client.post(&url).header("content-type", "application/json").body(body.to_vec())
    };
    let form = "application/x-www-form-urlencoded";
    let broken_multipart = "multipart/form-data; boundary=x";
    let deep = "[".repeat(100_000);
    for request in [
        json_body(b"{"),
        json_body(b"[1]"),
        json_body(b"\xff\xfe"),
        json_body(deep.as_bytes()),
        json_body(br#"{"chat_id": 1e400, "text": {}}"#),
        json_body(br#"{"chat_id": {"a": []}, "text": [[]]}"#),
        json_body(br#"{"chat_id": "@world_en", "text": "a", "entities": [{"type": "bold", "offset": -1, "length": 1}]}"#),
        json_body(br#"{"chat_id": "@world_en", "text": "a", "entities": [{"type": "bold", "offset": 0, "length": 99999999999999999999}]}"#),
        json_body(br#"{"chat_id": "@world_en", "text": "a", "entities": [null]}"#),
        world.client.post(&url).header("content-type", form).body(b"chat_id=%ff&text=%zz".to_vec()),
        world.client.post(&url).header("content-type", broken_multipart).body("nonsense"),
        world.client.post(&url).header("content-type", "multipart/form-data").body("no boundary"),
        world.client.post(&url).header("content-type", "text/plain").body("text=a"),
        world.client.post(&url),
    ] {
        let (status, body) = read(request.send().await.unwrap()).await;
        assert_eq!((status, &body["ok"], &body["error_code"]), (400, &json!(false), &json!(400)), "{body}");
        assert!(body["description"].as_str().unwrap().starts_with("Bad Request: "), "{body}");
    }
    let (status, body) = read(json_body(&vec![b' '; 2 * 1024 * 1024]).send().await.unwrap()).await;
    assert_eq!((status, &body["description"]), (413, &json!("Request Entity Too Large")));
    assert!(world.texts().is_empty());
}

#[tokio::test]
async fn refusals_arrive_with_their_codes() {
    let world = World::new().await;
    world.send("first").await.unwrap();
    let post = |text: String| json!({ "chat_id": "@world_en", "text": text });
    let rows = [
        (
            "sendMessage",
            json!({ "chat_id": "@unknown", "text": "a" }),
            400,
            "Bad Request: chat not found",
        ),
        ("sendMessage", post(String::new()), 400, "Bad Request: message text is empty"),
        ("sendMessage", post("a".repeat(4_097)), 400, "Bad Request: message is too long"),
        ("sendMessage", post("a".repeat(32_769)), 400, "Bad Request: text is too long"),
        (
            "sendMessage",
            json!({ "chat_id": "@world_en", "text": "<p>a</p>", "parse_mode": "HTML" }),
            400,
            "Bad Request: can't parse entities: Unsupported start tag \"p\" at byte offset 0",
        ),
        (
            "editMessageText",
            json!({ "chat_id": "@world_en", "message_id": 1, "text": "first" }),
            400,
            "Bad Request: message is not modified: specified new message content and reply markup are exactly the \
             same as a current content and reply markup of the message",
        ),
    ];
    for (method, fields, code, description) in rows {
        let expected = json!({ "ok": false, "error_code": code, "description": description });
        assert_eq!(world.call(method, fields).await, (code, expected));
    }
    world.advance(48 * 3600);
    let (_, body) =
        world.call("deleteMessage", json!({ "chat_id": "@world_en", "message_id": 1 })).await;
    assert_eq!(body["description"], json!("Bad Request: message can't be deleted"));
    for (membership, code, description) in [
        (
            Membership::Administrator(Rights::default()),
            400,
            "Bad Request: need administrator rights in the channel chat",
        ),
        (Membership::Left, 403, "Forbidden: bot is not a member of the channel chat"),
        (Membership::Kicked, 403, "Forbidden: bot was kicked from the channel chat"),
    ] {
        world.sandbox.set_membership("world_en", membership).unwrap();
        let (status, body) = world.call("sendMessage", post("a".to_owned())).await;
        assert_eq!((status, body["description"].as_str()), (code, Some(description)));
    }
}

#[tokio::test]
async fn markup_is_parsed_as_by_telegram() {
    let world = World::new().await;
    for (mode, text) in [("HTML", "<b>a</b> &amp; b"), ("markdownv2", "*a* & b")] {
        let fields =
            json!({ "chat_id": "@world_en", "text": text, "parse_mode": mode, "entities": 1 });
        let (code, body) = world.call("sendMessage", fields).await;
        assert_eq!(code, 200, "{body}");
        assert_eq!(body["result"]["text"], json!("a & b"));
        assert_eq!(
            body["result"]["entities"],
            json!([{ "type": "bold", "offset": 0, "length": 1 }])
        );
    }
}
