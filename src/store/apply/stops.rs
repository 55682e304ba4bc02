//! Orders that stop or resume sending, in one channel or in all. They change no publication.

use super::{ApplyContext, log_entry};
use crate::outbox::{Actor, Channel};
use crate::store::facts::StopReasons;
use crate::store::transaction::Transaction;
use crate::store::{Command, LogEvent, StoreError};

/// Applies an order that stops or resumes sending; ignores others.
pub(super) async fn apply(
    rows: &mut Transaction<'_>,
    order: &Command,
    context: &ApplyContext<'_>,
) -> Result<(), StoreError> {
    let system = Actor::System;
    let (event, by, chat, detail) = match order {
        Command::Pause { chat, why, by } => {
            pause(rows, *chat, Some(why.clone())).await?;
            (LogEvent::Paused, by, *chat, why.as_str())
        }
        Command::Resume { chat, by } => {
            pause(rows, *chat, None).await?;
            (LogEvent::Resumed, by, *chat, "")
        }
        Command::BotAccepted => {
            set(rows, |known| StopReasons { refused: None, ..known }).await?;
            (LogEvent::BotAccepted, &system, None, "")
        }
        Command::JournalOutdated { why } => {
            set(rows, |known| StopReasons { restored: Some(why.clone()), ..known }).await?;
            (LogEvent::JournalOutdated, &system, None, why.as_str())
        }
        Command::Restored { by, line } => {
            rows.set_line(line).await?;
            set(rows, |known| StopReasons { restored: None, ..known }).await?;
            (LogEvent::Restored, by, None, "")
        }
        _ => return Ok(()),
    };
    rows.entry(&log_entry(context, by, chat, event, detail.to_owned())).await
}

/// Pauses or resumes a channel, or everything.
async fn pause(
    rows: &mut Transaction<'_>,
    chat: Option<i64>,
    paused: Option<String>,
) -> Result<(), StoreError> {
    if let Some(chat) = chat {
        let known = rows.channel(chat).await?;
        return rows.set_channel(&Channel { paused, refused: false, ..known }).await;
    }
    set(rows, |known| {
        // Resuming retries a refused bot, but a restored journal must still be compared.
        let refused = known.refused.filter(|_| paused.is_some());
        StopReasons { paused, refused, ..known }
    })
    .await
}

/// Changes the reasons that stop all sending.
async fn set(
    rows: &mut Transaction<'_>,
    change: impl FnOnce(StopReasons) -> StopReasons,
) -> Result<(), StoreError> {
    let known = rows.stops().await?;
    rows.set_stops(&change(known)).await
}
