//! `telepress move`: the file of a post has another name, and what was published under the old one is its own.

use clap::Args;

use super::Result;
use super::session::CliSession;
use crate::cli_context::{CliContext, line};
use crate::cli_error::CliError;
use crate::ids::PostId;
use crate::operations::OperationError;
use crate::outbox::Publication;
use crate::plan::{self, History};
use crate::store::{Access, Command, Query};

#[derive(Debug, Args)]
pub(super) struct MoveArguments {
    /// The id it had
    old: String,
    /// The id it has now
    new: String,
    /// Only in this channel; in all of them when left out
    #[arg(long, value_name = "C", allow_negative_numbers = true)]
    channel: Option<String>,
}

pub(super) fn execute(typed: &MoveArguments, context: &mut CliContext<'_>) -> Result {
    let session = CliSession::take(Access::Write, context)?;
    let (from, to) = (session.post(&typed.old)?, session.post(&typed.new)?);
    let now = context.clock.now();
    let known = session.operations.newsroom.check_some(&[from.clone(), to.clone()], now)?;
    let file = |id: &PostId| known.iter().find(|(known, _)| known == id)?.1.as_ref();
    if file(&to).is_none() {
        return Err(super::selection::no_post(&to, &session.operations.newsroom));
    }
    let chat = match session.channel(typed.channel.as_deref())? {
        None => None,
        Some(channel) => Some(session.operations.chat_of(channel).ok_or_else(|| {
            CliError::usage(
                format!("nobody has asked Telegram yet which chat {} is", channel.chat),
                "`telepress plan` does",
            )
        })?),
    };
    let is_meant = |known: &Publication| chat.is_none_or(|chat| chat == known.chat);
    let published =
        session.block_on(session.operations.publications(&from, None)).map(|mut known| {
            known.retain(is_meant);
            known
        });
    if let Some(old) = file(&from) {
        // The old name may have got another text.
        let source = plan::source_hash(&old.report.source.text);
        let says_other = |known: &Publication| known.source != source;
        if !published.as_ref().is_ok_and(|known| known.iter().any(says_other)) {
            return Err(CliError::usage(
                format!("the file of `{from}` is still there"),
                "move the file first: `move` only tells the journal of it",
            ));
        }
    }
    let moving = match published {
        Ok(moving) => moving,
        // A post that is older than the journal has nothing in it.
        Err(OperationError::NotInJournal { .. }) if is_older(&session, &from)? => Vec::new(),
        Err(fault) => return Err(fault.into()),
    };
    let known = session.wait(session.operations.store.publications(Query::Post(to.clone())))?;
    let is_in_the_way = |known: &Publication| {
        moving.iter().any(|moving| moving.chat == known.chat) && !known.can_be_replaced()
    };
    if known.iter().any(is_in_the_way) {
        return Err(CliError::usage(
            format!("the journal knows `{to}` already, as a post of its own"),
            format!(
                "two posts cannot become one: if the post that was `{to}` has another name by now, move that one first; if its message is to go, `telepress delete {to}`; else give this file another name"
            ),
        ));
    }
    let order = Command::Move {
        from: from.clone(),
        to: to.clone(),
        chat,
        by: session.operations.by.clone(),
    };
    session.wait(session.operations.order(vec![order], now))?;
    line!(
        context.out,
        "what the journal knew as `{from}` is `{to}` now; `telepress plan` shows what changes"
    )?;
    session.keep_mark(context)?;
    Ok(())
}

fn is_older(session: &CliSession, post: &PostId) -> Result<bool> {
    Ok(match session.wait(session.operations.store.history())? {
        History::FirstScan { posts, .. } => posts.contains(post),
        History::Before(_) => false,
    })
}
