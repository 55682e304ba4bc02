//! Requests as the journal keeps them, and their hashes: what counts as the same is decided here, once.

use serde::Serialize;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::message;
use crate::outbox::{NewPart, PayloadHash, Request};

/// A part's request as the journal keeps it.
#[must_use]
pub fn frozen(request: &message::Request) -> Request {
    let params = match request {
        message::Request::SendMessage(message) => value(message),
    };
    Request { method: request.method().to_owned(), params: params.into() }
}

/// Parts as they are accepted.
#[must_use]
pub fn new_parts(parts: &[message::Part]) -> Vec<NewPart> {
    let new = |part: &message::Part| {
        let request = frozen(&part.request);
        NewPart { hash: request_hash(&request), request, messages: 1 }
    };
    parts.iter().map(new).collect()
}

/// The hash of one request: of its method and parameters, whatever the order of their keys.
#[must_use]
pub fn request_hash(request: &Request) -> PayloadHash {
    let mut canonical = request.method.clone();
    canonical.push('\n');
    write(&request.params.value(), &mut canonical);
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

/// A value of our own as JSON; none of them has keys that are no strings, which is all that could fail.
fn value(value: &impl Serialize) -> Value {
    serde_json::to_value(value).unwrap_or_default()
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
    use crate::message::{LinkPreviewOptions, SendMessage};
    use crate::text::{Entity, EntityKind};

    fn hash(method: &str, params: Value) -> PayloadHash {
        request_hash(&Request { method: method.into(), params: params.into() })
    }

    #[test]
    fn a_message_is_kept_as_the_bot_api_reads_it_with_entities_and_no_parse_mode() {
        let request = frozen(&message::Request::SendMessage(SendMessage {
            text: "Hello".into(),
            entities: vec![Entity::new(
                EntityKind::TextLink { url: "https://example.org/".into() },
                0,
                5,
            )],
            link_preview_options: Some(LinkPreviewOptions {
                is_disabled: true,
                ..LinkPreviewOptions::default()
            }),
            disable_notification: true,
            protect_content: false,
            reply_parameters: None,
        }));
        assert_eq!(request.method, "sendMessage");
        assert_eq!(
            request.params.value().to_string(),
            r#"{"text":"Hello","entities":[{"type":"text_link","url":"https://example.org/","offset":0,"length":5}],"link_preview_options":{"is_disabled":true},"disable_notification":true}"#
        );
    }

    #[test]
    fn the_order_of_keys_is_no_difference_and_everything_else_is() {
        let one = hash(
            "sendMessage",
            json!({ "text": "a", "entities": [{ "type": "bold", "offset": 0 }] }),
        );
        assert_eq!(
            one,
            hash(
                "sendMessage",
                json!({ "entities": [{ "offset": 0, "type": "bold" }], "text": "a" })
            )
        );
        for other in [
            hash(
                "sendPhoto",
                json!({ "text": "a", "entities": [{ "type": "bold", "offset": 0 }] }),
            ),
            hash(
                "sendMessage",
                json!({ "text": "a", "entities": [{ "type": "bold", "offset": 1 }] }),
            ),
            hash("sendMessage", json!({ "text": "a" })),
            hash("sendMessage", json!({ "text": "a\",\"b\":\"c" })),
        ] {
            assert_ne!(one, other);
        }
    }

    #[test]
    fn the_hash_stays_what_it_is_from_version_to_version() {
        // What is in journals was hashed like this: a change here would edit every message ever published.
        let hash = hash("sendMessage", json!({ "text": "Hello", "disable_notification": true }));
        assert_eq!(
            hash.to_string(),
            "a1cc860315877efd49e8e99ce42cef6e4b4ea76e1b5a8b2a98d318f969e547fb"
        );
    }
}
