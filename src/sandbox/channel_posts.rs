//! What other people do in a channel: they post, and as administrators they edit and delete. A bot hears of the posts and
//! edits of others alone (`need_skip_update_message` in the official server's `Client.cpp`), and never of a deletion.

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::response::Response;
use serde::Deserialize;
use serde_json::json;

use super::World;
use super::api::{ApiError, ApiState, ok, read};
use super::chat::{Channel, OWNER_ID};
use super::content::Written;
use super::message::{Content, Message};
use super::params::Params;
use super::state::{ChannelError, Draft};

/// A text as it is posted or edited.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Text {
    text: String,
}

/// `POST /sandbox/channels/{chat}/posts`: somebody else posts.
pub(super) async fn post(
    State(shared): State<ApiState>,
    Path(chat): Path<String>,
    body: Bytes,
) -> Result<Response, ApiError> {
    let content = content(&body)?;
    let message_id = shared.sandbox.with(|world, now| {
        let channel = channel(world, &chat)?;
        let draft = Draft { content, origin: None };
        let message = draft.post(channel, OWNER_ID, &Params::default(), now.as_second())?;
        let (message_id, told) = (message.id, message.to_json(channel));
        let is_heard = channel.has_bot();
        if is_heard {
            world.push_update("channel_post", told);
        }
        Ok::<_, ApiError>(message_id)
    })?;
    Ok(ok(&json!({ "message_id": message_id })))
}

/// `PUT /sandbox/channels/{chat}/posts/{message}`: an administrator edits a post.
pub(super) async fn edit(
    State(shared): State<ApiState>,
    Path((chat, message)): Path<(String, i64)>,
    body: Bytes,
) -> Result<Response, ApiError> {
    let content = content(&body)?;
    shared.sandbox.with(|world, now| {
        let channel = channel(world, &chat)?;
        let found = channel.messages.get(&message).cloned().ok_or(ChannelError::NoPost)?;
        let is_own = found.author != OWNER_ID;
        let edited = Message {
            content: Content { keyboard: found.content.keyboard.clone(), ..content },
            edit_date: Some(now.as_second()),
            change: channel.next_change(),
            ..found
        };
        let told = edited.to_json(channel);
        channel.messages.insert(message, edited);
        let is_heard = channel.has_bot() && !is_own;
        if is_heard {
            world.push_update("edited_channel_post", told);
        }
        Ok::<_, ApiError>(())
    })?;
    Ok(ok(&json!({ "message_id": message })))
}

/// `DELETE /sandbox/channels/{chat}/posts/{message}`: an administrator deletes a post.
pub(super) async fn remove(
    State(shared): State<ApiState>,
    Path((chat, message)): Path<(String, i64)>,
) -> Result<Response, ApiError> {
    shared.sandbox.with(|world, _| {
        let removed = channel(world, &chat)?.messages.remove(&message);
        removed.map(|_| ()).ok_or(ChannelError::NoPost)
    })?;
    Ok(ok(&json!({ "deleted": true })))
}

fn content(body: &[u8]) -> Result<Content, ApiError> {
    let Text { text } = read(body)?;
    Ok(Written::of_text(text)?.kept()?)
}

fn channel<'w>(world: &'w mut World, chat: &str) -> Result<&'w mut Channel, ChannelError> {
    let id = world.state.look_up(chat).filter(|chat| chat.person.is_none()).map(|chat| chat.id);
    id.and_then(|id| world.state.channel_of(id)).ok_or(ChannelError::Unknown)
}
