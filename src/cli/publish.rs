//! `telepress publish`: publishes a post now.

use clap::Args;

use super::Result;
use super::deliver::{WaitArguments, deliver};
use super::publish_request::{self, PublishRequest};
use super::selection::PostArguments;
use super::session::CliSession;
use crate::cli_context::{CliContext, line};
use crate::exit::Exit;
use crate::explain::counted;
use crate::failpoint;
use crate::operations::RequestedTime;
use crate::plan::{Desired, ResendPolicy};
use crate::store::Access;
use crate::table::{Table, TableStyle};

#[derive(Debug, Args)]
pub(super) struct PublishArguments {
    #[command(flatten)]
    post: PostArguments,
    /// Publish it as a new message even if it was published or deleted before
    #[arg(long)]
    again: bool,
    /// Do not ask before it is published in several channels
    #[arg(long)]
    yes: bool,
    #[command(flatten)]
    wait: WaitArguments,
}

pub(super) fn execute(typed: &PublishArguments, context: &mut CliContext<'_>) -> Result {
    let session = CliSession::take(Access::Write, context)?;
    let again = if typed.again { ResendPolicy::Always } else { ResendPolicy::No };
    let asks = !typed.yes && !typed.again && context.can_ask;
    publish(&typed.post, again, asks, &typed.wait, &session, context)
}

/// Publishes a post now, or continues what an earlier run left unfinished.
pub(super) fn publish(
    post: &PostArguments,
    again: ResendPolicy,
    asks: bool,
    wait: &WaitArguments,
    session: &CliSession,
    context: &mut CliContext<'_>,
) -> Result {
    let PublishRequest { client, wanted } = publish_request::read(post, session, context)?;
    if asks && wanted.len() > 1 && !is_confirmed(&wanted, context)? {
        line!(context.err, "nothing was published")?;
        context.ends(Exit::Findings);
        return Ok(());
    }
    // This resolves what an earlier run left unfinished, before anything is decided.
    session.wait(session.operations.acquire_lock(context.clock.now()))?;
    failpoint::point("before-accept");
    let requested: Vec<_> = wanted.iter().map(|desired| (desired, &RequestedTime::Now)).collect();
    let ordered = publish_request::enqueue(session, &requested, again, context)?;
    deliver(session, &client, &ordered, wait, context)?;
    publish_request::report_unplaced_comments(&wanted, context)
}

/// Shows what goes where, and asks.
fn is_confirmed(wanted: &[Desired], context: &mut CliContext<'_>) -> Result<bool> {
    let mut table = Table::with_header(["CHANNEL", "CHAT", "LANGUAGE", "MESSAGES", "TEXT"]);
    for desired in wanted {
        let first = desired.parts.first().map(|part| part.request.string()).unwrap_or_default();
        table.row([
            desired.channel.name.to_string(),
            desired.channel.chat.to_string(),
            desired.edition.clone(),
            desired.parts.len().to_string(),
            super::list::title(&first),
        ]);
    }
    let look = TableStyle { colour: context.terminal.colour, header: true };
    context.err.styled(&table.draw_with(look))?;
    super::confirmed(&format!("Publish in {}?", counted(wanted.len(), "channel")), context)
}
