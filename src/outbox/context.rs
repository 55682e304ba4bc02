//! The facts around a publication when something happens to it: all of them are given, none is asked for here.

use std::fmt;
use std::time::Duration;

use jiff::Timestamp;

use super::{Owner, PublicationId};
use crate::limits;

/// The facts around a publication when an event meets it.
#[derive(Clone, Copy, Debug)]
pub struct Context<'facts> {
    /// The time of the event.
    pub now: Timestamp,
    /// A random number, all of whose values are equally likely: it spreads retries.
    pub jitter: u32,
    /// This process.
    pub process: &'facts ProcessState,
    /// The publication's channel.
    pub channel: &'facts Channel,
    /// What the config says.
    pub policy: &'facts Policy,
}

/// The process in which the event happens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProcessState {
    /// Itself.
    pub owner: Owner,
    /// Whether it holds the instance lock at this moment, looked at for this event.
    pub holds_lock: bool,
    /// Whether the clock may be believed.
    pub clock_trusted: bool,
    /// Why nothing of this bot may be sent: a refused token, a second process, a restored journal.
    pub stopped: Option<String>,
}

/// What the journal knows of a channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Channel {
    /// Its numeric id.
    pub chat: i64,
    /// The highest message id known in it.
    pub last_known_message_id: Option<i64>,
    /// Until when Telegram asked to wait.
    pub freeze_until: Option<Timestamp>,
    /// Why nothing goes out until it is resumed.
    pub paused: Option<String>,
    /// Whether Telegram's refusal paused it, and not a person: it opens again when the bot's rights are mended.
    pub refused: bool,
    /// Its @name as it was found last, without the @; it is not changed with the rest.
    pub username: Option<String>,
    /// Another publication of it that is publishing or uncertain.
    pub busy: Option<PublicationId>,
}

/// What the config says about late and lost posts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// How late a post is still simply sent.
    pub grace: Duration,
    /// What happens past that.
    pub missed: Missed,
    /// What happens to a send whose outcome is not known.
    pub recovery: Recovery,
    /// How long after a lost answer, or a dead owner was found, a request may still have its effect.
    pub quiet: Duration,
    /// How long a publication that is due is tried.
    pub give_up_after: Duration,
    /// How many publishers other than who asks have to approve what goes out.
    pub approvals: u8,
}

/// What happens to a post that was missed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missed {
    /// It is sent late.
    Publish,
    /// It waits for a person.
    Hold,
    /// It is cancelled.
    Skip,
}

/// What happens to a send whose outcome is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recovery {
    /// The channel is read back.
    Probe,
    /// A person decides.
    Hold,
    /// A person decides, since there is no chat through which the channel could be read back.
    NoStagingChat,
}

/// Why nothing goes out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StopReason {
    /// Somebody paused everything.
    Paused(String),
    /// Telegram refuses the bot. Its words.
    Refused(String),
    /// The journal is older than what it is known to have sent.
    Restored(String),
}

impl fmt::Display for StopReason {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Paused(why) => write!(formatter, "everything is paused: {why}"),
            Self::Refused(why) => write!(formatter, "Telegram refuses the bot: {why}"),
            Self::Restored(why) => {
                write!(formatter, "the journal was restored from a backup: {why}")
            }
        }
    }
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            grace: limits::GRACE,
            missed: Missed::Hold,
            recovery: Recovery::Hold,
            quiet: limits::QUIET,
            give_up_after: limits::GIVE_UP_AFTER,
            approvals: 0,
        }
    }
}
