//! Orders that stop or resume sending, in one channel or in all. They change no publication.

use super::{ApplyContext, hooks, log_entry};
use crate::ids::Destination;
use crate::outbox::Actor;
use crate::store::facts::{Pause, StopReasons};
use crate::store::transaction::Transaction;
use crate::store::{Command, LogEvent, StoreError};

/// Applies an order that stops or resumes sending; ignores others.
pub(super) async fn apply(
    rows: &mut Transaction<'_>,
    order: &Command,
    context: &ApplyContext<'_>,
) -> Result<(), StoreError> {
    let system = Actor::System;
    let (event, by, channel, detail) = match order {
        Command::Pause { channel, why, by } => {
            pause(rows, *channel, Some(why.clone())).await?;
            (LogEvent::Paused, by, *channel, why.as_str())
        }
        Command::Resume { channel, by } => {
            pause(rows, *channel, None).await?;
            (LogEvent::Resumed, by, *channel, "")
        }
        Command::BotAccepted => {
            set(rows, |known| StopReasons { refused: None, ..known }).await?;
            (LogEvent::BotAccepted, &system, None, "")
        }
        Command::JournalOutdated { why } => {
            set(rows, |known| StopReasons { restored: Some(why.clone()), ..known }).await?;
            (LogEvent::JournalOutdated, &system, None, why.as_str())
        }
        Command::Restored { by, timeline: line } => {
            rows.set_timeline(line).await?;
            set(rows, |known| StopReasons { restored: None, ..known }).await?;
            hooks::drop_all(rows, context).await?;
            (LogEvent::Restored, by, None, "")
        }
        _ => return Ok(()),
    };
    rows.insert_log_entry(&log_entry(context, by, channel, event, detail.to_owned())).await
}

/// Pauses or resumes a channel, or everything.
async fn pause(
    rows: &mut Transaction<'_>,
    channel: Option<Destination>,
    paused: Option<String>,
) -> Result<(), StoreError> {
    if let Some(channel) = channel {
        return rows.set_pause(channel, &Pause { why: paused, ..Pause::default() }).await;
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
