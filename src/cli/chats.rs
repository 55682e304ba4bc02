//! Looks up the numeric ids of the channels in the config, because the journal identifies a chat by its id.

use std::collections::BTreeSet;

use super::Result;
use super::session::{self, CliSession};
use crate::cli_context::{CliContext, line};
use crate::cli_error::CliError;
use crate::config::{Channel, Config};
use crate::exit::Exit;
use crate::ids::{ChannelName, ChatId};
use crate::limits;
use crate::operations::Chats;
use crate::outbox::Refusal;
use crate::plan::Desired;
use crate::telegram::{CallError, Client};

/// The chat id of each channel. A channel that cannot be found is reported and left out.
pub(super) fn find<'c>(
    session: &CliSession,
    client: &Client,
    channels: impl IntoIterator<Item = &'c Channel>,
    context: &mut CliContext<'_>,
) -> Result<Chats> {
    let mut chats = Chats::new();
    let config = &session.operations.newsroom.config;
    for channel in channels {
        if chats.contains_key(&channel.name) {
            continue;
        }
        if let ChatId::Id(id) = channel.chat {
            refuse_twice(channel, id, &chats, config)?;
            chats.insert(channel.name.clone(), id);
            continue;
        }
        match session.block_on(client.find_chat(&channel.chat)) {
            Ok(found) => {
                let now = context.clock.now();
                session.wait(session.operations.remember_chat_name(channel, found.id, now))?;
                // A post that is published from now on has a copy in the group, also if comments are written for it later.
                if let Some(discussion) = found.discussion {
                    remember_discussion(session, found.id, discussion, context);
                }
                refuse_twice(channel, found.id, &chats, config)?;
                chats.insert(channel.name.clone(), found.id);
            }
            Err(error) => {
                if report_not_found(channel, &error, context)? == Exit::Usage {
                    // The token or the server is wrong, so the other channels would fail in the same way.
                    break;
                }
            }
        }
    }
    Ok(chats)
}

/// Sets where the comments of posts go. Telegram is asked for the discussion groups that the journal does not know, and whether the
/// chat is itself a group, below whose posts there are no comments.
pub(super) fn place_comments(
    session: &CliSession,
    client: &Client,
    wanted: &mut [Desired],
    context: &CliContext<'_>,
) -> Result {
    let mut known = session.wait(session.operations.store.discussions())?;
    let mut groups = BTreeSet::new();
    let with_comments = wanted.iter().filter(|desired| desired.comments.is_some());
    let chats: BTreeSet<i64> = with_comments.filter_map(Desired::chat).collect();
    for chat in chats {
        if known.contains_key(&chat) {
            continue;
        }
        let chat_id = ChatId::Id(chat);
        let found = client.find_chat(&chat_id);
        let found = async { tokio::time::timeout(limits::PLAN_PATIENCE, found).await };
        match session.block_on(found) {
            Ok(Ok(found)) if found.kind.is_group() => {
                groups.insert(chat);
            }
            Ok(Ok(found)) => {
                if let Some(discussion) = found.discussion {
                    remember_discussion(session, chat, discussion, context);
                    known.insert(chat, discussion);
                }
            }
            Ok(Err(error)) => log::warn!("the discussion group of {chat} is not known: {error}"),
            Err(_) => log::warn!("the discussion group of {chat} is not known: no answer"),
        }
    }
    for desired in wanted {
        desired.set_chat(desired.chat(), &known);
        desired.note_groups(&groups);
    }
    Ok(())
}

/// Records a discussion group, unless the journal is open only to read, as by `plan`.
fn remember_discussion(session: &CliSession, chat: i64, discussion: i64, context: &CliContext<'_>) {
    let now = context.clock.now();
    let recorded = session.operations.remember_discussion(chat, discussion, now);
    if let Err(error) = session.wait(recorded) {
        log::debug!("the discussion group of {chat} is not recorded: {error}");
    }
}

