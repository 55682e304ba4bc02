//! Everything between the journal and Telegram: what waits is claimed, its request is made once, and what became of it is
//! recorded. What may happen is decided by the rules of [`outbox`](crate::outbox); nothing is decided here but when to ask.

mod catch_up;
mod clock_guard;
mod execute;
mod file_source;
mod gateway;
mod journal_failure;
mod message_match;
mod pace;
mod probe;
mod queue;
mod rate_limit;
mod reference;
mod release_group;
mod scan;
mod state;
mod stopping;
#[cfg(test)]
pub(crate) mod tests;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use jiff::Timestamp;
use tokio::sync::{Notify, watch};
use tokio::time::{self, Instant};

use crate::clock::Clock;
use crate::outbox::{
    ChangeState, Event, Missed, Outcome, Part, Policy, Publication, PublicationId, State,
    StopReason, UnknownReason, after,
};
use crate::random;
use crate::status;
use crate::store::{Command, CommandContext, Query, Store, StoreError};
use execute::{Execution, Job};
pub use file_source::{FileSource, Readiness};
pub use gateway::{CopyCount, Gateway, Later, MessageCopy, Origin, ProbeResult};
use journal_failure::JournalFailure;
pub use message_match::shows;
pub use pace::Pacing;
pub use rate_limit::RateLimiter;
pub use release_group::waits_for_others;
pub use scan::{Scan, ScanReport, ScanStop as ScanStopped};
use state::PublisherState;
pub use stopping::stop_in_time;

/// How often it is looked whether another process has changed the journal.
const LOOK: Duration = Duration::from_millis(100);

/// How long something that the rules refused is left alone before it is tried again.
const REFUSED: Duration = Duration::from_secs(1);

/// How often an outcome that is not known is told again.
const REMIND: Duration = Duration::from_mins(15);

/// What a publisher works with.
pub struct Publisher<'p> {
    /// The journal.
    pub store: Arc<Store>,
    /// The way to Telegram.
    pub gateway: &'p dyn Gateway,
    /// Whoever follows the files; without, what was accepted goes out.
    pub files: Option<&'p dyn FileSource>,
    /// Whether a pruned post is still to be deleted, by the files as they are at this moment.
    pub still_pruned: &'p (dyn Fn(PublicationId) -> Later<'p, bool> + Sync),
    /// The time.
    pub clock: &'p dyn Clock,
    /// What the config says of late and lost posts.
    pub policy: Policy,
    /// How fast requests may follow one another.
    pub pacing: Pacing,
    /// The chat through which channels are read back.
    pub staging: Option<i64>,
    /// The address of a message in a publication's channel, for links from other posts.
    pub link: &'p (dyn Fn(&Publication, i64) -> Option<String> + Sync),
    /// Hears of every change, as it is recorded.
    pub tell: &'p (dyn Fn(&PublicationEvent<'_>) + Sync),
    /// Wakes the publisher when this process has changed the journal.
    pub wake: Arc<Notify>,
    /// Beats with every request, for whoever shares the bot's pace.
    pub rate_limiter: Arc<RateLimiter>,
    /// Notified when the journal failed for good: then only what is under way is waited for.
    pub ending: Arc<Notify>,
}

/// Something that happened.
#[derive(Clone, Copy, Debug)]
pub struct PublicationEvent<'t> {
    /// To which publication, as it stands now.
    pub publication: &'t Publication,
    /// What, in a word.
    pub event: &'static str,
    /// The words of Telegram, or of whoever else said no.
    pub detail: Option<&'t str>,
}

/// Until when a publisher works.
#[derive(Clone, Copy, Debug)]
pub enum Until<'u> {
    /// Until nothing more happens to these publications by itself, or so long at most.
    Settled(&'u [PublicationId], Duration),
    /// Until it is stopped.
    Stopped,
}

/// Whether to go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum StopMode {
    /// Go on.
    Not,
    /// Begin nothing more, and let what is under way end.
    Soon,
    /// Leave what is under way: its outcome will not be known.
    Now,
}

/// How a publisher ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// Nothing more happens by itself.
    Settled,
    /// The time is over, and something waits.
    TimeOver,
    /// It was stopped.
    Stopped,
    /// Nothing of this bot may go out.
    Shut(StopReason),
}

