//! `telepress status` and `telepress queue`: show the states of posts.

use std::collections::BTreeSet;

use clap::Args;

use super::Result;
use super::session::CliSession;
use super::{DataFormat, ListingArguments, json};
use crate::cli_context::{CliContext, line};
use crate::config::Channel;
use crate::explain::counted;
use crate::ids::PostId;
use crate::outbox::{Publication, StopReason};
use crate::status::{self, pause::refused};
use crate::store::{Access, Query};

#[derive(Debug, Args)]
pub(super) struct StatusArguments {
    /// The ids of the posts [default: all posts]
    #[arg(value_name = "POST")]
    chosen: Vec<String>,
    /// Only this channel [default: all channels]
    #[arg(long, value_name = "CHANNEL", allow_negative_numbers = true)]
    channel: Option<String>,
    #[command(flatten)]
    listing: ListingArguments,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum StatusScope {
    All,
    /// Only publications that are not finished.
    Waiting,
}

pub(super) fn execute(
    typed: &StatusArguments,
    listed: StatusScope,
    context: &mut CliContext<'_>,
) -> Result {
    let session = CliSession::take(Access::Read, context)?;
    let channel = session.channel(typed.channel.as_deref())?;
    let posts =
        typed.chosen.iter().map(|post| session.post(post)).collect::<Result<Vec<_>, _>>()?;
    let wanted = match listed {
        StatusScope::All => Query::All,
        StatusScope::Waiting => Query::Open,
    };
    let publications = session.wait(session.operations.store.publications(wanted))?;
    let now = context.clock.now();
    let mut shown = status::listed(&publications);
    shown.retain(|publication| {
        (posts.is_empty() || posts.contains(&publication.post))
            && channel.is_none_or(|channel| session.operations.is_in(publication, channel))
            && (listed == StatusScope::All || status::is_open(publication))
    });
    // A cancelled post is not among the open ones, and another one may wait for it.
    let linked = shown.iter().flat_map(|publication| status::referenced_posts(publication));
    let linked: BTreeSet<_> = linked.filter(|_| listed == StatusScope::Waiting).collect();
    let mut with_linked = Vec::new();
    for post in linked {
        with_linked.extend(session.wait(session.operations.store.publications(Query::Post(post)))?);
    }
    if !with_linked.is_empty() {
        with_linked.extend_from_slice(&publications);
    }
    let channels = session.wait(session.operations.store.channels())?;
    let stopped = session.wait(session.operations.store.journal())?.stopped;
    let failures = session.wait(session.operations.last_failures(&shown, now))?;
    let around = status::SendBlockers {
        failures: &failures,
        channels: &channels,
        stopped: stopped.as_ref(),
        all: if with_linked.is_empty() { &publications } else { &with_linked },
        now,
    };
    let status = |publication: &Publication| {
        let target = session.operations.target(publication);
        session.operations.post_status(publication).with_blocker(publication, &target, &around)
    };
    let statuses: Vec<_> = shown.into_iter().map(status).collect();
    if typed.listing.format == DataFormat::Json {
        json(&statuses, context)?;
        return Ok(());
    }
    let look = typed.listing.look(context);
    context.out.styled(&status::draw(&statuses, look))?;
    if typed.listing.quiet {
        return Ok(());
    }
    if typed.chosen.is_empty() {
        if statuses.is_empty() {
            let place = channel.map(|channel| format!(" in {}", channel.name)).unwrap_or_default();
            match listed {
                StatusScope::All => {
                    line!(context.err, "no post has been published or scheduled{place} yet")?;
                }
                StatusScope::Waiting => line!(context.err, "no post is waiting{place}")?,
            }
        }
        count_unseen(&session, context)?;
    }
    for post in &posts {
        if statuses.iter().all(|status| status.post != post.as_str()) {
            print_absent(post, channel, listed, &session, context)?;
        }
    }
    warn_of_pauses(&session, context)?;
    Ok(())
}

/// Explains why a chosen post is not in the list.
fn print_absent(
    post: &PostId,
    channel: Option<&Channel>,
    listed: StatusScope,
    session: &CliSession,
    context: &mut CliContext<'_>,
) -> Result {
    let place = channel.map(|channel| format!(" in {}", channel.name)).unwrap_or_default();
    let in_journal =
        session.wait(session.operations.store.publications(Query::Post(post.clone())))?;
    if in_journal.is_empty() && !session.operations.newsroom.ids().contains(post) {
        line!(context.err, "there is no post `{post}`")?;
    } else if listed == StatusScope::Waiting {
        line!(context.err, "`{post}` is not waiting{place}")?;
    } else {
        line!(context.err, "`{post}` has not been published or scheduled{place} yet")?;
    }
    Ok(())
}

/// Prints how many posts have files and are not in the journal.
fn count_unseen(session: &CliSession, context: &mut CliContext<'_>) -> Result {
    let in_journal = session.wait(session.operations.store.publications(Query::Outline))?;
    let in_journal: BTreeSet<_> = in_journal.iter().map(|publication| &publication.post).collect();
    // `check` reports a folder that cannot be listed.
    let Ok(posts) = session.operations.newsroom.posts() else { return Ok(()) };
    let unseen = posts.iter().filter(|post| !in_journal.contains(post)).count();
    if unseen > 0 {
        let (verb, them) = if unseen == 1 { ("is", "it") } else { ("are", "them") };
        line!(
            context.err,
            "{} {verb} not published or scheduled yet; `telepress list` shows {them}",
            counted(unseen, "post")
        )?;
    }
    Ok(())
}

/// Warns if publishing is stopped, everywhere or in a channel.
pub(super) fn warn_of_pauses(session: &CliSession, context: &mut CliContext<'_>) -> Result {
    let journal = session.wait(session.operations.store.journal())?;
    match journal.stopped {
        Some(StopReason::Paused(why)) => {
            line!(context.err, "{why} paused everything; `telepress resume` resumes publishing")?;
        }
        Some(StopReason::Refused(why)) => line!(
            context.err,
            "Telegram refuses the bot: {why}; fix the token, then run `telepress resume`"
        )?,
        Some(StopReason::Restored(why)) => line!(
            context.err,
            "the journal may not know what was sent: {why}; run `telepress resolve --after-restore`"
        )?,
        None => {}
    }
    let channels = session.wait(session.operations.store.channels())?;
    let paused: Vec<_> = channels.iter().filter(|channel| channel.paused.is_some()).collect();
    if paused.is_empty() {
        return Ok(());
    }
    let open = session.wait(session.operations.store.publications(Query::Open))?;
    for channel in paused {
        let why = channel.paused.as_deref().unwrap_or_default();
        let name = session.operations.name_of(channel.destination);
        let resume = if name.starts_with('-') {
            format!("resume -- {name}")
        } else {
            format!("resume {name}")
        };
        let is_left = session.operations.is_left(channel);
        if is_left {
            let is_there = |one: &&Publication| one.destination() == channel.destination;
            let waiting = open.iter().filter(is_there).count();
            if waiting > 0 {
                line!(
                    context.err,
                    "{name} is paused and not in the config any more; `telepress {resume}` resumes it for {}",
                    counted(waiting, "publication")
                )?;
            }
        } else if channel.refused {
            let text = refused(channel.refusal, why, &resume);
            line!(context.err, "channel {name} is paused: {}; {}", text.why, text.hint)?;
        } else {
            line!(context.err, "{why} paused channel {name}; `telepress {resume}` resumes it")?;
        }
    }
    Ok(())
}
