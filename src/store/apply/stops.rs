//! Why nothing goes out, in one channel or at all: it comes and goes by these orders.

use super::{Moment, plain};
use crate::outbox::{Actor, Channel};
use crate::store::facts::Stops;
use crate::store::transaction::Transaction;
use crate::store::{Order, StoreFault};

/// Applies an order that stops what goes out, or allows it again; other orders change nothing.
pub(super) async fn apply(
    rows: &mut Transaction<'_>,
    order: &Order,
    moment: &Moment<'_>,
) -> Result<(), StoreFault> {
    let system = Actor::System;
    let (event, by, chat, detail) = match order {
        Order::Pause { chat, why, by } => {
            pause(rows, *chat, Some(why.clone())).await?;
            ("paused", by, *chat, why.as_str())
        }
        Order::Resume { chat, by } => {
            pause(rows, *chat, None).await?;
            ("resumed", by, *chat, "")
        }
        Order::Recognised => {
            set(rows, |known| Stops { refused: None, ..known }).await?;
            ("recognised", &system, None, "")
        }
        Order::Behind { why } => {
            set(rows, |known| Stops { restored: Some(why.clone()), ..known }).await?;
            ("behind", &system, None, why.as_str())
        }
        Order::Restored { by, line } => {
            rows.set_line(line).await?;
            set(rows, |known| Stops { restored: None, ..known }).await?;
            ("restored", by, None, "")
        }
        _ => return Ok(()),
    };
    rows.entry(&plain(moment, by, chat, event, detail.to_owned())).await
}

/// Pauses a channel, or everything, or ends that.
async fn pause(
    rows: &mut Transaction<'_>,
    chat: Option<i64>,
    paused: Option<String>,
) -> Result<(), StoreFault> {
    if let Some(chat) = chat {
        let known = rows.channel(chat).await?;
        return rows.set_channel(&Channel { paused, refused: false, ..known }).await;
    }
    set(rows, |known| {
        // A refused bot is tried again when somebody says so; a restored journal still has to be compared.
        let refused = known.refused.filter(|_| paused.is_some());
        Stops { paused, refused, ..known }
    })
    .await
}

/// Changes why nothing goes out at all.
async fn set(
    rows: &mut Transaction<'_>,
    change: impl FnOnce(Stops) -> Stops,
) -> Result<(), StoreFault> {
    let known = rows.stops().await?;
    rows.set_stops(&change(known)).await
}
