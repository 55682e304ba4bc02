//! What Telegram's servers say about the time: a lower bound that does not depend on this machine's wall clock.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::fmt::{rfc2822, strtime};
use jiff::{SignedDuration, Timestamp, tz};
use tokio::time::Instant;

/// The part of the monotonic time that is not counted, so that a monotonic clock that runs fast stays below the bound.
/// Crystals are off by less than a tenth of it (0.01 %).
const MARGIN: u32 = 1_000;

/// By how much a header may be behind the bound before the server's clock counts as set back.
const SET_BACK: SignedDuration = SignedDuration::from_secs(3);

/// The clock of a Bot API server, as its answers show it.
///
/// Only the `Date` header of an answer in the Bot API's form counts: a page of a proxy or of a login portal says nothing about
/// Telegram's time.
#[derive(Debug, Default)]
pub struct TelegramClock {
    heard: Mutex<Option<Heard>>,
}

#[derive(Clone, Copy, Debug)]
struct Heard {
    /// The header of the answer that arrived last, and when it arrived.
    header: Timestamp,
    arrived: Instant,
    /// The server's time was at least `bound` at the moment `at`.
    bound: Timestamp,
    at: Instant,
}

impl TelegramClock {
    /// Takes in the `Date` header of an answer that arrived at `arrived`. A header that is not an IMF-fixdate is ignored.
    pub fn hear(&self, header: &str, arrived: Instant) {
        let Some(date) = imf_fixdate(header) else { return };
        let mut heard = self.lock();
        let next = match *heard {
            None => Heard { header: date, arrived, bound: date, at: arrived },
            Some(before) => {
                // Answers of two connections may be taken in out of order.
                let at = before.at.max(arrived);
                let bound = before.bound_at(at).max(later(date, at.duration_since(arrived)));
                let (header, arrived) = if arrived < before.arrived {
                    (before.header, before.arrived)
                } else {
                    (date, arrived)
                };
                Heard { header, arrived, bound, at }
            }
        };
        *heard = Some(next);
    }

    /// A lower bound of the server's present time; `None` before the first answer, and where the server's clock was set back:
    /// then nobody knows which of its times are right.
    #[must_use]
    pub fn earliest_now(&self) -> Option<Timestamp> {
        let (heard, now) = ((*self.lock())?, Instant::now());
        let bound = heard.bound_at(now);
        let passed = now.saturating_duration_since(heard.arrived);
        let passed = SignedDuration::try_from(passed).unwrap_or(SignedDuration::MAX);
        let shown = heard.header.checked_add(passed).unwrap_or(Timestamp::MAX);
        // A header has no fractions of a second, and an answer takes its time.
        let is_set_back = bound.duration_since(shown) > SET_BACK;
        (!is_set_back).then_some(bound)
    }

    /// The `Date` header of the last answer.
    #[must_use]
    pub fn header_date(&self) -> Option<Timestamp> {
        self.lock().map(|heard| heard.header)
    }

    fn lock(&self) -> MutexGuard<'_, Option<Heard>> {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Heard {
    fn bound_at(&self, at: Instant) -> Timestamp {
        later(self.bound, at.saturating_duration_since(self.at))
    }
}

/// `moment` and the time that has passed since, less the margin.
fn later(moment: Timestamp, passed: Duration) -> Timestamp {
    let counted = passed.saturating_sub(passed / MARGIN);
    let counted = SignedDuration::try_from(counted).unwrap_or(SignedDuration::MAX);
    moment.checked_add(counted).unwrap_or(Timestamp::MAX)
}

/// Reads `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110, 5.6.7), and none of the obsolete forms.
fn imf_fixdate(text: &str) -> Option<Timestamp> {
    let parsed = strtime::parse("%a, %d %b %Y %H:%M:%S GMT", text).ok()?;
    let moment = tz::TimeZone::UTC.to_timestamp(parsed.to_datetime().ok()?).ok()?;
    // The parser is lenient about case, padding and weekdays.
    let printed = rfc2822::DateTimePrinter::new().timestamp_to_rfc9110_string(&moment).ok()?;
    (printed == text).then_some(moment)
}

#[cfg(test)]
mod tests {
    use tokio::time::advance;

    use super::*;

    const DATE: &str = "Fri, 15 Jan 2027 08:00:00 GMT";
    const SECOND: i64 = 1_800_000_000;

    fn bound(clock: &TelegramClock) -> i64 {
        clock.earliest_now().unwrap().as_millisecond()
    }

