//! Files and albums that a person sends to the bot.

use axum::extract::{Path, Request, State};
use serde_json::{Map, Value, json};

use super::api::{ApiError, ApiState, ControlResult, ok};
use super::media::PEOPLE;
use super::method::{Call, Method, person_items};
use super::request::{self, ReceivedRequest};
use super::state::NewMessage;

/// Adds a message for each item of `media`, which is written as in `sendMediaGroup`. Several items are an album; `group` names it,
/// so that its items can be sent one by one. `fields` are further keys of every message.
pub(super) async fn send(
    State(api): State<ApiState>,
    Path(person): Path<i64>,
    request: Request,
) -> ControlResult {
    let ReceivedRequest { params, files, kept } = request::read(request).await?;
    let method = Method::named("sendMediaGroup");
    let method = method.ok_or_else(|| ApiError::bad_request("albums are not supported"))?;
    let fields: Map<String, Value> = match params.json("fields")? {
        Some(Value::Object(fields)) => fields,
        _ => Map::new(),
    };
    let group = Some(params.text("group").to_owned()).filter(|group| !group.is_empty());
    let call = Call { bot: PEOPLE, method, params, files };
    let sent = api.sandbox.with(|inner, now| {
        for file in kept {
            inner.kept.add(file);
        }
        let contents = person_items(&mut inner.state, &call)?;
        let group = match group {
            None if contents.len() > 1 => Some(inner.state.next_group()),
            group => group,
        };
        let mut sent = Vec::new();
        for content in contents {
            let chat = inner.state.private_mut(person)?;
            let new = NewMessage { group: group.clone(), ..NewMessage::of(content) };
            let message = new.post(chat, person, &call.params, now.as_second())?;
            let mut update = message.to_json(chat);
            if let Some(object) = update.as_object_mut() {
                object.extend(fields.clone());
            }
            let update_id = inner.push_update("message", update);
            sent.push(json!({ "message_id": message.id, "update_id": update_id }));
        }
        Ok::<_, ApiError>(sent)
    })?;
    Ok(ok(&sent))
}
