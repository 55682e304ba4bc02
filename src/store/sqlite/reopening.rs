//! A new connection to a journal that was open before: after a fault the old one may still be inside a transaction.

use std::path::{Path, PathBuf};

use sqlx::{Connection, SqliteConnection};

use super::super::StoreFault;
use super::super::commit::{self, Serial, Written};
use super::super::decode::Columns;
use super::{fault, open, statement};
use crate::crash;
use crate::fs::{self, FileId};
use crate::outbox::Owner;

/// What is needed to open the same journal again.
pub(in crate::store) struct Reopening {
    path: PathBuf,
    file: Option<FileId>,
    uuid: String,
}

impl Reopening {
    pub(super) fn new(path: &Path, uuid: String) -> Self {
        Self { path: path.to_owned(), file: fs::identity(path), uuid }
    }

    /// A connection with everything checked that durability rests on.
    pub(in crate::store) async fn open(&self) -> Result<SqliteConnection, StoreFault> {
        let unwritable =
            |why: &str| StoreFault::Unwritable(format!("{}: {why}", self.path.display()));
        if fs::identity(&self.path) != self.file {
            return Err(unwritable("the file is gone, or another one has taken its place"));
        }
        let mut connection = open::connected(&self.path).await.map_err(|fault| match fault {
            StoreFault::Unopened { why, .. } => unwritable(&why),
            other => other,
        })?;
        let uuid = open::height(&mut connection).await?.uuid;
        if uuid == self.uuid {
            Ok(connection)
        } else {
            Err(unwritable("another journal has taken its place"))
        }
    }

    /// Numbers the commit that comes next.
    pub(in crate::store) async fn number(
        &self,
        connection: &mut SqliteConnection,
        writer: &str,
    ) -> Result<Serial, StoreFault> {
        let number = sqlx::query_scalar(statement::CHANGED).bind(writer.to_owned());
        let number = number.fetch_one(connection).await.map_err(fault::of)?;
        Ok(Serial { number, writer: writer.to_owned() })
    }

    /// Whether a commit was written. Afterwards that is so for good: pages that a failed commit left in the log are written
    /// over, and those of one that did not fail are in the file itself, whatever the disk did with the log.
    pub(in crate::store) async fn look(
        &self,
        connection: &mut SqliteConnection,
        serial: &Serial,
        me: &Owner,
    ) -> Result<Written, StoreFault> {
        let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await.map_err(fault::of)?;
        let row = sqlx::query(statement::LAST_COMMIT).fetch_one(&mut *transaction).await;
        let written = serial.is_written(&last_commit(&row.map_err(fault::of)?)?);
        if written == Written::No {
            self.number(&mut transaction, &commit::looker(me)).await?;
            transaction.commit().await.map_err(fault::of)?;
            return Ok(written);
        }
        drop(transaction);
        let row = sqlx::query(statement::CHECKPOINT).fetch_one(connection).await;
        let row = row.map_err(fault::of)?;
        let columns = Columns(&row);
        let (logged, stored) = (columns.number("log")?, columns.number("checkpointed")?);
        if logged == stored {
            Ok(written)
        } else {
            Err(StoreFault::Unwritable(
                "the write-ahead log could not be checkpointed into the journal's file".to_owned(),
            ))
        }
    }

    /// Lets every statement fail that adds to the log, as on a full disk, while a test wants it: the transaction is rolled
    /// back by SQLite itself.
    pub(in crate::store) async fn inject(&self, connection: &mut SqliteConnection) {
        let Some(full) = crash::switched("full", &self.path) else { return };
        let statement = if full { statement::TEST_FULL } else { statement::TEST_ROOM };
        let _ = sqlx::raw_sql(statement).execute(connection).await;
    }
}

fn last_commit(row: &sqlx::sqlite::SqliteRow) -> Result<Serial, StoreFault> {
    let columns = Columns(row);
    let writer = columns.maybe_text("writer")?.unwrap_or_default();
    Ok(Serial { number: columns.number("changes")?, writer })
}
