//! The commands that run after a publication, as the journal knows them. This module runs none.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::PayloadHash;

/// A command of the config. The journal holds the hash of its arguments instead of them: they may contain secrets, and a command that the
/// config does not list must never run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HookKey {
    /// The program's name.
    pub program: String,
    /// The hash of the program and its arguments.
    pub hash: PayloadHash,
}

/// What happened to a hook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HookEvent {
    /// It is about to run. It never runs again.
    Started,
    /// It ended successfully.
    Finished,
    /// It did not.
    Failed(HookFailure),
    /// It does not run, because the config does not list it any more, or the journal was restored from a backup.
    Dropped,
}

/// Why a hook failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "failure", rename_all = "snake_case")]
pub enum HookFailure {
    /// The program could not be started.
    NotStarted {
        /// The system's words.
        why: String,
    },
    /// It exited with another code than 0.
    Exit {
        /// The code.
        code: i32,
    },
    /// A signal ended it.
    Signal {
        /// The signal's number.
        signal: i32,
    },
    /// It ran longer than the config allows, and was ended.
    TimedOut {
        /// The limit.
        seconds: u64,
    },
    /// telepress ended while it ran, so its result is not known.
    Interrupted,
}

impl fmt::Display for HookFailure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotStarted { why } => write!(formatter, "cannot be started: {why}"),
            Self::Exit { code } => write!(formatter, "exit code {code}"),
            Self::Signal { signal } => write!(formatter, "ended by signal {signal}"),
            Self::TimedOut { seconds } => {
                write!(formatter, "ended because it ran longer than {seconds} s")
            }
            Self::Interrupted => formatter.write_str("interrupted; it is not run again"),
        }
    }
}
