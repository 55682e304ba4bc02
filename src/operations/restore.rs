//! Compares a journal that was restored from a backup with the channels, to find messages that it does not know. The
//! channels are read through the staging chat; nothing is posted in them.

mod messages;

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::{OperationError, Operations, PlanInput};
use crate::ids::{Destination, PostId};
use crate::message::{FileIds, Request};
use crate::outbox::{
    Acceptance, Channel, Control, Event, HoldReason, Part, PartState, Publication, State,
};
use crate::plan::{PlanOptions, Step};
use crate::publisher::{Gateway, Scan, ScanReport, ScanStopped, known_around};
use crate::random;
use crate::store::{Command, Query};
pub use messages::{ShownPost, UnknownMessages};

/// The messages in the channels that the journal does not know.
#[derive(Debug, Default)]
pub struct ChannelComparison {
    /// Messages after the last one that the journal knows.
    pub unknown_messages: Vec<UnknownMessages>,
    /// Channels that could not be read to the end, and why. They may hold any message.
    pub unread: Vec<(i64, String)>,
    /// Channels that were read to the end and hold no unknown message.
    pub proven: Vec<i64>,
    /// The highest message id that was seen in each channel.
    last_seen: Vec<(i64, i64)>,
}

impl ChannelComparison {
    /// The unknown messages of a chat.
    pub fn candidates(&self, chat: i64) -> impl Iterator<Item = i64> {
        self.unknown_messages
            .iter()
            .filter(move |messages| messages.chat == chat)
            .flat_map(|messages| messages.message_ids.iter().copied())
    }

    fn is_proven(&self, chat: i64) -> bool {
        self.proven.contains(&chat)
    }
}

impl Operations {
    /// Reads every known channel after the last message that the journal knows. The quiet period must be over, because a
    /// request from before the restore may arrive until then.
    ///
    /// # Errors
    /// If the journal cannot be read.
    pub async fn compare(
        &self,
        gateway: &dyn Gateway,
        staging: i64,
        files: &PlanInput,
    ) -> Result<ChannelComparison, OperationError> {
        let mut compared = ChannelComparison::default();
        let groups = self.store.discussions().await?;
        let channels = self.store.channels().await?;
        // The topics of a chat share its messages, and the chat itself is always among the channels.
        for channel in channels.iter().filter(|channel| channel.destination.topic.is_none()) {
            // Readers write in a discussion group, so it never proves anything. Its comments are held.
            if groups.values().any(|group| *group == channel.destination.chat) {
                continue;
            }
            self.compare_channel(gateway, staging, files, channel, &mut compared).await?;
        }
        Ok(compared)
    }

    async fn compare_channel(
        &self,
        gateway: &dyn Gateway,
        staging: i64,
        files: &PlanInput,
        channel: &Channel,
        compared: &mut ChannelComparison,
    ) -> Result<(), OperationError> {
        let chat = channel.destination.chat;
        let Some(last_known) = channel.last_known_message_id else {
            let why = "the journal has no message of the channel to start from".to_owned();
            compared.unread.push((chat, why));
            return Ok(());
        };
        let known = known_around(&self.store, chat, last_known).await?;
        let scan = Scan { gateway, staging, chat, pace: self.newsroom.config.pacing.channel };
        let scanned = scan.scan_above(last_known, &known, &|_, _| false).await;
        let why = why_end_not_seen(&scanned);
        let last = scanned.read.keys().chain(scanned.known.keys()).copied().max();
        compared.last_seen.push((chat, last.unwrap_or(last_known).max(last_known)));
        let is_proven = why.is_none() && scanned.read.is_empty();
        compared.unread.extend(why.map(|why| (chat, why)));
        if is_proven {
            compared.proven.push(chat);
        }
        let (desired, publications) = (&files.desired, &files.publications);
        let kept = self.kept_files(gateway, chat, files).await?;
        let unknown = messages::attribute(chat, &scanned.read, desired, publications, &kept);
        compared.unknown_messages.extend(unknown);
        Ok(())
    }

    /// The files of the posts of a channel that Telegram keeps.
    async fn kept_files(
        &self,
        gateway: &dyn Gateway,
        chat: i64,
        files: &PlanInput,
    ) -> Result<FileIds, OperationError> {
        let desired = files.desired.iter().filter(|desired| desired.chat() == Some(chat));
        let wanted = desired.flat_map(|desired| desired.parts.iter().map(|part| &part.request));
        let here = files.publications.iter().filter(|known| known.chat == chat);
        let known = here.flat_map(|known| known.parts.iter().map(|part| &part.request));
        let keys: Vec<_> = wanted.chain(known).flat_map(Request::file_keys).collect();
        Ok(self.store.file_ids(gateway.bot_id(), keys).await?)
    }

