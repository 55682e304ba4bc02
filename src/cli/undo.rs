//! `telepress undo`: undoes the user's last order if that was `adopt` or `resolve --sent`; it deletes no message.

use super::Result;
use super::session::CliSession;
use crate::cli_context::CliContext;
use crate::cli_error::CliError;
use crate::outbox::Event;
use crate::store::{Access, Command, LogEntry};

/// How many of the newest log entries are searched for the order.
const ENTRIES: u32 = 1_000;

pub(super) fn execute(context: &mut CliContext<'_>) -> Result {
    let session = CliSession::take(Access::Write, context)?;
    let by = session.operations.by.clone();
    let log = session.wait(session.operations.store.log(None, ENTRIES))?;
    // Binding the journal to a bot is not an order.
    let last = log.iter().find(|entry| entry.by == by && entry.event != "bound");
    let Some(id) = last.filter(|last| can_be_undone(last)).and_then(|last| last.publication) else {
        return Err(cannot_undo(last, &by.name()));
    };
    let order = Command::Event(id, Event::Undo { by });
    let done = session.wait(session.operations.order(vec![order], context.clock.now()))?;
    let undone: Vec<_> = done.into_iter().filter_map(|done| done.publication).collect();
    session.print_status(&undone, context)?;
    session.keep_mark(context)
}

fn can_be_undone(entry: &LogEntry) -> bool {
    matches!(entry.event.as_str(), "adopted" | "decided")
}

fn cannot_undo(last: Option<&LogEntry>, user: &str) -> CliError {
    let is_undone = last.is_some_and(|last| last.event == "undo");
    let why = match last.map(|last| &last.post) {
        None => format!("the journal has no order by {user}"),
        Some(_) if is_undone => "nothing to undo: your last order was already undone".to_owned(),
        Some(Some(post)) => format!("the last order by {user}, about `{post}`, cannot be undone"),
        Some(None) => format!("the last order by {user} cannot be undone"),
    };
    CliError::usage(
        why,
        "`undo` works for `adopt` and `resolve --sent`; `telepress log` shows your orders",
    )
}
