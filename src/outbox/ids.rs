//! The numbers that the journal gives, and what names one life of a process; it knows nothing else of the journal.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A publication's number in the journal; the store gives it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PublicationId(pub i64);

impl fmt::Display for PublicationId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

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
