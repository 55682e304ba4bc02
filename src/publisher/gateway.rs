//! The publisher's interface to Telegram: makes the requests of intents, and reads messages of a channel. It records nothing.

use std::future::Future;
use std::pin::Pin;

use jiff::Timestamp;
use telegram_text::Entity;
use thiserror::Error;

use crate::media::Kind;
use crate::message::rich::ReturnedMessage;
use crate::message::{FileId, FileIdChanges, FileIds, FileKey, InputMedia, Poll};
use crate::outbox::{Event, Intent};

/// The future result of a request.
pub type GatewayFuture<'gateway, T> = Pin<Box<dyn Future<Output = T> + Send + 'gateway>>;

/// The connection to Telegram.
pub trait Gateway: Send + Sync {
    /// Makes the request of an intent once, with these files by their `file_id`, and returns its outcome.
    fn execute(&self, intent: Intent, known: FileIds) -> GatewayFuture<'_, RequestResult>;

    /// The bot, whose `file_id`s no other bot can use.
    fn bot_id(&self) -> u64;

    /// Uploads a file to the staging chat, so that it can be sent by its `file_id`. Posts nothing in a channel.
    fn upload(
        &self,
        staging: i64,
        media: InputMedia,
    ) -> GatewayFuture<'_, Result<(FileKey, FileId), UploadError>>;

    /// Gives up the running uploads whose last bytes were not sent, so that they certainly have no effect.
    fn abandon_uploads(&self);

    /// Reads one message of a channel through a temporary copy in the staging chat. Posts nothing in the channel.
    fn read_message(
        &self,
        staging: i64,
        chat: i64,
        message_id: i64,
    ) -> GatewayFuture<'_, ReadResult>;

    /// Counts the messages that exist among `message_ids` (at most
    /// [`limits::FORWARD_MESSAGES`](crate::limits::FORWARD_MESSAGES), strictly increasing), through temporary copies in the
    /// staging chat.
    fn count_messages(
        &self,
        staging: i64,
        chat: i64,
        message_ids: Vec<i64>,
    ) -> GatewayFuture<'_, ForwardCount>;

    /// The newest copy of a channel's post that is pinned in its discussion group; `None` if something else is, or nothing.
    fn pinned_forward(
        &self,
        discussion: i64,
    ) -> GatewayFuture<'_, Result<Option<DiscussionCopy>, String>>;

    /// Whether the channel forbids forwarding, so that a failed forward proves nothing; `Err` if that is unknown.
    fn is_protected(&self, chat: i64) -> GatewayFuture<'_, Result<bool, String>>;

    /// A lower bound of Telegram's present time, if known. It does not depend on this machine's clock.
    fn telegram_time(&self) -> Option<Timestamp>;
}

/// The result of a request.
#[derive(Debug)]
pub struct RequestResult {
    /// The outcome, for the journal.
    pub event: Event,
    /// What the answer says about `file_id`s.
    pub files: FileIdChanges,
    /// Whether the answer shows that the message is in a group, where Telegram accepts fewer messages.
    pub is_group: bool,
}

/// Why a file was not uploaded to the staging chat.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum UploadError {
    /// Its bytes are not on this machine.
    #[error("{0}")]
    NoBytes(String),
    /// The request failed.
    #[error("{0}")]
    Failed(String),
}

/// The result of copying several messages at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ForwardCount {
    /// This many were copied; which ones is not known.
    Copies(usize),
    /// The answer proves nothing about any of them.
    Unclear(String),
    /// Telegram asks to wait this many seconds before the next request.
    Wait(u64),
}

/// The result of reading a message.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::large_enum_variant, reason = "messages are read one at a time")]
pub enum ReadResult {
    /// The message does not exist.
    Absent,
    /// The message exists; this is its copy.
    Message(ForwardedMessage),
    /// The message exists but cannot be read.
    Unreadable,
    /// The request was refused or not answered.
    Failed(String),
    /// Telegram asks to wait this many seconds before the next request.
    Wait(u64),
}

/// The copy of a channel's post in its discussion group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DiscussionCopy {
    /// Its message in the group.
    pub forward_id: i64,
    /// The channel.
    pub chat: i64,
    /// The post's message in the channel.
    pub message_id: i64,
    /// What it shows.
    pub copy: ForwardedMessage,
}

/// The parts of a message copy that are compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForwardedMessage {
    /// The text or caption; empty if it has none.
    pub text: String,
    /// Its entities; `None` if telepress does not know the kind of one of them.
    pub entities: Option<Vec<Entity>>,
    /// Its poll. The right answer of a quiz and its explanation are not part of every copy.
    pub poll: Option<Box<Poll>>,
    /// Its blocks, if it is a rich message; such a message has no text.
    pub rich: Option<Box<ReturnedMessage>>,
    /// Its file.
    pub media: Option<MediaCopy>,
    /// When the copy was made, in seconds since 1970-01-01 UTC by Telegram's clock.
    pub date: Option<i64>,
    /// Where the message was first posted.
    pub origin: Option<Origin>,
}

/// What Telegram reports about the file of a message. Photos are compressed and animations may be converted, so their size and
/// name say nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MediaCopy {
    /// Its kind.
    pub kind: Kind,
    /// How long it is.
    pub bytes: Option<u64>,
    /// The name that readers see.
    pub name: Option<String>,
    /// The id that every message with this file has.
    pub unique_id: Option<String>,
    /// Pixels.
    pub width: Option<u32>,
    /// Pixels.
    pub height: Option<u32>,
    /// Seconds.
    pub duration: Option<u32>,
}

/// Where a copied message was first posted, as far as Telegram reports it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The chat's numeric id.
    pub chat: Option<i64>,
    /// The message's id there.
    pub message_id: Option<i64>,
    /// When it was posted, in seconds since 1970-01-01 UTC by Telegram's clock.
    pub date: Option<i64>,
    /// Whether it names an author other than this bot: in a group it names the author, and not the group.
    pub is_of_another: bool,
}
