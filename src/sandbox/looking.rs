//! The sandbox's own addresses: look at channels, posts and requests; arm faults; put the clock forward.

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use jiff::SignedDuration;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::Sandbox;
use super::chat::{Channel, Standing};
use super::fault::{Fault, NotArmed};
use super::server::Shop;
use super::state::ChannelError;

/// What `/` says to a shell.
pub(super) const INDEX: &str = "\
This is the sandbox of telepress: a Bot API server of its own on this machine. Nothing here reaches Telegram.

In a browser this address is a page: the channels, the chat with the bot, and what can be made to fail.

Point a bot at it:          http://<this address>/bot<token>/<method>, any token of the right shape

GET    /sandbox/channels                   the channels
POST   /sandbox/channels                   {\"username\": \"news\", \"title\": \"News\"}: one more
GET    /sandbox/channels/{chat}/posts      what its readers see
POST   /sandbox/channels/{chat}/posts      {\"text\": \"Hello\"}: somebody else posts, which the bot hears of
PUT    /sandbox/channels/{chat}/posts/{n}  {\"text\": \"Hullo\"}: an administrator edits a post, also one of the bot's
DELETE /sandbox/channels/{chat}/posts/{n}  an administrator deletes a post, which no bot hears of
POST   /sandbox/channels/{chat}/standing   {\"administrator\": {\"can_post_messages\": true}}, \"member\", \"left\", \"kicked\"
GET    /{chat}/{id}                        one post
POST   /sandbox/people                     {\"id\": 111, \"first_name\": \"Anna\", \"language_code\": \"ru\"}: somebody who talks to the bot
GET    /sandbox/people/{id}/messages       the private chat with the bot
POST   /sandbox/people/{id}/messages       {\"text\": \"/posts\"}: the person writes
DELETE /sandbox/people/{id}/messages/{n}   the person deletes a message
POST   /sandbox/people/{id}/press          {\"message_id\": 2, \"button\": 1}: the person presses a button
GET    /sandbox/presses/{id}               what the bot said to the press
POST   /sandbox/updates                    any update, such as {\"channel_post\": {…}}; {\"raw\": …} stands there word for word
POST   /sandbox/webhook                    {\"url\": \"https://…\"}: somebody else gets the updates
GET    /sandbox/requests                   the last requests of bots and their answers
GET    /sandbox/faults                     the armed faults
POST   /sandbox/faults                     {\"fault\": \"no_answer\", \"method\": \"sendMessage\", \"lands\": \"before\"}
DELETE /sandbox/faults                     disarms them
GET    /sandbox/clock                      the sandbox's time
POST   /sandbox/clock                      {\"forward_seconds\": 3600}; {\"ahead_seconds\": -90}: 90 s behind this machine's clock
";

/// `GET /sandbox/channels`
pub(super) async fn channels(State(shop): State<Shop>) -> Response {
    let list: Value = shop.sandbox.with(|world, _| world.state.channels().map(described).collect());
    pretty(StatusCode::OK, &list)
}

/// `POST /sandbox/channels`
pub(super) async fn add_channel(
    State(shop): State<Shop>,
    body: Bytes,
) -> Result<Response, Problem> {
    let id = shop.sandbox.add_channel(read(&body)?)?;
    Ok(pretty(StatusCode::OK, &json!({ "id": id })))
}

/// `GET /sandbox/channels/{chat}/posts`
pub(super) async fn posts(
    State(shop): State<Shop>,
    Path(chat): Path<String>,
) -> Result<Response, Problem> {
    let posts =
        shop.sandbox.with(|world, _| world.state.posts(&chat)).ok_or(ChannelError::Unknown)?;
    Ok(pretty(StatusCode::OK, &json!(posts)))
}

/// `POST /sandbox/channels/{chat}/standing`
pub(super) async fn set_standing(
    State(shop): State<Shop>,
    Path(chat): Path<String>,
    body: Bytes,
) -> Result<Response, Problem> {
    let standing: Standing = read(&body)?;
    shop.sandbox.set_standing(&chat, standing)?;
    Ok(pretty(StatusCode::OK, &json!(standing)))
}

/// `POST /sandbox/channels/{chat}/username`
pub(super) async fn set_username(
    State(shop): State<Shop>,
    Path(chat): Path<String>,
    body: Bytes,
) -> Result<Response, Problem> {
    let name: Option<String> = read(&body)?;
    let bare = name.as_deref().map(|name| name.trim_start_matches('@'));
    shop.sandbox.with(|world, _| world.state.set_username(&chat, bare))?;
    Ok(pretty(StatusCode::OK, &json!(name)))
}

/// `GET /{chat}/{id}`
pub(super) fn post(sandbox: &Sandbox, chat: &str, id: &str) -> Response {
    let posts = sandbox.posts(chat);
    match posts.iter().find(|post| id.parse() == Ok(post.message_id)) {
        Some(post) => pretty(StatusCode::OK, &json!(post)),
        None => super::bot_api::nothing_here(),
    }
}

/// `GET /sandbox/requests`
pub(super) async fn requests(State(shop): State<Shop>) -> Response {
    pretty(StatusCode::OK, &json!(shop.sandbox.requests()))
}

/// `GET /sandbox/faults`
pub(super) async fn faults(State(shop): State<Shop>) -> Response {
    pretty(StatusCode::OK, &json!(shop.sandbox.faults()))
}

/// `POST /sandbox/faults`
pub(super) async fn arm(State(shop): State<Shop>, body: Bytes) -> Result<Response, Problem> {
    shop.sandbox.arm(Fault::from_json(&read(&body)?)?)?;
    Ok(faults(State(shop)).await)
}

/// `DELETE /sandbox/faults`
pub(super) async fn clear_faults(State(shop): State<Shop>) -> Response {
    shop.sandbox.clear_faults();
    faults(State(shop)).await
}

/// `GET /sandbox/clock`
pub(super) async fn clock(State(shop): State<Shop>) -> Response {
    let now = shop.sandbox.now();
    pretty(StatusCode::OK, &json!({ "now": now.to_string(), "unix_time": now.as_second() }))
}

/// `POST /sandbox/clock`
pub(super) async fn set_clock(State(shop): State<Shop>, body: Bytes) -> Result<Response, Problem> {
    #[derive(Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Setting {
        /// So much later than now.
        ForwardSeconds(u32),
        /// So far ahead of the machine's time, or behind it.
        AheadSeconds(i32),
    }
    match read(&body)? {
        Setting::ForwardSeconds(seconds) => {
            shop.sandbox.forward(SignedDuration::from_secs(seconds.into()));
        }
        Setting::AheadSeconds(seconds) => {
            shop.sandbox.set_ahead(SignedDuration::from_secs(seconds.into()));
        }
    }
    Ok(clock(State(shop)).await)
}

fn described(channel: &Channel) -> Value {
    json!({
        "id": channel.id,
        "username": channel.username,
        "title": channel.title,
        "protected": channel.protected,
        "standing": channel.standing,
        "posts": channel.messages.len(),
    })
}

pub(super) fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    serde_json::from_slice(body)
        .map_err(|error| Problem { status: StatusCode::BAD_REQUEST, what: error.to_string() })
}

/// Why one of these addresses cannot do what it was asked.
pub(super) struct Problem {
    status: StatusCode,
    what: String,
}

impl Problem {
    pub(super) fn new(status: StatusCode, what: impl Into<String>) -> Self {
        Self { status, what: what.into() }
    }
}

impl From<ChannelError> for Problem {
    fn from(error: ChannelError) -> Self {
        let status = match error {
            ChannelError::Unknown | ChannelError::NoPost => StatusCode::NOT_FOUND,
            ChannelError::Taken => StatusCode::CONFLICT,
        };
        Self { status, what: error.to_string() }
    }
}

impl From<NotArmed> for Problem {
    fn from(error: NotArmed) -> Self {
        Self { status: StatusCode::BAD_REQUEST, what: error.to_string() }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        pretty(self.status, &json!({ "error": self.what }))
    }
}

pub(super) fn pretty(status: StatusCode, value: &Value) -> Response {
    (status, [(CONTENT_TYPE, "application/json")], format!("{value:#}\n")).into_response()
}
