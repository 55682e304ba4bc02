//! The way to Telegram as the publisher sees it: it makes requests of intents, and looks at what stands in a channel.

use std::future::Future;
use std::pin::Pin;

use jiff::Timestamp;
use telegram_text::Entity;

use crate::outbox::{Event, Intent};

/// What comes of a request, later.
pub type Later<'gateway, T> = Pin<Box<dyn Future<Output = T> + Send + 'gateway>>;

/// The way to Telegram.
pub trait Gateway: Send + Sync {
    /// Makes the request of an intent, once, and says what became of it.
    fn make(&self, intent: Intent) -> Later<'_, Event>;

    /// Looks at one message of a channel, by a copy in the staging chat that is taken away again. Nothing is posted in the
    /// channel.
    fn look(&self, staging: i64, chat: i64, message_id: i64) -> Later<'_, ProbeResult>;

    /// Copies those of `message_ids` (at most [`limits::FORWARD_MESSAGES`](crate::limits::FORWARD_MESSAGES), strictly
    /// increasing) that exist into the staging chat and takes the copies away again; says how many there were.
    fn count(&self, staging: i64, chat: i64, message_ids: Vec<i64>) -> Later<'_, CopyCount>;

    /// Whether the channel forbids forwarding, so that a missing forward proves nothing; `Err` where nobody knows.
    fn is_protected(&self, chat: i64) -> Later<'_, Result<bool, String>>;

    /// A lower bound of Telegram's present time, where it is known. Our own clock is no source of it.
    fn telegram_time(&self) -> Option<Timestamp>;
}

/// What came of copying several messages at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CopyCount {
    /// So many were copied; which ones is not known.
    Copies(usize),
    /// The answer says nothing about any of them.
    Unclear(String),
    /// Telegram asks to wait before the next request: seconds.
    Wait(u64),
}

/// What a look saw.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProbeResult {
    /// No message.
    Absent,
    /// A message: its copy, which says where it came from.
    Message(MessageCopy),
    /// A message that cannot be read.
    Unreadable,
    /// The look was refused or not answered.
    Failed(String),
    /// Telegram asks to wait before the next look: seconds.
    Wait(u64),
}

/// A copy of a message, as far as it is compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageCopy {
    /// The text; empty where it has none.
    pub text: String,
    /// Its entities; `None` where one of them is of a kind that telepress does not know.
    pub entities: Option<Vec<Entity>>,
    /// When the copy was made: seconds since 1970-01-01 UTC by Telegram's clock.
    pub date: Option<i64>,
    /// Where the copied message was first posted.
    pub origin: Option<Origin>,
}

/// Where a copied message was first posted, as far as Telegram says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The chat's numeric id.
    pub chat: Option<i64>,
    /// The message's id there.
    pub message_id: Option<i64>,
    /// When: seconds since 1970-01-01 UTC by Telegram's clock.
    pub date: Option<i64>,
}
