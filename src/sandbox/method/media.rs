//! `sendPhoto` and its siblings, `sendMediaGroup`, `editMessageMedia` and `editMessageCaption`.
//!
//! As in TDLib, every file of a request is uploaded and checked before anything is posted.

use serde_json::Value;

use super::edited::{editable, replace};
use super::{Call, Method};
use crate::limits;
use crate::media::Kind;
use crate::sandbox::content::CaptionInput;
use crate::sandbox::local_files;
use crate::sandbox::media::PostedMedia;
use crate::sandbox::message::{Content, Message};
use crate::sandbox::params::Params;
use crate::sandbox::refusal::ApiRefusal;
use crate::sandbox::state::{NewMessage, State};

pub(super) const METHODS: &[Method] = &[
    Method { name: "sendPhoto", run: |state, call, now| send(state, call, now, Kind::Photo) },
    Method { name: "sendVideo", run: |state, call, now| send(state, call, now, Kind::Video) },
    Method {
        name: "sendAnimation",
        run: |state, call, now| send(state, call, now, Kind::Animation),
    },
    Method { name: "sendAudio", run: |state, call, now| send(state, call, now, Kind::Audio) },
    Method { name: "sendDocument", run: |state, call, now| send(state, call, now, Kind::Document) },
    Method { name: "sendMediaGroup", run: send_media_group },
    Method { name: "editMessageMedia", run: edit_message_media },
    Method { name: "editMessageCaption", run: edit_message_caption },
];

fn send(state: &mut State, call: &Call, now: i64, kind: Kind) -> Result<Value, ApiRefusal> {
    let caption = CaptionInput::read(&call.params)?;
    state.writable(&call.params)?;
    let field = kind.name();
    let missing = || ApiRefusal::Parameter(format!("there is no {field} in the request"));
    // The part of a file may have the name of the parameter.
    let input = match call.params.text(field) {
        "" if call.files.contains_key(field) => format!("attach://{field}"),
        input => input.to_owned(),
    };
    let media = file(state, call, kind, &input, &call.params)?.ok_or_else(missing)?;
    let new_message = NewMessage::of(caption.into_content(media)?);
    let chat = state.writable(&call.params)?;
    let message = new_message.post(chat, call.bot, &call.params, now)?;
    Ok(message.to_json(chat))
}

/// The file that a parameter names: `None` if the request has no such part.
pub(super) fn file(
    state: &mut State,
    call: &Call,
    kind: Kind,
    input: &str,
    attributes: &Params,
) -> Result<Option<PostedMedia>, ApiRefusal> {
    let part = |input: &str| call.files.get(input.strip_prefix("attach://").unwrap_or(input));
    let is_blurred = attributes.flag("has_spoiler")
        && matches!(kind, Kind::Photo | Kind::Video | Kind::Animation);
    let mut media = if input.starts_with("attach://") || local_files::is_address(input) {
        let Some(uploaded) = part(input) else { return Ok(None) };
        let thumbnail = part(attributes.text("thumbnail"));
        state.files.add(call.bot, kind, uploaded, thumbnail, attributes)?
    } else if input.is_empty() {
        return Ok(None);
    } else if input.contains('.') {
        let text = "the sandbox fetches no media by URL".to_owned();
        return Err(ApiRefusal::Parameter(text));
    } else {
        state.files.find(call.bot, kind, input)?
    };
    media.has_spoiler = is_blurred;
    Ok(Some(media))
}

/// One `InputMedia` of a request.
struct Item {
    kind: Kind,
    params: Params,
    caption: CaptionInput,
}

impl Item {
    fn read(value: &Value) -> Result<Self, ApiRefusal> {
        let unreadable =
            |why: &str| ApiRefusal::Parameter(format!("can't parse InputMedia: {why}"));
        let Value::Object(fields) = value else { return Err(unreadable("expected an Object")) };
        let mut params = Params::default();
        params.add_object(fields.clone());
        let kind = Kind::ALL.into_iter().find(|kind| kind.name() == params.text("type"));
        let kind = kind.ok_or_else(|| unreadable("type must be specified"))?;
        let caption = CaptionInput::read(&params)?;
        Ok(Self { kind, params, caption })
    }

    fn content(self, state: &mut State, call: &Call) -> Result<Content, ApiRefusal> {
        let input = self.params.text("media").to_owned();
        let missing =
            || ApiRefusal::Parameter("can't parse InputMedia: media not found".to_owned());
        let media = file(state, call, self.kind, &input, &self.params)?.ok_or_else(missing)?;
        self.caption.into_content(media)
    }
}

fn send_media_group(state: &mut State, call: &Call, now: i64) -> Result<Value, ApiRefusal> {
    let Some(Value::Array(list)) = call.params.json("media")? else {
        return Err(ApiRefusal::Parameter("expected an Array of InputMedia".to_owned()));
    };
    let items = list.iter().map(Item::read).collect::<Result<Vec<_>, _>>()?;
    check_album(&items)?;
    state.writable(&call.params)?;
    let mut contents = Vec::new();
    for (number, item) in (1..).zip(items) {
        contents.push(item.content(state, call).map_err(|refusal| quoted(number, refusal))?);
    }
    // A single item is an ordinary message (TDLib `send_message_group`).
    let group = (contents.len() > 1).then(|| state.next_group());
    let chat = state.writable(&call.params)?;
    let mut messages = Vec::new();
    for content in contents {
        let new_message = NewMessage { group: group.clone(), ..NewMessage::of(content) };
        messages.push(new_message.post(chat, call.bot, &call.params, now)?.to_json(chat));
    }
    Ok(Value::Array(messages))
}

