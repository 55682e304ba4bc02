//! A requested publication: what the caller knows, and what the journal adds. It decides nothing.

use jiff::Timestamp;

use super::{Actor, CivilTime, EndTimes, NewPart, PayloadHash, PublicationId, ReleaseGroup};
use crate::ids::{ChannelName, Destination, PostId};

/// A publication to accept. The store assigns its id and its revision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Acceptance {
    /// The post.
    pub post: PostId,
    /// Where to publish it.
    pub destination: Destination,
    /// For comments: the channel whose post they are below.
    pub comments_on: Option<i64>,
    /// The channel's key in the config.
    pub channel: ChannelName,
    /// The edition's language.
    pub edition: String,
    /// The hash of all requests.
    pub payload: PayloadHash,
    /// The hash of the post's file.
    pub source: PayloadHash,
    /// When to publish it.
    pub due_at: Timestamp,
    /// The same time as it was written.
    pub civil: Option<CivilTime>,
    /// Whether a person set the time; the file's `publish_at` does not change it then.
    pub by_hand: bool,
    /// The file's `publish_at`. A cancelled post is scheduled again when its file names another time.
    pub file_publish_at: Option<Timestamp>,
    /// The slot of the file's `repeat` that it is for.
    pub occurrence: Option<Timestamp>,
    /// Whether to pin its first message.
    pub pin: bool,
    /// When to unpin and delete it.
    pub ends: EndTimes,
    /// Whether it is published together with the post's publications in other channels.
    pub together: ReleaseGroup,
    /// Who requested it.
    pub by: Actor,
    /// Its parts, in order.
    pub parts: Vec<NewPart>,
    /// The publication that it replaces; refused if anything of that one was sent.
    pub supersedes: Option<PublicationId>,
    /// How many earlier publications of this post may exist in this channel: 0 except for `publish --again` and for a
    /// replacement. With it, two simultaneous commands create one publication, not two.
    pub after: u32,
}

/// A publication to accept, with what the store knows about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewPublication {
    /// The id that the store assigns.
    pub id: PublicationId,
    /// Its number among the post's publications in this channel, from 1.
    pub revision: u32,
    /// The publication that already has the key (`post`, `chat`, `revision`).
    pub key_taken_by: Option<PublicationId>,
    /// How many publishers must approve it.
    pub approvals: u8,
    /// The operator who requested the publication that this one replaces because the file changed. They still cannot
    /// approve it themselves.
    pub requester: Option<i64>,
    /// The request.
    pub wanted: Acceptance,
}
