//! One action: claimed, made and recorded, in this order and never in another.

use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{self, Instant};

use super::queue::Action;
use super::reference::ClaimDecision;
use super::{Publisher, REFUSED, Readiness, StopMode};
use crate::outbox::{
    Actor, Delay, Event, HoldReason, Intent, Outcome, Part, PartState, Publication, PublicationId,
    StepRefusal, UnknownReason,
};
use crate::plan;
use crate::store::{Command, Query, StoreError};
use crate::{failpoint, limits};

/// What is to be done, about a publication as it stands.
pub(super) struct Job {
    pub(super) publication: Publication,
    pub(super) action: Action,
    /// Those that begin together with it: all of them may now.
    pub(super) with: Vec<PublicationId>,
    /// Whether the clock is believed, which says that its time has come.
    pub(super) clock_trusted: bool,
}

/// What became of it.
pub(super) struct Execution {
    pub(super) id: PublicationId,
    pub(super) chat: i64,
    /// What has changed, as it stands now; empty where nothing was written.
    pub(super) changed: Vec<Publication>,
    /// How long it is left alone, where nothing was written.
    pub(super) rest: Option<Duration>,
    /// Whether nothing is new of the channel but a message.
    pub(super) is_plain: bool,
    /// Whether the journal was written.
    pub(super) is_written: bool,
    /// Posts that it refers to and whose messages are not known yet: until one of them changes there is nothing to do.
    pub(super) lacks: Vec<String>,
}

/// What an action comes to: without orders, nothing for now.
#[derive(Default)]
struct ClaimRequest {
    /// Orders of the journal.
    orders: Vec<Command>,
    /// Posts without a message: they keep the next step back.
    lacks: Vec<String>,
    /// How long the publication is left alone.
    rest: Option<Duration>,
}

impl ClaimRequest {
    fn orders(orders: Vec<Command>) -> Self {
        Self { orders, ..Self::default() }
    }

    fn lacks(lacks: Vec<String>) -> Self {
        Self { lacks, ..Self::default() }
    }

    fn rest(rest: Duration) -> Self {
        Self { rest: Some(rest), ..Self::default() }
    }
}

impl Execution {
    /// Nothing became of it.
    fn nothing(publication: &Publication) -> Self {
        Self {
            id: publication.id,
            chat: publication.chat,
            changed: Vec::new(),
            rest: None,
            is_plain: false,
            is_written: false,
            lacks: Vec::new(),
        }
    }
}

/// The longest wait between two tries to record an outcome.
const LONGEST: Duration = Duration::from_secs(5);

/// The same when the program is to end.
const LAST_WAIT: Duration = Duration::from_millis(500);

/// Ends when the program is to end.
async fn stopped(mut stop: watch::Receiver<StopMode>) {
    if stop.wait_for(|stop| *stop != StopMode::Not).await.is_err() {
        std::future::pending::<()>().await;
    }
}

