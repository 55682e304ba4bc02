//! A publication: one post's parts on their way to one channel, and where they stand.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Actor, Approvals, ChangeKind, OldNames, Part, PartState, PayloadHash, PublicationId};
use crate::ids::ChannelName;
use crate::ids::PostId;

/// One post on its way to one channel. The key (`post`, `chat`, `revision`) is unique in a journal.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Publication {
    /// Its number.
    pub id: PublicationId,
    /// How many transitions it has seen: a store writes a transition only over the version it was made from.
    pub version: i64,
    /// Which post.
    pub post: PostId,
    /// The channel's numeric id, by which the journal knows it.
    pub chat: i64,
    /// The channel's key in the config when it was accepted, to be shown.
    pub channel: ChannelName,
    /// The edition's language, to be shown.
    pub edition: String,
    /// Which of the post's publications in this channel, from 1: a new text before the first request, and
    /// `publish --again`, make the next.
    pub revision: u32,
    /// The hash of all its requests; changed by a revision of what was published, and by nothing else.
    pub payload: PayloadHash,
    /// The hash of the file it was made from: where the file is the same and the requests would be others, a style, the
    /// config or telepress itself has changed.
    pub source: PayloadHash,
    /// When it is to go out.
    pub due_at: Timestamp,
    /// The same as it was written, where it was written.
    pub civil: Option<CivilTime>,
    /// Whether a person set its time, which the file's does not change then.
    pub by_hand: bool,
    /// The time that its file named, whatever became of it: a cancelled post comes back when the file names another.
    pub named_at: Option<Timestamp>,
    /// From when on its patience counts: `due_at`, or when a person let it go on.
    pub retry_since: Timestamp,
    /// The next send not earlier than this.
    pub not_before: Option<Timestamp>,
    /// Where it stands.
    pub state: State,
    /// Whether its first message is pinned.
    pub pin: Pin,
    /// Whether it waits for the same post's publications in other channels.
    pub together: ReleaseGroup,
    /// Who has approved it.
    pub approvals: Approvals,
    /// Who ordered it last.
    pub by: Actor,
    /// Its parts, in order.
    pub parts: Vec<Part>,
}

/// A time as somebody wrote it: where the rules of its zone change, `plan` shows the difference.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct CivilTime {
    /// Date and time without zone.
    pub time: String,
    /// The zone's IANA name.
    pub zone: String,
    /// The version of the zone rules it was resolved with.
    pub tzdb: String,
}

/// Where a publication stands. `Publishing`, `Uncertain` and `Failed` follow from the parts, and so does the end of
/// `Cancelling`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum State {
    /// Its time has not come.
    Scheduled,
    /// It may go as soon as the channel is free.
    Due,
    /// It has begun: no other publication of its channel may.
    Publishing,
    /// Every part was sent or left out by a person.
    Published,
    /// It waits for a person, or for what held it to end.
    Held {
        /// What held it.
        held: HoldReason,
    },
    /// The outcome of a part is not known.
    Uncertain,
    /// A person cancelled it while the outcome of a part was not known. It keeps the channel and is still looked for: once
    /// the outcome is known, it is cancelled, and a message that was found can be deleted.
    Cancelling {
        /// Who cancelled it.
        by: Actor,
    },
    /// Telegram refused a part; the parts before it stay.
    Failed {
        /// Which part, from 0.
        part: usize,
    },
    /// It will not go out, or was taken out of the channel.
    Cancelled {
        /// Who wanted that.
        by: Actor,
        /// How it came.
        cancellation: Cancellation,
    },
    /// Another publication of the post stands in its place.
    Superseded {
        /// Who wanted that.
        by: Actor,
        /// Which.
        successor: PublicationId,
    },
}

/// What holds a publication.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HoldReason {
    /// Its time passed by more than the grace.
    Missed,
    /// Its file came, or named its time, when that had passed by more than the grace.
    CameLate,
    /// It could not be sent for so long that it may be stale.
    Expired,
    /// It was tried too often.
    Exhausted,
    /// Its file is broken or gone.
    File,
    /// Its file has changed since an operator ordered what he was shown.
    Changed,
    /// Approvals are missing.
    Approvals,
    /// The channel refused the bot; it goes on by itself when the channel is open again.
    Channel,
    /// More were missed than are caught up with at once.
    CatchUp,
    /// The journal was restored from a backup, and may not know what was sent.
    Restored,
    /// A person holds it.
    Person,
    /// It may be a published post under another name: that one's file had vanished when this one came.
    MaybeMoved(OldNames),
}

