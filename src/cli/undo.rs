//! `telepress undo`: undoes the user's last order if that was `adopt` or `resolve --sent`; it deletes no message.

use super::Result;
use super::session::CliSession;
use crate::cli_context::CliContext;
use crate::cli_error::CliError;
use crate::exit::Exit;
use crate::operations::OperationError;
use crate::outbox::{Event, EventKind, StepRefusal};
use crate::store::{Access, Command, LogEntry, LogEvent, StoreError};

/// How many of the newest log entries are searched for the order.
const ENTRIES: u32 = 1_000;

const HINT: &str =
    "`undo` works for `adopt` and `resolve --sent`; `telepress log` shows your orders";

pub(super) fn execute(context: &mut CliContext<'_>) -> Result {
    let session = CliSession::take(Access::Write, context)?;
    let by = session.operations.by.clone();
    let log = session.wait(session.operations.store.log(None, ENTRIES))?;
    // Binding the journal to a bot is not an order.
    let last = log.iter().find(|entry| entry.by == by && entry.event != LogEvent::Bound);
    let undoable = last.filter(|last| can_be_undone(last));
    let Some((entry, id)) = undoable.and_then(|entry| Some((entry, entry.publication?))) else {
        return Err(cannot_undo(last));
    };
    let order = Command::Event(id, Event::Undo { by });
    let done = session.block_on(session.operations.order(vec![order], context.clock.now()));
    let done = done.map_err(|error| match error {
        OperationError::Store(StoreError::Refused {
            refused: StepRefusal::WrongState { .. },
            ..
        }) => CliError::stopped(Exit::Findings, not_undoable(entry), HINT),
        error => error.into(),
    })?;
    let undone: Vec<_> = done.into_iter().filter_map(|done| done.publication).collect();
    session.print_status(&undone, context)?;
    session.keep_mark(context)
}

fn can_be_undone(entry: &LogEntry) -> bool {
    matches!(entry.event, LogEvent::Adopted | LogEvent::Publication(EventKind::Resolve))
}

/// An order that recorded no message, such as `resolve --skip`, cannot be undone.
fn not_undoable(entry: &LogEntry) -> String {
    let command = if entry.event == LogEvent::Adopted { "adopt" } else { "resolve" };
    let post = entry.post.as_ref().map(|post| format!(" {post}")).unwrap_or_default();
    format!("your last order, `{command}{post}`, cannot be undone")
}

fn cannot_undo(last: Option<&LogEntry>) -> CliError {
    let is_undone = last.is_some_and(|last| last.event == LogEvent::Publication(EventKind::Undo));
    let why = match last.map(|last| &last.post) {
        None => "the journal has no order of yours".to_owned(),
        Some(_) if is_undone => "nothing to undo: your last order was already undone".to_owned(),
        Some(Some(post)) => format!("your last order, about `{post}`, cannot be undone"),
        Some(None) => "your last order cannot be undone".to_owned(),
    };
    CliError::usage(why, HINT)
}
