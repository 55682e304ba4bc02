//! Opens a journal in PostgreSQL, and checks that the server's settings make commits durable. It knows no table but `meta`.

use std::str::FromStr;

use sqlx::migrate::MigrateError;
use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions, PgConnection};

use super::connection::{Connection, Row};
use super::error::words;
use super::migrations::POSTGRES;
use super::{Address, StoreError};
use crate::secret;

/// The oldest supported server: PostgreSQL 13.
const VERSION: i64 = 130_000;

const POOLER: &str =
    "a connection pooler that shares sessions is in between; connect to the server directly";

/// Settings of every session. The timeouts, in milliseconds, limit a statement, a wait for a lock, and an idle transaction.
const SESSION: [(&str, &str); 4] = [
    ("statement_timeout", "30000"),
    ("lock_timeout", "10000"),
    ("idle_in_transaction_session_timeout", "30000"),
    ("synchronous_commit", "on"),
];

/// Why the journal at this address cannot be opened.
fn open_failed(url: &str, why: impl std::fmt::Display) -> StoreError {
    StoreError::Unopened {
        place: Address::shown(url),
        why: secret::redact(&why.to_string()).into_owned(),
    }
}

/// Converts a statement's error. A prepared statement that is unknown in, or conflicts with, another session indicates a
/// connection pooler.
fn failed(url: &str, error: &sqlx::Error) -> StoreError {
    let code = error.as_database_error().and_then(sqlx::error::DatabaseError::code);
    match code.as_deref() {
        // duplicate_prepared_statement, invalid_sql_statement_name
        Some("42P05" | "26000") => open_failed(url, POOLER),
        _ => open_failed(url, words(error)),
    }
}

/// Connects, and checks the settings that durability depends on.
async fn connect(url: &str) -> Result<PgConnection, StoreError> {
    let options = PgConnectOptions::from_str(url).map_err(|error| open_failed(url, error))?;
    let options = options.application_name("telepress").log_statements(log::LevelFilter::Trace);
    let mut connection = options.connect().await.map_err(|error| match error {
        sqlx::Error::Io(_) | sqlx::Error::Protocol(_) => {
            StoreError::Unreachable { place: Address::shown(url), why: words(&error) }
        }
        // cannot_connect_now, admin_shutdown, crash_shutdown: the server is starting or stopping.
        sqlx::Error::Database(ref refusal)
            if matches!(refusal.code().as_deref(), Some("57P03" | "57P01" | "57P02")) =>
        {
            StoreError::Unreachable { place: Address::shown(url), why: words(&error) }
        }
        error => open_failed(url, words(&error)),
    })?;
    for (name, value) in SESSION {
        // A stronger setting, with standby databases, is kept.
        let set = if name == "synchronous_commit" {
            "SELECT set_config($1, $2, false) WHERE current_setting($1) IN ('off', 'local', 'remote_write')"
        } else {
            "SELECT set_config($1, $2, false)"
        };
        let query = sqlx::query(set).bind(name).bind(value);
        query.execute(&mut connection).await.map_err(|error| failed(url, &error))?;
    }
    let settings = sqlx::query(include_str!("sql/settings.sql")).fetch_one(&mut connection).await;
    let row = Row::Postgres(settings.map_err(|error| failed(url, &error))?);
    if let Some(why) = unsuitable_setting(&row)? {
        return Err(open_failed(url, why));
    }
    let own = row.number("session")?;
    if session(&mut connection, url).await? != own {
        return Err(open_failed(url, POOLER));
    }
    Ok(connection)
}

/// Why a server with these settings cannot keep a journal.
fn unsuitable_setting(row: &Row) -> Result<Option<&'static str>, StoreError> {
    Ok(if row.number("version")? < VERSION {
        Some("the server is older than PostgreSQL 13; use a newer one")
    } else if row.text("fsync")? != "on" || row.text("full_page_writes")? != "on" {
        Some("the server's commits are not durable: `fsync` and `full_page_writes` must be `on`")
    } else if row.number("standby")? != 0 {
        Some("the server is a read-only standby; name the primary")
    } else {
        None
    })
}

/// The id of the session that executes the statement.
async fn session(connection: &mut PgConnection, url: &str) -> Result<i64, StoreError> {
    let session = sqlx::query_scalar(include_str!("sql/session.sql")).fetch_one(connection).await;
    session.map_err(|error| failed(url, &error))
}

/// Refuses connections that do not each have a stable session of their own. A connection pooler then shares the sessions, and
/// would share the lock too.
pub(super) async fn require_separate_sessions(
    url: &str,
    writer: &mut Connection,
    reader: &mut Connection,
) -> Result<(), StoreError> {
    let (Connection::Postgres(writer), Connection::Postgres(reader)) = (writer, reader) else {
        return Ok(());
    };
    let (first, second) = (session(writer, url).await?, session(reader, url).await?);
    let (again, once_more) = (session(writer, url).await?, session(reader, url).await?);
    let is_apart = first == again && second == once_more && first != second;
    if is_apart { Ok(()) } else { Err(open_failed(url, POOLER)) }
}

/// Connects to a database with a journal.
pub(super) async fn open(url: &str) -> Result<Connection, StoreError> {
    let mut connection = connect(url).await?;
    if has_journal(&mut connection, url).await? {
        migrate(&mut connection, url).await?;
        return Ok(Connection::Postgres(connection));
    }
    Connection::Postgres(connection).close().await;
    Err(StoreError::Absent(Address::shown(url)))
}

/// Connects, and creates the tables of a journal.
pub(super) async fn create(url: &str) -> Result<Connection, StoreError> {
    let mut connection = connect(url).await?;
    // Two simultaneous processes wait for each other here: sqlx locks the database.
    migrate(&mut connection, url).await?;
    Ok(Connection::Postgres(connection))
}

/// Reconnects to a journal that was open before.
pub(super) async fn open_again(url: &str) -> Result<Connection, StoreError> {
    let opened = connect(url).await.map(Connection::Postgres);
    opened.map_err(|error| StoreError::Unwritable(error.to_string()))
}

/// Whether there is a journal in this database.
async fn has_journal(connection: &mut PgConnection, url: &str) -> Result<bool, StoreError> {
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

async fn migrate(connection: &mut PgConnection, url: &str) -> Result<(), StoreError> {
    let run = POSTGRES.run(connection).await;
    run.map_err(|error| match error {
        MigrateError::VersionMissing(found) => StoreError::Newer {
            place: Address::shown(url),
            found,
            known: POSTGRES.iter().map(|migration| migration.version).max().unwrap_or(0),
        },
        MigrateError::Execute(error) => failed(url, &error),
        other => open_failed(url, other),
    })
}
