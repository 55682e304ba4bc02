//! `telepress backup`: a consistent copy of the journal and the bytes of its media, even while another process writes to them.

use std::path::PathBuf;

use clap::Args;

use super::Result;
use super::session::{self, CliSession};
use crate::cli_context::{CliContext, line};
use crate::spool::Spool;
use crate::store::{Access, Address};

#[derive(Debug, Args)]
pub(super) struct BackupArguments {
    /// The file to write; it must not exist
    file: PathBuf,
}

pub(super) fn execute(typed: &BackupArguments, context: &mut CliContext<'_>) -> Result {
    let session = CliSession::take(Access::Read, context)?;
    session.wait(session.operations.store.backup(&typed.file))?;
    line!(context.out, "copied the journal to {}", typed.file.display())?;
    // Afterwards: bytes are in the spool before the journal names them.
    let newsroom = &session.operations.newsroom;
    let spool = newsroom.spool(&session::place(newsroom, context).0);
    let target = Spool::new(Address::Sqlite(typed.file.clone()).media());
    let copied = spool.copy_to(&target, context.clock.now())?;
    if copied > 0 {
        line!(context.out, "copied {copied} media files to {}", target.folder().display())?;
    }
    Ok(())
}
