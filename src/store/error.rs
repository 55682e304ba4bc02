//! Why the journal did not do what was asked, by its consequence.

use std::path::PathBuf;

use thiserror::Error;

use crate::exit::Exit;
use crate::outbox::StepRefusal;

/// Why the journal did not do what was asked.
#[derive(Debug, Error)]
pub enum StoreError {
    /// The rules do not allow it; nothing was written.
    #[error("{refused}")]
    Refused {
        /// Which of the orders, from 0.
        order: usize,
        /// Why.
        refused: StepRefusal,
    },
    /// There is no such publication.
    #[error("there is no publication {0} in the journal")]
    Missing(crate::outbox::PublicationId),
    /// Another process changed the same rows at the same moment; nothing was written, and the same may work now.
    #[error("the journal was changed by another process at the same moment")]
    Busy,
    /// Another program, such as a database browser, keeps the journal locked; nothing was written, and the same may work later.
    #[error("another program keeps the journal locked")]
    Locked,
    /// Nothing was written, and the publisher must stop: a full disk, a file that cannot be read or written.
    #[error("the journal cannot be written: {0}")]
    Unwritable(String),
    /// The journal holds what telepress never writes, or its file is damaged.
    #[error("the journal is damaged: {0}")]
    Unreadable(String),
    /// Nobody knows whether it was written: what was ordered must be taken for written until the journal is read again.
    #[error("nobody knows whether the journal was written: {0}")]
    Unknown(String),
    /// The session of the database ended, and with it the lock: another process may publish now.
    #[error("the connection to the database was lost, and with it the right to publish: {0}")]
    LockLost(String),
    /// There is no journal.
    #[error("there is no journal at {0}")]
    Absent(String),
    /// There is a journal where one was to be created.
    #[error("there is a journal at {0} already")]
    Present(String),
    /// A journal was there before, and is not there any more.
    #[error("there is no journal at {place}, but there was one: {evidence}")]
    Vanished {
        /// Its file or address, without a password.
        place: String,
        /// How that is known.
        evidence: String,
    },
    /// The database server does not answer.
    #[error("the journal {place} cannot be reached: {why}")]
    Unreachable {
        /// Its address, without a password.
        place: String,
        /// Why not.
        why: String,
    },
    /// The journal cannot be opened, and why.
    #[error("the journal {place} cannot be opened: {why}")]
    Unopened {
        /// Its file or address, without a password.
        place: String,
        /// Why not.
        why: String,
    },
    /// The journal was made by a newer telepress.
    #[error(
        "the journal {place} was made by a newer telepress (its version is {found}, this one knows {known})"
    )]
    Newer {
        /// Its file or address, without a password.
        place: String,
        /// The version it has.
        found: i64,
        /// The highest version that is known here.
        known: i64,
    },
    /// A file that must not exist does.
    #[error("{0} exists already")]
    Exists(PathBuf),
    /// This kind of journal cannot do it.
    #[error("{0}")]
    Unsupported(String),
}

impl StoreError {
    /// Whether the connection that it came from must not be used again.
    #[must_use]
    pub(super) fn breaks_connection(&self) -> bool {
        matches!(self, Self::Unwritable(_) | Self::Unreadable(_) | Self::Unknown(_))
    }

    /// Whether the same may work later without anybody doing anything to telepress: nothing was written.
    #[must_use]
    pub fn may_pass(&self) -> bool {
        matches!(self, Self::Unwritable(_) | Self::Busy | Self::Locked)
    }

    /// The way out.
    #[must_use]
    pub fn hint(&self) -> String {
        match self {
            Self::Refused { .. } | Self::Missing(_) => "`telepress status` tells how it stands".to_owned(),
            Self::Busy => "run the command again".to_owned(),
            Self::Locked => "close the other program, then run the command again".to_owned(),
            Self::Unwritable(_) => "make room on the disk, or see to it that the journal may be written; `telepress status` shows what was sent before".to_owned(),
            Self::Unreadable(_) => "restore a backup, then `telepress resolve --after-restore`".to_owned(),
            Self::Unknown(_) => "run `telepress status` when the journal can be reached again".to_owned(),
            Self::LockLost(_) => "start it again when the database answers; nothing that was under way is forgotten".to_owned(),
            Self::Absent(_) => "restore it from a backup; where there never was one, create it with `telepress journal create`".to_owned(),
            Self::Present(_) => "it can be used as it is; `telepress init` makes a newsroom in a folder without one, and `[store] url` names another journal".to_owned(),
            Self::Vanished { .. } => "mount its disk or volume, or restore it from a backup; only if it is lost for good, use `--previous-journal-is-lost` with `telepress journal create` or `telepress init`".to_owned(),
            Self::Unreachable { .. } => "start the database server, or check `[store] url` in the config".to_owned(),
            Self::Unopened { .. } => "[store] url in the config names it".to_owned(),
            Self::Newer { .. } => "run the newer telepress; a journal is never taken back".to_owned(),
            Self::Exists(_) => "name a file that is not there yet".to_owned(),
            Self::Unsupported(_) => String::new(),
        }
    }

