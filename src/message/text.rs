//! The content of text messages. This module sends nothing.

use serde::{Deserialize, Serialize};
use telegram_text::{Entity, FormattedText};

use super::is_false;
use super::keyboard::{InlineKeyboard, is_empty};

/// The content of a text message, which an edit can change.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct TextContent {
    /// The text, at most [`crate::limits::MESSAGE_CHARACTERS`].
    pub text: String,
    /// Its entities, in Telegram's normal form.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub entities: Vec<Entity>,
    /// The link preview; `None` lets Telegram decide.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link_preview_options: Option<LinkPreviewOptions>,
    /// The buttons below it.
    #[serde(default, skip_serializing_if = "is_empty")]
    pub reply_markup: InlineKeyboard,
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

impl TextContent {
    /// Whether two contents differ, and only in their buttons.
    #[must_use]
    pub fn differs_in_buttons(&self, other: &Self) -> bool {
        let without_buttons = Self { reply_markup: other.reply_markup.clone(), ..self.clone() };
        self != other && without_buttons == *other
    }

    /// The text with its formatting.
    #[must_use]
    pub fn formatted(&self) -> FormattedText {
        FormattedText { string: self.text.clone(), entities: self.entities.clone() }
    }
}

impl From<FormattedText> for TextContent {
    fn from(text: FormattedText) -> Self {
        Self { text: text.string, entities: text.entities, ..Self::default() }
    }
}
