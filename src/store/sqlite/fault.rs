//! What an error of SQLite means, by its consequence.

use sqlx::Error;

use super::super::StoreFault;
use super::super::fault::words;

/// What an error before the commit means: nothing was written.
///
/// The numbers are SQLite's primary result codes (<https://sqlite.org/rescode.html>), the low byte of the extended ones.
#[expect(clippy::needless_pass_by_value, reason = "it is what `map_err` gives")]
pub(in crate::store) fn of(error: Error) -> StoreFault {
    let Error::Database(database) = &error else {
        return StoreFault::Unwritable(error.to_string());
    };
    let code = database.code().and_then(|code| code.parse::<u32>().ok()).unwrap_or_default();
    let message = database.message();
    match code & 0xff {
        // BUSY, LOCKED
        5 | 6 => StoreFault::Locked,
        // Writers go one after the other, so that what is unique was looked for just before: only rows that something else
        // wrote can be in the way.
        // CORRUPT, NOTADB
        11 | 26 => StoreFault::Unreadable(message.to_owned()),
        _ => StoreFault::Unwritable(message.to_owned()),
    }
}

/// What an error of the commit itself means: nobody knows whether it was written, but for a full disk, on which the mark that
/// makes a transaction count finds no room.
pub(in crate::store) fn of_commit(error: &Error) -> StoreFault {
    let code = error.as_database_error().and_then(|error| error.code()?.parse::<u32>().ok());
    match code.map(|code| code & 0xff) {
        // FULL
        Some(13) => StoreFault::Unwritable(words(error)),
        _ => StoreFault::Unknown(words(error)),
    }
}
