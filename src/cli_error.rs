//! Why a command stops, grouped by what follows from it; `run.rs` prints it and picks the exit code.

use std::io;
use std::path::PathBuf;

use crate::exit::Exit;
use crate::fs::{ListError, ReadError, WriteError};
use crate::newsroom::PostsError;
use crate::operations::OperationError;
use crate::store::StoreError;
use crate::telegram::ClientError;
use crate::telegram::credentials::CredentialError;

/// Why a command stops.
#[derive(Debug, thiserror::Error)]
pub enum CliError {
    /// The config has errors, which are printed.
    #[error("{} has {errors}", .path.display(), errors = counted(*.errors, "error"))]
    Config {
        /// The config file.
        path: PathBuf,
        /// How many errors.
        errors: usize,
    },
    /// The config cannot be read.
    #[error("{}: {source}", .path.display())]
    ConfigUnreadable {
        /// The config file.
        path: PathBuf,
        /// Why.
        source: ReadError,
    },
    /// The posts cannot be listed.
    #[error(transparent)]
    Posts(#[from] PostsError),
    /// The command cannot do what was asked.
    #[error("{message}")]
    Stopped {
        /// What is wrong.
        message: String,
        /// The next step.
        hint: String,
        /// How the run ends.
        exit: Exit,
    },
    /// No token, or one that cannot be used.
    #[error(transparent)]
    Token(#[from] CredentialError),
    /// No connection to Telegram can be set up at all.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// A file cannot be written.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// An order about what is published was not carried out.
    #[error(transparent)]
    Desk(#[from] OperationError),
    /// Reading or writing the terminal, or a socket, failed.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// Something that should not happen.
    #[error("{0}")]
    Unexpected(String),
}

impl CliError {
    /// A mistake on the command line.
    #[must_use]
    pub fn usage(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::stopped(Exit::Usage, message, hint)
    }

    /// Something else that stops a command.
    #[must_use]
    pub fn stopped(exit: Exit, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::Stopped { message: message.into(), hint: hint.into(), exit }
    }

    /// The way out.
    #[must_use]
    pub fn hint(&self) -> String {
        match self {
            Self::Config { .. } => "fix the config first".to_owned(),
            Self::ConfigUnreadable { source: ReadError::Missing, .. } => {
                "`telepress init` makes a newsroom here; --config names another".to_owned()
            }
            Self::ConfigUnreadable { .. } => "--config names the file to read".to_owned(),
            Self::Posts(PostsError { source: ListError::TooMany { .. }, .. }) => {
                "move the files that are not posts to another folder; --posts names the folder of the posts".to_owned()
            }
            Self::Posts(_) => "--posts names the folder of the posts; it lies beside the config's folder by default".to_owned(),
            Self::Stopped { hint, .. } => hint.clone(),
            Self::Token(_) | Self::Client(_) | Self::Io(_) => String::new(),
            Self::Desk(fault) => fault.hint(),
            Self::Write(_) => "name another folder, or move the file away".to_owned(),
            Self::Unexpected(_) => "this is a fault of telepress; please report it".to_owned(),
        }
    }

    /// How the run ends.
    #[must_use]
    pub fn exit(&self) -> Exit {
        match self {
            // Whoever read our output has stopped reading: `telepress check | head` is no mistake.
            Self::Io(error) if error.kind() == io::ErrorKind::BrokenPipe => Exit::Done,
            Self::Io(_) | Self::Unexpected(_) => Exit::Unexpected,
            Self::Desk(fault) => fault.exit(),
            Self::Stopped { exit, .. } => *exit,
            _ => Exit::Usage,
        }
    }
}

impl From<StoreError> for CliError {
    fn from(fault: StoreError) -> Self {
        Self::Desk(fault.into())
    }
}

/// `1 error`, `2 errors`.
#[must_use]
pub fn counted(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}
