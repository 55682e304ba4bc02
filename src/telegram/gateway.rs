//! Implements the publisher's `Gateway` with the client.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde_json::{Value, json};
use telegram_text::bot_api_entity;

use super::call::CallError;
use super::client::Client;
use super::file_ids;
use super::method::GetChat;
use crate::ids::ChatId;
use crate::message::{FileId, FileIds, FileKey, InputMedia};
use crate::outbox::{Intent, Refusal};
use crate::publisher::{
    DiscussionCopy, ForwardCount, ForwardedMessage, Gateway, GatewayFuture, MediaCopy, Origin,
    ReadResult, RequestResult, UploadError,
};
use crate::{failpoint, limits};

impl Gateway for Client {
    fn execute(&self, intent: Intent, known: FileIds) -> GatewayFuture<'_, RequestResult> {
        Box::pin(async move { self.execute(intent, &known).await })
    }

    fn bot_id(&self) -> u64 {
        self.bot_id()
    }

    fn upload(
        &self,
        staging: i64,
        media: InputMedia,
    ) -> GatewayFuture<'_, Result<(FileKey, FileId), UploadError>> {
        Box::pin(async move {
            self.upload_to(staging, &media).await.map_err(|error| match error {
                CallError::NoBytes(why) => UploadError::NoBytes(why.to_string()),
                error => UploadError::Failed(error.to_string()),
            })
        })
    }

    fn abandon_uploads(&self) {
        self.abandon_uploads();
    }

    fn read_message(
        &self,
        staging: i64,
        chat: i64,
        message_id: i64,
    ) -> GatewayFuture<'_, ReadResult> {
        Box::pin(async move {
            let params = json!({
                "chat_id": staging, "from_chat_id": chat, "message_id": message_id, "disable_notification": true,
            });
            let copy = match self.call_by_name("forwardMessage", &params).await {
                Ok(copy) => copy,
                Err(error) => return read_result(&error),
            };
            failpoint::point("during-probe");
            if let Some(id) = copy.get("message_id").and_then(Value::as_i64) {
                self.remove_copies(staging, &[id]).await;
            }
            message_copy(&copy, self.bot_id()).map_or(ReadResult::Unreadable, ReadResult::Message)
        })
    }

    fn count_messages(
        &self,
        staging: i64,
        chat: i64,
        message_ids: Vec<i64>,
    ) -> GatewayFuture<'_, ForwardCount> {
        Box::pin(async move {
            if !are_forwardable_together(&message_ids) {
                return ForwardCount::Unclear(
                    "forwardMessages does not accept these ids".to_owned(),
                );
            }
            let params = json!({
                "chat_id": staging, "from_chat_id": chat, "message_ids": message_ids, "disable_notification": true,
            });
            let result = match self.call_by_name("forwardMessages", &params).await {
                Ok(result) => result,
                Err(error) => return count_after_error(&error),
            };
            failpoint::point("during-probe");
            self.remove_copies(staging, &ids_in(&result)).await;
            copy_count(&result, message_ids.len())
        })
    }

    fn pinned_forward(
        &self,
        discussion: i64,
    ) -> GatewayFuture<'_, Result<Option<DiscussionCopy>, String>> {
        Box::pin(async move {
            let found = self.call(GetChat { chat_id: ChatId::Id(discussion) }).await;
            let found = found.map_err(|error| error.to_string())?;
            Ok(found
                .get("pinned_message")
                .and_then(|pinned| discussion_copy(pinned, self.bot_id())))
        })
    }

    fn is_protected(&self, chat: i64) -> GatewayFuture<'_, Result<bool, String>> {
        Box::pin(async move {
            let found = self.call(GetChat { chat_id: ChatId::Id(chat) }).await;
            protection(&found.map_err(|error| error.to_string())?)
        })
    }

    fn telegram_time(&self) -> Option<Timestamp> {
        self.clock().earliest_now()
    }
}

/// What the forwarded copy shows of the original message; `None` if it has a poll or blocks of an unknown form.
fn message_copy(copy: &Value, bot: u64) -> Option<ForwardedMessage> {
    let poll = match copy.get("poll") {
        Some(poll) => Some(serde_json::from_value(poll.clone()).ok()?),
        None => None,
    };
    let rich = match copy.get("rich_message") {
        Some(rich) => Some(serde_json::from_value(rich.clone()).ok()?),
        None => None,
    };
    let number = |pointer| copy.pointer(pointer).and_then(Value::as_i64);
    let media = media_copy(copy);
    let (text, entities) =
        if media.is_some() { ("caption", "caption_entities") } else { ("text", "entities") };
    let list = copy[entities].as_array().map_or(&[][..], Vec::as_slice);
    let entities = bot_api_entity::read(list).ok().and_then(|entities| {
        entities.iter().map(|entity| entity.placed().ok()).collect::<Option<Vec<_>>>()
    });
    Some(ForwardedMessage {
        text: copy[text].as_str().unwrap_or_default().to_owned(),
        entities,
        poll,
        rich,
        media,
        date: number("/date"),
        origin: copy.get("forward_origin").map(|origin| Origin {
            chat: number("/forward_origin/chat/id"),
            message_id: number("/forward_origin/message_id"),
            date: number("/forward_origin/date"),
            is_of_another: match origin.get("type").and_then(Value::as_str) {
                Some("user") => {
                    origin.pointer("/sender_user/id").and_then(Value::as_u64) != Some(bot)
                }
                // Telegram hides no bot.
                Some("hidden_user") => true,
                _ => false,
            },
        }),
    })
}

