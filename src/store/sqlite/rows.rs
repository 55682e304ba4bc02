//! The rows of a journal in SQLite.

use super::{fault, statement};

crate::store::dialect::dialect! {
    SqliteRows, sqlx::Sqlite, sqlx::sqlite::SqliteArguments, sqlx::SqliteConnection, sqlx::sqlite::SqliteRow, statement, fault, true
}
