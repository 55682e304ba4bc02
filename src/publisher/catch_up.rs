//! How posts that were missed by far are caught up with: a few of them, with gaps between; the rest is held for a person.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::limits;

/// What was caught up with, channel by channel.
#[derive(Debug, Default)]
pub(super) struct CatchUp {
    /// How many, and when the last was, in time since the publisher began.
    of_channel: BTreeMap<i64, (usize, Duration)>,
}

/// What becomes of a post that was missed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CatchUpDecision {
    /// It goes now.
    Now,
    /// It goes later.
    After(Duration),
    /// It waits for a person.
    Never,
}

impl CatchUp {
    /// Whose turn it is: a missed post of this channel may go at `now`. Where it may, it is counted.
    pub(super) fn turn(&mut self, chat: i64, now: Duration) -> CatchUpDecision {
        let Some((count, last)) = self.of_channel.get_mut(&chat) else {
            self.of_channel.insert(chat, (1, now));
            return CatchUpDecision::Now;
        };
        if *count >= limits::CATCH_UP {
            return CatchUpDecision::Never;
        }
        let rest = (*last + limits::CATCH_UP_GAP).saturating_sub(now);
        if rest > Duration::ZERO {
            return CatchUpDecision::After(rest);
        }
        (*count, *last) = (*count + 1, now);
        CatchUpDecision::Now
    }

    /// Channels in which nothing is late any more begin anew.
    pub(super) fn keep(&mut self, is_late: impl Fn(i64) -> bool) {
        self.of_channel.retain(|chat, _| is_late(*chat));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_of_a_channel_go_a_minute_apart_and_the_rest_waits() {
        let mut catch_up = CatchUp::default();
        let at = Duration::from_secs;
        assert_eq!(catch_up.turn(1, at(0)), CatchUpDecision::Now);
        assert_eq!(catch_up.turn(2, at(1)), CatchUpDecision::Now);
        assert_eq!(catch_up.turn(1, at(10)), CatchUpDecision::After(at(50)));
        assert_eq!(catch_up.turn(1, at(60)), CatchUpDecision::Now);
        assert_eq!(catch_up.turn(1, at(120)), CatchUpDecision::Now);
        assert_eq!(catch_up.turn(1, at(180)), CatchUpDecision::Never);
        catch_up.keep(|chat| chat == 2);
        assert_eq!(catch_up.turn(1, at(181)), CatchUpDecision::Now);
    }
}
