//! Publishes what a command ordered, or waits while another process publishes it, and reports the result.

use std::time::Duration;

use clap::Args;
use jiff::{SignedDuration, Timestamp};
use tokio::sync::watch;
use tokio::time;

use super::Result;
use super::delivery_report;
use super::ordered_changes::OrderedChanges;
use super::progress::Progress;
use super::session::CliSession;
use crate::cli_context::{CliContext, line};
use crate::cli_error::CliError;
use crate::clock::Clock;
use crate::exit::Exit;
use crate::hooks;
use crate::limits;
use crate::operations::{CurrentFiles, OperationError};
use crate::outbox::comment::{self, patience_ends};
use crate::outbox::{Change, Publication, PublicationId, State, StopReason};
use crate::plan::PlanAction;
use crate::publisher::{
    self, CopySearches, End, Pacing, PublicationEvent, Publisher, StopMode, Until, Uploads,
};
use crate::serve::{self, staging_mark};
use crate::status;
use crate::store::{LockResult, Query, StoreError};
use crate::telegram::Client;

/// The default of `--wait`.
const PATIENCE: &str = "5m";

/// How often the journal is read while another process publishes.
const POLL: Duration = Duration::from_millis(100);

#[derive(Debug, Args)]
pub(super) struct WaitArguments {
    /// How long to wait if Telegram limits the rate; after that the rest stays in the queue
    #[arg(long, value_name = "TIME", default_value = PATIENCE, value_parser = parse_wait)]
    wait: Duration,
}

fn parse_wait(typed: &str) -> Result<Duration, String> {
    let time = typed.parse::<SignedDuration>().ok().and_then(|time| Duration::try_from(time).ok());
    time.ok_or_else(|| "write a number and a unit, such as 30s or 5m".to_owned())
}

pub(super) struct OrderedPublication {
    pub(super) id: PublicationId,
    pub(super) action: PlanAction,
}

/// A publication that was ordered, as it is before it is sent.
struct Delivery {
    id: PublicationId,
    action: PlanAction,
    changes: OrderedChanges,
    needs_request: bool,
    /// Whether it is comments that are not sent yet, which may have to wait for the copy of their post.
    is_placed_later: bool,
}

impl Delivery {
    fn of(ordered: &OrderedPublication, session: &CliSession) -> Result<Self> {
        let OrderedPublication { id, action } = *ordered;
        let publication = session.wait(session.operations.newest_version(id))?;
        let needs_request = match action {
            PlanAction::Schedule => false,
            // A withdrawn deletion may have reached Telegram: then a request finds out whether the message is there.
            PlanAction::Cancel => status::is_unfinished(&publication),
            _ => true,
        };
        let is_placed_later =
            needs_request && publication.is_comments() && publication.next_part().is_some();
        let changes = OrderedChanges::of(&publication);
        let action = if is_continued(&publication, action) { PlanAction::Edit } else { action };
        Ok(Self { id, action, changes, needs_request, is_placed_later })
    }

    fn print(&self, session: &CliSession, end: &End, context: &mut CliContext<'_>) -> Result {
        let publication = session.wait(session.operations.newest_version(self.id))?;
        delivery_report::print(session, &publication, self.action, &self.changes, end, context)
    }
}

/// Whether only the rest of these comments is published: those that are in the group already are not reported again.
fn is_continued(publication: &Publication, action: PlanAction) -> bool {
    action == PlanAction::Create && publication.is_comments() && publication.sent_count() > 0
}

/// Publishes what was ordered, or waits while another process publishes it, and reports the result: first of the posts, then of the
/// comments that wait for a copy of theirs.
pub(super) fn deliver(
    session: &CliSession,
    client: &Client,
    ordered: &[OrderedPublication],
    wait: &WaitArguments,
    context: &mut CliContext<'_>,
) -> Result {
    let patience = Patience { began: time::Instant::now(), wait: wait.wait };
    let all = ordered.iter().map(|ordered| Delivery::of(ordered, session));
    let (comments, posts): (Vec<_>, Vec<_>) =
        all.collect::<Result<Vec<_>>>()?.into_iter().partition(|it| it.is_placed_later);
    let now: Vec<_> = posts.iter().filter(|it| it.needs_request).map(|it| it.id).collect();
    if now.is_empty() && comments.is_empty() {
        session.keep_mark(context)?;
    }
    let others = open_posts(session, ordered)?;
    let mut end = End::Settled;
    if !now.is_empty() {
        end = send(session, client, &now, patience, comments.is_empty(), context)?;
    }
    for post in &posts {
        post.print(session, &end, context)?;
    }
    if !comments.is_empty() && end == End::Settled {
        let ids: Vec<_> = comments.iter().map(|it| it.id).collect();
        announce_waiting_comments(session, &ids, patience, context)?;
        end = send(session, client, &ids, patience, true, context)?;
    } else if !comments.is_empty() {
        session.keep_mark(context)?;
    }
    for comments in &comments {
        comments.print(session, &end, context)?;
    }
    if !now.is_empty() || !comments.is_empty() {
        report_others(session, others, &end, context)?;
        run_hooks(session, context)?;
    }
    report_stop(&end, context)
}