impl Publisher<'_> {
    /// Does it.
    pub(super) async fn act(
        &self,
        job: Job,
        stop: watch::Receiver<StopMode>,
    ) -> Result<Execution, StoreError> {
        let ClaimRequest { orders, lacks, rest } = tokio::select! {
            wanted = self.wanted(&job) => wanted?,
            // A look at the channel may take long, and changes nothing there: the next process makes it.
            () = stopped(stop.clone()), if matches!(job.action, Action::Probe(_)) => ClaimRequest::default(),
        };
        let acted = Execution::nothing(&job.publication);
        if orders.is_empty() {
            return Ok(Execution { rest, lacks, ..acted });
        }
        let Job { publication, action, clock_trusted, .. } = job;
        failpoint::point("before-intent");
        let began = Instant::now();
        let done = match self.order(orders, clock_trusted).await {
            Ok(done) => done,
            Err(StoreError::Refused { refused, .. })
                if !matches!(refused, StepRefusal::Broken(_)) =>
            {
                log::debug!("{} to {}: {refused}", publication.post, publication.chat);
                return self.again(&publication).await;
            }
            Err(StoreError::Busy | StoreError::Locked) => return self.again(&publication).await,
            Err(fault) => return Err(fault),
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
                self.told(now, word(action), None);
            }
            if !changed.iter().any(|now| now.id == acted.id) {
                // Another one took its place.
                changed.extend(self.store.publications(Query::Id(acted.id)).await?);
            }
            return Ok(Execution { changed, is_written: true, lacks, ..acted });
        };
        let now = changed.pop().unwrap_or(publication);
        failpoint::point("after-intent");
        let event = self.make(intent, began).await;
        failpoint::point("before-outcome");
        let is_plain = matches!(&event, Event::Answered { outcome: Outcome::Sent { .. }, .. });
        let now = self.record(&now, event, stop).await?;
        failpoint::point("after-outcome");
        changed.push(now);
        Ok(Execution { changed, is_plain, is_written: true, ..acted })
    }

    /// What is to be ordered of the journal for an action.
    async fn wanted(&self, job: &Job) -> Result<ClaimRequest, StoreError> {
        let Job { publication, action, with, .. } = job;
        let id = publication.id;
        let begin = with.iter().map(|id| Command::Event(*id, Event::Together));
        let mut orders = Vec::new();
        let mut lacks = Vec::new();
        // The file may have come back since the plan was made, also under another name.
        let is_withdrawn = match action {
            Action::Claim(part)
                if publication.parts.get(*part).is_some_and(Part::is_being_pruned) =>
            {
                !(self.still_pruned)(id).await
            }
            _ => false,
        };
        match action {
            Action::Tick => orders.push(Command::Event(id, Event::Tick)),
            Action::Leave => {
                let by = Actor::Schedule;
                orders.push(Command::Event(id, Event::Hold { held: HoldReason::CatchUp, by }));
            }
            Action::Begin | Action::CatchUp => match self.ready(publication).await {
                Readiness::Wait(rest) => return Ok(ClaimRequest::rest(rest)),
                Readiness::Instead(instead) => orders = instead,
                Readiness::Go => {
                    lacks = self.lacking(publication, with).await?;
                    let tick = Command::Event(id, Event::Tick);
                    let part = publication.next_part().filter(|_| lacks.is_empty());
                    let claim = match part {
                        Some(part) => Some(self.claim(publication, part).await?),
                        None => None,
                    };
                    match claim {
                        Some(ClaimDecision::Ready(claim)) => {
                            orders.extend(begin.chain([tick, *claim]));
                        }
                        Some(ClaimDecision::WaitsFor(missing)) => {
                            lacks.push(missing.0);
                            orders.push(tick);
                        }
                        None => orders.push(tick),
                    }
                }
            },
            Action::Claim(_) if is_withdrawn => {
                let event = plan::withdrawal(publication, &Actor::File);
                orders.push(Command::Event(id, event));
            }
            Action::Claim(part) => {
                if is_sent_again(publication, *part) {
                    match self.ready(publication).await {
                        Readiness::Wait(rest) => return Ok(ClaimRequest::rest(rest)),
                        Readiness::Instead(orders) => return Ok(ClaimRequest::orders(orders)),
                        Readiness::Go => {}
                    }
                }
                lacks = self.lacking(publication, with).await?;
                if !lacks.is_empty() {
                    return Ok(ClaimRequest::lacks(lacks));
                }
                match self.claim(publication, *part).await? {
                    ClaimDecision::Ready(claim) => orders.extend(begin.chain([*claim])),
                    ClaimDecision::WaitsFor(missing) => {
                        return Ok(ClaimRequest::lacks(vec![missing.0]));
                    }
                }
            }
            Action::Probe(part) => {
                orders.push(Command::Event(id, self.probe(publication, *part).await?));
            }
        }
        Ok(ClaimRequest { orders, lacks, rest: None })
    }

    /// Nothing was written: what the publisher has in its hands may not be how it stands, or it is to be left alone for a
    /// moment.
    async fn again(&self, publication: &Publication) -> Result<Execution, StoreError> {
        let changed = self.store.publications(Query::Id(publication.id)).await?;
        let is_same = changed.iter().any(|now| now.version == publication.version);
        let rest = is_same.then_some(REFUSED);
        Ok(Execution { changed, rest, ..Execution::nothing(publication) })
    }

    /// What the file says now that its time has come.
    async fn ready(&self, publication: &Publication) -> Readiness {
        match self.files {
            Some(files) => files.ready(publication).await,
            None => Readiness::Go,
        }
    }

    /// Makes the request, unless too much time has passed since it was claimed: whoever took this process for dead counts
    /// from there.
    async fn make(&self, intent: Intent, claimed: Instant) -> Event {
        if claimed.elapsed() > limits::INTENT_AGE {
            return intent.answered(Outcome::NotSent {
                why: Delay::NotWritten,
                retry_after: None,
                description: "the machine stood still between the intent and its request"
                    .to_owned(),
            });
        }
        self.rate_limiter.mark();
        self.gateway.make(intent).await
    }

    /// Records what became of a request. What is in the channel must not be forgotten: where the journal cannot be written
    /// it is tried until it can, or for a moment when the program is to end: the next process finds the request without an
    /// outcome, and looks for it.
    async fn record(
        &self,
        publication: &Publication,
        event: Event,
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
            match self.order(vec![Command::Event(id, event.clone())], true).await {
                Ok(done) => {
                    let now = done.into_iter().find_map(|done| done.publication);
                    let now = now.unwrap_or_else(|| publication.clone());
                    failpoint::point("before-notice");
                    self.told(&now, "answered", detail(&event).as_deref());
                    return Ok(now);
                }
                Err(StoreError::Refused { refused, .. })
                    if !matches!(refused, StepRefusal::Broken(_)) =>
                {
                    let Event::Answered { part, attempt, outcome } = &event else {
                        return Err(StoreError::Refused { order: 0, refused });
                    };
                    let instead = match outcome {
                        // It is in the channel, and no look at it may say otherwise.
                        Outcome::Sent { message_ids, .. } => {
                            Outcome::Misnamed { message_ids: message_ids.clone() }
                        }
                        Outcome::Misnamed { .. } | Outcome::Unknown { .. } => {
                            return Err(StoreError::Refused { order: 0, refused });
                        }
                        _ => Outcome::Unknown {
                            reason: Some(UnknownReason::Unrecordable),
                            description: refused.to_string(),
                        },
                    };
                    log::error!(
                        "{} to {}: the answer cannot be recorded: {refused}; {outcome}",
                        publication.post,
                        publication.chat
                    );
                    event = Event::Answered { part: *part, attempt: *attempt, outcome: instead };
                }
                Err(
                    fault @ (StoreError::Unwritable(_) | StoreError::Busy | StoreError::Locked),
                ) => {
                    log::error!(
                        "telepress-unrecorded post={} chat={} event={event:?}: {fault}",
                        publication.post,
                        publication.chat
                    );
                    if end.is_some_and(|end| Instant::now() >= end) {
                        return Err(fault);
                    }
                    tokio::select! {
                        // Whoever could stop it is gone: then nobody does.
                        Ok(()) = stop.changed() => {}
                        () = time::sleep(wait) => wait = (wait * 2).min(LONGEST),
                    }
                    if end.is_some() {
                        wait = wait.min(LAST_WAIT);
                    }
                }
                Err(fault) => {
                    log::error!(
                        "telepress-unrecorded post={} chat={} event={event:?}: {fault}",
                        publication.post,
                        publication.chat
                    );
                    return Err(fault);
                }
            }
        }
    }
}

/// What is said of an action that makes no request.
fn word(action: Action) -> &'static str {
    match action {
        Action::Probe(_) => "read back",
        Action::Leave => "held",
        Action::Tick | Action::Begin | Action::CatchUp | Action::Claim(_) => "tick",
    }
}

/// The words that came with an answer which is no success.
fn detail(event: &Event) -> Option<String> {
    match event {
        Event::Answered { outcome, .. } => match outcome {
            Outcome::Sent { .. } | Outcome::Misnamed { .. } => None,
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

/// Whether a part is sent again after requests that had no effect, and nothing of its publication is in the channel.
fn is_sent_again(publication: &Publication, part: usize) -> bool {
    let is_tried = |part: &Part| part.state == PartState::Pending && !part.attempts.is_empty();
    publication.is_unsent() && publication.parts.get(part).is_some_and(is_tried)
}