impl Publisher<'_> {
    /// Publishes what waits. The lock must be held.
    ///
    /// # Errors
    /// Where the journal fails for good, or fails at all in a command: then no request is started, those in flight are
    /// awaited, and the next process treats outcomes that could not be recorded as unknown.
    pub async fn run(
        &self,
        until: Until<'_>,
        mut stop: watch::Receiver<StopMode>,
    ) -> Result<End, StoreError> {
        let mut work = PublisherState::begin(self.clock.now(), self.store.journal().await?.newest);
        self.load(&mut work).await?;
        let mut others = self.store.changes_by_others().await?;
        let mut look = time::interval(LOOK);
        look.set_missed_tick_behavior(time::MissedTickBehavior::Delay);
        let mut under_way = FuturesUnordered::new();
        let mut failure = JournalFailure::new(matches!(until, Until::Stopped));
        loop {
            let stopping = *stop.borrow();
            if stopping == StopMode::Now {
                drop(under_way);
                self.leave().await?;
                return failure.fatal.map_or(Ok(End::Stopped), Err);
            }
            self.tell_end(&failure);
            if under_way.is_empty() {
                if let Some(fault) = failure.fatal {
                    return Err(fault);
                }
                if let Some(end) = ended(until, stopping, &work) {
                    return Ok(end);
                }
            }
            let mut wait = LOOK * 50;
            if stopping == StopMode::Not && work.shut.is_none() && !failure.is_there() {
                let (jobs, rest) = self.jobs(&mut work);
                wait = rest.unwrap_or(wait);
                under_way.extend(jobs.into_iter().map(|job| {
                    let (id, chat, stop) = (job.publication.id, job.publication.chat, stop.clone());
                    async move { self.act(job, stop).await.map_err(|fault| (id, chat, fault)) }
                }));
            }
            if let Until::Settled(_, patience) = until {
                // What can go at once has gone by now, however short the patience is.
                if under_way.is_empty() && work.elapsed() >= patience {
                    return Ok(End::TimeOver);
                }
                wait = wait.min(patience.saturating_sub(work.elapsed()));
            }
            tokio::select! {
                biased;
                changed = stop.changed() => {
                    // Whoever could stop it is gone: then nobody does.
                    if changed.is_err() {
                        std::future::pending::<()>().await;
                    }
                }
                Some(acted) = under_way.next() => match acted {
                    Ok(acted) => {
                        if acted.is_written {
                            failure.written();
                        }
                        if let Err(fault) = self.acted(acted, &mut work).await {
                            failure.meet(fault);
                        }
                    }
                    Err((id, chat, fault)) => {
                        work.busy.remove(&chat);
                        work.resting.insert(id, Instant::now() + REFUSED);
                        failure.meet(fault);
                    }
                },
                () = self.wake.notified() => {
                    if let Err(fault) = self.load(&mut work).await {
                        failure.meet(fault);
                    }
                }
                _ = look.tick() => {
                    work.look_at_the_clock(self.clock.now());
                    if let Err(fault) = self.look(&mut work, &mut others, &mut failure).await {
                        failure.meet(fault);
                    }
                    for publication in work.unreminded() {
                        self.told(publication, "still uncertain", None);
                    }
                }
                () = time::sleep(wait) => {}
            }
        }
    }

    /// What can be begun now, and how long it is until there is more.
    fn jobs(&self, work: &mut PublisherState) -> (Vec<Job>, Option<Duration>) {
        let now = self.clock.now();
        let passed = work.elapsed();
        let busy = work.unavailable();
        let next = work.queue.next(now, &busy, &self.policy);
        let mut wait =
            next.wake.map(|wake| Duration::try_from(wake.duration_since(now)).unwrap_or_default());
        let missed = |publication: &Publication| now > after(publication.due_at, self.policy.grace);
        if self.policy.missed == Missed::Publish {
            let latest = now.checked_sub(self.policy.grace).unwrap_or(Timestamp::MIN);
            let late: BTreeSet<i64> =
                work.queue.missed(latest).filter(|one| missed(one)).map(|one| one.chat).collect();
            work.catch_up.keep(|chat| late.contains(&chat));
        }
        let clock_trusted = work.clock_guard.problem().is_none();
        let mut actions = next.actions;
        let mut jobs = Vec::new();
        while let Some(chat) = work.pace.longest(actions.iter().map(|(_, chat, _)| *chat)) {
            let Some(place) = actions.iter().position(|(_, of, _)| *of == chat) else { break };
            let (id, chat, action) = actions.swap_remove(place);
            let action = match work.rest(id, chat, action, self.pacing, &self.policy, passed) {
                Ok(action) => action,
                Err(rest) => {
                    wait = Some(wait.map_or(rest, |wait| wait.min(rest)));
                    continue;
                }
            };
            let Some(publication) = work.queue.get(id) else { continue };
            let publication = publication.clone();
            let with = work.queue.together_with(&publication);
            jobs.push(Job { publication, action, with, clock_trusted });
            work.busy.insert(chat);
        }
        (jobs, wait)
    }

    /// Takes in what became of an action.
    async fn acted(&self, acted: Execution, work: &mut PublisherState) -> Result<(), StoreError> {
        work.busy.remove(&acted.chat);
        match acted.rest {
            None => work.resting.remove(&acted.id),
            Some(rest) => work.resting.insert(acted.id, Instant::now() + rest),
        };
        for publication in acted.changed {
            work.queue.put(publication);
        }
        if !acted.lacks.is_empty() {
            work.queue.set_missing_posts(acted.id, acted.lacks);
        }
        if acted.is_plain { Ok(()) } else { self.see(work).await }
    }

    /// Says of every request that was under way that its outcome is not known: nobody waits for it any more.
    async fn leave(&self) -> Result<(), StoreError> {
        for publication in self.store.publications(Query::Open).await? {
            // Nobody but this process makes any request while it holds the lock.
            let parts = publication.parts.iter().enumerate();
            for (part, attempt) in parts.filter_map(|(at, part)| Some((at, part.in_flight()?))) {
                let reason = UnknownReason::Stopped;
                let outcome = Outcome::Unknown { reason: Some(reason), description: String::new() };
                let event = Event::Answered { part, attempt, outcome };
                let done = self.order(vec![Command::Event(publication.id, event)], true).await?;
                if let Some(now) = done.into_iter().find_map(|done| done.publication) {
                    self.told(&now, "answered", Some(&reason.to_string()));
                }
            }
        }
        Ok(())
    }

    fn tell_end(&self, failure: &JournalFailure) {
        if failure.fatal.is_some() {
            self.ending.notify_one();
        }
    }

    /// Reads everything that is open.
    async fn load(&self, work: &mut PublisherState) -> Result<(), StoreError> {
        let open = self.store.publications(Query::Open).await?;
        work.queue.load(open, Vec::new());
        self.see(work).await
    }

    /// Reads what is known of the channels, and whether anything may go out at all.
    async fn see(&self, work: &mut PublisherState) -> Result<(), StoreError> {
        work.queue.see(self.store.channels().await?);
        work.shut = self.store.journal().await?.stopped;
        Ok(())
    }

    async fn order(
        &self,
        orders: Vec<Command>,
        clock_trusted: bool,
    ) -> Result<Vec<crate::store::CommandResult>, StoreError> {
        let jitter = u32::try_from(random::number() >> 32).unwrap_or_default();
        let facts = CommandContext {
            now: self.clock.now(),
            jitter,
            clock_trusted,
            policy: self.policy.clone(),
        };
        self.store.transact(orders, facts).await
    }

    fn told(&self, publication: &Publication, event: &'static str, detail: Option<&str>) {
        (self.tell)(&PublicationEvent { publication, event, detail });
    }
}