/// Runs the hooks of what was published, unless another process publishes, which then runs them.
fn run_hooks(session: &CliSession, context: &CliContext<'_>) -> Result {
    if session.operations.newsroom.config.hooks.published.is_empty() {
        return Ok(());
    }
    session.wait(async {
        let lock = session.operations.store.take_lock().await?;
        if matches!(lock, LockResult::Taken { .. }) {
            hooks::run_waiting(&session.operations, context.clock, super::interrupted()).await;
        }
        Ok::<_, CliError>(())
    })
}

/// The publications that wait besides the ordered ones: what is due is published too.
fn open_posts(session: &CliSession, ordered: &[OrderedPublication]) -> Result<Vec<Publication>> {
    let mut open = session.wait(session.operations.store.publications(Query::Open))?;
    open.retain(|other| {
        other.state != State::Published
            && status::is_unfinished(other)
            && ordered.iter().all(|known| known.id != other.id)
    });
    Ok(open)
}

/// Reports those that have been published.
fn report_others(
    session: &CliSession,
    others: Vec<Publication>,
    end: &End,
    context: &mut CliContext<'_>,
) -> Result {
    let now = context.clock.now();
    for other in others.into_iter().filter(|other| other.due_at <= now) {
        let publication = session.wait(session.operations.publication(other.id))?;
        if publication.state == State::Published {
            let (action, changes) = if is_continued(&other, PlanAction::Create) {
                (PlanAction::Edit, OrderedChanges::of(&other))
            } else {
                (PlanAction::Create, OrderedChanges::default())
            };
            delivery_report::print(session, &publication, action, &changes, end, context)?;
        }
    }
    Ok(())
}

/// Prints which comments wait for the copy of their post, and how long the command waits for it.
fn announce_waiting_comments(
    session: &CliSession,
    ids: &[PublicationId],
    patience: Patience,
    context: &mut CliContext<'_>,
) -> Result {
    let now = context.clock.now();
    let latest = now.checked_add(patience.remaining()).unwrap_or(Timestamp::MAX);
    for id in ids {
        let comments = session.wait(session.operations.newest_version(*id))?;
        let until = session.wait(session.operations.waits_for_copy(&comments, now))?;
        let end = until.map(|until| patience_ends(until).min(latest));
        let Some(end) = end.filter(|end| *end > now) else { continue };
        let shown = session.operations.post_status(&comments);
        line!(
            context.err,
            "{}: waiting for the copy of {} in the discussion group, until {}",
            shown.place(),
            shown.post,
            delivery_report::clock_time(end, &shown.zone)
        )?;
    }
    Ok(())
}

/// Makes the changes of these publications, or waits while another process makes them; reports only why nothing can be sent.
pub(super) fn make_changes(
    session: &CliSession,
    client: &Client,
    ids: &[PublicationId],
    wait: &WaitArguments,
    context: &mut CliContext<'_>,
) -> Result {
    let patience = Patience { began: time::Instant::now(), wait: wait.wait };
    let end = send(session, client, ids, patience, true, context)?;
    report_stop(&end, context)
}

fn report_stop(end: &End, context: &mut CliContext<'_>) -> Result {
    if let End::Shut(why) = end {
        let exit = if matches!(why, StopReason::Refused(_)) { Exit::Usage } else { Exit::Waiting };
        context.report(exit, why, shut_hint(why))?;
    }
    Ok(())
}

pub(super) fn shut_hint(why: &StopReason) -> &'static str {
    match why {
        StopReason::Paused(_) => "`telepress resume` resumes publishing",
        StopReason::Refused(_) => {
            "check the token and `[bot] api_url`, then run `telepress resume`"
        }
        StopReason::Restored(_) => "run `telepress resolve --after-restore`",
    }
}

