//! Requests as the journal stores them, and their hashes. Only this module decides which requests count as equal.

use jiff::Timestamp;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::message::Request;
use crate::outbox::{EndTimes, NewPart, PayloadHash};

/// The parts of an acceptance.
#[must_use]
pub fn new_parts(requests: &[Request]) -> Vec<NewPart> {
    let new = |request: &Request| NewPart {
        hash: request_hash(request),
        request: request.clone(),
        messages: request.messages(),
    };
    requests.iter().map(new).collect()
}

/// The hash of a request's method and its parameters as JSON with sorted keys.
#[must_use]
pub fn request_hash(request: &Request) -> PayloadHash {
    // Serialization fails only for maps with keys that are not strings, and no request has one.
    let params = serde_json::to_value(request.params()).unwrap_or_default();
    let mut canonical = request.method().to_owned();
    canonical.push('\n');
    write(&params, &mut canonical);
    digest(canonical.as_bytes())
}

/// The hash of all requests of a publication, in order, and of what else an edit or a new occurrence changes.
#[must_use]
pub fn payload_hash<'p>(
    parts: impl IntoIterator<Item = &'p PayloadHash>,
    pin: bool,
    ends: EndTimes,
    occurrence: Option<Timestamp>,
) -> PayloadHash {
    let mut hashes: Vec<_> = parts.into_iter().map(ToString::to_string).collect();
    if pin {
        hashes.push("pin".to_owned());
    }
    hashes.extend(ends.all().map(|(kind, at)| format!("{} {at}", kind.key())));
    hashes.extend(occurrence.map(|at| format!("occurrence {at}")));
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

/// Writes JSON without white space and with sorted keys.
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
    use crate::message::{LinkPreviewOptions, SendMessage, SendOptions, TextContent};
    use telegram_text::{Entity, EntityKind};

    fn hash(method: &str, params: &Value) -> PayloadHash {
        let json = json!({ "method": method, "params": params });
        request_hash(&serde_json::from_value(json).unwrap())
    }

    #[test]
    fn request_is_stored_as_bot_api_json_with_entities_and_no_parse_mode() {
        let link = EntityKind::TextLink { url: "https://example.org/".into() };
        let request = Request::SendMessage(SendMessage {
            content: TextContent {
                text: "Hello".into(),
                entities: vec![Entity::new(link, 0, 5)],
                link_preview_options: Some(LinkPreviewOptions {
                    is_disabled: true,
                    ..LinkPreviewOptions::default()
                }),
                ..TextContent::default()
            },
            options: SendOptions { disable_notification: true, ..SendOptions::default() },
        });
        let kept = serde_json::to_string(&request).unwrap();
        assert_eq!(
            kept,
            r#"{"method":"sendMessage","params":{"text":"Hello","entities":[{"type":"text_link","url":"https://example.org/","offset":0,"length":5}],"link_preview_options":{"is_disabled":true},"disable_notification":true}}"#
        );
        assert_eq!(serde_json::from_str::<Request>(&kept).unwrap(), request);
    }

    #[test]
    fn hash_depends_on_everything_but_the_order_of_keys() {
        let bold = |offset| json!({ "type": "bold", "offset": offset, "length": 1 });
        let original = hash("sendMessage", &json!({ "text": "a", "entities": [bold(0)] }));
        let swapped =
            json!({ "entities": [{ "length": 1, "offset": 0, "type": "bold" }], "text": "a" });
        assert_eq!(original, hash("sendMessage", &swapped));
        for other in [
            hash(
                "editMessageText",
                &json!({ "text": "a", "entities": [bold(0)], "message_id": 1 }),
            ),
            hash("sendMessage", &json!({ "text": "a", "entities": [bold(1)] })),
            hash("sendMessage", &json!({ "text": "a" })),
            hash("sendMessage", &json!({ "text": "a\",\"b\":\"c" })),
        ] {
            assert_ne!(original, other);
        }
    }

    #[test]
    fn hash_stays_the_same_from_version_to_version() {
        // Journals contain these hashes: a change here would edit every published message.
        let hash = hash("sendMessage", &json!({ "text": "Hello", "disable_notification": true }));
        assert_eq!(
            hash.to_string(),
            "a1cc860315877efd49e8e99ce42cef6e4b4ea76e1b5a8b2a98d318f969e547fb"
        );
    }
}
