//! `pinChatMessage` and `unpinChatMessage`: a message is marked, its text stays as it is.

use serde_json::{Value, json};

use crate::sandbox::params::Params;
use crate::sandbox::refusal::Refusal;
use crate::sandbox::state::{Access, State};

/// Pins one message. The channel tells its readers by a service message, which takes an id of its own and which no bot can
/// read.
pub(super) fn pin_chat_message(state: &mut State, params: &Params) -> Result<Value, Refusal> {
    set(state, params, true)
}

/// Takes the pin of one message away.
pub(super) fn unpin_chat_message(state: &mut State, params: &Params) -> Result<Value, Refusal> {
    set(state, params, false)
}

/// A bot pins only with `can_edit_messages`, its own posts too (TDLib `can_pin_messages`).
fn set(state: &mut State, params: &Params, pinned: bool) -> Result<Value, Refusal> {
    let id = params.message_id("message_id").ok_or(Refusal::NoMessage)?;
    let channel = state.channel_mut(params.text("chat_id"), Access::Write)?;
    let may_pin = channel.rights().is_some_and(|rights| rights.can_edit_messages);
    let is_here = channel.has_bot();
    let word = if pinned { "pin" } else { "unpin" };
    let message = channel.messages.get_mut(&id).filter(|_| is_here);
    let message = message.ok_or(Refusal::MessageNotFound(word))?;
    if !may_pin {
        return Err(Refusal::CannotPin);
    }
    let is_news = pinned && !message.pinned;
    message.pinned = pinned;
    if is_news {
        channel.next_message_id();
    }
    Ok(json!(true))
}
