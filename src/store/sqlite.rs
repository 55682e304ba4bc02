//! Opens a SQLite file, and checks that its settings make commits durable. It knows no table but `meta`.

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
use crate::fs::{self, InodeId};

/// The pause between tries to open a locked file.
const RETRY_INTERVAL: Duration = Duration::from_millis(20);

/// How many rows are buffered.
const ROWS: usize = 500;

/// How long to wait for another process's lock.
const LOCK_TIMEOUT: Duration = Duration::from_secs(5);

/// Opens a connection to write.
pub(super) async fn to_write(path: &Path) -> Result<AnyConnection, StoreError> {
    retry_while_locked(|| write_once(path)).await.map(AnyConnection::Sqlite)
}

/// Creates the file with the tables, if there is no journal.
pub(super) async fn create(path: &Path) -> Result<AnyConnection, StoreError> {
    let unopened = |why: String| StoreError::Unopened { place: path.display().to_string(), why };
    match check_presence(path) {
        Err(StoreError::Absent(_)) => {}
        Err(error) => return Err(error),
        Ok(()) if has_journal(&mut connected(path).await?, path).await? => {
            return Err(StoreError::Present(path.display().to_string()));
        }
        Ok(()) => {}
    }
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        fs::make_private_folder(folder)
            .map_err(|error| unopened(format!("its folder cannot be created: {error}")))?;
    }
    if let Some(kind) = path.parent().and_then(fs::network) {
        return Err(on_network(path, kind));
    }
    make_private(path)?;
    let mut connection = connected(path).await?;
    migrate(&mut connection, path).await?;
    Ok(AnyConnection::Sqlite(connection))
}

/// Restricts the file to this user; SQLite gives the files beside it the same permissions.
fn make_private(path: &Path) -> Result<(), StoreError> {
    fs::make_private(path).map_err(|error| match error.kind() {
        ErrorKind::ReadOnlyFilesystem | ErrorKind::StorageFull => {
            StoreError::Unwritable(error.to_string())
        }
        _ => StoreError::Unopened { place: path.display().to_string(), why: error.to_string() },
    })
}

