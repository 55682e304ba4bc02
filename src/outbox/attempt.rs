//! Attempts: one intent to make one request, and what was found out about it; both are only ever added to.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Actor, Evidence, Operation, Outcome, PayloadHash, PublicationId, Resolution, moment};
use crate::message::Request;

/// An attempt's number in the journal; the store gives it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AttemptId(pub i64);

impl fmt::Display for AttemptId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

/// One life of one process. All three are needed: pids come again after a restart, and boot ids are shared.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Owner {
    /// What names this run of the machine and, among the process ids of its containers, those that this one is of. Empty
    /// where the system does not tell: then nothing is known of the processes of another owner.
    pub boot: String,
    /// The process id.
    pub pid: u32,
    /// A random number, drawn when the process started.
    pub random: u64,
}

impl Owner {
    /// Whether a process id of the other means the same process here, so that it can be seen whether it lives.
    #[must_use]
    pub fn sees(&self, other: &Self) -> bool {
        !self.boot.is_empty() && self.boot == other.boot
    }
}

impl fmt::Display for Owner {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "process {} (boot {}, {:016x})", self.pid, self.boot, self.random)
    }
}

/// An intent as it is recorded before its request is made. Never changed: what is found out later is a [`Finding`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    /// Its number.
    pub id: AttemptId,
    /// Whose part.
    pub publication: PublicationId,
    /// Which part, from 0.
    pub part: usize,
    /// What the request does.
    pub operation: Operation,
    /// Who makes the request.
    pub owner: Owner,
    /// The highest message id known in the channel; what this attempt posts stands above it.
    pub floor: Option<i64>,
    /// When.
    #[serde(with = "moment")]
    pub intent_at: Timestamp,
    /// The hash of the request as it is sent, with the ids of other messages filled in.
    pub request_hash: PayloadHash,
    /// The parameters as they are sent, where they are not the part's own.
    pub filled: Option<Request>,
}

/// Something found out about an attempt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// About which attempt.
    pub attempt: AttemptId,
    /// When it was recorded.
    #[serde(with = "moment")]
    pub at: Timestamp,
    /// What.
    pub found: Found,
}

/// What was found out about an attempt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Found {
    /// The answer, or what came in its place.
    Answer(Outcome),
    /// Its process is gone, or has lost the right to publish.
    Owner {
        /// Whether the process is known to be dead.
        dead: bool,
    },
    /// What a look at the channel saw.
    Evidence(Evidence),
    /// What a person said.
    Decision {
        /// His word.
        decision: Resolution,
        /// Who.
        by: Actor,
    },
}
