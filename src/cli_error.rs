//! The errors that stop a command, with their hints and exit codes; `run.rs` prints them.

use std::io;
use std::path::PathBuf;

use crate::exit::Exit;
use crate::explain::counted;
use crate::fs::{ListError, ReadError, WriteError};
use crate::newsroom::PostsError;
use crate::operations::OperationError;
use crate::spool::SpoolError;
use crate::store::StoreError;
use crate::telegram::ClientError;
use crate::telegram::credentials::CredentialError;

/// An error that stops a command.
#[derive(Debug, thiserror::Error)]
pub enum CliError {
    /// The config has errors, which were printed.
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
    /// Any other reason, with its hint.
    #[error("{message}")]
    Stopped {
        /// What is wrong.
        message: String,
        /// The next step.
        hint: String,
        /// How the run ends.
        exit: Exit,
    },
    /// The token is missing or unusable.
    #[error(transparent)]
    Token(#[from] CredentialError),
    /// The client for Telegram cannot be created.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// A file cannot be written.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// An order was not carried out.
    #[error(transparent)]
    Operation(#[from] OperationError),
    /// Reading or writing the terminal, or a socket, failed.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// A bug in telepress.
    #[error("{0}")]
    Unexpected(String),
}

impl CliError {
    /// A mistake on the command line.
    #[must_use]
    pub fn usage(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::stopped(Exit::Usage, message, hint)
    }

    /// An error with a hint and an exit code.
    #[must_use]
    pub fn stopped(exit: Exit, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::Stopped { message: message.into(), hint: hint.into(), exit }
    }

    /// The next step, which may be empty.
    #[must_use]
    pub fn hint(&self) -> String {
        match self {
            Self::Config { .. } => "fix the errors above, then run the command again".to_owned(),
            Self::ConfigUnreadable { source: ReadError::Missing, .. } => {
                "`telepress init` creates a newsroom here; --config names the config of another one".to_owned()
            }
            Self::ConfigUnreadable { .. } => "--config names another file to read".to_owned(),
            Self::Posts(PostsError { source: ListError::TooMany { .. }, .. }) => {
                "move the files that are not posts to another folder; --posts names the posts folder".to_owned()
            }
            Self::Posts(_) => "--posts names the posts folder; the default is `posts` in the newsroom's folder".to_owned(),
            Self::Stopped { hint, .. } => hint.clone(),
            Self::Token(error) => error.hint().to_owned(),
            Self::Client(ClientError::ApiUrl(_)) => {
                "correct `[bot] api_url` in the config".to_owned()
            }
            Self::Client(ClientError::Proxy(error)) => error.hint().to_owned(),
            Self::Client(ClientError::Http(_)) => "check the proxy's address".to_owned(),
            Self::Io(_) => String::new(),
            Self::Operation(error) => error.hint(),
            Self::Write(WriteError::Exists(_)) => {
                "name another folder, or move that file to another place".to_owned()
            }
            Self::Write(WriteError::System { source, .. }) => match source.kind() {
                io::ErrorKind::NotFound => "name a folder that exists".to_owned(),
                io::ErrorKind::PermissionDenied => "name a folder that you can write to".to_owned(),
                _ => "name another folder".to_owned(),
            },
            Self::Unexpected(_) => "this is a bug in telepress; please report it".to_owned(),
        }
    }

    /// How the run ends.
    #[must_use]
    pub fn exit(&self) -> Exit {
        match self {
            // The reader of the output has stopped, as in `telepress check | head`.
            Self::Io(error) if error.kind() == io::ErrorKind::BrokenPipe => Exit::Done,
            Self::Io(_) | Self::Unexpected(_) => Exit::Unexpected,
            Self::Operation(error) => error.exit(),
            Self::Stopped { exit, .. } => *exit,
            _ => Exit::Usage,
        }
    }
}

impl From<SpoolError> for CliError {
    fn from(error: SpoolError) -> Self {
        Self::Operation(error.into())
    }
}

impl From<StoreError> for CliError {
    fn from(error: StoreError) -> Self {
        Self::Operation(error.into())
    }
}
