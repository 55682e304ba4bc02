//! Everything between the journal and Telegram: what waits is claimed, its request is made once, and what became of it is
//! recorded. What may happen is decided by the rules of [`outbox`](crate::outbox); nothing is decided here but when to ask.

mod act;
mod beat;
mod board;
mod catch_up;
mod files;
mod gateway;
mod pace;
mod probe;
mod reference;
mod same;
mod scan;
mod stopping;
#[cfg(test)]
pub(crate) mod tests;
mod together;
mod trouble;
mod trust;
mod work;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use jiff::Timestamp;
use tokio::sync::{Notify, watch};
use tokio::time::{self, Instant};

use crate::chance;
use crate::clock::Clock;
use crate::outbox::{
    ChangeState, Event, Missed, Outcome, Part, Policy, Publication, PublicationId, State, Stopped,
    UnknownReason, after,
};
use crate::status;
use crate::store::{Facts, Order, Store, StoreFault, Wanted};
use act::{Acted, Job};
pub use beat::Beat;
pub use files::{Files, Ready};
pub use gateway::{Counted, Gateway, Later, MessageCopy, Origin, Seen};
pub use pace::Pacing;
pub use same::shows;
pub use scan::{Scan, Scanned, Stopped as ScanStopped};
pub use stopping::stop_in_time;
pub use together::waits_for_others;
use trouble::Trouble;
use work::Work;

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
    pub files: Option<&'p dyn Files>,
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
    pub tell: &'p (dyn Fn(&Told<'_>) + Sync),
    /// Wakes the publisher when this process has changed the journal.
    pub wake: Arc<Notify>,
    /// Beats with every request, for whoever shares the bot's pace.
    pub beat: Arc<Beat>,
    /// Notified when the journal failed for good: then only what is under way is waited for.
    pub ending: Arc<Notify>,
}

