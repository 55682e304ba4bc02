//! `editMessageText` and `editMessageReplyMarkup`: another text, or other buttons, in a message's place.

use serde_json::Value;

use super::edited::{editable, may_edit, replace};
use super::{Call, Method, rich};
use crate::sandbox::content::TextInput;
use crate::sandbox::keyboard::Keyboard;
use crate::sandbox::message::Message;
use crate::sandbox::refusal::ApiRefusal;
use crate::sandbox::state::{Access, State};

pub(super) const METHODS: &[Method] = &[
    Method { name: "editMessageText", run: edit_message_text },
    Method { name: "editMessageReplyMarkup", run: edit_message_reply_markup },
];

/// What an edit leaves out, the link preview among it, is reset.
fn edit_message_text(state: &mut State, call: &Call, now: i64) -> Result<Value, ApiRefusal> {
    if let Some(edited) = rich::edit(state, call, now)? {
        return Ok(edited);
    }
    let input = TextInput::read(&call.params)?;
    let message = editable(state, call)?;
    if message.content.media.is_some() || message.content.poll.is_some() {
        return Err(ApiRefusal::Parameter("there is no text in the message to edit".to_owned()));
    }
    let content = input.into_content()?;
    if message.content == content {
        return Err(ApiRefusal::NotModified);
    }
    let chat = state.chat_mut(call.params.text("chat_id"), Access::Edit)?;
    Ok(replace(chat, Message { content, edit_date: Some(now), ..message }))
}

fn edit_message_reply_markup(state: &mut State, call: &Call, _: i64) -> Result<Value, ApiRefusal> {
    let keyboard = Keyboard::read(&call.params)?;
    let id = call.params.message_id()?;
    let chat = state.chat_mut(call.params.text("chat_id"), Access::Edit)?;
    let mut message = chat.message(id, "edit")?.clone();
    if !may_edit(chat, &message, call.bot) {
        return Err(ApiRefusal::CannotEdit);
    }
    if message.content.keyboard == keyboard {
        return Err(ApiRefusal::NotModified);
    }
    message.content.keyboard = keyboard;
    Ok(replace(chat, message))
}
