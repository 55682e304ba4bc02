//! The client as the publisher's way to Telegram.

use serde_json::{Value, json};

use super::call::CallFault;
use super::client::Client;
use super::refusal::Refusal;
use crate::outbox::{Event, Intent};
use crate::publisher::{Counted, Gateway, Later, Seen};
use crate::{crash, limits};

impl Gateway for Client {
    fn make(&self, intent: Intent) -> Later<'_, Event> {
        Box::pin(self.make(intent))
    }

    fn look(&self, staging: i64, chat: i64, message_id: i64) -> Later<'_, Seen> {
        Box::pin(async move {
            let params = json!({
                "chat_id": staging, "from_chat_id": chat, "message_id": message_id, "disable_notification": true,
            });
            let copy = match self.ask("forwardMessage", &params).await {
                Ok(copy) => copy,
                Err(fault) => return seen(&fault),
            };
            crash::point("C8");
            if let Some(id) = copy.get("message_id").and_then(Value::as_i64) {
                remove_copies(self, staging, &[id]).await;
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
            log::warn!("copies stay in the staging chat: {fault}");
        }
    }
}
