//! The journal's place, and how patient publishing is; nothing is opened and no time is read here.

use std::path::PathBuf;
use std::time::Duration;

use crate::key::string_enum;
use crate::limits;

string_enum! {
    /// What happens to a send whose outcome is not known.
    pub enum Uncertain {
        /// The channel is read back.
        Probe = "probe",
        /// An operator decides.
        Hold = "hold",
    }
}

string_enum! {
    /// What happens to a post that was missed by more than the grace.
    pub enum Missed {
        /// It is published late.
        Publish = "publish",
        /// It waits for an operator.
        Hold = "hold",
        /// It is left out.
        Skip = "skip",
    }
}

string_enum! {
    /// What happens when the file of a published post has changed.
    pub enum Edits {
        /// The operators are told, and the message stays until one of them says so.
        Ask = "ask",
        /// The message is edited.
        Apply = "apply",
        /// Nothing.
        Ignore = "ignore",
    }
}

/// Where the journal is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StoreConfig {
    /// In a file, as it was written.
    File(PathBuf),
    /// In PostgreSQL, at an address without a password.
    Postgres(String),
}

/// What happens to a send whose outcome is not known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecoveryConfig {
    /// Whether the channel is read back.
    pub uncertain: Uncertain,
    /// The numeric id of the chat through which it is.
    pub staging_chat: Option<i64>,
    /// How long an answer is waited for.
    pub send_timeout: Duration,
    /// How long a request may have its effect after its answer was lost.
    pub quiet: Duration,
}

/// The least time between two requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PacingConfig {
    /// To one channel.
    pub channel: Duration,
    /// Of the bot.
    pub bot: Duration,
}

/// What happens to posts whose time has passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ScheduleConfig {
    /// How late a post is still simply sent.
    pub grace: Duration,
    /// What happens past that.
    pub missed: Missed,
    /// What `serve` does where the file of a published post has changed.
    pub edits: Edits,
    /// How many publishers other than who asks have to approve what goes out.
    pub approvals: u8,
}

impl Default for StoreConfig {
    fn default() -> Self {
        Self::File(PathBuf::from("telepress.db"))
    }
}

impl Default for RecoveryConfig {
    fn default() -> Self {
        Self {
            uncertain: Uncertain::Probe,
            staging_chat: None,
            send_timeout: limits::SEND_TIMEOUT,
            quiet: limits::QUIET,
        }
    }
}

impl Default for PacingConfig {
    fn default() -> Self {
        Self { channel: limits::CHANNEL_PACE, bot: limits::BOT_PACE }
    }
}

impl Default for ScheduleConfig {
    fn default() -> Self {
        Self { grace: limits::GRACE, missed: Missed::Hold, edits: Edits::Ask, approvals: 0 }
    }
}
