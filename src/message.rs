//! Requests of the Bot API that publish, edit, pin or delete messages, without the chat they go to; this module sends
//! nothing.

mod reference;

use serde::{Deserialize, Serialize};
use telegram_text::{Entity, FormattedText};

use crate::limits;
pub use reference::{MissingReference, Reference};

/// A request of the Bot API about one message of a channel, without the channel's chat.
///
/// A request keeps this type from the layout through the journal to the client. Its JSON form is the one that the journal
/// keeps, and from which its hash is made.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "method", content = "params", rename_all = "camelCase")]
pub enum Request {
    /// Posts a text.
    SendMessage(SendMessage),
    /// Changes the text of a message.
    EditMessageText(EditMessageText),
    /// Deletes a message.
    DeleteMessage(MessageId),
    /// Pins a message. A channel's pins never notify anybody.
    PinChatMessage(MessageId),
    /// Unpins a message.
    UnpinChatMessage(MessageId),
}

/// The parameters of a [`Request`], to be written as JSON.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(untagged)]
pub enum Params<'r> {
    /// Those of a message.
    Send(&'r SendMessage),
    /// Those of an edit.
    Edit(&'r EditMessageText),
    /// Those of what is done to a message as a whole.
    Message(&'r MessageId),
}

/// The parameters of `sendMessage`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct SendMessage {
    /// What readers see.
    #[serde(flatten)]
    pub content: TextContent,
    /// No sound on the readers' side.
    #[serde(default, skip_serializing_if = "is_false")]
    pub disable_notification: bool,
    /// No forwarding, no saving.
    #[serde(default, skip_serializing_if = "is_false")]
    pub protect_content: bool,
    /// The message that it answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_parameters: Option<ReplyParameters>,
}

/// The parameters of `editMessageText`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct EditMessageText {
    /// What readers see afterwards.
    #[serde(flatten)]
    pub content: TextContent,
    /// The message.
    pub message_id: i64,
}

/// A message of the chat.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct MessageId {
    /// Its id.
    pub message_id: i64,
}

/// What a text message shows, which is also what an edit can change.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct TextContent {
    /// The text, at most [`limits::MESSAGE_CHARACTERS`].
    pub text: String,
    /// Its entities, in Telegram's normal form.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub entities: Vec<Entity>,
    /// What happens to the preview of a link; left out: Telegram decides.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link_preview_options: Option<LinkPreviewOptions>,
}

/// The Bot API's `ReplyParameters`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(untagged)]
pub enum ReplyParameters {
    /// A placeholder: the post that is answered, until its message is known.
    Post {
        /// The post's id.
        post: String,
    },
    /// The message that is answered.
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
    /// The link that is previewed, in place of the text's first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Small picture; kept by Telegram only together with `url`.
    #[serde(skip_serializing_if = "is_false")]
    pub prefer_small_media: bool,
    /// Large picture; kept by Telegram only together with `url`.
    #[serde(skip_serializing_if = "is_false")]
    pub prefer_large_media: bool,
    /// The preview stands above the text.
    #[serde(skip_serializing_if = "is_false")]
    pub show_above_text: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference")]
fn is_false(value: &bool) -> bool {
    !*value
}

impl Request {
    /// A message of this text.
    #[must_use]
    pub fn of_text(text: FormattedText) -> Self {
        Self::SendMessage(SendMessage { content: text.into(), ..SendMessage::default() })
    }

    /// The Bot API method, as the Bot API spells it.
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

    /// The parameters, as the Bot API reads them but for the chat.
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

    /// What the message shows after the request; `None` for one that does not change that, or deletes it.
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

    /// The characters that readers see of it; empty where it shows nothing.
    #[must_use]
    pub fn string(&self) -> &str {
        self.content().map_or("", |content| &content.text)
    }

    /// The text that readers see of it; empty where it shows nothing.
    #[must_use]
    pub fn text(&self) -> FormattedText {
        self.content().map(TextContent::formatted).unwrap_or_default()
    }

    /// Whether readers get it without a sound.
    #[must_use]
    pub fn is_silent(&self) -> bool {
        matches!(self, Self::SendMessage(message) if message.disable_notification)
    }

    /// Whether readers may not forward it.
    #[must_use]
    pub fn is_protected(&self) -> bool {
        matches!(self, Self::SendMessage(message) if message.protect_content)
    }

    /// What it answers.
    #[must_use]
    pub fn reply(&self) -> Option<&ReplyParameters> {
        match self {
            Self::SendMessage(message) => message.reply_parameters.as_ref(),
            _ => None,
        }
    }

    /// How long the request's text is, against the limit that holds for it.
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

/// How long a text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Measure {
    /// Characters (Unicode code points).
    pub characters: usize,
    /// The most characters that Telegram takes here.
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
