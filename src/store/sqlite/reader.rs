//! What is read of a journal in SQLite.

use super::rows::SqliteRows;
use super::{fault, statement};

crate::store::reader::reader! {
    SqliteReader, SqliteRows, sqlx::Sqlite, sqlx::SqliteConnection, sqlx::sqlite::SqliteRow, statement, fault
}
