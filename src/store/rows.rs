//! The rows of a journal inside one transaction, whatever database they are in; what they mean is not known here.

use std::future::Future;

use jiff::Timestamp;

use super::{Binding, Entry, Person, StoreFault};
use crate::ids::PostId;
use crate::outbox::{
    Attempt, Channel, Finding, Notice, Publication, PublicationId, Refused, Stopped,
};

/// The journal as one transaction sees and changes it.
pub(super) trait Rows: Send {
    /// Sends what was written and waits for company; what may go wrong with any of it goes wrong here at the latest.
    fn flush(&mut self) -> impl Future<Output = Result<(), StoreFault>> + Send;

    /// A publication with its parts.
    fn publication(
        &mut self,
        id: PublicationId,
    ) -> impl Future<Output = Result<Option<Publication>, StoreFault>> + Send;

    /// The same, with what is known of its channel, and why nothing goes out at all; `busy` is another publication.
    fn known(
        &mut self,
        id: PublicationId,
    ) -> impl Future<Output = Result<Option<Known>, StoreFault>> + Send;

    /// Every publication of a post in a channel, the newest first: number, revision, and whether another stands in its place.
    fn revisions(
        &mut self,
        post: &PostId,
        chat: i64,
    ) -> impl Future<Output = Result<Vec<Revision>, StoreFault>> + Send;

    /// Every publication of a post.
    fn revisions_of(
        &mut self,
        post: &PostId,
    ) -> impl Future<Output = Result<Vec<PublicationId>, StoreFault>> + Send;

    /// A publication other than `of` that waits for this instant in a channel.
    fn due(
        &mut self,
        chat: i64,
        at: Timestamp,
        of: Option<PublicationId>,
    ) -> impl Future<Output = Result<Option<PublicationId>, StoreFault>> + Send;

    /// What is known of a channel, and why nothing goes out at all; `busy` is a publication other than `of`.
    fn channel(
        &mut self,
        chat: i64,
        of: Option<PublicationId>,
    ) -> impl Future<Output = Result<(Channel, Stops), StoreFault>> + Send;

    /// Why nothing goes out.
    fn stops(&mut self) -> impl Future<Output = Result<Stops, StoreFault>> + Send;

    /// The number for the next publication.
    fn next(&mut self) -> impl Future<Output = Result<PublicationId, StoreFault>> + Send;

    /// Adds a publication without its parts.
    fn insert(&mut self, new: &Publication) -> impl Future<Output = Result<(), StoreFault>> + Send;

    /// Writes a publication's own columns; busy, where its version is not `expected` any more.
    fn update(
        &mut self,
        next: &Publication,
        expected: i64,
    ) -> impl Future<Output = Result<(), StoreFault>> + Send;

    /// Adds or writes one part.
    fn part(
        &mut self,
        of: &Publication,
        number: usize,
        is_new: bool,
    ) -> impl Future<Output = Result<(), StoreFault>> + Send;

    /// Says that a message is a part's; refused, where another part has it.
    fn message(
        &mut self,
        of: &Publication,
        number: usize,
        message_id: i64,
    ) -> impl Future<Output = Result<(), StoreFault>> + Send;

    /// Adds an attempt.
    fn attempt(&mut self, attempt: &Attempt)
    -> impl Future<Output = Result<(), StoreFault>> + Send;

    /// Adds a finding.
    fn finding(&mut self, finding: &Finding)
    -> impl Future<Output = Result<(), StoreFault>> + Send;

    /// Adds an entry of the log.
    fn entry(&mut self, entry: &Entry) -> impl Future<Output = Result<(), StoreFault>> + Send;

    /// Adds a notice for operators.
    fn notice(
        &mut self,
        at: Timestamp,
        of: PublicationId,
        notice: &Notice,
    ) -> impl Future<Output = Result<(), StoreFault>> + Send;

    /// A notice was told.
    fn told(&mut self, notice: i64) -> impl Future<Output = Result<(), StoreFault>> + Send;

    /// Somebody is named and answered so.
    fn person(&mut self, person: &Person) -> impl Future<Output = Result<(), StoreFault>> + Send;

    /// Records that somebody else posted a message, and forgets those long before it.
    fn channel_post(
        &mut self,
        chat: i64,
        message_id: i64,
    ) -> impl Future<Output = Result<(), StoreFault>> + Send;

