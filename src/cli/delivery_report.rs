//! The result of each order: a line on stdout for what was done, or on stderr the reason why it was not.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::Result;
use super::ordered_changes::OrderedChanges;
use super::session::CliSession;
use crate::cli_context::{CliContext, line};
use crate::exit::Exit;
use crate::explain::counted;
use crate::outbox::{
    ChangeState, Channel, HoldReason, Part, PartState, Publication, Refusal, State,
};
use crate::plan::PlanAction;
use crate::publisher::End;
use crate::schedule;
use crate::status::{self, PostStatus, pause};
use crate::store::Query;

fn is_being_changed(part: &Part) -> bool {
    part.change.as_ref().is_some_and(|change| change.kind.is_revision())
}

/// Why nothing is sent to the channel, and what to do about it.
fn refusal(session: &CliSession, publication: &Publication) -> Result<Option<String>> {
    let channels = session.wait(session.operations.store.channels())?;
    let channel =
        channels.into_iter().find(|channel| channel.destination == publication.destination());
    let Some(Channel { paused: Some(why), refused, refusal, .. }) = channel else {
        return Ok(None);
    };
    let name = session.operations.name_of(publication.destination());
    // A channel that is not in the config can only be resumed with all others.
    let is_named = session.operations.newsroom.config.channel(&name).is_some();
    let resume = if is_named { format!("resume {name}") } else { "resume".to_owned() };
    let is_published = publication.state == State::Published;
    let sends = if is_published { "makes the change" } else { "sends the post" };
    if refusal.is_some_and(Refusal::needs_person) {
        let text = pause::refused(refusal, &why, &resume);
        return Ok(Some(format!("the channel is paused: {}; {}", text.why, text.hint)));
    }
    Ok(Some(if refused {
        format!(
            "Telegram refuses the bot in the channel ({why}); give it its rights back (`telepress doctor` shows them), then run `telepress {resume}`: `serve` or `telepress apply` then {sends}"
        )
    } else {
        format!("the channel is paused by {why}; `telepress {resume}` resumes it")
    }))
}

/// What was done with the messages that have a link.
fn verb(action: PlanAction, state: &State) -> &'static str {
    match (action, state) {
        (PlanAction::Edit, _) => "edited",
        (_, State::Published) => "published",
        _ => "sent a part of",
    }
}

pub(super) fn print(
    session: &CliSession,
    publication: &Publication,
    action: PlanAction,
    changes: &OrderedChanges,
    end: &End,
    context: &mut CliContext<'_>,
) -> Result {
    let shown = session.operations.post_status(publication);
    let channel = &shown.place();
    let post = &shown.post;
    let in_conflict = publication.parts.iter().any(|part| {
        part.change
            .as_ref()
            .is_some_and(|change| matches!(change.state, ChangeState::Conflict { .. }))
    });
    // Another process may have changed the order meanwhile, and the command never ends without a line about it.
    let mut is_reported = true;
    match action {
        PlanAction::Schedule if publication.is_comments() => {
            line!(context.out, "the comments of {post} in {} follow the post", shown.channel)?;
            return Ok(());
        }
        PlanAction::Schedule => {
            let zone = &shown.zone;
            let utc = schedule::beside_utc(publication.due_at, zone);
            line!(
                context.out,
                "scheduled {post} in {channel} for {}{utc}",
                schedule::shown_with_day(publication.due_at, zone),
            )?;
            return Ok(());
        }
        PlanAction::Cancel if status::is_unfinished(publication) => is_reported = false,
        PlanAction::Cancel if publication.state == State::Published => {
            line!(
                context.out,
                "{post} in {channel}: the waiting change was dropped, so the message stays as it is"
            )?;
            return Ok(());
        }
        PlanAction::Cancel => {
            line!(context.out, "cancelled {post} in {channel}")?;
        }
        PlanAction::Delete | PlanAction::Edit if publication.sent_count() == 0 => {
            line!(context.out, "deleted {post} from {channel}")?;
        }
        PlanAction::Delete => is_reported = false,
        PlanAction::Edit if in_conflict || publication.parts.iter().any(is_being_changed) => {
            is_reported = false;
        }
        PlanAction::Edit if !changes.is_empty() => {
            print_edits(session, publication, changes, context)?;
        }
        _ => {
            // An album is one part.
            let messages = publication.parts.iter().map(|part| part.state.message_ids());
            let first: Vec<_> = messages.filter_map(|ids| ids.first().copied()).collect();
            let verb = verb(action, &publication.state);
            print_links(session, publication, verb, &first, context)?;
            is_reported =
                !first.is_empty() && !matches!(publication.state, State::Cancelled { .. });
        }
    }
    let exit = match exit(publication, in_conflict) {
        Exit::Done if !is_reported => Exit::Waiting,
        exit => exit,
    };
    if exit != Exit::Done {
        context.ends(exit);
        let channels = session.wait(session.operations.store.channels())?;
        let stopped = session.wait(session.operations.store.journal())?.stopped;
        let (stopped, now) = (stopped.as_ref(), context.clock.now());
        let mut linked = Vec::new();
        for post in status::referenced_posts(publication) {
            linked.extend(session.wait(session.operations.store.publications(Query::Post(post)))?);
        }
        let failures = &session.wait(session.operations.last_failures(&[publication], now))?;
        let around =
            status::SendBlockers { channels: &channels, stopped, all: &linked, failures, now };
        let shown =
            shown.with_blocker(publication, &session.operations.target(publication), &around);
        print_reason(session, publication, shown, end, context)?;
    }
    Ok(())
}

