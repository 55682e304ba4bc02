//! Where posts stand, for people and for programs; it changes nothing.

mod explanation;
mod notice;
mod source_line;

use std::collections::{BTreeMap, BTreeSet};

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::{Serialize, Serializer};

use crate::ids::{ChatId, Target};
use crate::outbox::{Channel, PartState, Publication, State, StopReason};
use crate::table::Table;
pub use explanation::reason;
pub use notice::notice;
pub use source_line::line_of;

/// Where one post stands in one channel; the names of the fields are part of the contract.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PostStatus {
    /// The post's id.
    pub post: String,
    /// The channel's name in the config, or the chat's where that channel is another chat by now.
    pub channel: String,
    /// The state's name.
    pub state: &'static str,
    /// When it is, or was, to go out.
    #[serde(serialize_with = "as_text")]
    pub due_at: Timestamp,
    /// When the first of its messages was posted, as far as that was recorded; the times of adopted messages are not known.
    #[serde(serialize_with = "as_text_or_null")]
    pub published_at: Option<Timestamp>,
    /// What there is to say about the state, and the way out.
    pub reason: Option<String>,
    /// The address of its first message.
    pub link: Option<String>,
    /// The addresses of messages that may be the part whose outcome is unknown.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub candidates: Vec<String>,
    /// Its parts, in order.
    pub parts: Vec<PartStatus>,
    /// The zone in which people read its time.
    #[serde(skip)]
    pub zone: TimeZone,
}

/// Where one part stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PartStatus {
    /// The state's name.
    pub state: &'static str,
    /// Its messages in the channel.
    pub message_ids: Vec<i64>,
    /// How often its request was made, or may have been.
    pub attempts: usize,
}

/// Where a publication is, as people know it.
#[derive(Clone, Debug)]
pub struct PublicationPlace {
    /// The channel's name in the config, or its chat's.
    pub name: String,
    /// The zone its times are meant in.
    pub zone: TimeZone,
    /// The chat that its messages are in.
    pub chat: ChatId,
    /// How a command names it there.
    pub target: Target,
}

/// Of each post and channel the one publication that counts: the newest that nothing stands in the place of.
pub fn newest<'p>(publications: impl IntoIterator<Item = &'p Publication>) -> Vec<&'p Publication> {
    let mut newest: BTreeMap<(&str, i64), &Publication> = BTreeMap::new();
    for publication in publications {
        if matches!(publication.state, State::Superseded { .. }) {
            continue;
        }
        let key = (publication.post.as_str(), publication.chat);
        let known = newest.entry(key).or_insert(publication);
        if known.revision < publication.revision {
            *known = publication;
        }
    }
    let mut newest: Vec<_> = newest.into_values().collect();
    newest.sort_by_key(|publication| (publication.due_at, publication.id));
    newest
}

/// The publications that count, and the older ones to which something is still to happen.
#[must_use]
pub fn listed(publications: &[Publication]) -> Vec<&Publication> {
    let mut listed = newest(publications);
    let ids: BTreeSet<_> = listed.iter().map(|known| known.id).collect();
    listed.extend(publications.iter().filter(|known| {
        !matches!(known.state, State::Superseded { .. }) && waits(known) && !ids.contains(&known.id)
    }));
    listed.sort_by_key(|publication| (publication.due_at, publication.id));
    listed
}

/// Where a publication stands.
#[must_use]
pub fn standing(publication: &Publication, place: PublicationPlace) -> PostStatus {
    let PublicationPlace { name, zone, chat, target } = place;
    let first = publication.parts.iter().find_map(|part| part.state.message_ids().first());
    let part = |part: &crate::outbox::Part| PartStatus {
        state: part.state.name(),
        message_ids: part.state.message_ids().to_vec(),
        attempts: part.attempts.len(),
    };
    PostStatus {
        post: publication.post.to_string(),
        channel: name,
        state: publication.state.shown(),
        due_at: publication.due_at,
        published_at: published_at(publication),
        reason: reason(publication, &target),
        link: first.and_then(|id| chat.link(*id)),
        candidates: publication
            .parts
            .iter()
            .flat_map(|part| part.state.candidates())
            .filter_map(|id| chat.link(*id))
            .collect(),
        parts: publication.parts.iter().map(part).collect(),
        zone,
    }
}

/// The publication that keeps another one of its channel from going out until it is known whether it was sent.
#[must_use]
pub fn blocker<'p>(
    publication: &Publication,
    mut all: impl Iterator<Item = &'p Publication>,
) -> Option<&'p Publication> {
    let waits = matches!(publication.state, State::Scheduled | State::Due);
    all.find(|other| {
        waits
            && other.chat == publication.chat
            && other.id != publication.id
            && other.state.occupies()
            && other.parts.iter().any(|part| part.state.unknown_outcome().is_some())
    })
}

/// Whether a person has to say whether it was sent.
#[must_use]
pub fn needs_word(publication: &Publication) -> bool {
    let asks = |part: &crate::outbox::Part| matches!(part.state, PartState::NeedsOperator { .. });
    publication.parts.iter().any(asks)
}

