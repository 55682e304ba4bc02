//! Opening a journal in PostgreSQL so that what is committed stays, and making sure that the server keeps it so.

use std::str::FromStr;

use jiff::Timestamp;
use sqlx::migrate::MigrateError;
use sqlx::postgres::{PgConnectOptions, PgRow};
use sqlx::{ConnectOptions, Connection, PgConnection};

use super::super::decode::Columns;
use super::super::fault::words;
use super::super::migrations::POSTGRES;
use super::super::watermark::Height;
use super::super::{Address, StoreFault, stamp};
use super::{fault, statement};
use crate::{chance, secret};

/// The oldest server that is known to work: PostgreSQL 13.
const VERSION: i64 = 130_000;

const POOLER: &str =
    "a pooler stands in between that shares out transactions; connect to the server itself";

/// Settings of every session. Milliseconds: a statement, a row that another one has, and a transaction in which nothing
/// happens end by then.
const SESSION: [(&str, &str); 4] = [
    ("statement_timeout", "30000"),
    ("lock_timeout", "10000"),
    ("idle_in_transaction_session_timeout", "30000"),
    ("synchronous_commit", "on"),
];

/// Why the journal at this address cannot be opened.
fn unopened(url: &str, why: impl std::fmt::Display) -> StoreFault {
    StoreFault::Unopened {
        place: Address::shown(url),
        why: secret::redact(&why.to_string()).into_owned(),
    }
}

/// Why the server did not do as it was told. A statement that was prepared in one session and is unknown in the next, or known
/// to somebody else's, is the mark of a pooler.
fn failed(url: &str, error: &sqlx::Error) -> StoreFault {
    let code = error.as_database_error().and_then(sqlx::error::DatabaseError::code);
    match code.as_deref() {
        // duplicate_prepared_statement, invalid_sql_statement_name
        Some("42P05" | "26000") => unopened(url, POOLER),
        _ => unopened(url, words(error)),
    }
}

/// A session of the server, looked at for what durability rests on.
async fn connect(url: &str) -> Result<PgConnection, StoreFault> {
    let options = PgConnectOptions::from_str(url).map_err(|error| unopened(url, error))?;
    let options = options.application_name("telepress").log_statements(log::LevelFilter::Trace);
    let mut connection = options.connect().await.map_err(|error| match error {
        sqlx::Error::Io(_) | sqlx::Error::Protocol(_) => {
            StoreFault::Unreachable { place: Address::shown(url), why: words(&error) }
        }
        // cannot_connect_now, admin_shutdown, crash_shutdown: the server is starting or stopping.
        sqlx::Error::Database(ref refusal)
            if matches!(refusal.code().as_deref(), Some("57P03" | "57P01" | "57P02")) =>
        {
            StoreFault::Unreachable { place: Address::shown(url), why: words(&error) }
        }
        error => unopened(url, words(&error)),
    })?;
    for (name, value) in SESSION {
        // A stronger way of committing, with standby databases, stays what it is.
        let set = if name == "synchronous_commit" {
            "SELECT set_config($1, $2, false) WHERE current_setting($1) IN ('off', 'local', 'remote_write')"
        } else {
            "SELECT set_config($1, $2, false)"
        };
        let query = sqlx::query(set).bind(name).bind(value);
        query.execute(&mut connection).await.map_err(|error| failed(url, &error))?;
    }
    let row = sqlx::query(statement::SETTINGS).fetch_one(&mut connection).await;
    let row = row.map_err(|error| failed(url, &error))?;
    let (why, own) = unfit(&row)?;
    if let Some(why) = why {
        return Err(unopened(url, why));
    }
    if session(&mut connection, url).await? != own {
        return Err(unopened(url, POOLER));
    }
    Ok(connection)
}

/// Why a server with these settings cannot keep a journal, and the number of the session.
fn unfit(row: &PgRow) -> Result<(Option<&'static str>, i64), StoreFault> {
    let columns = Columns(row);
    let why = if columns.number("version")? < VERSION {
        Some("the server is older than PostgreSQL 13; use a newer one")
    } else if columns.text("fsync")? != "on" || columns.text("full_page_writes")? != "on" {
        Some(
            "the server does not keep what it commits: `fsync` and `full_page_writes` must be `on`",
        )
    } else if columns.number("standby")? != 0 {
        Some("the server is a standby, which only reads; name the primary one")
    } else {
        None
    };
    Ok((why, columns.number("session")?))
}

async fn session(connection: &mut PgConnection, url: &str) -> Result<i64, StoreFault> {
    let session = sqlx::query_scalar(statement::SESSION).fetch_one(connection).await;
    session.map_err(|error| failed(url, &error))
}

