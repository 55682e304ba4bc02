//! Refuses to publish by a clock that is far earlier than what the journal recorded.

use jiff::{SignedDuration, Timestamp};

use crate::limits;
use crate::operations::{OperationError, Operations};
use crate::telegram::Client;

/// Compares the clock with the journal; where it is earlier, Telegram's own time decides which of the two is wrong.
///
/// # Errors
/// Where the clock is wrong, or the journal cannot be read.
pub async fn check(
    operations: &Operations,
    client: &Client,
    now: Timestamp,
) -> Result<(), OperationError> {
    let Some(newest) = operations.store.journal().await?.newest else { return Ok(()) };
    if !is_behind(now, newest) {
        return Ok(());
    }
    // Whatever it answers, it says its time.
    let _ = client.get_me().await;
    match client.clock().header_date() {
        Some(told) if !is_behind(now, told) => {
            log::warn!(
                "the journal recorded a request at {}, which is still to come: the clock was wrong then",
                newest.strftime("%F %H:%MZ")
            );
            Ok(())
        }
        _ => Err(OperationError::ClockBehind { now, newest }),
    }
}

/// Whether a clock is so far behind an instant that has been that it is wrong.
#[must_use]
pub fn is_behind(now: Timestamp, been: Timestamp) -> bool {
    let slack = SignedDuration::try_from(limits::CLOCK_JUMP).unwrap_or_default();
    been.duration_since(now) > slack
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_is_behind_from_five_minutes_on() {
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
