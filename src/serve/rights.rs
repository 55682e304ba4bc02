//! Looks up the channels' chats and the bot's rights in them. It posts nothing.

use std::collections::BTreeSet;

use crate::ids::{ChatId, Destination};
use crate::operations::{Chats, OperationError, Operations};
use crate::outbox::{Actor, Refusal, StopReason};
use crate::store::Command;
use crate::telegram::Client;
use jiff::Timestamp;

/// The channels' chats.
pub(super) struct FoundChats {
    /// The chat of every channel that can be looked up.
    pub(super) chats: Chats,
    /// The chats that are known to be groups.
    pub(super) groups: BTreeSet<i64>,
    /// How many channels cannot be looked up; they are logged.
    pub(super) missing: usize,
}

/// Looks up the chat of every channel.
pub(super) async fn chats(operations: &Operations, client: &Client, now: Timestamp) -> FoundChats {
    let mut chats = Chats::new();
    let mut places = Vec::new();
    let mut missing = 0;
    for channel in &operations.newsroom.config.channels {
        if let ChatId::Id(id) = channel.chat {
            places.push(channel.in_chat(id));
            chats.insert(channel.name.clone(), id);
            continue;
        }
        match client.chat_number(&channel.chat).await {
            Ok(id) if places.contains(&channel.in_chat(id)) => {
                log::error!(
                    "channel={}: another channel of the config is the same chat and topic; nothing is sent to this one",
                    channel.name
                );
            }
            Ok(id) => {
                if let Err(error) = operations.remember_chat_name(channel, id, now).await {
                    log::warn!("channel={}: cannot record its chat: {error}", channel.name);
                }
                places.push(channel.in_chat(id));
                chats.insert(channel.name.clone(), id);
            }
            Err(error) => {
                log::error!("channel={}: {error}; telepress tries again later", channel.name);
                missing += 1;
            }
        }
    }
    let groups = operations.newsroom.config.channels.iter().filter(|channel| channel.is_group);
    let groups = groups.filter_map(|channel| chats.get(&channel.name)).copied();
    let mut groups: BTreeSet<i64> = groups.collect();
    let numbers: BTreeSet<i64> = chats.values().copied().collect();
    for chat in numbers {
        if !groups.contains(&chat) && is_group(operations, client, chat, now).await {
            groups.insert(chat);
        }
    }
    FoundChats { chats, groups, missing }
}

/// Whether a chat is a group. If it is a channel, records its discussion group: without it the channel's comments wait.
async fn is_group(operations: &Operations, client: &Client, chat: i64, now: Timestamp) -> bool {
    match client.find_chat(&ChatId::Id(chat)).await {
        Ok(found) => {
            if let Some(discussion) = found.discussion
                && let Err(error) = operations.remember_discussion(chat, discussion, now).await
            {
                log::warn!("chat={chat}: cannot record its discussion group: {error}");
            }
            found.kind.is_group()
        }
        Err(error) => {
            log::debug!("chat={chat}: its discussion group is not known: {error}");
            false
        }
    }
}

/// Resumes channels that refused the bot if it has the right to post again. A channel that an operator paused stays paused.
///
/// # Errors
/// If the journal cannot be read or written.
pub async fn reopen(
    operations: &Operations,
    client: &Client,
    now: Timestamp,
) -> Result<Vec<Destination>, OperationError> {
    if let Some(StopReason::Refused(_)) = operations.store.journal().await?.stopped
        && client.get_me().await.is_ok()
    {
        operations.order(vec![Command::BotAccepted], now).await?;
        log::info!("Telegram accepts the bot's token again");
    }
    let discussions = operations.store.discussions().await?;
    let mut opened = Vec::new();
    for channel in operations.store.channels().await? {
        let needs_person = channel.refusal.is_some_and(Refusal::needs_person);
        if !channel.refused || channel.paused.is_none() || needs_person {
            continue;
        }
        let place = channel.destination;
        let name = operations.name_of(place);
        let is_group = place.topic.is_some()
            || ChatId::is_basic_group(place.chat)
            || discussions.values().any(|group| *group == place.chat);
        let may_write = if is_group {
            client.may_comment(place.chat).await
        } else {
            client.may_write(place.chat).await
        };
        match may_write {
            Ok(true) => {
                let order = Command::Resume { channel: Some(place), by: Actor::System };
                operations.order(vec![order], now).await?;
                log::info!("resumed channel={name}: the bot may post there again");
                opened.push(place);
            }
            Ok(false) => log::warn!("channel={name}: the bot has no right to post there"),
            Err(error) => log::warn!("channel={name}: {error}"),
        }
    }
    Ok(opened)
}