/// How a publication came to be cancelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cancellation {
    /// Somebody cancelled it.
    Ordered,
    /// Its time passed by more than the grace, and the config says to leave it out then.
    Missed,
    /// A person left out every part.
    Skipped,
    /// All that was sent of it was deleted.
    Deleted,
}

/// Whether the first message is pinned.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Pin {
    /// Whether it is to be.
    pub wanted: bool,
    /// Whether it is, as far as is known.
    pub made: bool,
}

impl Pin {
    /// What a new publication begins with.
    #[must_use]
    pub fn wanted(wanted: bool) -> Self {
        Self { wanted, made: false }
    }
}

/// The publications of a post with `together`: none of them starts before all of them may.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct ReleaseGroup {
    /// How many channels start together, including this one; 0 without `together`.
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
    /// Its name, as `status` and the journal's column show it. A cancelled publication whose outcome is not known is
    /// uncertain first of all.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Scheduled => "scheduled",
            Self::Due => "due",
            Self::Publishing => "publishing",
            Self::Published => "published",
            Self::Held { .. } => "held",
            Self::Uncertain | Self::Cancelling { .. } => "uncertain",
            Self::Failed { .. } => "failed",
            Self::Cancelled { .. } => "cancelled",
            Self::Superseded { .. } => "superseded",
        }
    }

    /// Its name for people and programs: what was in the channel and was taken out of it is deleted.
    #[must_use]
    pub fn shown(&self) -> &'static str {
        match self {
            Self::Cancelled { cancellation: Cancellation::Deleted, .. } => "deleted",
            other => other.name(),
        }
    }

    /// Whether only somebody's order changes it.
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

    /// Whether no other publication of the channel may begin.
    #[must_use]
    pub fn occupies(&self) -> bool {
        matches!(self, Self::Publishing | Self::Uncertain | Self::Cancelling { .. })
    }
}

impl Publication {
    /// Whether the operators hear at once that it has to be approved: a person ordered it for later. What goes out now says so by
    /// itself, and what a file puts on the schedule is told with others of its kind.
    #[must_use]
    pub fn asks_for_approval_at_once(&self, now: Timestamp, needed: u8) -> bool {
        self.approvals.missing(needed) > 0 && self.due_at > now && self.by.is_person()
    }

    /// Whether something of it is to go out that waits for approvals, where the config asks for `needed`.
    #[must_use]
    pub fn waits_for_approvals(&self, needed: u8) -> bool {
        let is_edited = self.parts.iter().any(|part| {
            part.change
                .as_ref()
                .is_some_and(|change| change.kind == ChangeKind::Edit && change.is_pending())
        });
        self.approvals.missing(needed) > 0 && (!self.state.is_terminal() || is_edited)
    }

    /// How many parts are in the channel, as far as is known: the 2 of `2/3 sent`.
    #[must_use]
    pub fn sent(&self) -> usize {
        self.parts.iter().filter(|part| matches!(part.state, PartState::Sent { .. })).count()
    }

    /// When the last of it was recorded as sent; when it was due, where that is not known.
    #[must_use]
    pub fn published_at(&self) -> Timestamp {
        let sent = self.parts.iter().filter_map(|part| match part.state {
            PartState::Sent { at, .. } => Some(at),
            _ => None,
        });
        sent.max().unwrap_or(self.due_at)
    }

    /// Whether its post is as good as new: nothing of it was sent, and it waits for a person to say whether it is a
    /// published post under another name, or its own file took it back.
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

    /// Whether it makes way for a published post that gets the name of its own: nothing of it is in the channel, or may be, and
    /// nothing of it goes out by itself.
    #[must_use]
    pub fn can_be_replaced(&self) -> bool {
        self.counts_as_new()
            || self.state.is_terminal()
                && !self.parts.iter().any(Part::may_be_in_channel)
                && self.state != State::Published
    }

    /// Whether nothing of it is or was in the channel, or may be.
    #[must_use]
    pub fn is_unsent(&self) -> bool {
        self.parts.iter().all(|part| {
            let is_in_flight = matches!(part.state, PartState::Sending { .. });
            !(part.state.is_posted() || part.may_be_in_channel() || is_in_flight)
        })
    }

    /// The highest message id among its parts.
    #[must_use]
    pub fn last_message(&self) -> Option<i64> {
        self.parts.iter().flat_map(|part| part.state.message_ids()).copied().max()
    }

    /// The part that goes next: the first that is pending.
    #[must_use]
    pub fn next_part(&self) -> Option<usize> {
        self.parts.iter().position(|part| part.state == PartState::Pending)
    }
}
