//! Facts about posts at one moment, which the views and the orders use. It reads and says nothing itself.

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::action_buttons::{QuestionKey, SeenPost};
use super::post_source::PostState;
use crate::ids::{Address, Destination, PostId};
use crate::outbox::{
    Change, ChangeState, Channel, HoldReason, PartState, Publication, PublicationId, Refusal,
    State, StopReason,
};
use crate::plan::{Desired, Reason};
use crate::status;

/// The facts about one post.
#[derive(Debug)]
pub(super) struct PostFacts {
    pub(super) post: PostId,
    pub(super) file: PostState,
    /// Every publication of the post, superseded ones too.
    pub(super) history: Vec<Publication>,
    /// The current publication of each channel.
    pub(super) here: Vec<ChannelPublication>,
    /// The current comments below it, of each channel.
    pub(super) comments: Vec<ChannelPublication>,
    pub(super) pauses: Pauses,
    /// The number of warnings in its file.
    pub(super) warnings: usize,
    /// The number of approvals that the config requires.
    pub(super) approvals: u8,
    /// The operator who reads it.
    pub(super) reader: i64,
    /// The published messages that differ from the file and cannot be edited, and why.
    pub(super) uneditable: Vec<(PublicationId, Reason)>,
    /// If there is no such post, similar ones.
    pub(super) near: Vec<PostId>,
}

/// A publication with the names that people know it by.
#[derive(Clone, Debug)]
pub(super) struct ChannelPublication {
    pub(super) publication: Publication,
    pub(super) channel: String,
    /// The zone in which its times are shown.
    pub(super) zone: TimeZone,
    pub(super) address: Address,
    /// The refusal of Telegram that paused the channel.
    pub(super) refusal: Option<Refusal>,
    /// Why it waits although its time has come, or why a change of its messages waits.
    pub(super) hold: Option<SendBlock>,
    pub(super) lacks_approvals: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pause {
    Channel,
    Everything,
}

/// Why a post waits although its time has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SendBlock {
    Paused(Pause),
    /// Telegram asked to wait until then.
    FloodWait(Timestamp),
}

/// What is paused. By default nothing is.
#[derive(Debug, Default)]
pub(super) struct Pauses {
    pub(super) stopped: Option<StopReason>,
    pub(super) channels: BTreeMap<Destination, Channel>,
    /// The channels of the discussion groups.
    pub(super) groups: BTreeMap<i64, i64>,
    pub(super) now: Timestamp,
}

/// A paused channel.
#[derive(Debug)]
pub(super) struct PausedChannel {
    pub(super) name: String,
    /// The refusal of Telegram that paused it; `None` if a person did.
    pub(super) refusal: Option<Refusal>,
}

impl Pauses {
    pub(super) fn pause(&self, place: Destination) -> Option<Pause> {
        if self.stopped.is_some() {
            return Some(Pause::Everything);
        }
        self.is_channel_paused(place).then_some(Pause::Channel)
    }

    pub(super) fn is_channel_paused(&self, place: Destination) -> bool {
        self.channels.get(&place).is_some_and(|known| known.paused.is_some())
    }

    /// The refusal of Telegram that paused a channel.
    pub(super) fn refusal(&self, place: Destination) -> Option<Refusal> {
        self.channels.get(&place)?.refusal
    }

    pub(super) fn hold(&self, publication: &Publication) -> Option<SendBlock> {
        let is_due = matches!(publication.state, State::Scheduled | State::Due)
            && publication.due_at <= self.now;
        let is_pending = |change: &Change| matches!(change.state, ChangeState::Pending { .. });
        let mut changes = publication.parts.iter().filter_map(|part| part.change.as_ref());
        if !is_due && !changes.any(is_pending) {
            return None;
        }
        let asked = || {
            let until = self.channels.get(&publication.destination())?.flood_wait_until;
            until.filter(|until| *until > self.now).map(SendBlock::FloodWait)
        };
        self.pause(publication.destination()).map(SendBlock::Paused).or_else(asked)
    }
}

impl ChannelPublication {
    /// The link to its first message.
    pub(super) fn link(&self) -> Option<String> {
        let first = self.publication.parts.iter().find_map(|part| part.state.message_ids().first());
        self.address.link(*first?)
    }

