//! `telepress backup`: a consistent copy of the journal, even while another process writes to it.

use std::path::PathBuf;

use clap::Args;

use super::Result;
use super::session::CliSession;
use crate::cli_context::{CliContext, line};
use crate::store::Access;

#[derive(Debug, Args)]
pub(super) struct BackupArguments {
    /// The file to write; it must not exist
    file: PathBuf,
}

pub(super) fn execute(typed: &BackupArguments, context: &mut CliContext<'_>) -> Result {
    let session = CliSession::take(Access::Read, context)?;
    session.wait(session.operations.store.backup(&typed.file))?;
    line!(context.out, "copied the journal to {}", typed.file.display())?;
    Ok(())
}
