//! Whether the machine's clock may be believed: it is compared with a clock that nobody can set. It asks no clock itself.

use std::time::Duration;

use jiff::Timestamp;

use crate::limits;

/// Whether the clock may be believed.
#[derive(Debug)]
pub(super) struct ClockGuard {
    /// The last look: by the clock of the wall, and since the publisher began.
    last: Option<(Timestamp, Duration)>,
    /// Looks in a row that agreed, since the last that did not.
    agreed: u32,
    /// Why it is not believed.
    problem: Option<ClockProblem>,
}

/// Why the clock is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ClockProblem {
    /// It is earlier than this program.
    BeforeTheProgram,
    /// It is earlier than something that the journal recorded.
    BeforeTheJournal,
    /// It went on by far more than the time that passed: it was set, or the machine was asleep.
    Jumped,
}

impl ClockGuard {
    /// A clock that has not been looked at; `newest` is the last instant that the journal recorded.
    pub(super) fn new(now: Timestamp, newest: Option<Timestamp>) -> Self {
        let is_early = newest.is_some_and(|newest| {
            now.checked_add(limits::CLOCK_JUMP).is_ok_and(|latest| latest < newest)
        });
        Self { last: None, agreed: 0, problem: is_early.then_some(ClockProblem::BeforeTheJournal) }
    }

    /// Looks at both clocks: the one of the wall, and the time since the publisher began.
    pub(super) fn look(&mut self, wall: Timestamp, passed: Duration) {
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
            // A clock that was set back fires nothing again: what was sent is recorded.
            self.last = Some((wall, passed));
        } else if elapsed >= limits::CLOCK_LOOK {
            self.last = Some((wall, passed));
            self.agreed += 1;
            if self.agreed >= limits::CLOCK_LOOKS {
                self.problem = None;
            }
        }
    }

    /// Why the clock is not believed, if it is not.
    pub(super) fn problem(&self) -> Option<ClockProblem> {
        self.problem
    }
}

impl std::fmt::Display for ClockProblem {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            Self::BeforeTheProgram => "the clock is earlier than this program",
            Self::BeforeTheJournal => "the clock is earlier than what the journal recorded",
            Self::Jumped => "the clock went on by more than the time that passed: it was set, or the machine slept",
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
    fn a_clock_that_jumps_is_believed_again_after_looks_that_agree() {
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
            clock_guard.look(at(0), after(0));
            clock_guard.look(at(10), after(10));
            assert_eq!(clock_guard.problem(), None);
            clock_guard.look(at(20 + jump), after(20));
            assert_eq!(clock_guard.problem().is_some(), has_problem, "{jump}");
            for look in 1..=3 {
                clock_guard
                    .look(at(20 + jump + 6 * look), after(20 + 6 * u64::try_from(look).unwrap()));
            }
            assert_eq!(clock_guard.problem(), None, "{jump}");
        }
    }

    #[test]
    fn looks_in_quick_succession_are_one_look() {
        let mut clock_guard = ClockGuard::new(at(0), None);
        clock_guard.look(at(0), after(0));
        clock_guard.look(at(9_000), after(1));
        for _ in 0..100 {
            clock_guard.look(at(9_001), after(2));
        }
        assert_eq!(clock_guard.problem(), Some(ClockProblem::Jumped));
    }

    #[test]
    fn a_clock_behind_the_journal_or_before_the_program_has_problem() {
        let clock_guard = ClockGuard::new(at(0), Some(at(3_600)));
        assert_eq!(clock_guard.problem(), Some(ClockProblem::BeforeTheJournal));
        assert_eq!(ClockGuard::new(at(0), Some(at(60))).problem(), None);
        let mut clock_guard = ClockGuard::new(Timestamp::UNIX_EPOCH, None);
        for look in 0..100 {
            clock_guard.look(Timestamp::UNIX_EPOCH, after(look * 10));
        }
        assert_eq!(clock_guard.problem(), Some(ClockProblem::BeforeTheProgram));
        for look in 0..4 {
            clock_guard.look(at(look), after(1_000 + 10 * u64::try_from(look).unwrap()));
        }
        assert_eq!(clock_guard.problem(), None);
    }
}
