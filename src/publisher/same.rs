//! Whether a message that was read back is the one that was looked for; it compares what readers see, and nothing else.

use serde_json::Value;

use crate::outbox::Request;
use crate::text::{Entity, EntityKind, FormattedText, detect, normal, post_link, written};

/// Whether `copy` shows what `request` posts: text, formatting and the links that Telegram finds.
#[must_use]
pub fn shows(request: &Request, copy: &Value) -> bool {
    let (Some(wanted), Some(seen)) = (seen(&request.params.value()), seen(copy)) else {
        return false;
    };
    wanted.string == seen.string
        && wanted.entities.len() == seen.entities.len()
        && wanted.entities.iter().zip(&seen.entities).all(|(wanted, seen)| is_shown(wanted, seen))
}

/// Whether one entity is the other. Where a link leads to a post, which message that was when it went out is not asked.
fn is_shown(wanted: &Entity, seen: &Entity) -> bool {
    match (&wanted.kind, &seen.kind) {
        (EntityKind::TextLink { url }, EntityKind::TextLink { url: filled })
            if post_link::post_of(url).is_some() =>
        {
            wanted.offset == seen.offset
                && wanted.length == seen.length
                && filled.starts_with("https://t.me/")
        }
        _ => wanted == seen,
    }
}

/// Whether `copy`, made of message `message_id` of `chat`, shows what `request` posts. Its date is not asked: clocks differ.
/// Where Telegram says that the message is itself a forward of another one, it is not what a request posted.
pub(super) fn is_same(request: &Request, copy: &Value, chat: i64, message_id: i64) -> bool {
    let is_own = copy.get("forward_origin").is_none_or(|origin| {
        origin.get("message_id").and_then(Value::as_i64).is_none_or(|id| id == message_id)
            && origin.pointer("/chat/id").and_then(Value::as_i64).is_none_or(|id| id == chat)
    });
    is_own && shows(request, copy)
}

/// The text that readers see of a request or of a message, with the links that Telegram finds.
fn seen(message: &Value) -> Option<FormattedText> {
    let string = message["text"].as_str()?.to_owned();
    let list = message["entities"].as_array().cloned().unwrap_or_default();
    let written = written::read(&list).ok()?;
    let entities: Vec<Entity> =
        written.iter().map(written::WrittenEntity::placed).collect::<Result<_, _>>().ok()?;
    let text = normal::uncut(FormattedText { string, entities }).ok()?;
    Some(detect::with_found(text))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn same_text_and_formatting_at_its_place_is_the_post_whatever_its_date() {
        let params = json!({ "text": "Bold #tag", "entities": [{ "type": "bold", "offset": 0, "length": 4 }] });
        let request = Request { method: "sendMessage".into(), params: params.into() };
        let copy = json!({
            "message_id": 3, "text": "Bold #tag",
            "entities": [{ "type": "bold", "offset": 0, "length": 4 }, { "type": "hashtag", "offset": 5, "length": 4 }],
            "forward_origin": { "type": "channel", "chat": { "id": -1001 }, "message_id": 7, "date": 1_000 },
        });
        assert!(is_same(&request, &copy, -1001, 7));
        assert!(!is_same(&request, &copy, -1001, 8), "a forward of another message");
        assert!(!is_same(&request, &copy, -1002, 7), "a forward from another chat");
        let mut without_origin = copy.clone();
        without_origin.as_object_mut().unwrap().remove("forward_origin");
        assert!(is_same(&request, &without_origin, -1001, 7));
        for (pointer, value) in [
            ("/text", json!("Bold #tags")),
            ("/entities/0/length", json!(3)),
            ("/entities", json!([])),
        ] {
            let mut other = copy.clone();
            *other.pointer_mut(pointer).unwrap() = value;
            assert!(!is_same(&request, &other, -1001, 7), "{pointer}");
        }
    }

    #[test]
    fn a_link_to_a_post_is_known_again_by_its_place_and_an_address_of_telegram() {
        let with = |url: &str, offset: u32| {
            let link = json!({ "type": "text_link", "offset": offset, "length": 4, "url": url });
            json!({ "text": "see that and that", "entities": [link] })
        };
        let place = post_link::place("first").unwrap();
        let request = Request { method: "sendMessage".into(), params: with(&place, 4).into() };
        assert!(shows(&request, &with("https://t.me/a/7", 4)));
        assert!(!shows(&request, &with("https://t.me/a/7", 13)));
        assert!(!shows(&request, &with("https://example.org/", 4)));
    }
}