/// Whether there is nothing left to do, where nothing is under way.
fn ended(until: Until<'_>, stopping: StopMode, work: &PublisherState) -> Option<End> {
    if stopping == StopMode::Soon {
        return Some(End::Stopped);
    }
    match (until, &work.shut) {
        // A refused token needs a restart after it is fixed; a pause ends by itself.
        (Until::Settled(..), Some(why)) | (Until::Stopped, Some(why @ StopReason::Refused(_))) => {
            Some(End::Shut(why.clone()))
        }
        (Until::Settled(ids, _), None) => {
            let settled = |publication: &Publication| {
                has_settled(publication)
                    || work.queue.is_paused(publication.chat)
                    || work.queue.waits_for_others(publication)
                    || work.queue.waits_for_a_person(publication)
                    || work.queue.has_missing_posts(publication.id)
            };
            let all = ids.iter().all(|id| work.queue.get(*id).is_none_or(settled));
            all.then_some(End::Settled)
        }
        (Until::Stopped, _) => None,
    }
}

/// Whether nothing more happens to it until a person or the time on its label says so.
#[must_use]
pub fn has_settled(publication: &Publication) -> bool {
    match &publication.state {
        State::Held { .. } => true,
        State::Uncertain | State::Cancelling { .. } => status::needs_word(publication),
        State::Scheduled | State::Due | State::Publishing => false,
        State::Published
        | State::Failed { .. }
        | State::Cancelled { .. }
        | State::Superseded { .. } => {
            let under_way = |part: &Part| {
                part.change.as_ref().is_some_and(|change| match change.state {
                    ChangeState::Conflict { .. } => false,
                    // Others have to look at it first.
                    ChangeState::Pending { .. } => publication.approvals.missing(0) == 0,
                    ChangeState::Sending { .. } => true,
                })
            };
            !publication.parts.iter().any(under_way)
        }
    }
}