/// These publications, and the due ones that begin together with one of them: a group is sent as a whole.
fn with_release_groups(
    session: &CliSession,
    ids: &[PublicationId],
    now: Timestamp,
) -> Result<Vec<PublicationId>> {
    let mut all = ids.to_vec();
    for id in ids {
        for publication in session.wait(session.operations.store.publications(Query::Id(*id)))? {
            if !publication.together.waits() {
                continue;
            }
            let of_post = session
                .wait(session.operations.store.publications(Query::Post(publication.post)))?;
            let members = of_post.into_iter().filter(|other| {
                other.together.waits() && other.due_at <= now && !ids.contains(&other.id)
            });
            all.extend(members.map(|other| other.id));
        }
    }
    Ok(all)
}

/// `keeps_mark` says whether nothing more is sent after this.
fn send(
    session: &CliSession,
    client: &Client,
    ids: &[PublicationId],
    patience: Patience,
    keeps_mark: bool,
    context: &mut CliContext<'_>,
) -> Result<End> {
    session.bind(client, context)?;
    session.wait(serve::clock::check(&session.operations, client, context.clock.now()))?;
    print_blockers(session, ids, context)?;
    let progress = context.can_ask.then(|| progress(session, ids)).transpose()?;
    let (columns, clock, err) = (context.terminal.columns, context.clock, &mut context.err);
    let config = &session.operations.newsroom.config;
    let on_event = |event: &PublicationEvent<'_>| {
        if let Some(progress) = &progress {
            progress.note(event.publication);
        }
        if let Some(detail) = event.detail {
            let channel = session.operations.channel_name(event.publication);
            log::info!("post={} channel={channel}: {detail}", event.publication.post);
        }
    };
    let files = CurrentFiles { operations: &session.operations, clock, fresh: ids };
    let publisher = Publisher {
        store: session.operations.store.clone(),
        gateway: client,
        files: Some(&files),
        still_pruned: &|id| Box::pin(session.operations.still_pruned(id, clock.now())),
        clock,
        policy: session.operations.policy(),
        pacing: Pacing { channel: config.pacing.channel, bot: config.pacing.bot },
        staging: config.recovery.staging_chat,
        link: &|publication, id| session.operations.link(publication, id),
        on_event: &on_event,
        wake: std::sync::Arc::default(),
        last_request: std::sync::Arc::default(),
        uploads: Uploads::through(session.operations.upload_chat()),
        searches: CopySearches::default(),
        ending: std::sync::Arc::default(),
    };
    let awaited = with_release_groups(session, ids, clock.now())?;
    let (stopper, stop) = watch::channel(StopMode::Not);
    let in_time = config.recovery.send_timeout + limits::STOPS_WITHIN;
    let interrupts = publisher::stop_in_time(super::interrupted, &stopper, in_time, || {});
    let end = session.wait(async {
        let mut interrupted = stop.clone();
        let work = async {
            let waited = until_lock(session, ids, &patience, progress.as_ref(), clock);
            let end = tokio::select! {
                end = waited => end?,
                _ = interrupted.wait_for(|stop| *stop != StopMode::Not) => Some(End::Stopped),
            };
            if let Some(end) = end {
                return Ok(end);
            }
            tokio::select! {
                compared = staging_mark::until_compared(&session.operations, client, clock) => compared?,
                _ = interrupted.wait_for(|stop| *stop != StopMode::Not) => return Ok(End::Stopped),
                () = time::sleep(patience.remaining()) => return Ok(End::TimeOver),
            }
            serve::reopen(&session.operations, client, clock.now()).await?;
            let end = publisher.run(Until::Settled(&awaited, patience.remaining()), stop).await;
            let keep = staging_mark::keep(&session.operations, client, clock.now());
            tokio::select! {
                kept = staging_mark::within_patience(keep), if keeps_mark => kept?,
                () = std::future::ready(()), if !keeps_mark => {}
                _ = interrupted.wait_for(|stop| *stop != StopMode::Not) => {}
            }
            end.map_err(CliError::from)
        };
        let shown = async {
            if let Some(progress) = &progress {
                // Publishing continues even if the progress can no longer be written.
                let _ = progress.show::<()>(err, columns, || client.upload_progress()).await;
            }
            std::future::pending::<()>().await;
        };
        tokio::select! {
            end = work => end,
            () = interrupts => Ok(End::Stopped),
            () = shown => Ok(End::Stopped),
        }
    });
    if progress.is_some() {
        Progress::clear(&mut context.err)?;
    }
    end
}

/// The rest of the time that a command may wait.
#[derive(Clone, Copy)]
struct Patience {
    began: time::Instant,
    wait: Duration,
}

impl Patience {
    fn remaining(&self) -> Duration {
        self.wait.saturating_sub(self.began.elapsed())
    }
}

