//! `forwardMessage`, `forwardMessages` and `copyMessage`: the text of a message as a new one elsewhere.

use serde_json::{Value, json};

use super::delete::message_ids;
use crate::limits;
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

/// Forwards those messages that are there and may be forwarded, all or none, and returns the ids of the new ones. The others
/// are passed over in silence.
///
/// The official server has a fault besides: where one of the ids in a channel belongs to a deleted message, it may answer
/// "Message was not forwarded" although it forwarded the others (telegram-bot-api issues 714 and 841). An armed `answer`
/// fault that lands plays it.
pub(super) fn forward_messages(
    state: &mut State,
    bot: i64,
    params: &Params,
    now: i64,
) -> Result<Value, Refusal> {
    let ids = message_ids(params, limits::FORWARD_MESSAGES)?;
    if !ids.is_sorted_by(|one, next| one < next) {
        let text = "message identifiers must be in a strictly increasing order";
        return Err(Refusal::Parameter(text.to_owned()));
    }
    let channel = state.channel(params.text("from_chat_id"), Access::Read)?;
    if channel.protected {
        return Err(Refusal::Protected);
    }
    let present = ids.iter().filter_map(|id| channel.messages.get(id));
    let drafts: Vec<_> = present
        .filter(|message| channel.has_bot() && !message.protected)
        .map(|message| Draft {
            content: Content { keyboard: None, ..message.content.clone() },
            origin: Some(message.origin.clone().unwrap_or_else(|| origin(channel, message))),
        })
        .collect();
    let target = writable(state, params)?;
    if drafts.is_empty() {
        return Err(Refusal::NothingToForward);
    }
    let mut posted = target.clone();
    let copies = drafts.into_iter().map(|draft| draft.post(&mut posted, bot, params, now));
    let copies: Vec<_> = copies.collect::<Result<_, _>>()?;
    *target = posted;
    Ok(copies.iter().map(|copy| json!({ "message_id": copy.id })).collect())
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
    Ok((message.clone(), origin(channel, message), message.protected || channel.protected))
}

fn origin(channel: &Channel, message: &Message) -> Origin {
    Origin { chat: channel.to_json(), message_id: message.id, date: message.date }
}

/// The channel that takes the new message.
fn writable<'s>(state: &'s mut State, params: &Params) -> Result<&'s mut Channel, Refusal> {
    let channel = state.channel_mut(params.text("chat_id"), Access::Write)?;
    if !channel.rights().is_some_and(|rights| rights.can_post_messages) {
        return Err(Refusal::NeedRights);
    }
    Ok(channel)
}
