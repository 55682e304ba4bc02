//! `telepress pause` and `resume`: stop and restart publishing; the queue is kept.

use clap::Args;

use super::Result;
use super::chats;
use super::deliver::shut_hint;
use super::session::{self, CliSession};
use crate::cli_context::{CliContext, line};
use crate::cli_error::CliError;
use crate::config::Channel;
use crate::exit::Exit;
use crate::ids::Destination;
use crate::operations::destination_of;
use crate::outbox;
use crate::store::{Access, Command};

#[derive(Debug, Args)]
pub(super) struct PauseArguments {
    /// Only this channel [default: everything]
    #[arg(value_name = "CHANNEL", allow_negative_numbers = true)]
    channel: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PauseOrResume {
    Pause,
    Resume,
}

pub(super) fn execute(
    typed: &PauseArguments,
    wanted: PauseOrResume,
    context: &mut CliContext<'_>,
) -> Result {
    let session = CliSession::take(Access::Write, context)?;
    let left = match &typed.channel {
        Some(name) if wanted == PauseOrResume::Resume => left_place(name, &session)?,
        _ => None,
    };
    let place = if left.is_some() {
        left
    } else {
        let channel = session.channel(typed.channel.as_deref())?;
        channel.map(|channel| place_of(channel, &session, context)).transpose()?
    };
    let now = context.clock.now();
    let scope = typed.channel.as_deref().unwrap_or("everything");
    if wanted == PauseOrResume::Pause {
        let by = session.operations.by.clone();
        let order = Command::Pause { channel: place, why: by.name(), by };
        session.wait(session.operations.order(vec![order], now))?;
        let resume = typed.channel.as_ref().map(|name| format!("resume {name}"));
        let resume = resume.unwrap_or_else(|| "resume".to_owned());
        line!(context.out, "paused {scope}; `telepress {resume}` resumes publishing")?;
    } else {
        session.wait(session.operations.resume(place, now))?;
        let stopped = session.wait(session.operations.store.journal())?.stopped;
        if let Some(why) = stopped.filter(|_| place.is_none()) {
            return Err(CliError::stopped(Exit::Waiting, why.to_string(), shut_hint(&why)));
        }
        line!(context.out, "resumed {scope}")?;
        super::status::warn_of_pauses(&session, context)?;
    }
    session.keep_mark(context)
}

/// A paused chat or topic with this name that is not in the config any more.
fn left_place(name: &str, session: &CliSession) -> Result<Option<Destination>> {
    if session.operations.newsroom.config.channel(name).is_some() {
        return Ok(None);
    }
    let channels = session.wait(session.operations.store.channels())?;
    let is_it = |channel: &&outbox::Channel| {
        channel.paused.is_some() && session.operations.name_of(channel.destination) == name
    };
    Ok(channels.iter().find(is_it).map(|channel| channel.destination))
}

/// Where the channel's messages are. The chat's number is from the journal if something was published there, otherwise from
/// Telegram.
fn place_of(
    channel: &Channel,
    session: &CliSession,
    context: &mut CliContext<'_>,
) -> Result<Destination> {
    if let Some(place) = session.operations.destination_of(channel) {
        return Ok(place);
    }
    let client = session::client(&session.operations.newsroom, context)?;
    let chats = chats::find(session, &client, [channel], context)?;
    destination_of(channel, &chats).ok_or_else(|| {
        CliError::usage(
            format!("the chat id of `{}` is not known", channel.name),
            "pause or resume everything: leave the channel out",
        )
    })
}
