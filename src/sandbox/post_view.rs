//! A message as bots and readers see it: the Bot API's `Message` object, and the view of a post.

use serde::Serialize;
use serde_json::{Map, Value, json};
use telegram_text::Entity;

use super::chat::{Chat, OWNER_ID};
use super::keyboard::Keyboard;
use super::media::PostedMedia;
use super::message::{Message, Origin, OriginSource};
use super::person::bot_user;
use super::poll::Poll;
use super::rich::PostedRich;
use crate::message::LinkPreviewOptions;

impl Origin {
    /// The origin of a forward of a message in a chat.
    pub(super) fn of(chat: &Chat, message: &Message) -> Self {
        let source = match chat.group {
            Some(_) => OriginSource::User(member(message.author)),
            None => OriginSource::Channel(chat.to_json()),
        };
        Self { source, message_id: message.id, date: message.date }
    }
}

/// The Bot API's `User` object of a member of a group.
fn member(author: i64) -> Value {
    if author == OWNER_ID {
        json!({ "id": OWNER_ID, "is_bot": false, "first_name": "Owner" })
    } else {
        bot_user(author)
    }
}

impl Message {
    /// The Bot API's `Message` object, as the methods return it.
    pub(super) fn to_json(&self, chat: &Chat) -> Value {
        let chat_json = chat.to_json();
        let mut object = Map::new();
        let mut put = |name: &str, value: Value| object.insert(name.to_owned(), value);
        put("message_id", json!(self.id));
        match &chat.person {
            Some(person) if person.id == self.author => put("from", person.user()),
            Some(_) => put("from", bot_user(self.author)),
            None if chat.group.is_some() => put("from", member(self.author)),
            None => put("sender_chat", chat_json.clone()),
        };
        if let Some(topic) = self.topic {
            put("message_thread_id", json!(topic));
            put("is_topic_message", json!(true));
        }
        put("chat", chat_json);
        put("date", json!(self.date));
        if let Some(date) = self.edit_date {
            put("edit_date", json!(date));
        }
        if let Some(origin) = &self.origin {
            put("forward_origin", origin.to_json());
        }
        if self.is_automatic_forward {
            put("is_automatic_forward", json!(true));
        }
        if let Some(replied) = self.reply_to.and_then(|id| chat.messages.get(&id)) {
            // The Bot API nests one level only.
            put("reply_to_message", Self { reply_to: None, ..replied.clone() }.to_json(chat));
        }
        if self.protected || chat.protected {
            put("has_protected_content", json!(true));
        }
        let is_caption = self.content.media.is_some();
        let (text, entities) =
            if is_caption { ("caption", "caption_entities") } else { ("text", "entities") };
        if let Some(rich) = &self.content.rich {
            put("rich_message", rich.to_json());
        } else if let Some(poll) = &self.content.poll {
            put("poll", poll.to_json());
        } else if !is_caption || !self.content.text.string.is_empty() {
            put(text, json!(self.content.text.string));
            if self.content.caption_above {
                put("show_caption_above_media", json!(true));
            }
        }
        if !self.content.text.entities.is_empty() {
            put(entities, json!(self.content.text.entities));
        }
        if let Some(group) = &self.group {
            put("media_group_id", json!(group));
        }
        if let Some(options) = &self.content.link_preview {
            put("link_preview_options", json!(options));
        }
        if let Some(keyboard) = &self.content.keyboard {
            put("reply_markup", keyboard.to_json());
        }
        if let Some(media) = &self.content.media {
            media.describe(&mut object);
        }
        Value::Object(object)
    }
}

/// A message as a reader of the chat sees it, for tests and the sandbox's page.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "readers see each of them independently")]
pub struct PostView {
    /// The id in its chat.
    pub message_id: i64,
    /// When it was sent, in seconds since 1970-01-01 UTC.
    pub date: i64,
    /// When it was last edited, in seconds since 1970-01-01 UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub edit_date: Option<i64>,
    /// The text or caption.
    pub text: String,
    /// Its entities, with those that Telegram found.
    pub entities: Vec<Entity>,
    /// The Bot API's `Poll` object.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub poll: Option<Value>,
    /// The Bot API's `RichMessage` object.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rich_message: Option<Value>,
    /// The file of the message.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub media: Option<PostedMedia>,
    /// The id that the messages of an album share.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub media_group_id: Option<String>,
    /// The caption is above the media.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub show_caption_above_media: bool,
    /// What happens to the preview of a link.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub link_preview_options: Option<LinkPreviewOptions>,
    /// Whether it was edited.
    pub edited: bool,
    /// Whether it was sent without sound.
    pub silent: bool,
    /// Whether it cannot be forwarded.
    pub protected: bool,
    /// Whether it is pinned.
    pub pinned: bool,
    /// The topic of its group.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message_thread_id: Option<i64>,
    /// The message of the same chat that it replies to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reply_to_message_id: Option<i64>,
    /// The bot or person that sent it.
    pub from: i64,
    /// The Bot API's `InlineKeyboardMarkup` below it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reply_markup: Option<Value>,
    /// Increases with everything that is sent or edited in the chat: the last change has the highest number.
    pub change: u64,
    /// The Bot API's `MessageOrigin` object of a forwarded message.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub forward_origin: Option<Value>,
}

impl PostView {
    pub(super) fn of(message: &Message, chat: &Chat) -> Self {
        Self {
            message_id: message.id,
            date: message.date,
            edit_date: message.edit_date,
            text: message.content.text.string.clone(),
            entities: message.content.text.entities.clone(),
            poll: message.content.poll.as_ref().map(Poll::to_json),
            rich_message: message.content.rich.as_ref().map(PostedRich::to_json),
            media: message.content.media.clone(),
            media_group_id: message.group.clone(),
            show_caption_above_media: message.content.caption_above,
            link_preview_options: message.content.link_preview.clone(),
            edited: message.edit_date.is_some(),
            silent: message.silent,
            protected: message.protected || chat.protected,
            pinned: message.pinned,
            message_thread_id: message.topic,
            reply_to_message_id: message.reply_to,
            from: message.author,
            reply_markup: message.content.keyboard.as_ref().map(Keyboard::to_json),
            change: message.change,
            forward_origin: message.origin.as_ref().map(Origin::to_json),
        }
    }
}
