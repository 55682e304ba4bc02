//! `editMessageText` and `editMessageReplyMarkup`: another text, or other buttons, in a message's place.

use serde_json::Value;

use crate::sandbox::content::Written;
use crate::sandbox::keyboard::Keyboard;
use crate::sandbox::params::Params;
use crate::sandbox::refusal::Refusal;
use crate::sandbox::state::{Access, State};

/// Changes the buttons alone and returns the Bot API's `Message`.
pub(super) fn edit_message_reply_markup(
    state: &mut State,
    bot: i64,
    params: &Params,
    now: i64,
) -> Result<Value, Refusal> {
    let keyboard = Keyboard::read(params)?;
    let id = params.message_id("message_id").ok_or(Refusal::NoMessage)?;
    let channel = state.channel_mut(params.text("chat_id"), Access::Edit)?;
    let message = channel.messages.get(&id).filter(|message| message.author == bot);
    let mut message = message.cloned().ok_or(Refusal::MessageNotFound("edit"))?;
    if message.content.keyboard == keyboard {
        return Err(Refusal::NotModified);
    }
    channel.take_one(now)?;
    message.content.keyboard = keyboard;
    message.change = channel.next_change();
    let answer = message.to_json(channel);
    channel.messages.insert(id, message);
    Ok(answer)
}

/// Changes the text and returns the Bot API's `Message`.
///
/// A bot edits its own posts without limit of time, and those of others only with `can_edit_messages` (TDLib
/// `can_edit_message`). What an edit leaves out, the link preview among it, is reset.
pub(super) fn edit_message_text(
    state: &mut State,
    bot: i64,
    params: &Params,
    now: i64,
) -> Result<Value, Refusal> {
    let written = Written::read(params)?;
    let id = params.message_id("message_id").ok_or(Refusal::NoMessage)?;
    let channel = state.channel_mut(params.text("chat_id"), Access::Edit)?;
    let message = channel.messages.get(&id).filter(|_| channel.has_bot());
    let mut message = message.cloned().ok_or(Refusal::MessageNotFound("edit"))?;
    let may_edit = channel.rights().is_some_and(|rights| {
        rights.can_edit_messages || (rights.can_post_messages && message.author == bot)
    });
    if !may_edit || message.origin.is_some() {
        return Err(Refusal::CannotEdit);
    }
    let content = written.kept()?;
    if message.content == content {
        return Err(Refusal::NotModified);
    }
    channel.take_one(now)?;
    message.content = content;
    message.edit_date = Some(now);
    message.change = channel.next_change();
    let answer = message.to_json(channel);
    channel.messages.insert(id, message);
    Ok(answer)
}
