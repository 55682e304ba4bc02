//! `telepress publish`: sends a post to its channels now, once.

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
    /// Sends it once more, as a message of its own, where it was published or taken back before
    #[arg(long)]
    again: bool,
    #[command(flatten)]
    wait: WaitArguments,
}

pub(super) fn execute(typed: &PublishArguments, context: &mut CliContext<'_>) -> Result {
    let session = CliSession::take(Access::Write, context)?;
    let PublishRequest { client, wanted } = publish_request::asked(&typed.post, &session, context)?;
    // What an earlier run left in the middle is found out before anything is decided.
    session.wait(session.operations.begin(context.clock.now()))?;
    failpoint::point("before-accept");
    let again = if typed.again { ResendPolicy::Always } else { ResendPolicy::No };
    let wishes: Vec<_> = wanted.iter().map(|desired| (desired, &RequestedTime::Now)).collect();
    let ordered = publish_request::place(&session, &wishes, again, context)?;
    deliver(&session, &client, &ordered, &typed.wait, context)
}