    /// Allows publishing from the journal again. Waiting posts are held, because they may have been sent, cancelled or
    /// rescheduled after the backup. If a channel may hold unknown messages, files that the journal does not know are held
    /// too, unless `is_confirmed`: an operator confirms that everything in the unread channels was adopted.
    ///
    /// # Errors
    /// If the journal cannot be written.
    pub async fn finish_restore(
        &self,
        compared: &ChannelComparison,
        files: &PlanInput,
        is_confirmed: bool,
        now: Timestamp,
    ) -> Result<Vec<Publication>, OperationError> {
        let mut held = Vec::new();
        for publication in self.store.publications(Query::All).await? {
            let waits = matches!(publication.state, State::Held { .. } | State::Failed { .. });
            let is_proven = compared.is_proven(publication.chat);
            if !may_have_been_sent(&publication) || is_proven && waits {
                continue;
            }
            if waits_for_operator(&publication) {
                held.push(publication);
            } else {
                held.extend(self.hold_restored(&publication, now).await?);
            }
        }
        for new in self.unknown(compared, files, is_confirmed, now) {
            let done =
                self.order(vec![Command::AcceptHeld(new, HoldReason::Restored)], now).await?;
            held.extend(done.into_iter().filter_map(|done| done.publication));
        }
        let last_known = |(chat, message_id): &(i64, i64)| Command::RaiseLastKnownMessage {
            chat: *chat,
            message_id: *message_id,
        };
        let mut orders: Vec<Command> = compared.last_seen.iter().map(last_known).collect();
        orders.push(Command::Restored {
            by: self.by.clone(),
            timeline: format!("{:016x}", random::number()),
        });
        self.order(orders, now).await?;
        // An earlier run may have held others and ended before it reported them.
        let known: Vec<_> = held.iter().map(|held| held.id).collect();
        let open = self.store.publications(Query::Open).await?.into_iter();
        let is_held =
            |known: &Publication| known.state == State::Held { held: HoldReason::Restored };
        held.extend(open.filter(|open| is_held(open) && !known.contains(&open.id)));
        Ok(held)
    }

    async fn hold_restored(
        &self,
        publication: &Publication,
        now: Timestamp,
    ) -> Result<Option<Publication>, OperationError> {
        let event = Event::Hold { held: HoldReason::Restored, by: self.by.clone() };
        let done = self.order(vec![Command::Event(publication.id, event)], now).await?;
        Ok(done.into_iter().find_map(|done| done.publication))
    }

    /// The posts that the journal does not know and that may be in a channel.
    fn unknown(
        &self,
        compared: &ChannelComparison,
        files: &PlanInput,
        is_confirmed: bool,
        now: Timestamp,
    ) -> Vec<Acceptance> {
        let options = PlanOptions {
            now,
            by: self.by.clone(),
            grace: self.policy().grace,
            approvals: 0,
            prune: false,
            restyle: false,
            posts: BTreeSet::new(),
        };
        let is_in_channel = |new: &Acceptance| {
            // The confirmation covers only channels without listed unknown messages.
            if is_confirmed {
                compared.candidates(new.destination.chat).next().is_some()
            } else {
                !compared.is_proven(new.destination.chat)
            }
        };
        let items = files.plan(&options).items;
        let steps = items.into_iter().filter(|item| item.publication.is_none());
        let new = steps.filter_map(|item| match item.step? {
            Step::Accept(new) | Step::AcceptHeld(new, _) => Some(*new),
            Step::Apply(..) => None,
        });
        let new: Vec<_> = new.filter(|new| new.destination.chat != 0).collect();
        let is_held = |new: &Acceptance| new.comments_on.is_none() && is_in_channel(new);
        let held: BTreeSet<_> = new.iter().filter(|new| is_held(new)).map(place).collect();
        let published = files.publications.iter().filter(|known| known.state == State::Published);
        let published: BTreeSet<_> =
            published.map(|known| (known.post.clone(), known.destination())).collect();
        let may_be_there = |new: &Acceptance| {
            let place = place(new);
            // A discussion group is not compared, and comments are there only if their post is in the channel.
            held.contains(&place) || new.comments_on.is_some() && published.contains(&place)
        };
        let unknown = new.iter().filter(|new| may_be_there(new)).cloned();
        unknown.collect()
    }
}

/// The post and channel of a publication; for comments those of their post.
fn place(new: &Acceptance) -> (PostId, Destination) {
    (new.post.clone(), new.comments_on.map_or(new.destination, Destination::of_chat))
}

/// Whether a part was not sent by the journal, but may have been sent since the backup.
fn may_have_been_sent(publication: &Publication) -> bool {
    let lacks = |part: &Part| matches!(part.state, PartState::Pending | PartState::Failed { .. });
    let is_open = matches!(
        publication.state,
        State::Scheduled
            | State::Due
            | State::Publishing
            | State::Held { .. }
            | State::Failed { .. }
    );
    is_open && publication.parts.iter().any(lacks)
}

/// Whether the publication already waits for an operator.
fn waits_for_operator(publication: &Publication) -> bool {
    matches!(
        publication.state,
        State::Failed { .. }
            | State::Held { held: HoldReason::MaybeMoved(_) | HoldReason::Restored }
    )
}

/// Why a channel could not be read to its end.
pub(super) fn why_end_not_seen(scanned: &ScanReport) -> Option<String> {
    if scanned.protected {
        return Some("the channel forbids forwarding".to_owned());
    }
    match (&scanned.stopped, scanned.control) {
        (Some(ScanStopped::Failed(why)), _) => Some(why.clone()),
        (Some(ScanStopped::TooMany), _) => {
            Some("there are more new messages than telepress reads".to_owned())
        }
        (_, Control::Read) => None,
        (_, Control::NotFound | Control::Refused | Control::NotTried) => {
            Some("no message that the journal knows could be read".to_owned())
        }
    }
}
