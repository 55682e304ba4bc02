//! What others see of a message: the Bot API's `Message` object for bots, and the post for readers.

use serde::Serialize;
use serde_json::{Map, Value, json};
use telegram_text::Entity;

use super::chat::Channel;
use super::keyboard::Keyboard;
use super::message::{Message, Origin};
use super::person::bot_user;
use crate::message::LinkPreviewOptions;

impl Message {
    /// The Bot API's `Message` object, as the methods return it.
    #[must_use]
    pub fn to_json(&self, channel: &Channel) -> Value {
        let chat = channel.to_json();
        let mut object = Map::new();
        let mut put = |name: &str, value: Value| object.insert(name.to_owned(), value);
        put("message_id", json!(self.id));
        match &channel.person {
            // In a private chat a message is a person's or the bot's.
            Some(person) if person.id == self.author => put("from", person.user()),
            Some(_) => put("from", bot_user(self.author)),
            None => put("sender_chat", chat.clone()),
        };
        put("chat", chat);
        put("date", json!(self.date));
        if let Some(date) = self.edit_date {
            put("edit_date", json!(date));
        }
        if let Some(origin) = &self.origin {
            put("forward_origin", origin.to_json());
        }
        if let Some(answered) = self.answers.and_then(|id| channel.messages.get(&id)) {
            // The Bot API nests no further than this.
            put("reply_to_message", Self { answers: None, ..answered.clone() }.to_json(channel));
        }
        if self.protected || channel.protected {
            put("has_protected_content", json!(true));
        }
        put("text", json!(self.content.text.string));
        if !self.content.text.entities.is_empty() {
            put("entities", json!(self.content.text.entities));
        }
        if let Some(options) = &self.content.link_preview {
            put("link_preview_options", json!(options));
        }
        if let Some(keyboard) = &self.content.keyboard {
            put("reply_markup", keyboard.to_json());
        }
        Value::Object(object)
    }
}

/// A message as a reader of the channel sees it, for looking at it in tests and on the page.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "each is a mark that readers see by itself")]
pub struct Post {
    /// The id in its channel.
    pub message_id: i64,
    /// When it was sent, in seconds since 1970-01-01 UTC.
    pub date: i64,
    /// When it was last edited, in seconds since 1970-01-01 UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub edit_date: Option<i64>,
    /// The text.
    pub text: String,
    /// Its entities, with those that Telegram found.
    pub entities: Vec<Entity>,
    /// What happens to the preview of a link.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub link_preview_options: Option<LinkPreviewOptions>,
    /// Whether it was edited.
    pub edited: bool,
    /// Whether it came without sound.
    pub silent: bool,
    /// Whether it cannot be forwarded.
    pub protected: bool,
    /// Whether it is pinned.
    pub pinned: bool,
    /// The message of the channel that it answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reply_to_message_id: Option<i64>,
    /// The bot or person that sent it.
    pub from: i64,
    /// The Bot API's `InlineKeyboardMarkup` below it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reply_markup: Option<Value>,
    /// Counts up with everything that is sent or edited in the chat: what changed last has the highest.
    pub change: u64,
    /// The Bot API's `MessageOrigin` object of a forwarded message.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub forward_origin: Option<Value>,
}

impl Post {
    /// What readers of `channel` see of `message`.
    #[must_use]
    pub fn of(message: &Message, channel: &Channel) -> Self {
        Self {
            message_id: message.id,
            date: message.date,
            edit_date: message.edit_date,
            text: message.content.text.string.clone(),
            entities: message.content.text.entities.clone(),
            link_preview_options: message.content.link_preview.clone(),
            edited: message.edit_date.is_some(),
            silent: message.silent,
            protected: message.protected || channel.protected,
            pinned: message.pinned,
            reply_to_message_id: message.answers,
            from: message.author,
            reply_markup: message.content.keyboard.as_ref().map(Keyboard::to_json),
            change: message.change,
            forward_origin: message.origin.as_ref().map(Origin::to_json),
        }
    }
}
