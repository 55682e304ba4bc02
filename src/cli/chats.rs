//! Which chats the channels of the config are: Telegram is asked for their numbers, by which the journal knows them.

use super::Result;
use super::desk::{self, Seat};
use crate::config::Channel;
use crate::desk::Chats;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::ids::ChatId;
use crate::limits;
use crate::outbox::Refusal;
use crate::telegram::{CallFault, Client};
use crate::world::{World, line};

/// The number of each of these channels: the journal knows channels by nothing else. One that cannot be found is told and
/// left out.
pub(super) fn find<'c>(
    seat: &Seat,
    client: &Client,
    channels: impl IntoIterator<Item = &'c Channel>,
    world: &mut World<'_>,
) -> Result<Chats> {
    let mut chats = Chats::new();
    for channel in channels {
        if chats.contains_key(&channel.name) {
            continue;
        }
        if let ChatId::Id(id) = channel.chat {
            refuse_twice(channel, id, &chats)?;
            chats.insert(channel.name.clone(), id);
            continue;
        }
        match seat.block_on(client.chat_number(&channel.chat)) {
            Ok(id) => {
                seat.wait(seat.desk.learn(channel, id, world.clock.now()))?;
                refuse_twice(channel, id, &chats)?;
                chats.insert(channel.name.clone(), id);
            }
            Err(fault) => {
                if tell_not_found(channel, &fault, world)? == Exit::Usage {
                    // The token or the server: the other channels need not be asked for.
                    break;
                }
            }
        }
    }
    Ok(chats)
}

/// Refuses two channels of the config that are one chat, which only Telegram can tell of a name and a number.
fn refuse_twice(channel: &Channel, chat: i64, chats: &Chats) -> Result {
    let Some((other, _)) = chats.iter().find(|(_, known)| **known == chat) else { return Ok(()) };
    Err(Failure::usage(
        format!("the channels `{other}` and `{}` are the same chat", channel.name),
        "take one of them out of the config: a post would go there twice",
    ))
}

/// Says that a channel was not found, and how the run ends for that.
fn tell_not_found(channel: &Channel, fault: &CallFault, world: &mut World<'_>) -> Result<Exit> {
    let (exit, hint) = match fault {
        CallFault::Refused { class: Refusal::BotWide, .. } => {
            (Exit::Usage, "check the token and the server's address")
        }
        CallFault::Refused { .. } => (
            Exit::Findings,
            "nothing was posted; see to it that the channel exists and the bot is its administrator",
        ),
        _ => (Exit::Waiting, "nothing was posted; try again later"),
    };
    world.report(exit, &format!("{}: {fault}", channel.name), hint)?;
    Ok(exit)
}

/// Which chats the channels are, where Telegram answered.
enum Asked {
    Found(Chats),
    /// Why not.
    NoAnswer(String),
}

/// Which chats the channels are, as `apply` would find them. `None` where Telegram cannot be asked, which is told as far as
/// the journal does not know them.
pub(super) fn of_plan(seat: &Seat, world: &mut World<'_>) -> Result<Option<Chats>> {
    let channels = seat.desk.newsroom.config.channels.clone();
    let is_name = |chat: &ChatId| matches!(chat, ChatId::Username(_));
    if !channels.iter().any(|channel| is_name(&channel.chat)) {
        return Ok(None);
    }
    let why = match desk::client(&seat.desk.newsroom, world) {
        Ok(client) => match ask(seat, &client, world)? {
            Asked::Found(chats) => return Ok(Some(chats)),
            Asked::NoAnswer(why) => why,
        },
        Err(failure) => failure.to_string(),
    };
    let unknown: Vec<String> = channels
        .iter()
        .filter(|channel| seat.desk.chat_of(channel).is_none())
        .map(|channel| format!("{} ({})", channel.chat, channel.name))
        .collect();
    if unknown.is_empty() {
        line!(
            world.err,
            "Telegram has not said which chats the channels are, so the plan relies on the journal: {why}"
        )?;
    } else {
        line!(
            world.err,
            "it is not known which chat {} is; Telegram has not said: {why}",
            unknown.join(", ")
        )?;
    }
    Ok(None)
}

/// Asks Telegram which chats the channels are.
fn ask(seat: &Seat, client: &Client, world: &mut World<'_>) -> Result<Asked> {
    let mut chats = Chats::new();
    for channel in &seat.desk.newsroom.config.channels {
        if let ChatId::Id(id) = channel.chat {
            refuse_twice(channel, id, &chats)?;
            chats.insert(channel.name.clone(), id);
            continue;
        }
        let number = client.chat_number(&channel.chat);
        match seat.block_on(async { tokio::time::timeout(limits::PLAN_PATIENCE, number).await }) {
            Ok(Ok(id)) => {
                refuse_twice(channel, id, &chats)?;
                chats.insert(channel.name.clone(), id);
            }
            Ok(Err(fault @ CallFault::Refused { .. })) => {
                tell_not_found(channel, &fault, world)?;
            }
            Ok(Err(fault)) => return Ok(Asked::NoAnswer(fault.to_string())),
            Err(_) => return Ok(Asked::NoAnswer("it does not answer".to_owned())),
        }
    }
    Ok(Asked::Found(chats))
}
