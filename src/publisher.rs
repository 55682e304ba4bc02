//! The publisher: claims waiting parts from the journal, makes each request once, and records its outcome. The rules of
//! [`outbox`](crate::outbox) decide what may happen; the publisher only decides when to try.

mod catch_up;
mod clock_guard;
mod comment;
mod execute;
mod file_source;
mod files;
mod gateway;
mod journal_failure;
mod last_request;
mod message_match;
mod pace;
mod probe;
mod queue;
mod reference;
mod release_group;
mod scan;
mod search;
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
    ChangeKind, ChangeState, Event, Missed, Outcome, OutcomeKind, Part, Policy, Publication,
    PublicationId, State, StopReason, UnknownReason, saturating_add,
};
use crate::random;
use crate::status;
use crate::store::{Command, CommandContext, Query, Store, StoreError};
pub use comment::CopySearches;
use execute::{Execution, PublicationJob};
pub use file_source::{FileSource, Readiness};
pub use files::Uploads;
pub use gateway::{
    DiscussionCopy, ForwardCount, ForwardedMessage, Gateway, GatewayFuture, MediaCopy, Origin,
    ReadResult, RequestResult, UploadError,
};
use journal_failure::JournalFailure;
pub use last_request::LastRequest;
pub use message_match::shows;
pub use pace::Pacing;
pub use release_group::waits_for_others;
pub use scan::{Scan, ScanReport, ScanStop as ScanStopped, known_around};
pub use search::MessageSearch;
use state::PublisherState;
pub use stopping::stop_in_time;

/// How often to check whether another process has changed the journal.
const CHECK_INTERVAL: Duration = Duration::from_millis(100);

/// The pause before an action that the rules refused is tried again.
const REFUSED_PAUSE: Duration = Duration::from_secs(1);

/// How often an unknown outcome is reported again.
const REMINDER_INTERVAL: Duration = Duration::from_mins(15);

/// A publisher with its dependencies and settings.
pub struct Publisher<'p> {
    /// The journal.
    pub store: Arc<Store>,
    /// The connection to Telegram.
    pub gateway: &'p dyn Gateway,
    /// Checks the posts' files before a publication begins; `None` publishes what was accepted.
    pub files: Option<&'p dyn FileSource>,
    /// Whether a pruned post must still be deleted, according to the present files.
    pub still_pruned: &'p (dyn Fn(PublicationId) -> GatewayFuture<'p, bool> + Sync),
    /// The clock.
    pub clock: &'p dyn Clock,
    /// The config's rules for late and lost posts.
    pub policy: Policy,
    /// The minimum time between requests.
    pub pacing: Pacing,
    /// The chat through which channels are read.
    pub staging: Option<i64>,
    /// Returns the address of a message in a publication's channel, for links from other posts.
    pub link: &'p (dyn Fn(&Publication, i64) -> Option<String> + Sync),
    /// Called for every recorded change.
    pub on_event: &'p (dyn Fn(&PublicationEvent<'_>) + Sync),
    /// Wakes the publisher when this process has changed the journal.
    pub wake: Arc<Notify>,
    /// Records every request, for other senders that share the bot's rate limit.
    pub last_request: Arc<LastRequest>,
    /// The files that are being uploaded, and the chat that some are uploaded to first.
    pub uploads: Uploads,
    /// The copies in discussion groups that were looked for in vain.
    pub searches: CopySearches,
    /// Notified when the journal failed for good: then the publisher only waits for in-flight requests.
    pub ending: Arc<Notify>,
}

/// A recorded change of a publication.
#[derive(Clone, Copy, Debug)]
pub struct PublicationEvent<'t> {
    /// The publication after the change.
    pub publication: &'t Publication,
    /// The name of the event.
    pub event: &'static str,
    /// The error text, if there is one.
    pub detail: Option<&'t str>,
    /// The change of a message that was made.
    pub change: Option<ChangeKind>,
    /// The outcome of a request, if this is its answer.
    pub outcome: Option<OutcomeKind>,
}

/// When a publisher ends.
#[derive(Clone, Copy, Debug)]
pub enum Until<'u> {
    /// When these publications are settled (see [`needs_order`]), or after this time.
    Settled(&'u [PublicationId], Duration),
    /// When it is stopped.
    Stopped,
}

