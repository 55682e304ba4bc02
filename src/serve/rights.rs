//! Looks up the channels' chats and the bot's rights in them. It posts nothing.

use crate::ids::ChatId;
use crate::operations::{Chats, OperationError, Operations};
use crate::outbox::{Actor, StopReason};
use crate::store::Command;
use crate::telegram::Client;
use jiff::Timestamp;

/// The chat of every channel that can be looked up, and how many cannot; those are logged.
pub(super) async fn chats(
    operations: &Operations,
    client: &Client,
    now: Timestamp,
) -> (Chats, usize) {
    let mut chats = Chats::new();
    let mut missing = 0;
    for channel in &operations.newsroom.config.channels {
        if let ChatId::Id(id) = channel.chat {
            chats.insert(channel.name.clone(), id);
            continue;
        }
        match client.chat_number(&channel.chat).await {
            Ok(id) if chats.values().any(|known| *known == id) => {
                log::error!(
                    "channel={}: another channel of the config is the same chat; nothing is sent to this one",
                    channel.name
                );
            }
            Ok(id) => {
                if let Err(error) = operations.remember_chat_name(channel, id, now).await {
                    log::warn!("channel={}: cannot record its chat: {error}", channel.name);
                }
                chats.insert(channel.name.clone(), id);
            }
            Err(error) => {
                log::error!("channel={}: {error}; telepress tries again later", channel.name);
                missing += 1;
            }
        }
    }
    for chat in chats.values() {
        remember_discussion(operations, client, *chat, now).await;
    }
    (chats, missing)
}

/// Records the discussion group of a channel. Without it the channel's comments wait.
async fn remember_discussion(operations: &Operations, client: &Client, chat: i64, now: Timestamp) {
    match client.discussion_of(chat).await {
        Ok(Some(discussion)) => {
            if let Err(error) = operations.remember_discussion(chat, discussion, now).await {
                log::warn!("chat={chat}: cannot record its discussion group: {error}");
            }
        }
        Ok(None) => {}
        Err(error) => log::debug!("chat={chat}: its discussion group is not known: {error}"),
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
) -> Result<Vec<i64>, OperationError> {
    if let Some(StopReason::Refused(_)) = operations.store.journal().await?.stopped
        && client.get_me().await.is_ok()
    {
        operations.order(vec![Command::BotAccepted], now).await?;
        log::info!("Telegram accepts the bot's token again");
    }
    let discussions = operations.store.discussions().await?;
    let mut opened = Vec::new();
    for channel in operations.store.channels().await? {
        if !channel.refused || channel.paused.is_none() {
            continue;
        }
        let name = operations.name_of(channel.chat);
        let is_group = discussions.values().any(|group| *group == channel.chat);
        let may_write = if is_group {
            client.may_comment(channel.chat).await
        } else {
            client.may_post(channel.chat).await
        };
        match may_write {
            Ok(true) => {
                let order = Command::Resume { chat: Some(channel.chat), by: Actor::System };
                operations.order(vec![order], now).await?;
                log::info!("resumed channel={name}: the bot may post there again");
                opened.push(channel.chat);
            }
            Ok(false) => log::warn!("channel={name}: the bot has no right to post there"),
            Err(error) => log::warn!("channel={name}: {error}"),
        }
    }
    Ok(opened)
}
