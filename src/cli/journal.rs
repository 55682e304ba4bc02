//! `telepress journal`: what is done to the journal itself.

use std::collections::BTreeMap;

use clap::{Args, Subcommand};
use url::Url;

use super::Result;
use super::desk::{self, Seat, place};
use crate::desk::DeskFault;
use crate::exit::Exit;
use crate::failure::{Failure, counted};
use crate::ids::ChatId;
use crate::instance;
use crate::newsroom::Newsroom;
use crate::outbox::PartState;
use crate::outbox::Refusal;
use crate::plan::{self, Desired, Words};
use crate::serve::staging_mark::{self, Replaced};
use crate::store::{self, Access, Binding, Lock, Order, Scanned, StoreFault, Wanted};
use crate::telegram::method::LookAtOwn;
use crate::telegram::{CallFault, Client, ClientOptions, credentials, server_name};
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
    /// Let the journal belong to another Bot API server, to which its bot has moved
    #[command(after_help = "Example:\n  telepress journal server http://localhost:8081")]
    Server(ServerArguments),
}

#[derive(Debug, Args)]
pub(super) struct ServerArguments {
    /// The address of the server; Telegram's own is https://api.telegram.org
    url: Url,
}

#[derive(Debug, Args)]
pub(super) struct CreateArguments {
    /// Create it although an earlier journal is lost for good; telepress then does not know what was sent
    #[arg(long)]
    previous_journal_is_lost: bool,
}

pub(super) fn execute(typed: &JournalArguments, world: &mut World<'_>) -> Result {
    let typed = match &typed.command {
        JournalCommand::Create(typed) => typed,
        JournalCommand::Server(typed) => return rebind(&typed.url, world),
    };
    let newsroom = super::open(world)?;
    let lost = typed.previous_journal_is_lost;
    let has_staging = newsroom.config.recovery.staging_chat.is_some();
    let client = has_staging.then(|| desk::client(&newsroom, world)).transpose()?;
    refuse_where_it_exists(&newsroom, world)?;
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
    Ok(())
}

/// Lets the journal belong to another server, which must know its bot.
fn rebind(url: &Url, world: &mut World<'_>) -> Result {
    let seat = Seat::take_any(Access::Write, world)?;
    if let Lock::Held { .. } = seat.wait(seat.desk.begin(world.clock.now()))? {
        return Err(Failure::usage(
            "another process publishes from this journal",
            "stop `telepress serve` first",
        ));
    }
    let token = credentials::token(world.environment)?;
    let client = Client::new(token, Some(url), ClientOptions::default())?;
    let me = seat.block_on(client.get_me()).map_err(|fault| {
        let is_refused = matches!(fault, CallFault::Refused { .. });
        let exit = if is_refused { Exit::Usage } else { Exit::Waiting };
        let hint = "check the address and the token; nothing was changed";
        Failure::stopped(exit, format!("{}: {fault}", client.server()), hint)
    })?;
    let to = Binding { server: client.server().to_owned(), bot: me.id };
    if let Some(bound) = seat.wait(seat.desk.store.journal())?.bound.filter(|one| one.bot != me.id)
    {
        return Err(DeskFault::OtherBot { bound, bot: me.id }.into());
    }
    refuse_unless_known(&seat, &client)?;
    line!(world.out, "the journal belongs to {to} now")?;
    if server_name(seat.desk.newsroom.config.bot.api_url.as_ref()).as_ref() != Ok(&to.server) {
        line!(world.err, "set `api_url = \"{}\"` under `[bot]` in the config", to.server)?;
    }
    let order = Order::Bind { to, by: seat.desk.by.clone() };
    seat.wait(seat.desk.order(vec![order], world.clock.now()))?;
    Ok(())
}

