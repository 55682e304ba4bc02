//! What is read of a journal; nothing is decided here.

use std::fmt;

use jiff::Timestamp;

use crate::ids::PostId;
use crate::outbox::{
    AttemptId, Channel, Notice, PayloadHash, Publication, PublicationId, StopReason,
};
use crate::plan::Words;

/// A message of a channel whose author is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KnownMessage {
    /// Its id.
    pub message_id: i64,
    /// The publication whose message it is; `None` for a post of somebody else, received as an update.
    pub publication: Option<PublicationId>,
}

/// What is known of the journal as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Journal {
    /// What names this journal and its copies.
    pub uuid: String,
    /// Why nothing of this bot goes out until somebody resumes: an operator's word, a refused token, a restored journal.
    pub stopped: Option<StopReason>,
    /// The highest instant that any attempt was recorded at.
    pub newest: Option<Timestamp>,
    /// The last attempt; 0 for none.
    pub last_attempt: AttemptId,
    /// The server and the bot that it belongs to; `None` before its first request.
    pub bound: Option<Binding>,
    /// The staging chat in which it has a mark.
    pub marked: Option<i64>,
    /// The last entry of the log: its number, and when it was written. No other journal has the same one.
    pub last_entry: Option<(i64, Timestamp)>,
}

/// The Bot API server and the bot that a journal's messages are of: elsewhere the numbers in it mean nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Binding {
    /// The server's address.
    pub server: String,
    /// The bot's id.
    pub bot: u64,
}

impl fmt::Display for Binding {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "bot {} at {}", self.bot, self.server)
    }
}

/// What happened, and who caused it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogEntry {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: crate::outbox::Actor,
    /// To which post; `None` for what is about a channel or everything.
    pub post: Option<PostId>,
    /// To which publication.
    pub publication: Option<PublicationId>,
    /// The chat it is about.
    pub chat: Option<i64>,
    /// What, in a word: the name of the event.
    pub event: String,
    /// What it came to, for people.
    pub detail: String,
}

/// Somebody who has talked to the bot, as his app told it last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// His numeric user id.
    pub id: i64,
    /// The name that others see.
    pub name: String,
    /// The code of the language in which he is answered.
    pub language: String,
}

/// A notice that operators were not told yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PendingNotice {
    /// Its number.
    pub id: i64,
    /// Since when.
    pub at: Timestamp,
    /// About which publication.
    pub publication: PublicationId,
    /// What.
    pub notice: Notice,
}

/// A post that is older than the journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FirstScanPost {
    /// Which.
    pub post: PostId,
    /// The hash of its file.
    pub source: PayloadHash,
    /// The words of each of its editions.
    pub words: Vec<Words>,
}

/// Why nothing goes out, by who has to act: several may have to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct StopReasons {
    pub(super) paused: Option<String>,
    pub(super) refused: Option<String>,
    pub(super) restored: Option<String>,
}

impl StopReasons {
    /// The worst one, which is shown.
    pub(super) fn first(&self) -> Option<StopReason> {
        let restored = self.restored.clone().map(StopReason::Restored);
        let refused = self.refused.clone().map(StopReason::Refused);
        restored.or(refused).or(self.paused.clone().map(StopReason::Paused))
    }
}

/// A publication, and the facts around it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct KnownChannel {
    pub(super) publication: Publication,
    /// The version that its row has: `publication` may be newer.
    pub(super) written: i64,
    pub(super) channel: Channel,
    pub(super) stops: StopReasons,
    /// The number that the next attempt gets.
    pub(super) next_attempt: i64,
}

/// One of the publications of a post in a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Revision {
    pub(super) id: PublicationId,
    pub(super) number: u32,
    pub(super) is_superseded: bool,
}
