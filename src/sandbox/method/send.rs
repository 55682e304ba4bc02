//! `sendMessage`: a new message in a chat.

use serde_json::Value;

use super::{Call, Method};
use crate::sandbox::content::TextInput;
use crate::sandbox::refusal::ApiRefusal;
use crate::sandbox::state::{NewMessage, State};

pub(super) const METHODS: &[Method] = &[Method { name: "sendMessage", run: send_message }];

fn send_message(state: &mut State, call: &Call, now: i64) -> Result<Value, ApiRefusal> {
    let input = TextInput::read(&call.params)?;
    let chat = state.writable(&call.params)?;
    let new_message = NewMessage::of(input.into_content()?);
    let message = new_message.post(chat, call.bot, &call.params, now)?;
    Ok(message.to_json(chat))
}
