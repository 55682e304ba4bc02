//! A journal that was restored from a backup, compared with the channels: what stands there that it does not know of. The
//! channels are read through the staging chat, and nothing is posted in them.

use jiff::Timestamp;

use super::{DesiredState, OperationError, Operations};
use crate::ids::PostId;
use crate::outbox::{
    Acceptance, Channel, Control, Event, HoldReason, Part, PartState, Publication, State,
};
use crate::plan::{PlanOptions, Step};
use crate::publisher::{Gateway, MessageCopy, Scan, ScanReport, ScanStopped, shows};
use crate::random;
use crate::store::{Command, Query};

/// How far below the last known message others are asked for, as the control of a look where that one was deleted.
const BELOW: i64 = 1_000;

/// What stands in the channels that the journal does not know of.
#[derive(Debug, Default)]
pub struct ChannelComparison {
    /// Messages above the last that the journal knows.
    pub strays: Vec<UnknownMessage>,
    /// Channels of which the end was not seen, and why: anything may stand there.
    pub unread: Vec<(i64, String)>,
    /// Channels that hold nothing the journal does not know of: proven, not assumed.
    pub proven: Vec<i64>,
    /// The highest message of each channel that was seen.
    floors: Vec<(i64, i64)>,
}

/// A message that the journal does not know of.
#[derive(Debug)]
pub struct UnknownMessage {
    /// In which chat.
    pub chat: i64,
    /// Which.
    pub message_id: i64,
    /// Its first line.
    pub text: String,
    /// The post whose text it shows, which the journal does not know to be published.
    pub post: Option<PostId>,
    /// The post whose text it shows besides another message that the journal knows.
    pub copy_of: Option<PostId>,
}

impl ChannelComparison {
    /// The messages of a chat that may be any post of it.
    pub fn candidates(&self, chat: i64) -> impl Iterator<Item = i64> {
        self.strays.iter().filter(move |stray| stray.chat == chat).map(|stray| stray.message_id)
    }

    fn is_proven(&self, chat: i64) -> bool {
        self.proven.contains(&chat)
    }
}

impl Operations {
    /// Looks at every channel above the last message that the journal knows: those that it knows, and those of the config.
    /// The quiet time must be over: a request from before the restore may land until then.
    ///
    /// # Errors
    /// Where the journal cannot be read.
    pub async fn compare(
        &self,
        gateway: &dyn Gateway,
        staging: i64,
        files: &DesiredState,
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
        files: &DesiredState,
        channel: &Channel,
        compared: &mut ChannelComparison,
    ) -> Result<(), OperationError> {
        let chat = channel.chat;
        let Some(floor) = channel.last_known_message_id else {
            let why = "the journal knows no message there to start looking from".to_owned();
            compared.unread.push((chat, why));
            return Ok(());
        };
        let known = self.store.known_messages(chat, floor.saturating_sub(BELOW)).await?;
        let scan = Scan { gateway, staging, chat, pace: self.newsroom.config.pacing.channel };
        let scanned = scan.above(floor, &known, &|_, _| false).await;
        let why = unseen(&scanned);
        let last = scanned.read.keys().chain(scanned.known.keys()).copied().max();
        compared.floors.push((chat, last.unwrap_or(floor).max(floor)));
        let is_proven = why.is_none() && scanned.read.is_empty();
        compared.unread.extend(why.map(|why| (chat, why)));
        if is_proven {
            compared.proven.push(chat);
        }
        for (message_id, copy) in scanned.read {
            let text = copy.as_ref().and_then(|copy| copy.text.lines().next()).unwrap_or_default();
            compared.strays.push(UnknownMessage {
                chat,
                message_id,
                text: text.to_owned(),
                post: copy.as_ref().and_then(|copy| owner(files, chat, copy)),
                copy_of: copy.as_ref().and_then(|copy| published(files, chat, copy)),
            });
        }
        Ok(())
    }

    /// Allows publishing from the journal again. What waits is held: after the backup it may have gone out, or somebody may
    /// have cancelled or rescheduled it. Where a channel is not proven to hold nothing that the journal does not know of, so is
    /// every post of the files of which the journal knows nothing. `is_confirmed`: a person says that everything was adopted in the channels
    /// that could not be read.
    ///
    /// # Errors
    /// Where the journal cannot be written.
    pub async fn restored(
        &self,
        compared: &ChannelComparison,
        files: &DesiredState,
        is_confirmed: bool,
        now: Timestamp,
    ) -> Result<Vec<Publication>, OperationError> {
        let mut held = Vec::new();
        for publication in self.store.publications(Query::All).await? {
            let waits = matches!(publication.state, State::Held { .. } | State::Failed { .. });
            let is_proven = compared.is_proven(publication.chat);
            if !may_have_gone_out(&publication) || is_proven && waits {
                continue;
            }
            if waits_for_a_person(&publication) {
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
        let floor = |(chat, message_id): &(i64, i64)| Command::RaiseLastKnownMessage {
            chat: *chat,
            message_id: *message_id,
        };
        let mut orders: Vec<Command> = compared.floors.iter().map(floor).collect();
        orders.push(Command::Restored {
            by: self.by.clone(),
            line: format!("{:016x}", random::number()),
        });
        self.order(orders, now).await?;
        // An earlier run may have held others, and ended before it told them.
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

    /// The posts that the files ask for, that the journal knows nothing of, and that may be in a channel.
    fn unknown(
        &self,
        compared: &ChannelComparison,
        files: &DesiredState,
        is_confirmed: bool,
        now: Timestamp,
    ) -> Vec<Acceptance> {
        let asked = PlanOptions {
            now,
            by: self.by.clone(),
            grace: self.policy().grace,
            approvals: 0,
            prune: false,
            restyle: false,
            posts: std::collections::BTreeSet::new(),
        };
        let may_be_there = |new: &Acceptance| {
            // What a person has seen in a list of strange messages is not confirmed by a word about all channels.
            if is_confirmed {
                compared.candidates(new.chat).next().is_some()
            } else {
                !compared.is_proven(new.chat)
            }
        };
        let items = files.plan(&asked).items;
        let steps = items.into_iter().filter(|item| item.publication.is_none());
        let new = steps.filter_map(|item| match item.step? {
            Step::Accept(new) | Step::AcceptHeld(new, _) => Some(*new),
            Step::Happen(..) => None,
        });
        new.filter(|new| new.chat != 0).filter(may_be_there).collect()
    }
}

/// Whether something of it was not sent that may have been sent since the backup.
fn may_have_gone_out(publication: &Publication) -> bool {
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

/// Whether nothing of it goes out without a person's word, which is told what it may do.
fn waits_for_a_person(publication: &Publication) -> bool {
    matches!(
        publication.state,
        State::Failed { .. }
            | State::Held { held: HoldReason::MaybeMoved(_) | HoldReason::Restored }
    )
}

/// Why the end of a channel was not seen.
fn unseen(scanned: &ScanReport) -> Option<String> {
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

/// The post whose text a message shows, where the journal knows that it is published there as another one.
fn published(files: &DesiredState, chat: i64, copy: &MessageCopy) -> Option<PostId> {
    let mut here = files.publications.iter().filter(|known| known.chat == chat);
    let is_shown = |part: &Part| shows(part.edited.as_ref().unwrap_or(&part.request), copy);
    let known = here.find(|known| known.parts.iter().any(is_shown))?;
    Some(known.post.clone())
}

/// The post whose text a message shows, where the journal does not know that it is published there.
fn owner(files: &DesiredState, chat: i64, copy: &MessageCopy) -> Option<PostId> {
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
