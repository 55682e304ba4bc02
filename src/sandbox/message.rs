//! A message, as the sandbox stores it. It knows no chat.

use serde_json::{Value, json};
use telegram_text::FormattedText;

use super::keyboard::Keyboard;
use super::media::PostedMedia;
use super::poll::Poll;
use super::rich::PostedRich;
use crate::message::LinkPreviewOptions;

/// What an edit can change in a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Content {
    /// The text or caption, with the entities that Telegram found too.
    pub(super) text: FormattedText,
    pub(super) link_preview: Option<LinkPreviewOptions>,
    pub(super) keyboard: Option<Keyboard>,
    /// The poll; such a message has no text.
    pub(super) poll: Option<Poll>,
    pub(super) media: Option<PostedMedia>,
    /// The blocks of a rich message, which has no text.
    pub(super) rich: Option<PostedRich>,
    /// The caption is above the media.
    pub(super) caption_above: bool,
}

impl Content {
    /// Its files, in order.
    pub(super) fn files(&self) -> impl Iterator<Item = &PostedMedia> {
        self.media.iter().chain(self.rich.iter().flat_map(|rich| &rich.files))
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a property of its own in the Bot API")]
pub(super) struct Message {
    /// The id in its chat.
    pub(super) id: i64,
    /// The bot or person that sent it.
    pub(super) author: i64,
    /// When it was sent, in seconds since 1970-01-01 UTC.
    pub(super) date: i64,
    /// When it was last edited, in seconds since 1970-01-01 UTC.
    pub(super) edit_date: Option<i64>,
    pub(super) content: Content,
    /// Sent without sound.
    pub(super) silent: bool,
    /// Sent with `protect_content`.
    pub(super) protected: bool,
    /// Pinned in its chat.
    pub(super) pinned: bool,
    pub(super) origin: Option<Origin>,
    /// The id that the messages of an album share.
    pub(super) group: Option<String>,
    /// The topic of its group.
    pub(super) topic: Option<i64>,
    /// The id of a message in the same chat.
    pub(super) reply_to: Option<i64>,
    /// Telegram's own copy of a channel's post in the discussion group.
    pub(super) is_automatic_forward: bool,
    /// The number of its last change, by the chat's count of changes.
    pub(super) change: u64,
}

/// The chat or user that a forward names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum OriginSource {
    /// The Bot API's `Chat` object of the channel.
    Channel(Value),
    /// The Bot API's `User` object of the sender: a forward from a group does not name the group.
    User(Value),
}

/// Where a forwarded message comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Origin {
    pub(super) source: OriginSource,
    /// The id there.
    pub(super) message_id: i64,
    /// When it was sent there, in seconds since 1970-01-01 UTC.
    pub(super) date: i64,
}

impl Origin {
    pub(super) fn to_json(&self) -> Value {
        match &self.source {
            OriginSource::Channel(chat) => {
                json!({ "type": "channel", "chat": chat, "message_id": self.message_id, "date": self.date })
            }
            OriginSource::User(user) => {
                json!({ "type": "user", "sender_user": user, "date": self.date })
            }
        }
    }
}
