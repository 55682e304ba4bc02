//! The client as the publisher's way to Telegram.

use serde_json::{Value, json};

use super::call::CallFault;
use super::client::Client;
use super::refusal::Refusal;
use crate::crash;
use crate::outbox::{Event, Intent};
use crate::publisher::{Counted, Gateway, Later, Seen};

impl Gateway for Client {
    fn make(&self, intent: Intent) -> Later<'_, Event> {
        Box::pin(self.make(intent))
    }

    fn look(&self, staging: i64, chat: i64, message_id: i64) -> Later<'_, Seen> {
        Box::pin(async move {
            let forwarded = self.forward(staging, chat, message_id).await;
            let copy = match forwarded {
                Ok(copy) => copy,
                Err(fault) => return seen(&fault),
            };
            crash::point("C8");
            // A copy that stays in the staging chat harms nobody: the next look makes another.
            if let Some(id) = copy.get("message_id").and_then(Value::as_i64)
                && let Err(fault) = self.remove_copy(staging, id).await
            {
                log::warn!("a copy stays in the staging chat: {fault}");
            }
            Seen::Message(copy)
        })
    }

    fn count(&self, _: i64, _: i64, _: Vec<i64>) -> Later<'_, Counted> {
        Box::pin(async { Counted::Unclear(String::new()) })
    }

    fn is_protected(&self, _: i64) -> Later<'_, Result<bool, String>> {
        Box::pin(async { Ok(false) })
    }

    fn telegram_time(&self) -> Option<jiff::Timestamp> {
        None
    }
}

/// What a refusal says of the message that was looked at.
fn seen(fault: &CallFault) -> Seen {
    match fault {
        CallFault::Refused { class: Refusal::ProbeMissing, .. } => Seen::Absent,
        CallFault::Refused { class: Refusal::ProbeRefused, .. } => Seen::Unreadable,
        CallFault::Wait { retry_after, .. } => {
            Seen::Wait(retry_after.map_or(1, |wait| wait.as_secs()))
        }
        other => Seen::Failed(other.to_string()),
    }
}

/// The parameters of `forwardMessage`.
pub(super) fn forward(staging: i64, chat: i64, message_id: i64) -> Value {
    json!({ "chat_id": staging, "from_chat_id": chat, "message_id": message_id, "disable_notification": true })
}

/// The parameters of `deleteMessage`.
pub(super) fn delete(chat: i64, message_id: i64) -> Value {
    json!({ "chat_id": chat, "message_id": message_id })
}
