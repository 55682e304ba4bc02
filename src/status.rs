//! The status of posts, as text and as JSON. It only reads.

mod end;
mod explanation;
mod file_state;
mod names;
mod notice;
pub mod pause;
pub(crate) mod question;
mod source_line;

use std::collections::{BTreeMap, BTreeSet};

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::{Serialize, Serializer};

use crate::config::OperatorNames;
use crate::ids::{Address, Destination, PostId, Target, TopicId};
use crate::outbox::{
    Channel, ClosedPoll, HoldReason, PartState, Policy, Publication, PublicationId, State,
    StateName, StopReason,
};
use crate::schedule;
use crate::table::{Table, TableStyle, Tone};
pub use end::{end_reason, will_end};
pub use explanation::{reason, reason_among};
pub use file_state::FileState;
pub use notice::{is_settled, notice};
pub use source_line::line_of;

/// The status of a post in a channel; the names of the fields are part of the contract.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PostStatus {
    /// The post's id.
    pub post: String,
    /// The channel's name in the config, or the chat's name if the channel is another chat now.
    pub channel: String,
    /// The topic of a group: two channels may be topics of one group.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub topic: Option<TopicId>,
    /// Whether it is about the comments of the post.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub comments: bool,
    /// The state's name.
    pub state: StateName,
    /// The slot of `repeat` that it is for.
    #[serde(serialize_with = "as_text_or_null", skip_serializing_if = "Option::is_none")]
    pub occurrence: Option<Timestamp>,
    /// When the post is, or was, due.
    #[serde(serialize_with = "as_text")]
    pub due_at: Timestamp,
    /// When its first message was posted. The times of adopted messages are not known.
    #[serde(serialize_with = "as_text_or_null")]
    pub published_at: Option<Timestamp>,
    /// When its file wants it unpinned.
    #[serde(serialize_with = "as_text_or_null", skip_serializing_if = "Option::is_none")]
    pub unpin_at: Option<Timestamp>,
    /// When its file wants it deleted.
    #[serde(serialize_with = "as_text_or_null", skip_serializing_if = "Option::is_none")]
    pub delete_at: Option<Timestamp>,
    /// The reason for the state, and the next step.
    pub reason: Option<String>,
    /// The address of its first message.
    pub link: Option<String>,
    /// The addresses of messages that may be a part whose outcome is unknown.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub candidates: Vec<String>,
    /// The parts, in order.
    pub parts: Vec<PartStatus>,
    /// How many parts are known to be in the channel.
    #[serde(skip)]
    pub sent: usize,
    /// The zone in which times are shown.
    #[serde(skip)]
    pub zone: TimeZone,
}

/// The status of a part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PartStatus {
    /// The state's name.
    pub state: &'static str,
    /// The ids of its messages.
    pub message_ids: Vec<i64>,
    /// How often its request was, or may have been, made.
    pub attempts: usize,
    /// How its poll ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub closed_poll: Option<ClosedPoll>,
}

/// The names by which people know a publication's channel.
#[derive(Clone, Debug)]
pub struct PublicationPlace {
    /// The channel's name in the config, or the chat's name.
    pub name: String,
    /// The zone in which times are shown.
    pub zone: TimeZone,
    /// The chat of its messages.
    pub address: Address,
    /// The name of the post and channel on the command line.
    pub target: Target,
    /// The config's policy for lost posts.
    pub policy: Policy,
}

impl PostStatus {
    /// The channel for display.
    #[must_use]
    pub fn place(&self) -> String {
        if self.comments { format!("{} (comments)", self.channel) } else { self.channel.clone() }
    }
}

/// The newest publication of each post and channel that was not superseded.
pub fn newest<'p>(publications: impl IntoIterator<Item = &'p Publication>) -> Vec<&'p Publication> {
    let mut newest: BTreeMap<(&str, Destination), &Publication> = BTreeMap::new();
    for publication in publications {
        if matches!(publication.state, State::Superseded { .. }) {
            continue;
        }
        let key = (publication.post.as_str(), publication.destination());
        let known = newest.entry(key).or_insert(publication);
        if known.revision < publication.revision {
            *known = publication;
        }
    }
    let mut newest: Vec<_> = newest.into_values().collect();
    newest.sort_by_key(|publication| (publication.due_at, publication.id));
    newest
}