/// Refuses two connections that are one session, or one that is two, by turns: then a pooler shares out the sessions of the
/// server, and would share out the lock as well.
pub(super) async fn be_apart(
    url: &str,
    writer: &mut PgConnection,
    reader: &mut PgConnection,
) -> Result<(), StoreFault> {
    let (first, second) = (session(writer, url).await?, session(reader, url).await?);
    let (again, once_more) = (session(writer, url).await?, session(reader, url).await?);
    let is_apart = first == again && second == once_more && first != second;
    if is_apart { Ok(()) } else { Err(unopened(url, POOLER)) }
}

/// A session that writes.
pub(super) async fn to_write(url: &str) -> Result<PgConnection, StoreFault> {
    let mut connection = connect(url).await?;
    if !is_begun(&mut connection, url).await? {
        return Err(StoreFault::Absent(Address::shown(url)));
    }
    migrate(&mut connection, url).await?;
    // Finds out here, before anything is sent, that nothing can be written.
    let opened = sqlx::query(statement::CHANGED).bind("opened").execute(&mut connection).await;
    opened.map_err(fault::of)?;
    Ok(connection)
}

/// Makes the journal: its tables, its id, and the posts that are older than it.
pub(super) async fn create(url: &str, scanned: &str, now: Timestamp) -> Result<(), StoreFault> {
    let mut connection = connect(url).await?;
    // One after the other: the library locks the database for it.
    migrate(&mut connection, url).await?;
    let mut transaction = connection.begin().await.map_err(fault::of)?;
    let uuid = format!("{:016x}{:016x}", chance::number(), chance::number());
    let begin = sqlx::query(statement::BEGIN_META).bind(uuid).bind(stamp::text(now));
    let inserted = begin.execute(&mut *transaction).await.map_err(fault::of)?;
    if inserted.rows_affected() == 0 {
        return Err(StoreFault::Present(Address::shown(url)));
    }
    let scan = sqlx::query(statement::SCANNED).bind(scanned.to_owned());
    scan.execute(&mut *transaction).await.map_err(fault::of)?;
    transaction.commit().await.map_err(fault::of)?;
    connection.close().await.map_err(fault::of)
}

/// Whether somebody has created a journal in this database.
async fn is_begun(connection: &mut PgConnection, url: &str) -> Result<bool, StoreFault> {
    let table: Option<String> = sqlx::query_scalar("SELECT to_regclass('meta')::text")
        .fetch_one(&mut *connection)
        .await
        .map_err(|error| failed(url, &error))?;
    if table.is_none() {
        return Ok(false);
    }
    let rows: i64 = sqlx::query_scalar("SELECT count(*) FROM meta")
        .fetch_one(connection)
        .await
        .map_err(|error| failed(url, &error))?;
    Ok(rows > 0)
}

async fn migrate(connection: &mut PgConnection, url: &str) -> Result<(), StoreFault> {
    let run = POSTGRES.run(connection).await;
    run.map_err(|error| match error {
        MigrateError::VersionMissing(found) => StoreFault::Newer {
            place: Address::shown(url),
            found,
            known: POSTGRES.iter().map(|migration| migration.version).max().unwrap_or(0),
        },
        MigrateError::Execute(error) => failed(url, &error),
        other => unopened(url, other),
    })
}

/// A new session of a journal that was open before.
pub(super) async fn again(url: &str, uuid: &str) -> Result<PgConnection, StoreFault> {
    let unwritable = |fault: &dyn std::fmt::Display| StoreFault::Unwritable(fault.to_string());
    let mut connection = connect(url).await.map_err(|fault| unwritable(&fault))?;
    if height(&mut connection).await?.uuid == uuid {
        Ok(connection)
    } else {
        Err(unwritable(&"another journal has taken its place"))
    }
}

/// A session that reads.
pub(super) async fn to_read(url: &str) -> Result<PgConnection, StoreFault> {
    let mut connection = connect(url).await?;
    if is_begun(&mut connection, url).await? {
        migrate(&mut connection, url).await?;
        return Ok(connection);
    }
    // Whoever closes it need not hear of it.
    let _ = connection.close().await;
    Err(StoreFault::Absent(Address::shown(url)))
}

/// Another session that reads, of a journal that was read before.
pub(super) async fn to_read_again(url: &str) -> Result<PgConnection, StoreFault> {
    connect(url).await.map_err(|fault| StoreFault::Unwritable(fault.to_string()))
}

/// How far the journal is.
pub(super) async fn height(connection: &mut PgConnection) -> Result<Height, StoreFault> {
    let row = sqlx::query(statement::META).fetch_one(connection).await.map_err(fault::of)?;
    let columns = Columns(&row);
    Ok(Height {
        uuid: columns.text("uuid")?,
        line: columns.text("line")?,
        attempt: columns.maybe_number("attempts")?.unwrap_or(0),
        changes: columns.number("changes")?,
    })
}