/// Refuses two channels that are the same chat and topic; for a name and an id only Telegram knows that.
fn refuse_twice(channel: &Channel, chat: i64, chats: &Chats, config: &Config) -> Result {
    let is_same = |(name, id): &(&ChannelName, &i64)| {
        let other = config.channel(name.as_str());
        **id == chat && other.is_some_and(|other| other.topic == channel.topic)
    };
    let Some((other, _)) = chats.iter().find(is_same) else {
        return Ok(());
    };
    let same = if channel.topic.is_some() { "the same topic of a chat" } else { "the same chat" };
    Err(CliError::usage(
        format!("the channels `{other}` and `{}` are {same}", channel.name),
        "remove one of them from the config, or each post would be published there twice",
    ))
}

fn report_not_found(
    channel: &Channel,
    error: &CallError,
    context: &mut CliContext<'_>,
) -> Result<Exit> {
    let (exit, hint) = match error {
        CallError::Refused { class: Refusal::BotWide, .. } => {
            (Exit::Usage, "check the token and the server's address")
        }
        CallError::Refused { .. } => (
            Exit::Findings,
            "nothing was published; check that the channel exists and that the bot is its administrator",
        ),
        _ => (Exit::Waiting, "nothing was published; try again later"),
    };
    context.report(exit, &format!("{}: {error}", channel.name), hint)?;
    Ok(exit)
}

enum ChatLookup {
    Found(Chats),
    NoAnswer { why: String },
}

/// The chat ids of the channels, as `apply` would find them. `None` if Telegram cannot be reached; the user is informed
/// then, with the channels that the journal does not know either.
pub(super) fn of_plan(session: &CliSession, context: &mut CliContext<'_>) -> Result<Option<Chats>> {
    let channels = session.operations.newsroom.config.channels.clone();
    let is_name = |chat: &ChatId| matches!(chat, ChatId::Username(_));
    if !channels.iter().any(|channel| is_name(&channel.chat)) {
        return Ok(None);
    }
    let why = match session::client(&session.operations.newsroom, context) {
        Ok(client) => match ask(session, &client, context)? {
            ChatLookup::Found(chats) => return Ok(Some(chats)),
            ChatLookup::NoAnswer { why } => why,
        },
        Err(error) => error.to_string(),
    };
    let unknown: Vec<String> = channels
        .iter()
        .filter(|channel| session.operations.chat_of(channel).is_none())
        .map(|channel| format!("{} ({})", channel.chat, channel.name))
        .collect();
    if unknown.is_empty() {
        line!(
            context.err,
            "note: the chat ids of the channels are those in the journal, because Telegram could not be asked: {why}"
        )?;
    } else {
        line!(
            context.err,
            "note: the chat id of {} is not known, because Telegram could not be asked: {why}",
            unknown.join(", ")
        )?;
    }
    Ok(None)
}

fn ask(session: &CliSession, client: &Client, context: &mut CliContext<'_>) -> Result<ChatLookup> {
    let mut chats = Chats::new();
    let config = &session.operations.newsroom.config;
    for channel in &config.channels {
        if let ChatId::Id(id) = channel.chat {
            refuse_twice(channel, id, &chats, config)?;
            chats.insert(channel.name.clone(), id);
            continue;
        }
        let number = client.chat_number(&channel.chat);
        match session.block_on(async { tokio::time::timeout(limits::PLAN_PATIENCE, number).await })
        {
            Ok(Ok(id)) => {
                refuse_twice(channel, id, &chats, config)?;
                chats.insert(channel.name.clone(), id);
            }
            Ok(Err(error @ CallError::Refused { .. })) => {
                report_not_found(channel, &error, context)?;
            }
            Ok(Err(error)) => return Ok(ChatLookup::NoAnswer { why: error.to_string() }),
            Err(_) => return Ok(ChatLookup::NoAnswer { why: "it does not answer".to_owned() }),
        }
    }
    Ok(ChatLookup::Found(chats))
}