/// The newest publications, older ones that are not over, and the newest published occurrence of a post with `repeat`.
#[must_use]
pub fn listed(publications: &[Publication]) -> Vec<&Publication> {
    let mut listed = newest(publications);
    let is_repeated =
        |known: &&Publication| known.occurrence.is_some() && known.state == State::Published;
    let repeated = newest(publications.iter().filter(is_repeated));
    let ids: BTreeSet<_> = listed.iter().map(|known| known.id).collect();
    listed.extend(repeated.into_iter().filter(|known| !ids.contains(&known.id)));
    let ids: BTreeSet<_> = listed.iter().map(|known| known.id).collect();
    listed.extend(publications.iter().filter(|known| {
        !matches!(known.state, State::Superseded { .. })
            && is_open(known)
            && !ids.contains(&known.id)
    }));
    listed.sort_by_key(|publication| (publication.due_at, publication.id));
    listed
}

/// The status of a publication.
#[must_use]
pub fn post_status(
    publication: &Publication,
    place: PublicationPlace,
    names: &OperatorNames,
) -> PostStatus {
    let PublicationPlace { name, zone, address, target, policy } = place;
    let first = publication.parts.iter().find_map(|part| part.state.message_ids().first());
    let part = |part: &crate::outbox::Part| PartStatus {
        state: part.state.name(),
        message_ids: part.state.message_ids().to_vec(),
        attempts: part.attempts.len(),
        closed_poll: part.closed_poll.clone(),
    };
    PostStatus {
        post: publication.post.to_string(),
        channel: name,
        topic: address.topic,
        comments: publication.is_comments(),
        state: publication.state.shown_name(),
        occurrence: publication.occurrence,
        due_at: publication.due_at,
        published_at: published_at(publication),
        reason: explanation::reason_with_names(publication, &target, names)
            .map(|reason| match question::refused_until(publication, &policy) {
                Some(until) => format!("{reason}. {until}"),
                None => reason,
            })
            .or_else(|| end_reason(publication, &target, &zone)),
        delete_at: publication.ends.times().delete_at,
        unpin_at: publication.ends.times().unpin_at,
        link: first.and_then(|id| address.link(*id)),
        candidates: publication
            .parts
            .iter()
            .flat_map(|part| part.state.candidates())
            .filter_map(|id| address.link(*id))
            .collect(),
        parts: publication.parts.iter().map(part).collect(),
        sent: publication.sent_count(),
        zone,
    }
}

/// The publication that blocks another one in the same channel until its outcome is known.
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

/// The posts to which the unsent parts of a publication link.
#[must_use]
pub fn referenced_posts(publication: &Publication) -> BTreeSet<PostId> {
    let references = explanation::pending_references(publication);
    references.iter().filter_map(|reference| PostId::parse(reference.post()).ok()).collect()
}

/// Whether an operator has to decide whether a part was sent.
#[must_use]
pub fn needs_operator(publication: &Publication) -> bool {
    let asks = |part: &crate::outbox::Part| matches!(part.state, PartState::NeedsOperator { .. });
    publication.parts.iter().any(asks)
}

/// Everything that may block a due publication.
#[derive(Clone, Copy, Debug)]
pub struct SendBlockers<'a> {
    /// The channels in the journal.
    pub channels: &'a [Channel],
    /// Why all sending is stopped, if it is.
    pub stopped: Option<&'a StopReason>,
    /// The publications that may block others.
    pub all: &'a [Publication],
    /// Why the last attempts had no effect, as far as it was read.
    pub failures: &'a BTreeMap<PublicationId, String>,
    /// The current time.
    pub now: Timestamp,
}