/// The contents of the messages that a person sends, as the Bot API writes media.
pub(in crate::sandbox) fn person_items(
    state: &mut State,
    call: &Call,
) -> Result<Vec<Content>, ApiRefusal> {
    let Some(Value::Array(list)) = call.params.json("media")? else {
        return Err(ApiRefusal::Parameter("expected an Array of InputMedia".to_owned()));
    };
    list.iter().map(|value| Item::read(value)?.content(state, call)).collect()
}

fn check_album(items: &[Item]) -> Result<(), ApiRefusal> {
    let refused = |text: &str| Err(ApiRefusal::Parameter(text.to_owned()));
    if items.is_empty() {
        return refused("there are no messages to send");
    }
    if items.len() > limits::ALBUM_ITEMS {
        return refused("too many messages to send as an album");
    }
    let has = |kind| items.iter().any(|item| item.kind == kind);
    if has(Kind::Animation) {
        return refused("type \"animation\" can't be used in sendMediaGroup");
    }
    for kind in [Kind::Document, Kind::Audio] {
        if has(kind) && items.iter().any(|item| item.kind != kind) {
            return Err(ApiRefusal::Parameter(format!(
                "{} can't be mixed with other media types",
                kind.name()
            )));
        }
    }
    let above = |item: &Item| item.params.flag("show_caption_above_media");
    if items.iter().any(above) && !items.iter().all(above) {
        return refused("parameter show_caption_above_media must be the same for all messages");
    }
    Ok(())
}

/// How the official server words the error of one item (`Client.cpp`, `on_message_send_failed`).
fn quoted(number: usize, refusal: ApiRefusal) -> ApiRefusal {
    match refusal {
        ApiRefusal::Parameter(text) => ApiRefusal::Parameter(format!(
            "failed to send message #{number} with the error message \"{text}\""
        )),
        other => other,
    }
}

fn edit_message_media(state: &mut State, call: &Call, now: i64) -> Result<Value, ApiRefusal> {
    let item = match call.params.json("media")? {
        Some(value) => Item::read(&value)?,
        None => return Err(ApiRefusal::Parameter("media is empty".to_owned())),
    };
    let old = editable(state, call)?;
    check_replaceable(&old, item.kind)?;
    let content = Content { keyboard: keyboard(&old, call)?, ..item.content(state, call)? };
    finish(state, call, now, old, content)
}

/// Photos and videos of an album can replace each other, and the others only their own kind.
fn check_replaceable(old: &Message, kind: Kind) -> Result<(), ApiRefusal> {
    let (Some(_), Some(before)) = (&old.group, &old.content.media) else { return Ok(()) };
    let is_visual = |kind| matches!(kind, Kind::Photo | Kind::Video);
    if kind == Kind::Animation {
        let text = "message content type can't be used in an album";
        return Err(ApiRefusal::Parameter(text.to_owned()));
    }
    if before.kind != kind && !(is_visual(before.kind) && is_visual(kind)) {
        return Err(ApiRefusal::Parameter("can't change media type in the album".to_owned()));
    }
    Ok(())
}

fn edit_message_caption(state: &mut State, call: &Call, now: i64) -> Result<Value, ApiRefusal> {
    let caption = CaptionInput::read(&call.params)?;
    let old = editable(state, call)?;
    let missing = "there is no caption in the message to edit";
    let media = old.content.media.clone();
    let media = media.ok_or_else(|| ApiRefusal::Parameter(missing.to_owned()))?;
    let keyboard = keyboard(&old, call)?;
    let content = Content { keyboard, ..caption.into_content(media)? };
    finish(state, call, now, old, content)
}

/// Telegram ignores buttons of an item of an album.
fn keyboard(
    old: &Message,
    call: &Call,
) -> Result<Option<crate::sandbox::keyboard::Keyboard>, ApiRefusal> {
    let keyboard = crate::sandbox::keyboard::Keyboard::read(&call.params)?;
    Ok(keyboard.filter(|_| old.group.is_none()))
}

fn finish(
    state: &mut State,
    call: &Call,
    now: i64,
    old: Message,
    content: Content,
) -> Result<Value, ApiRefusal> {
    if old.content == content {
        return Err(ApiRefusal::NotModified);
    }
    let chat = state.chat_mut(call.params.text("chat_id"), crate::sandbox::state::Access::Edit)?;
    Ok(replace(chat, Message { content, edit_date: Some(now), ..old }))
}

/// Takes one item out of a posted album, and returns what the official server then answers.
pub(in crate::sandbox) fn lose_item(
    state: &mut State,
    call: &Call,
    posted: &Value,
    item: usize,
) -> ApiRefusal {
    let lost =
        posted.get(item.saturating_sub(1)).and_then(|message| message["message_id"].as_i64());
    if let Some((lost, chat)) = lost.zip(state.look_up_mut(call.params.text("chat_id"))) {
        chat.messages.remove(&lost);
    }
    quoted(item, ApiRefusal::Parameter("Message was not sent".to_owned()))
}

#[cfg(test)]
mod tests;
