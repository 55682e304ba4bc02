//! The sandbox's own addresses: look at channels, posts and requests; arm faults; put the clock forward.

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::response::Response;
use jiff::SignedDuration;
use serde::Deserialize;
use serde_json::{Value, json};

use super::api::{ApiError, ApiState, ok, read};
use super::chat::{Channel, Standing};
use super::fault::Fault;
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
pub(super) async fn channels(State(shared): State<ApiState>) -> Response {
    let list: Value =
        shared.sandbox.with(|world, _| world.state.channels().map(described).collect());
    ok(&list)
}

/// `POST /sandbox/channels`
pub(super) async fn add_channel(
    State(shared): State<ApiState>,
    body: Bytes,
) -> Result<Response, ApiError> {
    let id = shared.sandbox.add_channel(read(&body)?)?;
    Ok(ok(&json!({ "id": id })))
}

/// `GET /sandbox/channels/{chat}/posts`
pub(super) async fn posts(
    State(shared): State<ApiState>,
    Path(chat): Path<String>,
) -> Result<Response, ApiError> {
    let posts =
        shared.sandbox.with(|world, _| world.state.posts(&chat)).ok_or(ChannelError::Unknown)?;
    Ok(ok(&json!(posts)))
}

/// `POST /sandbox/channels/{chat}/standing`
pub(super) async fn set_standing(
    State(shared): State<ApiState>,
    Path(chat): Path<String>,
    body: Bytes,
) -> Result<Response, ApiError> {
    let standing: Standing = read(&body)?;
    shared.sandbox.set_standing(&chat, standing)?;
    Ok(ok(&json!(standing)))
}

/// `POST /sandbox/channels/{chat}/username`
pub(super) async fn set_username(
    State(shared): State<ApiState>,
    Path(chat): Path<String>,
    body: Bytes,
) -> Result<Response, ApiError> {
    let name: Option<String> = read(&body)?;
    let bare = name.as_deref().map(|name| name.trim_start_matches('@'));
    shared.sandbox.with(|world, _| world.state.set_username(&chat, bare))?;
    Ok(ok(&json!(name)))
}

/// `GET /sandbox/requests`
pub(super) async fn requests(State(shared): State<ApiState>) -> Response {
    ok(&json!(shared.sandbox.requests()))
}

/// `GET /sandbox/faults`
pub(super) async fn faults(State(shared): State<ApiState>) -> Response {
    ok(&json!(shared.sandbox.faults()))
}

/// `POST /sandbox/faults`
pub(super) async fn arm(State(shared): State<ApiState>, body: Bytes) -> Result<Response, ApiError> {
    shared.sandbox.arm(Fault::from_json(&read(&body)?)?)?;
    Ok(faults(State(shared)).await)
}

/// `DELETE /sandbox/faults`
pub(super) async fn clear_faults(State(shared): State<ApiState>) -> Response {
    shared.sandbox.clear_faults();
    faults(State(shared)).await
}

/// `GET /sandbox/clock`
pub(super) async fn clock(State(shared): State<ApiState>) -> Response {
    let now = shared.sandbox.now();
    ok(&json!({ "now": now.to_string(), "unix_time": now.as_second() }))
}

/// `POST /sandbox/clock`
pub(super) async fn set_clock(
    State(shared): State<ApiState>,
    body: Bytes,
) -> Result<Response, ApiError> {
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
            shared.sandbox.forward(SignedDuration::from_secs(seconds.into()));
        }
        Setting::AheadSeconds(seconds) => {
            shared.sandbox.set_ahead(SignedDuration::from_secs(seconds.into()));
        }
    }
    Ok(clock(State(shared)).await)
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
