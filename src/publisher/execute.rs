//! Executes one action: claims a part, makes its request, and records the outcome, always in this order.

use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::watch;
use tokio::time::{self, Instant};

use super::comment::{hold_unplaced, stop_without_post};
use super::files::RequestFiles;
use super::queue::{CommentWait, QueueAction};
use super::reference::{ClaimDecision, next_request};
use super::stopping::stopped;
use super::{
    PublicationEvent, Publisher, REFUSED_PAUSE, Readiness, RequestResult, StopMode, saturating_add,
};
use crate::message::{FileIdChanges, Request};
use crate::outbox::comment::{self, Placement};
use crate::outbox::{
    Actor, Change, ChangeKind, Event, EventKind, HoldReason, Intent, NotSentReason, Outcome,
    OutcomeKind, Part, PartState, Publication, PublicationId, State, StepRefusal, UnknownReason,
};
use crate::plan;
use crate::store::{Command, Query, StoreError};
use crate::{failpoint, limits};

/// An action on a publication.
pub(super) struct PublicationJob {
    pub(super) publication: Publication,
    pub(super) action: QueueAction,
    /// The publications of its release group, all of which may start now.
    pub(super) with: Vec<PublicationId>,
    /// Whether the clock is trusted.
    pub(super) clock_trusted: bool,
}

impl PublicationJob {
    /// Whether it may read many messages before it writes anything.
    fn only_reads_first(&self) -> bool {
        matches!(self.action, QueueAction::Probe(_)) || self.publication.is_comments()
    }

    /// The request that it claims, if it claims one.
    fn request(&self) -> Option<&Request> {
        let part = match self.action {
            QueueAction::Begin | QueueAction::CatchUp => self.publication.next_part()?,
            QueueAction::Claim(part) => part,
            QueueAction::Tick | QueueAction::End | QueueAction::Hold | QueueAction::Probe(_) => {
                return None;
            }
        };
        self.publication.parts.get(part).map(next_request)
    }
}

/// The result of an action.
pub(super) struct Execution {
    pub(super) id: PublicationId,
    pub(super) chat: i64,
    /// The changed publications; empty if nothing was written.
    pub(super) changed: Vec<Publication>,
    /// The pause before the next try, if nothing was written.
    pub(super) pause: Option<Duration>,
    /// Whether the action only sent a message.
    pub(super) only_sent_a_message: bool,
    /// Whether the journal was written.
    pub(super) is_written: bool,
    /// Whether the chat is known to be a group.
    pub(super) is_group: bool,
    /// Posts that it refers to and that have no known message yet. It waits until one of them changes.
    pub(super) missing_posts: Vec<String>,
    /// How comments wait for their post or its copy.
    pub(super) wait: Option<CommentWait>,
}

/// The orders that start an action. Without orders the action cannot start yet.
#[derive(Default)]
struct Preparation {
    /// Orders of the journal.
    orders: Vec<Command>,
    /// Posts without a known message, which block the next request.
    missing_posts: Vec<String>,
    /// The pause before the next try.
    pause: Option<Duration>,
    /// How comments wait for their post or for its copy.
    wait: Option<CommentWait>,
}

impl Preparation {
    fn orders(orders: Vec<Command>) -> Self {
        Self { orders, ..Self::default() }
    }

    fn missing_posts(missing_posts: Vec<String>) -> Self {
        Self { missing_posts, ..Self::default() }
    }

    fn pause(pause: Duration) -> Self {
        Self { pause: Some(pause), ..Self::default() }
    }

    /// Waits and looks again at `look_at`.
    fn wait(look_at: Timestamp, patience_ends: Option<Timestamp>) -> Self {
        Self { wait: Some(CommentWait { look_at, patience_ends }), ..Self::default() }
    }
}

impl Execution {
    /// An action without effect.
    fn nothing(publication: &Publication) -> Self {
        Self {
            id: publication.id,
            chat: publication.chat,
            changed: Vec::new(),
            pause: None,
            only_sent_a_message: false,
            is_written: false,
            is_group: false,
            missing_posts: Vec::new(),
            wait: None,
        }
    }
}

/// How often running uploads are given up while the program is stopping: a request may just begin.
const ABANDON_INTERVAL: Duration = Duration::from_millis(100);

/// The longest pause between two tries to record an outcome.
const MAX_RETRY_WAIT: Duration = Duration::from_secs(5);

/// The same while the program is stopping.
const LAST_WAIT: Duration = Duration::from_millis(500);

