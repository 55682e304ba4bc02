//! `telepress pause` and `resume`: nothing goes out until it may again; the queue is kept.

use clap::Args;

use super::Result;
use super::chats;
use super::deliver::shut_hint;
use super::desk::{self, Seat};
use crate::config::Channel;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::store::{Access, Order};
use crate::world::{World, line};

#[derive(Debug, Args)]
pub(super) struct PauseArguments {
    /// A channel; everything when left out
    #[arg(value_name = "CHANNEL", allow_negative_numbers = true)]
    channel: Option<String>,
}

/// Whether posts go out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flow {
    Paused,
    Resumed,
}

pub(super) fn execute(typed: &PauseArguments, wanted: Flow, world: &mut World<'_>) -> Result {
    let seat = Seat::take(Access::Write, world)?;
    let channel = seat.channel(typed.channel.as_deref())?;
    let chat = channel.map(|channel| chat(channel, &seat, world)).transpose()?;
    let now = world.clock.now();
    let what = typed.channel.as_deref().unwrap_or("everything");
    if wanted == Flow::Paused {
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
            return Err(Failure::stopped(Exit::Waiting, why.to_string(), shut_hint(&why)));
        }
        line!(world.out, "{what} is resumed")?;
        super::status::warn_of_pauses(&seat, world)?;
    }
    seat.keep_mark(world)
}

/// The channel's number: the journal knows it from what went there; otherwise Telegram is asked.
fn chat(channel: &Channel, seat: &Seat, world: &mut World<'_>) -> Result<i64> {
    if let Some(chat) = seat.desk.chat_of(channel) {
        return Ok(chat);
    }
    let client = desk::client(&seat.desk.newsroom, world)?;
    let chats = chats::find(seat, &client, [channel], world)?;
    chats.get(&channel.name).copied().ok_or_else(|| {
        Failure::usage(
            format!("nobody knows which chat `{}` is", channel.name),
            "leave the channel out to pause everything",
        )
    })
}
