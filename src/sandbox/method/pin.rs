//! `pinChatMessage` and `unpinChatMessage`: a message is marked, its text stays as it is.

use serde_json::{Value, json};

use super::{Call, Method};
use crate::sandbox::refusal::ApiRefusal;
use crate::sandbox::state::{Access, State};

pub(super) const METHODS: &[Method] = &[
    Method { name: "pinChatMessage", run: |state, call, _| set(state, call, true) },
    Method { name: "unpinChatMessage", run: |state, call, _| set(state, call, false) },
];

/// A new pin makes a service message,
/// which takes an id of its own and which no bot can read.
fn set(state: &mut State, call: &Call, pinned: bool) -> Result<Value, ApiRefusal> {
    let id = call.params.message_id()?;
    let chat = state.chat_mut(call.params.text("chat_id"), Access::Write)?;
    let may_pin = chat.may_pin();
    let action = if pinned { "pin" } else { "unpin" };
    let message = chat.messages.get_mut(&id).ok_or(ApiRefusal::MessageNotFound(action))?;
    if !may_pin {
        return Err(ApiRefusal::CannotPin);
    }
    let is_new = pinned && !message.pinned;
    message.pinned = pinned;
    if is_new {
        chat.next_message_id();
    }
    Ok(json!(true))
}
