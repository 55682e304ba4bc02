//! Bot API requests that publish, edit, pin or delete messages, or close polls, without the chat. This module sends nothing.

mod bot_api;
mod content;
mod file_id;
mod keyboard;
mod measure;
mod media;
mod poll;
mod reference;
pub mod rich;
mod text;

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use telegram_text::{Entity, FormattedText};

use crate::limits;
pub use bot_api::NamedFile;
pub use content::{Content, ContentWithButtons};
pub use file_id::{FileId, FileIdChanges, FileIds, FileKey};
pub use keyboard::{ButtonPress, InlineButton, InlineKeyboard};
pub use measure::Measure;
pub use media::{
    AlbumContent, Caption, FileContent, FileHash, InputMedia, MediaContent, MediaFile,
};
pub use poll::{Poll, PollKind, PollOption};
pub use reference::{MissingReference, Reference};
use rich::{BlockDetail, RichContent};
pub use text::{LinkPreviewOptions, TextContent};

/// A request of the Bot API about one message or album of a channel, without the channel's chat.
///
/// A request keeps this type from the layout through the journal to the client. The journal stores and hashes its JSON form.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "method", content = "params", rename_all = "camelCase")]
pub enum Request {
    /// Posts a text.
    SendMessage(SendMessage),
    /// Posts a file: the Bot API's `sendPhoto`, `sendVideo` and so on, by its kind.
    SendMedia(Box<SendMedia>),
    /// Posts an album.
    SendMediaGroup(SendMediaGroup),
    /// Posts a poll.
    SendPoll(Box<SendPoll>),
    /// Posts a rich message.
    SendRichMessage(Box<SendRichMessage>),
    /// Changes the text of a message.
    EditMessageText(EditMessageText),
    /// Replaces the blocks of a rich message, or makes a text a rich message.
    EditRichMessage(Box<EditRichMessage>),
    /// Changes the caption of a message.
    EditMessageCaption(Box<EditMessageCaption>),
    /// Replaces the file and the caption of a message, or its text with them.
    EditMessageMedia(Box<EditMessageMedia>),
    /// Changes items of an album, one message at a time.
    EditMediaGroup(Box<EditMediaGroup>),
    /// Changes only the buttons of a message.
    EditMessageReplyMarkup(Box<EditMessageReplyMarkup>),
    /// Closes a poll.
    StopPoll(MessageId),
    /// Deletes a message.
    DeleteMessage(MessageId),
    /// Deletes the messages of an album.
    DeleteMessages(MessageIds),
    /// Pins a message. In channels this never causes a notification.
    PinChatMessage(MessageId),
    /// Unpins a message.
    UnpinChatMessage(MessageId),
}

