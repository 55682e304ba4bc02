//! A publication that is wanted: what whoever asks for it knows, and what the journal adds.

use jiff::Timestamp;

use super::{Actor, CivilTime, NewPart, PayloadHash, PublicationId, ReleaseGroup};
use crate::ids::ChannelName;
use crate::ids::PostId;

/// A publication that is to be accepted; the store numbers it, and its revision among those of the same post and channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Acceptance {
    /// Which post.
    pub post: PostId,
    /// The channel's numeric id.
    pub chat: i64,
    /// The channel's key in the config.
    pub channel: ChannelName,
    /// The edition's language.
    pub edition: String,
    /// The hash of all requests.
    pub payload: PayloadHash,
    /// The hash of the file it is made from.
    pub source: PayloadHash,
    /// When it is to go out.
    pub due_at: Timestamp,
    /// The same as it was written.
    pub civil: Option<CivilTime>,
    /// Whether a person set its time, which the file's does not change then.
    pub by_hand: bool,
    /// The time that its file named, whatever became of it: a cancelled post comes back when the file names another.
    pub named_at: Option<Timestamp>,
    /// Whether its first message is to be pinned.
    pub pin: bool,
    /// Whether it waits for the same post's publications in other channels.
    pub together: ReleaseGroup,
    /// Who wants it.
    pub by: Actor,
    /// Its parts, in order.
    pub parts: Vec<NewPart>,
    /// The publication whose place it takes: nothing of that one has been sent. Refused if it has.
    pub supersedes: Option<PublicationId>,
    /// How many publications of this post in this channel there may be already, this one not counted: 0 but for
    /// `publish --again` and for what takes another's place. It makes two commands at the same moment one publication.
    pub after: u32,
}

/// A publication that is to be accepted, numbered by the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewPublication {
    /// The number that the store gives it.
    pub id: PublicationId,
    /// Which of the post's publications in this channel, from 1.
    pub revision: u32,
    /// Who has the key (`post`, `chat`, `revision`) already.
    pub key_taken_by: Option<PublicationId>,
    /// How many publishers have to approve it.
    pub approvals: u8,
    /// The operator who asked for what it takes the place of, where its file takes it: his own word does not count.
    pub asker: Option<i64>,
    /// What is wanted.
    pub wanted: Acceptance,
}
