//! Compares a journal that was restored from a backup with the channels, to find messages that it does not know. The
//! channels are read through the staging chat; nothing is posted in them.

use jiff::Timestamp;

use super::{OperationError, Operations, PlanInput};
use crate::ids::PostId;
use crate::limits;
use crate::outbox::{
    Acceptance, Channel, Control, Event, HoldReason, Part, PartState, Publication, State,
};
use crate::plan::{PlanOptions, Step};
use crate::publisher::{Gateway, MessageCopy, Scan, ScanReport, ScanStopped, shows};
use crate::random;
use crate::store::{Command, Query};

/// The messages in the channels that the journal does not know.
#[derive(Debug, Default)]
pub struct ChannelComparison {
    /// Messages after the last one that the journal knows.
    pub unknown_messages: Vec<UnknownMessage>,
    /// Channels that could not be read to the end, and why. They may hold any message.
    pub unread: Vec<(i64, String)>,
    /// Channels that were read to the end and hold no unknown message.
    pub proven: Vec<i64>,
    /// The highest message id that was seen in each channel.
    last_seen: Vec<(i64, i64)>,
}

/// A message that the journal does not know.
#[derive(Debug)]
pub struct UnknownMessage {
    /// The chat.
    pub chat: i64,
    /// The message id.
    pub message_id: i64,
    /// The first line of the message.
    pub text: String,
    /// The post that has this text and is not published by the journal.
    pub post: Option<PostId>,
    /// The published post that has this text too.
    pub copy_of: Option<PostId>,
}

impl ChannelComparison {
    /// The unknown messages of a chat.
    pub fn candidates(&self, chat: i64) -> impl Iterator<Item = i64> {
        self.unknown_messages
            .iter()
            .filter(move |message| message.chat == chat)
            .map(|message| message.message_id)
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
        for channel in self.store.channels().await? {
            self.compare_channel(gateway, staging, files, &channel, &mut compared).await?;
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
        let chat = channel.chat;
        let Some(last_known) = channel.last_known_message_id else {
            let why = "the journal knows no message of the channel to start from".to_owned();
            compared.unread.push((chat, why));
            return Ok(());
        };
        let known =
            self.store.known_messages(chat, last_known.saturating_sub(limits::PROBE_BELOW)).await?;
        let scan = Scan { gateway, staging, chat, pace: self.newsroom.config.pacing.channel };
        let scanned = scan.above(last_known, &known, &|_, _| false).await;
        let why = why_end_not_seen(&scanned);
        let last = scanned.read.keys().chain(scanned.known.keys()).copied().max();
        compared.last_seen.push((chat, last.unwrap_or(last_known).max(last_known)));
        let is_proven = why.is_none() && scanned.read.is_empty();
        compared.unread.extend(why.map(|why| (chat, why)));
        if is_proven {
            compared.proven.push(chat);
        }
        for (message_id, copy) in scanned.read {
            let text = copy.as_ref().and_then(|copy| copy.text.lines().next()).unwrap_or_default();
            compared.unknown_messages.push(UnknownMessage {
                chat,
                message_id,
                text: text.to_owned(),
                post: copy.as_ref().and_then(|copy| owner(files, chat, copy)),
                copy_of: copy.as_ref().and_then(|copy| published(files, chat, copy)),
            });
        }
        Ok(())
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
            line: format!("{:016x}", random::number()),
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
            posts: std::collections::BTreeSet::new(),
        };
        let may_be_there = |new: &Acceptance| {
            // The confirmation covers only channels without listed unknown messages.
            if is_confirmed {
                compared.candidates(new.chat).next().is_some()
            } else {
                !compared.is_proven(new.chat)
            }
        };
        let items = files.plan(&options).items;
        let steps = items.into_iter().filter(|item| item.publication.is_none());
        let new = steps.filter_map(|item| match item.step? {
            Step::Accept(new) | Step::AcceptHeld(new, _) => Some(*new),
            Step::Happen(..) => None,
        });
        new.filter(|new| new.chat != 0).filter(may_be_there).collect()
    }
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

/// The post with the text of a message that the journal knows as published in another message.
fn published(files: &PlanInput, chat: i64, copy: &MessageCopy) -> Option<PostId> {
    let mut here = files.publications.iter().filter(|known| known.chat == chat);
    let is_shown = |part: &Part| shows(part.edited.as_ref().unwrap_or(&part.request), copy);
    let known = here.find(|known| known.parts.iter().any(is_shown))?;
    Some(known.post.clone())
}

/// The post with the text of a message that the journal does not know as published.
fn owner(files: &PlanInput, chat: i64, copy: &MessageCopy) -> Option<PostId> {
    let is_known = |post: &PostId| {
        let mut here = files.publications.iter().filter(|known| known.chat == chat);
        here.any(|known| known.post == *post && known.sent() == known.parts.len())
    };
    let in_file = files.desired.iter().find(|desired| {
        desired.chat == Some(chat)
            && !is_known(&desired.post)
            && desired.parts.iter().any(|part| shows(&part.request, copy))
    });
    let in_journal = || {
        let mut here = files.publications.iter().filter(|known| known.chat == chat);
        let known = here.find(|known| {
            known.sent() < known.parts.len()
                && known.parts.iter().any(|part| shows(&part.request, copy))
        });
        known.map(|known| known.post.clone())
    };
    in_file.map(|desired| desired.post.clone()).or_else(in_journal)
}
