//! A post and its channels, read and enqueued: the part that `publish` and `schedule` share.

use super::Result;
use super::chats;
use super::deliver::OrderedPublication;
use super::selection::{self, PostArguments};
use super::session::{self, CliSession};
use crate::cli_context::{CliContext, line};
use crate::cli_error::CliError;
use crate::exit::Exit;
use crate::operations::{self, EnqueueResult, RequestedTime, destination_of};
use crate::outbox::Publication;
use crate::plan::{Desired, EnqueueRefusal, PlanAction, Reason, ResendPolicy};
use crate::store::Query;
use crate::telegram::Client;

pub(super) struct PublishRequest {
    pub(super) client: Client,
    /// The post in each of its channels, or in the named one; only channels whose chat id is known.
    pub(super) wanted: Vec<Desired>,
}

pub(super) fn read(
    typed: &PostArguments,
    session: &CliSession,
    context: &mut CliContext<'_>,
) -> Result<PublishRequest> {
    let now = context.clock.now();
    let (id, file) = selection::one_post(&typed.post, &session.operations.newsroom, now)?;
    let chosen = session.channel(typed.channel.as_deref())?;
    let mut wanted = match operations::desired_posts(&session.operations.newsroom, &file) {
        Ok(wanted) => wanted,
        Err(report) => return Err(selection::refused(&report, context)?),
    };
    let names: Vec<_> = wanted.iter().map(|desired| desired.channel.name.clone()).collect();
    wanted.retain(|desired| chosen.is_none_or(|chosen| chosen.name == desired.channel.name));
    if let (true, Some(chosen)) = (wanted.is_empty(), chosen) {
        let names: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
        return Err(CliError::usage(
            format!("`{id}` does not go to channel `{}`", chosen.name),
            format!("it goes to {}", names.join(", ")),
        ));
    }
    if let Some(draft) = wanted.iter().find(|desired| desired.draft) {
        return Err(CliError::stopped(
            Exit::Findings,
            format!("`{id}` is a draft for {}, and drafts are not published", draft.channel.name),
            "remove `draft = true` from the file",
        ));
    }
    let client = session::client(&session.operations.newsroom, context)?;
    let channels: Vec<_> = wanted.iter().map(|desired| desired.channel.clone()).collect();
    let chats = chats::find(session, &client, channels.iter().map(AsRef::as_ref), context)?;
    for desired in &mut wanted {
        desired.destination = destination_of(&desired.channel, &chats);
    }
    wanted.retain(|desired| desired.destination.is_some());
    chats::place_comments(session, &client, &mut wanted, context)?;
    Ok(PublishRequest { client, wanted })
}

/// Enqueues a post in all of its channels or in none, and reports why if it does not.
pub(super) fn enqueue(
    session: &CliSession,
    wanted: &[(&Desired, &RequestedTime)],
    again: ResendPolicy,
    context: &mut CliContext<'_>,
) -> Result<Vec<OrderedPublication>> {
    let results =
        session.wait(session.operations.enqueue(wanted, None, again, context.clock.now()))?;
    let mut ordered = Vec::new();
    if results.contains(&EnqueueResult::NoSlot) {
        report_no_slot(wanted, context)?;
    }
    for ((desired, time), result) in wanted.iter().zip(results) {
        if let EnqueueResult::Ordered(publication) = &result {
            let is_now = **time == RequestedTime::Now;
            let action = if is_now { PlanAction::Create } else { PlanAction::Schedule };
            ordered.push(OrderedPublication { id: publication.id, action });
        }
        report(session, desired, result, context)?;
    }
    enqueue_comments(session, wanted, &mut ordered)?;
    Ok(ordered)
}

/// Reports the comments that have no place. The post is published without them.
pub(super) fn report_unplaced_comments(wanted: &[Desired], context: &mut CliContext<'_>) -> Result {
    let is_unplaced = |desired: &&Desired| {
        // Posts in groups were refused.
        !desired.is_in_group
            && desired.comments.as_ref().is_some_and(|comments| comments.destination.is_none())
    };
    for desired in wanted.iter().filter(is_unplaced) {
        let place = format!("`{}` in {} (comments)", desired.post, desired.channel.name);
        let why = Reason::NoDiscussion.shown(&desired.target(), &desired.channel.timezone);
        let (why, hint) = why.split_once("; ").unwrap_or((why.as_str(), ""));
        context.report(Exit::Waiting, &format!("{place}: {why}"), hint)?;
    }
    Ok(())
}