    /// How the run ends.
    #[must_use]
    pub fn exit(&self) -> Exit {
        match self {
            Self::Refused { .. } | Self::Exists(_) => Exit::Findings,
            Self::Busy | Self::Locked => Exit::Waiting,
            Self::Unopened { .. }
            | Self::Newer { .. }
            | Self::Unsupported(_)
            | Self::Absent(_)
            | Self::Present(_)
            | Self::Vanished { .. } => Exit::Usage,
            Self::LockLost(_)
            | Self::Unreachable { .. }
            | Self::Missing(_)
            | Self::Unreadable(_)
            | Self::Unwritable(_)
            | Self::Unknown(_) => Exit::Unexpected,
        }
    }
}

impl From<StepRefusal> for StoreError {
    /// Which of the orders it was is said by whoever goes through them.
    fn from(refused: StepRefusal) -> Self {
        Self::Refused { order: 0, refused }
    }
}

/// An error of the database in its own words, without what the driver puts around them.
pub(super) fn words(error: &sqlx::Error) -> String {
    match error {
        sqlx::Error::Database(database) => database.message().to_owned(),
        other => other.to_string(),
    }
}

/// SQLite's primary result code (<https://sqlite.org/rescode.html>), the low byte of the extended one.
pub(super) fn sqlite_code(error: &sqlx::Error) -> Option<u32> {
    let code = error.as_database_error()?.code()?;
    code.parse::<u32>().ok().map(|code| code & 0xff)
}

/// What an error of SQLite before the commit means: nothing was written.
#[expect(clippy::needless_pass_by_value, reason = "it is what `map_err` gives")]
pub(super) fn of_sqlite(error: sqlx::Error) -> StoreError {
    match sqlite_code(&error) {
        // BUSY, LOCKED
        Some(5 | 6) => StoreError::Locked,
        // CORRUPT, NOTADB
        Some(11 | 26) => StoreError::Unreadable(words(&error)),
        _ => StoreError::Unwritable(words(&error)),
    }
}

/// What an error of SQLite at the commit means: nobody knows whether it was written, unless the disk is full, where the mark
/// that makes a transaction count finds no room.
#[expect(clippy::needless_pass_by_value, reason = "it is what `map_err` gives")]
pub(super) fn of_sqlite_commit(error: sqlx::Error) -> StoreError {
    match sqlite_code(&error) {
        // FULL
        Some(13) => StoreError::Unwritable(words(&error)),
        _ => StoreError::Unknown(words(&error)),
    }
}

/// What an error of PostgreSQL before the commit means: nothing was written.
///
/// The codes are SQLSTATEs (PostgreSQL's documentation, appendix A).
#[expect(clippy::needless_pass_by_value, reason = "it is what `map_err` gives")]
pub(super) fn of_postgres(error: sqlx::Error) -> StoreError {
    let code = error.as_database_error().and_then(sqlx::error::DatabaseError::code);
    match code.as_deref() {
        // serialization_failure, deadlock_detected, lock_not_available
        Some("40001" | "40P01" | "55P03") => StoreError::Busy,
        // data_corrupted, index_corrupted
        Some("XX001" | "XX002") => StoreError::Unreadable(words(&error)),
        _ => StoreError::Unwritable(words(&error)),
    }
}

/// What an error of PostgreSQL at the commit means: what the database refused was not written; where its answer was lost nobody
/// knows.
pub(super) fn of_postgres_commit(error: sqlx::Error) -> StoreError {
    match &error {
        // admin_shutdown, crash_shutdown: the server may have gone down after the commit.
        sqlx::Error::Database(database)
            if !matches!(database.code().as_deref(), Some("57P01" | "57P02")) =>
        {
            of_postgres(error)
        }
        _ => StoreError::Unknown(words(&error)),
    }
}