/// The parameters of a [`Request`] in the journal, to serialize as JSON. [`Request::bot_api`] returns those for the server.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(untagged)]
pub enum Params<'r> {
    /// Of `sendMessage`.
    Send(&'r SendMessage),
    /// Of `sendPhoto` and its siblings.
    Media(&'r SendMedia),
    /// Of `sendMediaGroup`.
    Album(&'r SendMediaGroup),
    /// Of `sendPoll`.
    Poll(&'r SendPoll),
    /// Of `sendRichMessage`.
    Rich(&'r SendRichMessage),
    /// Of `editMessageText`.
    Edit(&'r EditMessageText),
    /// Of `editMessageText` with blocks.
    EditRich(&'r EditRichMessage),
    /// Of `editMessageCaption`.
    EditCaption(&'r EditMessageCaption),
    /// Of `editMessageMedia`.
    EditMedia(&'r EditMessageMedia),
    /// Of the edit of an item of an album.
    EditAlbum(&'r EditMediaGroup),
    /// Of `editMessageReplyMarkup`.
    EditReplyMarkup(&'r EditMessageReplyMarkup),
    /// Of a method that only names a message.
    Message(&'r MessageId),
    /// Of a method that only names messages.
    Messages(&'r MessageIds),
}

/// How a message is sent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct SendOptions {
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

/// The parameters of `sendMessage`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct SendMessage {
    /// The visible content.
    #[serde(flatten)]
    pub content: TextContent,
    /// How it is sent.
    #[serde(flatten)]
    pub options: SendOptions,
}

/// The parameters of `sendPhoto`, `sendVideo`, `sendAnimation`, `sendAudio` or `sendDocument`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct SendMedia {
    /// The visible content.
    #[serde(flatten)]
    pub content: MediaContent,
    /// How it is sent.
    #[serde(flatten)]
    pub options: SendOptions,
}

/// The parameters of `sendMediaGroup`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct SendMediaGroup {
    /// The visible content.
    #[serde(flatten)]
    pub content: AlbumContent,
    /// How it is sent.
    #[serde(flatten)]
    pub options: SendOptions,
}

/// The parameters of `sendPoll`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct SendPoll {
    /// The visible content.
    #[serde(flatten)]
    pub content: Poll,
    /// How it is sent.
    #[serde(flatten)]
    pub options: SendOptions,
}

/// The parameters of `sendRichMessage`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct SendRichMessage {
    /// The visible content.
    #[serde(flatten)]
    pub content: RichContent,
    /// How it is sent.
    #[serde(flatten)]
    pub options: SendOptions,
}

/// The parameters of `editMessageText` with blocks in place of a text.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct EditRichMessage {
    /// The new visible content.
    #[serde(flatten)]
    pub content: RichContent,
    /// The message.
    pub message_id: i64,
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

/// The parameters of `editMessageCaption`. Telegram resets what is left out.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct EditMessageCaption {
    /// The content with the new caption. An item of an album has no buttons.
    #[serde(flatten)]
    pub content: MediaContent,
    /// The message.
    pub message_id: i64,
}

/// The parameters of `editMessageMedia`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct EditMessageMedia {
    /// The new visible content.
    #[serde(flatten)]
    pub content: MediaContent,
    /// The message.
    pub message_id: i64,
}

/// The edit of an album. The Bot API edits one message at a time, so this is a sequence of requests: `editMessageMedia` or
/// `editMessageCaption` for each item that differs.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct EditMediaGroup {
    /// The content of the whole album after all edits.
    #[serde(flatten)]
    pub content: AlbumContent,
    /// The items to edit. This request edits the first one.
    pub edits: Vec<ItemEdit>,
}

/// The edit of one item of an album.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ItemEdit {
    /// The index of the item, from 0.
    pub item: usize,
    /// The item's message.
    pub message_id: i64,
    /// Whether its file is replaced, and not only its caption.
    pub replaces_file: bool,
}

impl EditMediaGroup {
    /// The item that this request edits, and how.
    fn first(&self) -> Option<(&InputMedia, ItemEdit)> {
        let edit = *self.edits.first()?;
        Some((self.content.media.get(edit.item)?, edit))
    }
}

/// The parameters of `editMessageReplyMarkup`. Without buttons Telegram removes those that the message has.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct EditMessageReplyMarkup {
    /// The content with the new buttons.
    #[serde(flatten)]
    pub content: ContentWithButtons,
    /// The message.
    pub message_id: i64,
}

/// The parameters that name a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct MessageId {
    /// Its id.
    pub message_id: i64,
}

/// The parameters that name several messages.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct MessageIds {
    /// Their ids in ascending order, at most [`limits::DELETE_MESSAGES`].
    pub message_ids: Vec<i64>,
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
    /// A placeholder of a comment: the copy of its post in the discussion group, until its message is known.
    AutomaticForward {
        /// The post whose copy it is.
        forward_of: ForwardedPost,
    },
}

