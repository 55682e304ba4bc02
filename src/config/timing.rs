//! The journal's location, timeouts, pacing and schedule, as values. This module reads no file and no clock.

use std::path::PathBuf;
use std::time::Duration;

use crate::key::string_enum;
use crate::limits;

string_enum! {
    /// What happens to a message whose outcome is unknown.
    pub enum UnknownOutcomePolicy {
        /// The publisher reads the channel back.
        Probe = "probe",
        /// An operator decides.
        Hold = "hold",
    }
}

string_enum! {
    /// What happens to a post that was missed by more than `grace`.
    pub enum Missed {
        /// It is published late.
        Publish = "publish",
        /// It waits for an operator.
        Hold = "hold",
        /// It is skipped.
        Skip = "skip",
    }
}

string_enum! {
    /// What happens when the file of a published post changes.
    pub enum Edits {
        /// The operators are asked; the message stays until one of them confirms the edit.
        Ask = "ask",
        /// The message is edited.
        Apply = "apply",
        /// Nothing.
        Ignore = "ignore",
    }
}

/// The location of the journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StoreConfig {
    /// A file; the path as typed.
    File(PathBuf),
    /// A PostgreSQL database; the URL without a password.
    Postgres(String),
}

/// Where the bytes of media are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MediaConfig {
    /// The folder as typed; `None`: beside the journal.
    pub folder: Option<PathBuf>,
    /// How many bytes of published media are kept.
    pub limit: u64,
}

impl Default for MediaConfig {
    fn default() -> Self {
        Self { folder: None, limit: limits::KEPT_MEDIA_BYTES }
    }
}

/// What happens to a message whose outcome is unknown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecoveryConfig {
    /// Whether the publisher reads the channel back.
    pub uncertain: UnknownOutcomePolicy,
    /// The numeric id of the chat that receives the copies.
    pub staging_chat: Option<i64>,
    /// How long to wait for an answer.
    pub send_timeout: Duration,
    /// How long a request may still take effect after its answer was lost.
    pub quiet: Duration,
}

/// The minimum time between two requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PacingConfig {
    /// To one channel.
    pub channel: Duration,
    /// Of the bot.
    pub bot: Duration,
}

/// What happens to missed posts, changed files and approvals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ScheduleConfig {
    /// How late a post may be and still be sent normally.
    pub grace: Duration,
    /// What happens to a later one.
    pub missed: Missed,
    /// What `serve` does when the file of a published post changes.
    pub edits: Edits,
    /// How many publishers besides the requester must approve the content.
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
            uncertain: UnknownOutcomePolicy::Probe,
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
