//! What goes to Telegram: messages, their parts, and the request that makes each part; it sends nothing.

mod reference;

use serde::Serialize;

use crate::limits;
use crate::text::{Entity, FormattedText};
pub use reference::{Reference, fill, references};

/// A request of the Bot API that publishes one part, without the chat it goes to.
///
/// What passes a part on (the plan, the journal, the client) reads the method's name and the parameters and nothing
/// else, so a new kind of post is a new variant here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "method", content = "params", rename_all = "camelCase")]
pub enum Request {
    /// A text.
    SendMessage(SendMessage),
}

/// The parameters of `sendMessage`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SendMessage {
    /// The text, at most [`limits::MESSAGE_CHARACTERS`].
    pub text: String,
    /// Its entities, in Telegram's normal form.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub entities: Vec<Entity>,
    /// What happens to the preview of a link; left out: Telegram decides.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub link_preview_options: Option<LinkPreviewOptions>,
    /// No sound on the readers' side.
    #[serde(skip_serializing_if = "is_false")]
    pub disable_notification: bool,
    /// No forwarding, no saving.
    #[serde(skip_serializing_if = "is_false")]
    pub protect_content: bool,
    /// The message that it answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reply_parameters: Option<ReplyParameters>,
}

/// What stands for the Bot API's `ReplyParameters` until the answered message is known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ReplyParameters {
    /// The id of the post that is answered.
    pub post: String,
}

/// The Bot API's `LinkPreviewOptions`.
#[expect(clippy::struct_excessive_bools, reason = "the Bot API's fields, each by its name")]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
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
    /// The Bot API method, as the Bot API spells it.
    #[must_use]
    pub fn method(&self) -> &'static str {
        match self {
            Self::SendMessage(_) => "sendMessage",
        }
    }

    /// How long the request's text is, against the limit that holds for it.
    #[must_use]
    pub fn measure(&self) -> Measure {
        match self {
            Self::SendMessage(message) => {
                Measure::of(&message.text, &message.entities, limits::MESSAGE_CHARACTERS)
            }
        }
    }

    /// The text that readers see of it.
    #[must_use]
    pub fn text(&self) -> FormattedText {
        match self {
            Self::SendMessage(message) => {
                FormattedText { string: message.text.clone(), entities: message.entities.clone() }
            }
        }
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
        use crate::text::utf16;
        Self {
            characters: utf16::characters(text),
            limit,
            utf16: utf16::len(text),
            entities: entities.len(),
        }
    }
}

/// One message of a post: a request and how long its text is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// What is sent.
    pub request: Request,
}