impl Until<'_> {
    fn publications(&self) -> &[PublicationId] {
        match self {
            Self::Settled(publications, _) => publications,
            Self::Stopped => &[],
        }
    }
}

/// Whether and how to stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum StopMode {
    /// Continue.
    Not,
    /// Start nothing more, and wait for in-flight requests.
    Soon,
    /// Abandon in-flight requests; their outcomes become unknown.
    Now,
}

/// How a publisher ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// All publications are settled.
    Settled,
    /// The time is over, and a publication still waits.
    TimeOver,
    /// It was stopped.
    Stopped,
    /// All sending of this bot is stopped.
    Shut(StopReason),
}

impl Publisher<'_> {
    /// Publishes waiting publications. The process must hold the instance lock.
    ///
    /// # Errors
    /// If the journal fails permanently; in a command, if it fails at all. Then no request is started, those in flight are
    /// awaited, and the next process treats outcomes that could not be recorded as unknown.
    pub async fn run(
        &self,
        until: Until<'_>,
        stop: watch::Receiver<StopMode>,
    ) -> Result<End, StoreError> {
        let publishing = self.publish(until, stop.clone());
        match (until, self.uploads.staging) {
            (Until::Stopped, Some(_)) => tokio::select! {
                end = publishing => end,
                never = self.stage_scheduled(stop) => never,
            },
            _ => publishing.await,
        }
    }

    async fn begin(&self) -> Result<PublisherState, StoreError> {
        let mut work = PublisherState::begin(self.clock.now(), self.store.journal().await?.newest);
        self.load(&mut work).await?;
        self.note_pinned_copies(&work.queue).await?;
        Ok(work)
    }

    async fn publish(
        &self,
        until: Until<'_>,
        mut stop: watch::Receiver<StopMode>,
    ) -> Result<End, StoreError> {
        let mut awaited = until.publications().to_vec();
        let mut work = self.begin().await?;
        let mut others = self.store.changes_by_others().await?;
        let mut poll = time::interval(CHECK_INTERVAL);
        poll.set_missed_tick_behavior(time::MissedTickBehavior::Delay);
        let mut in_flight = FuturesUnordered::new();
        let mut failure = JournalFailure::new(matches!(until, Until::Stopped));
        loop {
            let stopping = *stop.borrow();
            if stopping == StopMode::Now {
                drop(in_flight);
                self.abandon_in_flight().await?;
                return failure.fatal.map_or(Ok(End::Stopped), Err);
            }
            self.report_fatal(&failure);
            if in_flight.is_empty() {
                if let Some(error) = failure.fatal {
                    return Err(error);
                }
                if let Some(end) = self.end(until, &mut awaited, stopping, &mut work).await? {
                    return Ok(end);
                }
            }
            let mut wait = CHECK_INTERVAL * 50;
            if stopping == StopMode::Not && work.stopped.is_none() && !failure.blocks() {
                let (jobs, rest) = self.jobs(&mut work);
                wait = rest.unwrap_or(wait);
                in_flight.extend(jobs.into_iter().map(|job| {
                    let (id, chat, stop) = (job.publication.id, job.publication.chat, stop.clone());
                    async move { self.execute(job, stop).await.map_err(|error| (id, chat, error)) }
                }));
            }
            if let Until::Settled(_, patience) = until {
                // Even with a short patience, everything that can be sent at once has been started by now.
                if in_flight.is_empty() && work.elapsed() >= patience {
                    return Ok(End::TimeOver);
                }
                wait = wait.min(patience.saturating_sub(work.elapsed()));
            }
            tokio::select! {
                biased;
                changed = stop.changed() => {
                    // The sender is gone, so no stop can come.
                    if changed.is_err() {
                        std::future::pending::<()>().await;
                    }
                }
                Some(acted) = in_flight.next() => match acted {
                    Ok(acted) => {
                        if acted.is_written {
                            failure.written();
                        }
                        if let Err(error) = self.handle_result(acted, &mut work).await {
                            failure.record(error);
                        }
                    }
                    Err((id, chat, error)) => {
                        work.busy.remove(&chat);
                        work.resting.insert(id, Instant::now() + REFUSED_PAUSE);
                        failure.record(error);
                    }
                },
                () = self.wake.notified() => {
                    if let Err(error) = self.load(&mut work).await {
                        failure.record(error);
                    }
                }
                _ = poll.tick() => {
                    let now = self.clock.now();
                    // A clock that the user has set ahead is trusted.
                    work.compare_clocks(now.checked_sub(self.clock.ahead()).unwrap_or(now));
                    if let Err(error) = self.poll(&mut work, &mut others, &mut failure).await {
                        failure.record(error);
                    }
                    for publication in work.due_reminders() {
                        self.report(publication, "still uncertain", None);
                    }
                }
                () = time::sleep(wait) => {}
            }
        }
    }

    /// The jobs to start now, and the time until there may be more.
    fn jobs(&self, work: &mut PublisherState) -> (Vec<PublicationJob>, Option<Duration>) {
        let now = self.clock.now();
        let passed = work.elapsed();
        let busy = work.unavailable();
        let next = work.queue.next(now, &busy, &self.policy);
        let mut wait =
            next.wake.map(|wake| Duration::try_from(wake.duration_since(now)).unwrap_or_default());
        let missed = |publication: &Publication| {
            !publication.is_comments()
                && now > saturating_add(publication.due_at, self.policy.grace)
        };
        if self.policy.missed == Missed::Publish {
            let latest = now.checked_sub(self.policy.grace).unwrap_or(Timestamp::MIN);
            let late: BTreeSet<i64> =
                work.queue.missed(latest).filter(|it| missed(it)).map(|it| it.chat).collect();
            work.catch_up.keep(|chat| late.contains(&chat));
        }
        let clock_trusted = work.clock_guard.problem().is_none();
        let mut actions = next.actions;
        let mut jobs = Vec::new();
        while let Some(chat) = work.pace.longest(actions.iter().map(|(_, chat, _)| *chat)) {
            let Some(place) = actions.iter().position(|(_, of, _)| *of == chat) else { break };
            let (id, chat, action) = actions.swap_remove(place);
            let action = match work.admit(id, chat, action, self.pacing, &self.policy, passed) {
                Ok(action) => action,
                Err(pause) => {
                    wait = Some(wait.map_or(pause, |wait| wait.min(pause)));
                    continue;
                }
            };
            let Some(publication) = work.queue.get(id) else { continue };
            let publication = publication.clone();
            let with = work.queue.together_with(&publication);
            jobs.push(PublicationJob { publication, action, with, clock_trusted });
            work.busy.insert(chat);
        }
        (jobs, wait)
    }

    /// Updates the state with the result of an action.
    async fn handle_result(
        &self,
        acted: Execution,
        work: &mut PublisherState,
    ) -> Result<(), StoreError> {
        work.busy.remove(&acted.chat);
        if acted.is_group {
            work.pace.set_group(acted.chat);
        }
        match acted.pause {
            None => work.resting.remove(&acted.id),
            Some(pause) => work.resting.insert(acted.id, Instant::now() + pause),
        };
        for publication in acted.changed {
            work.queue.put(publication);
        }
        if let Some(wait) = acted.wait {
            work.queue.set_wait(acted.id, wait);
        }
        if !acted.missing_posts.is_empty() {
            work.queue.set_missing_posts(acted.id, acted.missing_posts);
        }
        if acted.only_sent_a_message { Ok(()) } else { self.load_channels(work).await }
    }

    /// Records an unknown outcome for every in-flight request, because this process stops waiting for the answers.
    async fn abandon_in_flight(&self) -> Result<(), StoreError> {
        for publication in self.store.publications(Query::Open).await? {
            // While this process holds the lock, all in-flight requests are its own.
            let parts = publication.parts.iter().enumerate();
            for (part, attempt) in parts.filter_map(|(at, part)| Some((at, part.in_flight()?))) {
                let reason = UnknownReason::Stopped;
                let outcome = Outcome::Unknown { reason: Some(reason), description: String::new() };
                let event = Event::Answered { part, attempt, outcome };
                let done = self.order(vec![Command::Event(publication.id, event)], true).await?;
                if let Some(now) = done.into_iter().find_map(|done| done.publication) {
                    self.report(&now, "answered", Some(&reason.to_string()));
                }
            }
        }
        Ok(())
    }

    /// How the publisher ends, if it ends now. Nothing is in flight. A superseded publication is followed by what has replaced it: the
    /// newest version of the file is published.
    async fn end(
        &self,
        until: Until<'_>,
        awaited: &mut Vec<PublicationId>,
        stopping: StopMode,
        work: &mut PublisherState,
    ) -> Result<Option<End>, StoreError> {
        loop {
            let end = ended(until, awaited, stopping, work, self.clock.now());
            if end != Some(End::Settled) {
                return Ok(end);
            }
            let mut replaced = Vec::new();
            for id in &*awaited {
                let newest = self.store.newest_version(*id).await?;
                replaced.extend(newest.filter(|newest| newest.id != *id));
            }
            if replaced.is_empty() {
                return Ok(end);
            }
            // What is settled stays so.
            replaced.retain(|newest| !is_for_later(newest, self.clock.now()));
            *awaited = replaced.into_iter().map(|newest| newest.id).collect();
            self.load(work).await?;
        }
    }

    fn report_fatal(&self, failure: &JournalFailure) {
        if failure.fatal.is_some() {
            self.ending.notify_one();
        }
    }

    /// Reads all open publications.
    async fn load(&self, work: &mut PublisherState) -> Result<(), StoreError> {
        let open = self.store.publications(Query::Open).await?;
        work.queue.load(open, Vec::new());
        self.load_channels(work).await
    }

    /// Reads the channels, and whether all sending is stopped.
    async fn load_channels(&self, work: &mut PublisherState) -> Result<(), StoreError> {
        work.queue.set_channels(self.store.channels().await?);
        work.stopped = self.store.journal().await?.stopped;
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

    fn report(&self, publication: &Publication, event: &'static str, detail: Option<&str>) {
        let (change, outcome) = (None, None);
        (self.on_event)(&PublicationEvent { publication, event, detail, change, outcome });
    }
}