impl SendBlockers<'_> {
    /// Why nothing is sent to the publication's chat, with times in `zone`. `again` is the time of its next attempt.
    fn send_block(
        &self,
        publication: &Publication,
        again: Option<Timestamp>,
        zone: &TimeZone,
    ) -> Option<String> {
        match self.stopped {
            Some(StopReason::Paused(_)) => {
                return Some("is waiting because everything is paused".to_owned());
            }
            Some(StopReason::Refused(_)) => {
                return Some("is waiting because Telegram refuses the bot".to_owned());
            }
            Some(StopReason::Restored(_)) => {
                return Some(
                    "is waiting because the journal was restored from a backup: run `telepress resolve --after-restore`"
                        .to_owned(),
                );
            }
            None => {}
        }
        let channel =
            self.channels.iter().find(|channel| channel.destination == publication.destination());
        if channel.is_some_and(|channel| channel.paused.is_some()) {
            return Some("is waiting because the channel is paused".to_owned());
        }
        let asked = channel.and_then(|channel| channel.flood_wait_until);
        let later = |until: Option<Timestamp>| until.filter(|until| *until > self.now);
        let failure = self.failures.get(&publication.id);
        let (until, why) = match (later(asked), later(again)) {
            (Some(until), _) => (until, "Telegram asked telepress to wait".to_owned()),
            (None, Some(until)) => {
                let cause = failure.map(|cause| format!(": {cause}")).unwrap_or_default();
                (until, format!("the last attempt failed{cause}"))
            }
            (None, None) => return None,
        };
        let shown = until.to_zoned_datetime(zone.clone());
        let is_soon = until.duration_since(self.now) < SignedDuration::from_hours(12);
        let shown = shown.strftime(if is_soon { "%H:%M %Q" } else { "%F %H:%M %Q" });
        Some(format!("is waiting until {shown}: {why}"))
    }

    /// Why a due publication, or a change of its messages, is not sent.
    #[must_use]
    pub fn block_reason(&self, publication: &Publication, zone: &TimeZone) -> Option<String> {
        let is_due = matches!(publication.state, State::Scheduled | State::Due)
            && publication.due_at <= self.now;
        let change = explanation::waiting_change(publication);
        if !is_due && change.is_none() {
            return None;
        }
        let what = change.filter(|_| !is_due).unwrap_or_else(|| "it".to_owned());
        let again = publication.not_before.filter(|_| is_due);
        match self.send_block(publication, again, zone) {
            Some(waits) => Some(format!("{what} {waits}")),
            None => blocker(publication, self.all.iter())
                .filter(|_| is_due)
                .map(blocker_reason)
                .or_else(|| self.cancelled_link(publication)),
        }
    }

    /// Why a publication waits for a post that will not be published, because it was cancelled or deleted.
    fn cancelled_link(&self, publication: &Publication) -> Option<String> {
        if !matches!(publication.state, State::Scheduled | State::Due | State::Publishing) {
            return None;
        }
        let references = explanation::pending_references(publication);
        referenced_posts(publication).into_iter().find_map(|post| {
            let of_post = newest(self.all.iter().filter(|other| other.post == post));
            let gone = of_post.first().map(|other| other.state.shown())?;
            let is_gone = |other: &&Publication| {
                matches!(other.state, State::Cancelled { .. }) && other.sent_count() == 0
            };
            of_post.iter().all(is_gone).then(|| {
                let to_post =
                    references.iter().filter(|reference| reference.post() == post.as_str());
                let (verb, what) = explanation::verb_and_noun(to_post);
                format!(
                    "it {verb} `{post}`, which is {gone}; publish `{post}` (`telepress publish {post} --again`) or remove {what}"
                )
            })
        })
    }
}

impl PostStatus {
    /// Adds the reason why the publication is blocked, if it is.
    #[must_use]
    pub fn with_blocker(
        self,
        publication: &Publication,
        target: &Target,
        channels: &SendBlockers<'_>,
    ) -> Self {
        if let Some(reason) = channels.block_reason(publication, &self.zone) {
            let waits = matches!(publication.state, State::Scheduled | State::Due);
            let state = if waits { StateName::Due } else { self.state };
            return Self { state, reason: Some(reason), ..self };
        }
        let is_held = publication.state == (State::Held { held: HoldReason::Channel });
        let of_channel = || reason_among(publication, target, channels.channels);
        let reason = channels
            .cancelled_link(publication)
            .or_else(|| is_held.then(of_channel).flatten())
            .or(self.reason);
        Self { reason, ..self }
    }
}

/// The reason of a publication that waits for another one.
#[must_use]
pub fn blocker_reason(by: &Publication) -> String {
    let post = &by.post;
    if needs_operator(by) {
        format!(
            "it is waiting until an operator decides about `{post}` in the same channel: see `telepress status {post}`"
        )
    } else {
        format!(
            "it is waiting until telepress knows whether `{post}` is in the same channel: see `telepress status {post}`"
        )
    }
}

/// Whether something of a publication is still to be sent or changed.
#[must_use]
pub fn is_unfinished(publication: &Publication) -> bool {
    !publication.state.is_terminal() || publication.parts.iter().any(|part| part.change.is_some())
}

