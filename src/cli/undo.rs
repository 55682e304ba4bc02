//! `telepress undo`: reverts the user's last order if that was `adopt` or `resolve --sent`; it deletes no message.

use super::Result;
use super::session::CliSession;
use crate::cli_context::CliContext;
use crate::cli_error::CliError;
use crate::outbox::Event;
use crate::store::{Access, Command, LogEntry};

/// Entries of the log among which the order is looked for, the newest ones.
const ENTRIES: u32 = 1_000;

pub(super) fn execute(context: &mut CliContext<'_>) -> Result {
    let session = CliSession::take(Access::Write, context)?;
    let by = session.operations.by.clone();
    let log = session.wait(session.operations.store.log(None, ENTRIES))?;
    // That the journal belongs to a bot is no order.
    let last = log.iter().find(|entry| entry.by == by && entry.event != "bound");
    let Some(id) = last.filter(|last| can_be_undone(last)).and_then(|last| last.publication) else {
        return Err(nothing(last, &by.name()));
    };
    let order = Command::Event(id, Event::Undo { by });
    let done = session.wait(session.operations.order(vec![order], context.clock.now()))?;
    let undone: Vec<_> = done.into_iter().filter_map(|done| done.publication).collect();
    session.tell(&undone, context)?;
    session.keep_mark(context)
}

/// Whether an entry is a word on messages.
fn can_be_undone(entry: &LogEntry) -> bool {
    matches!(entry.event.as_str(), "adopted" | "decided")
}

/// Why nothing is taken back.
fn nothing(last: Option<&LogEntry>, who: &str) -> CliError {
    let why = match last.map(|last| &last.post) {
        None => format!("the journal has no order of {who}"),
        Some(Some(post)) => format!("the last order of {who}, about `{post}`, cannot be undone"),
        Some(None) => format!("the last order of {who} cannot be undone"),
    };
    CliError::usage(why, "`undo` takes back `adopt` and `resolve --sent`")
}
