//! When the bot made its last request, whoever made it: what is said in the chat leaves the pace to what is published.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// The moment of the bot's last request.
#[derive(Debug, Default)]
pub struct RateLimiter(Mutex<Option<Instant>>);

impl RateLimiter {
    /// A request is made.
    pub fn mark(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
    }

    /// How long one that keeps `pace` has to wait.
    #[must_use]
    pub fn rest(&self, pace: Duration) -> Duration {
        let last = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        last.map_or(Duration::ZERO, |last| pace.saturating_sub(last.elapsed()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_waits_a_pace_behind_whatever_was_asked_last() {
        let (rate_limiter, pace) = (RateLimiter::default(), Duration::from_hours(1));
        assert_eq!(rate_limiter.rest(pace), Duration::ZERO);
        rate_limiter.mark();
        assert!(rate_limiter.rest(pace) > pace / 2);
        assert_eq!(rate_limiter.rest(Duration::ZERO), Duration::ZERO);
    }
}
