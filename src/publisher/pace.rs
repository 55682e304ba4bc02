//! The pace of requests, in monotonic time since the publisher started. It reads no clock.

use std::collections::HashMap;
use std::time::Duration;

use crate::limits;

/// The minimum time between two requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pacing {
    /// To one channel.
    pub channel: Duration,
    /// Of the bot, to any channels.
    pub bot: Duration,
}

impl Default for Pacing {
    fn default() -> Self {
        Self { channel: limits::CHANNEL_PACE, bot: limits::BOT_PACE }
    }
}

/// The times of the last requests.
#[derive(Debug, Default)]
pub(super) struct Pace {
    last: Option<Duration>,
    of_channel: HashMap<i64, Duration>,
}

impl Pace {
    /// How long the next request to `chat` must wait at `now`.
    pub(super) fn wait(&self, chat: i64, pacing: Pacing, now: Duration) -> Duration {
        let rest = |last: Option<&Duration>, least: Duration| {
            last.map_or(Duration::ZERO, |last| (*last + least).saturating_sub(now))
        };
        rest(self.last.as_ref(), pacing.bot).max(rest(self.of_channel.get(&chat), pacing.channel))
    }

    /// Records a request to `chat`.
    pub(super) fn made(&mut self, chat: i64, now: Duration) {
        self.last = self.last.max(Some(now));
        self.of_channel.insert(chat, now);
    }

    /// The channel that has waited longest.
    pub(super) fn longest(&self, chats: impl Iterator<Item = i64>) -> Option<i64> {
        chats.min_by_key(|chat| self.of_channel.get(chat).copied())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn ms(milliseconds: u64) -> Duration {
        Duration::from_millis(milliseconds)
    }

    #[test]
    fn requests_keep_the_pace_of_the_channel_and_of_the_bot() {
        let pacing = Pacing { channel: ms(3_500), bot: ms(40) };
        let mut pace = Pace::default();
        assert_eq!(pace.wait(1, pacing, ms(0)), ms(0));
        pace.made(1, ms(100));
        assert_eq!(pace.wait(1, pacing, ms(100)), ms(3_500));
        assert_eq!(pace.wait(2, pacing, ms(110)), ms(30));
        assert_eq!(pace.wait(2, pacing, ms(140)), ms(0));
        assert_eq!(pace.wait(1, pacing, ms(3_700)), ms(0));
    }

    #[test]
    fn channel_that_waited_longest_is_first() {
        let mut pace = Pace::default();
        pace.made(1, ms(10));
        pace.made(2, ms(5));
        assert_eq!(pace.longest([1, 2].into_iter()), Some(2));
        assert_eq!(pace.longest([1, 2, 3].into_iter()), Some(3));
        assert_eq!(pace.longest(std::iter::empty()), None);
    }
}
