//! Which chats the channels of the config are: Telegram is asked for their numbers, by which the journal knows them.

use super::Result;
use super::session::{self, CliSession};
use crate::cli_context::{CliContext, line};
use crate::cli_error::CliError;
use crate::config::Channel;
use crate::exit::Exit;
use crate::ids::ChatId;
use crate::limits;
use crate::operations::Chats;
use crate::outbox::Refusal;
use crate::telegram::{CallError, Client};

/// The number of each of these channels: the journal knows channels by nothing else. One that cannot be found is told and
/// left out.
pub(super) fn find<'c>(
    session: &CliSession,
    client: &Client,
    channels: impl IntoIterator<Item = &'c Channel>,
    context: &mut CliContext<'_>,
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
        match session.block_on(client.chat_number(&channel.chat)) {
            Ok(id) => {
                session.wait(session.operations.learn(channel, id, context.clock.now()))?;
                refuse_twice(channel, id, &chats)?;
                chats.insert(channel.name.clone(), id);
            }
            Err(fault) => {
                if tell_not_found(channel, &fault, context)? == Exit::Usage {
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
    Err(CliError::usage(
        format!("the channels `{other}` and `{}` are the same chat", channel.name),
        "take one of them out of the config: a post would go there twice",
    ))
}

/// Says that a channel was not found, and how the run ends for that.
fn tell_not_found(
    channel: &Channel,
    fault: &CallError,
    context: &mut CliContext<'_>,
) -> Result<Exit> {
    let (exit, hint) = match fault {
        CallError::Refused { class: Refusal::BotWide, .. } => {
            (Exit::Usage, "check the token and the server's address")
        }
        CallError::Refused { .. } => (
            Exit::Findings,
            "nothing was posted; see to it that the channel exists and the bot is its administrator",
        ),
        _ => (Exit::Waiting, "nothing was posted; try again later"),
    };
    context.report(exit, &format!("{}: {fault}", channel.name), hint)?;
    Ok(exit)
}

/// Which chats the channels are, where Telegram answered.
enum ChatLookup {
    Found(Chats),
    /// Why not.
    NoAnswer(String),
}

/// Which chats the channels are, as `apply` would find them. `None` where Telegram cannot be asked, which is told as far as
/// the journal does not know them.
pub(super) fn of_plan(session: &CliSession, context: &mut CliContext<'_>) -> Result<Option<Chats>> {
    let channels = session.operations.newsroom.config.channels.clone();
    let is_name = |chat: &ChatId| matches!(chat, ChatId::Username(_));
    if !channels.iter().any(|channel| is_name(&channel.chat)) {
        return Ok(None);
    }
    let why = match session::client(&session.operations.newsroom, context) {
        Ok(client) => match ask(session, &client, context)? {
            ChatLookup::Found(chats) => return Ok(Some(chats)),
            ChatLookup::NoAnswer(why) => why,
        },
        Err(failure) => failure.to_string(),
    };
    let unknown: Vec<String> = channels
        .iter()
        .filter(|channel| session.operations.chat_of(channel).is_none())
        .map(|channel| format!("{} ({})", channel.chat, channel.name))
        .collect();
    if unknown.is_empty() {
        line!(
            context.err,
            "Telegram has not said which chats the channels are, so the plan relies on the journal: {why}"
        )?;
    } else {
        line!(
            context.err,
            "it is not known which chat {} is; Telegram has not said: {why}",
            unknown.join(", ")
        )?;
    }
    Ok(None)
}

/// Asks Telegram which chats the channels are.
fn ask(session: &CliSession, client: &Client, context: &mut CliContext<'_>) -> Result<ChatLookup> {
    let mut chats = Chats::new();
    for channel in &session.operations.newsroom.config.channels {
        if let ChatId::Id(id) = channel.chat {
            refuse_twice(channel, id, &chats)?;
            chats.insert(channel.name.clone(), id);
            continue;
        }
        let number = client.chat_number(&channel.chat);
        match session.block_on(async { tokio::time::timeout(limits::PLAN_PATIENCE, number).await })
        {
            Ok(Ok(id)) => {
                refuse_twice(channel, id, &chats)?;
                chats.insert(channel.name.clone(), id);
            }
            Ok(Err(fault @ CallError::Refused { .. })) => {
                tell_not_found(channel, &fault, context)?;
            }
            Ok(Err(fault)) => return Ok(ChatLookup::NoAnswer(fault.to_string())),
            Err(_) => return Ok(ChatLookup::NoAnswer("it does not answer".to_owned())),
        }
    }
    Ok(ChatLookup::Found(chats))
}
