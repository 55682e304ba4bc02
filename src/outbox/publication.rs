//! A publication: one post's parts for one channel, and their states. It makes no transitions.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    Actor, Approvals, ChangeKind, ChangeState, End, EndKind, EndState, Ends, OldNames, Part,
    PartState, PayloadHash, PublicationId, RefusedDeletion, moment,
};
use crate::ids::{ChannelName, Destination, PostId, TopicId};
use crate::limits;

/// One post in one channel. The key (`post`, `chat`, `revision`) is unique in a journal, so the topics of a chat share the numbers of
/// revisions.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Publication {
    /// Its id.
    pub id: PublicationId,
    /// How many transitions it has had. The store writes a transition only if the version has not changed since it was read.
    pub version: i64,
    /// The post.
    pub post: PostId,
    /// The chat's numeric id. With the topic it identifies the channel in the journal.
    pub chat: i64,
    /// The topic of the chat.
    pub topic: Option<TopicId>,
    /// For comments: the channel whose post they are below. Their own chat is the channel's discussion group.
    pub comments_on: Option<i64>,
    /// The channel's key in the config when the publication was accepted; for display.
    pub channel: ChannelName,
    /// The edition's language; for display.
    pub edition: String,
    /// Its number among the post's publications in this channel, from 1. A new text before the first request, and
    /// `publish --again`, start the next revision.
    pub revision: u32,
    /// The hash of all its requests. Only [`Event::Revise`](super::Event::Revise) changes it.
    pub payload: PayloadHash,
    /// The hash of the post's file. If the file is unchanged and new requests would differ, then a style, the config or
    /// telepress itself has changed.
    pub source: PayloadHash,
    /// When to publish it.
    pub due_at: Timestamp,
    /// The same time as it was written, if it was.
    pub civil: Option<CivilTime>,
    /// Whether a person set the time; the file's `publish_at` does not change it then.
    pub by_hand: bool,
    /// The file's `publish_at`. A cancelled post is scheduled again when its file names another time.
    pub file_publish_at: Option<Timestamp>,
    /// The slot of the file's `repeat` that it is for. Each occurrence of a post is published on its own.
    pub occurrence: Option<Timestamp>,
    /// When its retry window began: when it became due, or when it was released or resumed.
    pub retry_since: Timestamp,
    /// The next send must not be made earlier.
    pub not_before: Option<Timestamp>,
    /// Its state.
    pub state: State,
    /// Whether to pin its first message.
    pub pin: Pin,
    /// When it is unpinned and deleted.
    pub ends: Ends,
    /// Whether it is published together with the post's publications in other channels.
    pub together: ReleaseGroup,
    /// Its approvals.
    pub approvals: Approvals,
    /// Who ordered it last.
    pub by: Actor,
    /// Its parts, in order.
    pub parts: Vec<Part>,
}

/// A time as it was written. If the rules of its zone change, `plan` shows the difference.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct CivilTime {
    /// Date and time without a zone.
    pub time: String,
    /// The zone's IANA name.
    pub zone: String,
    /// The version of the zone rules it was resolved with.
    pub tzdb: String,
}

/// The state of a publication. `Publishing`, `Uncertain` and `Failed` are derived from the parts, and so is the end of
/// `Cancelling`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum State {
    /// Its time has not come.
    Scheduled,
    /// It may be sent as soon as the channel is free.
    Due,
    /// Its sending has begun. No other publication of its channel may begin.
    Publishing,
    /// Every part was sent or skipped.
    Published,
    /// It waits for a person, or for the reason of the hold to end.
    Held {
        /// The reason.
        held: HoldReason,
    },
    /// The outcome of a part is not known.
    Uncertain,
    /// A person cancelled it while the outcome of a part was not known. It keeps the channel, and telepress still probes for
    /// it. When the outcome is known, it becomes cancelled, and a message that was found can be deleted.
    Cancelling {
        /// Who cancelled it.
        by: Actor,
    },
    /// Telegram refused a part. The parts before it stay in the channel.
    Failed {
        /// The part's index, from 0.
        part: usize,
    },
    /// It will not be published, or was deleted from the channel.
    Cancelled {
        /// Who ordered it.
        by: Actor,
        /// How it was cancelled.
        cancellation: Cancellation,
    },
    /// Another publication of the post replaced it.
    Superseded {
        /// Who ordered it.
        by: Actor,
        /// The replacement.
        successor: PublicationId,
    },
}

