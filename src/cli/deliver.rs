//! Sends what was ordered, or follows whoever does, and says what became of it.

use std::time::Duration;

use clap::Args;
use jiff::SignedDuration;
use tokio::sync::watch;
use tokio::time;

use super::desk::Seat;
use super::progress::Progress;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::limits;
use crate::newsroom::Newsroom;
use crate::outbox::{ChangeState, Held, Publication, PublicationId, State};
use crate::plan::Action;
use crate::publisher::{self, End, Pacing, Publisher, Stop, Told, Until};
use crate::serve::{self, staging_mark};
use crate::status;
use crate::store::{Lock, Stopped, StoreFault, Wanted};
use crate::telegram::{Client, ClientOptions, credentials};
use crate::world::{World, line};

/// How long `apply` and its like wait, if nobody says otherwise.
const PATIENCE: &str = "5m";

/// How often the journal is looked at while somebody else publishes.
const LOOK: Duration = Duration::from_millis(100);

#[derive(Debug, Args)]
pub(super) struct WaitArguments {
    /// How long to wait for what Telegram asks to wait for; what is left then stays in the queue
    #[arg(long, value_name = "TIME", default_value = PATIENCE, value_parser = time_of)]
    wait: Duration,
}

fn time_of(typed: &str) -> Result<Duration, String> {
    let time = typed.parse::<SignedDuration>().ok().and_then(|time| Duration::try_from(time).ok());
    time.ok_or_else(|| "write a number and its unit, such as 30s or 5m".to_owned())
}

/// The way to Telegram that the config and the environment name.
pub(super) fn client(newsroom: &Newsroom, world: &World<'_>) -> Result<Client, Failure> {
    let config = &newsroom.config;
    let token = credentials::token(world.environment)?;
    let options =
        ClientOptions { total_timeout: config.recovery.send_timeout, ..ClientOptions::default() };
    Ok(Client::new(token, config.bot.api_url.as_ref(), options)?)
}

/// What was ordered of a publication.
pub(super) struct Ordered {
    pub(super) id: PublicationId,
    pub(super) action: Action,
}

/// Sends what was ordered, or follows whoever publishes here, and says what became of it.
pub(super) fn deliver(
    seat: &Seat,
    client: &Client,
    ordered: &[Ordered],
    wait: &WaitArguments,
    world: &mut World<'_>,
) -> Result<Exit, Failure> {
    let ids: Vec<_> = ordered
        .iter()
        .filter(|ordered| ordered.action != Action::Schedule)
        .map(|ordered| ordered.id)
        .collect();
    let end = if ids.is_empty() {
        seat.keep_mark(world)?;
        End::Settled
    } else {
        send(seat, client, &ids, wait, world)?
    };
    let mut exit = Exit::Done;
    for one in ordered {
        let publication = seat.wait(seat.desk.publication(one.id))?;
        exit = exit.and(tell(seat, &publication, one.action, world)?);
    }
    if let End::Shut(why) = &end {
        world.err.error(&why, shut_hint(why))?;
        exit =
            exit.and(if matches!(why, Stopped::Refused(_)) { Exit::Usage } else { Exit::Waiting });
    }
    Ok(exit)
}

pub(super) fn shut_hint(why: &Stopped) -> &'static str {
    match why {
        Stopped::Paused(_) => "`telepress resume` lets it go on",
        Stopped::Refused(_) => "check the token and the server's address, then `telepress resume`",
        Stopped::Restored(_) => "`telepress resolve --after-restore`",
    }
}

