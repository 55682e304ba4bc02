//! What a message shows, whichever request puts it there.

use serde::{Deserialize, Serialize};

use super::rich::RichContent;
use super::{
    AlbumContent, InlineKeyboard, InputMedia, LinkPreviewOptions, MediaContent, Poll, TextContent,
};

/// What a message shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content<'r> {
    /// A text.
    Text(&'r TextContent),
    /// A file.
    Media(&'r MediaContent),
    /// An album.
    Album(&'r AlbumContent),
    /// A poll.
    Poll(&'r Poll),
    /// Blocks.
    Rich(&'r RichContent),
}

impl<'r> Content<'r> {
    /// The link preview of a text.
    #[must_use]
    pub fn link_preview(self) -> Option<&'r LinkPreviewOptions> {
        match self {
            Self::Text(content) => content.link_preview_options.as_ref(),
            Self::Media(_) | Self::Album(_) | Self::Poll(_) | Self::Rich(_) => None,
        }
    }

    /// The buttons below the message.
    #[must_use]
    pub fn keyboard(self) -> Option<&'r InlineKeyboard> {
        let keyboard = match self {
            Self::Text(content) => &content.reply_markup,
            Self::Media(content) => &content.reply_markup,
            Self::Rich(content) => &content.reply_markup,
            Self::Album(_) | Self::Poll(_) => return None,
        };
        (!keyboard.is_empty()).then_some(keyboard)
    }

    /// Whether the caption is above the media.
    #[must_use]
    pub fn is_caption_above(self) -> bool {
        match self {
            Self::Media(content) => content.caption.above,
            Self::Album(content) => content.caption.above,
            Self::Text(_) | Self::Poll(_) | Self::Rich(_) => false,
        }
    }

    /// The files of the message, in order.
    #[must_use]
    pub fn media(self) -> Vec<&'r InputMedia> {
        match self {
            Self::Media(content) => vec![&content.media],
            Self::Album(content) => content.media.iter().collect(),
            Self::Rich(content) => content.rich_message.media(),
            Self::Text(_) | Self::Poll(_) => Vec::new(),
        }
    }
}

/// The content of a message that can have buttons.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(untagged)]
pub enum ContentWithButtons {
    /// A text.
    Text(TextContent),
    /// A file.
    Media(MediaContent),
    /// Blocks.
    Rich(RichContent),
}

impl ContentWithButtons {
    /// The buttons.
    #[must_use]
    pub fn keyboard(&self) -> &InlineKeyboard {
        match self {
            Self::Text(content) => &content.reply_markup,
            Self::Media(content) => &content.reply_markup,
            Self::Rich(content) => &content.reply_markup,
        }
    }
}
