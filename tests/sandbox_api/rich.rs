//! Rich messages over HTTP: sent, reported, edited, forwarded, and refused in Telegram's words.

use serde_json::{Value, json};

use super::world::World;

fn rich(blocks: &Value) -> Value {
    json!({ "chat_id": "@world_en", "rich_message": { "blocks": blocks } })
}

fn text(text: &str) -> Value {
    json!({ "type": "paragraph", "text": text })
}

#[tokio::test]
async fn blocks_are_reported_in_telegrams_form() {
    let world = World::new().await;
    let list =
        json!({ "type": "list", "items": [{ "type": "1", "value": 3, "blocks": [text("a")] }] });
    let split = json!({ "type": "paragraph", "text": ["a\tb\r", "c #tag"] });
    let sent = world.result("sendRichMessage", rich(&json!([split, list]))).await;
    assert_eq!(sent.get("text"), None);
    let blocks = &sent["rich_message"]["blocks"];
    assert_eq!(blocks[0]["text"], json!(["a bc ", { "type": "hashtag", "text": "#tag" }]));
    assert_eq!(blocks[1]["items"][0]["label"], "3.");

    let source = json!({ "chat_id": "@scratch", "from_chat_id": "@world_en", "message_id": 1 });
    let forwarded = world.result("forwardMessage", source).await;
    assert_eq!(forwarded["rich_message"], sent["rich_message"]);
}

#[tokio::test]
async fn edit_replaces_all_blocks_and_a_text_flattens_them() {
    let world = World::new().await;
    world.result("sendRichMessage", rich(&json!([text("a"), { "type": "divider" }]))).await;
    let edit = |change: Value| {
        let mut params = json!({ "chat_id": "@world_en", "message_id": 1 });
        params.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        params
    };
    let same = edit(json!({ "rich_message": { "blocks": [text("a"), { "type": "divider" }] } }));
    let (status, body) = world.call("editMessageText", same).await;
    assert!(
        status == 400 && body["description"].as_str().unwrap().contains("not modified"),
        "{body}"
    );
    let other = edit(json!({ "rich_message": { "blocks": [text("b")] } }));
    let edited = world.result("editMessageText", other).await;
    assert_eq!(edited["rich_message"]["blocks"], json!([text("b")]));
    let edited = world.result("editMessageText", edit(json!({ "text": "c" }))).await;
    assert_eq!((edited.get("rich_message"), &edited["text"]), (None, &json!("c")));
}

#[tokio::test]
async fn invalid_blocks_are_refused_in_telegrams_words() {
    let world = World::new().await;
    let many: Vec<_> = (0..501).map(|_| text("a")).collect();
    let mut deep = text("a");
    for _ in 0..16 {
        deep = json!({ "type": "blockquote", "blocks": [deep] });
    }
    let item = |fields: Value| {
        let mut item = json!({ "blocks": [text("a")] });
        item.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        item
    };
    let mixed = json!({ "type": "list", "items": [item(json!({ "value": 1 })), item(json!({}))] });
    for (blocks, words) in [
        (json!([]), "RICH_MESSAGE_EMPTY"),
        (json!([text(&"a".repeat(32_769))]), "RICH_MESSAGE_TEXT_TOO_LONG"),
        (json!(many), "RICH_MESSAGE_BLOCKS_TOO_MANY"),
        (json!([deep]), "RICH_MESSAGE_TOO_LARGE"),
        (json!([{ "type": "quote" }]), "can't parse InputRichBlock: type \"quote\" is unsupported"),
        (json!([{ "type": "paragraph" }]), "can't parse InputRichBlock: Can't find field \"text\""),
        (json!([{ "type": "heading", "text": "a", "size": 7 }]), "invalid heading size specified"),
        (json!([{ "type": "list", "items": [] }]), "List must be non-empty"),
        (json!([mixed]), "List must be either ordered or unordered"),
        (
            json!([{ "type": "photo", "photo": { "type": "photo", "media": "attach://none" } }]),
            "can't parse InputRichMessageMedia: media not found",
        ),
    ] {
        let (status, body) = world.call("sendRichMessage", rich(&blocks)).await;
        assert_eq!(status, 400, "{words}");
        assert!(body["description"].as_str().unwrap().contains(words), "{body}");
    }
    assert!(world.sandbox.posts("world_en").is_empty());
}
