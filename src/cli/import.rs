//! `telepress import`: posts and media from an export of Telegram Desktop, and a report of how exact they are. It sends nothing.

mod adoption;
mod existing_file;
mod export_folder;
mod importer;
mod report;

use std::collections::BTreeSet;
use std::path::PathBuf;

use clap::Args;

use super::session::{self, CliSession};
use super::{DataFormat, Result, chats, selection};
use crate::cli_context::{CliContext, line};
use crate::cli_error::CliError;
use crate::config::Channel;
use crate::exit::Exit;
use crate::ids::PostId;
use crate::import::{AlbumGrouper, Exported, ExportedChat};
use crate::limits;
use crate::store::{Access, Query};
use adoption::Adopter;
use export_folder::ExportFolder;
use importer::{ImportSetup, Importer, KnownMessages};
use report::ImportReport;

#[derive(Debug, Args)]
pub(super) struct ImportArguments {
    /// The export: its folder, or the file result.json in it
    #[arg(value_name = "EXPORT")]
    export: PathBuf,
    /// The channel of the posts [default: the one with the export's id, or the only one]
    #[arg(long, value_name = "CHANNEL", allow_negative_numbers = true)]
    channel: Option<String>,
    /// The folder for the posts, below the posts folder [default: the channel's name]
    #[arg(long, value_name = "DIR")]
    into: Option<String>,
    /// Record exact messages as published in the journal, so that an edit of a file edits its message
    #[arg(long)]
    adopt: bool,
    /// Only report; write nothing
    #[arg(long)]
    dry_run: bool,
    /// The output format
    #[arg(long, value_enum, default_value_t)]
    format: DataFormat,
}

pub(super) fn execute(typed: &ImportArguments, context: &mut CliContext<'_>) -> Result {
    let export = ExportFolder::open(&typed.export)?;
    let access = match (typed.adopt, typed.dry_run) {
        (true, false) => Access::Write,
        (true, true) => Access::Read,
        (false, _) => Access::ReadOrEmpty,
    };
    let session = if typed.adopt {
        CliSession::take(access, context)?
    } else {
        CliSession::take_any(access, context)?
    };
    let exported = export.chats()?;
    let channel = channel(typed, &exported, &session)?;
    let chat = match session.operations.chat_of(channel) {
        None if typed.adopt && typed.dry_run => {
            chats::of_plan(&session, context)?.and_then(|all| all.get(&channel.name).copied())
        }
        None if typed.adopt => {
            let client = session::client(&session.operations.newsroom, context)?;
            chats::find(&session, &client, [channel], context)?.get(&channel.name).copied()
        }
        known => known,
    };
    let (index, of_chat) = choose_chat(&exported, chat)?;
    if of_chat.messages > limits::POST_FILES {
        return Err(CliError::usage(
            format!("the export has {} messages", of_chat.messages),
            format!("a newsroom has at most {} files; export fewer days", limits::POST_FILES),
        ));
    }
    if typed.adopt && (chat.is_none() || of_chat.id != chat) {
        return Err(foreign(of_chat, channel));
    }
    if typed.adopt && of_chat.is_group() {
        return Err(CliError::usage(
            format!("the export is of the group {}", shown(of_chat)),
            "a bot cannot edit messages of a group's members, so they cannot be adopted; without --adopt they become drafts",
        ));
    }
    let is_foreign = chat.map_or(!of_chat.may_be_published_in(), |chat| {
        of_chat.id.is_some_and(|exported| exported != chat)
    });
    if is_foreign {
        line!(
            context.err,
            "note: the export is of {}, which is not channel `{}`",
            shown(of_chat),
            channel.name
        )?;
    }
    let into = folder(typed, channel, &session)?;
    let adopter = chat.filter(|_| typed.adopt).map(|chat| Adopter::new(&session, channel, chat));
    // Another chat has other messages with the same ids.
    let known = known_messages(&session, chat.filter(|_| !is_foreign))?;
    let setup = ImportSetup {
        channel,
        chat: of_chat.id,
        into,
        known,
        now: context.clock.now(),
        adopter,
        dry_run: typed.dry_run,
    };
    let mut importer = Importer::new(&export, &session.operations.newsroom, setup)?;
    let mut report = ImportReport::begin(typed.format, context)?;
    let done = import(&mut importer, &export, index, &mut report, context);
    report.end(context)?;
    done?;
    report.summarize(typed.adopt, typed.dry_run, context)?;
    if report.has_differences() {
        context.ends(Exit::Findings);
    }
    if typed.adopt && !typed.dry_run {
        session.keep_mark(context)?;
    }
    Ok(())
}