/// Whether something may still happen to a publication by itself, or an operator has to decide: it is unfinished, or its end waits or
/// was missed. `queue` lists those.
#[must_use]
pub fn is_open(publication: &Publication) -> bool {
    is_unfinished(publication)
        || publication.waiting_ends().next().is_some()
        || publication.missed_ends().any(|(_, _, waits)| waits)
}

/// The posts that are published and of which nothing is still to be sent or changed.
#[must_use]
pub fn settled_posts(publications: &[Publication]) -> BTreeSet<PostId> {
    let posts = |wanted: &dyn Fn(&Publication) -> bool| -> BTreeSet<PostId> {
        let found = publications.iter().filter(|publication| wanted(publication));
        found.map(|publication| publication.post.clone()).collect()
    };
    &posts(&|publication| publication.state == State::Published) - &posts(&is_unfinished)
}

/// The published posts, and whether nothing of them is still to be sent or changed.
#[must_use]
pub fn published_posts(publications: &[Publication]) -> BTreeMap<PostId, bool> {
    let settled = settled_posts(publications);
    let published = publications.iter().filter(|known| known.state == State::Published);
    published.map(|known| (known.post.clone(), settled.contains(&known.post))).collect()
}

/// The tone of a state.
#[must_use]
pub fn tone(state: StateName) -> Tone {
    match state {
        StateName::Published => Tone::Good,
        StateName::Scheduled | StateName::Due | StateName::Publishing => Tone::Active,
        StateName::Held | StateName::Uncertain => Tone::Warning,
        StateName::Failed => Tone::Bad,
        StateName::Cancelled | StateName::Deleted | StateName::Superseded => Tone::Faint,
    }
}

/// The statuses as a table for a terminal.
#[must_use]
pub fn draw(statuses: &[PostStatus], look: TableStyle) -> String {
    let mut table = Table::with_header(["STATE", "POST", "CHANNEL", "TIME", "PROGRESS", "DETAILS"]);
    for status in statuses {
        let when = shown_time(status.state, status.due_at, status.published_at, &status.zone);
        let sent = status.sent;
        let progress = match status.parts.len() {
            total if total > 1 && shows_progress(status.state, sent) => {
                format!("{sent}/{total} sent")
            }
            _ => String::new(),
        };
        let closed = status.parts.iter().find_map(|part| part.closed_poll.as_ref());
        let closed = closed.map(ToString::to_string);
        let tone = tone(status.state);
        table.toned_row(
            0,
            tone,
            [
                status.state.as_str().to_owned(),
                status.post.clone(),
                status.place(),
                when,
                progress,
                [status.link.as_ref(), status.reason.as_ref(), closed.as_ref()]
                    .into_iter()
                    .flatten()
                    .chain(&status.candidates)
                    .map(String::as_str)
                    .collect::<Vec<_>>()
                    .join("  "),
            ],
        );
    }
    table.draw_with(look)
}

/// The time of a publication: exactly, so that it can be typed, if it is still to come, and otherwise to the minute.
#[must_use]
pub fn shown_time(
    state: StateName,
    due_at: Timestamp,
    published_at: Option<Timestamp>,
    zone: &TimeZone,
) -> String {
    match (state, published_at) {
        (StateName::Scheduled, None) => schedule::shown_with_day(due_at, zone),
        (_, at) => {
            let at = at.unwrap_or(due_at).to_zoned_datetime(zone.clone());
            at.strftime("%a %F %H:%M %Q").to_string()
        }
    }
}

/// Whether the number of sent parts is shown. In other states it misleads: a post keeps the parts that were deleted from it.
fn shows_progress(state: StateName, sent: usize) -> bool {
    match state {
        StateName::Publishing | StateName::Uncertain | StateName::Failed | StateName::Held => true,
        // The rest of a post that was sent in part waits for its channel.
        StateName::Due => sent > 0,
        StateName::Scheduled
        | StateName::Published
        | StateName::Cancelled
        | StateName::Deleted
        | StateName::Superseded => false,
    }
}

fn published_at(publication: &Publication) -> Option<Timestamp> {
    let sent = publication.parts.iter().filter_map(|part| match &part.state {
        PartState::Sent { via, .. } if via.is_by_person() => None,
        PartState::Sent { at, .. } => Some(*at),
        _ => None,
    });
    sent.min()
}

#[expect(clippy::ref_option, reason = "serde requires this signature")]
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
