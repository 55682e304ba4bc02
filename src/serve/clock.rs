//! Refuses to publish if the clock is far earlier than the newest record of the journal.

use jiff::{SignedDuration, Timestamp};

use crate::limits;
use crate::operations::{OperationError, Operations};
use crate::telegram::Client;

/// Compares the clock with the journal. If the clock is earlier, Telegram's time decides which of the two is wrong.
///
/// # Errors
/// If the clock is wrong, or the journal cannot be read.
pub async fn check(
    operations: &Operations,
    client: &Client,
    now: Timestamp,
) -> Result<(), OperationError> {
    let Some(newest) = operations.store.journal().await?.newest else { return Ok(()) };
    if !is_behind(now, newest) {
        return Ok(());
    }
    // Any answer has a `Date` header.
    let _ = client.get_me().await;
    match client.clock().header_date() {
        Some(date) if !is_behind(now, date) => {
            log::warn!(
                "the journal recorded a request at {}, which is in the future: the clock was wrong then",
                newest.strftime("%F %H:%MZ")
            );
            Ok(())
        }
        _ => Err(OperationError::ClockBehind { now, newest }),
    }
}

/// Whether a clock is so far behind a past instant that it must be wrong.
#[must_use]
pub fn is_behind(now: Timestamp, been: Timestamp) -> bool {
    let slack = SignedDuration::try_from(limits::CLOCK_JUMP).unwrap_or_default();
    been.duration_since(now) > slack
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clock_is_wrong_if_it_is_more_than_five_minutes_behind() {
        let now: Timestamp = "2026-11-28T10:00:00Z".parse().unwrap();
        for (been, behind) in [
            ("2026-11-28T09:00:00Z", false),
            ("2026-11-28T10:05:00Z", false),
            ("2026-11-28T10:05:01Z", true),
            ("2027-10-28T10:00:00Z", true),
        ] {
            assert_eq!(is_behind(now, been.parse().unwrap()), behind, "{been}");
        }
    }
}
