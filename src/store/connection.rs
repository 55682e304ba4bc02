//! One connection to either kind of database: executes statements and returns rows. It knows no table.

use futures_util::TryStreamExt;
use sqlx::database::Database;
use sqlx::postgres::PgRow;
use sqlx::query::Query;
use sqlx::sqlite::SqliteRow;
use sqlx::{
    Connection as _, Encode, PgConnection, Postgres, Row as _, Sqlite, SqliteConnection, Type,
};

use super::StoreError;
use super::error;

pub(super) enum Connection {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

/// One row of texts and integers.
pub(super) enum Row {
    Sqlite(SqliteRow),
    Postgres(PgRow),
}

/// A statement with the values of its parameters.
pub(super) struct Statement {
    sql: &'static str,
    values: Vec<Value>,
}

enum Value {
    Number(Option<i64>),
    Text(Option<String>),
}

impl Connection {
    /// Begins a transaction that writes.
    pub(super) async fn begin(&mut self) -> Result<(), StoreError> {
        self.raw("BEGIN IMMEDIATE", "BEGIN").await
    }

    /// Begins a read transaction that sees one snapshot.
    pub(super) async fn begin_snapshot(&mut self) -> Result<(), StoreError> {
        self.raw("BEGIN", "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await
    }

    /// Commits a transaction. [`StoreError::Unknown`] if it may have been written in spite of the error.
    pub(super) async fn commit(&mut self) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(connection) => {
                let ended = sqlx::raw_sql("COMMIT").execute(connection).await;
                ended.map(drop).map_err(error::of_sqlite_commit)
            }
            Self::Postgres(connection) => {
                let ended = sqlx::raw_sql("COMMIT").execute(connection).await;
                ended.map(drop).map_err(error::of_postgres_commit)
            }
        }
    }

    pub(super) async fn rollback(&mut self) -> Result<(), StoreError> {
        self.raw("ROLLBACK", "ROLLBACK").await
    }

    /// Whether the server still answers. `false` for SQLite, which is always reopened after an error: SQLite and sqlx may
    /// disagree about whether a transaction is still open.
    pub(super) async fn still_answers(&mut self) -> bool {
        let Self::Postgres(connection) = self else { return false };
        let timeout = std::time::Duration::from_secs(5);
        matches!(tokio::time::timeout(timeout, connection.ping()).await, Ok(Ok(())))
    }

    /// Closes it, which ends its transaction. Errors do not matter any more.
    pub(super) async fn close(self) {
        let _ = match self {
            Self::Sqlite(connection) => connection.close().await,
            Self::Postgres(connection) => connection.close().await,
        };
    }

    async fn raw(
        &mut self,
        sqlite: &'static str,
        postgres: &'static str,
    ) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(connection) => {
                let done = sqlx::raw_sql(sqlite).execute(connection).await;
                done.map(drop).map_err(error::of_sqlite)
            }
            Self::Postgres(connection) => {
                let done = sqlx::raw_sql(postgres).execute(connection).await;
                done.map(drop).map_err(error::of_postgres)
            }
        }
    }
}

impl Row {
    pub(super) fn get_text(&self, column: &str) -> Result<Option<String>, sqlx::Error> {
        match self {
            Self::Sqlite(row) => row.try_get(column),
            Self::Postgres(row) => row.try_get(column),
        }
    }

    pub(super) fn get_number(&self, column: &str) -> Result<Option<i64>, sqlx::Error> {
        match self {
            Self::Sqlite(row) => row.try_get(column),
            Self::Postgres(row) => row.try_get(column),
        }
    }
}

impl Statement {
    pub(super) fn new(sql: &'static str) -> Self {
        Self { sql, values: Vec::new() }
    }

    /// Binds the next parameter.
    pub(super) fn number(mut self, value: impl Into<Option<i64>>) -> Self {
        self.values.push(Value::Number(value.into()));
        self
    }

    /// Binds the next parameter.
    pub(super) fn text(mut self, value: impl Into<Option<String>>) -> Self {
        self.values.push(Value::Text(value.into()));
        self
    }

    /// Executes it, and returns the number of changed rows.
    pub(super) async fn execute(self, connection: &mut Connection) -> Result<u64, StoreError> {
        match connection {
            Connection::Sqlite(connection) => {
                let done = self.bound::<Sqlite>().execute(connection).await;
                done.map(|done| done.rows_affected()).map_err(error::of_sqlite)
            }
            Connection::Postgres(connection) => {
                let done = self.bound::<Postgres>().execute(connection).await;
                done.map(|done| done.rows_affected()).map_err(error::of_postgres)
            }
        }
    }

    /// Reads row by row, because the journal may hold years of them.
    pub(super) async fn for_each(
        self,
        connection: &mut Connection,
        mut each: impl FnMut(Row) -> Result<(), StoreError> + Send,
    ) -> Result<(), StoreError> {
        match connection {
            Connection::Sqlite(connection) => {
                let mut rows = self.bound::<Sqlite>().fetch(connection);
                while let Some(row) = rows.try_next().await.map_err(error::of_sqlite)? {
                    each(Row::Sqlite(row))?;
                }
            }
            Connection::Postgres(connection) => {
                let mut rows = self.bound::<Postgres>().fetch(connection);
                while let Some(row) = rows.try_next().await.map_err(error::of_postgres)? {
                    each(Row::Postgres(row))?;
                }
            }
        }
        Ok(())
    }

    /// Reads and converts every row.
    pub(super) async fn read_all<T: Send>(
        self,
        connection: &mut Connection,
        mut value: impl FnMut(&Row) -> Result<T, StoreError> + Send,
    ) -> Result<Vec<T>, StoreError> {
        let mut values = Vec::new();
        let read = self.for_each(connection, |row| {
            values.push(value(&row)?);
            Ok(())
        });
        read.await?;
        Ok(values)
    }

    /// Reads the first row, if there is one.
    pub(super) async fn first(
        self,
        connection: &mut Connection,
    ) -> Result<Option<Row>, StoreError> {
        match connection {
            Connection::Sqlite(connection) => {
                let row = self.bound::<Sqlite>().fetch_optional(connection).await;
                row.map(|row| row.map(Row::Sqlite)).map_err(error::of_sqlite)
            }
            Connection::Postgres(connection) => {
                let row = self.bound::<Postgres>().fetch_optional(connection).await;
                row.map(|row| row.map(Row::Postgres)).map_err(error::of_postgres)
            }
        }
    }

    /// Reads the row of a query that always has one.
    pub(super) async fn only_row(self, connection: &mut Connection) -> Result<Row, StoreError> {
        let missing = || StoreError::Unreadable("a required row is missing".to_owned());
        self.first(connection).await?.ok_or_else(missing)
    }

    fn bound<DB: Database>(self) -> Query<'static, DB, DB::Arguments>
    where
        Option<i64>: Encode<'static, DB> + Type<DB>,
        Option<String>: Encode<'static, DB> + Type<DB>,
    {
        self.values.into_iter().fold(sqlx::query(self.sql), |query, value| match value {
            Value::Number(number) => query.bind(number),
            Value::Text(text) => query.bind(text),
        })
    }
}
