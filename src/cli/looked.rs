//! Looks through the staging chat whether messages that a person names exist; where it cannot look, it says so.

use super::Result;
use super::desk::{self, Seat};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::publisher::{Gateway, Seen};
use crate::world::{World, line};

/// Looks for the messages of a chat; fails where one of them does not exist.
pub(super) fn look(
    seat: &Seat,
    chat: i64,
    channel: &str,
    message_ids: &[i64],
    world: &mut World<'_>,
) -> Result {
    let Some(staging) = seat.desk.newsroom.config.recovery.staging_chat else {
        line!(
            world.err,
            "nobody looked whether this is in the channel: there is no `[recovery] staging_chat` to look through"
        )?;
        return Ok(());
    };
    let client = match desk::client(&seat.desk.newsroom, world) {
        Ok(client) => client,
        Err(failure) => {
            line!(world.err, "nobody looked whether this is in the channel: {failure}")?;
            return Ok(());
        }
    };
    for id in message_ids {
        match seat.block_on(client.look(staging, chat, *id)) {
            Seen::Message(_) | Seen::Unreadable => {}
            Seen::Absent => {
                return Err(Failure::stopped(
                    Exit::Findings,
                    format!("there is no message {id} in {channel}"),
                    "copy the link of the message in Telegram; nothing was recorded",
                ));
            }
            Seen::Failed(why) => {
                line!(world.err, "nobody looked whether message {id} is in {channel}: {why}")?;
            }
            Seen::Wait(seconds) => {
                return Err(Failure::stopped(
                    Exit::Waiting,
                    format!("Telegram asks to wait {seconds} seconds"),
                    "run it again then; nothing was recorded",
                ));
            }
        }
    }
    Ok(())
}