fn send(
    seat: &Seat,
    client: &Client,
    ids: &[PublicationId],
    wait: &WaitArguments,
    world: &mut World<'_>,
) -> Result<End, Failure> {
    seat.bind(client, world)?;
    for id in ids {
        let publication = seat.wait(seat.desk.publication(*id))?;
        let waiting = seat.wait(seat.desk.store.publications(Wanted::Open))?;
        // Where a person has to decide, the command ends with that.
        let looked_for = status::blocker(&publication, waiting.iter());
        if let Some(by) = looked_for.filter(|by| !status::needs_word(by)) {
            line!(world.err, "{}: {}", publication.channel, status::blocked(by))?;
        }
    }
    let progress = if world.can_ask { progress(seat, ids)? } else { None };
    let (columns, clock, err) = (world.screen.columns, world.clock, &mut world.err);
    let config = &seat.desk.newsroom.config;
    let tell = |told: &Told<'_>| {
        if let Some(progress) = &progress {
            progress.note(told.publication);
        }
        if let Some(detail) = told.detail {
            log::info!("{} to {}: {}", told.publication.post, told.publication.channel, detail);
        }
    };
    let publisher = Publisher {
        store: seat.desk.store.clone(),
        gateway: client,
        files: None,
        clock,
        policy: seat.desk.policy(),
        pacing: Pacing { channel: config.pacing.channel, bot: config.pacing.bot },
        staging: config.recovery.staging_chat,
        link: &|known, id| seat.desk.link(known, id),
        tell: &tell,
        wake: std::sync::Arc::default(),
        beat: std::sync::Arc::default(),
    };
    let (stopper, stop) = watch::channel(Stop::Not);
    let interrupts = async {
        super::interrupted().await;
        stopper.send_replace(Stop::Soon);
        super::interrupted().await;
        stopper.send_replace(Stop::Now);
        std::future::pending::<()>().await;
    };
    let end = seat.wait(async {
        let work = async {
            let end = match seat.desk.begin(clock.now()).await? {
                Lock::Taken { .. } => {
                    let mut interrupted = stop.clone();
                    tokio::select! {
                        compared = staging_mark::until_compared(&seat.desk, client, clock) => compared?,
                        _ = interrupted.wait_for(|stop| *stop != Stop::Not) => return Ok(End::Stopped),
                        () = time::sleep(wait.wait) => return Ok(End::TimeOver),
                    }
                    serve::reopen(&seat.desk, client, clock.now()).await?;
                    let end = publisher.run(Until::Settled(ids, wait.wait), stop).await;
                    tokio::select! {
                        kept = staging_mark::keep(&seat.desk, client, clock.now()) => kept?,
                        _ = interrupted.wait_for(|stop| *stop != Stop::Not) => {}
                        () = time::sleep(limits::STAGING_MARK_PATIENCE) => {}
                    }
                    end
                }
                Lock::Held { .. } => follow(seat, ids, wait.wait, progress.as_ref()).await,
            };
            end.map_err(Failure::from)
        };
        let shown = async {
            if let Some(progress) = &progress {
                // Where nobody can read it any more, what was begun goes on all the same.
                let _ = progress.show::<()>(err, columns).await;
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
        Progress::clear(&mut world.err)?;
    }
    end
}

/// How far these are, where there is enough of it to be shown.
fn progress(seat: &Seat, ids: &[PublicationId]) -> Result<Option<Progress>, Failure> {
    let publications = ids.iter().map(|id| seat.wait(seat.desk.publication(*id)));
    Ok(Progress::of(&publications.collect::<Result<Vec<_>, _>>()?))
}

/// Waits until whoever publishes here has done it.
async fn follow(
    seat: &Seat,
    ids: &[PublicationId],
    patience: Duration,
    progress: Option<&Progress>,
) -> Result<End, StoreFault> {
    let began = time::Instant::now();
    loop {
        let mut settled = true;
        for id in ids {
            let found = seat.desk.store.publications(Wanted::Id(*id)).await?;
            let channels = seat.desk.store.channels().await?;
            let waiting = seat.desk.store.publications(Wanted::Open).await?;
            let channel = |chat| channels.iter().find(|channel| channel.chat == chat);
            let is_paused = |chat| channel(chat).is_some_and(|channel| channel.paused.is_some());
            for one in &found {
                if let Some(progress) = progress {
                    progress.note(one);
                }
                let open = if one.together.waits() {
                    seat.desk.store.publications(Wanted::Post(&one.post)).await?
                } else {
                    Vec::new()
                };
                let blocker = status::blocker(one, waiting.iter());
                settled &= publisher::has_settled(one)
                    || blocker.is_some_and(status::needs_word)
                    || is_paused(one.chat)
                    || publisher::waits_for_others(one, &open, &channels);
            }
        }
        if settled {
            return Ok(End::Settled);
        }
        if let Some(why) = seat.desk.store.journal().await?.stopped {
            return Ok(End::Shut(why));
        }
        if began.elapsed() >= patience {
            return Ok(End::TimeOver);
        }
        time::sleep(LOOK).await;
    }
}

/// Warns where nobody publishes what is on the schedule.
pub(super) fn warn_unless_served(seat: &Seat, world: &mut World<'_>) -> Result<(), Failure> {
    if let Lock::Taken { .. } = seat.wait(seat.desk.begin(world.clock.now()))? {
        line!(
            world.err,
            "warning: no `telepress serve` is running here, and nothing is published by itself until one does"
        )?;
    }
    Ok(())
}

/// Why the channel refuses the bot, in Telegram's words.
fn refusal(seat: &Seat, publication: &Publication) -> Result<Option<String>, Failure> {
    let channels = seat.wait(seat.desk.store.channels())?;
    let words = channels.into_iter().find(|known| known.chat == publication.chat);
    let name = &publication.channel;
    Ok(words.and_then(|known| known.paused).map(|words| {
        format!(
            "{words}; the post waits: see to the bot's rights there, then `telepress resume {name}`"
        )
    }))
}

/// Says what became of a publication, and how the run ends for it.
pub(super) fn tell(
    seat: &Seat,
    publication: &Publication,
    action: Action,
    world: &mut World<'_>,
) -> Result<Exit, Failure> {
    let standing = seat.desk.standing(publication);
    let channel = &standing.channel;
    let chat = seat.desk.address_of(publication);
    let ids = publication.parts.iter().flat_map(|part| part.state.message_ids());
    let in_conflict = publication.parts.iter().any(|part| {
        part.change
            .as_ref()
            .is_some_and(|change| matches!(change.state, ChangeState::Conflict { .. }))
    });
    let verb = if action == Action::Edit { "edited" } else { "sent" };
    match action {
        Action::Schedule => {
            let zone = &standing.zone;
            let when = publication.due_at.to_zoned_datetime(zone.clone());
            line!(
                world.out,
                "scheduled {} in {channel} for {} ({})",
                standing.post,
                when.strftime("%a %F %H:%M %Q"),
                publication.due_at.strftime("%F %H:%MZ")
            )?;
            return Ok(Exit::Done);
        }
        Action::Delete if publication.sent() == 0 => {
            line!(world.out, "deleted {} in {channel}", standing.post)?;
        }
        Action::Edit if in_conflict => {}
        _ => {
            for id in ids {
                match chat.link(*id) {
                    Some(link) => line!(world.out, "{verb} {channel} {link}")?,
                    None => line!(world.out, "{verb} {channel} message {id}")?,
                }
            }
        }
    }
    let exit = match &publication.state {
        _ if in_conflict => Exit::Waiting,
        State::Published | State::Cancelled { .. } | State::Superseded { .. } => {
            if status::waits(publication) { Exit::Waiting } else { Exit::Done }
        }
        State::Failed { .. } => Exit::Findings,
        State::Scheduled
        | State::Due
        | State::Publishing
        | State::Held { .. }
        | State::Uncertain
        | State::Cancelling { .. } => Exit::Waiting,
    };
    if exit != Exit::Done {
        let total = publication.parts.len();
        let progress = if total > 1 {
            format!(" ({}/{total} sent)", publication.sent())
        } else {
            String::new()
        };
        let refusal = match &publication.state {
            State::Held { held: Held::Channel } => refusal(seat, publication)?,
            State::Scheduled | State::Due => {
                let waiting = seat.wait(seat.desk.store.publications(Wanted::Open))?;
                let blocker = status::blocker(publication, waiting.iter());
                refusal(seat, publication)?.or(blocker.map(status::blocked))
            }
            _ => None,
        };
        let why = refusal.or(standing.reason).unwrap_or_else(|| {
            format!(
                "it is {} and stays in the queue; `telepress queue` lists what waits",
                standing.state
            )
        });
        line!(world.err, "error: {channel}{progress}: {why}")?;
        if let Some(place) = seat.desk.place(publication) {
            line!(world.err, " --> {place}")?;
        }
    }
    Ok(exit)
}
