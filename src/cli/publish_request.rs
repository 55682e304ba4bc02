//! A post, and when a person wants it in its channels: what `publish` and `schedule` have in common.

use super::Result;
use super::chats;
use super::deliver::OrderedPublication;
use super::selection::{self, PostArguments};
use super::session::{self, CliSession};
use crate::cli_context::{CliContext, line};
use crate::cli_error::CliError;
use crate::exit::Exit;
use crate::operations::{EnqueueResult, RequestedTime};
use crate::plan::{Action, Desired, EnqueueRefusal, ResendPolicy};
use crate::telegram::Client;

/// What was asked for.
pub(super) struct PublishRequest {
    /// The way to Telegram.
    pub(super) client: Client,
    /// What the post wants in each of its channels, or in the one that was named, whose chat is known.
    pub(super) wanted: Vec<Desired>,
}

/// The post that was typed, in its channels.
pub(super) fn asked(
    typed: &PostArguments,
    session: &CliSession,
    context: &mut CliContext<'_>,
) -> Result<PublishRequest> {
    let now = context.clock.now();
    let (id, file) = selection::one_post(&typed.post, &session.operations.newsroom, now)?;
    let chosen = session.channel(typed.channel.as_deref())?;
    if file.post.is_none() {
        return Err(selection::refused(&file.report, context)?);
    }
    let channels = &session.operations.newsroom.config.channels;
    let mut wanted = crate::operations::desired_posts(&file, channels);
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
            "take `draft = true` out of it",
        ));
    }
    let client = session::client(&session.operations.newsroom, context)?;
    let channels: Vec<_> = wanted.iter().map(|desired| desired.channel.clone()).collect();
    let chats = chats::find(session, &client, channels.iter().map(AsRef::as_ref), context)?;
    for desired in &mut wanted {
        desired.chat = chats.get(&desired.channel.name).copied();
    }
    wanted.retain(|desired| desired.chat.is_some());
    Ok(PublishRequest { client, wanted })
}

/// Orders a post in all of its channels or in none, and says why where it is not ordered.
pub(super) fn place(
    session: &CliSession,
    wanted: &[(&Desired, &RequestedTime)],
    again: ResendPolicy,
    context: &mut CliContext<'_>,
) -> Result<Vec<OrderedPublication>> {
    let placed = session.wait(session.operations.put(wanted, None, again, context.clock.now()))?;
    let mut ordered = Vec::new();
    for ((desired, wish), placed) in wanted.iter().zip(placed) {
        ordered.extend(tell(session, desired, wish, placed, wanted.len(), context)?);
    }
    Ok(ordered)
}

/// Says what came of it in one channel, where that is not told when it is sent.
fn tell(
    session: &CliSession,
    desired: &Desired,
    wish: &RequestedTime,
    placed: EnqueueResult,
    channels: usize,
    context: &mut CliContext<'_>,
) -> Result<Option<OrderedPublication>> {
    let action = if *wish == RequestedTime::Now { Action::Create } else { Action::Schedule };
    let (channel, post) = (&desired.channel.name, &desired.post);
    match placed {
        EnqueueResult::Ordered(ordered) => return Ok(Some(OrderedPublication { id: ordered.id, action })),
        EnqueueResult::Stands { publication, differs } => {
            let link = session.operations.standing(&publication).link;
            let link = link.map(|link| format!(": {link}")).unwrap_or_default();
            line!(context.out, "published already {post} in {channel}{link}")?;
            if differs {
                line!(
                    context.err,
                    "the file says something else by now: `telepress update {post}` edits the message"
                )?;
            }
        }
        EnqueueResult::Not(why) => {
            let exit = match why {
                EnqueueRefusal::Waits(_) | EnqueueRefusal::Cancelling(_) => Exit::Waiting,
                EnqueueRefusal::Draft
                | EnqueueRefusal::Together(_)
                | EnqueueRefusal::Elsewhere(..)
                | EnqueueRefusal::Failed(_)
                | EnqueueRefusal::Withdrawn(_)
                | EnqueueRefusal::MayStand(_) => Exit::Findings,
            };
            context.report(exit, &format!("{channel}: {why}"), &why.hint(&desired.target()))?;
        }
        EnqueueResult::NoSlot if channels > 1 => context.report(
            Exit::Findings,
            &format!("{channel}: the {channels} channels have no free slot at the same time"),
            "give them a slot at the same time in the config, name a time, or name one with --channel",
        )?,
        EnqueueResult::NoSlot => context.report(
            Exit::Findings,
            &format!("{channel} has no free slot"),
            "give it some in the config, such as `slots = [\"mon-fri 09:00\"]`, or name a time",
        )?,
        EnqueueResult::Withheld => {
            line!(
                context.err,
                "{channel}: not ordered, since it goes to all its channels or to none"
            )?;
            context.ends(Exit::Findings);
        }
    }
    Ok(None)
}
