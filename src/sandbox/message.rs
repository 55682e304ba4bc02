//! A message as the sandbox keeps it; it knows no chat.

use serde_json::{Value, json};
use telegram_text::FormattedText;

use super::keyboard::Keyboard;
use crate::message::LinkPreviewOptions;

/// What an edit can change of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Content {
    /// The text, with the entities that Telegram found too.
    pub text: FormattedText,
    /// What happens to the preview of a link.
    pub link_preview: Option<LinkPreviewOptions>,
    /// The buttons below it.
    pub keyboard: Option<Keyboard>,
}

/// A message as the sandbox keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// The id in its channel.
    pub id: i64,
    /// The bot that sent it.
    pub author: i64,
    /// When it was sent, in seconds since 1970-01-01 UTC.
    pub date: i64,
    /// When it was last edited, in seconds since 1970-01-01 UTC.
    pub edit_date: Option<i64>,
    /// Its text and what belongs to it.
    pub content: Content,
    /// Sent without sound.
    pub silent: bool,
    /// Sent with `protect_content`.
    pub protected: bool,
    /// Pinned in its channel.
    pub pinned: bool,
    /// Where it was forwarded from.
    pub origin: Option<Origin>,
    /// The message of the same channel that it answers.
    pub answers: Option<i64>,
    /// When it changed last, by the chat's own count of changes.
    pub change: u64,
}

/// Where a forwarded message comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The Bot API's `Chat` object of the channel.
    pub chat: Value,
    /// The id there.
    pub message_id: i64,
    /// When it was sent there, in seconds since 1970-01-01 UTC.
    pub date: i64,
}

impl Origin {
    pub(super) fn to_json(&self) -> Value {
        json!({ "type": "channel", "chat": self.chat, "message_id": self.message_id, "date": self.date })
    }
}