/// The name of a publication's state for users and scripts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names are those of `State`")]
pub enum StateName {
    Scheduled,
    Due,
    Publishing,
    Published,
    Held,
    Uncertain,
    Failed,
    Cancelled,
    Deleted,
    Superseded,
}

impl StateName {
    /// The name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Scheduled => "scheduled",
            Self::Due => "due",
            Self::Publishing => "publishing",
            Self::Published => "published",
            Self::Held => "held",
            Self::Uncertain => "uncertain",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::Deleted => "deleted",
            Self::Superseded => "superseded",
        }
    }
}

/// Why a publication is held.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HoldReason {
    /// It was due longer ago than the grace period permits.
    Missed,
    /// Its file was added, or set its time, when that time was past by more than the grace period.
    #[serde(rename = "came_late")]
    FileAppearedLate,
    /// Its retry window ended; the content may be stale.
    Expired,
    /// It was tried too many times.
    Exhausted,
    /// The bytes of a file are not on the machine that publishes.
    MediaMissing,
    /// Telegram would not accept the closing time of its poll: too soon, or too far away.
    PollOver,
    /// Its `delete_at` is past, or so late that a bot could not delete it any more.
    DeletionRefused,
    /// The copy of its post did not appear in the discussion group in time. Only for comments.
    NotPlaced,
    /// The post was deleted after some of its comments were sent. Only for comments.
    PostGone,
    /// Its file has errors or is missing.
    File,
    /// The config of the process that publishes has no such channel.
    UnknownChannel,
    /// Its file has changed since an operator ordered the version they saw.
    Changed,
    /// Approvals are missing.
    Approvals,
    /// The channel refused the bot. The publication continues when the channel is resumed.
    Channel,
    /// More posts were missed than telepress publishes late at once.
    CatchUp,
    /// The journal was restored from a backup, and may lack sent messages.
    Restored,
    /// It may be a published post under another name, whose file was missing when this post's file was added.
    MaybeMoved(OldNames),
}

/// How a publication was cancelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cancellation {
    /// A person or the file cancelled it.
    Ordered,
    /// It was missed, and the config says `missed = "skip"`.
    Missed,
    /// A person skipped every part.
    Skipped,
    /// All its sent messages were deleted.
    Deleted,
}

/// Whether to pin the first message, and whether that was done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Pin {
    /// Whether the post wants it pinned.
    pub wanted: bool,
    /// Whether it is pinned, as far as is known.
    pub made: bool,
}

impl Pin {
    /// The pin of a new publication.
    #[must_use]
    pub fn wanted(wanted: bool) -> Self {
        Self { wanted, made: false }
    }
}

/// The publications of a post with `together`: none of them starts before all of them may.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct ReleaseGroup {
    /// In how many channels it is published at the same time, including this one; 0 without `together`.
    pub channels: u32,
    /// Whether the group has started: from then on each channel proceeds on its own.
    pub begun: bool,
}

impl ReleaseGroup {
    /// A group that has not started.
    #[must_use]
    pub fn new(channels: u32) -> Self {
        Self { channels, begun: false }
    }

    /// Whether it waits for the other channels.
    #[must_use]
    pub fn waits(self) -> bool {
        self.channels > 1 && !self.begun
    }
}

impl State {
    /// Its name in the journal, which has no name for a deleted publication.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self.shown_name() {
            StateName::Deleted => StateName::Cancelled.as_str(),
            other => other.as_str(),
        }
    }

    /// Its name for users and scripts, as a string.
    #[must_use]
    pub fn shown(&self) -> &'static str {
        self.shown_name().as_str()
    }

    /// Its name for users and scripts. A publication that is cancelled while its outcome is unknown counts as uncertain.
    #[must_use]
    pub fn shown_name(&self) -> StateName {
        match self {
            Self::Scheduled => StateName::Scheduled,
            Self::Due => StateName::Due,
            Self::Publishing => StateName::Publishing,
            Self::Published => StateName::Published,
            Self::Held { .. } => StateName::Held,
            Self::Uncertain | Self::Cancelling { .. } => StateName::Uncertain,
            Self::Failed { .. } => StateName::Failed,
            Self::Cancelled { cancellation: Cancellation::Deleted, .. } => StateName::Deleted,
            Self::Cancelled { .. } => StateName::Cancelled,
            Self::Superseded { .. } => StateName::Superseded,
        }
    }

    /// Whether only an order changes it.
    #[must_use]
    pub fn is_terminal(&self) -> bool {
        matches!(
            self,
            Self::Published
                | Self::Failed { .. }
                | Self::Cancelled { .. }
                | Self::Superseded { .. }
        )
    }

    /// Whether it keeps other publications of the channel from beginning.
    #[must_use]
    pub fn occupies(&self) -> bool {
        matches!(self, Self::Publishing | Self::Uncertain | Self::Cancelling { .. })
    }
}

