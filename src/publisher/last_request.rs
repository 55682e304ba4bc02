//! The time of the bot's last publishing request. Chat messages wait for it, so that publishing keeps its pace.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// The time of the bot's last publishing request.
#[derive(Debug, Default)]
pub struct LastRequest(Mutex<Option<Instant>>);

impl LastRequest {
    /// Records a request.
    pub fn mark(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
    }

    /// How long to wait to keep `pace`.
    #[must_use]
    pub fn pause(&self, pace: Duration) -> Duration {
        let last = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        last.map_or(Duration::ZERO, |last| pace.saturating_sub(last.elapsed()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chat_message_waits_a_pace_after_the_last_request() {
        let (last_request, pace) = (LastRequest::default(), Duration::from_hours(1));
        assert_eq!(last_request.pause(pace), Duration::ZERO);
        last_request.mark();
        assert!(last_request.pause(pace) > pace / 2);
        assert_eq!(last_request.pause(Duration::ZERO), Duration::ZERO);
    }
}