    /// Writes what is known of a channel, all of it.
    fn set_channel(
        &mut self,
        channel: &Channel,
    ) -> impl Future<Output = Result<(), StoreFault>> + Send;

    /// Writes why nothing goes out.
    fn set_stops(&mut self, stops: &Stops) -> impl Future<Output = Result<(), StoreFault>> + Send;

    /// Writes which server and bot the journal belongs to.
    fn set_binding(&mut self, to: &Binding) -> impl Future<Output = Result<(), StoreFault>> + Send;

    /// The journal has a mark in this staging chat.
    fn set_marked(&mut self, chat: i64) -> impl Future<Output = Result<(), StoreFault>> + Send;

    /// Writes the @name of a chat, which no other chat has then.
    fn set_username(
        &mut self,
        chat: i64,
        name: &str,
    ) -> impl Future<Output = Result<(), StoreFault>> + Send;

    /// Begins a new line of the journal's history.
    fn set_line(&mut self, line: &str) -> impl Future<Output = Result<(), StoreFault>> + Send;

    /// Gives a publication another post's name, and raises its revision by so many.
    /// Gives a post of the first scan another name, if it is one.
    fn rename_scanned(
        &mut self,
        from: &PostId,
        to: &PostId,
    ) -> impl Future<Output = Result<(), StoreFault>> + Send;

    fn rename(
        &mut self,
        id: PublicationId,
        to: &PostId,
        by: i64,
    ) -> impl Future<Output = Result<(), StoreFault>> + Send;
}

/// Why nothing goes out, by who has to act: several may have to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Stops {
    pub(super) paused: Option<String>,
    pub(super) refused: Option<String>,
    pub(super) restored: Option<String>,
}

impl Stops {
    /// The one that is told: the worst.
    pub(super) fn first(&self) -> Option<Stopped> {
        let restored = self.restored.clone().map(Stopped::Restored);
        let refused = self.refused.clone().map(Stopped::Refused);
        restored.or(refused).or(self.paused.clone().map(Stopped::Paused))
    }
}

/// A publication, and the facts around it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Known {
    pub(super) publication: Publication,
    /// The version that its row has: `publication` may be further already.
    pub(super) written: i64,
    pub(super) channel: Channel,
    pub(super) stops: Stops,
    /// The number that the next attempt gets.
    pub(super) next_attempt: i64,
}

/// One of the publications of a post in a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Revision {
    pub(super) id: PublicationId,
    pub(super) number: u32,
    pub(super) is_superseded: bool,
}

/// How a statement has to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Want {
    /// However many rows it changed.
    Any,
    /// With one row: the version was the expected one.
    SameVersion,
    /// With one row: the message is no other part's.
    OwnMessage(i64),
    /// With one row: the post is older than the journal.
    OlderPost,
}

impl Want {
    /// # Errors
    /// What it means that so many rows were changed.
    pub(super) fn met_by(self, rows: u64) -> Result<(), StoreFault> {
        match self {
            Self::SameVersion if rows != 1 => Err(StoreFault::Busy),
            Self::OwnMessage(id) if rows != 1 => {
                Err(Refused::MessageIds { message_ids: vec![id] }.into())
            }
            Self::OlderPost if rows != 1 => Err(Refused::NothingToDo.into()),
            _ => Ok(()),
        }
    }
}

/// How one of several jobs in a transaction can be undone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Saved {
    /// Only with the whole transaction.
    Not,
    /// Back to where it stands when it first writes; and whether the place of the job before it is still kept.
    WithFirst { behind: bool },
    /// Back to the place that was kept.
    Here,
}

impl Saved {
    /// Whether a place is kept to which the transaction can go back.
    pub(super) fn is_kept(self) -> bool {
        matches!(self, Self::Here | Self::WithFirst { behind: true })
    }
}

/// The statements for that, which every database understands. A place is given up by the next job, or with the transaction:
/// until all that was written has been seen to be right, it may be needed; and each one more that is kept costs.
pub(super) mod saved {
    pub(in crate::store) const GIVE_UP: &str = "RELEASE SAVEPOINT job";
    pub(in crate::store) const SAVE: &str = "SAVEPOINT job";
    pub(in crate::store) const UNDO: &str = "ROLLBACK TO SAVEPOINT job; RELEASE SAVEPOINT job";
}
