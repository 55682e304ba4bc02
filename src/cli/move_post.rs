//! `telepress move`: records that the file of a post was renamed; the published messages then belong to the new id.

use clap::Args;

use super::Result;
use super::session::CliSession;
use crate::cli_context::{CliContext, line};
use crate::cli_error::CliError;
use crate::ids::PostId;
use crate::operations::OperationError;
use crate::outbox::Publication;
use crate::plan::{self, OlderPosts};
use crate::store::{Access, Command, Query};

#[derive(Debug, Args)]
pub(super) struct MoveArguments {
    /// The old id
    old: String,
    /// The new id
    new: String,
    /// Only in this channel [default: all channels]
    #[arg(long, value_name = "CHANNEL", allow_negative_numbers = true)]
    channel: Option<String>,
}

pub(super) fn execute(typed: &MoveArguments, context: &mut CliContext<'_>) -> Result {
    let session = CliSession::take(Access::Write, context)?;
    let (from, to) = (session.post(&typed.old)?, session.post(&typed.new)?);
    let now = context.clock.now();
    let files = session.operations.newsroom.check_some(&[from.clone(), to.clone()], now)?;
    let file = |id: &PostId| files.iter().find(|(other, _)| other == id)?.1.as_ref();
    if file(&to).is_none() {
        return Err(super::selection::no_post(&to, &session.operations.newsroom));
    }
    let place = match session.channel(typed.channel.as_deref())? {
        None => None,
        Some(channel) => Some(session.operations.destination_of(channel).ok_or_else(|| {
            CliError::usage(
                format!("the chat id of {} is not known yet", channel.chat),
                "run `telepress plan`, which asks Telegram for it",
            )
        })?),
    };
    let is_meant = |publication: &Publication| {
        place.is_none_or(|place| place == publication.channel_destination())
    };
    let published =
        session.block_on(session.operations.publications(&from, None)).map(|mut publications| {
            publications.retain(is_meant);
            publications
        });
    if let Some(old) = file(&from) {
        // A new post may have taken the old name.
        let source = plan::source_hash(&old.report.source.text);
        let differs = |publication: &Publication| publication.source != source;
        if !published.as_ref().is_ok_and(|publications| publications.iter().any(differs)) {
            return Err(CliError::usage(
                format!("the file of `{from}` still exists"),
                "rename the file first; `move` changes only the journal",
            ));
        }
    }
    let moving = match published {
        Ok(moving) => moving,
        // The journal has no publication of a post that is older than the journal.
        Err(OperationError::NotInJournal { .. }) if is_older(&session, &from)? => Vec::new(),
        Err(error) => return Err(error.into()),
    };
    let of_new = session.wait(session.operations.store.publications(Query::Post(to.clone())))?;
    let conflicts = |publication: &Publication| {
        moving.iter().any(|moving| moving.destination() == publication.destination())
            && !publication.can_be_replaced()
    };
    if of_new.iter().any(conflicts) {
        return Err(CliError::usage(
            format!("the journal has another post `{to}` already"),
            format!(
                "if that post was renamed too, move it first; to delete its messages, run `telepress delete {to}`; otherwise give this file another name"
            ),
        ));
    }
    let order = Command::Move {
        from: from.clone(),
        to: to.clone(),
        channel: place,
        by: session.operations.by.clone(),
    };
    session.wait(session.operations.order(vec![order], now))?;
    line!(
        context.out,
        "moved `{from}` to `{to}` in the journal; `telepress plan` shows what changes"
    )?;
    session.keep_mark(context)?;
    Ok(())
}

fn is_older(session: &CliSession, post: &PostId) -> Result<bool> {
    Ok(match session.wait(session.operations.store.history())? {
        OlderPosts::FirstScan { posts, .. } => posts.contains(post),
        OlderPosts::Before(_) => false,
    })
}
