//! `telepress pause` and `resume`: nothing goes out until it may again; the queue is kept.

use clap::Args;

use super::Result;
use super::chats;
use super::deliver::shut_hint;
use super::session::{self, CliSession};
use crate::cli_context::{CliContext, line};
use crate::cli_error::CliError;
use crate::config::Channel;
use crate::exit::Exit;
use crate::store::{Access, Command};

#[derive(Debug, Args)]
pub(super) struct PauseArguments {
    /// A channel; everything when left out
    #[arg(value_name = "CHANNEL", allow_negative_numbers = true)]
    channel: Option<String>,
}

/// Whether posts go out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PauseOrResume {
    Paused,
    Resumed,
}

pub(super) fn execute(
    typed: &PauseArguments,
    wanted: PauseOrResume,
    context: &mut CliContext<'_>,
) -> Result {
    let session = CliSession::take(Access::Write, context)?;
    let channel = session.channel(typed.channel.as_deref())?;
    let chat = channel.map(|channel| chat(channel, &session, context)).transpose()?;
    let now = context.clock.now();
    let what = typed.channel.as_deref().unwrap_or("everything");
    if wanted == PauseOrResume::Paused {
        let by = session.operations.by.clone();
        let order = Command::Pause { chat, why: by.name(), by };
        session.wait(session.operations.order(vec![order], now))?;
        let resume = typed.channel.as_ref().map(|name| format!("resume {name}"));
        let resume = resume.unwrap_or_else(|| "resume".to_owned());
        line!(context.out, "{what} is paused; `telepress {resume}` resumes it")?;
    } else {
        session.wait(session.operations.resume(chat, now))?;
        let stopped = session.wait(session.operations.store.journal())?.stopped;
        if let Some(why) = stopped.filter(|_| chat.is_none()) {
            return Err(CliError::stopped(Exit::Waiting, why.to_string(), shut_hint(&why)));
        }
        line!(context.out, "{what} is resumed")?;
        super::status::warn_of_pauses(&session, context)?;
    }
    session.keep_mark(context)
}

/// The channel's number: the journal knows it from what went there; otherwise Telegram is asked.
fn chat(channel: &Channel, session: &CliSession, context: &mut CliContext<'_>) -> Result<i64> {
    if let Some(chat) = session.operations.chat_of(channel) {
        return Ok(chat);
    }
    let client = session::client(&session.operations.newsroom, context)?;
    let chats = chats::find(session, &client, [channel], context)?;
    chats.get(&channel.name).copied().ok_or_else(|| {
        CliError::usage(
            format!("nobody knows which chat `{}` is", channel.name),
            "leave the channel out to pause everything",
        )
    })
}