    /// Whether it needs a decision or an approval.
    pub(super) fn needs_somebody(&self) -> bool {
        is_problem(&self.publication) || self.lacks_approvals
    }
}

impl PostFacts {
    /// What its file asks for; nothing if it cannot be published.
    pub(super) fn wanted(&self) -> &[Desired] {
        match &self.file {
            PostState::Valid(wanted) => wanted,
            _ => &[],
        }
    }

    /// Whether its file has no errors.
    pub(super) fn is_good(&self) -> bool {
        matches!(self.file, PostState::Valid(_))
    }

    pub(super) fn is_unknown(&self) -> bool {
        matches!(self.file, PostState::Missing) && self.here.is_empty()
    }

    pub(super) fn publications(&self) -> impl Iterator<Item = &Publication> {
        self.here.iter().map(|one| &one.publication)
    }

    pub(super) fn any_publication(&self, test: impl Fn(&Publication) -> bool) -> bool {
        self.publications().any(test)
    }

    /// The publication of this edition in its channel.
    pub(super) fn of(&self, desired: &Desired) -> Option<&ChannelPublication> {
        self.here.iter().find(|one| desired.is_about(&one.publication))
    }

    fn desired(&self, known: &Publication) -> Option<&Desired> {
        if known.is_comments() {
            let comments = self.wanted().iter().filter_map(|desired| desired.comments.as_deref());
            return comments
                .into_iter()
                .find(|comments| comments.destination == Some(known.destination()));
        }
        self.wanted().iter().find(|desired| desired.is_about(known))
    }

    /// Whether the file differs from the published message.
    pub(super) fn differs_from(&self, known: &Publication) -> bool {
        let is_other = |here: &Desired| here.payload != known.payload;
        known.state == State::Published && self.desired(known).is_some_and(is_other)
    }

    /// Why the published message, which differs from the file, cannot be edited.
    pub(super) fn why_uneditable(&self, known: &Publication) -> Option<&Reason> {
        let found = self.uneditable.iter().find(|(id, _)| *id == known.id);
        found.map(|(_, reason)| reason)
    }

    /// Whether an edit can make the published message match the file.
    pub(super) fn can_edit(&self, known: &Publication) -> bool {
        self.differs_from(known) && self.why_uneditable(known).is_none()
    }

    /// Whether the publication sends what the file says, and so what was shown.
    pub(super) fn is_as_shown(&self, known: &Publication) -> bool {
        self.desired(known).is_some_and(|here| here.payload == known.payload)
    }

    /// The publications that wait for approval of what the file says.
    pub(super) fn to_approve(&self) -> Vec<&ChannelPublication> {
        let waiting = self.here.iter().filter(|one| one.lacks_approvals);
        waiting.filter(|one| self.is_as_shown(&one.publication)).collect()
    }

    /// What its file asks for, as a button remembers it.
    pub(super) fn content(&self) -> SeenPost {
        let content = self.wanted().iter();
        let content = content.map(|desired| (desired.channel.name.clone(), desired.payload));
        SeenPost { content: content.collect(), ..SeenPost::default() }
    }

    /// The same with the channels where a person has withdrawn it.
    pub(super) fn seen(&self) -> SeenPost {
        self.shown_after(&[])
    }

    /// The same after these publications have changed or been added.
    pub(super) fn shown_after(&self, changed: &[Publication]) -> SeenPost {
        let by_person = |known: &&Publication| match &known.state {
            State::Cancelled { by, .. } => by.is_person(),
            _ => false,
        };
        let is_left = |known: &&Publication| {
            changed.iter().all(|now| now.destination() != known.destination())
        };
        let is_withdrawn_here = |desired: &&Desired| {
            let mut all = self.publications().filter(is_left).chain(changed).filter(by_person);
            all.any(|known| desired.is_about(known))
        };
        let withdrawn = self.wanted().iter().filter(is_withdrawn_here);
        let withdrawn = withdrawn.map(|desired| desired.channel.name.clone()).collect();
        SeenPost { withdrawn, ..self.content() }
    }
}

/// The name of a channel, or of the comments below its posts.
pub(super) fn place(channel: &str, is_comments: bool) -> String {
    if is_comments { format!("{channel} 💬") } else { channel.to_owned() }
}

/// Whether comments are wanted in a channel without a known discussion group, so that they cannot be posted.
pub(super) fn lacks_discussion(desired: &Desired) -> bool {
    desired.destination.is_some()
        && desired.comments.as_ref().is_some_and(|comments| comments.destination.is_none())
}

