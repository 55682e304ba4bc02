//! Catching up with missed posts: a few per channel are published late, with gaps; the rest is held. It reads no clock.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::limits;

/// How many missed posts were published late, by channel.
#[derive(Debug, Default)]
pub(super) struct CatchUp {
    /// The count, and the time of the last one since the publisher started.
    of_channel: BTreeMap<i64, (usize, Duration)>,
}

/// What to do with a missed post.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CatchUpDecision {
    /// Publish it now.
    Now,
    /// Publish it after this time.
    After(Duration),
    /// Hold it for a person.
    Never,
}

impl CatchUp {
    /// Decides about the next missed post of this channel. A post that may be published now is counted.
    pub(super) fn decide(&mut self, chat: i64, now: Duration) -> CatchUpDecision {
        let Some((count, last)) = self.of_channel.get_mut(&chat) else {
            self.of_channel.insert(chat, (1, now));
            return CatchUpDecision::Now;
        };
        if *count >= limits::CATCH_UP {
            return CatchUpDecision::Never;
        }
        let pause = (*last + limits::CATCH_UP_GAP).saturating_sub(now);
        if pause > Duration::ZERO {
            return CatchUpDecision::After(pause);
        }
        (*count, *last) = (*count + 1, now);
        CatchUpDecision::Now
    }

    /// Resets the channels without late posts.
    pub(super) fn keep(&mut self, is_late: impl Fn(i64) -> bool) {
        self.of_channel.retain(|chat, _| is_late(*chat));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_posts_per_channel_are_published_a_minute_apart_and_the_rest_is_held() {
        let mut catch_up = CatchUp::default();
        let at = Duration::from_secs;
        assert_eq!(catch_up.decide(1, at(0)), CatchUpDecision::Now);
        assert_eq!(catch_up.decide(2, at(1)), CatchUpDecision::Now);
        assert_eq!(catch_up.decide(1, at(10)), CatchUpDecision::After(at(50)));
        assert_eq!(catch_up.decide(1, at(60)), CatchUpDecision::Now);
        assert_eq!(catch_up.decide(1, at(120)), CatchUpDecision::Now);
        assert_eq!(catch_up.decide(1, at(180)), CatchUpDecision::Never);
        catch_up.keep(|chat| chat == 2);
        assert_eq!(catch_up.decide(1, at(181)), CatchUpDecision::Now);
    }
}
