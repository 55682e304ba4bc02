//! Opening a file of SQLite so that what is committed stays, and making sure that it was opened so.

use std::io::ErrorKind;
use std::path::Path;
use std::time::Duration;

use sqlx::migrate::MigrateError;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection, SqliteConnection};
use tokio::time::{self, Instant};

use super::connection::{Connection as AnyConnection, Statement};
use super::migrations::SQLITE;
use super::{StoreError, address, error, read};
use crate::failpoint;
use crate::fs::{self, FileId};

/// How long it is until opening is tried again.
const AGAIN: Duration = Duration::from_millis(20);

/// How many rows are read ahead.
const ROWS: usize = 500;

/// How long a writer waits for another process's transaction.
const PATIENCE: Duration = Duration::from_secs(5);

/// A connection that writes.
pub(super) async fn to_write(path: &Path) -> Result<AnyConnection, StoreError> {
    patiently(|| write_once(path)).await.map(AnyConnection::Sqlite)
}

/// Makes the file with the tables, where there is no journal yet.
pub(super) async fn create(path: &Path) -> Result<AnyConnection, StoreError> {
    let unopened = |why: String| StoreError::Unopened { place: path.display().to_string(), why };
    match presence(path) {
        Err(StoreError::Absent(_)) => {}
        Err(fault) => return Err(fault),
        Ok(()) if is_begun(&mut connected(path).await?, path).await? => {
            return Err(StoreError::Present(path.display().to_string()));
        }
        Ok(()) => {}
    }
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        fs::make_private_folder(folder)
            .map_err(|error| unopened(format!("its folder cannot be made: {error}")))?;
    }
    if let Some(kind) = path.parent().and_then(fs::network) {
        return Err(on_network(path, kind));
    }
    make_private(path)?;
    let mut connection = connected(path).await?;
    migrate(&mut connection, path).await?;
    Ok(AnyConnection::Sqlite(connection))
}

/// Keeps the file from other users; SQLite gives the files beside it the rights of this one.
fn make_private(path: &Path) -> Result<(), StoreError> {
    fs::make_private(path).map_err(|error| match error.kind() {
        ErrorKind::ReadOnlyFilesystem | ErrorKind::StorageFull => {
            StoreError::Unwritable(error.to_string())
        }
        _ => StoreError::Unopened { place: path.display().to_string(), why: error.to_string() },
    })
}

/// Whether there may be a journal at this place, by the names alone: no link that leads nowhere is followed, and nothing is
/// made.
fn presence(path: &Path) -> Result<(), StoreError> {
    let place = || path.display().to_string();
    let unopened = |why: String| StoreError::Unopened { place: place(), why };
    if fs::is_link(path) == fs::Link::Dangles {
        return Err(unopened("it is a symbolic link to a file that does not exist".to_owned()));
    }
    for ending in ["-wal", "-shm", "-journal", ".lock", ".watermark"] {
        let beside = address::with_ending(path, ending);
        if fs::is_link(&beside) != fs::Link::No {
            return Err(unopened(format!("{} is a link", beside.display())));
        }
    }
    let is_empty = |path: &Path| fs::Stamp::of(path).is_none_or(|stamp| stamp.length() == 0);
    if is_empty(path) && is_empty(&address::with_ending(path, "-wal")) {
        return Err(StoreError::Absent(place()));
    }
    Ok(())
}

/// Whether somebody has created a journal in this file; refused, where it holds something else.
async fn is_begun(connection: &mut SqliteConnection, path: &Path) -> Result<bool, StoreError> {
    let tables: i64 = sqlx::query_scalar("SELECT count(*) FROM sqlite_master")
        .fetch_one(&mut *connection)
        .await
        .map_err(|error| cannot(&error, path))?;
    if tables == 0 {
        return Ok(false);
    }
    let meta: i64 = sqlx::query_scalar("SELECT count(*) FROM sqlite_master WHERE name = 'meta'")
        .fetch_one(&mut *connection)
        .await
        .map_err(|error| cannot(&error, path))?;
    if meta == 0 {
        let why = "it is the database of another program".to_owned();
        return Err(StoreError::Unopened { place: path.display().to_string(), why });
    }
    let rows: i64 = sqlx::query_scalar("SELECT count(*) FROM meta")
        .fetch_one(connection)
        .await
        .map_err(|error| cannot(&error, path))?;
    Ok(rows > 0)
}

fn on_network(path: &Path, kind: &str) -> StoreError {
    StoreError::Unopened {
        place: path.display().to_string(),
        why: format!(
            "it is on a network file system ({kind}), where SQLite cannot guarantee durability; use a local disk"
        ),
    }
}

/// A journal in memory, with nothing in it.
pub(super) async fn in_memory() -> Result<AnyConnection, StoreError> {
    let memory = SqliteConnectOptions::new().in_memory(true);
    let mut connection = memory.connect().await.map_err(error::of_sqlite)?;
    migrate(&mut connection, Path::new("memory")).await?;
    Ok(AnyConnection::Sqlite(connection))
}

