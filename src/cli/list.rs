//! `telepress list`: every post with its title, its channels and its state there.

use std::collections::BTreeSet;

use clap::Args;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;

use super::Result;
use super::session::CliSession;
use super::{DataFormat, ListingArguments, json};
use crate::cli_context::{CliContext, line};
use crate::config::Channel;
use crate::ids::{PostId, TopicId};
use crate::layout::InChannel;
use crate::newsroom::CheckedFile;
use crate::outbox::Publication;
use crate::plan::OlderPosts;
use crate::schedule;
use crate::status::{self, FileState, PartStatus, PostStatus};
use crate::store::{Access, Query};
use crate::table::{Table, TableStyle, Tone};

#[derive(Debug, Args)]
pub(super) struct ListArguments {
    /// Only this channel [default: all channels]
    #[arg(long, value_name = "CHANNEL", allow_negative_numbers = true)]
    channel: Option<String>,
    #[command(flatten)]
    listing: ListingArguments,
}

/// A post in a channel; the names of the fields are part of the contract.
#[derive(Debug, Serialize)]
struct ListedPost {
    post: String,
    /// `None` for a file with errors.
    channel: Option<String>,
    /// The topic of a group.
    #[serde(skip_serializing_if = "Option::is_none")]
    topic: Option<TopicId>,
    title: String,
    state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    occurrence: Option<String>,
    due_at: Option<String>,
    published_at: Option<String>,
    reason: Option<String>,
    link: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    candidates: Vec<String>,
    parts: Vec<PartStatus>,
    /// The time for people.
    #[serde(skip)]
    time: String,
    #[serde(skip)]
    tone: Tone,
}

/// A post file.
struct FileRow {
    /// `None` if the file's name is not a post id.
    id: Option<PostId>,
    path: String,
    /// The first error; the file is valid if there is none.
    error: Option<String>,
    channels: Vec<ChannelRow>,
}

/// What a file says about one of its channels.
struct ChannelRow {
    channel: String,
    topic: Option<TopicId>,
    zone: TimeZone,
    title: String,
    is_draft: bool,
    publish_at: Option<Timestamp>,
    occurrence: Option<Timestamp>,
}

pub(super) fn execute(typed: &ListArguments, context: &mut CliContext<'_>) -> Result {
    let session = CliSession::take(Access::ReadOrEmpty, context)?;
    let chosen = session.channel(typed.channel.as_deref())?;
    let newsroom = &session.operations.newsroom;
    let channels = &newsroom.config.channels;
    let files = newsroom.each(context.clock.now(), |checked| file_row(&checked, channels))?;
    let files: Vec<FileRow> = files.into_iter().flatten().collect();
    let publications = session.wait(session.operations.store.publications(Query::All))?;
    let published = status::listed(&publications);
    let published = published.into_iter().filter(|known| !known.is_comments());
    let history = session.wait(session.operations.store.history())?;
    // A post that was planned for an earlier time waits for an operator.
    let latest = context.clock.now().checked_sub(session.operations.policy().grace);
    let latest = latest.unwrap_or(Timestamp::MIN);
    let mut rows = Vec::new();
    let mut in_journal = BTreeSet::new();
    for known in
        published.filter(|known| chosen.is_none_or(|one| session.operations.is_in(known, one)))
    {
        let shown = session.operations.post_status(known);
        in_journal.insert((shown.post.clone(), shown.channel.clone()));
        rows.push(published_row(shown, known, &files));
    }
    let is_shown = |row: &&ChannelRow| chosen.is_none_or(|one| row.channel == one.name.as_str());
    for file in &files {
        rows.extend(file.error.as_ref().map(|error| broken_row(file, error)));
        let Some(id) = &file.id else { continue };
        let new = |row: &&ChannelRow| !in_journal.contains(&(id.to_string(), row.channel.clone()));
        let is_older = is_older(&history, id);
        let new = file.channels.iter().filter(is_shown).filter(new);
        rows.extend(new.map(|row| file_state(id, row, is_older, latest)));
    }
    rows.sort_by(|one, other| (&one.post, &one.channel).cmp(&(&other.post, &other.channel)));
    if typed.listing.format == DataFormat::Json {
        return json(&rows, context);
    }
    context.out.styled(&draw(&rows, typed.listing.look(context)))?;
    if rows.is_empty() && !typed.listing.quiet {
        let folder = newsroom.places.posts.display();
        line!(context.err, "no posts in {folder}; `telepress new first-post` writes one")?;
    }
    Ok(())
}

