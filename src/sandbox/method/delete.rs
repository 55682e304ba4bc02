//! `deleteMessage` and `deleteMessages`: the ids of deleted messages are not used again.

use serde_json::{Value, json};

use super::{Call, Method};
use crate::limits;
use crate::sandbox::chat::Chat;
use crate::sandbox::message::Message;
use crate::sandbox::params::Params;
use crate::sandbox::refusal::ApiRefusal;
use crate::sandbox::state::{Access, State};

pub(super) const METHODS: &[Method] = &[
    Method { name: "deleteMessage", run: delete_message },
    Method { name: "deleteMessages", run: delete_messages },
];

fn delete_message(state: &mut State, call: &Call, now: i64) -> Result<Value, ApiRefusal> {
    let chat = call.params.text("chat_id");
    if chat.is_empty() {
        return Err(ApiRefusal::Parameter("chat identifier is not specified".to_owned()));
    }
    let id = call.params.message_id()?;
    let chat = state.chat_mut(chat, Access::Write)?;
    let message = chat.message(id, "delete")?;
    if !can_delete(chat, message, call.bot, now) {
        return Err(ApiRefusal::CannotDelete);
    }
    chat.messages.remove(&id);
    Ok(json!(true))
}

/// Deletes the messages that exist and ignores the other ids, or deletes none when one may not be deleted.
fn delete_messages(state: &mut State, call: &Call, now: i64) -> Result<Value, ApiRefusal> {
    let ids = message_ids(&call.params, limits::DELETE_MESSAGES)?;
    let chat = state.chat_mut(call.params.text("chat_id"), Access::Write)?;
    let mut present = ids.iter().filter_map(|id| chat.messages.get(id));
    if !present.all(|message| can_delete(chat, message, call.bot, now)) {
        return Err(ApiRefusal::CannotDelete);
    }
    chat.messages.retain(|id, _| !ids.contains(id));
    Ok(json!(true))
}

/// Reads `message_ids`, at most `most` of them.
pub(super) fn message_ids(params: &Params, most: usize) -> Result<Vec<i64>, ApiRefusal> {
    let list = match params.json("message_ids")? {
        None => return Err(ApiRefusal::NoMessages),
        Some(Value::Array(list)) => list,
        Some(_) => {
            return Err(ApiRefusal::Parameter(
                "expected an Array of message identifiers".to_owned(),
            ));
        }
    };
    if list.is_empty() {
        return Err(ApiRefusal::NoMessages);
    }
    if list.len() > most {
        return Err(ApiRefusal::TooManyMessages);
    }
    let id = |value: &Value| match value {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => text.parse().ok(),
        _ => None,
    };
    let invalid = || ApiRefusal::Parameter("invalid message identifier specified".to_owned());
    list.iter().map(|value| id(value).filter(|&id| id > 0).ok_or_else(invalid)).collect()
}

/// A bot deletes within 48 hours, its own posts with `can_post_messages` and those of others with
/// `can_delete_messages` (TDLib `can_delete_channel_message`).
fn can_delete(chat: &Chat, message: &Message, bot: i64, now: i64) -> bool {
    let may = chat.may_delete_posts_of(message.author, bot);
    let age = u64::try_from(now.saturating_sub(message.date)).unwrap_or(0);
    may && age < limits::DELETE_WINDOW.as_secs()
}
