//! `telepress journal`: creates the journal, or binds it to another Bot API server.

use std::collections::BTreeMap;

use clap::{Args, Subcommand};
use url::Url;

use super::Result;
use super::session::{self, CliSession, place};
use crate::cli_context::{CliContext, line};
use crate::cli_error::CliError;
use crate::exit::Exit;
use crate::explain::counted;
use crate::ids::ChatId;
use crate::newsroom::Newsroom;
use crate::operations::OperationError;
use crate::outbox::PartState;
use crate::outbox::Refusal;
use crate::plan::{self, Desired, Words};
use crate::process;
use crate::serve::staging_mark::{self, MarkReplacement};
use crate::store::{self, Access, Binding, Command, FirstScanPost, LockResult, Query, StoreError};
use crate::telegram::method::EditMessageReplyMarkup;
use crate::telegram::{CallError, Client, ClientOptions, credentials, server_name};

#[derive(Debug, Args)]
pub(super) struct JournalArguments {
    #[command(subcommand)]
    command: JournalCommand,
}

#[derive(Debug, Subcommand)]
enum JournalCommand {
    /// Create the journal of a newsroom that has none
    ///
    /// Post files that exist now and are not drafts count as older than the journal: `serve`, and `apply` without names, do not
    /// publish them; publish them by name, or adopt their messages. Never run this in a pipeline: restore a missing journal instead.
    #[command(after_help = "Example:\n  telepress journal create")]
    Create(CreateArguments),
    /// Record that the bot has moved to another Bot API server
    #[command(after_help = "Example:\n  telepress journal server http://localhost:8081")]
    Server(ServerArguments),
}

#[derive(Debug, Args)]
pub(super) struct ServerArguments {
    /// The address of the server; Telegram's own server is https://api.telegram.org
    #[arg(value_parser = web_address)]
    url: Url,
}

fn web_address(typed: &str) -> Result<Url, String> {
    typed.parse().map_err(|_| "not a web address".to_owned())
}

#[derive(Debug, Args)]
pub(super) struct CreateArguments {
    /// Create it even though an earlier journal is lost for good; telepress then does not know what was sent
    #[arg(long)]
    previous_journal_is_lost: bool,
}

pub(super) fn execute(typed: &JournalArguments, context: &mut CliContext<'_>) -> Result {
    let typed = match &typed.command {
        JournalCommand::Create(typed) => typed,
        JournalCommand::Server(typed) => return rebind(&typed.url, context),
    };
    let newsroom = super::open(context)?;
    let lost = typed.previous_journal_is_lost;
    let has_staging = newsroom.config.recovery.staging_chat.is_some();
    let client = has_staging.then(|| session::client(&newsroom, context)).transpose()?;
    refuse_where_it_exists(&newsroom, context)?;
    if let Some(client) = client.as_ref().filter(|_| !lost) {
        refuse_where_staging_knows_one(&newsroom, client, context)?;
    }
    let found = create(&newsroom, lost, context)?;
    if let Some(client) = client.as_ref().filter(|_| lost) {
        replace_mark(&newsroom, client, context)?;
    }
    let (address, _) = place(&newsroom, context);
    line!(context.out, "created the journal {address}")?;
    if found > 0 {
        let posts = counted(found, "post file");
        let (are, them) = if found == 1 { ("is", "it") } else { ("are", "them") };
        line!(
            context.err,
            "{posts} {are} older than the journal, so `serve`, and `apply` without names, do not publish {them}: use `telepress publish POST`, or `telepress adopt POST LINK` if the message is in the channel already"
        )?;
    }
    Ok(())
}

/// Binds the journal to another server, which must know its bot.
fn rebind(url: &Url, context: &mut CliContext<'_>) -> Result {
    let session = CliSession::take_any(Access::Write, context)?;
    if let LockResult::Held { .. } =
        session.wait(session.operations.acquire_lock(context.clock.now()))?
    {
        return Err(CliError::usage(
            "another process publishes from this journal",
            "stop `telepress serve` first",
        ));
    }
    let token = credentials::token(context.environment)?;
    let proxy = session::route(Some(url), &session.operations.newsroom, context)?.proxy();
    let client = Client::new(token, Some(url), ClientOptions::through(proxy))?;
    let me = session.block_on(client.get_me()).map_err(|error| {
        let is_refused = matches!(error, CallError::Refused { .. });
        let exit = if is_refused { Exit::Usage } else { Exit::Waiting };
        let hint = "nothing was changed; check the address and the token";
        CliError::stopped(exit, format!("{}: {error}", client.server()), hint)
    })?;
    let to = Binding { server: client.server().to_owned(), bot: me.id };
    if let Some(bound) =
        session.wait(session.operations.store.journal())?.bound.filter(|bound| bound.bot != me.id)
    {
        return Err(OperationError::OtherBot { bound, bot: me.id }.into());
    }
    refuse_unless_known(&session, &client)?;
    line!(context.out, "the journal belongs to {to} now")?;
    if server_name(session.operations.newsroom.config.bot.api_url.as_ref()).as_ref()
        != Ok(&to.server)
    {
        line!(context.err, "set `api_url = \"{}\"` under `[bot]` in the config", to.server)?;
    }
    let order = Command::Bind { to, by: session.operations.by.clone() };
    session.wait(session.operations.order(vec![order], context.clock.now()))?;
    Ok(())
}

