//! `telepress log`: who ordered, approved and decided what, and when.

use std::collections::BTreeMap;

use clap::Args;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;

use super::Result;
use super::session::CliSession;
use super::{DataFormat, ListingArguments, json};
use crate::cli_context::{CliContext, line};
use crate::ids::{ChatId, Destination, PostId, TopicId};
use crate::outbox::{Actor, EventKind, PartState, Publication, PublicationId};
use crate::schedule;
use crate::store::{Access, LogEntry, LogEvent, PlannedTime, Query};
use crate::table::Table;

#[derive(Debug, Args)]
pub(super) struct LogArguments {
    /// Only this post [default: all posts]
    post: Option<String>,
    /// Show at most this many entries, the newest ones
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = count)]
    last: u32,
    /// Also show each step of publishing: when a post became due, each request, and the start of each hook
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    listing: ListingArguments,
}

/// Per published part the log has up to two entries that only `--all` shows, so more entries are read than are shown.
const READ_FACTOR: u32 = 4;

fn count(typed: &str) -> Result<u32, String> {
    match super::whole_number(typed)? {
        0 => Err("write at least 1".to_owned()),
        count => Ok(count),
    }
}

/// The event in plain words. JSON has the names of the journal.
fn shown_event(entry: &LogEntry) -> &str {
    let event = &entry.event;
    let kind = match event {
        LogEvent::Accepted => return "ordered",
        LogEvent::Bound => return "bot recorded",
        LogEvent::BotAccepted => return "bot accepted",
        LogEvent::JournalOutdated => return "outdated journal",
        LogEvent::Adopted
        | LogEvent::Moved
        | LogEvent::DiscussionFound
        | LogEvent::Paused
        | LogEvent::Resumed
        | LogEvent::Restored
        | LogEvent::HookStarted
        | LogEvent::HookFinished
        | LogEvent::HookFailed
        | LogEvent::HookInterrupted
        | LogEvent::HookDropped
        | LogEvent::Other(_) => return event.name(),
        LogEvent::Publication(kind) => kind,
    };
    match kind {
        EventKind::Tick if entry.detail == "due" => "became due",
        // It was due before: the passing of time has changed its state.
        EventKind::Tick => "time passed",
        EventKind::End => "end",
        EventKind::StartGroup => "started together",
        EventKind::Claim => "sending",
        EventKind::Answered => "result",
        EventKind::OwnerGone => "process ended",
        EventKind::Probed => "channel read",
        EventKind::Resolve => "resolved",
        EventKind::Undo => "undone",
        EventKind::Approve => "approved",
        EventKind::Cancel => "cancelled",
        EventKind::Supersede => "replaced",
        EventKind::Hold => "held",
        EventKind::Release => "released",
        EventKind::Retry => "retried",
        EventKind::Reschedule => "time changed",
        EventKind::ClosePoll => "poll closing ordered",
        EventKind::Revise => "change ordered",
        EventKind::EditedByHand => "edited in the channel",
    }
}

/// Whether only `--all` shows the event.
fn is_step(event: &LogEvent) -> bool {
    matches!(
        event,
        LogEvent::Publication(EventKind::Tick | EventKind::Claim) | LogEvent::HookStarted
    )
}

#[derive(Serialize)]
struct Line<'e> {
    at: String,
    by: String,
    post: Option<&'e str>,
    publication: Option<i64>,
    chat: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    topic: Option<TopicId>,
    channel: Option<String>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    comments: bool,
    /// The slot of `repeat` that its publication is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    occurrence: Option<String>,
    event: &'e str,
    detail: &'e str,
    /// The address of the first message of its publication.
    link: Option<String>,
}

/// What the log shows besides its entries.
struct LogView<'s> {
    session: &'s CliSession,
    /// The channel of each discussion group.
    channels: BTreeMap<i64, i64>,
    /// When the first message of a publication was recorded, and its address.
    links: BTreeMap<PublicationId, (Timestamp, String)>,
    occurrences: BTreeMap<PublicationId, Timestamp>,
}

