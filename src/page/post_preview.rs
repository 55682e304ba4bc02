//! What a page shows of one post, made from its checked file and cached until the file changes.

use std::sync::Arc;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::media::{MediaFacts, summary};
use super::structure::Structure;
use crate::config::Channel;
use crate::diagnostic::Severity;
use crate::explain::report::Report;
use crate::ids::PostId;
use crate::layout::{InChannel, LaidOut};
use crate::message::{Content, InputMedia, MediaFile, Request};
use crate::outbox::{EndTimes, PayloadHash, StateName};
use crate::plan::{self, Diff};
use crate::post::{Edition, MediaItem};

/// The width of the excerpts that fits a page without scrolling sideways.
const COLUMNS: usize = 96;

/// What a page shows of one post.
#[derive(Clone, Debug, Default)]
pub struct PostPreview {
    /// One for each of its channels; none where the file has errors.
    pub editions: Vec<ShownEdition>,
    /// The errors and warnings with their excerpts, if there are any.
    pub report: Option<String>,
    /// How many errors are in the report; the rest are warnings.
    pub errors: usize,
}

/// A post in one channel.
#[derive(Clone, Debug)]
pub struct ShownEdition {
    /// The channel's name in the config.
    pub channel: String,
    /// The title of its chat, or else its @name or number.
    pub title: String,
    /// The channel as Telegram names it.
    pub chat: String,
    /// The edition's language.
    pub language: String,
    /// The channel's zone.
    pub zone: TimeZone,
    /// Its messages, in order.
    pub parts: Arc<[Request]>,
    /// What is known of the files of its messages, in order.
    pub media: Vec<MediaFacts>,
    /// The same post as text messages, if its messages are rich.
    pub classic: Option<ShownClassic>,
    /// Its comments, in order.
    pub comments: Arc<[Request]>,
    /// The hash of all its messages.
    pub payload: PayloadHash,
    /// The time in the file.
    pub publish_at: Option<Timestamp>,
    /// Whether it is a draft, which is never published.
    pub is_draft: bool,
    /// Whether it is pinned in the channel.
    pub is_pinned: bool,
    /// When it is unpinned and deleted.
    pub ends: EndTimes,
    /// Its structure, to compare it with the other editions.
    pub(super) structure: Structure,
}

/// A rich post as text messages, to compare.
#[derive(Clone, Debug)]
pub struct ShownClassic {
    /// The messages; none if it has errors as text messages.
    pub parts: Arc<[Request]>,
    /// What is known of the files of the messages, in order.
    pub media: Vec<MediaFacts>,
    /// The errors with their excerpts, if there are any.
    pub report: Option<String>,
}

/// The state of a post in one channel, from the journal.
#[derive(Clone, Debug)]
pub struct ChannelStatus {
    /// The channel's name in the config.
    pub channel: String,
    /// The state's name.
    pub state: StateName,
    /// When it was to be published, or is.
    pub due_at: Timestamp,
    /// When its first message was posted, if that is known.
    pub published_at: Option<Timestamp>,
    /// Whether a message was edited since.
    pub is_edited: bool,
    /// The reason for the state.
    pub reason: Option<String>,
    /// The address of its first message.
    pub link: Option<String>,
    /// Whether the file differs from the published post.
    pub is_changed: bool,
    /// What an edit would change in the published post, if its messages were read.
    pub difference: Option<Diff>,
}

impl PostPreview {
    /// Reads it from a checked file.
    #[must_use]
    pub fn of(post: Option<&LaidOut>, report: &Report, channels: &[Arc<Channel>]) -> Self {
        let text = report.text(false, COLUMNS);
        Self {
            editions: post.map(|post| editions(post, channels)).unwrap_or_default(),
            report: Some(text.trim_end().to_owned()).filter(|text| !text.is_empty()),
            errors: report.count(Severity::Error),
        }
    }

