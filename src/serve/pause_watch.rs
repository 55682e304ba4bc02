//! Notifies the operators when someone pauses or resumes sending, in the chat or a shell. It reads the journal's log.

use crate::bot::Bot;
use crate::ids::Destination;
use crate::operations::{OperationError, Operations};
use crate::outbox::Actor;
use crate::store::LogEvent;

/// The largest number of log entries to read; older ones are skipped.
const ENTRIES: u32 = 200;

/// The position in the log.
#[derive(Debug, Default)]
pub(super) struct PauseWatch {
    seen: Option<i64>,
}

impl PauseWatch {
    /// Notifies the operators of pauses and resumes since the last call. The first call only sets the position.
    pub(super) async fn notify(
        &mut self,
        operations: &Operations,
        bot: &Bot<'_>,
    ) -> Result<(), OperationError> {
        let last = operations.store.journal().await?.last_entry.map_or(0, |(number, _)| number);
        let Some(seen) = self.seen.replace(last).filter(|seen| *seen < last) else { return Ok(()) };
        let new = u32::try_from(last - seen).unwrap_or(ENTRIES).min(ENTRIES);
        let mut changes: Vec<(bool, Actor, Vec<Option<Destination>>)> = Vec::new();
        for entry in operations.store.log(None, new).await?.into_iter().rev() {
            let is_pause = entry.event == LogEvent::Paused;
            if !entry.by.is_person() || !is_pause && entry.event != LogEvent::Resumed {
                continue;
            }
            match changes.last_mut().filter(|(kind, by, _)| *kind == is_pause && *by == entry.by) {
                Some((.., places)) => places.push(entry.place),
                None => changes.push((is_pause, entry.by, vec![entry.place])),
            }
        }
        for (is_pause, by, places) in changes {
            bot.tell_paused(is_pause, &by, &places).await;
        }
        Ok(())
    }
}