impl Publication {
    /// Where its messages are.
    #[must_use]
    pub fn destination(&self) -> Destination {
        Destination { chat: self.chat, topic: self.topic }
    }

    /// The channel that it belongs to: its own destination, or for comments the channel of their post.
    #[must_use]
    pub fn channel_destination(&self) -> Destination {
        self.comments_on.map_or_else(|| self.destination(), Destination::of_chat)
    }

    /// The chat of the channel that it belongs to.
    #[must_use]
    pub fn channel_chat(&self) -> i64 {
        self.channel_destination().chat
    }

    /// Whether it is the comments below a post.
    #[must_use]
    pub fn is_comments(&self) -> bool {
        self.comments_on.is_some()
    }

    /// Whether operators are asked for approval as soon as it is ordered: a person ordered it for later. A post that is due
    /// asks when it is held for approval, and posts that a file schedules are listed together.
    #[must_use]
    pub fn asks_for_approval_at_once(&self, now: Timestamp, needed: u8) -> bool {
        self.approvals.missing(needed) > 0 && self.due_at > now && self.by.is_person()
    }

    /// Whether its time is so close that operators are reminded of the missing approvals.
    #[must_use]
    pub fn needs_reminder(&self, now: Timestamp, needed: u8) -> bool {
        self.state == State::Scheduled
            && self.approvals.missing(needed) > 0
            && self.due_at > now
            && self.due_at <= moment::saturating_add(now, limits::APPROVAL_REMINDER)
    }

    /// Whether it or one of its edits waits for approvals if the config asks for `needed`.
    #[must_use]
    pub fn waits_for_approvals(&self, needed: u8) -> bool {
        let is_edited = self.parts.iter().any(|part| {
            part.change
                .as_ref()
                .is_some_and(|change| change.kind == ChangeKind::Edit && change.is_pending())
        });
        self.approvals.missing(needed) > 0 && (!self.state.is_terminal() || is_edited)
    }

    /// How many parts are known to be in the channel: the 2 of `2/3 sent`.
    #[must_use]
    pub fn sent_count(&self) -> usize {
        self.parts.iter().filter(|part| matches!(part.state, PartState::Sent { .. })).count()
    }

    /// The parts that the journal knows as not sent, with their index.
    pub fn missing_parts(&self) -> impl Iterator<Item = (usize, &Part)> {
        let parts = self.parts.iter().enumerate();
        parts
            .filter(|(_, part)| matches!(part.state, PartState::Pending | PartState::Failed { .. }))
    }

    /// How many messages its missing parts have.
    #[must_use]
    pub fn missing_messages(&self) -> usize {
        self.missing_parts().map(|(_, part)| part.messages).sum()
    }

    /// Whether it has a poll in the channel that is not known to be closed.
    #[must_use]
    pub fn has_open_poll(&self) -> bool {
        self.parts.iter().any(|part| part.open_poll_message().is_some())
    }

    /// When its last part was recorded as sent; its due time if no part was.
    #[must_use]
    pub fn published_at(&self) -> Timestamp {
        let sent = self.parts.iter().filter_map(|part| match part.state {
            PartState::Sent { at, .. } => Some(at),
            _ => None,
        });
        sent.max().unwrap_or(self.due_at)
    }

    /// Whether its post counts as new: nothing of it was sent, and either it waits for a person to say whether it is a
    /// published post under another name, or its own file cancelled it.
    #[must_use]
    pub fn counts_as_new(&self) -> bool {
        self.is_unsent()
            && match &self.state {
                State::Held { held: HoldReason::MaybeMoved(_) } => true,
                State::Cancelled { by, cancellation } => {
                    !by.is_person() && *cancellation == Cancellation::Ordered
                }
                _ => false,
            }
    }