/// Groups publications of one post that wait alike in several channels. Any other publication is a group of its own.
pub(super) fn by_post(all: Vec<ChannelPublication>) -> Vec<Vec<ChannelPublication>> {
    let mut groups: Vec<Vec<ChannelPublication>> = Vec::new();
    let mut of_post: HashMap<PostId, Vec<usize>> = HashMap::new();
    for one in all {
        let known = &one.publication;
        let waits = matches!(known.state, State::Scheduled | State::Due | State::Held { .. });
        let is_alike = |first: &ChannelPublication| {
            first.publication.state == known.state
                && first.publication.due_at == known.due_at
                && first.hold == one.hold
                && linked_posts(&first.publication) == linked_posts(known)
        };
        let candidates = of_post.entry(known.post.clone()).or_default();
        let alike = candidates.iter().copied().find(|at| {
            waits && groups.get(*at).and_then(|group| group.first()).is_some_and(is_alike)
        });
        if let Some(group) = alike.and_then(|at| groups.get_mut(at)) {
            group.push(one);
        } else {
            candidates.push(groups.len());
            groups.push(vec![one]);
        }
    }
    groups
}

/// The posts to which its unsent parts link, each once.
pub(super) fn linked_posts(publication: &Publication) -> Vec<String> {
    let pending = publication.parts.iter().filter(|part| part.state == PartState::Pending);
    let references = pending.flat_map(|part| part.request.references());
    let mut posts: Vec<_> = references.map(|reference| reference.post().to_owned()).collect();
    posts.sort();
    posts.dedup();
    posts
}

/// Whether a button releases it. A post that must be looked at first is released by its preview.
pub(super) fn is_releasable(known: &Publication) -> bool {
    match &known.state {
        State::Held { held } => !matches!(held, HoldReason::Changed | HoldReason::Approvals),
        _ => false,
    }
}

pub(super) fn has_failed(known: &Publication) -> bool {
    matches!(known.state, State::Failed { .. })
}

/// The first part whose outcome is not known: its request is in flight, or its answer was lost.
pub(super) fn unknown_part(publication: &Publication) -> Option<usize> {
    publication.parts.iter().position(|part| {
        matches!(part.state, PartState::Sending { .. }) || part.state.unknown_outcome().is_some()
    })
}

/// The first part with an unknown outcome, or with a change that could not be made.
pub(super) fn question(publication: &Publication) -> Option<QuestionKey> {
    publication.parts.iter().enumerate().find_map(|(number, part)| {
        if part.state.unknown_outcome().is_some() {
            return Some((number, part.attempts.last().copied()));
        }
        let change = part.change.as_ref()?;
        let is_open = matches!(change.state, ChangeState::Conflict { .. });
        is_open.then(|| (number, change.attempts.last().copied()))
    })
}

/// The change that needs a decision; `None` if an unknown send does.
pub(super) fn open_change(publication: &Publication) -> Option<&Change> {
    let (number, _) = question(publication)?;
    let part = publication.parts.get(number)?;
    part.change.as_ref().filter(|_| part.state.unknown_outcome().is_none())
}

/// Whether it waits with nothing sent: a partly sent post is deleted, not unscheduled.
pub(super) fn waits(publication: &Publication) -> bool {
    matches!(publication.state, State::Scheduled | State::Due | State::Held { .. })
        && publication.sent_count() == 0
}

/// Whether it can be cancelled: it waits, or the outcome of a part is not known.
pub(super) fn can_cancel(publication: &Publication) -> bool {
    let is_unknown = matches!(publication.state, State::Publishing | State::Uncertain)
        && unknown_part(publication).is_some();
    waits(publication) || is_unknown
}

/// Whether it needs a decision.
pub(super) fn is_problem(publication: &Publication) -> bool {
    matches!(
        publication.state,
        State::Held { .. } | State::Failed { .. } | State::Uncertain | State::Cancelling { .. }
    ) || question(publication).is_some()
        || publication.missed_ends().any(|(_, _, waits)| waits)
}

/// Whether its outcome is final.
pub(super) fn is_done(publication: &Publication) -> bool {
    matches!(publication.state, State::Published | State::Cancelled { .. })
        && !status::is_unfinished(publication)
}
