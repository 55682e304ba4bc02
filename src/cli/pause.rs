//! `telepress pause` and `resume`: nothing goes out until it may again; the queue is kept.

use clap::Args;

use super::chats;
use super::deliver::shut_hint;
use super::desk::{self, Seat};
use crate::config::Channel;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::newsroom::Places;
use crate::store::{Access, Order};
use crate::world::{World, line};

#[derive(Debug, Args)]
pub(super) struct PauseArguments {
    /// A channel; everything when left out
    #[arg(value_name = "CHANNEL", allow_negative_numbers = true)]
    channel: Option<String>,
}

pub(super) fn pause(
    typed: &PauseArguments,
    places: Places,
    world: &mut World<'_>,
) -> Result<Exit, Failure> {
    execute(typed, true, places, world)
}

pub(super) fn resume(
    typed: &PauseArguments,
    places: Places,
    world: &mut World<'_>,
) -> Result<Exit, Failure> {
    execute(typed, false, places, world)
}

fn execute(
    typed: &PauseArguments,
    pause: bool,
    places: Places,
    world: &mut World<'_>,
) -> Result<Exit, Failure> {
    let seat = Seat::take(places, Access::Write, world)?;
    let channel = seat.channel(typed.channel.as_deref())?;
    let chat = channel.map(|channel| chat(channel, &seat, world)).transpose()?;
    let now = world.clock.now();
    let what = typed.channel.as_deref().unwrap_or("everything");
    if pause {
        let by = seat.desk.by.clone();
        let order = Order::Pause { chat, why: by.name(), by };
        seat.wait(seat.desk.order(vec![order], now))?;
        let resume = typed.channel.as_ref().map(|name| format!("resume {name}"));
        let resume = resume.unwrap_or_else(|| "resume".to_owned());
        line!(world.out, "{what} is paused; `telepress {resume}` resumes it")?;
    } else {
        seat.wait(seat.desk.resume(chat, now))?;
        let stopped = seat.wait(seat.desk.store.journal())?.stopped;
        if let Some(why) = stopped.filter(|_| chat.is_none()) {
            world.err.error(&why, shut_hint(&why))?;
            return Ok(Exit::Waiting);
        }
        line!(world.out, "{what} is resumed")?;
        super::status::warn_of_pauses(&seat, world)?;
    }
    seat.keep_mark(world)?;
    Ok(Exit::Done)
}

/// The channel's number: the journal knows it from what went there; otherwise Telegram is asked.
fn chat(channel: &Channel, seat: &Seat, world: &mut World<'_>) -> Result<i64, Failure> {
    if let Some(chat) = seat.desk.chat_of(channel) {
        return Ok(chat);
    }
    let client = desk::client(&seat.desk.newsroom, world)?;
    let (chats, _) = chats::find(seat, &client, [channel], world)?;
    chats.get(&channel.name).copied().ok_or_else(|| {
        Failure::usage(
            format!("nobody knows which chat `{}` is", channel.name),
            "leave the channel out to pause everything",
        )
    })
}