/// Refuses a server that does not have the newest message of each channel: it is not the same Telegram, so the message ids
/// in the journal would name other messages there.
fn refuse_unless_known(session: &CliSession, client: &Client) -> Result {
    let publications = session.wait(session.operations.store.publications(Query::All))?;
    let mut newest: BTreeMap<i64, i64> = BTreeMap::new();
    for publication in &publications {
        for part in &publication.parts {
            // Adopted messages need not be the bot's.
            if let PartState::Sent { message_ids, via, .. } = &part.state
                && !via.is_by_person()
                && let Some(id) = message_ids.iter().max()
            {
                let highest = newest.entry(publication.chat).or_default();
                *highest = (*id).max(*highest);
            }
        }
    }
    for (chat, message_id) in newest {
        let look = client.call(EditMessageReplyMarkup { chat_id: ChatId::Id(chat), message_id });
        match session.block_on(look) {
            Ok(_) | Err(CallError::Refused { class: Refusal::NotModified, .. }) => {}
            Err(error @ CallError::Refused { .. }) => {
                let name = session.operations.name_of_chat(chat);
                return Err(CliError::usage(
                    format!(
                        "{} does not have message {message_id} of {name}, which was published from this journal: {error}",
                        client.server()
                    ),
                    "nothing was changed; give the other server its own journal with `[store] url`",
                ));
            }
            Err(error) => {
                let hint = "nothing was changed; try again later";
                return Err(CliError::stopped(Exit::Waiting, error.to_string(), hint));
            }
        }
    }
    Ok(())
}

/// Refuses if there is a journal already; this comes before the questions about lost journals.
fn refuse_where_it_exists(newsroom: &Newsroom, context: &CliContext<'_>) -> Result {
    let (address, outside) = place(newsroom, context);
    let (me, now) = (process::me(), context.clock.now());
    let opened = store::open(&address, &outside, Access::Read, me, now);
    match super::runtime()?.block_on(opened) {
        Ok(_) => Err(StoreError::Present(address.to_string()).into()),
        // A missing or broken journal is reported when it is created.
        Err(_) => Ok(()),
    }
}

/// Refuses if the mark in the staging chat shows that the bot has a journal.
fn refuse_where_staging_knows_one(
    newsroom: &Newsroom,
    client: &Client,
    context: &CliContext<'_>,
) -> Result {
    let found = super::runtime()?.block_on(staging_mark::open(&newsroom.config, client));
    match found {
        Ok(found) => match found.as_ref().and_then(|found| found.mark()) {
            None => Ok(()),
            Some(mark) => {
                let (address, _) = place(newsroom, context);
                let evidence = format!(
                    "according to the pinned message in the staging chat it had made {} requests",
                    mark.attempt.0
                );
                Err(StoreError::Vanished { place: address.to_string(), evidence }.into())
            }
        },
        Err(error) => Err(CliError::usage(
            format!(
                "the staging chat cannot be read, so telepress does not know whether there was a journal: {error}"
            ),
            "try again later; if there never was a journal, or it is lost for good, run `telepress journal create --previous-journal-is-lost`",
        )),
    }
}

/// Replaces the mark of the lost journal with the mark of the new one.
fn replace_mark(newsroom: &Newsroom, client: &Client, context: &CliContext<'_>) -> Result {
    let (address, outside) = place(newsroom, context);
    let (me, now) = (process::me(), context.clock.now());
    super::runtime()?.block_on(async {
        let store = store::open(&address, &outside, Access::Read, me, now).await?;
        if let MarkReplacement::Without(error) | MarkReplacement::Other(error) =
            staging_mark::replace(&newsroom.config, &store, client).await?
        {
            staging_mark::warn_unless_written(Err(error));
        }
        Ok(())
    })
}

/// Creates the journal of a newsroom, and returns how many posts are older than it.
pub(super) fn create(newsroom: &Newsroom, lost: bool, context: &CliContext<'_>) -> Result<usize> {
    let now = context.clock.now();
    let channels = &newsroom.config.channels;
    let history: Vec<FirstScanPost> = newsroom
        .each(now, |checked| {
            if checked.is_ignored() {
                return None;
            }
            let source = plan::source_hash(&checked.report.source.text);
            // A file with errors counts as one that is not a draft.
            let is_draft = checked.post.as_ref().is_some_and(|laid_out| {
                laid_out.post.editions.iter().all(|edition| edition.options.draft)
            });
            let desired = checked.post.as_ref().map(|post| Desired::of(post, source, channels));
            let words_of =
                |desired: &Desired| Words::of(desired.parts.iter().map(|part| &part.request));
            let mut words: Vec<_> = desired.iter().flatten().map(words_of).collect();
            // Channels of the same language show the same edition.
            words.dedup();
            checked.id.filter(|_| !is_draft).map(|post| FirstScanPost { post, source, words })
        })?
        .into_iter()
        .flatten()
        .collect();
    let (address, outside) = place(newsroom, context);
    let created = store::create(&address, &outside, &history, lost, now);
    super::runtime()?.block_on(created)?;
    Ok(history.len())
}
