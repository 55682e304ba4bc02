//! `telepress journal`: what is done to the journal itself.

use clap::{Args, Subcommand};

use super::deliver;
use super::desk::place;
use crate::exit::Exit;
use crate::failure::{Failure, counted};
use crate::instance;
use crate::newsroom::{Newsroom, Places};
use crate::outbox::PayloadHash;
use crate::plan;
use crate::post::PostId;
use crate::serve::staging_mark;
use crate::store::{self, Access, StoreFault};
use crate::telegram::Client;
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
    /// Post files that exist then and are not drafts count as older than the journal: publish them by name, or
    /// adopt them. Never run this in a pipeline: restore a missing journal instead.
    #[command(after_help = "Example:\n  telepress journal create")]
    Create(CreateArguments),
}

#[derive(Debug, Args)]
pub(super) struct CreateArguments {
    /// Create it although an earlier journal is lost for good; telepress then does not know what was sent
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
    let lost = typed.previous_journal_is_lost;
    let has_staging = newsroom.config.recovery.staging_chat.is_some();
    let client = has_staging.then(|| deliver::client(&newsroom, world)).transpose()?;
    if let Some(client) = client.as_ref().filter(|_| !lost) {
        refuse_where_staging_knows_one(&newsroom, client, world)?;
    }
    let found = create(&newsroom, lost, world)?;
    if let Some(client) = client.as_ref().filter(|_| lost) {
        replace_mark(&newsroom, client, world)?;
    }
    let (address, _) = place(&newsroom, world);
    line!(world.out, "created the journal {address}")?;
    if found > 0 {
        let posts = counted(found, "post file");
        line!(
            world.err,
            "{posts} found; they are older than the journal, so `apply` and `serve` leave them alone: use `telepress publish POST` or `telepress adopt POST LINK`"
        )?;
    }
    Ok(Exit::Done)
}

/// Refuses where the mark in the staging chat says that the bot has a journal.
fn refuse_where_staging_knows_one(
    newsroom: &Newsroom,
    client: &Client,
    world: &World<'_>,
) -> Result<(), Failure> {
    let found = super::runtime()?.block_on(staging_mark::open(&newsroom.config, client));
    match found {
        Ok(found) => match found.as_ref().and_then(|found| found.mark()) {
            None => Ok(()),
            Some(mark) => {
                let (address, _) = place(newsroom, world);
                let evidence = format!(
                    "the pinned message in the staging chat says that it had made {} requests",
                    mark.attempt.0
                );
                Err(StoreFault::Vanished { place: address.to_string(), evidence }.into())
            }
        },
        Err(fault) => Err(Failure::usage(
            format!(
                "the staging chat cannot be read, so it is not known whether there was a journal: {fault}"
            ),
            "try again later; only if there never was a journal, or it is lost for good: `telepress journal create --previous-journal-is-lost`",
        )),
    }
}

/// Writes the new journal's mark over the one of the journal that is lost.
fn replace_mark(newsroom: &Newsroom, client: &Client, world: &World<'_>) -> Result<(), Failure> {
    let (address, outside) = place(newsroom, world);
    let (me, now) = (instance::me(), world.clock.now());
    super::runtime()?.block_on(async {
        let store = store::open(&address, &outside, Access::Read, me, now).await?;
        staging_mark::warn_unless_written(
            staging_mark::replace(&newsroom.config, &*store, client).await?,
        );
        Ok(())
    })
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
