//! `telepress journal`: what is done to the journal itself.

use clap::{Args, Subcommand};

use super::desk::place;
use crate::exit::Exit;
use crate::failure::{Failure, counted};
use crate::newsroom::{Newsroom, Places};
use crate::outbox::PayloadHash;
use crate::plan;
use crate::post::PostId;
use crate::store;
use crate::world::{World, line};

#[derive(Debug, Args)]
pub(super) struct JournalArguments {
    #[command(subcommand)]
    command: JournalCommand,
}

#[derive(Debug, Subcommand)]
enum JournalCommand {
    /// Create the journal of a newsroom that has none
    ///
    /// Every post file that exists and is not a draft is then older than the journal: it is published only by name, or
    /// adopted. Never make this a step of a pipeline: a journal that is missing is to be restored.
    #[command(after_help = "Example:\n  telepress journal create")]
    Create(CreateArguments),
}

#[derive(Debug, Args)]
pub(super) struct CreateArguments {
    /// A journal that was here before is lost for good: what it sent is not known any more
    #[arg(long)]
    previous_journal_is_lost: bool,
}

pub(super) fn execute(
    typed: &JournalArguments,
    places: Places,
    world: &mut World<'_>,
) -> Result<Exit, Failure> {
    let JournalCommand::Create(typed) = &typed.command;
    let newsroom = super::open(places, world)?;
    let found = create(&newsroom, typed.previous_journal_is_lost, world)?;
    let (address, _) = place(&newsroom, world);
    line!(world.out, "created the journal {address}")?;
    if found > 0 {
        let posts = counted(found, "post file");
        line!(
            world.err,
            "{posts} found: older than the journal, so `telepress publish POST` sends one and `telepress adopt POST LINK` records where it is"
        )?;
    }
    Ok(Exit::Done)
}

/// Creates the journal of a newsroom, and says how many posts are older than it.
pub(super) fn create(newsroom: &Newsroom, lost: bool, world: &World<'_>) -> Result<usize, Failure> {
    let now = world.clock.now();
    let history: Vec<(PostId, PayloadHash)> = newsroom
        .each(now, |checked| {
            let source = plan::source_hash(&checked.report.source.text);
            // A file with errors may be a draft, or not.
            let is_draft = checked
                .post
                .as_ref()
                .is_some_and(|post| post.editions.iter().all(|edition| edition.options.draft));
            checked.id.filter(|_| !is_draft).map(|id| (id, source))
        })?
        .into_iter()
        .flatten()
        .collect();
    let (address, outside) = place(newsroom, world);
    let created = store::create(&address, &outside, &history, lost, now);
    super::runtime()?.block_on(created)?;
    Ok(history.len())
}
