//! Looks through the staging chat whether messages that a person names exist; where it cannot look, it says so.

use super::desk::{self, Seat};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::publisher::{Gateway, Seen};
use crate::world::{World, line};

/// Looks for the messages of a chat. `Some` where one of them does not exist, which is told.
pub(super) fn look(
    seat: &Seat,
    chat: i64,
    channel: &str,
    message_ids: &[i64],
    world: &mut World<'_>,
) -> Result<Option<Exit>, Failure> {
    let Some(staging) = seat.desk.newsroom.config.recovery.staging_chat else {
        line!(
            world.err,
            "nobody looked whether this is in the channel: there is no `[recovery] staging_chat` to look through"
        )?;
        return Ok(None);
    };
    let client = match desk::client(&seat.desk.newsroom, world) {
        Ok(client) => client,
        Err(failure) => {
            line!(world.err, "nobody looked whether this is in the channel: {failure}")?;
            return Ok(None);
        }
    };
    for id in message_ids {
        let seen = seat.wait(async { Ok::<_, Failure>(client.look(staging, chat, *id).await) })?;
        match seen {
            Seen::Message(_) | Seen::Unreadable => {}
            Seen::Absent => {
                let message = format!("there is no message {id} in {channel}");
                let hint = "copy the link of the message in Telegram; nothing was recorded";
                world.err.error(&message, hint)?;
                return Ok(Some(Exit::Findings));
            }
            Seen::Failed(why) => {
                line!(world.err, "nobody looked whether message {id} is in {channel}: {why}")?;
            }
            Seen::Wait(seconds) => {
                let message = format!("Telegram asks to wait {seconds} seconds");
                world.err.error(&message, "run it again then; nothing was recorded")?;
                return Ok(Some(Exit::Waiting));
            }
        }
    }
    Ok(None)
}
