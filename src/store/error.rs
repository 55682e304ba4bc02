//! Errors of the journal, classified by their consequence.

use std::path::PathBuf;

use thiserror::Error;

use crate::exit::Exit;
use crate::outbox::StepRefusal;

/// An error of the journal.
#[derive(Debug, Error)]
pub enum StoreError {
    /// The rules refuse an order; nothing was written.
    #[error("{refused}")]
    Refused {
        /// The order's index, from 0.
        order: usize,
        /// Why.
        refused: StepRefusal,
    },
    /// There is no such publication.
    #[error("there is no publication {0} in the journal")]
    Missing(crate::outbox::PublicationId),
    /// Another process changed the same rows at the same time. Nothing was written; a retry may succeed.
    #[error("another process changed the journal at the same time")]
    Busy,
    /// Another program, such as a database browser, keeps the journal locked. Nothing was written; a later retry may succeed.
    #[error("another program keeps the journal locked")]
    Locked,
    /// Nothing was written, and the publisher must stop: the disk is full, or the file cannot be read or written.
    #[error("the journal cannot be written: {0}")]
    Unwritable(String),
    /// The journal has values that telepress never writes, or its file is damaged.
    #[error("the journal is damaged: {0}")]
    Unreadable(String),
    /// It is unknown whether the orders were written. Treat them as written until the journal is read again.
    #[error("it is not known whether the change was saved in the journal: {0}")]
    Unknown(String),
    /// The database session ended and released the lock: another process may publish now.
    #[error("the connection to the database was lost, and with it the lock: {0}")]
    LockLost(String),
    /// There is no journal.
    #[error("there is no journal at {0}")]
    Absent(String),
    /// There is already a journal where one should be created.
    #[error("there is already a journal at {0}")]
    Present(String),
    /// There was a journal, and it is missing now.
    #[error("there is no journal at {place}, but there was one: {evidence}")]
    Vanished {
        /// Its file or address, without a password.
        place: String,
        /// The evidence for it.
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
    /// The journal cannot be opened.
    #[error("the journal {place} cannot be opened: {why}")]
    Unopened {
        /// Its file or address, without a password.
        place: String,
        /// Why not.
        why: String,
    },
    /// The journal has a newer schema.
    #[error(
        "the journal {place} is from a newer telepress (its version is {found}, this telepress supports {known})"
    )]
    Newer {
        /// Its file or address, without a password.
        place: String,
        /// The journal's schema version.
        found: i64,
        /// The highest supported version.
        known: i64,
    },
    /// The copy cannot be written.
    #[error("cannot write the backup {}: {why}", .file.display())]
    Backup {
        /// The file of the copy.
        file: PathBuf,
        /// Why not.
        why: String,
    },
    /// The target file already exists.
    #[error("{0} already exists")]
    Exists(PathBuf),
    /// This kind of journal does not support the operation.
    #[error("{0}")]
    Unsupported(String),
}

impl StoreError {
    /// Whether the connection must not be used again.
    #[must_use]
    pub(super) fn breaks_connection(&self) -> bool {
        matches!(
            self,
            Self::Unwritable(_) | Self::Backup { .. } | Self::Unreadable(_) | Self::Unknown(_)
        )
    }

    /// Whether nothing was written and a later retry may succeed.
    #[must_use]
    pub fn may_pass(&self) -> bool {
        matches!(self, Self::Unwritable(_) | Self::Busy | Self::Locked)
    }

    /// What the operator can do.
    #[must_use]
    pub fn hint(&self) -> String {
        match self {
            Self::Refused { .. } | Self::Missing(_) => "`telepress status` shows its state".to_owned(),
            Self::Busy => "run the command again".to_owned(),
            Self::Locked => "close the other program, then run the command again".to_owned(),
            Self::Unwritable(_) => "free disk space, or make the journal writable; `telepress status` shows what was sent before".to_owned(),
            Self::Unreadable(_) => "restore a backup, then run `telepress resolve --after-restore`".to_owned(),
            Self::Unknown(_) => "run `telepress status` when the journal is available again".to_owned(),
            Self::LockLost(_) => "start telepress again when the database answers; the journal has every request that was in flight".to_owned(),
            Self::Absent(_) => "restore it from a backup; if there never was one, create it with `telepress journal create`".to_owned(),
            Self::Present(_) => "use it; to start another one, name it in `[store] url`".to_owned(),
            Self::Vanished { .. } => "mount its disk or volume, or restore it from a backup; only if it is lost for good, use `--previous-journal-is-lost` with `telepress journal create` or `telepress init`".to_owned(),
            Self::Unreachable { .. } => "start the database server, or check `[store] url` in the config".to_owned(),
            Self::Unopened { .. } => "check `[store] url` in the config".to_owned(),
            Self::Newer { .. } => "run the newer telepress; a journal cannot be downgraded".to_owned(),
            Self::Backup { .. } => "name a file in a folder that exists and has free space".to_owned(),
            Self::Exists(_) => "name a file that does not exist".to_owned(),
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
            | Self::Backup { .. }
            | Self::Unknown(_) => Exit::Unexpected,
        }
    }
}

impl From<StepRefusal> for StoreError {
    /// Applying the orders sets the index of the order.
    fn from(refused: StepRefusal) -> Self {
        Self::Refused { order: 0, refused }
    }
}

/// The database's own error text, without the driver's prefix.
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

/// Classifies an error of SQLite before the commit: nothing was written.
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

/// Classifies an error of SQLite at the commit. It is unknown whether the transaction was written, unless the disk is full:
/// then the commit record did not fit.
#[expect(clippy::needless_pass_by_value, reason = "it is what `map_err` gives")]
pub(super) fn of_sqlite_commit(error: sqlx::Error) -> StoreError {
    match sqlite_code(&error) {
        // FULL
        Some(13) => StoreError::Unwritable(words(&error)),
        _ => StoreError::Unknown(words(&error)),
    }
}

/// Classifies an error of PostgreSQL before the commit: nothing was written.
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

/// Classifies an error of PostgreSQL at the commit. A refused commit was not written; if the answer was lost, it is unknown.
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
