//! The journal's lock (leader election), which permits one process at a time to publish: a locked file beside the journal, or an advisory lock of a
//! PostgreSQL session. It makes no requests.

use std::path::PathBuf;

use jiff::Timestamp;
use sha2::{Digest, Sha256};

use super::connection::{Connection, Statement};
use super::{StoreError, timestamp};
use crate::fs::{LockFile, Locked};
use crate::limits;
use crate::outbox::Owner;

/// The lock of a journal, whether or not this process holds it.
pub(super) enum InstanceLock {
    File {
        path: PathBuf,
        taken: Option<LockFile>,
    },
    Session {
        /// The key of the advisory lock, which is unique in its database.
        key: i64,
        /// When this process opened the journal.
        since: Timestamp,
        is_taken: bool,
        /// Why it was lost.
        lost: Option<String>,
    },
}

/// The result of taking the lock.
pub(super) enum LockAttempt {
    Taken,
    /// Another process holds it.
    Held(Option<Owner>),
}

impl InstanceLock {
    pub(super) fn of_file(path: PathBuf) -> Self {
        Self::File { path, taken: None }
    }

    /// The lock of the journal with this id.
    pub(super) fn of_session(uuid: &str, since: Timestamp) -> Self {
        let digest = Sha256::digest(uuid.as_bytes());
        let first = digest.iter().take(8);
        let key = first.fold(0_i64, |key, byte| key.wrapping_shl(8) | i64::from(*byte));
        Self::Session { key, since, is_taken: false, lost: None }
    }

    /// Asks the system or the server whether this process and session holds it.
    pub(super) async fn holds(&self, connection: &mut Connection) -> Result<bool, StoreError> {
        match self {
            Self::File { taken, .. } => Ok(taken.as_ref().is_some_and(LockFile::holds)),
            Self::Session { is_taken: false, .. } => Ok(false),
            Self::Session { key, .. } => {
                let statement = Statement::new(include_str!("sql/locked.sql")).number(*key);
                Ok(statement.only_row(connection).await?.number("held")? != 0)
            }
        }
    }

    /// [`StoreError::LockLost`] if the session that held it was lost.
    pub(super) fn check(&self) -> Result<(), StoreError> {
        match self {
            Self::Session { lost: Some(why), .. } => Err(StoreError::LockLost(why.clone())),
            _ => Ok(()),
        }
    }

    /// Records that the connection was lost; a session's lock is lost with it.
    pub(super) fn connection_lost(&mut self, why: &StoreError) {
        if let Self::Session { is_taken, lost, .. } = self
            && *is_taken
        {
            *is_taken = false;
            log::error!("the PostgreSQL session is lost, and the lock with it: {why}");
            lost.get_or_insert_with(|| why.to_string());
        }
    }

    /// Releases a file lock. A session's lock ends with the session.
    pub(super) fn release(&mut self) {
        if let Self::File { taken, .. } = self {
            *taken = None;
        }
    }

    pub(super) async fn take(
        &mut self,
        connection: &mut Connection,
        me: &Owner,
    ) -> Result<LockAttempt, StoreError> {
        if self.holds(connection).await? {
            return Ok(LockAttempt::Taken);
        }
        let owner = serde_json::to_string(me).unwrap_or_default();
        match self {
            Self::File { path, taken } => match LockFile::take(path, &owner) {
                Ok(Locked::Here(file)) => {
                    *taken = Some(file);
                    Ok(LockAttempt::Taken)
                }
                Ok(Locked::Elsewhere(holder)) => {
                    Ok(LockAttempt::Held(serde_json::from_str(&holder).ok()))
                }
                Err(error) => Err(StoreError::Unwritable(error.to_string())),
            },
            Self::Session { key, since, .. } => {
                let (key, since) = (*key, *since);
                let taken = Statement::new(include_str!("sql/lock.sql")).number(key);
                if taken.only_row(connection).await?.number("taken")? == 0 {
                    let publisher = Statement::new(include_str!("sql/publisher.sql"));
                    let row = publisher.first(connection).await?;
                    let holder = row.map(|row| row.text("owner")).transpose()?;
                    return Ok(LockAttempt::Held(
                        holder.and_then(|owner| serde_json::from_str(&owner).ok()),
                    ));
                }
                self.begin_session(connection, owner, since).await?;
                Ok(LockAttempt::Taken)
            }
        }
    }

    /// Completes taking the lock after the server granted it to this session.
    async fn begin_session(
        &mut self,
        connection: &mut Connection,
        owner: String,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.set_taken(true);
        if !self.holds(connection).await? {
            // A connection pooler granted it to another session.
            self.set_taken(false);
            let why = "a connection pooler is in between, so another session got the lock; connect to PostgreSQL directly";
            return Err(StoreError::Unsupported(why.to_owned()));
        }
        // A publisher queries constantly. If it hangs, the server ends its session, and another process can take the lock.
        let idle = limits::MAX_PUBLISHER_SILENCE.as_millis().to_string();
        Statement::new(include_str!("sql/idle.sql")).text(idle).execute(connection).await?;
        let publisher = Statement::new(include_str!("sql/set_publisher.sql"));
        publisher.text(owner).text(timestamp::text(now)).execute(connection).await?;
        Ok(())
    }

    fn set_taken(&mut self, taken: bool) {
        if let Self::Session { is_taken, lost, .. } = self {
            *is_taken = taken;
            *lost = None;
        }
    }
}
