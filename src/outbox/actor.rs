//! Who caused a transition. Permissions are checked where an order comes in, not here.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Who caused a transition.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Actor {
    /// An operator in the chat.
    Operator {
        /// The numeric user id, because usernames can pass to somebody else.
        id: i64,
    },
    /// A user of the command line.
    CommandLine {
        /// The name of the account on the machine.
        user: String,
    },
    /// A post's file that was added, changed or removed.
    File,
    /// The schedule.
    Schedule,
    /// telepress itself: an answer, a probe or a recovery.
    System,
}

impl Actor {
    /// The name of a user of the command line whose account is not known.
    pub const UNKNOWN_USER: &str = "an unknown user";

    /// A short name for listings: the account at the command line, otherwise as [`Display`](fmt::Display) writes it.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::CommandLine { user } => user.clone(),
            other => other.to_string(),
        }
    }

    /// Whether it is an operator or a user of the command line: only they may resolve what evidence cannot.
    #[must_use]
    pub fn is_person(&self) -> bool {
        matches!(self, Self::Operator { .. } | Self::CommandLine { .. })
    }
}

impl fmt::Display for Actor {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Operator { id } => write!(formatter, "operator {id}"),
            Self::CommandLine { user } => write!(formatter, "{user} at the command line"),
            Self::File => formatter.write_str("the file"),
            Self::Schedule => formatter.write_str("the schedule"),
            Self::System => formatter.write_str("telepress"),
        }
    }
}
