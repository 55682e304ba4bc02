//! A lower bound of Telegram's time, taken from its answers. It does not depend on the local wall clock.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::fmt::{rfc2822, strtime};
use jiff::{SignedDuration, Timestamp, tz};
use tokio::time::Instant;

/// One part in this many of the elapsed monotonic time is not counted, so that the bound holds even if the monotonic clock runs
/// fast. Quartz clocks are off by less than 0.01 %, a tenth of it.
const MARGIN: u32 = 1_000;

/// How far a header may be below the bound before the server's clock counts as set back.
const SET_BACK: SignedDuration = SignedDuration::from_secs(3);

/// The clock of a Bot API server, from its answers.
///
/// Only the `Date` header of a Bot API answer counts: a page from a proxy or a captive portal does not show Telegram's time.
#[derive(Debug, Default)]
pub struct TelegramClock {
    observed: Mutex<Option<Observed>>,
}

#[derive(Clone, Copy, Debug)]
struct Observed {
    /// The header of the answer that arrived last, and when it arrived.
    header: Timestamp,
    arrived: Instant,
    /// The server's time was at least `bound` at the moment `at`.
    bound: Timestamp,
    at: Instant,
}

impl TelegramClock {
    /// Uses the `Date` header of an answer that arrived at `arrived`. A header that is not an IMF-fixdate is ignored.
    pub fn observe(&self, header: &str, arrived: Instant) {
        let Some(date) = imf_fixdate(header) else { return };
        let mut observed = self.lock();
        let next = match *observed {
            None => Observed { header: date, arrived, bound: date, at: arrived },
            Some(before) => {
                // Answers on two connections may be processed out of order.
                let at = before.at.max(arrived);
                let bound = before.bound_at(at).max(advanced(date, at.duration_since(arrived)));
                let (header, arrived) = if arrived < before.arrived {
                    (before.header, before.arrived)
                } else {
                    (date, arrived)
                };
                Observed { header, arrived, bound, at }
            }
        };
        *observed = Some(next);
    }

    /// A lower bound of the server's current time. `None` before the first answer, and when the server's clock was set back,
    /// because then it is unknown which of its times are right.
    #[must_use]
    pub fn earliest_now(&self) -> Option<Timestamp> {
        let (observed, now) = ((*self.lock())?, Instant::now());
        let bound = observed.bound_at(now);
        let passed = now.saturating_duration_since(observed.arrived);
        let passed = SignedDuration::try_from(passed).unwrap_or(SignedDuration::MAX);
        let shown = observed.header.checked_add(passed).unwrap_or(Timestamp::MAX);
        // A header has whole seconds, and an answer takes some time to arrive.
        let is_set_back = bound.duration_since(shown) > SET_BACK;
        (!is_set_back).then_some(bound)
    }

    /// The `Date` header of the last answer.
    #[must_use]
    pub fn header_date(&self) -> Option<Timestamp> {
        self.lock().map(|observed| observed.header)
    }

    fn lock(&self) -> MutexGuard<'_, Option<Observed>> {
        self.observed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Observed {
    fn bound_at(&self, at: Instant) -> Timestamp {
        advanced(self.bound, at.saturating_duration_since(self.at))
    }
}

/// `moment` plus the elapsed time, minus the margin.
fn advanced(moment: Timestamp, passed: Duration) -> Timestamp {
    let counted = passed.saturating_sub(passed / MARGIN);
    let counted = SignedDuration::try_from(counted).unwrap_or(SignedDuration::MAX);
    moment.checked_add(counted).unwrap_or(Timestamp::MAX)
}

/// Parses `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110, 5.6.7), and none of the obsolete forms.
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
    async fn bound_advances_with_the_monotonic_clock_minus_a_thousandth() {
        let clock = TelegramClock::default();
        assert_eq!((clock.earliest_now(), clock.header_date()), (None, None));
        clock.observe("yesterday", Instant::now());
        assert_eq!(clock.earliest_now(), None);
        clock.observe(DATE, Instant::now());
        assert_eq!(bound(&clock), SECOND * 1_000);
        advance(Duration::from_secs(1_000)).await;
        assert_eq!(bound(&clock), SECOND * 1_000 + 999_000);
        assert_eq!(clock.header_date().unwrap().as_second(), SECOND);
    }

    #[tokio::test(start_paused = true)]
    async fn newer_header_raises_the_bound_and_older_one_never_lowers_it() {
        let clock = TelegramClock::default();
        clock.observe(DATE, Instant::now());
        advance(Duration::from_secs(10)).await;
        clock.observe("Fri, 15 Jan 2027 08:01:00 GMT", Instant::now());
        assert_eq!(bound(&clock), (SECOND + 60) * 1_000);
        advance(Duration::from_secs(10)).await;
        // The clock of another Telegram server is slightly slow.
        clock.observe("Fri, 15 Jan 2027 08:01:08 GMT", Instant::now());
        assert_eq!(bound(&clock), (SECOND + 70) * 1_000 - 10);
        assert_eq!(clock.header_date().unwrap().as_second(), SECOND + 68);
        // The clock was set back: neither time is trusted until the new one has caught up.
        clock.observe(DATE, Instant::now());
        assert_eq!(clock.earliest_now(), None);
        advance(Duration::from_secs(10)).await;
        assert_eq!(clock.earliest_now(), None);
        clock.observe("Fri, 15 Jan 2027 08:01:20 GMT", Instant::now());
        assert_eq!(bound(&clock), (SECOND + 80) * 1_000);
    }

    #[tokio::test(start_paused = true)]
    async fn answer_processed_late_counts_from_its_arrival() {
        let clock = TelegramClock::default();
        let early = Instant::now();
        advance(Duration::from_secs(100)).await;
        clock.observe("Fri, 15 Jan 2027 08:01:38 GMT", Instant::now());
        // It arrived 100 s ago, so the server's time was about that much later when the other answer came.
        clock.observe(DATE, early);
        assert_eq!(bound(&clock), (SECOND + 100) * 1_000 - 100);
        assert_eq!(clock.header_date().unwrap().as_second(), SECOND + 98);
    }

    #[tokio::test(start_paused = true)]
    async fn bound_never_decreases() {
        let clock = TelegramClock::default();
        let mut last = Timestamp::MIN;
        for step in 0..500_u64 {
            let header = SECOND + i64::try_from(step * 7_919 % 97).unwrap();
            let header = Timestamp::from_second(header).unwrap();
            let printer = rfc2822::DateTimePrinter::new();
            clock.observe(&printer.timestamp_to_rfc9110_string(&header).unwrap(), Instant::now());
            advance(Duration::from_nanos(step * 104_729 % 1_999_999)).await;
            let Some(now) = clock.earliest_now() else { continue };
            assert!(now >= last, "{step}: {now} after {last}");
            last = now;
        }
    }
}
