//! The result of each order: a line on stdout for what was done, or on stderr the reason why it was not.

use super::Result;
use super::session::CliSession;
use crate::cli_context::{CliContext, line};
use crate::exit::Exit;
use crate::outbox::{
    ChangeState, Channel, HoldReason, Part, PartState, Publication, Refusal, State,
};
use crate::plan::PlanAction;
use crate::status::{self, PostStatus};
use crate::store::Query;

fn is_being_changed(part: &Part) -> bool {
    part.change.as_ref().is_some_and(|change| !change.kind.is_pin())
}

/// Why nothing is sent to the channel, and what to do about it.
fn refusal(session: &CliSession, publication: &Publication) -> Result<Option<String>> {
    let channels = session.wait(session.operations.store.channels())?;
    let channel = channels.into_iter().find(|channel| channel.chat == publication.chat);
    let Some(Channel { paused: Some(why), refused, .. }) = channel else { return Ok(None) };
    let name = session.operations.name_of(publication.chat);
    // A channel that is not in the config can only be resumed with all others.
    let is_named = session.operations.newsroom.config.channel(&name).is_some();
    let resume = if is_named { format!("resume {name}") } else { "resume".to_owned() };
    Ok(Some(if refused {
        format!(
            "{why}; the post waits: `telepress doctor` shows the bot's rights there, `telepress {resume}` tries again"
        )
    } else {
        format!("the channel is paused by {why}; `telepress {resume}` resumes it")
    }))
}

pub(super) fn print(
    session: &CliSession,
    publication: &Publication,
    action: PlanAction,
    context: &mut CliContext<'_>,
) -> Result {
    let standing = session.operations.post_status(publication);
    let channel = &standing.channel;
    let post = &standing.post;
    let chat = session.operations.address_of(publication);
    let ids = publication.parts.iter().flat_map(|part| part.state.message_ids());
    let in_conflict = publication.parts.iter().any(|part| {
        part.change
            .as_ref()
            .is_some_and(|change| matches!(change.state, ChangeState::Conflict { .. }))
    });
    let verb = if action == PlanAction::Edit { "edited" } else { "sent" };
    match action {
        PlanAction::Schedule => {
            let zone = &standing.zone;
            let when = publication.due_at.to_zoned_datetime(zone.clone());
            line!(
                context.out,
                "scheduled {} in {channel} for {} ({})",
                standing.post,
                when.strftime("%a %F %H:%M %Q"),
                publication.due_at.strftime("%F %H:%MZ")
            )?;
            return Ok(());
        }
        PlanAction::Cancel if status::is_unfinished(publication) => {}
        PlanAction::Cancel if publication.state == State::Published => {
            line!(context.out, "kept {} in {channel}", standing.post)?;
            return Ok(());
        }
        PlanAction::Cancel => {
            line!(context.out, "cancelled {} in {channel}", standing.post)?;
        }
        PlanAction::Delete | PlanAction::Edit if publication.sent() == 0 => {
            line!(context.out, "deleted {} in {channel}", standing.post)?;
        }
        // A deletion that was not made is reported below.
        PlanAction::Delete => {}
        PlanAction::Edit if in_conflict || publication.parts.iter().any(is_being_changed) => {}
        _ => {
            for id in ids {
                match chat.link(*id) {
                    Some(link) => line!(context.out, "{verb} {post} in {channel}: {link}")?,
                    None => line!(context.out, "{verb} {post} in {channel}: message {id}")?,
                }
            }
        }
    }
    let exit = match &publication.state {
        _ if in_conflict => Exit::Waiting,
        State::Published | State::Cancelled { .. } | State::Superseded { .. } => {
            if status::is_unfinished(publication) {
                Exit::Waiting
            } else {
                Exit::Done
            }
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
        context.ends(exit);
        let channels = session.wait(session.operations.store.channels())?;
        let stopped = session.wait(session.operations.store.journal())?.stopped;
        let (stopped, now) = (stopped.as_ref(), context.clock.now());
        let around = status::SendBlockers { channels: &channels, stopped, all: &[], now };
        let standing = standing.among(publication, &around);
        print_reason(session, publication, standing, context)?;
    }
    Ok(())
}

fn print_reason(
    session: &CliSession,
    publication: &Publication,
    standing: PostStatus,
    context: &mut CliContext<'_>,
) -> Result {
    let channel = &standing.channel;
    let total = publication.parts.len();
    let progress =
        if total > 1 { format!(" ({}/{total} sent)", publication.sent()) } else { String::new() };
    let refusal = match &publication.state {
        State::Held { held: HoldReason::Channel } | State::Published => {
            refusal(session, publication)?
        }
        State::Scheduled | State::Due => {
            let waiting = session.wait(session.operations.store.publications(Query::Open))?;
            let blocker = status::blocker(publication, waiting.iter());
            refusal(session, publication)?.or(blocker.map(status::blocker_reason))
        }
        _ => None,
    };
    let why = refusal.or(standing.reason).unwrap_or_else(|| {
        format!("the post is {} and stays in the queue; `telepress queue` shows it", standing.state)
    });
    line!(context.err, "error: {channel}{progress}: {why}")?;
    // A refusal that telepress does not know may have nothing to do with the file.
    let is_unlisted = publication
        .parts
        .iter()
        .any(|part| matches!(part.state, PartState::Failed { refusal: Refusal::Unlisted, .. }));
    if let Some(place) = session.operations.place(publication).filter(|_| !is_unlisted) {
        line!(context.err, " --> {place}")?;
    }
    Ok(())
}
