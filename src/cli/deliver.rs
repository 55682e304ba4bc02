//! Publishes what a command ordered, or waits while another process publishes it, and reports the result.

use std::time::Duration;

use clap::Args;
use jiff::{SignedDuration, Timestamp};
use tokio::sync::watch;
use tokio::time;

use super::Result;
use super::delivery_report;
use super::progress::Progress;
use super::session::CliSession;
use crate::cli_context::{CliContext, line};
use crate::cli_error::CliError;
use crate::clock::Clock;
use crate::exit::Exit;
use crate::limits;
use crate::operations::{CurrentFiles, OperationError};
use crate::outbox::{Change, Publication, PublicationId, State, StopReason};
use crate::plan::PlanAction;
use crate::publisher::{self, End, Pacing, PublicationEvent, Publisher, StopMode, Until, Uploads};
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
    /// How long to wait if Telegram asks to wait; after that the rest stays in the queue
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

/// Publishes what was ordered, or waits while another process publishes it, and reports the result.
pub(super) fn deliver(
    session: &CliSession,
    client: &Client,
    ordered: &[OrderedPublication],
    wait: &WaitArguments,
    context: &mut CliContext<'_>,
) -> Result {
    let mut ids = Vec::new();
    for &OrderedPublication { id, action } in ordered {
        let needs_request = match action {
            PlanAction::Schedule => false,
            // A withdrawn deletion may have reached Telegram: then a request finds out whether the message is there.
            PlanAction::Cancel => {
                status::is_unfinished(&session.wait(session.operations.publication(id))?)
            }
            _ => true,
        };
        ids.extend(needs_request.then_some(id));
    }
    let mut others = Vec::new();
    let end = if ids.is_empty() {
        session.keep_mark(context)?;
        End::Settled
    } else {
        let waiting = session.wait(session.operations.store.publications(Query::Open))?.into_iter();
        others.extend(waiting.filter(|other| other.state != State::Published));
        send(session, client, &ids, wait, context)?
    };
    for &OrderedPublication { id, action } in ordered {
        let publication = session.wait(session.operations.publication(id))?;
        delivery_report::print(session, &publication, action, &end, context)?;
    }
    // Other posts that were due have been published too.
    let now = context.clock.now();
    others.retain(|other| other.due_at <= now && ordered.iter().all(|known| known.id != other.id));
    for other in others {
        let publication = session.wait(session.operations.publication(other.id))?;
        if publication.state == State::Published {
            delivery_report::print(session, &publication, PlanAction::Create, &end, context)?;
        }
    }
    report_stop(&end, context)
}

/// Makes the changes of these publications, or waits while another process makes them; reports only why nothing can be sent.
pub(super) fn make_changes(
    session: &CliSession,
    client: &Client,
    ids: &[PublicationId],
    wait: &WaitArguments,
    context: &mut CliContext<'_>,
) -> Result {
    let end = send(session, client, ids, wait, context)?;
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

fn send(
    session: &CliSession,
    client: &Client,
    ids: &[PublicationId],
    wait: &WaitArguments,
    context: &mut CliContext<'_>,
) -> Result<End> {
    session.bind(client, context)?;
    session.wait(serve::clock::check(&session.operations, client, context.clock.now()))?;
    print_blockers(session, ids, context)?;
    let progress = context.can_ask.then(|| progress(session, ids)).transpose()?;
    let (columns, clock, err) = (context.terminal.columns, context.clock, &mut context.err);
    let config = &session.operations.newsroom.config;
    let tell = |event: &PublicationEvent<'_>| {
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
        tell: &tell,
        wake: std::sync::Arc::default(),
        last_request: std::sync::Arc::default(),
        uploads: Uploads::through(session.operations.upload_chat()),
        ending: std::sync::Arc::default(),
    };
    let awaited = with_release_groups(session, ids, clock.now())?;
    let (stopper, stop) = watch::channel(StopMode::Not);
    let patience = config.recovery.send_timeout + limits::STOPS_WITHIN;
    let interrupts = publisher::stop_in_time(super::interrupted, &stopper, patience, || {});
    let end = session.wait(async {
        let mut interrupted = stop.clone();
        let work = async {
            let patience = Patience { began: time::Instant::now(), wait: wait.wait };
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
                () = time::sleep(patience.left()) => return Ok(End::TimeOver),
            }
            serve::reopen(&session.operations, client, clock.now()).await?;
            let end = publisher.run(Until::Settled(&awaited, patience.left()), stop).await;
            let keep = staging_mark::keep(&session.operations, client, clock.now());
            tokio::select! {
                kept = staging_mark::within_patience(keep) => kept?,
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
struct Patience {
    began: time::Instant,
    wait: Duration,
}

impl Patience {
    fn left(&self) -> Duration {
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
        if let Some(end) = follow(session, ids, progress).await? {
            return Ok(Some(end));
        }
        let left = patience.left();
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
) -> Result<Option<End>, StoreError> {
    let mut settled = true;
    let channels = session.operations.store.channels().await?;
    let waiting = session.operations.store.publications(Query::Open).await?;
    let is_paused =
        |chat| channels.iter().any(|channel| channel.chat == chat && channel.paused.is_some());
    for id in ids {
        for publication in &session.operations.store.publications(Query::Id(*id)).await? {
            if let Some(progress) = progress {
                progress.note(publication);
            }
            let open = if publication.together.waits() {
                session.operations.store.publications(Query::Post(publication.post.clone())).await?
            } else {
                Vec::new()
            };
            let blocker = status::blocker(publication, waiting.iter());
            settled &= publisher::needs_order(publication)
                || blocker.is_some_and(status::needs_operator)
                || is_paused(publication.chat)
                || publisher::waits_for_others(publication, &open, &channels);
        }
    }
    if settled {
        return Ok(Some(End::Settled));
    }
    Ok(session.operations.store.journal().await?.stopped.map(End::Shut))
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
            "warning: `telepress serve` is not running here, and scheduled posts are published only while it runs"
        )?;
    }
    Ok(())
}
