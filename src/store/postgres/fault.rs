//! What an error of PostgreSQL means, by its consequence.

use sqlx::Error;

use super::super::StoreFault;
use super::super::fault::words;

/// What an error before the commit means: nothing was written.
///
/// The codes are SQLSTATEs (PostgreSQL's documentation, appendix A).
#[expect(clippy::needless_pass_by_value, reason = "it is what `map_err` gives")]
pub(in crate::store) fn of(error: Error) -> StoreFault {
    let Error::Database(database) = &error else {
        return StoreFault::Unwritable(error.to_string());
    };
    let message = database.message();
    match database.code().as_deref() {
        // serialization_failure, deadlock_detected, lock_not_available
        Some("40001" | "40P01" | "55P03") => StoreFault::Busy,
        // data_corrupted, index_corrupted
        Some("XX001" | "XX002") => StoreFault::Unreadable(message.to_owned()),
        _ => StoreFault::Unwritable(message.to_owned()),
    }
}

/// What an error of the commit itself means: what the database refused was not written, and where its answer was lost nobody
/// knows.
pub(in crate::store) fn of_commit(error: Error) -> StoreFault {
    match &error {
        // admin_shutdown, crash_shutdown: the server may have gone down after the commit.
        Error::Database(database)
            if !matches!(database.code().as_deref(), Some("57P01" | "57P02")) =>
        {
            of(error)
        }
        _ => StoreFault::Unknown(words(&error)),
    }
}
