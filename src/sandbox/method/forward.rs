//! `forwardMessage`, `forwardMessages` and `copyMessage`: the content of a message as a new one elsewhere. A forward or copy of
//! one item of an album does not belong to an album.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::delete::message_ids;
use super::{Call, Method};
use crate::limits;
use crate::sandbox::chat::Chat;
use crate::sandbox::keyboard::Keyboard;
use crate::sandbox::message::{Content, Message, Origin};
use crate::sandbox::params::Params;
use crate::sandbox::refusal::ApiRefusal;
use crate::sandbox::state::{Access, NewMessage, State};

pub(super) const METHODS: &[Method] = &[
    Method { name: "forwardMessage", run: forward_message },
    Method { name: "forwardMessages", run: forward_messages },
    Method { name: "copyMessage", run: copy_message },
];

fn forward_message(state: &mut State, call: &Call, now: i64) -> Result<Value, ApiRefusal> {
    let (chat, message) = source(state, &call.params, "forward")?;
    if message.protected || chat.protected {
        return Err(ApiRefusal::Protected);
    }
    let new_message = forwarded(chat, message);
    let target = state.writable(&call.params)?;
    let message = new_message.post(target, call.bot, &call.params, now)?;
    Ok(message.to_json(target))
}

/// Forwards those messages that exist and may be forwarded, all or none, and returns the ids of the new ones. It ignores the
/// other ids.
///
/// The official server also has a bug: where one of the ids in a channel belongs to a deleted message, it may answer
/// "Message was not forwarded" although it forwarded the others (telegram-bot-api issues 714 and 841). An armed `answer`
/// fault that lands reproduces it.
fn forward_messages(state: &mut State, call: &Call, now: i64) -> Result<Value, ApiRefusal> {
    let params = &call.params;
    let ids = message_ids(params, limits::FORWARD_MESSAGES)?;
    if !ids.is_sorted_by(|one, next| one < next) {
        let text = "message identifiers must be in a strictly increasing order";
        return Err(ApiRefusal::Parameter(text.to_owned()));
    }
    let chat = state.chat(params.text("from_chat_id"), Access::Read)?;
    if chat.protected {
        return Err(ApiRefusal::Protected);
    }
    let present = ids.iter().filter_map(|id| chat.messages.get(id));
    let present = present.filter(|message| chat.has_bot() && !message.protected);
    let (old_groups, mut new_messages): (Vec<_>, Vec<_>) =
        present.map(|message| (message.group.clone(), forwarded(chat, message))).unzip();
    if new_messages.is_empty() {
        state.writable(params)?;
        return Err(ApiRefusal::NothingToForward);
    }
    // Two or more items of an album become a new album (TDLib `get_forwarded_messages`).
    let mut new_groups = BTreeMap::new();
    for (old, new) in old_groups.iter().zip(&mut new_messages) {
        if let Some(group) = old.as_ref().filter(|old| {
            old_groups.iter().filter(|other| other.as_ref() == Some(*old)).count() > 1
        }) {
            let made = new_groups.entry(group.clone()).or_insert_with(|| state.next_group());
            new.group = Some(made.clone());
        }
    }
    let target = state.writable(params)?;
    let post = |message: NewMessage| message.post(target, call.bot, params, now);
    // They fail all or none: for the same reason.
    let copies: Vec<_> = new_messages.into_iter().map(post).collect::<Result<_, _>>()?;
    Ok(copies.iter().map(|copy| json!({ "message_id": copy.id })).collect())
}

/// Bots may copy protected messages too (TDLib `can_forward_message` is not called for a bot's copy).
fn copy_message(state: &mut State, call: &Call, now: i64) -> Result<Value, ApiRefusal> {
    let (_, message) = source(state, &call.params, "copy")?;
    let mut content = without_keyboard(message);
    // A copied poll is another poll, without the votes. A forward shows the same one.
    content.poll = content.poll.map(|poll| poll.copy(state.next_poll_id()));
    let new_message = NewMessage::of(content);
    let target = state.writable(&call.params)?;
    let message = new_message.post(target, call.bot, &call.params, now)?;
    Ok(json!({ "message_id": message.id }))
}

/// The message to copy, and its chat.
fn source<'s>(
    state: &'s State,
    params: &Params,
    action: &'static str,
) -> Result<(&'s Chat, &'s Message), ApiRefusal> {
    let id = params.message_id()?;
    let chat = state.chat(params.text("from_chat_id"), Access::Read)?;
    if !chat.has_bot() {
        return Err(ApiRefusal::MessageNotFound(action));
    }
    Ok((chat, chat.message(id, action)?))
}

/// A forward of a forward names the first origin.
fn forwarded(chat: &Chat, message: &Message) -> NewMessage {
    let here = || Origin::of(chat, message);
    let origin = message.origin.clone().unwrap_or_else(here);
    let keyboard = message.content.keyboard.clone().filter(Keyboard::is_forwarded);
    let content = Content { keyboard, ..message.content.clone() };
    NewMessage { origin: Some(origin), ..NewMessage::of(content) }
}

fn without_keyboard(message: &Message) -> Content {
    Content { keyboard: None, ..message.content.clone() }
}