/// The copy of a post in a discussion group, if Telegram made it by itself.
fn discussion_copy(message: &Value, bot: u64) -> Option<DiscussionCopy> {
    message.get("is_automatic_forward").and_then(Value::as_bool).filter(|is| *is)?;
    let forward_id = message.get("message_id")?.as_i64();
    let forward_id = forward_id.filter(|id| (1..=limits::MESSAGE_ID).contains(id))?;
    let copy = message_copy(message, bot)?;
    let Origin { chat: Some(chat), message_id: Some(message_id), .. } = copy.origin? else {
        return None;
    };
    Some(DiscussionCopy { forward_id, chat, message_id, copy })
}

/// The file of a copied message. An animation has a `document` as well, so it comes first.
fn media_copy(copy: &Value) -> Option<MediaCopy> {
    let kind = file_ids::kind_of(copy)?;
    let file = file_ids::file_of(copy, kind)?;
    let text = |name: &str| file.get(name).and_then(Value::as_str).map(str::to_owned);
    let number =
        |name: &str| file.get(name)?.as_u64().and_then(|number| u32::try_from(number).ok());
    Some(MediaCopy {
        kind,
        bytes: file.get("file_size").and_then(Value::as_u64),
        name: text("file_name"),
        unique_id: text("file_unique_id"),
        width: number("width"),
        height: number("height"),
        duration: number("duration"),
    })
}

/// What a failed `forwardMessage` shows about the message.
fn read_result(error: &CallError) -> ReadResult {
    match error {
        CallError::Refused { class: Refusal::ForwardMissing, .. } => ReadResult::Absent,
        CallError::Refused { class: Refusal::NotForwardable, .. } => ReadResult::Unreadable,
        CallError::Wait { retry_after, .. } => {
            ReadResult::Wait(retry_after.map_or(1, |wait| wait.as_secs()))
        }
        other => ReadResult::Failed(other.to_string()),
    }
}

/// Whether `forwardMessages` accepts these ids: 1 to 100, positive, strictly increasing.
fn are_forwardable_together(message_ids: &[i64]) -> bool {
    (1..=limits::FORWARD_MESSAGES).contains(&message_ids.len())
        && message_ids.first().is_some_and(|first| *first > 0)
        && message_ids.is_sorted_by(|id, next| id < next)
}

/// What a failed `forwardMessages` shows about the number of copies.
///
/// An error about single messages proves nothing: if one of the ids is a deleted message, the server answers "failed to send
/// message #1 with the error message "Message was not forwarded"" although it copied the others (telegram-bot-api issues 714
/// and 841).
fn count_after_error(error: &CallError) -> ForwardCount {
    match error {
        CallError::Refused { class: Refusal::ForwardMissing, .. } => ForwardCount::Copies(0),
        CallError::Wait { retry_after, .. } => {
            ForwardCount::Wait(retry_after.map_or(1, |wait| wait.as_secs()))
        }
        other => ForwardCount::Unclear(other.to_string()),
    }
}

/// The number of copies in an answer of `forwardMessages`. An answer of another shape is unclear.
fn copy_count(result: &Value, requested: usize) -> ForwardCount {
    let ids: BTreeSet<i64> = ids_in(result).into_iter().collect();
    let is_whole = result.as_array().is_some_and(|copies| copies.len() == ids.len());
    if is_whole && ids.len() <= requested {
        ForwardCount::Copies(ids.len())
    } else {
        ForwardCount::Unclear(CallError::unexpected_result(result).to_string())
    }
}

/// The ids of the copies in an answer of `forwardMessages`.
fn ids_in(result: &Value) -> Vec<i64> {
    let id = |copy: &Value| copy.get("message_id").and_then(Value::as_i64);
    let copies = result.as_array().into_iter().flatten();
    copies.filter_map(id).filter(|id| (1..=limits::MESSAGE_ID).contains(id)).collect()
}

/// Whether `getChat` reports protected content. The field is missing where forwarding is allowed.
fn protection(chat: &Value) -> Result<bool, String> {
    let field = chat.get("has_protected_content");
    match (chat.get("id").and_then(Value::as_i64), field.map(Value::as_bool)) {
        (Some(_), None) => Ok(false),
        (Some(_), Some(Some(is_protected))) => Ok(is_protected),
        _ => Err(CallError::unexpected_result(chat).to_string()),
    }
}

