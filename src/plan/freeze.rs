//! Requests as the journal keeps them, and their hashes: what counts as the same is decided here, once.

use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::message::Request;
use crate::outbox::{NewPart, PayloadHash};

/// Parts as they are accepted.
#[must_use]
pub fn new_parts(requests: &[Request]) -> Vec<NewPart> {
    let new = |request: &Request| NewPart {
        hash: request_hash(request),
        request: request.clone(),
        messages: 1,
    };
    requests.iter().map(new).collect()
}

/// The hash of one request: of its method and parameters as JSON, the keys of every object in order.
#[must_use]
pub fn request_hash(request: &Request) -> PayloadHash {
    // None of our requests has keys that are not strings, which is all that could fail.
    let params = serde_json::to_value(request.params()).unwrap_or_default();
    let mut canonical = request.method().to_owned();
    canonical.push('\n');
    write(&params, &mut canonical);
    digest(canonical.as_bytes())
}

/// The hash of all requests of a publication, in their order.
#[must_use]
pub fn payload_hash<'p>(
    parts: impl IntoIterator<Item = &'p PayloadHash>,
    pin: bool,
) -> PayloadHash {
    let mut hashes: Vec<_> = parts.into_iter().map(ToString::to_string).collect();
    if pin {
        hashes.push("pin".to_owned());
    }
    digest(hashes.join("\n").as_bytes())
}

/// The hash of a file's text.
#[must_use]
pub fn source_hash(text: &str) -> PayloadHash {
    digest(text.as_bytes())
}

fn digest(bytes: &[u8]) -> PayloadHash {
    PayloadHash::of_digest(Sha256::digest(bytes).into())
}

/// JSON without white space, the keys of every object in order.
fn write(value: &Value, out: &mut String) {
    match value {
        Value::Object(object) => {
            let mut entries: Vec<_> = object.iter().collect();
            entries.sort_by_key(|(key, _)| *key);
            out.push('{');
            for (number, (key, value)) in entries.into_iter().enumerate() {
                if number > 0 {
                    out.push(',');
                }
                out.push_str(&Value::from(key.as_str()).to_string());
                out.push(':');
                write(value, out);
            }
            out.push('}');
        }
        Value::Array(list) => {
            out.push('[');
            for (number, value) in list.iter().enumerate() {
                if number > 0 {
                    out.push(',');
                }
                write(value, out);
            }
            out.push(']');
        }
        plain => out.push_str(&plain.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::message::{LinkPreviewOptions, SendMessage, TextContent};
    use telegram_text::{Entity, EntityKind};

    fn hash(method: &str, params: &Value) -> PayloadHash {
        let json = json!({ "method": method, "params": params });
        request_hash(&serde_json::from_value(json).unwrap())
    }

    #[test]
    fn message_is_kept_as_the_bot_api_reads_it_with_entities_and_no_parse_mode() {
        let link = EntityKind::TextLink { url: "https://example.org/".into() };
        let request = Request::SendMessage(SendMessage {
            content: TextContent {
                text: "Hello".into(),
                entities: vec![Entity::new(link, 0, 5)],
                link_preview_options: Some(LinkPreviewOptions {
                    is_disabled: true,
                    ..LinkPreviewOptions::default()
                }),
            },
            disable_notification: true,
            ..SendMessage::default()
        });
        let kept = serde_json::to_string(&request).unwrap();
        assert_eq!(
            kept,
            r#"{"method":"sendMessage","params":{"text":"Hello","entities":[{"type":"text_link","url":"https://example.org/","offset":0,"length":5}],"link_preview_options":{"is_disabled":true},"disable_notification":true}}"#
        );
        assert_eq!(serde_json::from_str::<Request>(&kept).unwrap(), request);
    }

    #[test]
    fn order_of_keys_makes_no_difference_and_everything_else_does() {
        let bold = |offset| json!({ "type": "bold", "offset": offset, "length": 1 });
        let one = hash("sendMessage", &json!({ "text": "a", "entities": [bold(0)] }));
        let swapped =
            json!({ "entities": [{ "length": 1, "offset": 0, "type": "bold" }], "text": "a" });
        assert_eq!(one, hash("sendMessage", &swapped));
        for other in [
            hash(
                "editMessageText",
                &json!({ "text": "a", "entities": [bold(0)], "message_id": 1 }),
            ),
            hash("sendMessage", &json!({ "text": "a", "entities": [bold(1)] })),
            hash("sendMessage", &json!({ "text": "a" })),
            hash("sendMessage", &json!({ "text": "a\",\"b\":\"c" })),
        ] {
            assert_ne!(one, other);
        }
    }

    #[test]
    fn hash_stays_the_same_from_version_to_version() {
        // What is in journals was hashed like this: a change here would edit every message ever published.
        let hash = hash("sendMessage", &json!({ "text": "Hello", "disable_notification": true }));
        assert_eq!(
            hash.to_string(),
            "a1cc860315877efd49e8e99ce42cef6e4b4ea76e1b5a8b2a98d318f969e547fb"
        );
    }
}
