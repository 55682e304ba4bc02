//! `telepress publish`: publishes a post now.

use clap::Args;

use super::Result;
use super::deliver::{WaitArguments, deliver};
use super::publish_request::{self, PublishRequest};
use super::selection::PostArguments;
use super::session::CliSession;
use crate::cli_context::CliContext;
use crate::failpoint;
use crate::operations::RequestedTime;
use crate::plan::ResendPolicy;
use crate::store::Access;

#[derive(Debug, Args)]
pub(super) struct PublishArguments {
    #[command(flatten)]
    post: PostArguments,
    /// Publish it as a new message even if it was published or deleted before
    #[arg(long)]
    again: bool,
    #[command(flatten)]
    wait: WaitArguments,
}

pub(super) fn execute(typed: &PublishArguments, context: &mut CliContext<'_>) -> Result {
    let session = CliSession::take(Access::Write, context)?;
    let again = if typed.again { ResendPolicy::Always } else { ResendPolicy::No };
    publish(&typed.post, again, &typed.wait, &session, context)
}

/// Publishes a post now, or continues what an earlier run left unfinished.
pub(super) fn publish(
    post: &PostArguments,
    again: ResendPolicy,
    wait: &WaitArguments,
    session: &CliSession,
    context: &mut CliContext<'_>,
) -> Result {
    let PublishRequest { client, wanted } = publish_request::read(post, session, context)?;
    // This resolves what an earlier run left unfinished, before anything is decided.
    session.wait(session.operations.acquire_lock(context.clock.now()))?;
    failpoint::point("before-accept");
    let requested: Vec<_> = wanted.iter().map(|desired| (desired, &RequestedTime::Now)).collect();
    let ordered = publish_request::enqueue(session, &requested, again, context)?;
    deliver(session, &client, &ordered, wait, context)?;
    publish_request::report_unplaced_comments(&wanted, context)
}
