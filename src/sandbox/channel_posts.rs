//! What other people do in a channel: they post, and as administrators they edit and delete. A bot is notified of the posts and
//! edits of others only (`need_skip_update_message` in the official server's `Client.cpp`), and never of a deletion.

use axum::body::Bytes;
use axum::extract::{Path, State};
use serde::Deserialize;
use serde_json::json;

use super::Inner;
use super::api::{ApiError, ApiState, ControlResult, ok, read};
use super::chat::{Chat, OWNER_ID};
use super::content::TextInput;
use super::message::{Content, Message};
use super::params::Params;
use super::state::{ChatError, NewMessage};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Text {
    text: String,
    /// The topic of a group.
    #[serde(default)]
    message_thread_id: Option<i64>,
}

pub(super) async fn add(
    State(api): State<ApiState>,
    Path(chat): Path<String>,
    body: Bytes,
) -> ControlResult {
    let content = content(&body)?;
    let Text { message_thread_id, .. } = read(&body)?;
    let mut params = Params::default();
    if let Some(topic) = message_thread_id {
        params.add("message_thread_id".to_owned(), topic.to_string());
    }
    let message_id = api.sandbox.with(|inner, now| {
        let channel = channel(inner, &chat)?;
        let new_message = NewMessage::of(content);
        let message = new_message.post(channel, OWNER_ID, &params, now.as_second())?;
        let update = message.to_json(channel);
        let is_group = channel.group.is_some();
        if channel.has_bot() {
            let kind = if is_group { "message" } else { "channel_post" };
            inner.push_update(kind, update);
        }
        Ok::<_, ApiError>(message.id)
    })?;
    Ok(ok(&json!({ "message_id": message_id })))
}

pub(super) async fn edit(
    State(api): State<ApiState>,
    Path((chat, message)): Path<(String, i64)>,
    body: Bytes,
) -> ControlResult {
    let content = content(&body)?;
    api.sandbox.with(|inner, now| {
        let channel = channel(inner, &chat)?;
        let found = channel.messages.get(&message).cloned().ok_or(ChatError::NoPost)?;
        let is_group = channel.group.is_some();
        let is_notified = channel.has_bot() && found.author == OWNER_ID;
        let edited = Message {
            content: Content { keyboard: found.content.keyboard.clone(), ..content },
            edit_date: Some(now.as_second()),
            change: channel.next_change(),
            ..found
        };
        let update = edited.to_json(channel);
        channel.messages.insert(message, edited);
        if is_notified {
            let kind = if is_group { "edited_message" } else { "edited_channel_post" };
            inner.push_update(kind, update);
        }
        Ok::<_, ApiError>(())
    })?;
    Ok(ok(&json!({ "message_id": message })))
}

pub(super) async fn remove(
    State(api): State<ApiState>,
    Path((chat, message)): Path<(String, i64)>,
) -> ControlResult {
    let removed = api
        .sandbox
        .with(|inner, _| Ok::<_, ChatError>(channel(inner, &chat)?.messages.remove(&message)))?;
    removed.ok_or(ChatError::NoPost)?;
    Ok(ok(&json!({ "deleted": true })))
}

/// A reader votes. Every vote is a new reader's, as in an anonymous poll.
pub(super) async fn vote(
    State(api): State<ApiState>,
    Path((chat, message)): Path<(String, i64)>,
    body: Bytes,
) -> ControlResult {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Vote {
        options: Vec<usize>,
    }
    let Vote { options } = read(&body)?;
    let poll = api.sandbox.with(|inner, _| {
        let found = channel(inner, &chat)?.messages.get(&message).ok_or(ChatError::NoPost)?;
        let mut poll = found.content.poll.clone().ok_or(ChatError::NoPost)?;
        if !poll.accepts(&options) {
            return Err(ApiError::bad_request("the poll does not take this vote"));
        }
        inner.state.change_poll(&poll.id, |poll| poll.vote(&options));
        poll.vote(&options);
        Ok::<_, ApiError>(poll.to_json())
    })?;
    Ok(ok(&poll))
}

fn content(body: &[u8]) -> Result<Content, ApiError> {
    let Text { text, .. } = read(body)?;
    Ok(TextInput::of_text(text)?.into_content()?)
}

fn channel<'w>(inner: &'w mut Inner, chat: &str) -> Result<&'w mut Chat, ChatError> {
    let channel = inner.state.look_up_mut(chat).filter(|chat| chat.person.is_none());
    channel.ok_or(ChatError::Unknown)
}
