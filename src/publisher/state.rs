//! The state of a running publisher. It reads no journal and sends nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use jiff::Timestamp;
use tokio::time::Instant;

use super::REMINDER_INTERVAL;
use super::catch_up::{CatchUp, CatchUpDecision};
use super::clock_guard::ClockGuard;
use super::pace::{Pace, Pacing};
use super::queue::{Queue, QueueAction};
use crate::outbox::StopReason;
use crate::outbox::{AttemptId, ChangeKind, Policy, Publication, PublicationId};

pub(super) struct PublisherState {
    pub(super) queue: Queue,
    pub(super) pace: Pace,
    pub(super) catch_up: CatchUp,
    pub(super) clock_guard: ClockGuard,
    /// Channels with an action in progress.
    pub(super) busy: BTreeSet<i64>,
    /// Publications that pause, and until when.
    pub(super) resting: BTreeMap<PublicationId, Instant>,
    /// Why all sending is stopped.
    pub(super) stopped: Option<StopReason>,
    began: Instant,
    /// Since when, in monotonic time, each attempt is known to be uncertain.
    uncertain_since: BTreeMap<AttemptId, Duration>,
    /// When an uncertain publication was last reported.
    reminded: BTreeMap<PublicationId, Instant>,
}

impl PublisherState {
    pub(super) fn begin(now: Timestamp, newest: Option<Timestamp>) -> Self {
        Self {
            queue: Queue::default(),
            pace: Pace::default(),
            catch_up: CatchUp::default(),
            clock_guard: ClockGuard::new(now, newest),
            busy: BTreeSet::new(),
            resting: BTreeMap::new(),
            stopped: None,
            began: Instant::now(),
            uncertain_since: BTreeMap::new(),
            reminded: BTreeMap::new(),
        }
    }

    /// Monotonic time since start.
    pub(super) fn elapsed(&self) -> Duration {
        self.began.elapsed()
    }

    /// Compares the system clock with the monotonic clock.
    pub(super) fn compare_clocks(&mut self, now: Timestamp) {
        let before = self.clock_guard.problem();
        self.clock_guard.compare(now, self.elapsed());
        match self.clock_guard.problem() {
            Some(problem) if before != Some(problem) => {
                log::error!("{problem}; scheduled posts wait until the clock is trusted again");
            }
            None if before.is_some() => log::warn!("this machine's clock is trusted again"),
            _ => {}
        }
    }

    /// The channels in which no action may start: one is in progress, or was just refused.
    pub(super) fn unavailable(&mut self) -> BTreeSet<i64> {
        let now = Instant::now();
        self.resting.retain(|_, until| *until > now);
        let resting = self.resting.keys().filter_map(|id| self.queue.get(*id));
        self.busy.iter().copied().chain(resting.map(|publication| publication.chat)).collect()
    }

    /// Admits an action now and counts it, or returns how long it must wait.
    pub(super) fn admit(
        &mut self,
        id: PublicationId,
        chat: i64,
        action: QueueAction,
        pacing: Pacing,
        policy: &Policy,
        now: Duration,
    ) -> Result<QueueAction, Duration> {
        match action {
            QueueAction::Tick | QueueAction::End | QueueAction::Hold => return Ok(action),
            QueueAction::Probe(part) => {
                // The quiet time must be over by both clocks, because the system clock may have been set.
                let attempt = self.queue.get(id).and_then(|publication| {
                    Some(publication.parts.get(part)?.state.unknown_outcome()?.attempt)
                });
                let Some(attempt) = attempt else { return Ok(action) };
                let since = self.uncertain_since.entry(attempt).or_insert(now);
                let pause = (*since + policy.quiet).saturating_sub(now);
                if pause > Duration::ZERO {
                    return Err(pause);
                }
                // An inconclusive probe is not repeated at once.
                *since = now;
                return Ok(action);
            }
            QueueAction::Begin | QueueAction::CatchUp | QueueAction::Claim(_) => {}
        }
        let publication = self.queue.get(id);
        let messages = publication.map_or(1, |publication| messages(publication, action));
        if publication.is_some_and(|publication| publication.topic.is_some()) {
            self.pace.set_group(chat);
        }
        let pause = self.pace.wait(chat, id, messages, pacing, now);
        if pause > Duration::ZERO {
            return Err(pause);
        }
        if action == QueueAction::CatchUp {
            match self.catch_up.decide(chat, now) {
                CatchUpDecision::Now => {}
                CatchUpDecision::After(pause) => return Err(pause),
                CatchUpDecision::Never => return Ok(QueueAction::Hold),
            }
        }
        self.pace.record_request(chat, id, messages, pacing, now);
        Ok(action)
    }

    /// Publications whose outcome is still unknown and that were not reported for a while.
    pub(super) fn due_reminders(&mut self) -> Vec<&Publication> {
        let is_uncertain = |publication: &&Publication| {
            publication.parts.iter().any(|part| part.state.unknown_outcome().is_some())
        };
        let uncertain: Vec<_> =
            self.queue.active().filter(is_uncertain).map(|publication| publication.id).collect();
        self.reminded.retain(|id, _| uncertain.contains(id));
        let mut due = Vec::new();
        for id in uncertain {
            let last = self.reminded.entry(id).or_insert_with(Instant::now);
            if last.elapsed() >= REMINDER_INTERVAL {
                *last = Instant::now();
                due.push(id);
            }
        }
        due.into_iter().filter_map(|id| self.queue.get(id)).collect()
    }
}

/// How many messages the request of an action sends or deletes.
fn messages(publication: &Publication, action: QueueAction) -> usize {
    let part = match action {
        QueueAction::Claim(part) => Some(part),
        QueueAction::Begin | QueueAction::CatchUp => publication.next_part(),
        QueueAction::Tick | QueueAction::End | QueueAction::Hold | QueueAction::Probe(_) => None,
    };
    let Some(part) = part.and_then(|part| publication.parts.get(part)) else { return 1 };
    match &part.change {
        Some(change) if change.kind != ChangeKind::Delete => 1,
        _ => part.messages,
    }
}