    /// Whether `telepress move` may replace it by a published post that takes its name: nothing of it is or may be in the
    /// channel, and it will not be sent without an order.
    #[must_use]
    pub fn can_be_replaced(&self) -> bool {
        // Comments come with the post whose name it takes.
        self.counts_as_new()
            || self.is_comments() && self.is_unsent()
            || self.state.is_terminal()
                && !self.parts.iter().any(Part::may_be_in_channel)
                && self.state != State::Published
    }

    /// Whether no part was, is or may be in the channel.
    #[must_use]
    pub fn is_unsent(&self) -> bool {
        self.parts.iter().all(|part| {
            let is_in_flight = matches!(part.state, PartState::Sending { .. });
            !(part.state.is_posted() || part.may_be_in_channel() || is_in_flight)
        })
    }

    /// The highest message id of its parts.
    #[must_use]
    pub fn last_message(&self) -> Option<i64> {
        self.parts.iter().flat_map(|part| part.state.message_ids()).copied().max()
    }

    /// Whether a poll that is not sent yet has a closing time that Telegram would not accept at `now`.
    #[must_use]
    pub fn has_refused_closing_time(&self, now: Timestamp) -> bool {
        let mut pending = self.parts.iter().filter(|part| part.state == PartState::Pending);
        pending.any(|part| part.has_refused_closing_time(now))
    }

    /// The index of the next part to send: the first that is pending.
    #[must_use]
    pub fn next_part(&self) -> Option<usize> {
        self.parts.iter().position(|part| part.state == PartState::Pending)
    }
}

impl Publication {
    /// Its ends, unless they are over: a post that is not published has none, and one that is not pinned any more is not unpinned.
    fn open_ends(&self) -> impl Iterator<Item = (EndKind, End)> {
        let is_published = self.state == State::Published && self.sent_count() > 0;
        let is_pinned = |end: &End| end.state == EndState::Waiting || self.pin.made;
        let unpin = self.ends.unpin.filter(is_pinned);
        let both = [(EndKind::Delete, self.ends.delete), (EndKind::Unpin, unpin)];
        both.into_iter().filter(move |_| is_published).filter_map(|(kind, end)| Some((kind, end?)))
    }

    /// Its ends whose time has not come, or that were not carried out yet.
    pub fn waiting_ends(&self) -> impl Iterator<Item = (EndKind, Timestamp)> {
        let waits = |(_, end): &(EndKind, End)| end.state == EndState::Waiting;
        self.open_ends().filter(waits).map(|(kind, end)| (kind, end.at))
    }

    /// Its ends that were missed, and whether an operator has to decide about them.
    pub fn missed_ends(&self) -> impl Iterator<Item = (EndKind, Timestamp, bool)> {
        self.open_ends().filter_map(|(kind, end)| match end.state {
            EndState::Missed => Some((kind, end.at, true)),
            EndState::Skipped => Some((kind, end.at, false)),
            EndState::Waiting | EndState::Ordered => None,
        })
    }

    /// The end to carry out at `now`. A deletion makes an unpinning unnecessary.
    #[must_use]
    pub fn due_end(&self, now: Timestamp) -> Option<(EndKind, Timestamp)> {
        self.waiting_ends().find(|(_, at)| *at <= now)
    }

    /// The part whose request is in flight. Until its outcome is known, an end waits.
    #[must_use]
    pub fn part_in_flight(&self) -> Option<usize> {
        let is_changing = |part: &Part| {
            let change = part.change.as_ref();
            change.is_some_and(|change| matches!(change.state, ChangeState::Sending { .. }))
        };
        self.parts.iter().position(is_changing)
    }

    /// Why what is still to be sent cannot be sent at `now`: its `delete_at` is past, or too far away. Comments are sent when their
    /// post allows it.
    #[must_use]
    pub fn refused_deletion(&self, now: Timestamp) -> Option<RefusedDeletion> {
        let is_pending = self.parts.iter().any(|part| part.state == PartState::Pending);
        let times = self.ends.times();
        times.refused(now).filter(|_| is_pending && !self.is_comments())
    }

    /// Whether its first message is to be pinned: its file wants it, and it was not unpinned at its `unpin_at`.
    #[must_use]
    pub fn wants_pin(&self) -> bool {
        let is_over = self.ends.unpin.is_some_and(|end| end.state == EndState::Ordered);
        self.pin.wanted && !is_over
    }
}
