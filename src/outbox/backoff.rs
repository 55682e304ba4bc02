//! How long a part waits before the next try: the backoff of retries, and the wait that Telegram asks for (429). The caller supplies the random number.

use std::time::Duration;

use crate::limits;

/// The delay after `tries` failed tries: exponential steps of 2 s, 4 s, 8 s and so on up to [`limits::MAX_BACKOFF`]. `jitter`
/// spreads it between 1 s and that step, so that parts that failed together are not retried together.
#[must_use]
pub fn delay(tries: u32, jitter: u32) -> Duration {
    let step = Duration::from_secs(2_u64.saturating_pow(tries.max(1))).min(limits::MAX_BACKOFF);
    let least = Duration::from_secs(1);
    let spread = u64::try_from(step.saturating_sub(least).as_millis()).unwrap_or(u64::MAX);
    // Milliseconds are precise enough, and keep the product below 2^51.
    let share = spread.saturating_mul(u64::from(jitter)) / u64::from(u32::MAX);
    least + Duration::from_millis(share)
}

/// The wait that a 429 asks for, plus a margin.
pub(super) fn flood(retry_after: Option<u64>, tries: u32, jitter: u32) -> Duration {
    let asked = match retry_after {
        Some(seconds) => Duration::from_secs(seconds).min(limits::MAX_RETRY_AFTER),
        None => delay(tries, jitter),
    };
    asked + limits::FLOOD_MARGIN
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delay_doubles_up_to_five_minutes_and_is_at_least_a_second() {
        let rows = [(0, 2), (1, 2), (2, 4), (3, 8), (8, 256), (9, 300), (64, 300), (u32::MAX, 300)];
        for (tries, longest) in rows {
            assert_eq!(delay(tries, u32::MAX), Duration::from_secs(longest), "{tries}");
            assert_eq!(delay(tries, 0), Duration::from_secs(1), "{tries}");
            let middle = delay(tries, u32::MAX / 2).as_millis();
            let expected = 500 + u128::from(longest) * 500;
            assert!(middle.abs_diff(expected) <= 1, "{tries}: {middle}");
        }
    }

    #[test]
    fn flood_wait_adds_a_second_to_retry_after() {
        let rows = [
            (Some(0), 1),
            (Some(7), 8),
            (Some(86_400), 86_401),
            (Some(u64::MAX), limits::MAX_RETRY_AFTER.as_secs() + 1),
            (None, 5),
        ];
        for (retry_after, seconds) in rows {
            assert_eq!(flood(retry_after, 2, u32::MAX), Duration::from_secs(seconds));
        }
    }
}
