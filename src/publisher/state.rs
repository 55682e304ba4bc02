//! What a publisher has in its hands from one moment to the next; it reads and sends nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use jiff::Timestamp;
use tokio::time::Instant;

use super::REMIND;
use super::catch_up::{CatchUp, CatchUpDecision};
use super::clock_guard::ClockGuard;
use super::pace::{Pace, Pacing};
use super::queue::{Action, Queue};
use crate::outbox::StopReason;
use crate::outbox::{AttemptId, Policy, Publication, PublicationId};

/// What a publisher has in its hands.
pub(super) struct PublisherState {
    pub(super) queue: Queue,
    pub(super) pace: Pace,
    pub(super) catch_up: CatchUp,
    pub(super) clock_guard: ClockGuard,
    /// Channels with something under way.
    pub(super) busy: BTreeSet<i64>,
    /// Publications that are left alone for a while.
    pub(super) resting: BTreeMap<PublicationId, Instant>,
    /// Why nothing may go out.
    pub(super) shut: Option<StopReason>,
    began: Instant,
    /// Since when, by the clock that nobody can set, each attempt is known to be uncertain.
    uncertain_since: BTreeMap<AttemptId, Duration>,
    /// When an uncertain publication was told last.
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
            shut: None,
            began: Instant::now(),
            uncertain_since: BTreeMap::new(),
            reminded: BTreeMap::new(),
        }
    }

    /// How long it has been at work, by the clock that nobody can set.
    pub(super) fn elapsed(&self) -> Duration {
        self.began.elapsed()
    }

    /// Compares the clock of the wall with the time that passed.
    pub(super) fn look_at_the_clock(&mut self, now: Timestamp) {
        let before = self.clock_guard.problem();
        self.clock_guard.look(now, self.elapsed());
        match self.clock_guard.problem() {
            Some(problem) if before != Some(problem) => {
                log::error!("{problem}: nothing that waits for its time goes out for now");
            }
            None if before.is_some() => log::warn!("the clock is believed again"),
            _ => {}
        }
    }

    /// The channels in which nothing can begin: something is under way there, or was refused a moment ago.
    pub(super) fn unavailable(&mut self) -> BTreeSet<i64> {
        let now = Instant::now();
        self.resting.retain(|_, until| *until > now);
        let resting = self.resting.keys().filter_map(|id| self.queue.get(*id));
        self.busy.iter().copied().chain(resting.map(|publication| publication.chat)).collect()
    }

    /// The action that may be made now, which is counted as made; or how long it has to wait.
    pub(super) fn rest(
        &mut self,
        id: PublicationId,
        chat: i64,
        action: Action,
        pacing: Pacing,
        policy: &Policy,
        now: Duration,
    ) -> Result<Action, Duration> {
        match action {
            Action::Tick | Action::Leave => return Ok(action),
            Action::Probe(part) => {
                // Both clocks must say that the quiet time is over: the one of the wall may have been set.
                let attempt = self.queue.get(id).and_then(|publication| {
                    Some(publication.parts.get(part)?.state.unknown_outcome()?.attempt)
                });
                let Some(attempt) = attempt else { return Ok(action) };
                let since = self.uncertain_since.entry(attempt).or_insert(now);
                let rest = (*since + policy.quiet).saturating_sub(now);
                if rest > Duration::ZERO {
                    return Err(rest);
                }
                // A look that settles nothing is not made again at once.
                *since = now;
                return Ok(action);
            }
            Action::Begin | Action::CatchUp | Action::Claim(_) => {}
        }
        let rest = self.pace.wait(chat, pacing, now);
        if rest > Duration::ZERO {
            return Err(rest);
        }
        if action == Action::CatchUp {
            match self.catch_up.turn(chat, now) {
                CatchUpDecision::Now => {}
                CatchUpDecision::After(rest) => return Err(rest),
                CatchUpDecision::Never => return Ok(Action::Leave),
            }
        }
        self.pace.made(chat, now);
        Ok(action)
    }

    /// Those whose outcome is still not known, and which nobody was reminded of for a while.
    pub(super) fn unreminded(&mut self) -> Vec<&Publication> {
        let is_uncertain = |publication: &&Publication| {
            publication.parts.iter().any(|part| part.state.unknown_outcome().is_some())
        };
        let uncertain: Vec<_> =
            self.queue.active().filter(is_uncertain).map(|publication| publication.id).collect();
        self.reminded.retain(|id, _| uncertain.contains(id));
        let mut due = Vec::new();
        for id in uncertain {
            let last = self.reminded.entry(id).or_insert_with(Instant::now);
            if last.elapsed() >= REMIND {
                *last = Instant::now();
                due.push(id);
            }
        }
        due.into_iter().filter_map(|id| self.queue.get(id)).collect()
    }
}
