//! Creating a journal of either kind, and opening it: for the first time, and again after a fault.

use jiff::Timestamp;

use super::connection::{Connection, Statement};
use super::{Address, FirstScanPost, StoreError, postgres, read, sqlite, timestamp};
use crate::fs::FileId;
use crate::random;

/// A journal that was opened to be written.
pub(super) struct Opened {
    pub(super) address: Address,
    pub(super) uuid: String,
    pub(super) file: Option<FileId>,
}

impl Opened {
    /// Another connection to the same journal.
    pub(super) async fn again(&self) -> Result<Connection, StoreError> {
        let mut connection = match &self.address {
            Address::Sqlite(path) => sqlite::to_write_again(path, self.file).await?,
            Address::Postgres { url, .. } => postgres::open_again(url).await?,
        };
        if read::height(&mut connection).await?.uuid == self.uuid {
            return Ok(connection);
        }
        let why = format!("{}: another journal has taken its place", self.address);
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
    // Finds out here, before anything is sent, that nothing can be written.
    let changed = Statement::new(include_str!("sql/changed.sql")).text("opened".to_owned());
    changed.execute(&mut connection).await?;
    Ok(connection)
}

/// Makes the journal: its tables, its id, and the posts that are older than it.
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

/// A journal in memory that is empty, to be read.
pub(super) async fn empty(now: Timestamp) -> Result<Connection, StoreError> {
    let mut connection = sqlite::in_memory().await?;
    begin(&mut connection, String::new(), now).await?;
    Ok(connection)
}

/// Gives the journal its id; how many rows that made.
async fn begin(
    connection: &mut Connection,
    uuid: String,
    now: Timestamp,
) -> Result<u64, StoreError> {
    let statement = Statement::new(include_str!("sql/begin_meta.sql"));
    statement.text(uuid).text(timestamp::text(now)).execute(connection).await
}
