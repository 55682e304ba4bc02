//! The client as the publisher's way to Telegram.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde_json::{Value, json};
use telegram_text::bot_api_entity;

use super::call::CallError;
use super::client::Client;
use super::method::GetChat;
use crate::ids::ChatId;
use crate::outbox::{Event, Intent, Refusal};
use crate::publisher::{CopyCount, Gateway, Later, MessageCopy, Origin, ProbeResult};
use crate::{failpoint, limits};

impl Gateway for Client {
    fn make(&self, intent: Intent) -> Later<'_, Event> {
        Box::pin(self.make(intent))
    }

    fn look(&self, staging: i64, chat: i64, message_id: i64) -> Later<'_, ProbeResult> {
        Box::pin(async move {
            let params = json!({
                "chat_id": staging, "from_chat_id": chat, "message_id": message_id, "disable_notification": true,
            });
            let copy = match self.ask("forwardMessage", &params).await {
                Ok(copy) => copy,
                Err(fault) => return seen(&fault),
            };
            failpoint::point("during-probe");
            if let Some(id) = copy.get("message_id").and_then(Value::as_i64) {
                remove_copies(self, staging, &[id]).await;
            }
            ProbeResult::Message(copied(&copy))
        })
    }

    fn count(&self, staging: i64, chat: i64, message_ids: Vec<i64>) -> Later<'_, CopyCount> {
        Box::pin(async move {
            if !can_be_counted(&message_ids) {
                return CopyCount::Unclear("these ids cannot be asked about at once".to_owned());
            }
            let params = json!({
                "chat_id": staging, "from_chat_id": chat, "message_ids": message_ids, "disable_notification": true,
            });
            let result = match self.ask("forwardMessages", &params).await {
                Ok(result) => result,
                Err(fault) => return not_counted(&fault),
            };
            failpoint::point("during-probe");
            remove_copies(self, staging, &ids_in(&result)).await;
            counted(&result, message_ids.len())
        })
    }

    fn is_protected(&self, chat: i64) -> Later<'_, Result<bool, String>> {
        Box::pin(async move {
            let found = self.call(GetChat { chat_id: ChatId::Id(chat) }).await;
            protection(&found.map_err(|fault| fault.to_string())?)
        })
    }

    fn telegram_time(&self) -> Option<Timestamp> {
        self.clock().earliest_now()
    }
}

/// What a copy says of the message that it was made of.
fn copied(copy: &Value) -> MessageCopy {
    let number = |pointer| copy.pointer(pointer).and_then(Value::as_i64);
    let list = copy["entities"].as_array().map_or(&[][..], Vec::as_slice);
    let entities = bot_api_entity::read(list).ok().and_then(|written| {
        written.iter().map(|entity| entity.placed().ok()).collect::<Option<Vec<_>>>()
    });
    MessageCopy {
        text: copy["text"].as_str().unwrap_or_default().to_owned(),
        entities,
        date: number("/date"),
        origin: copy.get("forward_origin").map(|_| Origin {
            chat: number("/forward_origin/chat/id"),
            message_id: number("/forward_origin/message_id"),
            date: number("/forward_origin/date"),
        }),
    }
}

/// What a refusal says of the message that was looked at.
fn seen(fault: &CallError) -> ProbeResult {
    match fault {
        CallError::Refused { class: Refusal::ForwardMissing, .. } => ProbeResult::Absent,
        CallError::Refused { class: Refusal::NotForwardable, .. } => ProbeResult::Unreadable,
        CallError::Wait { retry_after, .. } => {
            ProbeResult::Wait(retry_after.map_or(1, |wait| wait.as_secs()))
        }
        other => ProbeResult::Failed(other.to_string()),
    }
}

/// Whether `forwardMessages` takes these ids: 1 to 100, positive, strictly increasing.
fn can_be_counted(message_ids: &[i64]) -> bool {
    (1..=limits::FORWARD_MESSAGES).contains(&message_ids.len())
        && message_ids.first().is_some_and(|first| *first > 0)
        && message_ids.is_sorted_by(|one, next| one < next)
}

/// What a refusal says of the messages that were counted.
///
/// One is open whatever it says of single messages: for a deleted message among the ids of a channel the server answers
/// "failed to send message #1 with the error message "Message was not forwarded"" although the others were copied
/// (telegram-bot-api issues 714 and 841).
fn not_counted(fault: &CallError) -> CopyCount {
    match fault {
        CallError::Refused { class: Refusal::ForwardMissing, .. } => CopyCount::Copies(0),
        CallError::Wait { retry_after, .. } => {
            CopyCount::Wait(retry_after.map_or(1, |wait| wait.as_secs()))
        }
        other => CopyCount::Unclear(other.to_string()),
    }
}

/// How many copies an answer of `forwardMessages` tells of, where it tells of nothing else.
fn counted(result: &Value, asked: usize) -> CopyCount {
    let ids: BTreeSet<i64> = ids_in(result).into_iter().collect();
    let is_whole = result.as_array().is_some_and(|copies| copies.len() == ids.len());
    if is_whole && ids.len() <= asked {
        CopyCount::Copies(ids.len())
    } else {
        CopyCount::Unclear(CallError::odd_result(result).to_string())
    }
}

