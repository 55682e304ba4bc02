//! The message that a call edits, and its replacement. It knows no method.

use serde_json::Value;

use super::Call;
use crate::sandbox::chat::Chat;
use crate::sandbox::message::Message;
use crate::sandbox::refusal::ApiRefusal;
use crate::sandbox::state::{Access, State};

/// The message that a call edits. A bot edits its own posts without limit of time, and those of others only with
/// `can_edit_messages` (TDLib `can_edit_message`).
pub(super) fn editable(state: &mut State, call: &Call) -> Result<Message, ApiRefusal> {
    let id = call.params.message_id()?;
    let chat = state.chat_mut(call.params.text("chat_id"), Access::Edit)?;
    let message = chat.message(id, "edit")?.clone();
    if !may_edit(chat, &message, call.bot) || message.origin.is_some() {
        return Err(ApiRefusal::CannotEdit);
    }
    Ok(message)
}

/// A bot edits its own posts without limit of time, and those of others only with `can_edit_messages` (TDLib
/// `can_edit_message`).
pub(super) fn may_edit(chat: &Chat, message: &Message, bot: i64) -> bool {
    chat.may_edit_posts_of(message.author, bot)
}

/// Puts the edited message in the place of the old one, and returns it as JSON.
pub(super) fn replace(chat: &mut Chat, edited: Message) -> Value {
    let edited = Message { change: chat.next_change(), ..edited };
    let answer = edited.to_json(chat);
    chat.messages.insert(edited.id, edited);
    answer
}
