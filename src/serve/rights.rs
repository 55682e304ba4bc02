//! Which chat each channel is, and whether the bot may post there again; it posts nothing.

use crate::ids::ChatId;
use crate::operations::{Chats, OperationError, Operations};
use crate::outbox::{Actor, StopReason};
use crate::store::Command;
use crate::telegram::Client;
use jiff::Timestamp;

/// The number of every channel that can be found, and how many cannot: those are told.
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
                    "channel={}: another channel of the config is the same chat; nothing goes to this one",
                    channel.name
                );
            }
            Ok(id) => {
                if let Err(fault) = operations.learn(channel, id, now).await {
                    log::warn!("channel={}: its chat is not remembered: {fault}", channel.name);
                }
                chats.insert(channel.name.clone(), id);
            }
            Err(fault) => {
                log::error!("channel={}: {fault}; it is looked for again", channel.name);
                missing += 1;
            }
        }
    }
    (chats, missing)
}

/// Opens the channels that refused the bot, where its rights have been mended since. A channel that a person paused stays
/// paused.
///
/// # Errors
/// Where the journal cannot be read or written.
pub async fn reopen(
    operations: &Operations,
    client: &Client,
    now: Timestamp,
) -> Result<Vec<i64>, OperationError> {
    if let Some(StopReason::Refused(_)) = operations.store.journal().await?.stopped
        && client.get_me().await.is_ok()
    {
        operations.order(vec![Command::BotAccepted], now).await?;
        log::info!("Telegram knows the bot again");
    }
    let mut opened = Vec::new();
    for channel in operations.store.channels().await? {
        if !channel.refused || channel.paused.is_none() {
            continue;
        }
        let name = operations.name_of(channel.chat);
        match client.may_post(channel.chat).await {
            Ok(true) => {
                let order = Command::Resume { chat: Some(channel.chat), by: Actor::System };
                operations.order(vec![order], now).await?;
                log::info!("opened channel={name}: the bot may post there again");
                opened.push(channel.chat);
            }
            Ok(false) => log::warn!("channel={name}: the bot may not post there"),
            Err(fault) => log::warn!("channel={name}: {fault}"),
        }
    }
    Ok(opened)
}