impl Client {
    /// Deletes copies from the staging chat. A copy that stays there is harmless: the next probe makes another.
    pub(super) async fn remove_copies(&self, staging: i64, ids: &[i64]) {
        for ids in ids.chunks(limits::DELETE_MESSAGES) {
            let removed = match ids {
                [id] => {
                    let params = json!({ "chat_id": staging, "message_id": id });
                    self.call_by_name("deleteMessage", &params).await
                }
                ids => {
                    let params = json!({ "chat_id": staging, "message_ids": ids });
                    self.call_by_name("deleteMessages", &params).await
                }
            };
            if let Err(error) = removed {
                log::warn!("cannot delete copies from the staging chat: {error}");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::Kind;
    use crate::telegram::answer::ApiResponse;

    #[test]
    fn copy_of_media_has_its_kind_size_and_caption() {
        let photo = json!({
            "caption": "Hi", "caption_entities": [{ "type": "bold", "offset": 0, "length": 2 }],
            "photo": [{ "width": 90, "height": 60, "file_size": 9 }, { "width": 900, "height": 600, "file_size": 99 }],
        });
        let copy = message_copy(&photo, 7).unwrap();
        assert_eq!((copy.text.as_str(), copy.entities.unwrap().len()), ("Hi", 1));
        let media = copy.media.unwrap();
        assert_eq!((media.kind, media.bytes, media.width), (Kind::Photo, Some(99), Some(900)));
        let animation =
            json!({ "animation": { "duration": 3 }, "document": { "file_name": "a.mp4" } });
        let media = message_copy(&animation, 7).unwrap().media.unwrap();
        assert_eq!((media.kind, media.duration), (Kind::Animation, Some(3)));
        let document = json!({ "document": { "file_name": "a.pdf", "file_size": 7 } });
        let media = message_copy(&document, 7).unwrap().media.unwrap();
        assert_eq!(
            (media.kind, media.name.as_deref(), media.bytes),
            (Kind::Document, Some("a.pdf"), Some(7))
        );
        assert_eq!(message_copy(&json!({ "text": "a" }), 7).unwrap().media, None);
    }

    #[test]
    fn copies_are_counted_only_in_an_answer_of_the_expected_shape() {
        let unclear = None;
        let rows = [
            (json!([]), Some(0)),
            (json!([{ "message_id": 7 }]), Some(1)),
            (json!([{ "message_id": 7 }, { "message_id": 9, "new": true }]), Some(2)),
            (
                json!([{ "message_id": 7 }, { "message_id": 8 }, { "message_id": 9 }, { "message_id": 10 }]),
                unclear,
            ),
            (json!([{ "message_id": 7 }, { "message_id": 7 }]), unclear),
            (json!([{ "message_id": 7 }, { "message_id": 0 }]), unclear),
            (json!([{ "message_id": 7 }, { "message_id": "8" }]), unclear),
            (json!([7, 8]), unclear),
            (json!({ "message_id": 7 }), unclear),
            (json!(true), unclear),
            (json!(null), unclear),
        ];
        for (result, expected) in rows {
            let copies = match copy_count(&result, 3) {
                ForwardCount::Copies(copies) => Some(copies),
                ForwardCount::Unclear(_) => None,
                ForwardCount::Wait(_) => panic!("{result}"),
            };
            assert_eq!(copies, expected, "{result}");
        }
    }

    #[test]
    fn refusal_counts_only_if_it_covers_all_messages() {
        let refused = |code: u16, text: &str| {
            let body = json!({ "ok": false, "error_code": code, "description": text });
            count_after_error(&ApiResponse::of_body(&body.to_string()).into_result().unwrap_err())
        };
        for text in [
            "Bad Request: message to forward not found",
            "Bad Request: messages to forward not found",
        ] {
            assert_eq!(refused(400, text), ForwardCount::Copies(0), "{text}");
        }
        for (code, text) in [
            (
                400,
                r#"Bad Request: failed to send message #1 with the error message "Message was not forwarded""#,
            ),
            (400, "Bad Request: message has protected content and can't be forwarded"),
            (400, "Bad Request: chat not found"),
            (500, "Internal Server Error: restart"),
        ] {
            assert!(matches!(refused(code, text), ForwardCount::Unclear(_)), "{text}");
        }
        assert_eq!(refused(429, "Too Many Requests: retry after 7"), ForwardCount::Wait(7));
    }

    #[test]
    fn only_ids_that_the_method_accepts_are_counted() {
        let hundred: Vec<i64> = (1..=100).collect();
        let more: Vec<i64> = (1..=101).collect();
        for ids in [&[5][..], &[5, 7], &hundred] {
            assert!(are_forwardable_together(ids), "{ids:?}");
        }
        for ids in [&[][..], &[0, 1], &[-1], &[5, 5], &[7, 5], &more] {
            assert!(!are_forwardable_together(ids), "{ids:?}");
        }
    }

    #[test]
    fn protection_of_a_chat_is_read() {
        assert_eq!(protection(&json!({ "id": -1001 })), Ok(false));
        assert_eq!(protection(&json!({ "id": -1001, "has_protected_content": false })), Ok(false));
        assert_eq!(protection(&json!({ "id": -1001, "has_protected_content": true })), Ok(true));
        for odd in [json!({}), json!(true), json!({ "id": -1001, "has_protected_content": "yes" })]
        {
            assert!(protection(&odd).is_err(), "{odd}");
        }
    }
}