/// The ids of the copies that an answer of `forwardMessages` names.
fn ids_in(result: &Value) -> Vec<i64> {
    let id = |copy: &Value| copy.get("message_id").and_then(Value::as_i64);
    let copies = result.as_array().into_iter().flatten();
    copies.filter_map(id).filter(|id| (1..=limits::MESSAGE_ID).contains(id)).collect()
}

/// What `getChat` says about forwarding. The field is left out where it is allowed.
fn protection(chat: &Value) -> Result<bool, String> {
    let field = chat.get("has_protected_content");
    match (chat.get("id").and_then(Value::as_i64), field.map(Value::as_bool)) {
        (Some(_), None) => Ok(false),
        (Some(_), Some(Some(is_protected))) => Ok(is_protected),
        _ => Err(CallError::odd_result(chat).to_string()),
    }
}

/// Takes copies out of the staging chat again. One that stays there does no harm: the next look makes another.
async fn remove_copies(client: &Client, staging: i64, ids: &[i64]) {
    for ids in ids.chunks(limits::DELETE_MESSAGES) {
        let removed = match ids {
            [id] => {
                let params = json!({ "chat_id": staging, "message_id": id });
                client.ask("deleteMessage", &params).await
            }
            ids => {
                let params = json!({ "chat_id": staging, "message_ids": ids });
                client.ask("deleteMessages", &params).await
            }
        };
        if let Err(fault) = removed {
            log::warn!("copies could not be deleted from the staging chat: {fault}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::telegram::answer::Answer;

    #[test]
    fn an_answer_counts_only_in_the_shape_that_it_must_have() {
        let unclear = None;
        let rows = [
            (json!([]), Some(0)),
            (json!([{ "message_id": 7 }]), Some(1)),
            (json!([{ "message_id": 7 }, { "message_id": 9, "new": true }]), Some(2)),
            (
                json!([{ "message_id": 7 }, { "message_id": 8 }, { "message_id": 9 }, { "message_id": 10 }]),
                unclear,
            ),
            (json!([{ "message_id": 7 }, { "message_id": 7 }]), unclear),
            (json!([{ "message_id": 7 }, { "message_id": 0 }]), unclear),
            (json!([{ "message_id": 7 }, { "message_id": "8" }]), unclear),
            (json!([7, 8]), unclear),
            (json!({ "message_id": 7 }), unclear),
            (json!(true), unclear),
            (json!(null), unclear),
        ];
        for (result, expected) in rows {
            let copies = match counted(&result, 3) {
                CopyCount::Copies(copies) => Some(copies),
                CopyCount::Unclear(_) => None,
                CopyCount::Wait(_) => panic!("{result}"),
            };
            assert_eq!(copies, expected, "{result}");
        }
    }

    #[test]
    fn a_refusal_counts_only_where_it_speaks_of_all_messages() {
        let refused = |code: u16, text: &str| {
            let body = json!({ "ok": false, "error_code": code, "description": text });
            not_counted(&Answer::of_body(&body.to_string()).into_result().unwrap_err())
        };
        for text in [
            "Bad Request: message to forward not found",
            "Bad Request: messages to forward not found",
        ] {
            assert_eq!(refused(400, text), CopyCount::Copies(0), "{text}");
        }
        for (code, text) in [
            (
                400,
                r#"Bad Request: failed to send message #1 with the error message "Message was not forwarded""#,
            ),
            (400, "Bad Request: message has protected content and can't be forwarded"),
            (400, "Bad Request: chat not found"),
            (500, "Internal Server Error: restart"),
        ] {
            assert!(matches!(refused(code, text), CopyCount::Unclear(_)), "{text}");
        }
        assert_eq!(refused(429, "Too Many Requests: retry after 7"), CopyCount::Wait(7));
    }

    #[test]
    fn only_ids_that_the_method_takes_are_counted() {
        let hundred: Vec<i64> = (1..=100).collect();
        let more: Vec<i64> = (1..=101).collect();
        assert!(can_be_counted(&[5]) && can_be_counted(&[5, 7]) && can_be_counted(&hundred));
        for ids in [&[][..], &[0, 1], &[-1], &[5, 5], &[7, 5], &more] {
            assert!(!can_be_counted(ids), "{ids:?}");
        }
    }

    #[test]
    fn a_chat_says_whether_it_is_protected() {
        assert_eq!(protection(&json!({ "id": -1001 })), Ok(false));
        assert_eq!(protection(&json!({ "id": -1001, "has_protected_content": false })), Ok(false));
        assert_eq!(protection(&json!({ "id": -1001, "has_protected_content": true })), Ok(true));
        for odd in [json!({}), json!(true), json!({ "id": -1001, "has_protected_content": "yes" })]
        {
            assert!(protection(&odd).is_err(), "{odd}");
        }
    }
}
