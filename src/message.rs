//! Bot API requests that publish, edit, pin or delete messages, without the chat. This module sends nothing.

mod reference;

use serde::{Deserialize, Serialize};
use telegram_text::{Entity, FormattedText};

use crate::limits;
pub use reference::{MissingReference, Reference};

/// A request of the Bot API about one message of a channel, without the channel's chat.
///
/// A request keeps this type from the layout through the journal to the client. The journal stores and hashes its JSON form.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "method", content = "params", rename_all = "camelCase")]
pub enum Request {
    /// Posts a text.
    SendMessage(SendMessage),
    /// Changes the text of a message.
    EditMessageText(EditMessageText),
    /// Deletes a message.
    DeleteMessage(MessageId),
    /// Pins a message. In channels this never causes a notification.
    PinChatMessage(MessageId),
    /// Unpins a message.
    UnpinChatMessage(MessageId),
}

/// The parameters of a [`Request`], to serialize as JSON.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(untagged)]
pub enum Params<'r> {
    /// Of `sendMessage`.
    Send(&'r SendMessage),
    /// Of `editMessageText`.
    Edit(&'r EditMessageText),
    /// Of a method that only names a message.
    Message(&'r MessageId),
}

/// The parameters of `sendMessage`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct SendMessage {
    /// The visible content.
    #[serde(flatten)]
    pub content: TextContent,
    /// Deliver without a sound.
    #[serde(default, skip_serializing_if = "is_false")]
    pub disable_notification: bool,
    /// Forbid forwarding and saving.
    #[serde(default, skip_serializing_if = "is_false")]
    pub protect_content: bool,
    /// The message that it replies to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_parameters: Option<ReplyParameters>,
}

/// The parameters of `editMessageText`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct EditMessageText {
    /// The new visible content.
    #[serde(flatten)]
    pub content: TextContent,
    /// The message.
    pub message_id: i64,
}

/// The parameters that name a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct MessageId {
    /// Its id.
    pub message_id: i64,
}

/// The content of a text message, which an edit can change.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct TextContent {
    /// The text, at most [`limits::MESSAGE_CHARACTERS`].
    pub text: String,
    /// Its entities, in Telegram's normal form.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub entities: Vec<Entity>,
    /// The link preview; `None` lets Telegram decide.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link_preview_options: Option<LinkPreviewOptions>,
}

/// The Bot API's `ReplyParameters`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(untagged)]
pub enum ReplyParameters {
    /// A placeholder: the post to reply to, until its message is known.
    Post {
        /// The post's id.
        post: String,
    },
    /// The message to reply to.
    Message {
        /// Its id.
        message_id: i64,
    },
}

/// The Bot API's `LinkPreviewOptions`.
#[expect(clippy::struct_excessive_bools, reason = "the Bot API's fields, each by its name")]
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
pub struct LinkPreviewOptions {
    /// No preview at all.
    #[serde(skip_serializing_if = "is_false")]
    pub is_disabled: bool,
    /// The link to preview, instead of the first one in the text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Small picture; kept by Telegram only together with `url`.
    #[serde(skip_serializing_if = "is_false")]
    pub prefer_small_media: bool,
    /// Large picture; kept by Telegram only together with `url`.
    #[serde(skip_serializing_if = "is_false")]
    pub prefer_large_media: bool,
    /// Show the preview above the text.
    #[serde(skip_serializing_if = "is_false")]
    pub show_above_text: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference")]
fn is_false(value: &bool) -> bool {
    !*value
}

impl Request {
    /// A message with this text.
    #[must_use]
    pub fn of_text(text: FormattedText) -> Self {
        Self::SendMessage(SendMessage { content: text.into(), ..SendMessage::default() })
    }

    /// The name of the Bot API method.
    #[must_use]
    pub fn method(&self) -> &'static str {
        match self {
            Self::SendMessage(_) => "sendMessage",
            Self::EditMessageText(_) => "editMessageText",
            Self::DeleteMessage(_) => "deleteMessage",
            Self::PinChatMessage(_) => "pinChatMessage",
            Self::UnpinChatMessage(_) => "unpinChatMessage",
        }
    }

    /// The parameters of the Bot API method, without the chat.
    #[must_use]
    pub fn params(&self) -> Params<'_> {
        match self {
            Self::SendMessage(message) => Params::Send(message),
            Self::EditMessageText(edit) => Params::Edit(edit),
            Self::DeleteMessage(message)
            | Self::PinChatMessage(message)
            | Self::UnpinChatMessage(message) => Params::Message(message),
        }
    }

    /// The content of the message after the request; `None` for a request that does not set it.
    #[must_use]
    pub fn content(&self) -> Option<&TextContent> {
        match self {
            Self::SendMessage(message) => Some(&message.content),
            Self::EditMessageText(edit) => Some(&edit.content),
            Self::DeleteMessage(_) | Self::PinChatMessage(_) | Self::UnpinChatMessage(_) => None,
        }
    }

    fn content_mut(&mut self) -> Option<&mut TextContent> {
        match self {
            Self::SendMessage(message) => Some(&mut message.content),
            Self::EditMessageText(edit) => Some(&mut edit.content),
            Self::DeleteMessage(_) | Self::PinChatMessage(_) | Self::UnpinChatMessage(_) => None,
        }
    }

    /// The visible characters; empty if there is no content.
    #[must_use]
    pub fn string(&self) -> &str {
        self.content().map_or("", |content| &content.text)
    }

    /// The visible text; empty if there is no content.
    #[must_use]
    pub fn text(&self) -> FormattedText {
        self.content().map(TextContent::formatted).unwrap_or_default()
    }

    /// Whether it is delivered without a sound.
    #[must_use]
    pub fn is_silent(&self) -> bool {
        matches!(self, Self::SendMessage(message) if message.disable_notification)
    }

    /// Whether readers may not forward it.
    #[must_use]
    pub fn is_protected(&self) -> bool {
        matches!(self, Self::SendMessage(message) if message.protect_content)
    }

    /// The post or message that it replies to.
    #[must_use]
    pub fn reply(&self) -> Option<&ReplyParameters> {
        match self {
            Self::SendMessage(message) => message.reply_parameters.as_ref(),
            _ => None,
        }
    }

    /// The length of its text, and the limit for it.
    #[must_use]
    pub fn measure(&self) -> Measure {
        let (text, entities) =
            self.content().map_or(("", &[][..]), |content| (&content.text, &content.entities));
        Measure::of(text, entities, limits::MESSAGE_CHARACTERS)
    }
}

impl TextContent {
    /// The text with its formatting.
    #[must_use]
    pub fn formatted(&self) -> FormattedText {
        FormattedText { string: self.text.clone(), entities: self.entities.clone() }
    }
}

impl From<FormattedText> for TextContent {
    fn from(text: FormattedText) -> Self {
        Self { text: text.string, entities: text.entities, link_preview_options: None }
    }
}

/// The length of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Measure {
    /// Characters (Unicode code points).
    pub characters: usize,
    /// The maximum number of characters.
    pub limit: usize,
    /// UTF-16 units.
    pub utf16: usize,
    /// Entities of any kind; Telegram counts all but custom emoji against [`limits::MESSAGE_ENTITIES`].
    pub entities: usize,
}

impl Measure {
    fn of(text: &str, entities: &[Entity], limit: usize) -> Self {
        use telegram_text::utf16;
        Self {
            characters: utf16::characters(text),
            limit,
            utf16: utf16::len(text),
            entities: entities.len(),
        }
    }
}