impl Publisher<'_> {
    /// Executes the job.
    pub(super) async fn execute(
        &self,
        job: PublicationJob,
        stop: watch::Receiver<StopMode>,
    ) -> Result<Execution, StoreError> {
        let began = Instant::now();
        let files = match job.request() {
            Some(request) => tokio::select! {
                files = self.prepare_files(request) => files,
                // An upload to the staging chat changes nothing in the channel.
                () = stopped(stop.clone()) => return Ok(Execution::nothing(&job.publication)),
            },
            None => RequestFiles::Ready(None),
        };
        let _turn = match files {
            RequestFiles::TooLarge => {
                let pause = Some(limits::STAGING_RETRY);
                return Ok(Execution { pause, ..Execution::nothing(&job.publication) });
            }
            // The facts that allowed the action may have changed meanwhile.
            RequestFiles::Ready(Some(_)) if began.elapsed() > limits::INTENT_AGE => {
                return Ok(Execution::nothing(&job.publication));
            }
            RequestFiles::NotStaged(turn) => Some(turn),
            RequestFiles::Ready(turn) => turn,
        };
        self.execute_with_files(job, stop).await
    }

    /// Executes the job, whose files are as ready as they can be.
    async fn execute_with_files(
        &self,
        job: PublicationJob,
        stop: watch::Receiver<StopMode>,
    ) -> Result<Execution, StoreError> {
        let Preparation { orders, missing_posts, pause, wait } = tokio::select! {
            wanted = self.prepare(&job) => wanted?,
            // A probe may take long and changes nothing in the channel, so it is left to the next process.
            () = stopped(stop.clone()), if job.only_reads_first() => Preparation::default(),
        };
        let acted = Execution::nothing(&job.publication);
        if orders.is_empty() {
            return Ok(Execution { pause, missing_posts, wait, ..acted });
        }
        let PublicationJob { publication, action, clock_trusted, .. } = job;
        failpoint::point("before-intent");
        let began = Instant::now();
        let done = match self.order(orders, clock_trusted).await {
            Ok(done) => done,
            Err(StoreError::Refused { refused, .. })
                if !matches!(refused, StepRefusal::Broken(_)) =>
            {
                log::debug!("{} to {}: {refused}", publication.post, publication.chat);
                return self.reload(&publication).await;
            }
            Err(StoreError::Busy | StoreError::Locked) => return self.reload(&publication).await,
            Err(error) => return Err(error),
        };
        let mut intent = None;
        let mut changed: Vec<Publication> = Vec::new();
        for done in done {
            if let Some(now) = done.publication {
                changed.retain(|known| known.id != now.id);
                changed.push(now);
            }
            intent = intent.or(done.intent);
        }
        let Some(intent) = intent else {
            for now in &changed {
                self.report(now, event_name(action), None);
            }
            if !changed.iter().any(|now| now.id == acted.id) {
                // Another publication has replaced it.
                changed.extend(self.store.publications(Query::Id(acted.id)).await?);
            }
            return Ok(Execution { changed, is_written: true, missing_posts, ..acted });
        };
        let now = changed.pop().unwrap_or(publication);
        failpoint::point("after-intent");
        let RequestResult { event, files, is_group } =
            self.execute_claimed(intent, began, stop.clone()).await;
        let event = self.with_restored_bytes(&now, event).await;
        failpoint::point("before-outcome");
        let only_sent_a_message =
            matches!(&event, Event::Answered { outcome: Outcome::Accepted { .. }, .. });
        let now = self.record(&now, event, files, stop).await?;
        failpoint::point("after-outcome");
        changed.push(now);
        Ok(Execution { changed, only_sent_a_message, is_written: true, is_group, ..acted })
    }

    /// The orders for an action.
    async fn prepare(&self, job: &PublicationJob) -> Result<Preparation, StoreError> {
        let PublicationJob { publication, action, with, .. } = job;
        let id = publication.id;
        if let Some(instead) = self.instead_of_comments(publication, *action).await? {
            return Ok(instead);
        }
        let begin = with.iter().map(|id| Command::Event(*id, Event::StartGroup));
        let mut orders = Vec::new();
        let mut missing_posts = Vec::new();
        // The file may be back since the plan was made, even under another name.
        let is_withdrawn = match action {
            QueueAction::Claim(part)
                if publication.parts.get(*part).is_some_and(Part::is_being_pruned) =>
            {
                !(self.still_pruned)(id).await
            }
            _ => false,
        };
        match action {
            QueueAction::Tick if publication.state == State::Uncertain => {
                return self.look_for_copy_or_ask(publication).await;
            }
            QueueAction::Tick => orders.push(Command::Event(id, Event::Tick)),
            QueueAction::End => return Ok(self.order_end(publication).await),
            QueueAction::Hold => {
                let by = Actor::Schedule;
                orders.push(Command::Event(id, Event::Hold { held: HoldReason::CatchUp, by }));
            }
            QueueAction::Begin | QueueAction::CatchUp => match self.ready(publication).await {
                Readiness::Wait(pause) => return Ok(Preparation::pause(pause)),
                Readiness::Instead(instead) => orders = instead,
                Readiness::Go => {
                    missing_posts = self.missing_posts(publication, with).await?;
                    let tick = Command::Event(id, Event::Tick);
                    let part = publication.next_part().filter(|_| missing_posts.is_empty());
                    let claim = match part {
                        Some(part) => Some(self.claim(publication, part).await?),
                        None => None,
                    };
                    match claim {
                        Some(ClaimDecision::Ready(claim)) => {
                            orders.extend(begin.chain([tick, *claim]));
                        }
                        Some(ClaimDecision::WaitsFor(missing)) => {
                            missing_posts.push(missing.0);
                            orders.push(tick);
                        }
                        None => orders.push(tick),
                    }
                }
            },
            QueueAction::Claim(_) if is_withdrawn => {
                let event = plan::withdraw_changes(publication, &Actor::File);
                orders.push(Command::Event(id, event));
            }
            QueueAction::Claim(part) => {
                match self.ready_to_claim(publication, *part).await {
                    Readiness::Wait(pause) => return Ok(Preparation::pause(pause)),
                    Readiness::Instead(orders) => return Ok(Preparation::orders(orders)),
                    Readiness::Go => {}
                }
                missing_posts = self.missing_posts(publication, with).await?;
                if !missing_posts.is_empty() {
                    return Ok(Preparation::missing_posts(missing_posts));
                }
                match self.claim(publication, *part).await? {
                    ClaimDecision::Ready(claim) => orders.extend(begin.chain([*claim])),
                    ClaimDecision::WaitsFor(missing) => {
                        return Ok(Preparation::missing_posts(vec![missing.0]));
                    }
                }
            }
            QueueAction::Probe(part) => {
                orders.push(Command::Event(id, self.probe(publication, *part).await?));
            }
        }
        Ok(Preparation { orders, missing_posts, ..Preparation::default() })
    }

    /// What to do about an unknown outcome that telepress does not look for in the channel. The copy of a post may appear in the
    /// discussion group until the quiet time has passed; only then is an operator asked.
    async fn look_for_copy_or_ask(
        &self,
        publication: &Publication,
    ) -> Result<Preparation, StoreError> {
        let event = |event| Preparation::orders(vec![Command::Event(publication.id, event)]);
        if let Some(witnessed) = self.find_in_discussion(publication).await? {
            return Ok(event(witnessed));
        }
        let since =
            publication.parts.iter().find_map(|part| Some(part.state.unknown_outcome()?.since));
        let end = since.map(|since| saturating_add(since, self.policy.quiet));
        let now = self.clock.now();
        let may_appear = end.filter(|end| *end > now);
        Ok(match may_appear {
            Some(end) if self.discussion(publication).await?.is_some() => {
                Preparation::wait(end.min(saturating_add(now, limits::FORWARD_LOOK)), None)
            }
            _ => event(Event::Tick),
        })
    }

    /// What to do with comments that cannot be sent now; `None` if their place is known, or the action sends no comment.
    async fn instead_of_comments(
        &self,
        comments: &Publication,
        action: QueueAction,
    ) -> Result<Option<Preparation>, StoreError> {
        if !comments.is_comments() || !action.sends_part_of(comments) {
            return Ok(None);
        }
        let now = self.clock.now();
        let soon = saturating_add(now, limits::FORWARD_LOOK);
        Ok(match self.placement(comments).await? {
            Placement::ReplyTo(_) => None,
            // A change of the post ends the wait.
            Placement::WaitsForPost => {
                Some(Preparation::wait(saturating_add(now, limits::FORWARD_LOOK * 15), None))
            }
            Placement::WaitsForForward(until) => {
                Some(Preparation::wait(soon.min(until), Some(comment::patience_ends(until))))
            }
            Placement::NotPlaced => Some(Preparation::orders(vec![hold_unplaced(comments)])),
            Placement::PostGone => Some(Preparation::orders(vec![stop_without_post(comments)])),
        })
    }

    /// Nothing was written: reloads the publication, which may be outdated here, or pauses it.
    async fn reload(&self, publication: &Publication) -> Result<Execution, StoreError> {
        let changed = self.store.publications(Query::Id(publication.id)).await?;
        let is_same = changed.iter().any(|now| now.version == publication.version);
        let pause = is_same.then_some(REFUSED_PAUSE);
        Ok(Execution { changed, pause, ..Execution::nothing(publication) })
    }

    /// Whether the file permits sending.
    async fn ready(&self, publication: &Publication) -> Readiness {
        match self.files {
            Some(files) => files.ready(publication).await,
            None => Readiness::Go,
        }
    }

    /// Whether the file permits the next request for a part: sending it again, or the deletion that the file ordered.
    async fn ready_to_claim(&self, publication: &Publication, part: usize) -> Readiness {
        if is_sent_again(publication, part) {
            return self.ready(publication).await;
        }
        let change = publication.parts.get(part).and_then(|part| part.change.as_ref());
        if change.is_some_and(Change::is_scheduled_deletion) {
            return self.may_end(publication).await;
        }
        Readiness::Go
    }

    async fn may_end(&self, publication: &Publication) -> Readiness {
        match self.files {
            Some(files) => files.may_end(publication).await,
            None => Readiness::Go,
        }
    }

    /// The orders for the end of a published post, if its file still names that time.
    async fn order_end(&self, publication: &Publication) -> Preparation {
        match self.may_end(publication).await {
            Readiness::Wait(pause) => Preparation::pause(pause),
            Readiness::Instead(orders) => Preparation::orders(orders),
            Readiness::Go => Preparation::orders(vec![Command::Event(publication.id, Event::End)]),
        }
    }

    /// Makes the request, unless too much time has passed since the claim: another process may have presumed this one dead
    /// and begun its quiet time. When the program is stopping, an upload that the server cannot have acted on yet is given up.
    async fn execute_claimed(
        &self,
        intent: Intent,
        claimed: Instant,
        stop: watch::Receiver<StopMode>,
    ) -> RequestResult {
        let known = self.known_files(intent.request()).await;
        if claimed.elapsed() > limits::INTENT_AGE {
            let event = intent.answered(Outcome::NotSent {
                why: NotSentReason::NotWritten,
                retry_after: None,
                description: "the machine paused between the claim and the request".to_owned(),
            });
            return RequestResult { event, files: FileIdChanges::default(), is_group: false };
        }
        self.last_request.mark();
        let mut making = self.gateway.execute(intent, known);
        tokio::select! {
            answered = &mut making => return answered,
            () = stopped(stop) => {}
        }
        loop {
            self.gateway.abandon_uploads();
            if let Ok(answered) = time::timeout(ABANDON_INTERVAL, &mut making).await {
                return answered;
            }
        }
    }

    /// The event of a request whose bytes were missing or damaged: if the post's files still have them, it is tried again.
    async fn with_restored_bytes(&self, publication: &Publication, event: Event) -> Event {
        let Event::Answered {
            part,
            attempt,
            outcome: Outcome::NotSent { why: NotSentReason::BytesMissing, retry_after, description },
        } = event
        else {
            return event;
        };
        let request = publication.parts.get(part).map(|part| match &part.change {
            Some(change) if change.attempts.contains(&attempt) => &change.request,
            _ => &part.request,
        });
        let restored = match (self.files, request) {
            (Some(files), Some(request)) => files.restore(publication, request).await,
            _ => false,
        };
        let why = if restored { NotSentReason::NotWritten } else { NotSentReason::BytesMissing };
        Event::Answered {
            part,
            attempt,
            outcome: Outcome::NotSent { why, retry_after, description },
        }
    }

    /// Records the outcome of a request. A sent message must not be forgotten, so if the journal cannot be written, this is
    /// retried until it succeeds, or for a short time while the program is stopping. The next process then finds the request
    /// without an outcome and probes for it.
    async fn record(
        &self,
        publication: &Publication,
        event: Event,
        files: FileIdChanges,
        mut stop: watch::Receiver<StopMode>,
    ) -> Result<Publication, StoreError> {
        let id = publication.id;
        let mut event = event;
        let mut wait = Duration::from_millis(50);
        let mut end: Option<Instant> = None;
        loop {
            if *stop.borrow_and_update() != StopMode::Not {
                end.get_or_insert_with(|| Instant::now() + limits::RECORD_AT_END);
            }
            let mut orders = vec![Command::Event(id, event.clone())];
            orders.extend(self.file_order(files.clone()));
            match self.order(orders, true).await {
                Ok(done) => {
                    let now = done.into_iter().find_map(|done| done.publication);
                    let now = now.unwrap_or_else(|| publication.clone());
                    failpoint::point("before-notice");
                    (self.on_event)(&PublicationEvent {
                        publication: &now,
                        event: "answered",
                        detail: detail(&event).as_deref(),
                        change: change_made(publication, &now, &event),
                        outcome: outcome_kind(&event),
                    });
                    return Ok(now);
                }
                Err(StoreError::Refused { refused, .. })
                    if !matches!(refused, StepRefusal::Broken(_)) =>
                {
                    let Event::Answered { part, attempt, outcome } = &event else {
                        return Err(StoreError::Refused { order: 0, refused });
                    };
                    let instead = match outcome {
                        // It is in the channel, so no probe may conclude that it is absent.
                        Outcome::Accepted { message_ids, .. } => {
                            Outcome::SentAsAnotherPart { message_ids: message_ids.clone() }
                        }
                        Outcome::SentAsAnotherPart { .. } | Outcome::Unknown { .. } => {
                            return Err(StoreError::Refused { order: 0, refused });
                        }
                        _ => Outcome::Unknown {
                            reason: Some(UnknownReason::Unrecordable),
                            description: refused.to_string(),
                        },
                    };
                    log::error!(
                        "post={} chat={}: the answer cannot be recorded: {refused}; {outcome}",
                        publication.post,
                        publication.chat
                    );
                    event = Event::Answered { part: *part, attempt: *attempt, outcome: instead };
                }
                Err(
                    error @ (StoreError::Unwritable(_) | StoreError::Busy | StoreError::Locked),
                ) => {
                    log_unrecorded(publication, &event, &error);
                    if end.is_some_and(|end| Instant::now() >= end) {
                        return Err(error);
                    }
                    tokio::select! {
                        // An `Err` means that the sender is gone and no stop can come.
                        Ok(()) = stop.changed() => {}
                        () = time::sleep(wait) => wait = (wait * 2).min(MAX_RETRY_WAIT),
                    }
                    if end.is_some() {
                        wait = wait.min(LAST_WAIT);
                    }
                }
                Err(error) => {
                    log_unrecorded(publication, &event, &error);
                    return Err(error);
                }
            }
        }
    }
}