/// Opens, and tries again for a while: where another process opens or closes the journal at this moment, SQLite says so at
/// once and waits for nothing.
async fn patiently<F>(open: impl Fn() -> F) -> Result<SqliteConnection, StoreError>
where
    F: Future<Output = Result<SqliteConnection, StoreError>>,
{
    let began = Instant::now();
    loop {
        match open().await {
            Err(StoreError::Locked) if began.elapsed() < PATIENCE => time::sleep(AGAIN).await,
            opened => return opened,
        }
    }
}

/// A connection to a journal that was opened to write before.
async fn connected(path: &Path) -> Result<SqliteConnection, StoreError> {
    patiently(|| async { connect(&options(path), path).await }).await
}

async fn write_once(path: &Path) -> Result<SqliteConnection, StoreError> {
    let unopened = |why: String| StoreError::Unopened { place: path.display().to_string(), why };
    presence(path)?;
    if let Some(kind) = path.parent().and_then(fs::network) {
        return Err(on_network(path, kind));
    }
    make_private(path)?;
    let mut connection = connect(&options(path), path).await?;
    let checked: String = sqlx::query_scalar("PRAGMA quick_check(1)")
        .fetch_one(&mut connection)
        .await
        .map_err(|error| cannot(&error, path))?;
    if checked != "ok" {
        return Err(unopened(format!("it is damaged ({checked}); restore a backup")));
    }
    if !is_begun(&mut connection, path).await? {
        return Err(StoreError::Absent(path.display().to_string()));
    }
    migrate(&mut connection, path).await?;
    Ok(connection)
}

/// A connection that reads.
pub(super) async fn to_read(path: &Path) -> Result<AnyConnection, StoreError> {
    patiently(|| read_once(path)).await.map(AnyConnection::Sqlite)
}

/// A connection that reads, to a journal that was read before.
pub(super) async fn to_read_again(path: &Path) -> Result<AnyConnection, StoreError> {
    if !fs::exists(path) {
        return Err(StoreError::Unwritable(format!("{}: the file is gone", path.display())));
    }
    let connection = match options(path).connect().await {
        Ok(connection) => connection,
        Err(_) => reading(path, false).connect().await.map_err(error::of_sqlite)?,
    };
    Ok(AnyConnection::Sqlite(connection))
}

/// A connection that writes, to a journal that was opened to write before as this file.
pub(super) async fn to_write_again(
    path: &Path,
    file: Option<FileId>,
) -> Result<AnyConnection, StoreError> {
    let unwritable = |why: &str| StoreError::Unwritable(format!("{}: {why}", path.display()));
    if fs::identity(path) != file {
        return Err(unwritable("the file is gone, or another one has taken its place"));
    }
    let connection = connected(path).await.map_err(|fault| match fault {
        StoreError::Unopened { why, .. } => unwritable(&why),
        other => other,
    })?;
    Ok(AnyConnection::Sqlite(connection))
}

/// Puts what is in the write-ahead log into the journal's own file.
pub(super) async fn checkpoint(connection: &mut AnyConnection) -> Result<(), StoreError> {
    let row = Statement::new(include_str!("sql/checkpoint.sql")).one(connection).await?;
    if row.number("log")? == row.number("checkpointed")? {
        return Ok(());
    }
    let why = "the write-ahead log could not be checkpointed into the journal's file";
    Err(StoreError::Unwritable(why.to_owned()))
}

/// Makes every statement fail that adds to the log, as on a full disk, while a test wants it: SQLite itself rolls the
/// transaction back.
pub(super) async fn inject(connection: &mut AnyConnection, path: &Path) {
    const FULL: &str = "CREATE TEMP TRIGGER IF NOT EXISTS full BEFORE INSERT ON main.events \
         BEGIN SELECT raise(ROLLBACK, 'the disk is full, as a test wants it'); END";
    const ROOM: &str = "DROP TRIGGER IF EXISTS temp.full";
    if let Some(full) = failpoint::switched("full", path) {
        let _ = Statement::new(if full { FULL } else { ROOM }).execute(connection).await;
    }
}

async fn read_once(path: &Path) -> Result<SqliteConnection, StoreError> {
    presence(path)?;
    match connect(&options(path), path).await {
        Ok(mut connection) => {
            if !is_begun(&mut connection, path).await? {
                return Err(StoreError::Absent(path.display().to_string()));
            }
            migrate(&mut connection, path).await?;
            Ok(connection)
        }
        Err(StoreError::Locked) => Err(StoreError::Locked),
        // Somebody else's journal may be looked at, if not written.
        Err(fault) => match look(path, false).await {
            Ok(connection) => Ok(connection),
            // Beside a journal on a read-only disk SQLite cannot make the file in which readers and writers meet. There
            // nobody writes, so none is needed; but all of the journal must be in its one file.
            Err(_)
                if fs::Stamp::of(&address::with_ending(path, "-wal"))
                    .is_none_or(|log| log.length() == 0) =>
            {
                look(path, true).await.map_err(|_| fault)
            }
            Err(_) => Err(fault),
        },
    }
}

