//! The rows of a journal in PostgreSQL.

use super::{fault, statement};

crate::store::dialect::dialect! {
    PostgresRows, sqlx::Postgres, sqlx::postgres::PgArguments, sqlx::PgConnection, sqlx::postgres::PgRow, statement, fault, false
}
