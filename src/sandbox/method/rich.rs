//! `sendRichMessage`, and `editMessageText` with a rich message.

use serde_json::Value;
use telegram_text::FormattedText;

use super::edited::{editable, replace};
use super::media::file;
use super::{Call, Method};
use crate::media::Kind;
use crate::sandbox::keyboard::Keyboard;
use crate::sandbox::message::{Content, Message};
use crate::sandbox::params::Params;
use crate::sandbox::refusal::ApiRefusal;
use crate::sandbox::rich::PostedRich;
use crate::sandbox::state::{Access, NewMessage, State};

pub(super) const METHODS: &[Method] = &[Method { name: "sendRichMessage", run: send_rich_message }];

fn send_rich_message(state: &mut State, call: &Call, now: i64) -> Result<Value, ApiRefusal> {
    state.writable(&call.params)?;
    let content = content(state, call)?;
    let content = content
        .ok_or_else(|| ApiRefusal::Parameter("rich message must be non-empty".to_owned()))?;
    let chat = state.writable(&call.params)?;
    let message = NewMessage::of(content).post(chat, call.bot, &call.params, now)?;
    Ok(message.to_json(chat))
}

/// Edits a message with the rich message of a request; `None` if the request has none. The blocks replace a text, or all
/// blocks.
pub(super) fn edit(state: &mut State, call: &Call, now: i64) -> Result<Option<Value>, ApiRefusal> {
    let Some(content) = content(state, call)? else { return Ok(None) };
    let message = editable(state, call)?;
    if message.content.media.is_some() || message.content.poll.is_some() {
        return Err(ApiRefusal::Parameter("there is no text in the message to edit".to_owned()));
    }
    if message.content == content {
        return Err(ApiRefusal::NotModified);
    }
    let chat = state.chat_mut(call.params.text("chat_id"), Access::Edit)?;
    Ok(Some(replace(chat, Message { content, edit_date: Some(now), ..message })))
}

fn content(state: &mut State, call: &Call) -> Result<Option<Content>, ApiRefusal> {
    let mut upload = |kind: Kind, value: &Value| {
        let missing = || {
            ApiRefusal::Parameter("can't parse InputRichMessageMedia: media not found".to_owned())
        };
        let Value::Object(fields) = value else { return Err(missing()) };
        let mut params = Params::default();
        params.add_object(fields.clone());
        let input = params.text("media").to_owned();
        file(state, call, kind, &input, &params)?.ok_or_else(missing)
    };
    let Some(rich) = PostedRich::read(&call.params, &mut upload)? else { return Ok(None) };
    Ok(Some(Content {
        text: FormattedText::default(),
        link_preview: None,
        keyboard: Keyboard::read(&call.params)?,
        poll: None,
        media: None,
        rich: Some(rich),
        caption_above: false,
    }))
}
