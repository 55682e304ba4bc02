//! The other side of the bot: people write to it, press its buttons and read what it says. It answers for no bot.

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use serde_json::{Value, json};

use super::api::{ApiError, ApiState, ok, read};
use super::content::Written;
use super::keyboard::Action;
use super::params::Params;
use super::person::Person;
use super::state::Draft;

/// `POST /sandbox/people`
pub(super) async fn add_person(
    State(shared): State<ApiState>,
    body: Bytes,
) -> Result<Response, ApiError> {
    let person: Person = read(&body)?;
    if person.id <= 0 {
        return Err(ApiError::new(StatusCode::BAD_REQUEST, "a person's id is a positive number"));
    }
    shared.sandbox.add_person(person.clone());
    Ok(ok(&json!(person)))
}

/// `GET /sandbox/people/{person}/messages`: the private chat, as the person sees it.
pub(super) async fn messages(
    State(shared): State<ApiState>,
    Path(person): Path<i64>,
) -> Result<Response, ApiError> {
    let messages = shared.sandbox.with(|world, _| {
        world.state.private_mut(person)?;
        world.state.posts(&person.to_string()).ok_or(super::ChannelError::Unknown)
    })?;
    Ok(ok(&json!(messages)))
}

/// `POST /sandbox/people/{person}/messages`: the person writes to the bot. Whatever else is given stands in the message too, so
/// that forwarded and other odd messages can be played.
pub(super) async fn say(
    State(shared): State<ApiState>,
    Path(person): Path<i64>,
    body: Bytes,
) -> Result<Response, ApiError> {
    let mut fields: serde_json::Map<String, Value> = read(&body)?;
    let Some(Value::String(text)) = fields.remove("text") else {
        return Err(ApiError::new(StatusCode::BAD_REQUEST, "a message has a `text`"));
    };
    let content = Written::of_text(text)?.kept()?;
    let said = shared.sandbox.with(|world, now| {
        let chat = world.state.private_mut(person)?;
        let draft = Draft { content, origin: None };
        let message = draft.post(chat, person, &Params::default(), now.as_second())?;
        let mut told = message.to_json(chat);
        if let Some(object) = told.as_object_mut() {
            object.extend(fields);
        }
        let update_id = world.push_update("message", told);
        Ok::<_, ApiError>(json!({ "message_id": message.id, "update_id": update_id }))
    })?;
    Ok(ok(&said))
}

/// `POST /sandbox/people/{person}/press`: the person presses a button of a message, by its number or, as an attacker would,
/// with any data.
pub(super) async fn press(
    State(shared): State<ApiState>,
    Path(person): Path<i64>,
    body: Bytes,
) -> Result<Response, ApiError> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Pressed {
        message_id: i64,
        #[serde(default)]
        button: Option<usize>,
        #[serde(default)]
        data: Option<String>,
        /// Whose message it is, for one who presses a button of somebody else's chat.
        #[serde(default)]
        chat: Option<i64>,
    }
    let pressed: Pressed = read(&body)?;
    let told = shared.sandbox.with(|world, _| {
        let user = world.state.private_mut(person)?.person.as_ref().map(Person::user);
        let chat = world.state.private_mut(pressed.chat.unwrap_or(person))?;
        let Some(message) = chat.messages.get(&pressed.message_id) else {
            return Err(ApiError::new(StatusCode::NOT_FOUND, "there is no such message"));
        };
        let button = pressed.button.and_then(|number| {
            message.content.keyboard.as_ref().and_then(|keyboard| keyboard.button(number))
        });
        let data = match (button.map(|button| &button.action), pressed.data) {
            (_, Some(data)) => data,
            (Some(Action::Callback(data)), None) => data.clone(),
            (Some(Action::Url(url)), None) => {
                return Ok(json!({ "opens": url }));
            }
            (None, None) => {
                return Err(ApiError::new(StatusCode::NOT_FOUND, "there is no such button"));
            }
        };
        let message = message.to_json(chat);
        let id = world.state.updates.press();
        let query = json!({
            "id": id,
            "from": user,
            "message": message,
            "chat_instance": "1",
            "data": data,
        });
        let update_id = world.push_update("callback_query", query);
        Ok(json!({ "callback_query_id": id, "update_id": update_id }))
    })?;
    Ok(ok(&told))
}

/// `GET /sandbox/presses/{id}`: what the bot has said to a press.
pub(super) async fn answer(State(shared): State<ApiState>, Path(id): Path<String>) -> Response {
    let answer =
        shared.sandbox.with(|world, _| world.state.updates.answered(&id).map(str::to_owned));
    ok(&json!({ "answer": answer }))
}

/// `DELETE /sandbox/people/{person}/messages/{message}`: the person deletes a message for both.
pub(super) async fn forget(
    State(shared): State<ApiState>,
    Path((person, message)): Path<(i64, i64)>,
) -> Result<Response, ApiError> {
    let gone = shared.sandbox.with(|world, _| {
        world.state.private_mut(person).map(|chat| chat.messages.remove(&message).is_some())
    })?;
    Ok(ok(&json!({ "deleted": gone })))
}

/// `POST /sandbox/updates`: any update; with an `update_id` it comes under that number once more. What stands under `raw` comes
/// word for word, whatever it is.
pub(super) async fn update(
    State(shared): State<ApiState>,
    body: Bytes,
) -> Result<Response, ApiError> {
    let mut fields: serde_json::Map<String, Value> = read(&body)?;
    if let Some(raw) = fields.remove("raw") {
        let number = shared.sandbox.with(|world, _| {
            let number = world.state.updates.push_raw(raw);
            world.wake_polls();
            number
        });
        return Ok(ok(&json!({ "update_id": number })));
    }
    let number = fields.remove("update_id").and_then(|number| number.as_i64());
    let mut fields = fields.into_iter();
    let (Some((kind, content)), None) = (fields.next(), fields.next()) else {
        return Err(ApiError::new(StatusCode::BAD_REQUEST, "an update has one content"));
    };
    let number = shared.sandbox.with(|world, _| {
        let Some(number) = number else { return world.push_update(&kind, content) };
        world.state.updates.again(number, &kind, content);
        world.wake_polls();
        number
    });
    Ok(ok(&json!({ "update_id": number })))
}

/// `POST /sandbox/webhook`: somebody else has the updates sent to an address.
pub(super) async fn set_webhook(
    State(shared): State<ApiState>,
    body: Bytes,
) -> Result<Response, ApiError> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Webhook {
        url: String,
    }
    let webhook: Webhook = read(&body)?;
    shared.sandbox.with(|world, _| world.state.webhook.clone_from(&webhook.url));
    Ok(ok(&json!({ "url": webhook.url })))
}