/// Prints which of these wait until telepress has looked at their channel. If an operator has to decide instead, the
/// report at the end says so.
fn print_blockers(
    session: &CliSession,
    ids: &[PublicationId],
    context: &mut CliContext<'_>,
) -> Result {
    let waiting = session.wait(session.operations.store.publications(Query::Open))?;
    for publication in waiting.iter().filter(|publication| ids.contains(&publication.id)) {
        let by = status::blocker(publication, waiting.iter());
        if let Some(by) = by.filter(|by| !status::needs_operator(by)) {
            let channel = session.operations.channel_name(publication);
            line!(context.err, "{channel}: {}", status::blocker_reason(by))?;
        }
    }
    Ok(())
}

/// Waits until another process releases the lock; `Some` if there is no reason left to wait.
async fn until_lock(
    session: &CliSession,
    ids: &[PublicationId],
    patience: &Patience,
    progress: Option<&Progress>,
    clock: &dyn Clock,
) -> Result<Option<End>, OperationError> {
    while let LockResult::Held { .. } = session.operations.acquire_lock(clock.now()).await? {
        if let Some(end) = follow(session, ids, progress, clock.now()).await? {
            return Ok(Some(end));
        }
        let left = patience.remaining();
        if left.is_zero() {
            return Ok(Some(End::TimeOver));
        }
        time::sleep(POLL.min(left)).await;
    }
    Ok(None)
}

fn progress(session: &CliSession, ids: &[PublicationId]) -> Result<Progress> {
    let publications = ids.iter().map(|id| session.wait(session.operations.publication(*id)));
    Ok(Progress::of(&publications.collect::<Result<Vec<_>, _>>()?))
}

/// Checks whether the other process has published these; `Some` if there is no reason left to wait.
async fn follow(
    session: &CliSession,
    ids: &[PublicationId],
    progress: Option<&Progress>,
    now: Timestamp,
) -> Result<Option<End>, StoreError> {
    let mut settled = true;
    let channels = session.operations.store.channels().await?;
    let waiting = session.operations.store.publications(Query::Open).await?;
    let is_paused = |place| {
        channels.iter().any(|channel| channel.destination == place && channel.paused.is_some())
    };
    for id in ids {
        let Some(publication) = session.operations.store.newest_version(*id).await? else {
            continue;
        };
        if let Some(progress) = progress {
            progress.note(&publication);
        }
        let of_post = if publication.together.waits() || publication.is_comments() {
            session.operations.store.publications(Query::Post(publication.post.clone())).await?
        } else {
            Vec::new()
        };
        let is_settled = |publication: &Publication| {
            publisher::needs_order(publication)
                || publisher::is_for_later(publication, now)
                || status::blocker(publication, waiting.iter()).is_some_and(status::needs_operator)
                || is_paused(publication.destination())
                || publisher::waits_for_others(publication, &of_post, &channels)
        };
        let mut post = comment::post_of(&publication, &of_post).into_iter();
        settled &= is_settled(&publication)
            || post.any(|post| post.state != State::Published && is_settled(post))
            || is_left(session, &publication, now).await?;
    }
    if settled {
        return Ok(Some(End::Settled));
    }
    Ok(session.operations.store.journal().await?.stopped.map(End::Shut))
}

/// Whether these are comments that the command leaves to the other process: the copy of their post did not appear in time.
async fn is_left(
    session: &CliSession,
    comments: &Publication,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let until = session.operations.waits_for_copy(comments, now).await?;
    Ok(until.is_some_and(|until| patience_ends(until) <= now))
}

/// Warns if one of these is ready to be published and no process would do that.
pub(super) fn warn_if_nothing_publishes(
    session: &CliSession,
    publications: &[Publication],
    context: &mut CliContext<'_>,
) -> Result {
    let is_ready = |publication: &Publication| {
        matches!(publication.state, State::Scheduled | State::Due | State::Publishing)
            || publication
                .parts
                .iter()
                .any(|part| part.change.as_ref().is_some_and(Change::is_pending))
    };
    if publications.iter().any(is_ready) { warn_unless_served(session, context) } else { Ok(()) }
}

/// Warns if no process would publish what is on the schedule.
pub(super) fn warn_unless_served(session: &CliSession, context: &mut CliContext<'_>) -> Result {
    if let LockResult::Taken { .. } =
        session.wait(session.operations.acquire_lock(context.clock.now()))?
    {
        line!(
            context.err,
            "warning: `telepress serve` is not running here; start it, or run `telepress apply` when a post is due"
        )?;
    }
    Ok(())
}