    /// Adds what a rich post is as text messages: `post`, or the errors in `report`.
    #[must_use]
    pub fn with_classic(
        mut self,
        post: Option<&LaidOut>,
        report: &Report,
        channels: &[Arc<Channel>],
    ) -> Self {
        for shown in &mut self.editions {
            if !shown.parts.iter().any(|part| matches!(part.content(), Some(Content::Rich(_)))) {
                continue;
            }
            let channel = channels.iter().find(|channel| channel.name.as_str() == shown.channel);
            let here = channel.and_then(|channel| post?.in_channel(&channel.name));
            shown.classic = Some(match here {
                Some(InChannel { edition, parts, .. }) => ShownClassic {
                    parts: Arc::clone(parts),
                    media: all_facts(parts, edition),
                    report: None,
                },
                None => ShownClassic {
                    parts: Arc::default(),
                    media: Vec::new(),
                    report: Some(report.text(false, COLUMNS).trim_end().to_owned()),
                },
            });
        }
        self
    }

    /// The first line of its first message.
    #[must_use]
    pub fn title(&self) -> String {
        let text = self.editions.first().and_then(|edition| edition.parts.first());
        let text = text.map(|request| request.text().string).unwrap_or_default();
        let line = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
        let mut letters = line.chars();
        let cut: String = letters.by_ref().take(TITLE).collect();
        if letters.next().is_some() { format!("{}…", cut.trim_end()) } else { cut }
    }

    /// Kind and size of its files; `None` if it has none.
    #[must_use]
    pub fn media_summary(&self) -> Option<String> {
        let requests = self.editions.first().map(|edition| edition.parts.iter());
        requests.into_iter().flatten().find_map(|request| summary(&files(request)))
    }
}

/// The files of a message.
pub(super) fn files(request: &Request) -> Vec<&InputMedia> {
    request.content().map(Content::media).unwrap_or_default()
}

/// The characters of a title that fit a line of the list.
const TITLE: usize = 90;

fn editions(post: &LaidOut, channels: &[Arc<Channel>]) -> Vec<ShownEdition> {
    let shown = |channel: &Arc<Channel>| {
        let InChannel { edition, publish_at, delete_at, unpin_at, parts, comments } =
            post.in_channel(&channel.name)?;
        let sent = plan::new_parts(parts);
        let (is_pinned, ends) = (edition.options.pin, EndTimes { delete_at, unpin_at });
        Some(ShownEdition {
            channel: channel.name.to_string(),
            title: channel.shown_title(),
            chat: channel.address().to_string(),
            language: edition.language.to_string(),
            zone: channel.timezone.clone(),
            structure: Structure::of(edition, parts.len()),
            parts: Arc::clone(parts),
            media: all_facts(parts, edition),
            classic: None,
            comments: Arc::clone(comments),
            payload: plan::payload_hash(
                sent.iter().map(|part| &part.hash),
                is_pinned,
                ends,
                post.post.occurrence,
            ),
            publish_at,
            is_draft: edition.options.draft,
            is_pinned,
            ends,
        })
    };
    channels.iter().filter_map(shown).collect()
}

/// What is known of the files of messages, in order.
fn all_facts(parts: &[Request], edition: &Edition) -> Vec<MediaFacts> {
    parts.iter().flat_map(files).map(|media| facts(media, edition)).collect()
}

/// What is known of a file of an edition. The request may name it by its hash.
fn facts(media: &InputMedia, edition: &Edition) -> MediaFacts {
    let same = |item: &&MediaItem| {
        let file = MediaFile { content: media.file.content.clone(), ..item.media.file.clone() };
        InputMedia { file, thumbnail: media.thumbnail.clone(), ..item.media.clone() } == *media
    };
    let item = edition.files().find(same);
    item.map(|item| MediaFacts { size: item.shown_size, seconds: item.seconds }).unwrap_or_default()
}

/// A post in the list of all posts.
#[derive(Clone, Debug)]
pub struct Row<'r> {
    /// The id of the post.
    pub id: &'r PostId,
    /// The content of its file.
    pub shown: &'r PostPreview,
    /// Its state in each channel.
    pub statuses: &'r [ChannelStatus],
    /// Whether it is older than the journal.
    pub is_older: bool,
}

/// The moments that decide about the state of a post.
#[derive(Clone, Copy, Debug)]
pub struct Moments {
    /// The current time.
    pub now: Timestamp,
    /// A post with an earlier time has missed it.
    pub latest: Timestamp,
}
