//! The pace of requests: telepress's own rate limit (throttle), in monotonic time since the publisher started. It reads no clock.

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::time::Duration;

use crate::ids::ChatId;
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
    /// Chats that are known to be groups, besides basic groups.
    groups: BTreeSet<i64>,
    /// The requests of the last minute to each chat, and how many messages each has changed.
    recent: HashMap<i64, VecDeque<(Duration, usize)>>,
}

/// The requests to a channel.
#[derive(Clone, Copy, Debug)]
struct ChannelPace {
    /// The time of the last one.
    at: Duration,
    /// The publication of the last one.
    publication: PublicationId,
    /// When every message sent so far has had its share of time. Telegram counts each message of an album.
    next_allowed_at: Duration,
}

impl Pace {
    /// How long the next request of `publication` to `chat`, which changes this many messages, must wait at `now`. The parts of one publication follow each other
    /// closely; the next publication waits for all of them.
    pub(super) fn wait(
        &self,
        chat: i64,
        publication: PublicationId,
        messages: usize,
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
                last.next_allowed_at
            }
        });
        // A server on the loopback interface, which alone allows a shorter pace, does not have Telegram's limit.
        let has_limit = self.is_group(chat) && pacing.channel >= limits::CHANNEL_PACE;
        let of_minute = has_limit.then(|| self.minute_ends(chat, messages, now)).flatten();
        pause(of_bot).max(pause(of_channel)).max(pause(of_minute))
    }

    /// Records that a chat is a group.
    pub(super) fn set_group(&mut self, chat: i64) {
        self.groups.insert(chat);
    }

    fn is_group(&self, chat: i64) -> bool {
        ChatId::is_basic_group(chat) || self.groups.contains(&chat)
    }

    /// When the limit of a group allows this many messages more.
    fn minute_ends(&self, chat: i64, messages: usize, now: Duration) -> Option<Duration> {
        let recent = self.recent.get(&chat)?;
        let is_recent = |at: Duration| at + limits::GROUP_PERIOD > now;
        let mut sum: usize =
            recent.iter().filter(|(at, _)| is_recent(*at)).map(|(_, messages)| messages).sum();
        let mut ends = None;
        for (at, count) in recent.iter().filter(|(at, _)| is_recent(*at)) {
            if sum + messages <= limits::GROUP_MESSAGES {
                break;
            }
            sum -= count;
            ends = Some(*at + limits::GROUP_PERIOD);
        }
        ends
    }

    /// Records a request of `publication` to `chat` that changes this many messages.
    pub(super) fn record_request(
        &mut self,
        chat: i64,
        publication: PublicationId,
        messages: usize,
        pacing: Pacing,
        now: Duration,
    ) {
        self.last = self.last.max(Some(now));
        let free_at = self.of_channel.get(&chat).map_or(now, |last| last.next_allowed_at.max(now));
        let recent = self.recent.entry(chat).or_default();
        while recent.front().is_some_and(|(at, _)| *at + limits::GROUP_PERIOD <= now) {
            recent.pop_front();
        }
        recent.push_back((now, messages.max(1)));
        let messages = u32::try_from(messages.max(1)).unwrap_or(u32::MAX);
        let paid_at = free_at.saturating_add(pacing.channel.saturating_mul(messages));
        self.of_channel
            .insert(chat, ChannelPace { at: now, publication, next_allowed_at: paid_at });
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
        assert_eq!(pace.wait(1, ONE, 1, pacing, ms(0)), ms(0));
        pace.record_request(1, ONE, 1, pacing, ms(100));
        assert_eq!(pace.wait(1, TWO, 1, pacing, ms(100)), ms(3_500));
        assert_eq!(pace.wait(2, TWO, 1, pacing, ms(110)), ms(30));
        assert_eq!(pace.wait(2, TWO, 1, pacing, ms(140)), ms(0));
        assert_eq!(pace.wait(1, TWO, 1, pacing, ms(3_700)), ms(0));
    }

    #[test]
    fn parts_of_a_publication_follow_after_a_second_and_the_next_one_waits_for_every_message() {
        let pacing = Pacing { channel: ms(3_500), bot: ms(0) };
        let mut pace = Pace::default();
        // An album of four, and its text.
        pace.record_request(1, ONE, 4, pacing, ms(0));
        assert_eq!(pace.wait(1, ONE, 1, pacing, ms(0)), ms(1_000));
        assert_eq!(pace.wait(1, TWO, 1, pacing, ms(0)), ms(4 * 3_500));
        pace.record_request(1, ONE, 1, pacing, ms(1_000));
        assert_eq!(pace.wait(1, ONE, 1, pacing, ms(1_000)), ms(1_000));
        assert_eq!(pace.wait(1, TWO, 1, pacing, ms(1_000)), ms(5 * 3_500 - 1_000));
        // A late request owes only for its own message.
        pace.record_request(1, TWO, 1, pacing, ms(60_000));
        assert_eq!(pace.wait(1, ONE, 1, pacing, ms(60_000)), ms(3_500));
        // Deletions and edits of no message count as one.
        pace.record_request(2, ONE, 0, pacing, ms(60_000));
        assert_eq!(pace.wait(2, TWO, 1, pacing, ms(60_000)), ms(3_500));
    }

    #[test]
    fn group_gets_at_most_twenty_messages_a_minute_whatever_their_topics() {
        const CHAT: i64 = -1_001_000_000_001;
        let pacing = Pacing { channel: limits::CHANNEL_PACE, bot: ms(0) };
        let mut pace = Pace::default();
        let wait =
            |pace: &Pace, chat, messages, now| pace.wait(chat, ONE, messages, pacing, ms(now));
        for second in 0..19 {
            pace.record_request(CHAT, ONE, 1, pacing, ms(second * 1_000));
        }
        // Nothing says yet that it is a group.
        assert_eq!(wait(&pace, CHAT, 2, 19_000), ms(0));
        pace.set_group(CHAT);
        assert_eq!(wait(&pace, CHAT, 1, 19_000), ms(0));
        assert_eq!(wait(&pace, CHAT, 2, 19_000), ms(41_000));
        assert_eq!(wait(&pace, CHAT, 5, 19_000), ms(44_000));
        assert_eq!(wait(&pace, CHAT, 5, 63_000), ms(0));
        // The number of a basic group shows what it is.
        pace.record_request(-5, ONE, 10, pacing, ms(0));
        pace.record_request(-5, ONE, 10, pacing, ms(1_000));
        assert_eq!(wait(&pace, -5, 1, 2_000), ms(58_000));
    }

    #[test]
    fn short_pace_of_a_test_server_holds_for_parts_too() {
        let pacing = Pacing { channel: ms(20), bot: ms(0) };
        let mut pace = Pace::default();
        pace.record_request(1, ONE, 1, pacing, ms(0));
        assert_eq!(pace.wait(1, ONE, 1, pacing, ms(0)), ms(20));
    }

    #[test]
    fn channel_that_waited_longest_is_first() {
        let pacing = Pacing::default();
        let mut pace = Pace::default();
        pace.record_request(1, ONE, 1, pacing, ms(10));
        pace.record_request(2, ONE, 1, pacing, ms(5));
        assert_eq!(pace.longest([1, 2].into_iter()), Some(2));
        assert_eq!(pace.longest([1, 2, 3].into_iter()), Some(3));
        assert_eq!(pace.longest(std::iter::empty()), None);
    }
}
