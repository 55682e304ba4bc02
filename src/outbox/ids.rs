//! The ids that the journal assigns, and the identity of a process. It generates none.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A publication's id; the store assigns it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PublicationId(pub i64);

impl fmt::Display for PublicationId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

/// An attempt's id; the store assigns it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AttemptId(pub i64);

impl fmt::Display for AttemptId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

/// The identity of a running process. All three fields are needed: pids repeat after a reboot, and all processes share the boot
/// id.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Owner {
    /// Identifies the boot of the machine and the pid namespace. Empty if the system does not report it: then it is not
    /// known whether another owner's process is alive.
    pub boot: String,
    /// The process id.
    pub pid: u32,
    /// A random number, drawn when the process started.
    pub random: u64,
}

impl Owner {
    /// Whether the other's pid is valid here, so that this process can check whether the other is alive.
    #[must_use]
    pub fn can_check_process(&self, other: &Self) -> bool {
        !self.boot.is_empty() && self.boot == other.boot
    }
}

impl fmt::Display for Owner {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "process {} (boot {}, {:016x})", self.pid, self.boot, self.random)
    }
}