/// Something that happened.
#[derive(Clone, Copy, Debug)]
pub struct Told<'t> {
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
pub enum Stop {
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
    Shut(Stopped),
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
        mut stop: watch::Receiver<Stop>,
    ) -> Result<End, StoreFault> {
        let mut work = Work::begin(self.clock.now(), self.store.journal().await?.newest);
        self.load(&mut work).await?;
        let mut others = self.store.others().await?;
        let mut look = time::interval(LOOK);
        look.set_missed_tick_behavior(time::MissedTickBehavior::Delay);
        let mut under_way = FuturesUnordered::new();
        let mut trouble = Trouble::new(matches!(until, Until::Stopped));
        loop {
            let stopping = *stop.borrow();
            if stopping == Stop::Now {
                drop(under_way);
                self.leave().await?;
                return trouble.fatal.map_or(Ok(End::Stopped), Err);
            }
            self.tell_end(&trouble);
            if under_way.is_empty() {
                if let Some(fault) = trouble.fatal {
                    return Err(fault);
                }
                if let Some(end) = ended(until, stopping, &work) {
                    return Ok(end);
                }
            }
            let mut wait = LOOK * 50;
            if stopping == Stop::Not && work.shut.is_none() && !trouble.is_there() {
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
                            trouble.written();
                        }
                        if let Err(fault) = self.acted(acted, &mut work).await {
                            trouble.meet(fault);
                        }
                    }
                    Err((id, chat, fault)) => {
                        work.busy.remove(&chat);
                        work.resting.insert(id, Instant::now() + REFUSED);
                        trouble.meet(fault);
                    }
                },
                () = self.wake.notified() => {
                    if let Err(fault) = self.load(&mut work).await {
                        trouble.meet(fault);
                    }
                }
                _ = look.tick() => {
                    work.look_at_the_clock(self.clock.now());
                    if let Err(fault) = self.look(&mut work, &mut others, &mut trouble).await {
                        trouble.meet(fault);
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
    fn jobs(&self, work: &mut Work) -> (Vec<Job>, Option<Duration>) {
        let now = self.clock.now();
        let passed = work.elapsed();
        let busy = work.unavailable();
        let next = work.board.next(now, &busy, &self.policy);
        let mut wait =
            next.wake.map(|wake| Duration::try_from(wake.duration_since(now)).unwrap_or_default());
        let missed = |publication: &Publication| now > after(publication.due_at, self.policy.grace);
        if self.policy.missed == Missed::Publish {
            let latest = now.checked_sub(self.policy.grace).unwrap_or(Timestamp::MIN);
            let late: BTreeSet<i64> =
                work.board.missed(latest).filter(|one| missed(one)).map(|one| one.chat).collect();
            work.catch_up.keep(|chat| late.contains(&chat));
        }
        let clock_trusted = work.trust.doubt().is_none();
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
            let Some(publication) = work.board.get(id) else { continue };
            let publication = publication.clone();
            let with = work.board.together_with(&publication);
            jobs.push(Job { publication, action, with, clock_trusted });
            work.busy.insert(chat);
        }
        (jobs, wait)
    }

    /// Takes in what became of an action.
    async fn acted(&self, acted: Acted, work: &mut Work) -> Result<(), StoreFault> {
        work.busy.remove(&acted.chat);
        match acted.rest {
            None => work.resting.remove(&acted.id),
            Some(rest) => work.resting.insert(acted.id, Instant::now() + rest),
        };
        for publication in acted.changed {
            work.board.put(publication);
        }
        if !acted.lacks.is_empty() {
            work.board.lack(acted.id, acted.lacks);
        }
        if acted.is_plain { Ok(()) } else { self.see(work).await }
    }

    /// Says of every request that was under way that its outcome is not known: nobody waits for it any more.
    async fn leave(&self) -> Result<(), StoreFault> {
        for publication in self.store.publications(Wanted::Open).await? {
            // Nobody but this process makes any request while it holds the lock.
            let parts = publication.parts.iter().enumerate();
            for (part, attempt) in parts.filter_map(|(at, part)| Some((at, part.in_flight()?))) {
                let reason = UnknownReason::Stopped;
                let outcome = Outcome::Unknown { reason: Some(reason), description: String::new() };
                let event = Event::Answered { part, attempt, outcome };
                let done = self.order(vec![Order::Event(publication.id, event)], true).await?;
                if let Some(now) = done.into_iter().find_map(|done| done.publication) {
                    self.told(&now, "answered", Some(&reason.to_string()));
                }
            }
        }
        Ok(())
    }

    fn tell_end(&self, trouble: &Trouble) {
        if trouble.fatal.is_some() {
            self.ending.notify_one();
        }
    }

    /// Reads everything that is open.
    async fn load(&self, work: &mut Work) -> Result<(), StoreFault> {
        let open = self.store.publications(Wanted::Open).await?;
        work.board.load(open, Vec::new());
        self.see(work).await
    }

    /// Reads what is known of the channels, and whether anything may go out at all.
    async fn see(&self, work: &mut Work) -> Result<(), StoreFault> {
        work.board.see(self.store.channels().await?);
        work.shut = self.store.journal().await?.stopped;
        Ok(())
    }

    async fn order(
        &self,
        orders: Vec<Order>,
        clock_trusted: bool,
    ) -> Result<Vec<crate::store::Done>, StoreFault> {
        let jitter = u32::try_from(chance::number() >> 32).unwrap_or_default();
        let facts =
            Facts { now: self.clock.now(), jitter, clock_trusted, policy: self.policy.clone() };
        self.store.transact(orders, facts).await
    }

    fn told(&self, publication: &Publication, event: &'static str, detail: Option<&str>) {
        (self.tell)(&Told { publication, event, detail });
    }
}

/// Whether there is nothing left to do, where nothing is under way.
fn ended(until: Until<'_>, stopping: Stop, work: &Work) -> Option<End> {
    if stopping == Stop::Soon {
        return Some(End::Stopped);
    }
    match (until, &work.shut) {
        // A refused token needs a restart after it is fixed; a pause ends by itself.
        (Until::Settled(..), Some(why)) | (Until::Stopped, Some(why @ Stopped::Refused(_))) => {
            Some(End::Shut(why.clone()))
        }
        (Until::Settled(ids, _), None) => {
            let settled = |publication: &Publication| {
                has_settled(publication)
                    || work.board.is_paused(publication.chat)
                    || work.board.waits_for_others(publication)
                    || work.board.waits_for_a_person(publication)
                    || work.board.lacks_posts(publication.id)
            };
            let all = ids.iter().all(|id| work.board.get(*id).is_none_or(settled));
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
                    ChangeState::Pending { .. } => publication.approvals.lack(0) == 0,
                    ChangeState::Sending { .. } => true,
                })
            };
            !publication.parts.iter().any(under_way)
        }
    }
}
