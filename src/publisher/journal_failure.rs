//! Failures of the journal during publishing: `serve` retries after a temporary one; any other ends the publisher.

use std::time::Duration;

use tokio::time::Instant;

use super::Publisher;
use super::state::PublisherState;
use crate::store::StoreError;

/// The first pause after a temporary failure.
const FIRST: Duration = Duration::from_millis(250);

/// The longest pause between two tries.
const MAX_RETRY_WAIT: Duration = Duration::from_secs(5);

/// The present failure of the journal, if there is one.
pub(super) struct JournalFailure {
    /// Whether to retry after a temporary failure: `serve` does, a command ends.
    waits: bool,
    /// The error that ends the publisher.
    pub(super) fatal: Option<StoreError>,
    /// The time of the next try, and the length of the pause.
    pause: Option<(Instant, Duration)>,
    /// The length of the last pause, until something is written.
    trial: Option<Duration>,
}

impl JournalFailure {
    pub(super) fn new(waits: bool) -> Self {
        Self { waits, fatal: None, pause: None, trial: None }
    }

    /// Records an error.
    pub(super) fn record(&mut self, error: StoreError) {
        if !(self.waits && error.may_pass()) {
            self.fatal.get_or_insert(error);
            return;
        }
        let last = self.pause.map(|(_, wait)| wait).or(self.trial.take());
        let wait = last.map_or(FIRST, |wait| (wait * 2).min(MAX_RETRY_WAIT));
        log::error!("{error}; trying again in {} ms", wait.as_millis());
        self.pause = Some((Instant::now() + wait, wait));
    }

    /// Whether no action may start now.
    pub(super) fn blocks(&self) -> bool {
        self.fatal.is_some() || self.pause.is_some()
    }

    /// Whether it is time for the next try.
    pub(super) fn is_retry_due(&self) -> bool {
        self.pause.is_some_and(|(until, _)| Instant::now() >= until)
    }

    /// Records that the journal can be read again. The next action shows whether it can be written.
    pub(super) fn readable(&mut self) {
        if let Some((_, wait)) = self.pause.take() {
            self.trial = Some(wait);
        }
    }

    /// Records that the journal was written.
    pub(super) fn written(&mut self) {
        if self.trial.take().is_some() {
            log::info!("the journal can be written again");
        }
    }
}

impl Publisher<'_> {
    /// Reloads everything if another process has changed the journal, or after a temporary failure.
    pub(super) async fn poll(
        &self,
        work: &mut PublisherState,
        others: &mut i64,
        failure: &mut JournalFailure,
    ) -> Result<(), StoreError> {
        if failure.blocks() && !failure.is_retry_due() {
            return Ok(());
        }
        let seen = self.store.changes_by_others().await?;
        if seen != *others || failure.is_retry_due() {
            self.load(work).await?;
            *others = seen;
            failure.readable();
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn full() -> StoreError {
        StoreError::Unwritable("the disk is full".to_owned())
    }

    #[test]
    fn temporary_failures_are_retried_with_growing_pauses() {
        let mut failure = JournalFailure::new(true);
        for wait in [250, 500, 1_000, 2_000, 4_000, 5_000, 5_000] {
            failure.record(full());
            assert!(failure.blocks() && !failure.is_retry_due());
            assert_eq!(failure.pause.map(|(_, pause)| pause.as_millis()), Some(wait));
        }
        failure.readable();
        assert!(!failure.blocks() && failure.fatal.is_none());
        // A readable journal may still not be writable.
        failure.record(full());
        assert_eq!(failure.pause.map(|(_, pause)| pause.as_millis()), Some(5_000));
        failure.readable();
        failure.written();
        failure.record(full());
        assert_eq!(failure.pause.map(|(_, pause)| pause.as_millis()), Some(250));
    }

    #[test]
    fn permanent_failure_ends_the_publisher_and_any_failure_ends_a_command() {
        let mut failure = JournalFailure::new(true);
        failure.record(StoreError::Unreadable("damaged".to_owned()));
        assert!(matches!(failure.fatal, Some(StoreError::Unreadable(_))));
        let mut failure = JournalFailure::new(false);
        failure.record(full());
        assert!(matches!(failure.fatal, Some(StoreError::Unwritable(_))));
    }
}
