//! `forwardMessage` and `copyMessage`: the text of one message as a new one elsewhere.

use serde_json::{Value, json};

use crate::sandbox::chat::Channel;
use crate::sandbox::message::{Content, Message, Origin};
use crate::sandbox::params::Params;
use crate::sandbox::refusal::Refusal;
use crate::sandbox::state::{Access, Draft, State};

/// Forwards a message and returns the new one.
pub(super) fn forward_message(
    state: &mut State,
    bot: i64,
    params: &Params,
    now: i64,
) -> Result<Value, Refusal> {
    let (message, origin, protected) = source(state, params, "forward")?;
    if protected {
        return Err(Refusal::Protected);
    }
    // A forward of a forward names the first origin.
    let origin = Some(message.origin.unwrap_or(origin));
    let target = writable(state, params)?;
    let content = Content { keyboard: None, ..message.content };
    let message = Draft { content, origin }.post(target, bot, params, now)?;
    Ok(message.to_json(target))
}

/// Copies a message and returns the id of the new one. Protected messages too: bots may (TDLib
/// `can_forward_message` is not asked for a bot's copy).
pub(super) fn copy_message(
    state: &mut State,
    bot: i64,
    params: &Params,
    now: i64,
) -> Result<Value, Refusal> {
    let (message, _, _) = source(state, params, "copy")?;
    let target = writable(state, params)?;
    let message = Draft { content: Content { keyboard: None, ..message.content }, origin: None }
        .post(target, bot, params, now)?;
    Ok(json!({ "message_id": message.id }))
}

/// The message that is to be repeated, where it stands, and whether it or its channel is protected.
fn source(
    state: &State,
    params: &Params,
    what: &'static str,
) -> Result<(Message, Origin, bool), Refusal> {
    let id = params.message_id("message_id").ok_or(Refusal::NoMessage)?;
    let channel = state.channel(params.text("from_chat_id"), Access::Read)?;
    let message = channel.messages.get(&id).filter(|_| channel.has_bot());
    let message = message.ok_or(Refusal::MessageNotFound(what))?;
    let origin = Origin { chat: channel.to_json(), message_id: message.id, date: message.date };
    Ok((message.clone(), origin, message.protected || channel.protected))
}

/// The channel that takes the new message.
fn writable<'s>(state: &'s mut State, params: &Params) -> Result<&'s mut Channel, Refusal> {
    let channel = state.channel_mut(params.text("chat_id"), Access::Write)?;
    if !channel.rights().is_some_and(|rights| rights.can_post_messages) {
        return Err(Refusal::NeedRights);
    }
    Ok(channel)
}
