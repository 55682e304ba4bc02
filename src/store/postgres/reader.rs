//! What is read of a journal in PostgreSQL.

use super::rows::PostgresRows;
use super::{fault, statement};

crate::store::reader::reader! {
    PostgresReader, PostgresRows, sqlx::Postgres, sqlx::PgConnection, sqlx::postgres::PgRow, statement, fault
}