/// The post whose copy in the discussion group a comment replies to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ForwardedPost {
    /// The comment's own post.
    Post,
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
        use crate::media::Kind;
        match self {
            Self::SendMessage(_) => "sendMessage",
            Self::SendMedia(message) => match message.content.media.kind {
                Kind::Photo => "sendPhoto",
                Kind::Video => "sendVideo",
                Kind::Animation => "sendAnimation",
                Kind::Audio => "sendAudio",
                Kind::Document => "sendDocument",
            },
            Self::SendMediaGroup(_) => "sendMediaGroup",
            Self::SendPoll(_) => "sendPoll",
            Self::SendRichMessage(_) => "sendRichMessage",
            Self::EditMessageText(_) | Self::EditRichMessage(_) => "editMessageText",
            Self::EditMessageCaption(_) => "editMessageCaption",
            Self::EditMessageMedia(_) => "editMessageMedia",
            Self::EditMediaGroup(edit) => match edit.edits.first() {
                Some(ItemEdit { replaces_file: true, .. }) => "editMessageMedia",
                _ => "editMessageCaption",
            },
            Self::EditMessageReplyMarkup(_) => "editMessageReplyMarkup",
            Self::StopPoll(_) => "stopPoll",
            Self::DeleteMessage(_) => "deleteMessage",
            Self::DeleteMessages(_) => "deleteMessages",
            Self::PinChatMessage(_) => "pinChatMessage",
            Self::UnpinChatMessage(_) => "unpinChatMessage",
        }
    }

    /// The parameters as the journal stores and hashes them.
    #[must_use]
    pub fn params(&self) -> Params<'_> {
        match self {
            Self::SendMessage(message) => Params::Send(message),
            Self::SendMedia(message) => Params::Media(message),
            Self::SendMediaGroup(album) => Params::Album(album),
            Self::SendPoll(poll) => Params::Poll(poll),
            Self::SendRichMessage(message) => Params::Rich(message),
            Self::EditRichMessage(edit) => Params::EditRich(edit),
            Self::EditMessageText(edit) => Params::Edit(edit),
            Self::EditMessageCaption(edit) => Params::EditCaption(edit),
            Self::EditMessageMedia(edit) => Params::EditMedia(edit),
            Self::EditMediaGroup(edit) => Params::EditAlbum(edit),
            Self::EditMessageReplyMarkup(edit) => Params::EditReplyMarkup(edit),
            Self::DeleteMessages(messages) => Params::Messages(messages),
            Self::StopPoll(message)
            | Self::DeleteMessage(message)
            | Self::PinChatMessage(message)
            | Self::UnpinChatMessage(message) => Params::Message(message),
        }
    }

    /// The content of the message after the request; `None` for a request that does not set all of it.
    #[must_use]
    pub fn content(&self) -> Option<Content<'_>> {
        match self {
            Self::SendMessage(message) => Some(Content::Text(&message.content)),
            Self::EditMessageText(edit) => Some(Content::Text(&edit.content)),
            Self::SendMedia(message) => Some(Content::Media(&message.content)),
            Self::EditMessageCaption(edit) => Some(Content::Media(&edit.content)),
            Self::EditMessageMedia(edit) => Some(Content::Media(&edit.content)),
            Self::EditMessageReplyMarkup(edit) => Some(match &edit.content {
                ContentWithButtons::Text(content) => Content::Text(content),
                ContentWithButtons::Media(content) => Content::Media(content),
                ContentWithButtons::Rich(content) => Content::Rich(content),
            }),
            Self::SendRichMessage(message) => Some(Content::Rich(&message.content)),
            Self::EditRichMessage(edit) => Some(Content::Rich(&edit.content)),
            Self::SendMediaGroup(album) => Some(Content::Album(&album.content)),
            Self::EditMediaGroup(edit) => Some(Content::Album(&edit.content)),
            Self::SendPoll(poll) => Some(Content::Poll(&poll.content)),
            Self::StopPoll(_)
            | Self::DeleteMessage(_)
            | Self::DeleteMessages(_)
            | Self::PinChatMessage(_)
            | Self::UnpinChatMessage(_) => None,
        }
    }

    /// The entities of the text or caption, to fill in.
    fn entities_mut(&mut self) -> &mut [Entity] {
        match self {
            Self::SendMessage(message) => &mut message.content.entities,
            Self::EditMessageText(edit) => &mut edit.content.entities,
            Self::SendMedia(message) => &mut message.content.caption.entities,
            Self::EditMessageCaption(edit) => &mut edit.content.caption.entities,
            Self::EditMessageMedia(edit) => &mut edit.content.caption.entities,
            Self::SendMediaGroup(album) => &mut album.content.caption.entities,
            Self::EditMediaGroup(edit) => &mut edit.content.caption.entities,
            Self::SendPoll(poll) => &mut poll.content.explanation_entities,
            Self::SendRichMessage(_)
            | Self::EditRichMessage(_)
            | Self::EditMessageReplyMarkup(_)
            | Self::StopPoll(_)
            | Self::DeleteMessage(_)
            | Self::DeleteMessages(_)
            | Self::PinChatMessage(_)
            | Self::UnpinChatMessage(_) => &mut [],
        }
    }

    /// The blocks, to change them.
    fn blocks_mut(&mut self) -> &mut [rich::Block] {
        match self {
            Self::SendRichMessage(message) => &mut message.content.rich_message.blocks,
            Self::EditRichMessage(edit) => &mut edit.content.rich_message.blocks,
            Self::EditMessageReplyMarkup(edit) => match &mut edit.content {
                ContentWithButtons::Rich(content) => &mut content.rich_message.blocks,
                ContentWithButtons::Text(_) | ContentWithButtons::Media(_) => &mut [],
            },
            _ => &mut [],
        }
    }

    /// The characters of the text, the caption or the poll's question; empty if there is no content.
    #[must_use]
    pub fn string(&self) -> Cow<'_, str> {
        Cow::Borrowed(match self.content() {
            None => "",
            Some(Content::Text(content)) => &content.text,
            Some(Content::Media(content)) => &content.caption.text,
            Some(Content::Album(content)) => &content.caption.text,
            Some(Content::Poll(poll)) => &poll.question,
            Some(Content::Rich(content)) => {
                return Cow::Owned(content.rich_message.plain());
            }
        })
    }

    /// The text, the caption or the poll's question; empty if there is no content.
    #[must_use]
    pub fn text(&self) -> FormattedText {
        match self.content() {
            None => FormattedText::default(),
            Some(Content::Text(content)) => content.formatted(),
            Some(Content::Media(content)) => content.caption.formatted(),
            Some(Content::Album(content)) => content.caption.formatted(),
            Some(Content::Poll(poll)) => poll.formatted_question(),
            Some(Content::Rich(content)) => content.rich_message.readable(BlockDetail::Hidden),
        }
    }

    /// Everything that readers can read, as one text: of a poll the options too.
    #[must_use]
    pub fn readable(&self) -> FormattedText {
        self.poll().map_or_else(|| self.text(), Poll::as_text)
    }

    /// The poll that it sends.
    #[must_use]
    pub fn poll(&self) -> Option<&Poll> {
        match self.content() {
            Some(Content::Poll(poll)) => Some(poll),
            _ => None,
        }
    }

    /// The options of a request that sends something.
    #[must_use]
    pub fn send_options(&self) -> Option<&SendOptions> {
        match self {
            Self::SendMessage(message) => Some(&message.options),
            Self::SendMedia(message) => Some(&message.options),
            Self::SendMediaGroup(album) => Some(&album.options),
            Self::SendPoll(poll) => Some(&poll.options),
            Self::SendRichMessage(message) => Some(&message.options),
            _ => None,
        }
    }

    /// The options of a request that sends something.
    #[must_use]
    pub fn send_options_mut(&mut self) -> Option<&mut SendOptions> {
        match self {
            Self::SendMessage(message) => Some(&mut message.options),
            Self::SendMedia(message) => Some(&mut message.options),
            Self::SendMediaGroup(album) => Some(&mut album.options),
            Self::SendPoll(poll) => Some(&mut poll.options),
            Self::SendRichMessage(message) => Some(&mut message.options),
            _ => None,
        }
    }

    /// The request that deletes these messages; `None` without messages.
    #[must_use]
    pub fn deletion_of(message_ids: &[i64]) -> Option<Self> {
        match message_ids {
            [] => None,
            [message_id] => Some(Self::DeleteMessage(MessageId { message_id: *message_id })),
            message_ids => {
                let mut message_ids = message_ids.to_vec();
                message_ids.sort_unstable();
                Some(Self::DeleteMessages(MessageIds { message_ids }))
            }
        }
    }

    /// How many messages it posts; 0 if it posts none.
    #[must_use]
    pub fn messages(&self) -> usize {
        match self {
            Self::SendMessage(_)
            | Self::SendMedia(_)
            | Self::SendPoll(_)
            | Self::SendRichMessage(_) => 1,
            Self::SendMediaGroup(album) => album.content.media.len(),
            _ => 0,
        }
    }

    /// The edit of the further items, if the request is one of several that edit an album.
    #[must_use]
    pub fn next_edit(&self) -> Option<Self> {
        let Self::EditMediaGroup(edit) = self else { return None };
        let edits = edit.edits.get(1..).filter(|edits| !edits.is_empty())?.to_vec();
        let content = edit.content.clone();
        Some(Self::EditMediaGroup(Box::new(EditMediaGroup { content, edits })))
    }

    /// Whether it is delivered without a sound.
    #[must_use]
    pub fn is_silent(&self) -> bool {
        self.send_options().is_some_and(|options| options.disable_notification)
    }

    /// Whether readers may not forward it.
    #[must_use]
    pub fn is_protected(&self) -> bool {
        self.send_options().is_some_and(|options| options.protect_content)
    }

    /// The post or message that it replies to.
    #[must_use]
    pub fn reply(&self) -> Option<&ReplyParameters> {
        self.send_options()?.reply_parameters.as_ref()
    }

    /// Whether it replies to a message that is known.
    #[must_use]
    pub fn is_reply_to_message(&self) -> bool {
        matches!(self.reply(), Some(ReplyParameters::Message { .. }))
    }

    /// Whether it is a comment whose place is not filled in.
    #[must_use]
    pub fn is_unplaced_comment(&self) -> bool {
        matches!(self.reply(), Some(ReplyParameters::AutomaticForward { .. }))
    }

    /// The comment as a reply to this message.
    #[must_use]
    pub fn placed(mut self, message_id: i64) -> Self {
        if let Some(options) = self.send_options_mut() {
            options.reply_parameters = Some(ReplyParameters::Message { message_id });
        }
        self
    }

    /// The length of its text or caption, and the limit for it.
    #[must_use]
    pub fn measure(&self) -> Measure {
        let of = |text: &str, entities: &[Entity], limit| Measure::of(text, entities, limit);
        match self.content() {
            None => of("", &[], limits::MESSAGE_CHARACTERS),
            Some(Content::Text(text)) => of(&text.text, &text.entities, limits::MESSAGE_CHARACTERS),
            Some(
                Content::Media(MediaContent { caption, .. })
                | Content::Album(AlbumContent { caption, .. }),
            ) => Measure {
                is_caption: true,
                ..of(&caption.text, &caption.entities, limits::CAPTION_UTF16)
            },
            Some(Content::Poll(poll)) => {
                of(&poll.question, &poll.question_entities, limits::POLL_QUESTION_CHARACTERS)
            }
            Some(Content::Rich(content)) => Measure::of_blocks(&content.rich_message.blocks),
        }
    }
}