/// What a file says; `None` if it is not read as a post.
fn file_row(checked: &CheckedFile, channels: &[std::sync::Arc<Channel>]) -> Option<FileRow> {
    if checked.is_ignored() {
        return None;
    }
    let row = |channel: &std::sync::Arc<Channel>| {
        let InChannel { edition, publish_at, parts, .. } =
            checked.post.as_ref()?.in_channel(&channel.name)?;
        Some(ChannelRow {
            channel: channel.name.to_string(),
            topic: channel.topic,
            zone: channel.timezone.clone(),
            title: parts.first().map(|part| title(&part.string())).unwrap_or_default(),
            is_draft: edition.options.draft,
            publish_at,
            occurrence: checked.post.as_ref()?.post.occurrence,
        })
    };
    let error = checked.post.is_none().then(|| checked.report.first_error()).flatten();
    Some(FileRow {
        id: checked.id.clone(),
        path: checked.report.source.path.clone(),
        error: error.map(|error| error.to_string()),
        channels: channels.iter().filter_map(row).collect(),
    })
}

/// The row of a post that the journal knows.
fn published_row(shown: PostStatus, known: &Publication, files: &[FileRow]) -> ListedPost {
    let file = files.iter().find(|file| file.id.as_ref() == Some(&known.post));
    let row = file.and_then(|file| file.channels.iter().find(|row| row.channel == shown.channel));
    let sent = || known.parts.first().map(|part| title(&part.request.string())).unwrap_or_default();
    ListedPost {
        title: row.map_or_else(sent, |row| row.title.clone()),
        state: shown.state.as_str(),
        occurrence: shown.occurrence.map(|slot| slot.to_string()),
        due_at: Some(shown.due_at.to_string()),
        published_at: shown.published_at.map(|at| at.to_string()),
        time: status::shown_time(shown.state, shown.due_at, shown.published_at, &shown.zone),
        tone: status::tone(shown.state),
        post: shown.post,
        channel: Some(shown.channel),
        topic: shown.topic,
        reason: shown.reason,
        link: shown.link,
        candidates: shown.candidates,
        parts: shown.parts,
    }
}

/// The row of a file with errors.
fn broken_row(file: &FileRow, error: &str) -> ListedPost {
    ListedPost {
        post: file.id.as_ref().map_or_else(|| file.path.clone(), ToString::to_string),
        channel: None,
        topic: None,
        title: String::new(),
        state: "broken",
        occurrence: None,
        due_at: None,
        published_at: None,
        reason: Some(error.to_owned()),
        link: None,
        candidates: Vec::new(),
        parts: Vec::new(),
        time: String::new(),
        tone: Tone::Bad,
    }
}

/// The row of a post that the journal does not know in this channel.
fn file_state(id: &PostId, row: &ChannelRow, is_older: bool, latest: Timestamp) -> ListedPost {
    let state = FileState::of(row.is_draft, row.publish_at, is_older, latest);
    let due_at = row.publish_at.filter(|_| state == FileState::Planned);
    ListedPost {
        post: id.to_string(),
        channel: Some(row.channel.clone()),
        topic: row.topic,
        title: row.title.clone(),
        state: state.as_str(),
        occurrence: row.occurrence.map(|slot| slot.to_string()),
        due_at: due_at.map(|at| at.to_string()),
        published_at: None,
        reason: state.reason().map(str::to_owned),
        link: None,
        candidates: Vec::new(),
        parts: Vec::new(),
        time: due_at.map(|at| schedule::shown_with_day(at, &row.zone)).unwrap_or_default(),
        tone: if state == FileState::Planned { Tone::Active } else { Tone::Faint },
    }
}

fn is_older(history: &OlderPosts, post: &PostId) -> bool {
    matches!(history, OlderPosts::FirstScan { posts, .. } if posts.contains(post))
}

/// The characters of a title that fit into a line.
const TITLE: usize = 60;

/// The first line of a message, cut for a list.
pub(super) fn title(text: &str) -> String {
    let line = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let mut letters = line.chars();
    let cut: String = letters.by_ref().take(TITLE).collect();
    if letters.next().is_some() { format!("{}…", cut.trim_end()) } else { cut }
}

fn draw(rows: &[ListedPost], look: TableStyle) -> String {
    let mut table = Table::with_header(["STATE", "POST", "CHANNEL", "TIME", "TITLE", "DETAILS"]);
    for row in rows {
        table.toned_row(
            0,
            row.tone,
            [
                row.state.to_owned(),
                row.post.clone(),
                row.channel.clone().unwrap_or_default(),
                row.time.clone(),
                row.title.clone(),
                row.reason.clone().unwrap_or_default(),
            ],
        );
    }
    table.draw_with(look)
}