impl LogView<'_> {
    fn line<'e>(&self, entry: &'e LogEntry) -> Line<'e> {
        // An older entry does not know the message.
        let link = entry.publication.and_then(|id| self.links.get(&id));
        let occurrence = entry.publication.and_then(|id| self.occurrences.get(&id));
        let link = link.filter(|(at, _)| *at <= entry.at).map(|(_, link)| link.clone());
        Line {
            at: entry.at.to_string(),
            by: entry.by.to_string(),
            post: entry.post.as_ref().map(PostId::as_str),
            publication: entry.publication.map(|id| id.0),
            chat: entry.place.map(|place| place.chat),
            topic: entry.place.and_then(|place| place.topic),
            channel: self.place(entry).map(|place| self.session.operations.name_of(place)),
            comments: self.place(entry) != entry.place,
            occurrence: occurrence.map(Timestamp::to_string),
            event: entry.event.name(),
            detail: &entry.detail,
            link,
        }
    }

    /// The channel's chat and topic, also for an entry of its discussion group.
    fn place(&self, entry: &LogEntry) -> Option<Destination> {
        let channel = entry.place.and_then(|place| self.channels.get(&place.chat)).copied();
        channel.map(Destination::of_chat).or(entry.place)
    }

    /// The zone of an entry's channel, or of the first one in the config.
    fn zone(&self, entry: &LogEntry) -> TimeZone {
        let channels = &self.session.operations.newsroom.config.channels;
        let own = self.place(entry).map(|place| self.session.operations.name_of(place));
        let own = channels.iter().find(|channel| own.as_deref() == Some(channel.name.as_str()));
        let channel = own.or(channels.first());
        channel.map_or(TimeZone::UTC, |channel| channel.timezone.clone())
    }

    /// Who caused an entry: the account at the shell, or the operator's name.
    fn who(&self, by: &Actor) -> String {
        let Actor::Operator { id } = by else { return by.name() };
        let name = self.session.operations.people().of(*id);
        name.map_or_else(|| by.name(), str::to_owned)
    }

    /// The detail of an entry in plain words. JSON has the id of a group.
    fn detail(&self, entry: &LogEntry) -> String {
        let group = match entry.event {
            LogEvent::DiscussionFound => entry.detail.parse().ok(),
            // The reason of a pause by a person is the person's name, which is shown already.
            LogEvent::Paused | LogEvent::Resumed if entry.by.is_person() => {
                return entry.place.map_or("everything", |_| "").to_owned();
            }
            _ => None,
        };
        let Some(group) = group else {
            let (detail, planned) = PlannedTime::of_detail(&entry.detail);
            let Some(PlannedTime { from, to }) = planned else { return detail.to_owned() };
            let zone = self.zone(entry);
            let shown = |at| schedule::shown_with_day(at, &zone);
            return match from {
                Some(from) => format!("{detail} from {} to {}", shown(from), shown(to)),
                None => format!("{detail} for {}", shown(to)),
            };
        };
        match self.session.operations.address(Destination::of_chat(group)).chat {
            ChatId::Username(name) => format!("@{name}"),
            ChatId::Id(id) => {
                let id = id.to_string();
                id.strip_prefix("-100").map_or_else(|| id.clone(), |id| format!("t.me/c/{id}"))
            }
        }
    }
}

/// When the first message of a publication was recorded, and its address.
fn link(publication: &Publication, session: &CliSession) -> Option<(Timestamp, String)> {
    publication.parts.iter().find_map(|part| match &part.state {
        PartState::Sent { message_ids, at, .. } => {
            Some((*at, session.operations.link(publication, *message_ids.first()?)?))
        }
        _ => None,
    })
}

pub(super) fn execute(typed: &LogArguments, context: &mut CliContext<'_>) -> Result {
    let session = CliSession::take(Access::Read, context)?;
    let post = typed.post.as_deref().map(|post| session.post(post)).transpose()?;
    let hides_steps = typed.listing.format == DataFormat::Text && !typed.all;
    let read = if hides_steps { typed.last.saturating_mul(READ_FACTOR) } else { typed.last };
    let mut entries = session.wait(session.operations.store.log(post.as_ref(), read))?;
    if hides_steps {
        entries.retain(|entry| !is_step(&entry.event));
        entries.truncate(typed.last.try_into().unwrap_or(usize::MAX));
    }
    // The newest entry comes last.
    entries.reverse();
    let wanted = post.clone().map_or(Query::All, Query::Post);
    let publications = session.wait(session.operations.store.publications(wanted))?;
    let link = |publication: &Publication| Some((publication.id, link(publication, &session)?));
    let occurrence = |publication: &Publication| Some((publication.id, publication.occurrence?));
    let groups = session.wait(session.operations.store.discussions())?;
    let view = LogView {
        session: &session,
        channels: groups.into_iter().map(|(channel, group)| (group, channel)).collect(),
        links: publications.iter().filter_map(link).collect(),
        occurrences: publications.iter().filter_map(occurrence).collect(),
    };
    let shown: Vec<_> = entries.iter().map(|entry| view.line(entry)).collect();
    if typed.listing.format == DataFormat::Json {
        json(&shown, context)?;
        return Ok(());
    }
    let mut table = Table::with_header(["TIME", "POST", "CHANNEL", "EVENT", "WHO", "DETAILS"]);
    for (entry, line) in entries.iter().zip(&shown) {
        // The chat of comments is the discussion group, which has no name in the config.
        let below = if line.comments { " (comments)" } else { "" };
        let place = line.channel.as_ref().map(|channel| format!("{channel}{below}"));
        table.row([
            schedule::shown_to_second(entry.at, &view.zone(entry)),
            line.post.unwrap_or_default().to_owned(),
            place.unwrap_or_default(),
            shown_event(entry).to_owned(),
            view.who(&entry.by),
            [view.detail(entry).as_str(), line.link.as_deref().unwrap_or_default()]
                .join("  ")
                .trim()
                .to_owned(),
        ]);
    }
    context.out.styled(&table.draw_with(typed.listing.look(context)))?;
    if entries.is_empty() && !typed.listing.quiet {
        match &typed.post {
            Some(post) => line!(context.err, "the log has no entry about `{post}`")?,
            None => line!(context.err, "the log is empty")?,
        }
    }
    Ok(())
}