fn exit(publication: &Publication, in_conflict: bool) -> Exit {
    match &publication.state {
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
    }
}

/// A line with a link for each of these messages.
fn print_links(
    session: &CliSession,
    publication: &Publication,
    verb: &str,
    ids: &[i64],
    context: &mut CliContext<'_>,
) -> Result {
    let shown = session.operations.post_status(publication);
    let (post, channel) = (&shown.post, shown.place());
    let address = session.operations.address_of(publication);
    for id in ids {
        match address.link(*id) {
            Some(link) => line!(context.out, "{verb} {post} in {channel}: {link}")?,
            None => line!(context.out, "{verb} {post} in {channel}: message {id}")?,
        }
    }
    Ok(())
}

/// The messages that were edited, added and deleted.
fn print_edits(
    session: &CliSession,
    publication: &Publication,
    changes: &OrderedChanges,
    context: &mut CliContext<'_>,
) -> Result {
    print_links(session, publication, "edited", &changes.edited, context)?;
    let added = changes
        .unsent
        .iter()
        .filter_map(|number| publication.parts.get(*number)?.state.message_ids().first().copied());
    print_links(session, publication, "published", &added.collect::<Vec<_>>(), context)?;
    if changes.deleted > 0 {
        let shown = session.operations.post_status(publication);
        let messages = counted(changes.deleted, "message");
        line!(context.out, "deleted {messages} of {} from {}", shown.post, shown.place())?;
    }
    Ok(())
}

/// `08:00 UTC`.
pub(super) fn clock_time(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned_datetime(zone.clone()).strftime("%H:%M:%S %Z").to_string()
}

fn print_reason(
    session: &CliSession,
    publication: &Publication,
    shown: PostStatus,
    end: &End,
    context: &mut CliContext<'_>,
) -> Result {
    let (post, channel) = (shown.post.clone(), shown.place());
    let total = publication.parts.len();
    let progress = if total > 1 {
        format!(" ({}/{total} sent)", publication.sent_count())
    } else {
        String::new()
    };
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
    let now = context.clock.now();
    let waits_for_copy = session.wait(session.operations.waits_for_copy(publication, now))?;
    let copy = waits_for_copy.map(|until| {
        let until = clock_time(until, &shown.zone);
        format!(
            "the copy of the post is not in the discussion group yet; if it appears by {until}, `serve` or the next `telepress apply` publishes the comments"
        )
    });
    let why = refusal.or(copy).or(shown.reason).unwrap_or_else(|| {
        let why = match end {
            End::TimeOver => "the time set with `--wait` has run out".to_owned(),
            End::Stopped => "the command was interrupted".to_owned(),
            End::Shut(why) => why.to_string(),
            _ if publication.state.is_terminal() => {
                return format!(
                    "its state has changed meanwhile; `telepress status {post}` shows it"
                );
            }
            End::Settled => {
                return "it is still in the queue; `telepress queue` shows it".to_owned();
            }
        };
        format!("it is still in the queue: {why}; `telepress queue` shows it")
    });
    line!(context.err, "error: `{post}` in {channel}{progress}: {why}")?;
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
