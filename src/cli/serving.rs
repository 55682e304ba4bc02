//! `telepress status --serving`: whether a process publishes from the journal, for health checks.

use clap::Args;

use super::Result;
use super::session::CliSession;
use super::status::{self, StatusArguments, StatusScope};
use crate::cli_context::CliContext;
use crate::cli_error::CliError;
use crate::exit::Exit;
use crate::store::{Access, LockResult};

#[derive(Debug, Args)]
pub(super) struct StatusCommand {
    #[command(flatten)]
    shown: StatusArguments,
    /// Only check whether `serve` is running: exit with 0 if it is, and with 4 if not
    #[arg(long, conflicts_with_all = ["chosen", "channel", "format"])]
    serving: bool,
}

pub(super) fn execute(typed: &StatusCommand, context: &mut CliContext<'_>) -> Result {
    if !typed.serving {
        return status::execute(&typed.shown, StatusScope::All, context);
    }
    let session = CliSession::take_any(Access::Write, context)?;
    // Taken only for a moment: the lock ends with this process.
    match session.wait(session.operations.store.take_lock())? {
        LockResult::Held { .. } => Ok(()),
        LockResult::Taken { .. } => Err(CliError::stopped(
            Exit::Waiting,
            "no process publishes from this journal",
            "start `telepress serve`",
        )),
    }
}