/// Checks by file names and sizes whether there may be a journal. It follows no dangling link, and creates nothing.
fn check_presence(path: &Path) -> Result<(), StoreError> {
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

/// Whether there is a journal in this file; an error if it is another program's database.
async fn has_journal(connection: &mut SqliteConnection, path: &Path) -> Result<bool, StoreError> {
    let tables: i64 = sqlx::query_scalar("SELECT count(*) FROM sqlite_master")
        .fetch_one(&mut *connection)
        .await
        .map_err(|error| open_error(&error, path))?;
    if tables == 0 {
        return Ok(false);
    }
    let meta: i64 = sqlx::query_scalar("SELECT count(*) FROM sqlite_master WHERE name = 'meta'")
        .fetch_one(&mut *connection)
        .await
        .map_err(|error| open_error(&error, path))?;
    if meta == 0 {
        let why = "it is the database of another program".to_owned();
        return Err(StoreError::Unopened { place: path.display().to_string(), why });
    }
    let rows: i64 = sqlx::query_scalar("SELECT count(*) FROM meta")
        .fetch_one(connection)
        .await
        .map_err(|error| open_error(&error, path))?;
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

/// An empty database in memory with the tables of a journal.
pub(super) async fn in_memory() -> Result<AnyConnection, StoreError> {
    let memory = SqliteConnectOptions::new().in_memory(true);
    let mut connection = memory.connect().await.map_err(error::of_sqlite)?;
    migrate(&mut connection, Path::new("memory")).await?;
    Ok(AnyConnection::Sqlite(connection))
}

/// Opens, and retries for a while. If another process is opening or closing the journal, SQLite fails at once without waiting.
async fn retry_while_locked<F>(open: impl Fn() -> F) -> Result<SqliteConnection, StoreError>
where
    F: Future<Output = Result<SqliteConnection, StoreError>>,
{
    let began = Instant::now();
    loop {
        match open().await {
            Err(StoreError::Locked) if began.elapsed() < LOCK_TIMEOUT => {
                time::sleep(RETRY_INTERVAL).await;
            }
            opened => return opened,
        }
    }
}

/// Connects with the settings for writing.
async fn connected(path: &Path) -> Result<SqliteConnection, StoreError> {
    retry_while_locked(|| async { connect(&options(path), path).await }).await
}

async fn write_once(path: &Path) -> Result<SqliteConnection, StoreError> {
    let unopened = |why: String| StoreError::Unopened { place: path.display().to_string(), why };
    check_presence(path)?;
    if let Some(kind) = path.parent().and_then(fs::network) {
        return Err(on_network(path, kind));
    }
    make_private(path)?;
    let mut connection = connect(&options(path), path).await?;
    let checked: String = sqlx::query_scalar("PRAGMA quick_check(1)")
        .fetch_one(&mut connection)
        .await
        .map_err(|error| open_error(&error, path))?;
    if checked != "ok" {
        return Err(unopened(format!("it is damaged ({checked}); restore a backup")));
    }
    if !has_journal(&mut connection, path).await? {
        return Err(StoreError::Absent(path.display().to_string()));
    }
    migrate(&mut connection, path).await?;
    Ok(connection)
}

/// Opens a connection to read.
pub(super) async fn to_read(path: &Path) -> Result<AnyConnection, StoreError> {
    retry_while_locked(|| read_once(path)).await.map(AnyConnection::Sqlite)
}

/// Reopens a connection to read.
pub(super) async fn to_read_again(path: &Path) -> Result<AnyConnection, StoreError> {
    if !fs::exists(path) {
        return Err(StoreError::Unwritable(format!("{}: the file is missing", path.display())));
    }
    let connection = match options(path).connect().await {
        Ok(connection) => connection,
        Err(_) => read_only(path, false).connect().await.map_err(error::of_sqlite)?,
    };
    Ok(AnyConnection::Sqlite(connection))
}

/// Reopens a connection to write, if the file is still the same.
pub(super) async fn to_write_again(
    path: &Path,
    file: Option<InodeId>,
) -> Result<AnyConnection, StoreError> {
    let unwritable = |why: &str| StoreError::Unwritable(format!("{}: {why}", path.display()));
    if fs::identity(path) != file {
        return Err(unwritable("the file is missing, or another file has replaced it"));
    }
    let connection = connected(path).await.map_err(|error| match error {
        StoreError::Unopened { why, .. } => unwritable(&why),
        other => other,
    })?;
    Ok(AnyConnection::Sqlite(connection))
}

/// Checkpoints the write-ahead log into the journal's file.
pub(super) async fn checkpoint(connection: &mut AnyConnection) -> Result<(), StoreError> {
    let row = Statement::new(include_str!("sql/checkpoint.sql")).only_row(connection).await?;
    if row.number("log")? == row.number("checkpointed")? {
        return Ok(());
    }
    let why = "the write-ahead log could not be checkpointed into the journal's file";
    Err(StoreError::Unwritable(why.to_owned()))
}

/// For tests: makes every write of a log entry fail as on a full disk, so that SQLite itself rolls the transaction back.
pub(super) async fn inject_full_disk(connection: &mut AnyConnection, path: &Path) {
    const FULL: &str = "CREATE TEMP TRIGGER IF NOT EXISTS full BEFORE INSERT ON main.events \
         BEGIN SELECT raise(ROLLBACK, 'the disk is full (injected by a test)'); END";
    const ROOM: &str = "DROP TRIGGER IF EXISTS temp.full";
    if let Some(full) = failpoint::is_switched_on("full", path) {
        let _ = Statement::new(if full { FULL } else { ROOM }).execute(connection).await;
    }
}

async fn read_once(path: &Path) -> Result<SqliteConnection, StoreError> {
    check_presence(path)?;
    match connect(&options(path), path).await {
        Ok(mut connection) => {
            if !has_journal(&mut connection, path).await? {
                return Err(StoreError::Absent(path.display().to_string()));
            }
            migrate(&mut connection, path).await?;
            Ok(connection)
        }
        Err(StoreError::Locked) => Err(StoreError::Locked),
        // A journal of another user may be readable, though not writable.
        Err(error) => match open_read_only(path, false).await {
            Ok(connection) => Ok(connection),
            // On a read-only disk SQLite cannot create the shared-memory file. Without writers none is needed, but the
            // write-ahead log must be empty.
            Err(_)
                if fs::Stamp::of(&address::with_ending(path, "-wal"))
                    .is_none_or(|log| log.length() == 0) =>
            {
                open_read_only(path, true).await.map_err(|_| error)
            }
            Err(_) => Err(error),
        },
    }
}

/// Opens a connection that changes nothing. `alone` promises that no other process writes.
async fn open_read_only(path: &Path, alone: bool) -> Result<SqliteConnection, sqlx::Error> {
    let mut connection = read_only(path, alone).connect().await?;
    // SQLite opens the file with the first query.
    sqlx::query(read::META).fetch_one(&mut connection).await?;
    Ok(connection)
}

/// Writes a consistent copy, even while other processes write.
pub(super) async fn copy(connection: &mut AnyConnection, file: &Path) -> Result<(), StoreError> {
    let AnyConnection::Sqlite(connection) = connection else {
        let hint = "a journal in PostgreSQL is backed up with `pg_dump --format=custom`, which is part of PostgreSQL";
        return Err(StoreError::Unsupported(hint.to_owned()));
    };
    if fs::exists(file) {
        return Err(StoreError::Exists(file.to_owned()));
    }
    let unwritable = |error: &dyn std::fmt::Display| StoreError::Backup {
        file: file.to_owned(),
        why: error.to_string(),
    };
    // SQLite accepts an empty file as a new database and keeps its permissions.
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
        .busy_timeout(LOCK_TIMEOUT)
        // sqlx reads rows in another thread; a larger buffer wakes it less often.
        .row_buffer_size(ROWS)
        // On macOS a plain fsync leaves data in the disk's own cache.
        .pragma("fullfsync", "1")
        .log_statements(log::LevelFilter::Trace)
}

fn read_only(path: &Path, alone: bool) -> SqliteConnectOptions {
    let options = SqliteConnectOptions::new().filename(path).read_only(true);
    options.immutable(alone).busy_timeout(LOCK_TIMEOUT)
}

/// Classifies an error of opening the file.
fn open_error(error: &sqlx::Error, path: &Path) -> StoreError {
    match error::sqlite_code(error) {
        // BUSY, LOCKED; READONLY, IOERR, FULL
        Some(5 | 6) => StoreError::Locked,
        Some(8 | 10 | 13) => StoreError::Unwritable(error::words(error)),
        Some(11 | 26) => StoreError::Unreadable(error::words(error)),
        _ => StoreError::Unopened { place: path.display().to_string(), why: error::words(error) },
    }
}

/// Connects, and checks the settings that durability depends on.
async fn connect(
    options: &SqliteConnectOptions,
    path: &Path,
) -> Result<SqliteConnection, StoreError> {
    let unopened = |why: String| StoreError::Unopened { place: path.display().to_string(), why };
    let mut connection = options.connect().await.map_err(|error| open_error(&error, path))?;
    let open_error = |error: sqlx::Error| open_error(&error, path);
    let mode: String = pragma(&mut connection, "PRAGMA journal_mode").await.map_err(open_error)?;
    let synchronous: i64 =
        pragma(&mut connection, "PRAGMA synchronous").await.map_err(open_error)?;
    let foreign_keys: i64 =
        pragma(&mut connection, "PRAGMA foreign_keys").await.map_err(open_error)?;
    if mode != "wal" || synchronous != 2 || foreign_keys != 1 {
        return Err(unopened(format!(
            "SQLite's writes are not durable there (journal_mode {mode}, synchronous {synchronous}, foreign_keys {foreign_keys}); use a local disk"
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
    // One transaction for all migrations, because two processes may migrate at the same time.
    let begun = connection.begin_with("BEGIN IMMEDIATE").await;
    let mut transaction = begun.map_err(|error| open_error(&error, path))?;
    let run = SQLITE.run(&mut *transaction).await;
    run.map_err(|error| match error {
        MigrateError::VersionMissing(found) => StoreError::Newer {
            place: place(),
            found,
            known: SQLITE.iter().map(|migration| migration.version).max().unwrap_or(0),
        },
        MigrateError::Execute(error) => open_error(&error, path),
        other => unopened(other.to_string()),
    })?;
    transaction.commit().await.map_err(|error| open_error(&error, path))
}