/// Logs an outcome that is not in the journal: after the end of the process this line is all that is known of it.
fn log_unrecorded(publication: &Publication, event: &Event, error: &StoreError) {
    let outcome = match event {
        Event::Answered { part, outcome, .. } => format!("part={} {outcome}", part + 1),
        other => other.kind().name().to_owned(),
    };
    let Publication { post, chat, .. } = publication;
    log::error!("telepress-unrecorded post={post} chat={chat} {outcome}: {error}");
}

/// The event name of an action that makes no request.
fn event_name(action: QueueAction) -> &'static str {
    match action {
        QueueAction::Probe(_) => "read back",
        QueueAction::Hold => "held",
        QueueAction::End => EventKind::End.name(),
        QueueAction::Tick | QueueAction::Begin | QueueAction::CatchUp | QueueAction::Claim(_) => {
            "tick"
        }
    }
}

/// The change that the answered request was for, if it was made.
fn change_made(before: &Publication, now: &Publication, event: &Event) -> Option<ChangeKind> {
    let Event::Answered { part, .. } = event else { return None };
    let is_done = now.parts.get(*part)?.change.is_none();
    before.parts.get(*part)?.change.as_ref().filter(|_| is_done).map(|change| change.kind)
}

/// The kind of an answer's outcome.
fn outcome_kind(event: &Event) -> Option<OutcomeKind> {
    match event {
        Event::Answered { outcome, .. } => Some(outcome.outcome_kind()),
        _ => None,
    }
}

/// The error text of an answer.
fn detail(event: &Event) -> Option<String> {
    match event {
        Event::Answered { outcome, .. } => match outcome {
            Outcome::Accepted { .. }
            | Outcome::PollClosed { .. }
            | Outcome::SentAsAnotherPart { .. } => None,
            Outcome::SentThenDeleted { description }
            | Outcome::NotSent { description, .. }
            | Outcome::Rejected { description, .. } => Some(description.clone()),
            Outcome::Unknown { reason, description } => {
                Some(UnknownReason::with(*reason, description))
            }
        },
        _ => None,
    }
}

/// Whether this retries a part after requests that had no effect, and nothing of the publication was sent.
fn is_sent_again(publication: &Publication, part: usize) -> bool {
    let is_tried = |part: &Part| part.state == PartState::Pending && !part.attempts.is_empty();
    publication.is_unsent() && publication.parts.get(part).is_some_and(is_tried)
}
