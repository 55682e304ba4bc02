//! What the people who talk to the bot do: they write to it, press its buttons and read its messages. It never answers on behalf of a bot.

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::response::Response;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::api::{ApiError, ApiState, ControlResult, ok, read};
use super::content::TextInput;
use super::keyboard::ButtonAction;
use super::params::Params;
use super::person::Person;
use super::state::{ChatError, NewMessage};
use crate::message::ButtonPress;

pub(super) async fn add_person(State(api): State<ApiState>, body: Bytes) -> ControlResult {
    let person: Person = read(&body)?;
    if person.id <= 0 {
        return Err(ApiError::bad_request("a person's id is a positive number"));
    }
    api.sandbox.add_person(person.clone());
    Ok(ok(&person))
}

pub(super) async fn messages(
    State(api): State<ApiState>,
    Path(person): Path<i64>,
) -> ControlResult {
    let messages = api.sandbox.with(|inner, _| {
        inner.state.private_mut(person)?;
        inner.state.posts(&person.to_string()).ok_or(ChatError::Unknown)
    })?;
    Ok(ok(&messages))
}

/// Adds the other keys of the body to the message, so that a test can send forwarded and other unusual messages.
pub(super) async fn write(
    State(api): State<ApiState>,
    Path(person): Path<i64>,
    body: Bytes,
) -> ControlResult {
    let mut fields: Map<String, Value> = read(&body)?;
    let Some(Value::String(text)) = fields.remove("text") else {
        return Err(ApiError::bad_request("a message has a `text`"));
    };
    let content = TextInput::of_text(text)?.into_content()?;
    let mut params = Params::default();
    if let Some(reply) = fields.remove("reply_parameters") {
        params.add("reply_parameters".to_owned(), reply.to_string());
    }
    let answer = api.sandbox.with(|inner, now| {
        let chat = inner.state.private_mut(person)?;
        let new_message = NewMessage::of(content);
        let message = new_message.post(chat, person, &params, now.as_second())?;
        let mut update = message.to_json(chat);
        if let Some(object) = update.as_object_mut() {
            object.extend(fields);
        }
        let update_id = inner.push_update("message", update);
        Ok::<_, ApiError>(json!({ "message_id": message.id, "update_id": update_id }))
    })?;
    Ok(ok(&answer))
}

pub(super) async fn press(
    State(api): State<ApiState>,
    Path(person): Path<i64>,
    body: Bytes,
) -> ControlResult {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Pressed {
        message_id: i64,
        #[serde(default)]
        button: Option<usize>,
        /// An attacker may send any data.
        #[serde(default)]
        data: Option<String>,
        /// The chat of the message, for a person who presses a button in another person's chat.
        #[serde(default)]
        chat: Option<i64>,
    }
    let pressed: Pressed = read(&body)?;
    let answer = api.sandbox.with(|inner, _| {
        let user = inner.state.private_mut(person)?.person.as_ref().map(Person::user);
        let chat = inner.state.private_mut(pressed.chat.unwrap_or(person))?;
        let message = chat.messages.get(&pressed.message_id);
        let message = message.ok_or_else(|| ApiError::not_found("there is no such message"))?;
        let keyboard = message.content.keyboard.as_ref();
        let button = pressed.button.and_then(|number| keyboard?.button(number));
        let data = match (button.map(|button| &button.action), pressed.data) {
            (_, Some(data)) => data,
            (Some(ButtonAction::Callback(data)), None) => data.clone(),
            (Some(ButtonAction::Reader(press)), None) => {
                return Ok(match press {
                    ButtonPress::Url(url) => json!({ "opens": url }),
                    ButtonPress::CopyText { text } => json!({ "copies": text }),
                });
            }
            (None, None) => return Err(ApiError::not_found("there is no such button")),
        };
        let message = message.to_json(chat);
        let id = inner.state.updates.add_press();
        let query = json!({
            "id": id,
            "from": user,
            "message": message,
            "chat_instance": "1",
            "data": data,
        });
        let update_id = inner.push_update("callback_query", query);
        Ok(json!({ "callback_query_id": id, "update_id": update_id }))
    })?;
    Ok(ok(&answer))
}

pub(super) async fn press_answer(State(api): State<ApiState>, Path(id): Path<String>) -> Response {
    let answer = api.sandbox.with(|inner, _| inner.state.updates.answer_to(&id).map(str::to_owned));
    ok(&json!({ "answer": answer }))
}

pub(super) async fn remove_message(
    State(api): State<ApiState>,
    Path((person, message)): Path<(i64, i64)>,
) -> ControlResult {
    let is_removed = api.sandbox.with(|inner, _| {
        inner.state.private_mut(person).map(|chat| chat.messages.remove(&message).is_some())
    })?;
    Ok(ok(&json!({ "deleted": is_removed })))
}

/// With an `update_id` the update is sent under that number again.
pub(super) async fn push_update(State(api): State<ApiState>, body: Bytes) -> ControlResult {
    let mut fields: Map<String, Value> = read(&body)?;
    let number = if let Some(raw) = fields.remove("raw") {
        api.sandbox.with(|inner, _| {
            let number = inner.state.updates.push_raw(raw);
            inner.wake_polls();
            number
        })
    } else {
        let number = fields.remove("update_id").and_then(|number| number.as_i64());
        let mut fields = fields.into_iter();
        let (Some((kind, content)), None) = (fields.next(), fields.next()) else {
            return Err(ApiError::bad_request("an update has one content"));
        };
        api.sandbox.with(|inner, _| {
            let Some(number) = number else { return inner.push_update(&kind, content) };
            inner.state.updates.push_as(number, &kind, content);
            inner.wake_polls();
            number
        })
    };
    Ok(ok(&json!({ "update_id": number })))
}

pub(super) async fn set_webhook(State(api): State<ApiState>, body: Bytes) -> ControlResult {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Webhook {
        url: String,
    }
    let webhook: Webhook = read(&body)?;
    api.sandbox.with(|inner, _| inner.state.webhook.clone_from(&webhook.url));
    Ok(ok(&json!({ "url": webhook.url })))
}