/// Adds the comments of ordered posts to `ordered`.
fn enqueue_comments(
    session: &CliSession,
    wanted: &[(&Desired, &RequestedTime)],
    ordered: &mut Vec<OrderedPublication>,
) -> Result {
    let Some((first, _)) = wanted.first() else { return Ok(()) };
    if wanted.iter().all(|(desired, _)| desired.comments.is_none()) {
        return Ok(());
    }
    let of_post = session.operations.store.publications(Query::Post(first.post.clone()));
    let of_post = session.wait(of_post)?;
    for (desired, time) in wanted {
        if desired.comments.is_none() {
            continue;
        }
        let is_waiting = |known: &&Publication| {
            known.is_comments() && known.comments_on == desired.chat() && !known.state.is_terminal()
        };
        let is_now = **time == RequestedTime::Now;
        let action = if is_now { PlanAction::Create } else { PlanAction::Schedule };
        let waiting = of_post.iter().filter(is_waiting);
        ordered.extend(waiting.map(|known| OrderedPublication { id: known.id, action }));
    }
    Ok(())
}

/// Reports that no slot is free in all channels.
fn report_no_slot(wanted: &[(&Desired, &RequestedTime)], context: &mut CliContext<'_>) -> Result {
    let channels = || wanted.iter().map(|(desired, _)| &desired.channel);
    let without: Vec<_> = channels()
        .filter(|channel| channel.slots.is_empty())
        .map(|channel| format!("`{}`", channel.name))
        .collect();
    let add = "add slots in the config, such as `slots = [\"mon-fri 09:00\"]`, or name a time";
    let (message, hint) = match (without.as_slice(), wanted.len()) {
        ([], 1) => {
            let names: Vec<_> = channels().map(|channel| channel.name.to_string()).collect();
            (format!("`{}` has no free slot", names.concat()), add)
        }
        ([], count) => (
            format!("the {count} channels have no free slot at the same time"),
            "give them a common slot in the config, name a time, or choose one with --channel",
        ),
        ([name], _) => (format!("{name} has no slots"), add),
        ([first @ .., last], _) => (format!("{} and {last} have no slots", first.join(", ")), add),
    };
    Ok(context.report(Exit::Findings, &message, hint)?)
}

/// Reports why a post was not enqueued in a channel.
fn report(
    session: &CliSession,
    desired: &Desired,
    result: EnqueueResult,
    context: &mut CliContext<'_>,
) -> Result {
    let (channel, post) = (&desired.channel.name, &desired.post);
    match result {
        // The delivery reports the one, `report_no_slot` the other.
        EnqueueResult::Ordered(_) | EnqueueResult::NoSlot => {}
        EnqueueResult::Published { publication, differs } => {
            let link = session.operations.post_status(&publication).link;
            let link = link.map(|link| format!(": {link}")).unwrap_or_default();
            line!(context.out, "already published: {post} in {channel}{link}")?;
            if differs {
                line!(
                    context.err,
                    "the file has changed since: `telepress plan {post}` shows whether an edit is possible"
                )?;
            }
        }
        EnqueueResult::Refused(why) => {
            let exit = match why {
                EnqueueRefusal::Waits(_) | EnqueueRefusal::Cancelling(_) => Exit::Waiting,
                EnqueueRefusal::Draft
                | EnqueueRefusal::DeletionRefused(_)
                | EnqueueRefusal::Together(_)
                | EnqueueRefusal::CommentsInGroup
                | EnqueueRefusal::Elsewhere(..)
                | EnqueueRefusal::Failed(_)
                | EnqueueRefusal::Withdrawn(_)
                | EnqueueRefusal::MayBePublished(_) => Exit::Findings,
            };
            let message = format!("`{post}` in {channel}: {why}");
            context.report(exit, &message, &why.hint(&desired.target()))?;
        }
        EnqueueResult::Withheld => {
            line!(
                context.err,
                "`{post}` will not be published in {channel} either: it is published in all of its channels or in none"
            )?;
            context.ends(Exit::Findings);
        }
    }
    Ok(())
}
