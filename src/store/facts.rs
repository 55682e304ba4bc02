//! Values that are read from a journal. They decide nothing.

use std::fmt;

use jiff::Timestamp;
use jiff::civil::{Date, Time};

use super::LogEvent;
use crate::ids::{Destination, PostId, TopicId};
use crate::outbox::{
    Acceptance, AttemptId, Channel, Notice, PayloadHash, Publication, PublicationId, Refusal,
    StopReason,
};
use crate::plan::Words;

/// A message of known origin in a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KnownMessage {
    /// Its id.
    pub message_id: i64,
    /// Its publication; `None` for a post of somebody else, received as an update.
    pub publication: Option<PublicationId>,
    /// Whether only an operator says that it is in the channel.
    pub by_operator: bool,
}

/// Facts about the journal as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Journal {
    /// The id of this journal and its copies, with its timeline.
    pub uuid: String,
    /// Why all sending of this bot is stopped.
    pub stopped: Option<StopReason>,
    /// The latest time of any attempt.
    pub newest: Option<Timestamp>,
    /// The last attempt; 0 for none.
    pub last_attempt: AttemptId,
    /// The server and bot that it belongs to; `None` before its first request.
    pub bound: Option<Binding>,
    /// The staging chat in which it has a mark.
    pub marked: Option<i64>,
    /// The id and time of the last log entry. Together they distinguish journals.
    pub last_entry: Option<(i64, Timestamp)>,
}

/// The Bot API server and the bot of a journal. Its message and chat ids are valid only there.
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

/// An entry of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogEntry {
    /// When it happened.
    pub at: Timestamp,
    /// Who caused it.
    pub by: crate::outbox::Actor,
    /// The post; `None` for an entry about a channel or everything.
    pub post: Option<PostId>,
    /// The publication.
    pub publication: Option<PublicationId>,
    /// The chat and topic.
    pub place: Option<Destination>,
    /// What happened.
    pub event: LogEvent,
    /// The result, for people.
    pub detail: String,
}

/// The planned time that an order sets, as the detail of its log entry ends with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlannedTime {
    /// The time before, if there was one.
    pub from: Option<Timestamp>,
    /// The time now.
    pub to: Timestamp,
}

impl std::fmt::Display for PlannedTime {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.from {
            Some(from) => write!(formatter, "; from {from} to {}", self.to),
            None => write!(formatter, "; for {}", self.to),
        }
    }
}

impl PlannedTime {
    /// The detail of a log entry without the planned time, and the planned time.
    #[must_use]
    pub fn of_detail(detail: &str) -> (&str, Option<Self>) {
        let parsed = |times: &str| match times.strip_prefix("from ") {
            Some(times) => {
                let (from, to) = times.split_once(" to ")?;
                Some(Self { from: Some(from.parse().ok()?), to: to.parse().ok()? })
            }
            None => Some(Self { from: None, to: times.strip_prefix("for ")?.parse().ok()? }),
        };
        match detail.split_once("; ").and_then(|(rest, times)| Some((rest, parsed(times)?))) {
            Some((rest, times)) => (rest, Some(times)),
            None => (detail, None),
        }
    }
}

/// A person who has written to the bot, as their app last reported them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// The numeric user id.
    pub id: i64,
    /// The name that others see.
    pub name: String,
    /// The code of the language for answers.
    pub language: String,
}

/// The daily digest of an operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Digest {
    /// The operator.
    pub person: i64,
    /// The local time of day at which it is wanted.
    pub at: Time,
    /// When the operator chose that time.
    pub since: Timestamp,
    /// The local date of the last one.
    pub sent_on: Option<Date>,
}

/// A notice that was not delivered yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PendingNotice {
    /// Its id.
    pub id: i64,
    /// When it was created.
    pub at: Timestamp,
    /// The publication that it concerns.
    pub publication: PublicationId,
    /// The notice.
    pub notice: Notice,
}

/// How many unfinished publications are in a state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueueCount {
    /// The state's name.
    pub state: String,
    /// How many.
    pub number: i64,
    /// The earliest due time of those that are due, and of which nothing was sent.
    pub oldest_due: Option<Timestamp>,
}

/// A post that is older than the journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FirstScanPost {
    /// The post.
    pub post: PostId,
    /// The hash of its file.
    pub source: PayloadHash,
    /// The word hashes of each of its editions.
    pub words: Vec<Words>,
}

/// Why all sending is stopped, by who must act. Several reasons can hold at once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct StopReasons {
    pub(super) paused: Option<String>,
    pub(super) refused: Option<String>,
    pub(super) restored: Option<String>,
}

impl StopReasons {
    /// The most serious reason, for display.
    pub(super) fn first(&self) -> Option<StopReason> {
        let restored = self.restored.clone().map(StopReason::Restored);
        let refused = self.refused.clone().map(StopReason::Refused);
        restored.or(refused).or(self.paused.clone().map(StopReason::Paused))
    }
}

/// Whether and why a channel is paused.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Pause {
    /// Why; `None` if it is open.
    pub(super) why: Option<String>,
    /// Whether Telegram's refusal paused it.
    pub(super) is_refused: bool,
    /// That refusal.
    pub(super) refusal: Option<Refusal>,
}

/// A publication with its context.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct PublicationContext {
    pub(super) publication: Publication,
    /// The version in its row; `publication` may be newer.
    pub(super) written: i64,
    pub(super) channel: Channel,
    pub(super) stops: StopReasons,
    /// The id of the next attempt.
    pub(super) next_attempt: i64,
}

/// One of the publications of a post in a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Revision {
    pub(super) id: PublicationId,
    pub(super) number: u32,
    pub(super) topic: Option<TopicId>,
    pub(super) is_superseded: bool,
    pub(super) occurrence: Option<Timestamp>,
    pub(super) is_unfinished: bool,
}

impl Revision {
    /// Whether it keeps another publication for this occurrence from being accepted: it is for the same one, or an occurrence of the
    /// post is not over. So two commands that read different files cannot schedule two occurrences. Comments follow their post,
    /// whose next occurrence may be scheduled before they are sent.
    pub(super) fn blocks(&self, new: &Acceptance) -> bool {
        let is_other = self.occurrence.is_some() && new.occurrence.is_some();
        self.occurrence == new.occurrence
            || is_other && self.is_unfinished && new.comments_on.is_none()
    }
}
