//! Opening a journal in PostgreSQL so that what is committed stays, and making sure that the server keeps it so.

use std::str::FromStr;

use sqlx::migrate::MigrateError;
use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions, PgConnection};

use super::connection::{Connection, Row};
use super::error::words;
use super::migrations::POSTGRES;
use super::{Address, StoreError};
use crate::secret;

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
fn unopened(url: &str, why: impl std::fmt::Display) -> StoreError {
    StoreError::Unopened {
        place: Address::shown(url),
        why: secret::redact(&why.to_string()).into_owned(),
    }
}

/// Why the server did not do as it was told. A statement that was prepared in one session and is unknown in the next, or known
/// to somebody else's, is the mark of a pooler.
fn failed(url: &str, error: &sqlx::Error) -> StoreError {
    let code = error.as_database_error().and_then(sqlx::error::DatabaseError::code);
    match code.as_deref() {
        // duplicate_prepared_statement, invalid_sql_statement_name
        Some("42P05" | "26000") => unopened(url, POOLER),
        _ => unopened(url, words(error)),
    }
}

/// A session of the server, looked at for what durability rests on.
async fn connect(url: &str) -> Result<PgConnection, StoreError> {
    let options = PgConnectOptions::from_str(url).map_err(|error| unopened(url, error))?;
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
    let settings = sqlx::query(include_str!("sql/settings.sql")).fetch_one(&mut connection).await;
    let row = Row::Postgres(settings.map_err(|error| failed(url, &error))?);
    if let Some(why) = unfit(&row)? {
        return Err(unopened(url, why));
    }
    let own = row.number("session")?;
    if session(&mut connection, url).await? != own {
        return Err(unopened(url, POOLER));
    }
    Ok(connection)
}

/// Why a server with these settings cannot keep a journal.
fn unfit(row: &Row) -> Result<Option<&'static str>, StoreError> {
    Ok(if row.number("version")? < VERSION {
        Some("the server is older than PostgreSQL 13; use a newer one")
    } else if row.text("fsync")? != "on" || row.text("full_page_writes")? != "on" {
        Some(
            "the server does not keep what it commits: `fsync` and `full_page_writes` must be `on`",
        )
    } else if row.number("standby")? != 0 {
        Some("the server is a standby, which only reads; name the primary one")
    } else {
        None
    })
}

/// The number of the session in which a statement is executed.
async fn session(connection: &mut PgConnection, url: &str) -> Result<i64, StoreError> {
    let session = sqlx::query_scalar(include_str!("sql/session.sql")).fetch_one(connection).await;
    session.map_err(|error| failed(url, &error))
}

/// Refuses two connections that are one session, or one that is two, by turns: then a pooler shares out the sessions of the
/// server, and would share out the lock as well.
pub(super) async fn be_apart(
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
    if is_apart { Ok(()) } else { Err(unopened(url, POOLER)) }
}

/// A session of a database in which there is a journal.
pub(super) async fn open(url: &str) -> Result<Connection, StoreError> {
    let mut connection = connect(url).await?;
    if is_begun(&mut connection, url).await? {
        migrate(&mut connection, url).await?;
        return Ok(Connection::Postgres(connection));
    }
    Connection::Postgres(connection).close().await;
    Err(StoreError::Absent(Address::shown(url)))
}

/// A session with the tables of a journal.
pub(super) async fn create(url: &str) -> Result<Connection, StoreError> {
    let mut connection = connect(url).await?;
    // Where two processes meet here, one waits for the other: sqlx locks the database for it.
    migrate(&mut connection, url).await?;
    Ok(Connection::Postgres(connection))
}

/// A session of a journal that was open before.
pub(super) async fn open_again(url: &str) -> Result<Connection, StoreError> {
    let opened = connect(url).await.map(Connection::Postgres);
    opened.map_err(|fault| StoreError::Unwritable(fault.to_string()))
}

/// Whether somebody has created a journal in this database.
async fn is_begun(connection: &mut PgConnection, url: &str) -> Result<bool, StoreError> {
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
        other => unopened(url, other),
    })
}