    #[test]
    fn only_an_imf_fixdate_is_a_date() {
        let good = [(DATE, SECOND), ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777)];
        for (text, second) in good {
            assert_eq!(imf_fixdate(text).map(Timestamp::as_second), Some(second), "{text}");
        }
        for text in [
            "",
            "Sunday, 06-Nov-94 08:49:37 GMT",
            "Sun Nov  6 08:49:37 1994",
            "Sun, 6 Nov 1994 08:49:37 GMT",
            "sun, 06 nov 1994 08:49:37 gmt",
            "Mon, 06 Nov 1994 08:49:37 GMT",
            "Sun, 06 Nov 1994 08:49:37 +0000",
            "Sun, 06 Nov 1994 08:49:37 UTC",
            "Sun, 06 Nov 1994 08:49:37 GMT ",
            " Sun, 06 Nov 1994 08:49:37 GMT",
            "Sun, 06 Nov 1994 25:49:37 GMT",
            "Sun, 31 Feb 1994 08:49:37 GMT",
            "Sun, 06 Nov 1994 08:49:60 GMT",
            "06 Nov 1994 08:49:37 GMT",
        ] {
            assert_eq!(imf_fixdate(text), None, "{text}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn the_bound_follows_the_monotonic_clock_less_a_thousandth() {
        let clock = TelegramClock::default();
        assert_eq!((clock.earliest_now(), clock.header_date()), (None, None));
        clock.hear("yesterday", Instant::now());
        assert_eq!(clock.earliest_now(), None);
        clock.hear(DATE, Instant::now());
        assert_eq!(bound(&clock), SECOND * 1_000);
        advance(Duration::from_secs(1_000)).await;
        assert_eq!(bound(&clock), SECOND * 1_000 + 999_000);
        assert_eq!(clock.header_date().unwrap().as_second(), SECOND);
    }

    #[tokio::test(start_paused = true)]
    async fn a_newer_header_raises_the_bound_and_an_older_one_never_lowers_it() {
        let clock = TelegramClock::default();
        clock.hear(DATE, Instant::now());
        advance(Duration::from_secs(10)).await;
        clock.hear("Fri, 15 Jan 2027 08:01:00 GMT", Instant::now());
        assert_eq!(bound(&clock), (SECOND + 60) * 1_000);
        advance(Duration::from_secs(10)).await;
        // Another server of Telegram's is a little behind.
        clock.hear("Fri, 15 Jan 2027 08:01:08 GMT", Instant::now());
        assert_eq!(bound(&clock), (SECOND + 70) * 1_000 - 10);
        assert_eq!(clock.header_date().unwrap().as_second(), SECOND + 68);
        // The clock was set back: neither time is trusted, until the new one has caught up.
        clock.hear(DATE, Instant::now());
        assert_eq!(clock.earliest_now(), None);
        advance(Duration::from_secs(10)).await;
        assert_eq!(clock.earliest_now(), None);
        clock.hear("Fri, 15 Jan 2027 08:01:20 GMT", Instant::now());
        assert_eq!(bound(&clock), (SECOND + 80) * 1_000);
    }

    #[tokio::test(start_paused = true)]
    async fn answers_that_are_taken_in_late_count_from_their_arrival() {
        let clock = TelegramClock::default();
        let early = Instant::now();
        advance(Duration::from_secs(100)).await;
        clock.hear("Fri, 15 Jan 2027 08:01:38 GMT", Instant::now());
        // It arrived 100 s ago: the server's time was later by about that much when the other came.
        clock.hear(DATE, early);
        assert_eq!(bound(&clock), (SECOND + 100) * 1_000 - 100);
        assert_eq!(clock.header_date().unwrap().as_second(), SECOND + 98);
    }

    #[tokio::test(start_paused = true)]
    async fn the_bound_never_decreases() {
        let clock = TelegramClock::default();
        let mut last = Timestamp::MIN;
        for step in 0..500_u64 {
            let header = SECOND + i64::try_from(step * 7_919 % 97).unwrap();
            let header = Timestamp::from_second(header).unwrap();
            let printer = rfc2822::DateTimePrinter::new();
            clock.hear(&printer.timestamp_to_rfc9110_string(&header).unwrap(), Instant::now());
            advance(Duration::from_nanos(step * 104_729 % 1_999_999)).await;
            let Some(now) = clock.earliest_now() else { continue };
            assert!(now >= last, "{step}: {now} after {last}");
            last = now;
        }
    }
}
