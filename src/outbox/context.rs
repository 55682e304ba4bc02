//! The facts around a publication when an event occurs. The caller supplies all of them.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use super::{HookKey, Owner, PublicationId, Refusal};
use crate::ids::{ChatId, Destination};
use crate::limits;

/// The facts around a publication when an event occurs.
#[derive(Clone, Copy, Debug)]
pub struct Context<'facts> {
    /// The time of the event.
    pub now: Timestamp,
    /// A uniformly distributed random number, which spreads retries.
    pub jitter: u32,
    /// This process.
    pub process: &'facts ProcessState,
    /// The publication's channel.
    pub channel: &'facts Channel,
    /// What the config says.
    pub policy: &'facts Policy,
}

/// The process that handles the event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProcessState {
    /// Its identity.
    pub owner: Owner,
    /// Whether it holds the instance lock, checked for this event.
    pub holds_lock: bool,
    /// Whether its clock is trusted.
    pub clock_trusted: bool,
    /// Why this bot must send nothing: a refused token, a second instance or a restored journal.
    pub stopped: Option<String>,
}

/// What the journal knows about a channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Channel {
    /// The chat and topic.
    pub destination: Destination,
    /// The highest known message id of the chat.
    pub last_known_message_id: Option<i64>,
    /// The highest known message id of the chat that is not known to be in another topic.
    pub last_in_topic: Option<i64>,
    /// Telegram asked to send nothing to the chat before this time.
    pub flood_wait_until: Option<Timestamp>,
    /// Why the channel is paused.
    pub paused: Option<String>,
    /// Whether Telegram's refusal paused it, not a person. It resumes when the bot's rights are restored.
    pub refused: bool,
    /// That refusal; `None` in journals of earlier versions, which did not keep it.
    pub refusal: Option<Refusal>,
    /// The chat's last known username, without the @. It is stored apart from the other fields.
    pub username: Option<String>,
    /// The supergroup that the chat has become, if it was a basic group.
    pub upgraded_to: Option<i64>,
    /// Another publication of this chat that is publishing or uncertain.
    pub busy: Option<PublicationId>,
}

/// The config's rules for late and lost posts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// How late a post may be and is still sent.
    pub grace: Duration,
    /// What happens to a later one.
    pub missed: Missed,
    /// What happens to a send whose outcome is not known.
    pub recovery: Recovery,
    /// How long a request may still take effect after its answer was lost or its owner was found dead.
    pub quiet: Duration,
    /// How long a due publication is retried.
    pub give_up_after: Duration,
    /// How many publishers other than the requester must approve a publication.
    pub approvals: u8,
    /// The commands that run once after a publication.
    pub hooks: Arc<[HookKey]>,
}

/// What happens to a missed post.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missed {
    /// It is sent late.
    Publish,
    /// It is held until a person releases it.
    Hold,
    /// It is cancelled.
    Skip,
}

/// What happens to a send whose outcome is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recovery {
    /// telepress reads the channel to find out.
    Probe,
    /// A person decides.
    Hold,
    /// A person decides, because there is no staging chat through which telepress could read the channel.
    NoStagingChat,
    /// A person decides, because the numbers of messages in a basic group mean nothing to others than the bot.
    BasicGroup,
}

impl Policy {
    /// What happens in this chat to a send whose outcome is not known.
    #[must_use]
    pub fn recovery_in(&self, chat: i64) -> Recovery {
        if ChatId::is_basic_group(chat) { Recovery::BasicGroup } else { self.recovery }
    }
}

/// Why nothing is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StopReason {
    /// A person paused everything.
    Paused(String),
    /// Telegram refuses the bot, with this description.
    Refused(String),
    /// The journal was restored from a backup and may lack sent messages.
    Restored(String),
}

impl fmt::Display for StopReason {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Paused(why) => write!(formatter, "{why} paused everything"),
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
            hooks: Arc::default(),
        }
    }
}
