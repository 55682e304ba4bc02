//! Finds the posted messages in an accepted answer, even if a later Bot API version changes the answer's shape.

use serde_json::{Map, Value};

use super::answer::ApiResponse;
use super::member::ChatKind;
use crate::limits;

/// The messages that an accepted answer reports as posted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct PostedMessages {
    /// Their ids, in the answer's order.
    pub(super) message_ids: Vec<i64>,
    /// The numeric id of their chat.
    pub(super) chat_id: Option<i64>,
}

/// Fields of the Bot API's `Message` (10.3) that hold another message, not the posted one.
const OTHER_MESSAGES: [&str; 11] = [
    "reply_to_message",
    "external_reply",
    "pinned_message",
    "forward_origin",
    "giveaway",
    "giveaway_winners",
    "giveaway_completed",
    "checklist_tasks_done",
    "checklist_tasks_added",
    "suggested_post_info",
    "reply_to_story",
];

impl PostedMessages {
    /// Whether an answer shows that its message is in a group.
    pub(super) fn is_in_group(answer: &ApiResponse) -> bool {
        let ApiResponse::Accepted(result) = answer else { return false };
        let message = result.get(0).unwrap_or(result);
        message.get("chat").is_some_and(|chat| ChatKind::of(chat).is_group())
    }

    /// Searches for message ids level by level, from the outside in; the first level that has any counts. Returns `None` if
    /// one of them is not a valid id: zero (a message that Telegram has scheduled), negative, too large, or not an integer.
    pub(super) fn find(result: &Value) -> Option<Self> {
        if is_album_with_gaps(result) {
            return None;
        }
        let mut level = vec![result];
        while !level.is_empty() {
            let messages: Vec<&Map<String, Value>> = level
                .iter()
                .filter_map(|value| value.as_object())
                .filter(|object| object.contains_key("message_id"))
                .collect();
            if let Some(first) = messages.first() {
                return Some(Self {
                    message_ids: messages
                        .iter()
                        .map(|message| message_id(message))
                        .collect::<Option<_>>()?,
                    chat_id: first
                        .get("chat")
                        .and_then(|chat| chat.get("id"))
                        .and_then(Value::as_i64),
                });
            }
            level = level.into_iter().flat_map(children).collect();
        }
        None
    }
}

/// Whether only some items of a list have an id: then the outcome of the others is unknown.
fn is_album_with_gaps(result: &Value) -> bool {
    let Value::Array(items) = result else { return false };
    let with_id = items.iter().filter(|item| item.get("message_id").is_some()).count();
    (1..items.len()).contains(&with_id)
}

fn message_id(message: &Map<String, Value>) -> Option<i64> {
    message.get("message_id")?.as_i64().filter(|id| (1..=limits::MESSAGE_ID).contains(id))
}

fn children(value: &Value) -> Vec<&Value> {
    match value {
        Value::Array(items) => items.iter().collect(),
        Value::Object(fields) => {
            let searched =
                fields.iter().filter(|(name, _)| !OTHER_MESSAGES.contains(&name.as_str()));
            searched.map(|(_, field)| field).collect()
        }
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn ids_of_posted_messages_are_found_in_every_shape() {
        let rows = [
            (json!({"message_id": 5}), Some(vec![5])),
            (json!({"message_id": 9_007_199_254_740_991_i64}), Some(vec![9_007_199_254_740_991])),
            (json!([{"message_id": 5}, {"message_id": 7}, {"message_id": 6}]), Some(vec![5, 7, 6])),
            (json!({"message_id": 5, "reply_to_message": {"message_id": 3}}), Some(vec![5])),
            (json!({"message_id": 5, "chat": "odd", "date": "odd"}), Some(vec![5])),
            (json!({"message": {"message_id": 5}}), Some(vec![5])),
            (json!({"messages": [{"message_id": 5}, {"message_id": 6}]}), Some(vec![5, 6])),
            (json!({"ok": true, "message_id": 5}), Some(vec![5])),
            (
                json!({"reply_to_message": {"message_id": 3}, "pinned_message": {"message_id": 4}}),
                None,
            ),
            (json!({"message_id": 0}), None),
            (json!({"message_id": -5}), None),
            (json!({"message_id": 9_007_199_254_740_992_i64}), None),
            (json!({"message_id": u64::MAX}), None),
            (json!({"message_id": 5.0}), None),
            (json!({"message_id": "5"}), None),
            (json!({"message_id": null, "message": {"message_id": 5}}), None),
            (json!([{"message_id": 5}, {"message_id": 0}]), None),
            (json!([{"message_id": 5}, {"date": 1}]), None),
            (json!([{"message_id": 5}, true]), None),
            (json!({}), None),
            (json!([]), None),
            (json!(true), None),
            (json!(5), None),
            (json!(null), None),
        ];
        for (result, expected) in rows {
            assert_eq!(
                PostedMessages::find(&result).map(|posted| posted.message_ids),
                expected,
                "{result}"
            );
        }
    }

    #[test]
    fn chat_id_is_read_from_the_first_message() {
        let result = json!([{"message_id": 5, "chat": {"id": -1001}, "date": 1_800_000_000}, {"message_id": 6}]);
        let posted = PostedMessages::find(&result).unwrap();
        assert_eq!(posted.chat_id, Some(-1001));
    }
}