/// How the publisher ends, if it ends now. Nothing is in flight.
fn ended(
    until: Until<'_>,
    awaited: &[PublicationId],
    stopping: StopMode,
    work: &PublisherState,
    now: Timestamp,
) -> Option<End> {
    if stopping == StopMode::Soon {
        return Some(End::Stopped);
    }
    match (until, &work.stopped) {
        // A refused token needs a restart after it is fixed; the publisher waits for the end of a pause.
        (Until::Settled(..), Some(why)) | (Until::Stopped, Some(why @ StopReason::Refused(_))) => {
            Some(End::Shut(why.clone()))
        }
        (Until::Settled(..), None) => {
            let settled = |publication: &Publication| {
                needs_order(publication)
                    || work.queue.is_paused(publication.destination())
                    || work.queue.waits_for_others(publication)
                    || work.queue.waits_for_a_person(publication)
                    || work.queue.has_missing_posts(publication.id)
            };
            let is_settled = |publication: &Publication| {
                let post = work.queue.open_post_of(publication);
                settled(publication)
                    || post.is_some_and(settled)
                    || work.queue.is_left(publication.id, now)
            };
            let all = awaited.iter().all(|id| work.queue.get(*id).is_none_or(is_settled));
            all.then_some(End::Settled)
        }
        (Until::Stopped, _) => None,
    }
}

/// Whether it is on the schedule for a later time.
#[must_use]
pub fn is_for_later(publication: &Publication, now: Timestamp) -> bool {
    publication.state == State::Scheduled && publication.due_at > now
}

/// Whether nothing more happens to it without an order.
#[must_use]
pub fn needs_order(publication: &Publication) -> bool {
    match &publication.state {
        State::Held { .. } => true,
        State::Uncertain | State::Cancelling { .. } => status::needs_operator(publication),
        State::Scheduled | State::Due | State::Publishing => false,
        State::Published
        | State::Failed { .. }
        | State::Cancelled { .. }
        | State::Superseded { .. } => {
            let is_changing = |part: &Part| {
                part.change.as_ref().is_some_and(|change| match change.state {
                    ChangeState::Conflict { .. } => false,
                    // Without approvals it waits for a person.
                    ChangeState::Pending { .. } => publication.approvals.missing(0) == 0,
                    ChangeState::Sending { .. } => true,
                })
            };
            !publication.parts.iter().any(is_changing)
        }
    }
}