/// A connection that changes nothing; `alone` says that nobody else does either.
async fn look(path: &Path, alone: bool) -> Result<SqliteConnection, sqlx::Error> {
    let mut connection = reading(path, alone).connect().await?;
    // SQLite opens the file with the first question.
    sqlx::query(read::META).fetch_one(&mut connection).await?;
    Ok(connection)
}

/// A consistent copy, whoever is writing.
pub(super) async fn copy(connection: &mut AnyConnection, file: &Path) -> Result<(), StoreError> {
    let AnyConnection::Sqlite(connection) = connection else {
        let words = "a journal in PostgreSQL is copied with `pg_dump --format=custom`, which PostgreSQL brings along";
        return Err(StoreError::Unsupported(words.to_owned()));
    };
    if fs::exists(file) {
        return Err(StoreError::Exists(file.to_owned()));
    }
    let unwritable = |error: &dyn std::fmt::Display| {
        StoreError::Unwritable(format!("{}: {error}", file.display()))
    };
    // An empty file is taken by SQLite for a new one, and keeps the rights it was made with.
    fs::make_private(file).map_err(|error| unwritable(&error))?;
    let Some(name) = file.to_str() else { return Err(unwritable(&"its name is not UTF-8")) };
    let copied = sqlx::query("VACUUM INTO ?1").bind(name.to_owned()).execute(connection).await;
    copied.map(drop).map_err(|error| unwritable(&error))
}

fn options(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(false)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(PATIENCE)
        // Rows come from a thread of their own, which is woken less often so.
        .row_buffer_size(ROWS)
        // On macOS a plain fsync leaves data in the disk's own cache.
        .pragma("fullfsync", "1")
        .log_statements(log::LevelFilter::Trace)
}

fn reading(path: &Path, alone: bool) -> SqliteConnectOptions {
    let options = SqliteConnectOptions::new().filename(path).read_only(true);
    options.immutable(alone).busy_timeout(PATIENCE)
}

/// Why it cannot be opened: the disk, or what stands there.
fn cannot(error: &sqlx::Error, path: &Path) -> StoreError {
    match error::sqlite_code(error) {
        // BUSY, LOCKED; READONLY, IOERR, FULL
        Some(5 | 6) => StoreError::Locked,
        Some(8 | 10 | 13) => StoreError::Unwritable(error::words(error)),
        Some(11 | 26) => StoreError::Unreadable(error::words(error)),
        _ => StoreError::Unopened { place: path.display().to_string(), why: error::words(error) },
    }
}

/// Connects, and reads back what durability rests on.
async fn connect(
    options: &SqliteConnectOptions,
    path: &Path,
) -> Result<SqliteConnection, StoreError> {
    let unopened = |why: String| StoreError::Unopened { place: path.display().to_string(), why };
    let mut connection = options.connect().await.map_err(|error| cannot(&error, path))?;
    let cannot = |error: sqlx::Error| cannot(&error, path);
    let mode: String = pragma(&mut connection, "PRAGMA journal_mode").await.map_err(cannot)?;
    let synchronous: i64 = pragma(&mut connection, "PRAGMA synchronous").await.map_err(cannot)?;
    let foreign_keys: i64 = pragma(&mut connection, "PRAGMA foreign_keys").await.map_err(cannot)?;
    if mode != "wal" || synchronous != 2 || foreign_keys != 1 {
        return Err(unopened(format!(
            "SQLite does not keep what is written there (journal_mode {mode}, synchronous {synchronous}, foreign_keys {foreign_keys}); use a local disk"
        )));
    }
    Ok(connection)
}

async fn pragma<T>(
    connection: &mut SqliteConnection,
    statement: &'static str,
) -> Result<T, sqlx::Error>
where
    T: for<'r> sqlx::Decode<'r, sqlx::Sqlite> + sqlx::Type<sqlx::Sqlite> + Send + Unpin,
{
    sqlx::query_scalar(statement).fetch_one(connection).await
}

async fn migrate(connection: &mut SqliteConnection, path: &Path) -> Result<(), StoreError> {
    let place = || path.display().to_string();
    let unopened = |why: String| StoreError::Unopened { place: place(), why };
    // Two processes may meet here; each migration by itself would be no more than a savepoint.
    let begun = connection.begin_with("BEGIN IMMEDIATE").await;
    let mut transaction = begun.map_err(|error| cannot(&error, path))?;
    let run = SQLITE.run(&mut *transaction).await;
    run.map_err(|error| match error {
        MigrateError::VersionMissing(found) => StoreError::Newer {
            place: place(),
            found,
            known: SQLITE.iter().map(|migration| migration.version).max().unwrap_or(0),
        },
        MigrateError::Execute(error) => cannot(&error, path),
        other => unopened(other.to_string()),
    })?;
    transaction.commit().await.map_err(|error| cannot(&error, path))
}
