//! Faults of the journal while it is published from: one that may pass is waited for, any other one ends the publisher.

use std::time::Duration;

use tokio::time::Instant;

use super::Publisher;
use super::state::PublisherState;
use crate::store::StoreError;

/// The first wait after a fault that may pass.
const FIRST: Duration = Duration::from_millis(250);

/// The longest wait between two attempts.
const LONGEST: Duration = Duration::from_secs(5);

/// What is wrong with the journal at the moment.
pub(super) struct JournalFailure {
    /// Whether a fault that may pass is waited for: a command ends with it, `serve` goes on.
    waits: bool,
    /// Why the publisher ends.
    pub(super) fatal: Option<StoreError>,
    /// When the journal is tried again, and how long that wait was.
    rest: Option<(Instant, Duration)>,
    /// How long the last wait was, where nothing was written since.
    trial: Option<Duration>,
}

impl JournalFailure {
    pub(super) fn new(waits: bool) -> Self {
        Self { waits, fatal: None, rest: None, trial: None }
    }

    /// Something failed.
    pub(super) fn meet(&mut self, fault: StoreError) {
        if !(self.waits && fault.may_pass()) {
            self.fatal.get_or_insert(fault);
            return;
        }
        let last = self.rest.map(|(_, wait)| wait).or(self.trial.take());
        let wait = last.map_or(FIRST, |wait| (wait * 2).min(LONGEST));
        log::error!("{fault}; trying again in {} ms", wait.as_millis());
        self.rest = Some((Instant::now() + wait, wait));
    }

    /// Whether nothing may be begun now.
    pub(super) fn is_there(&self) -> bool {
        self.fatal.is_some() || self.rest.is_some()
    }

    /// Whether the journal is to be tried again now.
    pub(super) fn is_over(&self) -> bool {
        self.rest.is_some_and(|(until, _)| Instant::now() >= until)
    }

    /// The journal can be read again: it is tried whether it can be written.
    pub(super) fn pass(&mut self) {
        if let Some((_, wait)) = self.rest.take() {
            self.trial = Some(wait);
        }
    }

    /// Something was written.
    pub(super) fn written(&mut self) {
        if self.trial.take().is_some() {
            log::info!("the journal can be written again");
        }
    }
}

impl Publisher<'_> {
    /// Reads what another process has changed, and everything after a fault that has passed.
    pub(super) async fn look(
        &self,
        work: &mut PublisherState,
        others: &mut i64,
        failure: &mut JournalFailure,
    ) -> Result<(), StoreError> {
        if failure.is_there() && !failure.is_over() {
            return Ok(());
        }
        let seen = self.store.changes_by_others().await?;
        if seen != *others || failure.is_over() {
            self.load(work).await?;
            *others = seen;
            failure.pass();
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
    fn a_fault_that_may_pass_is_waited_for_longer_each_time() {
        let mut failure = JournalFailure::new(true);
        for wait in [250, 500, 1_000, 2_000, 4_000, 5_000, 5_000] {
            failure.meet(full());
            assert!(failure.is_there() && !failure.is_over());
            assert_eq!(failure.rest.map(|(_, rest)| rest.as_millis()), Some(wait));
        }
        failure.pass();
        assert!(!failure.is_there() && failure.fatal.is_none());
        // That it can be read says nothing of whether it can be written.
        failure.meet(full());
        assert_eq!(failure.rest.map(|(_, rest)| rest.as_millis()), Some(5_000));
        failure.pass();
        failure.written();
        failure.meet(full());
        assert_eq!(failure.rest.map(|(_, rest)| rest.as_millis()), Some(250));
    }

    #[test]
    fn what_does_not_pass_ends_the_publisher_and_a_command_ends_with_any_fault() {
        let mut failure = JournalFailure::new(true);
        failure.meet(StoreError::Unreadable("damaged".to_owned()));
        assert!(matches!(failure.fatal, Some(StoreError::Unreadable(_))));
        let mut failure = JournalFailure::new(false);
        failure.meet(full());
        assert!(matches!(failure.fatal, Some(StoreError::Unwritable(_))));
    }
}
