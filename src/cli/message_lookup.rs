//! Checks through the staging chat whether messages that an operator names exist; if it cannot check, it says so.

use super::Result;
use super::session::{self, CliSession};
use crate::cli_context::{CliContext, line};
use crate::cli_error::CliError;
use crate::exit::Exit;
use crate::publisher::{Gateway, ProbeResult};

/// Looks for the messages of a chat; fails if one of them does not exist.
pub(super) fn look(
    session: &CliSession,
    chat: i64,
    channel: &str,
    message_ids: &[i64],
    context: &mut CliContext<'_>,
) -> Result {
    let Some(staging) = session.operations.newsroom.config.recovery.staging_chat else {
        line!(
            context.err,
            "note: telepress did not check whether this is in the channel, because the config has no `[recovery] staging_chat`"
        )?;
        return Ok(());
    };
    let client = match session::client(&session.operations.newsroom, context) {
        Ok(client) => client,
        Err(error) => {
            line!(
                context.err,
                "note: telepress did not check whether this is in the channel: {error}"
            )?;
            return Ok(());
        }
    };
    for id in message_ids {
        match session.block_on(client.read_message(staging, chat, *id)) {
            ProbeResult::Message(_) | ProbeResult::Unreadable => {}
            ProbeResult::Absent => {
                return Err(CliError::stopped(
                    Exit::Findings,
                    format!("there is no message {id} in {channel}"),
                    "nothing was recorded; copy the link of the message in Telegram",
                ));
            }
            ProbeResult::Failed(why) => {
                line!(
                    context.err,
                    "note: telepress could not check whether message {id} is in {channel}: {why}"
                )?;
            }
            ProbeResult::Wait(seconds) => {
                return Err(CliError::stopped(
                    Exit::Waiting,
                    format!("Telegram asks to wait {seconds} seconds"),
                    "nothing was recorded; run the command again after that",
                ));
            }
        }
    }
    Ok(())
}
