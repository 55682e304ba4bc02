//! Edits, deletions, pins, and closed polls of parts that were sent. All but pins are idempotent, so after a lost answer they are
//! simply retried: Telegram refuses to close a poll twice. A pin is not: only a person may order it again.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Actor, AttemptId, Owner, PayloadHash, Refusal, moment};
use crate::message::Request;

/// An edit, deletion or pin of one part that was sent.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Change {
    /// What it does.
    pub kind: ChangeKind,
    /// The request; it never changes.
    pub request: Request,
    /// The hash of what the channel shows after it.
    pub hash: PayloadHash,
    /// Who requested it.
    pub by: Actor,
    /// Its attempts, oldest first.
    pub attempts: Vec<AttemptId>,
    /// How many attempts failed or had an unknown outcome.
    pub tries: u32,
    /// Its state.
    pub state: ChangeState,
    /// Whether `--prune` requested it because the post has no file. It is withdrawn if the file comes back.
    #[serde(default)]
    pub pruned: bool,
}

/// What a change does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeKind {
    /// Change what the message shows.
    Edit,
    /// Delete the message.
    Delete,
    /// Pin the message.
    Pin,
    /// Unpin the message.
    Unpin,
    /// Close the poll.
    ClosePoll,
}

/// What a request does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Operation {
    /// Posts messages. It must never happen twice.
    Send,
    /// Edits a message; idempotent.
    Edit,
    /// Deletes a message; idempotent.
    Delete,
    /// Pins or unpins a message.
    Pin,
    /// Closes a poll; idempotent.
    ClosePoll,
}

impl Change {
    /// Whether it waits for its next request.
    #[must_use]
    pub fn is_pending(&self) -> bool {
        matches!(self.state, ChangeState::Pending { .. })
    }

    /// Whether the file ordered this deletion with `delete_at`.
    #[must_use]
    pub fn is_scheduled_deletion(&self) -> bool {
        self.kind == ChangeKind::Delete && self.by == Actor::Schedule
    }

    /// Whether no request was made for it yet.
    #[must_use]
    pub fn is_untried(&self) -> bool {
        self.is_pending() && self.attempts.is_empty()
    }
}

impl ChangeKind {
    /// What has happened to the message after it.
    #[must_use]
    pub fn past(self) -> &'static str {
        match self {
            Self::Edit => "edited",
            Self::Delete => "deleted",
            Self::Pin => "pinned",
            Self::Unpin => "unpinned",
            Self::ClosePoll => "closed the poll of",
        }
    }

    /// Whether an order revises the message: edits or deletes it. A newer revision replaces it.
    #[must_use]
    pub fn is_revision(self) -> bool {
        matches!(self, Self::Edit | Self::Delete)
    }

    /// Whether it pins or unpins the message.
    #[must_use]
    pub fn is_pin(self) -> bool {
        matches!(self, Self::Pin | Self::Unpin)
    }
}

impl From<ChangeKind> for Operation {
    fn from(kind: ChangeKind) -> Self {
        match kind {
            ChangeKind::Edit => Self::Edit,
            ChangeKind::Delete => Self::Delete,
            ChangeKind::Pin | ChangeKind::Unpin => Self::Pin,
            ChangeKind::ClosePoll => Self::ClosePoll,
        }
    }
}

/// The state of a change. A completed change is removed: the part shows its result.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum ChangeState {
    /// It waits for its first request or for a retry.
    Pending {
        /// The next request must not be made earlier.
        #[serde(with = "moment::optional")]
        not_before: Option<Timestamp>,
    },
    /// An intent is committed.
    Sending {
        /// The attempt.
        attempt: AttemptId,
        /// The process that makes the request.
        owner: Owner,
        /// When the intent was committed.
        #[serde(with = "moment")]
        since: Timestamp,
    },
    /// It failed: a person decides how to go on.
    Conflict {
        /// Why it failed.
        conflict: Conflict,
        /// Telegram's words.
        description: String,
    },
}

/// Why a change failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Conflict {
    /// The message is no longer in the channel.
    Vanished,
    /// Telegram refused the change.
    Refused(Refusal),
    /// It failed too many times.
    GaveUp,
    /// The bytes of a file are not on the machine that publishes.
    MediaMissing,
    /// The outcome of a pin is unknown. It is not retried, because an admin may have removed the pin since.
    Unanswered,
}

impl ChangeState {
    /// Its name.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Pending { .. } => "pending",
            Self::Sending { .. } => "sending",
            Self::Conflict { .. } => "conflict",
        }
    }
}