/// Imports the messages of one chat of the export.
fn import(
    importer: &mut Importer<'_>,
    export: &ExportFolder,
    chat: usize,
    report: &mut ImportReport,
    context: &mut CliContext<'_>,
) -> Result {
    let mut albums = AlbumGrouper::default();
    let mut failed = None;
    let mut seen = BTreeSet::new();
    let mut take = |exported: Exported, importer: &mut Importer<'_>| -> Result {
        let (done, unreadable) = match exported {
            Exported::Message(message) if !seen.insert(message.id) => {
                (albums.finish(), Some((Some(message.id), "repeated id")))
            }
            Exported::Message(message) => (albums.push(*message), None),
            Exported::Service => (albums.finish(), None),
            Exported::Unreadable { id, why } => (albums.finish(), Some((id, why))),
        };
        if let Some(group) = done {
            importer.take(&group, report, context)?;
        }
        unreadable.map_or(Ok(()), |(id, why)| report.unreadable(id, why, context))
    };
    export.messages(chat, |value| {
        let taken = take(Exported::of(value), importer);
        failed = taken.err();
        failed.is_none()
    })?;
    if let Some(error) = failed {
        return Err(error);
    }
    // An entry that is not a message ends the last album.
    take(Exported::Service, importer)?;
    importer.finish(report, context)
}

/// The channel that was typed, the one whose id the export has, or the only one.
fn channel<'s>(
    typed: &ImportArguments,
    exported: &[ExportedChat],
    session: &'s CliSession,
) -> Result<&'s Channel> {
    let operations = &session.operations;
    let config = &operations.newsroom.config;
    if let Some(name) = &typed.channel {
        return selection::channel(name, config);
    }
    let is_exported = |channel: &&Channel| {
        let chat = operations.chat_of(channel);
        chat.is_some() && exported.iter().any(|exported| exported.id == chat)
    };
    let channels = || config.channels.iter().map(AsRef::as_ref);
    let mut found: Vec<&Channel> = channels().filter(is_exported).collect();
    if found.is_empty() {
        found = channels().collect();
    }
    if let [channel] = found.as_slice() {
        return Ok(channel);
    }
    let names: Vec<_> = channels().map(|channel| format!("`{}`", channel.name)).collect();
    Err(CliError::usage(
        "the export may be of any of several channels in the config",
        format!("choose one with --channel: {}", names.join(", ")),
    ))
}

/// The chat of the export with this id, or the only one that may be a channel.
fn choose_chat(exported: &[ExportedChat], chat: Option<i64>) -> Result<(usize, &ExportedChat)> {
    let numbered = || exported.iter().enumerate();
    let with_id = numbered().find(|(_, one)| one.id.is_some() && one.id == chat);
    if let Some(found) = with_id {
        return Ok(found);
    }
    if let [only] = exported {
        return Ok((0, only));
    }
    let candidates: Vec<_> = numbered().filter(|(_, one)| one.may_be_published_in()).collect();
    match candidates.as_slice() {
        [found] if chat.is_none() => Ok(*found),
        [] => Err(CliError::usage(
            "the export has no channel",
            "export the channel itself: in Telegram Desktop, open it, then ⋮ and Export chat history",
        )),
        several => {
            let names: Vec<_> = several.iter().take(10).map(|(_, one)| shown(one)).collect();
            Err(CliError::usage(
                format!(
                    "the export has {} channels and groups, and none is known to be the channel of the config",
                    several.len()
                ),
                format!(
                    "write the channel's id into the config, as `chat = -100…`; the export has {}",
                    names.join(", ")
                ),
            ))
        }
    }
}

fn shown(chat: &ExportedChat) -> String {
    let id = chat.id.map_or_else(|| "without an id".to_owned(), |id| id.to_string());
    format!("`{}` ({id})", chat.title)
}

fn foreign(exported: &ExportedChat, channel: &Channel) -> CliError {
    CliError::usage(
        format!(
            "the export is of {}, which is not known to be channel `{}`",
            shown(exported),
            channel.name
        ),
        "only messages of the channel itself can be adopted; without --adopt they become drafts",
    )
}

/// The folder for the posts, which may also be typed with the posts folder before it.
fn folder(typed: &ImportArguments, channel: &Channel, session: &CliSession) -> Result<String> {
    let Some(into) = &typed.into else { return Ok(channel.name.to_string()) };
    let path = into.replace('\\', "/");
    let posts = session.operations.newsroom.places.posts.to_string_lossy().replace('\\', "/");
    let below = path.strip_prefix(&format!("{}/", posts.trim_end_matches('/'))).unwrap_or(&path);
    let below = below.trim_start_matches("./").trim_end_matches('/');
    match PostId::parse(&format!("{below}/2000/01-01-1")) {
        Ok(_) => Ok(below.to_owned()),
        Err(error) => Err(CliError::usage(
            format!("`{into}` is not a folder for posts: {error}"),
            "name a folder below the posts folder, such as `archive`",
        )),
    }
}

/// What the journal knows of the messages of this chat.
fn known_messages(session: &CliSession, chat: Option<i64>) -> Result<KnownMessages> {
    let mut known = KnownMessages::default();
    let Some(chat) = chat else { return Ok(known) };
    let all = session.wait(session.operations.store.publications(Query::All))?;
    for publication in all.iter().filter(|known| known.chat == chat && !known.is_comments()) {
        for part in &publication.parts {
            let ids = part.state.message_ids();
            known.posts.extend(ids.iter().map(|id| (*id, publication.post.clone())));
            if let Some((id, edited)) = ids.first().zip(part.edited.as_ref()) {
                known.edits.insert(*id, edited.text());
            }
        }
    }
    Ok(known)
}