/// What may keep back publications whose time has come.
#[derive(Clone, Copy, Debug)]
pub struct ChannelState<'a> {
    /// The channels that the journal knows.
    pub channels: &'a [Channel],
    /// Why nothing goes out at all.
    pub stopped: Option<&'a StopReason>,
    /// The publications that may be in the way.
    pub all: &'a [Publication],
    /// The present moment.
    pub now: Timestamp,
}

impl ChannelState<'_> {
    /// Why nothing goes to a chat; times in `zone`. `again` is when a request of its own is made again.
    fn shut(&self, chat: i64, again: Option<Timestamp>, zone: &TimeZone) -> Option<String> {
        match self.stopped {
            Some(StopReason::Paused(_)) => {
                return Some("waits because everything is paused".to_owned());
            }
            Some(StopReason::Refused(_)) => {
                return Some("waits because Telegram refuses the bot".to_owned());
            }
            Some(StopReason::Restored(_)) => {
                return Some(
                    "waits because the journal was restored from a backup: `telepress resolve --after-restore`"
                        .to_owned(),
                );
            }
            None => {}
        }
        let channel = self.channels.iter().find(|channel| channel.chat == chat);
        if channel.is_some_and(|channel| channel.paused.is_some()) {
            return Some("waits because the channel is paused".to_owned());
        }
        let asked = channel.and_then(|channel| channel.freeze_until);
        let later = |until: Option<Timestamp>| until.filter(|until| *until > self.now);
        let (until, why) = match (later(asked), later(again)) {
            (Some(until), _) => (until, "Telegram asked to wait"),
            (None, Some(until)) => (until, "it could not be sent, and is tried again then"),
            (None, None) => return None,
        };
        let shown = until.to_zoned_datetime(zone.clone());
        let is_soon = until.duration_since(self.now) < SignedDuration::from_hours(12);
        let shown = shown.strftime(if is_soon { "%H:%M %Q" } else { "%F %H:%M %Q" });
        Some(format!("waits until {shown}: {why}"))
    }

    /// Why a publication whose time has come, or a change of its messages, waits all the same.
    #[must_use]
    pub fn kept_back(&self, publication: &Publication, zone: &TimeZone) -> Option<String> {
        let is_due = matches!(publication.state, State::Scheduled | State::Due)
            && publication.due_at <= self.now;
        let change = explanation::waiting_change(publication);
        if !is_due && change.is_none() {
            return None;
        }
        let what = change.filter(|_| !is_due).map(|what| format!("{what} ")).unwrap_or_default();
        let again = publication.not_before.filter(|_| is_due);
        match self.shut(publication.chat, again, zone) {
            Some(waits) => Some(format!("{what}{waits}")),
            None => blocker(publication, self.all.iter()).filter(|_| is_due).map(blocked),
        }
    }
}

impl PostStatus {
    /// The same with what keeps its publication back.
    #[must_use]
    pub fn among(self, publication: &Publication, around: &ChannelState<'_>) -> Self {
        match around.kept_back(publication, &self.zone) {
            Some(reason) => {
                let waits = matches!(publication.state, State::Scheduled | State::Due);
                Self { state: if waits { "due" } else { self.state }, reason: Some(reason), ..self }
            }
            None => self,
        }
    }
}

/// Why a publication waits for another one.
#[must_use]
pub fn blocked(by: &Publication) -> String {
    let post = &by.post;
    if needs_word(by) {
        format!(
            "it waits until somebody decides about `{post}` in the same channel: `telepress status {post}`"
        )
    } else {
        format!(
            "it waits until telepress has looked whether `{post}` is in the same channel: `telepress status {post}`"
        )
    }
}

/// Whether something may still happen to it, so that `queue` lists it.
#[must_use]
pub fn waits(publication: &Publication) -> bool {
    !publication.state.is_terminal() || publication.parts.iter().any(|part| part.change.is_some())
}

/// The standings as lines for a terminal.
#[must_use]
pub fn draw(standings: &[PostStatus]) -> String {
    let mut table = Table::default();
    for standing in standings {
        let when = standing.published_at.unwrap_or(standing.due_at);
        let when = when.to_zoned_datetime(standing.zone.clone());
        let sent = standing.parts.iter().filter(|part| part.state == "sent").count();
        let progress = match standing.parts.len() {
            total if total > 1 => format!("{sent}/{total} sent"),
            _ => String::new(),
        };
        table.row([
            standing.state.to_owned(),
            standing.post.clone(),
            standing.channel.clone(),
            when.strftime("%a %F %H:%M %Q").to_string(),
            progress,
            [standing.link.as_ref(), standing.reason.as_ref()]
                .into_iter()
                .flatten()
                .chain(&standing.candidates)
                .map(String::as_str)
                .collect::<Vec<_>>()
                .join("  "),
        ]);
    }
    table.draw()
}

/// When the first of its messages was posted.
fn published_at(publication: &Publication) -> Option<Timestamp> {
    let sent = publication.parts.iter().filter_map(|part| match &part.state {
        PartState::Sent { via, .. } if via.is_by_person() => None,
        PartState::Sent { at, .. } => Some(*at),
        _ => None,
    });
    sent.min()
}

#[expect(clippy::ref_option, reason = "serde calls it so")]
fn as_text_or_null<S: Serializer>(
    at: &Option<Timestamp>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match at {
        Some(at) => serializer.collect_str(at),
        None => serializer.serialize_none(),
    }
}

fn as_text<S: Serializer>(at: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(at)
}
