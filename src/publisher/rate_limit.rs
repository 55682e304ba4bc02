//! The time of the bot's last publishing request. Chat messages wait for it, so that publishing keeps its pace.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// The time of the bot's last publishing request.
#[derive(Debug, Default)]
pub struct RateLimiter(Mutex<Option<Instant>>);

impl RateLimiter {
    /// Records a request.
    pub fn mark(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
    }

    /// How long to wait to keep `pace`.
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
    fn chat_message_waits_a_pace_after_the_last_request() {
        let (rate_limiter, pace) = (RateLimiter::default(), Duration::from_hours(1));
        assert_eq!(rate_limiter.rest(pace), Duration::ZERO);
        rate_limiter.mark();
        assert!(rate_limiter.rest(pace) > pace / 2);
        assert_eq!(rate_limiter.rest(Duration::ZERO), Duration::ZERO);
    }
}
