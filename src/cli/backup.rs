//! `telepress backup`: a consistent copy of the journal and the bytes of its media, even while another process writes to them.

use std::path::PathBuf;

use clap::Args;

use super::Result;
use super::session::{self, CliSession};
use crate::cli_context::{CliContext, line};
use crate::explain::counted;
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
        let files = counted(copied, "media file");
        line!(context.out, "copied {files} to {}", target.folder().display())?;
    }
    let lacking = session.wait(session.operations.posts_without_media())?;
    if !lacking.is_empty() {
        let posts: Vec<_> = lacking.iter().map(|post| format!("`{post}`")).collect();
        line!(
            context.err,
            "warning: files of posts that are still to be sent are missing in {}: {}",
            spool.folder().display(),
            posts.join(", ")
        )?;
        line!(
            context.err,
            "  = help: they are sent only if the files beside the posts are still the same"
        )?;
    }
    Ok(())
}
