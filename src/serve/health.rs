//! What the health check and the metrics report about a running service. It decides nothing.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;

use crate::bot::updates::PollTimes;
use crate::limits;
use crate::outbox::OutcomeKind;

/// The progress of a service.
#[derive(Default)]
pub struct Health {
    progress: Mutex<Progress>,
}

#[derive(Default)]
struct Progress {
    /// When the files were last scanned; `None` before the service is ready.
    scanned: Option<Instant>,
    /// The polls, and since when they are made.
    polls: Option<(Instant, watch::Receiver<PollTimes>)>,
    outcomes: BTreeMap<OutcomeKind, u64>,
}

/// Why a service is not healthy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HealthProblem {
    /// It has not read all files yet.
    Starting,
    /// The files were not scanned for this time.
    Files(Duration),
    /// No request for updates has ended for this time.
    Polls(Duration),
    /// The journal does not answer.
    Journal,
}

impl fmt::Display for HealthProblem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Starting => formatter.write_str("starting"),
            Self::Files(time) => {
                write!(formatter, "stuck: the files have not been scanned for {} s", time.as_secs())
            }
            Self::Polls(time) => {
                write!(formatter, "stuck: no poll has ended for {} s", time.as_secs())
            }
            Self::Journal => formatter.write_str("stuck: the journal does not answer"),
        }
    }
}

impl Health {
    fn lock(&self) -> MutexGuard<'_, Progress> {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The files were scanned.
    pub(super) fn scanned(&self) {
        self.lock().scanned = Some(Instant::now());
    }

    /// Updates are received from now on.
    pub(super) fn polls(&self, times: watch::Receiver<PollTimes>) {
        self.lock().polls = Some((Instant::now(), times));
    }

    /// A request was answered.
    pub(super) fn answered(&self, outcome: OutcomeKind) {
        let mut progress = self.lock();
        let count = progress.outcomes.entry(outcome).or_default();
        *count = count.saturating_add(1);
    }

    /// Why the service does not work, as far as it knows itself.
    #[must_use]
    pub fn problem(&self) -> Option<HealthProblem> {
        let progress = self.lock();
        let Some(scanned) = progress.scanned else { return Some(HealthProblem::Starting) };
        if scanned.elapsed() > limits::STUCK {
            return Some(HealthProblem::Files(scanned.elapsed()));
        }
        let (since, times) = progress.polls.as_ref()?;
        // Without operators, the updates may be left to another program.
        let is_polling = times.has_changed().is_ok();
        let last = times.borrow().last.unwrap_or(*since);
        let is_stuck = is_polling && last.elapsed() > limits::STUCK;
        is_stuck.then(|| HealthProblem::Polls(last.elapsed()))
    }

    /// How long ago the last successful poll ended.
    #[must_use]
    pub fn last_good_poll(&self) -> Option<Duration> {
        let progress = self.lock();
        let (_, times) = progress.polls.as_ref()?;
        let last = times.borrow().last_good;
        last.map(|last| last.elapsed())
    }

    /// How many requests had which outcome since the start.
    #[must_use]
    pub fn outcomes(&self) -> BTreeMap<OutcomeKind, u64> {
        self.lock().outcomes.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn pass(seconds: u64) {
        tokio::time::advance(Duration::from_secs(seconds)).await;
    }

    #[tokio::test(start_paused = true)]
    async fn service_is_healthy_while_it_scans_and_polls() {
        let health = Health::default();
        assert_eq!(health.problem(), Some(HealthProblem::Starting));
        health.scanned();
        assert_eq!(health.problem(), None);
        let (sender, times) = watch::channel(PollTimes::default());
        health.polls(times);
        pass(599).await;
        assert_eq!(health.problem(), None);
        pass(2).await;
        assert!(matches!(health.problem(), Some(HealthProblem::Files(_))));
        health.scanned();
        assert!(matches!(health.problem(), Some(HealthProblem::Polls(_))));
        // A failed poll shows that the loop is alive.
        sender.send_modify(|times| times.last = Some(Instant::now()));
        assert_eq!((health.problem(), health.last_good_poll()), (None, None));
        sender.send_modify(|times| times.last_good = Some(Instant::now()));
        pass(9).await;
        assert_eq!(health.last_good_poll(), Some(Duration::from_secs(9)));
        // Telegram has asked for a pause of half an hour.
        let pause = Duration::from_mins(30);
        sender.send_modify(|times| times.last = Some(Instant::now() + pause));
        pass(1700).await;
        health.scanned();
        assert_eq!(health.problem(), None);
        // The updates are left to another program.
        drop(sender);
        pass(595).await;
        health.scanned();
        assert_eq!(health.problem(), None);
    }
}
