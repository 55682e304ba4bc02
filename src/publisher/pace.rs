//! The pace of requests, in monotonic time since the publisher started. It reads no clock.

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

/// The last request to a channel.
#[derive(Clone, Copy, Debug)]
struct ChannelPace {
    at: Duration,
    publication: PublicationId,
    /// How many messages its publication has sent in a row besides one for each request. Telegram counts every message of an
    /// album, and the next publication waits for them.
    debt: u32,
}

impl Pace {
    /// How long the next request of `publication` to `chat` must wait at `now`.
    pub(super) fn wait(
        &self,
        chat: i64,
        publication: PublicationId,
        pacing: Pacing,
        now: Duration,
    ) -> Duration {
        let rest = |ready: Option<Duration>| {
            ready.map_or(Duration::ZERO, |ready| ready.saturating_sub(now))
        };
        let of_bot = self.last.map(|last| last + pacing.bot);
        let of_channel = self.of_channel.get(&chat).map(|last| {
            let debt = if last.publication == publication { 0 } else { last.debt };
            last.at + pacing.channel.saturating_mul(debt.saturating_add(1))
        });
        rest(of_bot).max(rest(of_channel))
    }

    /// Records a request of `publication` to `chat` that changes this many messages.
    pub(super) fn made(
        &mut self,
        chat: i64,
        publication: PublicationId,
        messages: usize,
        now: Duration,
    ) {
        self.last = self.last.max(Some(now));
        let before = self.of_channel.get(&chat).filter(|last| last.publication == publication);
        let more = u32::try_from(messages.saturating_sub(1)).unwrap_or(u32::MAX);
        let debt = before.map_or(0, |last| last.debt).saturating_add(more);
        self.of_channel.insert(chat, ChannelPace { at: now, publication, debt });
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
        pace.made(1, ONE, 1, ms(100));
        assert_eq!(pace.wait(1, ONE, pacing, ms(100)), ms(3_500));
        assert_eq!(pace.wait(1, TWO, pacing, ms(100)), ms(3_500));
        assert_eq!(pace.wait(2, TWO, pacing, ms(110)), ms(30));
        assert_eq!(pace.wait(2, TWO, pacing, ms(140)), ms(0));
        assert_eq!(pace.wait(1, ONE, pacing, ms(3_700)), ms(0));
    }

    #[test]
    fn every_message_of_an_album_counts_for_the_next_publication() {
        let pacing = Pacing { channel: ms(1_000), bot: ms(0) };
        let mut pace = Pace::default();
        pace.made(1, ONE, 4, ms(0));
        assert_eq!(pace.wait(1, ONE, pacing, ms(0)), ms(1_000));
        assert_eq!(pace.wait(1, TWO, pacing, ms(0)), ms(4_000));
        pace.made(1, ONE, 3, ms(1_000));
        assert_eq!(pace.wait(1, TWO, pacing, ms(1_000)), ms(6_000));
        pace.made(1, TWO, 1, ms(7_000));
        assert_eq!(pace.wait(1, ONE, pacing, ms(7_000)), ms(1_000));
    }

    #[test]
    fn channel_that_waited_longest_is_first() {
        let mut pace = Pace::default();
        pace.made(1, ONE, 1, ms(10));
        pace.made(2, ONE, 1, ms(5));
        assert_eq!(pace.longest([1, 2].into_iter()), Some(2));
        assert_eq!(pace.longest([1, 2, 3].into_iter()), Some(3));
        assert_eq!(pace.longest(std::iter::empty()), None);
    }
}
