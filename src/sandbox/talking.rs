//! The other side of the bot: people write to it, press its buttons and read what it says. It answers for no bot.

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use serde_json::{Value, json};

use super::World;
use super::content::Written;
use super::keyboard::Action;
use super::looking::{Problem, pretty, read};
use super::params::Params;
use super::person::Person;
use super::server::Shop;
use super::state::Draft;

/// `POST /sandbox/people`
pub(super) async fn add_person(State(shop): State<Shop>, body: Bytes) -> Result<Response, Problem> {
    let person: Person = read(&body)?;
    if person.id <= 0 {
        return Err(Problem::new(StatusCode::BAD_REQUEST, "a person's id is a positive number"));
    }
    shop.sandbox.add_person(person.clone());
    Ok(pretty(StatusCode::OK, &json!(person)))
}

/// `GET /sandbox/people/{person}/messages`: the private chat, as the person sees it.
pub(super) async fn messages(
    State(shop): State<Shop>,
    Path(person): Path<i64>,
) -> Result<Response, Problem> {
    let messages = shop.sandbox.with(|world, _| {
        world.state.private_mut(person)?;
        world.state.posts(&person.to_string()).ok_or(super::ChannelError::Unknown)
    })?;
    Ok(pretty(StatusCode::OK, &json!(messages)))
}

/// `POST /sandbox/people/{person}/messages`: the person writes to the bot. Whatever else is given stands in the message too, so
/// that forwarded and other odd messages can be played.
pub(super) async fn say(
    State(shop): State<Shop>,
    Path(person): Path<i64>,
    body: Bytes,
) -> Result<Response, Problem> {
    let mut fields: serde_json::Map<String, Value> = read(&body)?;
    let Some(Value::String(text)) = fields.remove("text") else {
        return Err(Problem::new(StatusCode::BAD_REQUEST, "a message has a `text`"));
    };
    let mut params = Params::default();
    params.add("text".to_owned(), text);
    let said = shop.sandbox.with(|world, now| {
        let content = Written::read(&params).and_then(Written::kept);
        let content = content
            .map_err(|refusal| Problem::new(StatusCode::BAD_REQUEST, refusal.to_string()))?;
        let chat = world.state.private_mut(person)?;
        let draft = Draft { content, origin: None };
        let message = draft.post(chat, person, &Params::default(), now.as_second());
        let message = message
            .map_err(|refusal| Problem::new(StatusCode::TOO_MANY_REQUESTS, refusal.to_string()))?;
        let mut told = message.to_json(chat);
        if let Some(object) = told.as_object_mut() {
            object.extend(fields);
        }
        let update_id = world.state.updates.push("message", told);
        heard(world);
        Ok::<_, Problem>(json!({ "message_id": message.id, "update_id": update_id }))
    })?;
    Ok(pretty(StatusCode::OK, &said))
}

/// `POST /sandbox/people/{person}/press`: the person presses a button of a message, by its number or, as an attacker would,
/// with any data.
pub(super) async fn press(
    State(shop): State<Shop>,
    Path(person): Path<i64>,
    body: Bytes,
) -> Result<Response, Problem> {
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
    let told = shop.sandbox.with(|world, _| {
        let user = world.state.private_mut(person)?.person.as_ref().map(Person::user);
        let chat = world.state.private_mut(pressed.chat.unwrap_or(person))?;
        let Some(message) = chat.messages.get(&pressed.message_id) else {
            return Err(Problem::new(StatusCode::NOT_FOUND, "there is no such message"));
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
                return Err(Problem::new(StatusCode::NOT_FOUND, "there is no such button"));
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
        let update_id = world.state.updates.push("callback_query", query);
        heard(world);
        Ok(json!({ "callback_query_id": id, "update_id": update_id }))
    })?;
    Ok(pretty(StatusCode::OK, &told))
}

/// `GET /sandbox/presses/{id}`: what the bot has said to a press.
pub(super) async fn answer(State(shop): State<Shop>, Path(id): Path<String>) -> Response {
    let answer = shop.sandbox.with(|world, _| world.state.updates.answered(&id).map(str::to_owned));
    pretty(StatusCode::OK, &json!({ "answer": answer }))
}

/// `DELETE /sandbox/people/{person}/messages/{message}`: the person deletes a message for both.
pub(super) async fn forget(
    State(shop): State<Shop>,
    Path((person, message)): Path<(i64, i64)>,
) -> Result<Response, Problem> {
    let gone = shop.sandbox.with(|world, _| {
        world.state.private_mut(person).map(|chat| chat.messages.remove(&message).is_some())
    })?;
    Ok(pretty(StatusCode::OK, &json!({ "deleted": gone })))
}

/// `POST /sandbox/updates`: any update; with an `update_id` it comes under that number once more. What stands under `raw` comes
/// word for word, whatever it is.
pub(super) async fn update(State(shop): State<Shop>, body: Bytes) -> Result<Response, Problem> {
    let mut fields: serde_json::Map<String, Value> = read(&body)?;
    if let Some(raw) = fields.remove("raw") {
        let number = shop.sandbox.with(|world, _| {
            let number = world.state.updates.push_raw(raw);
            heard(world);
            number
        });
        return Ok(pretty(StatusCode::OK, &json!({ "update_id": number })));
    }
    let number = fields.remove("update_id").and_then(|number| number.as_i64());
    let mut fields = fields.into_iter();
    let (Some((kind, content)), None) = (fields.next(), fields.next()) else {
        return Err(Problem::new(StatusCode::BAD_REQUEST, "an update has one content"));
    };
    let number = shop.sandbox.with(|world, _| {
        let number = match number {
            Some(number) => {
                world.state.updates.again(number, &kind, content);
                number
            }
            None => world.state.updates.push(&kind, content),
        };
        heard(world);
        number
    });
    Ok(pretty(StatusCode::OK, &json!({ "update_id": number })))
}

/// `POST /sandbox/webhook`: somebody else has the updates sent to an address.
pub(super) async fn set_webhook(
    State(shop): State<Shop>,
    body: Bytes,
) -> Result<Response, Problem> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Webhook {
        url: String,
    }
    let webhook: Webhook = read(&body)?;
    shop.sandbox.with(|world, _| world.state.webhook.clone_from(&webhook.url));
    Ok(pretty(StatusCode::OK, &json!({ "url": webhook.url })))
}

/// Lets whoever waits for updates look again.
pub(super) fn heard(world: &mut World) {
    world.news.send_modify(|count| *count = count.wrapping_add(1));
}
