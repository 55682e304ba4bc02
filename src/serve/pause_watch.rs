//! What people paused and resumed, here or at a shell, by the journal's log: the operators hear of it, but for who did it.

use crate::bot::Bot;
use crate::operations::{OperationError, Operations};
use crate::outbox::Actor;

/// Entries of the log that are looked at: of what was done while nobody looked, the newest count.
const ENTRIES: u32 = 200;

/// How far the log was looked at.
#[derive(Debug, Default)]
pub(super) struct PauseWatch {
    seen: Option<i64>,
}

impl PauseWatch {
    /// Tells the operators what was paused and resumed since the last look; the first one tells nothing.
    pub(super) async fn tell(
        &mut self,
        operations: &Operations,
        bot: &Bot<'_>,
    ) -> Result<(), OperationError> {
        let last = operations.store.journal().await?.last_entry.map_or(0, |(number, _)| number);
        let Some(seen) = self.seen.replace(last).filter(|seen| *seen < last) else { return Ok(()) };
        let new = u32::try_from(last - seen).unwrap_or(ENTRIES).min(ENTRIES);
        let mut told: Vec<(bool, Actor, Vec<Option<i64>>)> = Vec::new();
        for entry in operations.store.log(None, new).await?.into_iter().rev() {
            let is_pause = entry.event == "paused";
            if !entry.by.is_person() || !is_pause && entry.event != "resumed" {
                continue;
            }
            match told.last_mut().filter(|(kind, by, _)| *kind == is_pause && *by == entry.by) {
                Some((.., chats)) => chats.push(entry.chat),
                None => told.push((is_pause, entry.by, vec![entry.chat])),
            }
        }
        for (is_pause, by, chats) in told {
            bot.tell_paused(is_pause, &by, &chats).await;
        }
        Ok(())
    }
}
