//! `sendMessage`: a new text in a channel.

use serde_json::Value;

use crate::sandbox::content::Written;
use crate::sandbox::params::Params;
use crate::sandbox::refusal::Refusal;
use crate::sandbox::state::{Access, Draft, State};

/// Posts the text and returns the Bot API's `Message`.
pub(super) fn send_message(
    state: &mut State,
    bot: i64,
    params: &Params,
    now: i64,
) -> Result<Value, Refusal> {
    let written = Written::read(params)?;
    let channel = state.channel_mut(params.text("chat_id"), Access::Write)?;
    if !channel.rights().is_some_and(|rights| rights.can_post_messages) {
        return Err(Refusal::NeedRights);
    }
    if channel.person.is_some() && !channel.has_begun() {
        return Err(Refusal::NotStarted);
    }
    let draft = Draft { content: written.kept()?, origin: None };
    let message = draft.post(channel, bot, params, now)?;
    Ok(message.to_json(channel))
}
