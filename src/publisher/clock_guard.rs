//! Decides whether the system clock can be trusted, by comparing it with the monotonic clock. The caller reads both clocks.

use std::time::Duration;

use jiff::Timestamp;

use crate::limits;

#[derive(Debug)]
pub(super) struct ClockGuard {
    /// The last comparison: the system time, and the monotonic time since the publisher started.
    last: Option<(Timestamp, Duration)>,
    /// How many comparisons in a row have agreed.
    agreed: u32,
    /// Why the clock is not trusted.
    problem: Option<ClockProblem>,
}

/// Why the clock is not trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ClockProblem {
    /// It is earlier than the build of this program.
    BeforeTheProgram,
    /// It is earlier than the last time in the journal.
    BeforeTheJournal,
    /// It advanced by far more than the time that passed: it was set, or the machine was suspended.
    Jumped,
}

impl ClockGuard {
    /// A guard without comparisons; `newest` is the last time in the journal.
    pub(super) fn new(now: Timestamp, newest: Option<Timestamp>) -> Self {
        let is_early = newest.is_some_and(|newest| {
            now.checked_add(limits::CLOCK_JUMP).is_ok_and(|latest| latest < newest)
        });
        Self { last: None, agreed: 0, problem: is_early.then_some(ClockProblem::BeforeTheJournal) }
    }

    /// Compares the system time with the monotonic time since the publisher started.
    pub(super) fn compare(&mut self, wall: Timestamp, passed: Duration) {
        if wall < limits::PROGRAM_TIME {
            (self.problem, self.agreed, self.last) =
                (Some(ClockProblem::BeforeTheProgram), 0, None);
            return;
        }
        let Some((last_wall, last_passed)) = self.last else {
            self.last = Some((wall, passed));
            return;
        };
        let elapsed = passed.saturating_sub(last_passed);
        let ahead = wall
            .checked_sub(jiff::SignedDuration::try_from(elapsed).unwrap_or_default())
            .map_or(jiff::SignedDuration::MAX, |expected| expected.duration_since(last_wall));
        if ahead > jiff::SignedDuration::try_from(limits::CLOCK_JUMP).unwrap_or_default() {
            (self.problem, self.agreed) = (Some(ClockProblem::Jumped), 0);
            self.last = Some((wall, passed));
        } else if self.problem.is_none() {
            // A clock that was set back is harmless: sent posts are recorded, so nothing is sent again.
            self.last = Some((wall, passed));
        } else if elapsed >= limits::CLOCK_LOOK {
            self.last = Some((wall, passed));
            self.agreed += 1;
            if self.agreed >= limits::CLOCK_LOOKS {
                self.problem = None;
            }
        }
    }

    pub(super) fn problem(&self) -> Option<ClockProblem> {
        self.problem
    }
}

impl std::fmt::Display for ClockProblem {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            Self::BeforeTheProgram => "this machine's clock is earlier than the build of telepress",
            Self::BeforeTheJournal => {
                "this machine's clock is earlier than the last entry in the journal"
            }
            Self::Jumped => {
                "this machine's clock jumped ahead: it was set, or the machine was suspended"
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn at(seconds: i64) -> Timestamp {
        Timestamp::constant(1_900_000_000 + seconds, 0)
    }

    const fn after(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn clock_that_jumped_is_trusted_again_after_comparisons_that_agree() {
        let hour = 3_600;
        for (jump, has_problem) in [
            (0, false),
            (120, false),
            (-hour, false),
            (-3 * 365 * 24 * hour, false),
            (hour, true),
            (10 * 365 * 24 * hour, true),
        ] {
            let mut clock_guard = ClockGuard::new(at(0), None);
            clock_guard.compare(at(0), after(0));
            clock_guard.compare(at(10), after(10));
            assert_eq!(clock_guard.problem(), None);
            clock_guard.compare(at(20 + jump), after(20));
            assert_eq!(clock_guard.problem().is_some(), has_problem, "{jump}");
            for look in 1..=3 {
                clock_guard.compare(
                    at(20 + jump + 6 * look),
                    after(20 + 6 * u64::try_from(look).unwrap()),
                );
            }
            assert_eq!(clock_guard.problem(), None, "{jump}");
        }
    }

    #[test]
    fn comparisons_in_quick_succession_count_once() {
        let mut clock_guard = ClockGuard::new(at(0), None);
        clock_guard.compare(at(0), after(0));
        clock_guard.compare(at(9_000), after(1));
        for _ in 0..100 {
            clock_guard.compare(at(9_001), after(2));
        }
        assert_eq!(clock_guard.problem(), Some(ClockProblem::Jumped));
    }

    #[test]
    fn clock_before_the_journal_or_the_program_is_not_trusted() {
        let clock_guard = ClockGuard::new(at(0), Some(at(3_600)));
        assert_eq!(clock_guard.problem(), Some(ClockProblem::BeforeTheJournal));
        assert_eq!(ClockGuard::new(at(0), Some(at(60))).problem(), None);
        let mut clock_guard = ClockGuard::new(Timestamp::UNIX_EPOCH, None);
        for look in 0..100 {
            clock_guard.compare(Timestamp::UNIX_EPOCH, after(look * 10));
        }
        assert_eq!(clock_guard.problem(), Some(ClockProblem::BeforeTheProgram));
        for look in 0..4 {
            clock_guard.compare(at(look), after(1_000 + 10 * u64::try_from(look).unwrap()));
        }
        assert_eq!(clock_guard.problem(), None);
    }
}
