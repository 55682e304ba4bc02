//! Creates and opens journals of either kind, also again after an error. It reads and writes no publication.

use jiff::Timestamp;

use super::connection::{Connection, Statement};
use super::{Address, FirstScanPost, StoreError, postgres, read, sqlite, timestamp};
use crate::fs::InodeId;
use crate::random;

/// A journal that was opened to be written.
pub(super) struct Opened {
    pub(super) address: Address,
    pub(super) uuid: String,
    pub(super) file: Option<InodeId>,
}

impl Opened {
    /// Another connection to the same journal.
    pub(super) async fn reopen(&self) -> Result<Connection, StoreError> {
        let mut connection = match &self.address {
            Address::Sqlite(path) => sqlite::to_write_again(path, self.file).await?,
            Address::Postgres { url, .. } => postgres::open_again(url).await?,
        };
        if read::position(&mut connection).await?.uuid == self.uuid {
            return Ok(connection);
        }
        let why = format!("{}: another journal has replaced it", self.address);
        Err(StoreError::Unwritable(why))
    }
}

pub(super) async fn to_read(address: &Address) -> Result<Connection, StoreError> {
    match address {
        Address::Sqlite(path) => sqlite::to_read(path).await,
        Address::Postgres { url, .. } => postgres::open(url).await,
    }
}

/// Another connection to a journal that was read before.
pub(super) async fn to_read_again(address: &Address) -> Result<Connection, StoreError> {
    match address {
        Address::Sqlite(path) => sqlite::to_read_again(path).await,
        Address::Postgres { url, .. } => postgres::open_again(url).await,
    }
}

pub(super) async fn to_write(address: &Address) -> Result<Connection, StoreError> {
    let mut connection = match address {
        Address::Sqlite(path) => sqlite::to_write(path).await?,
        Address::Postgres { url, .. } => postgres::open(url).await?,
    };
    // A journal that cannot be written fails here, before anything is sent.
    let changed = Statement::new(include_str!("sql/changed.sql")).text("opened".to_owned());
    changed.execute(&mut connection).await?;
    Ok(connection)
}

/// Creates the journal: its tables, its id, and the posts that are older than it.
pub(super) async fn create(
    address: &Address,
    history: &[FirstScanPost],
    now: Timestamp,
) -> Result<(), StoreError> {
    let mut connection = match address {
        Address::Sqlite(path) => sqlite::create(path).await?,
        Address::Postgres { url, .. } => postgres::create(url).await?,
    };
    connection.begin().await?;
    let uuid = format!("{:016x}{:016x}", random::number(), random::number());
    if begin(&mut connection, uuid, now).await? == 0 {
        return Err(StoreError::Present(address.to_string()));
    }
    for FirstScanPost { post, source, words } in history {
        let words: Vec<_> = words.iter().map(ToString::to_string).collect();
        let scanned = Statement::new(include_str!("sql/scanned.sql"))
            .text(post.to_string())
            .text(source.to_string())
            .text(words.join("\n"));
        scanned.execute(&mut connection).await?;
    }
    connection.commit().await?;
    connection.close().await;
    Ok(())
}

/// An empty journal in memory, to read.
pub(super) async fn empty(now: Timestamp) -> Result<Connection, StoreError> {
    let mut connection = sqlite::in_memory().await?;
    begin(&mut connection, String::new(), now).await?;
    Ok(connection)
}

/// Writes the journal's id; returns the number of new rows.
async fn begin(
    connection: &mut Connection,
    uuid: String,
    now: Timestamp,
) -> Result<u64, StoreError> {
    let statement = Statement::new(include_str!("sql/begin_meta.sql"));
    statement.text(uuid).text(timestamp::text(now)).execute(connection).await
}
