//! The pace of requests: telepress's own rate limit, in monotonic time since the publisher started. It reads no clock.

use std::collections::HashMap;
use std::time::Duration;

use crate::limits;
use crate::outbox::PublicationId;

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
    of_channel: HashMap<i64, ChannelPace>,
}

/// The requests to a channel.
#[derive(Clone, Copy, Debug)]
struct ChannelPace {
    /// The time of the last one.
    at: Duration,
    /// The publication of the last one.
    publication: PublicationId,
    /// When every message sent so far has had its share of time. Telegram counts each message of an album.
    paid_at: Duration,
}

impl Pace {
    /// How long the next request of `publication` to `chat` must wait at `now`. The parts of one publication follow each other
    /// closely; the next publication waits for all of them.
    pub(super) fn wait(
        &self,
        chat: i64,
        publication: PublicationId,
        pacing: Pacing,
        now: Duration,
    ) -> Duration {
        let pause = |ready: Option<Duration>| {
            ready.map_or(Duration::ZERO, |ready| ready.saturating_sub(now))
        };
        let of_bot = self.last.map(|last| last + pacing.bot);
        let of_channel = self.of_channel.get(&chat).map(|last| {
            if last.publication == publication {
                last.at + pacing.channel.min(limits::PART_PACE)
            } else {
                last.paid_at
            }
        });
        pause(of_bot).max(pause(of_channel))
    }

    /// Records a request of `publication` to `chat` that changes this many messages.
    pub(super) fn made(
        &mut self,
        chat: i64,
        publication: PublicationId,
        messages: usize,
        pacing: Pacing,
        now: Duration,
    ) {
        self.last = self.last.max(Some(now));
        let free_at = self.of_channel.get(&chat).map_or(now, |last| last.paid_at.max(now));
        let messages = u32::try_from(messages.max(1)).unwrap_or(u32::MAX);
        let paid_at = free_at.saturating_add(pacing.channel.saturating_mul(messages));
        self.of_channel.insert(chat, ChannelPace { at: now, publication, paid_at });
    }

    /// The channel that has waited longest.
    pub(super) fn longest(&self, chats: impl Iterator<Item = i64>) -> Option<i64> {
        chats.min_by_key(|chat| self.of_channel.get(chat).map(|last| last.at))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn ms(milliseconds: u64) -> Duration {
        Duration::from_millis(milliseconds)
    }

    const ONE: PublicationId = PublicationId(1);
    const TWO: PublicationId = PublicationId(2);

    #[test]
    fn requests_keep_the_pace_of_the_channel_and_of_the_bot() {
        let pacing = Pacing { channel: ms(3_500), bot: ms(40) };
        let mut pace = Pace::default();
        assert_eq!(pace.wait(1, ONE, pacing, ms(0)), ms(0));
        pace.made(1, ONE, 1, pacing, ms(100));
        assert_eq!(pace.wait(1, TWO, pacing, ms(100)), ms(3_500));
        assert_eq!(pace.wait(2, TWO, pacing, ms(110)), ms(30));
        assert_eq!(pace.wait(2, TWO, pacing, ms(140)), ms(0));
        assert_eq!(pace.wait(1, TWO, pacing, ms(3_700)), ms(0));
    }

    #[test]
    fn parts_of_a_publication_follow_after_a_second_and_the_next_one_waits_for_every_message() {
        let pacing = Pacing { channel: ms(3_500), bot: ms(0) };
        let mut pace = Pace::default();
        // An album of four, and its text.
        pace.made(1, ONE, 4, pacing, ms(0));
        assert_eq!(pace.wait(1, ONE, pacing, ms(0)), ms(1_000));
        assert_eq!(pace.wait(1, TWO, pacing, ms(0)), ms(4 * 3_500));
        pace.made(1, ONE, 1, pacing, ms(1_000));
        assert_eq!(pace.wait(1, ONE, pacing, ms(1_000)), ms(1_000));
        assert_eq!(pace.wait(1, TWO, pacing, ms(1_000)), ms(5 * 3_500 - 1_000));
        // A late request owes only for its own message.
        pace.made(1, TWO, 1, pacing, ms(60_000));
        assert_eq!(pace.wait(1, ONE, pacing, ms(60_000)), ms(3_500));
        // Deletions and edits of no message count as one.
        pace.made(2, ONE, 0, pacing, ms(60_000));
        assert_eq!(pace.wait(2, TWO, pacing, ms(60_000)), ms(3_500));
    }

    #[test]
    fn short_pace_of_a_test_server_holds_for_parts_too() {
        let pacing = Pacing { channel: ms(20), bot: ms(0) };
        let mut pace = Pace::default();
        pace.made(1, ONE, 1, pacing, ms(0));
        assert_eq!(pace.wait(1, ONE, pacing, ms(0)), ms(20));
    }

    #[test]
    fn channel_that_waited_longest_is_first() {
        let pacing = Pacing::default();
        let mut pace = Pace::default();
        pace.made(1, ONE, 1, pacing, ms(10));
        pace.made(2, ONE, 1, pacing, ms(5));
        assert_eq!(pace.longest([1, 2].into_iter()), Some(2));
        assert_eq!(pace.longest([1, 2, 3].into_iter()), Some(3));
        assert_eq!(pace.longest(std::iter::empty()), None);
    }
}
