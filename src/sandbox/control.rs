//! The sandbox's own addresses: look at channels, posts and requests; arm faults; set the clock.

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::response::Response;
use jiff::SignedDuration;
use serde::Deserialize;
use serde_json::{Value, json};

use super::api::{ApiState, ControlResult, ok, read};
use super::chat::{Chat, Forwards, Membership};
use super::fault::Fault;
use super::group::{GroupKind, Permissions, Topic, TopicState};
use super::state::ChatError;

pub(super) async fn channels(State(api): State<ApiState>) -> Response {
    let list: Value = api.sandbox.with(|inner, _| inner.state.channels().map(described).collect());
    ok(&list)
}

pub(super) async fn add_channel(State(api): State<ApiState>, body: Bytes) -> ControlResult {
    let id = api.sandbox.add_channel(read(&body)?)?;
    Ok(ok(&json!({ "id": id })))
}

pub(super) async fn posts(State(api): State<ApiState>, Path(chat): Path<String>) -> ControlResult {
    let posts = api.sandbox.with(|inner, _| inner.state.posts(&chat));
    Ok(ok(&posts.ok_or(ChatError::Unknown)?))
}

pub(super) async fn set_membership(
    State(api): State<ApiState>,
    Path(chat): Path<String>,
    body: Bytes,
) -> ControlResult {
    let membership: Membership = read(&body)?;
    api.sandbox.set_membership(&chat, membership)?;
    Ok(ok(&membership))
}

pub(super) async fn set_username(
    State(api): State<ApiState>,
    Path(chat): Path<String>,
    body: Bytes,
) -> ControlResult {
    let name: Option<String> = read(&body)?;
    let bare = name.as_deref().map(|name| name.trim_start_matches('@'));
    api.sandbox.with(|inner, _| inner.state.set_username(&chat, bare))?;
    Ok(ok(&name))
}

pub(super) async fn set_forwards(
    State(api): State<ApiState>,
    Path(chat): Path<String>,
    body: Bytes,
) -> ControlResult {
    let forwards: Forwards = read(&body)?;
    api.sandbox.with(|inner, _| inner.state.set_forwards(&chat, forwards))?;
    Ok(ok(&forwards))
}

/// Adds a topic, or opens it again under this name.
pub(super) async fn add_topic(
    State(api): State<ApiState>,
    Path(chat): Path<String>,
    body: Bytes,
) -> ControlResult {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct NewTopic {
        id: i64,
        name: String,
    }
    let NewTopic { id, name } = read(&body)?;
    let topic = Topic { name, state: TopicState::Open };
    api.sandbox.with(|inner, _| {
        let group = inner.state.group_mut(&chat)?;
        group.kind = GroupKind::Forum;
        group.topics.insert(id, topic);
        Ok::<_, ChatError>(())
    })?;
    Ok(ok(&json!({ "id": id })))
}

/// Opens, closes or deletes a topic.
pub(super) async fn set_topic(
    State(api): State<ApiState>,
    Path((chat, topic)): Path<(String, i64)>,
    body: Bytes,
) -> ControlResult {
    let state: TopicState = read(&body)?;
    api.sandbox.with(|inner, _| {
        let topic = inner.state.group_mut(&chat)?.topics.get_mut(&topic);
        topic.ok_or(ChatError::Unknown)?.state = state;
        Ok::<_, ChatError>(())
    })?;
    Ok(ok(&state))
}

/// Sets what members of a group may do.
pub(super) async fn set_permissions(
    State(api): State<ApiState>,
    Path(chat): Path<String>,
    body: Bytes,
) -> ControlResult {
    let permissions: Permissions = read(&body)?;
    api.sandbox.with(|inner, _| {
        inner.state.group_mut(&chat)?.permissions = permissions;
        Ok::<_, ChatError>(())
    })?;
    Ok(ok(&permissions))
}

/// Makes a basic group a supergroup.
pub(super) async fn upgrade(
    State(api): State<ApiState>,
    Path(chat): Path<String>,
) -> ControlResult {
    let id = api.sandbox.with(|inner, _| inner.state.upgrade(&chat))?;
    Ok(ok(&json!({ "id": id })))
}

pub(super) async fn forget_file_ids(State(api): State<ApiState>) -> Response {
    api.sandbox.forget_file_ids();
    ok(&json!({ "forgotten": true }))
}

pub(super) async fn requests(State(api): State<ApiState>) -> Response {
    ok(&api.sandbox.requests())
}

pub(super) async fn faults(State(api): State<ApiState>) -> Response {
    ok(&api.sandbox.faults())
}

pub(super) async fn arm(State(api): State<ApiState>, body: Bytes) -> ControlResult {
    api.sandbox.arm(Fault::from_json(&read(&body)?)?)?;
    Ok(ok(&api.sandbox.faults()))
}

pub(super) async fn clear_faults(State(api): State<ApiState>) -> Response {
    api.sandbox.clear_faults();
    ok(&api.sandbox.faults())
}

pub(super) async fn clock(State(api): State<ApiState>) -> Response {
    let now = api.sandbox.now();
    ok(&json!({ "now": now.to_string(), "unix_time": now.as_second() }))
}

pub(super) async fn set_clock(State(api): State<ApiState>, body: Bytes) -> ControlResult {
    #[derive(Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Setting {
        /// From the sandbox's present time.
        ForwardSeconds(u32),
        /// From the machine's time; it may be negative.
        AheadSeconds(i32),
    }
    match read(&body)? {
        Setting::ForwardSeconds(seconds) => {
            api.sandbox.forward(SignedDuration::from_secs(seconds.into()));
        }
        Setting::AheadSeconds(seconds) => {
            api.sandbox.set_ahead(SignedDuration::from_secs(seconds.into()));
        }
    }
    Ok(clock(State(api)).await)
}

fn described(channel: &Chat) -> Value {
    json!({
        "id": channel.id,
        "username": channel.username,
        "title": channel.title,
        "protected": channel.protected,
        "standing": channel.membership,
        "posts": channel.messages.len(),
    })
}
