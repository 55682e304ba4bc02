//! Who caused a transition; whether he is allowed to is checked where the order comes in.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Who caused a transition.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Actor {
    /// An operator in the chat.
    Operator {
        /// His numeric user id: usernames change hands.
        id: i64,
    },
    /// Somebody at a shell.
    CommandLine {
        /// The name of his account on the machine.
        user: String,
    },
    /// A post's file that came, changed or went.
    File,
    /// The time had come.
    Schedule,
    /// telepress itself: an answer, a probe, a recovery.
    System,
}

impl Actor {
    /// What he is called, where the journal knows it: an account, or an operator's number.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::CommandLine { user } => user.clone(),
            other => other.to_string(),
        }
    }

    /// Whether it is a person: only a person decides what evidence cannot.
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
