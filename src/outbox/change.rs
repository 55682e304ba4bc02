//! Edits, deletions and pins of parts that were sent. Unlike sends an edit or deletion may be repeated, so a lost answer is
//! no doubt; a pin is repeated only by a person's word.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Actor, AttemptId, Owner, PayloadHash, Refusal, moment};
use crate::message::Request;

/// An edit, deletion or pin of one part that was sent.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Change {
    /// Which of them.
    pub kind: ChangeKind,
    /// What is sent; never changed.
    pub request: Request,
    /// The hash of what the channel shows afterwards.
    pub hash: PayloadHash,
    /// Who wants it.
    pub by: Actor,
    /// The attempts to make it, oldest first.
    pub attempts: Vec<AttemptId>,
    /// Attempts that settled nothing.
    pub tries: u32,
    /// How far it is.
    pub state: ChangeState,
    /// Whether it is made since the post has no file: when the file is back, it is withdrawn.
    #[serde(default)]
    pub pruned: bool,
}

/// What a change does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeKind {
    /// The message shows something else.
    Edit,
    /// The message goes.
    Delete,
    /// The message is pinned.
    Pin,
    /// The message is pinned no more.
    Unpin,
}

/// What a request does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Operation {
    /// Posts. The one that must never happen twice.
    Send,
    /// Edits what was sent; twice is as good as once.
    Edit,
    /// Deletes what was sent; twice is as good as once.
    Delete,
    /// Pins or unpins what was sent.
    Pin,
}

impl Change {
    /// Whether its next request is still to be made.
    #[must_use]
    pub fn is_pending(&self) -> bool {
        matches!(self.state, ChangeState::Pending { .. })
    }

    /// Whether it was ordered, and no request for it was made yet.
    #[must_use]
    pub fn is_untried(&self) -> bool {
        self.is_pending() && self.attempts.is_empty()
    }
}

impl ChangeKind {
    /// Whether it does nothing to the message itself.
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
        }
    }
}

/// How far a change is. One that is made is no longer there: the part shows it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum ChangeState {
    /// It waits to be made, or to be made again.
    Pending {
        /// Not earlier than this.
        #[serde(with = "moment::optional")]
        not_before: Option<Timestamp>,
    },
    /// An intent is committed.
    Sending {
        /// Which attempt.
        attempt: AttemptId,
        /// Who makes it.
        owner: Owner,
        /// When the intent was committed.
        #[serde(with = "moment")]
        since: Timestamp,
    },
    /// It cannot be made: a person decides what counts.
    Conflict {
        /// Why not.
        conflict: Conflict,
        /// Telegram's words.
        description: String,
    },
}

/// Why a change cannot be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Conflict {
    /// The message is not in the channel any more.
    Vanished,
    /// Telegram refused the change.
    Refused(Refusal),
    /// It was tried too often.
    GaveUp,
    /// Nobody knows whether it was made, and making it again is no matter of course: a pin that somebody took away since
    /// would come back.
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
