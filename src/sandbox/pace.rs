//! How fast a chat takes messages before Telegram answers 429; it knows no clock.

use std::collections::VecDeque;

use super::refusal::Refusal;
use crate::limits;

/// The moments of the last minute at which one chat took a message or an edit, which share the limit.
#[derive(Clone, Debug, Default)]
pub struct Pace(VecDeque<i64>);

impl Pace {
    /// Takes one more at `now`, in seconds since 1970-01-01 UTC.
    ///
    /// # Errors
    /// [`Refusal::RetryAfter`] past one a second or [`limits::CHAT_MINUTE`] a minute.
    pub fn take(&mut self, now: i64) -> Result<(), Refusal> {
        self.0.retain(|&then| (0..60).contains(&now.saturating_sub(then)));
        let oldest = self.0.front().filter(|_| self.0.len() >= limits::CHAT_MINUTE);
        let free_at = match oldest {
            Some(oldest) => oldest.saturating_add(60),
            None => self.0.back().map_or(now, |last| last.saturating_add(1)),
        };
        match u32::try_from(free_at.saturating_sub(now)) {
            Ok(wait) if wait > 0 => Err(Refusal::RetryAfter(wait)),
            _ => {
                self.0.push_back(now);
                Ok(())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chat_takes_one_a_second_and_twenty_a_minute() {
        let mut pace = Pace::default();
        assert_eq!(pace.take(0), Ok(()));
        assert_eq!(pace.take(0), Err(Refusal::RetryAfter(1)));
        for second in 1..20 {
            assert_eq!(pace.take(second), Ok(()), "{second}");
        }
        assert_eq!(pace.take(20), Err(Refusal::RetryAfter(40)));
        assert_eq!(pace.take(59), Err(Refusal::RetryAfter(1)));
        assert_eq!(pace.take(60), Ok(()));
        assert_eq!(pace.take(60), Err(Refusal::RetryAfter(1)));
    }

    #[test]
    fn a_clock_that_jumps_holds_nothing_up() {
        let mut pace = Pace::default();
        for now in [i64::MAX, i64::MIN, 0, 0x7fff_ffff, 5] {
            assert_eq!(pace.take(now), Ok(()), "{now}");
        }
    }
}
