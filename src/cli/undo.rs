//! `telepress undo`: takes back the user's last order: what `publish`, `schedule` and `apply` have sent or planned within the last
//! minute, and the decisions of `adopt` and `resolve --sent`. Edits and pins stay.

use clap::Args;
use jiff::SignedDuration;

use super::Result;
use super::delete::{self, Removals};
use super::deliver::WaitArguments;
use super::session::{self, CliSession};
use crate::cli_context::{CliContext, line};
use crate::cli_error::CliError;
use crate::exit::Exit;
use crate::ids::PostId;
use crate::limits;
use crate::operations::OperationError;
use crate::outbox::{Actor, Event, EventKind, Publication, StepRefusal};
use crate::store::{Access, Command, LogEntry, LogEvent, StoreError};

/// How many of the newest log entries are searched for the order.
const ENTRIES: u32 = 1_000;

const HINT: &str = "`undo` undoes what you published within the last minute, and `adopt` and `resolve --sent`; `telepress log` shows your orders";

#[derive(Debug, Args)]
pub(super) struct UndoArguments {
    #[command(flatten)]
    wait: WaitArguments,
}

pub(super) fn execute(typed: &UndoArguments, context: &mut CliContext<'_>) -> Result {
    let session = CliSession::take(Access::Write, context)?;
    let by = session.operations.by.clone();
    let log = session.wait(session.operations.store.log(None, ENTRIES))?;
    // Binding the journal to a bot is not an order.
    let own = |entry: &&LogEntry| entry.by == by && entry.event != LogEvent::Bound;
    let Some(last) = log.iter().find(own) else { return Err(cannot_undo(None, None)) };
    // The orders of one command are recorded at the same moment.
    let together: Vec<_> = log.iter().filter(own).filter(|entry| entry.at == last.at).collect();
    if together.iter().any(|entry| entry.event == LogEvent::Accepted) {
        return take_back(&together, &typed.wait, &session, context);
    }
    let decision = Some(last).filter(|last| can_be_undone(last));
    let Some((entry, id)) = decision.and_then(|entry| Some((entry, entry.publication?))) else {
        return Err(cannot_undo(Some(last), earlier(&log, last, &by)));
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

/// Deletes what an order has sent, and cancels what waits.
fn take_back(
    order: &[&LogEntry],
    wait: &WaitArguments,
    session: &CliSession,
    context: &mut CliContext<'_>,
) -> Result {
    let accepted: Vec<_> = order.iter().filter(|entry| entry.event == LogEvent::Accepted).collect();
    let mut publications = Vec::new();
    for id in accepted.iter().filter_map(|entry| entry.publication) {
        publications.push(session.wait(session.operations.publication(id))?);
    }
    let ordered_at = accepted.first().map(|entry| entry.at);
    let published =
        publications.iter().filter(|one| one.sent_count() > 0).map(Publication::published_at);
    if let Some(last) = published.chain(ordered_at).max() {
        let age = context.clock.now().duration_since(last);
        if age > SignedDuration::try_from(limits::UNDO_WINDOW).unwrap_or(SignedDuration::MAX) {
            return Err(too_late(&publications));
        }
    }
    if delete::report_unknown_outcomes(&mut publications, session, context)? {
        return Ok(());
    }
    report_edits(order, context)?;
    let waiting: Vec<_> = publications
        .extract_if(.., |one| one.sent_count() == 0 && !one.state.is_terminal())
        .collect();
    publications.retain(|one| one.sent_count() > 0);
    let is_pinned = publications.iter().any(|one| one.pin.made);
    let mut removals = Removals::of(&publications, &[], session, context)?;
    removals.cancelled.extend(waiting.iter().map(|one| one.id));
    if removals.orders.is_empty() && removals.cancelled.is_empty() {
        if context.exit == Exit::Done {
            return Err(CliError::usage(
                "nothing to undo: your last order was already undone",
                HINT,
            ));
        }
        return Ok(());
    }
    let client = session::client(&session.operations.newsroom, context)?;
    removals.carry_out(&client, session, wait, context)?;
    if is_pinned {
        line!(context.err, "note: the message that was pinned before is not pinned again")?;
    }
    Ok(())
}

/// Says which orders of the same command stay.
fn report_edits(order: &[&LogEntry], context: &mut CliContext<'_>) -> Result {
    let revised = LogEvent::Publication(EventKind::Revise);
    for entry in order.iter().filter(|entry| entry.event == revised) {
        let Some(post) = &entry.post else { continue };
        line!(context.err, "note: the edit of `{post}` stays: edits and pins are not undone")?;
    }
    Ok(())
}

fn too_late(publications: &[Publication]) -> CliError {
    let post = publications.first().map(|one| one.post.to_string()).unwrap_or_default();
    CliError::stopped(
        Exit::Findings,
        format!("your last order, about `{post}`, was more than a minute ago"),
        format!(
            "`telepress delete {post}` deletes its messages; `telepress cancel {post}` takes it off the schedule"
        ),
    )
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

/// What the same user published within the last minute before `last`.
fn earlier<'l>(log: &'l [LogEntry], last: &LogEntry, by: &Actor) -> Option<&'l PostId> {
    let window = SignedDuration::try_from(limits::UNDO_WINDOW).unwrap_or(SignedDuration::MAX);
    let is_recent = |entry: &&LogEntry| {
        entry.by == *by
            && entry.event == LogEvent::Accepted
            && entry.post != last.post
            && last.at.duration_since(entry.at) <= window
    };
    log.iter().find(is_recent)?.post.as_ref()
}

fn cannot_undo(last: Option<&LogEntry>, earlier: Option<&PostId>) -> CliError {
    let is = |kind| last.is_some_and(|last| last.event == LogEvent::Publication(kind));
    let why = match last.map(|last| &last.post) {
        None => "you have no order in the journal".to_owned(),
        Some(_) if is(EventKind::Undo) => {
            "nothing to undo: your last order was already undone".to_owned()
        }
        Some(Some(post)) if is(EventKind::Revise) => {
            format!(
                "your last order changed messages of `{post}`: edits, deletions and pins are not undone"
            )
        }
        Some(Some(post)) => format!("your last order, about `{post}`, cannot be undone"),
        Some(None) => "your last order cannot be undone".to_owned(),
    };
    let hint = earlier.map(|post| {
        format!("your order before it was about `{post}`: `telepress delete {post}` deletes its messages, `telepress cancel {post}` takes it off the schedule")
    });
    CliError::usage(why, hint.unwrap_or_else(|| HINT.to_owned()))
}