/// Refuses a server that does not have the newest message of each channel: it is not the same Telegram, gives the same numbers
/// to other messages, and what was published could not be told from them.
fn refuse_unless_known(seat: &Seat, client: &Client) -> Result {
    let publications = seat.wait(seat.desk.store.publications(Wanted::All))?;
    let mut newest: BTreeMap<i64, i64> = BTreeMap::new();
    for known in &publications {
        for part in &known.parts {
            // Adopted messages need not be the bot's.
            if let PartState::Sent { message_ids, via, .. } = &part.state
                && !via.is_word()
                && let Some(id) = message_ids.iter().max()
            {
                let highest = newest.entry(known.chat).or_default();
                *highest = (*id).max(*highest);
            }
        }
    }
    for (chat, message_id) in newest {
        let look = client.call(LookAtOwn { chat_id: ChatId::Id(chat), message_id });
        match seat.block_on(look) {
            Ok(_) | Err(CallFault::Refused { class: Refusal::NotModified, .. }) => {}
            Err(fault @ CallFault::Refused { .. }) => {
                let name = seat.desk.name_of(chat);
                return Err(Failure::usage(
                    format!(
                        "{} does not have message {message_id} of {name}, which was published from this journal: {fault}",
                        client.server()
                    ),
                    "give the other server a journal of its own with `[store] url`; nothing was changed",
                ));
            }
            Err(fault) => {
                let hint = "nothing was changed; try again later";
                return Err(Failure::stopped(Exit::Waiting, fault.to_string(), hint));
            }
        }
    }
    Ok(())
}

/// Refuses where there is a journal, whatever else is known of others.
fn refuse_where_it_exists(newsroom: &Newsroom, world: &World<'_>) -> Result {
    let (address, outside) = place(newsroom, world);
    let (me, now) = (instance::me(), world.clock.now());
    let opened = store::open(&address, &outside, Access::Read, me, now);
    match super::runtime()?.block_on(opened) {
        Ok(_) => Err(StoreFault::Present(address.to_string()).into()),
        // What is wrong with it, or that it is missing, is seen when it is created.
        Err(_) => Ok(()),
    }
}

/// Refuses where the mark in the staging chat says that the bot has a journal.
fn refuse_where_staging_knows_one(
    newsroom: &Newsroom,
    client: &Client,
    world: &World<'_>,
) -> Result {
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
fn replace_mark(newsroom: &Newsroom, client: &Client, world: &World<'_>) -> Result {
    let (address, outside) = place(newsroom, world);
    let (me, now) = (instance::me(), world.clock.now());
    super::runtime()?.block_on(async {
        let store = store::open(&address, &outside, Access::Read, me, now).await?;
        if let Replaced::Without(fault) | Replaced::Other(fault) =
            staging_mark::replace(&newsroom.config, &store, client).await?
        {
            staging_mark::warn_unless_written(Err(fault));
        }
        Ok(())
    })
}

/// Creates the journal of a newsroom, and says how many posts are older than it.
pub(super) fn create(newsroom: &Newsroom, lost: bool, world: &World<'_>) -> Result<usize> {
    let now = world.clock.now();
    let channels = &newsroom.config.channels;
    let history: Vec<Scanned> = newsroom
        .each(now, |checked| {
            let source = plan::source_hash(&checked.report.source.text);
            // A file with errors may be a draft, or not.
            let is_draft = checked.post.as_ref().is_some_and(|laid_out| {
                laid_out.post.editions.iter().all(|edition| edition.options.draft)
            });
            let desired = checked.post.as_ref().map(|post| Desired::of(post, source, channels));
            let of_edition = |one: &Desired| Words::of(one.parts.iter().map(|part| &part.request));
            let mut words: Vec<_> = desired.iter().flatten().map(of_edition).collect();
            // Channels of one language show the same edition.
            words.dedup();
            checked.id.filter(|_| !is_draft).map(|post| Scanned { post, source, words })
        })?
        .into_iter()
        .flatten()
        .collect();
    let (address, outside) = place(newsroom, world);
    let created = store::create(&address, &outside, &history, lost, now);
    super::runtime()?.block_on(created)?;
    Ok(history.len())
}
