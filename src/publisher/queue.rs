//! What waits to be sent, and what may be done about it next; a value that is asked, which does nothing by itself.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::Duration;

use jiff::Timestamp;

use super::{after, release_group};
use crate::ids::PostId;
use crate::outbox::{
    ChangeKind, ChangeState, Channel, HoldReason, Missed, PartState, Policy, Publication,
    PublicationId, Recovery, State,
};
use crate::status;

/// How long nothing is slept through, so that a clock that was set or a machine that was suspended is noticed.
const LONGEST: Duration = Duration::from_secs(15);

/// What waits to be sent.
#[derive(Debug, Default)]
pub(super) struct Queue {
    open: BTreeMap<PublicationId, Publication>,
    /// Those that only wait for their time, by it.
    by_time: BTreeSet<(Timestamp, PublicationId)>,
    /// The others.
    active: BTreeSet<PublicationId>,
    /// All of them by channel, so that what happens in one asks nothing of the others.
    lanes: HashMap<i64, ChannelQueue>,
    /// Those that begin together with others, by their post.
    groups: HashMap<PostId, BTreeSet<PublicationId>>,
    channels: HashMap<i64, Channel>,
    /// Those that refer to posts without a message, with these posts: nothing is tried until one of those changes.
    lacking: HashMap<PublicationId, Vec<String>>,
}

/// What waits in one channel: what has it, then the others, by their time.
#[derive(Debug, Default)]
struct ChannelQueue {
    /// Those that only wait for their time.
    timed: BTreeSet<(Timestamp, PublicationId)>,
    /// The others; first of all one that keeps the channel from the others.
    active: BTreeSet<(bool, Timestamp, PublicationId)>,
}

impl ChannelQueue {
    fn put(&mut self, publication: &Publication) {
        let key = key(publication);
        if publication.state == State::Scheduled {
            self.timed.insert((key.1, key.2));
        } else {
            self.active.insert(key);
        }
    }

    fn remove(&mut self, publication: &Publication) {
        let key = key(publication);
        self.timed.remove(&(key.1, key.2));
        self.active.remove(&key);
    }

    /// Which publication keeps the channel from the others.
    fn occupied(&self) -> Option<PublicationId> {
        self.active.first().filter(|(is_free, _, _)| !is_free).map(|(_, _, id)| *id)
    }

    /// Those that may be due at `now`, in the order in which they go.
    fn due(&self, now: Timestamp) -> impl Iterator<Item = PublicationId> {
        // What is due later is not looked at: there may be thousands.
        let timed = self.timed.range(..=(now, PublicationId(i64::MAX)));
        let mut timed = timed.map(|(at, id)| (true, *at, *id)).peekable();
        let mut active = self.active.iter().copied().peekable();
        std::iter::from_fn(move || {
            let is_timed = match (timed.peek(), active.peek()) {
                (Some(timed), Some(active)) => timed < active,
                (timed, _) => timed.is_some(),
            };
            if is_timed { timed.next() } else { active.next() }
        })
        .map(|(_, _, id)| id)
    }
}

/// Where a publication stands in its lane.
fn key(publication: &Publication) -> (bool, Timestamp, PublicationId) {
    (!publication.state.occupies(), publication.due_at, publication.id)
}

/// What may be done about a publication.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Action {
    /// Its time has come, or something about it has to be noticed.
    Tick,
    /// Its time has come, and its first part may go.
    Begin,
    /// The same, although it was missed by far.
    CatchUp,
    /// More were missed than are caught up with: it is held.
    Leave,
    /// This part, or its change, may go.
    Claim(usize),
    /// The channel may be looked at for this part.
    Probe(usize),
}

/// When something may be done about a publication.
enum NextAction {
    /// Now, and what.
    Now(Action),
    /// At this time.
    At(Timestamp),
    /// Not before something happens.
    OnEvent,
}

/// What may be done now, and when to ask again.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Earliest {
    /// At most one thing for each channel.
    pub(super) actions: Vec<(PublicationId, i64, Action)>,
    /// When something else may be done, unless something happens before.
    pub(super) wake: Option<Timestamp>,
}

impl NextAction {
    /// At a time, where one is known.
    fn at(wake: Option<Timestamp>) -> Self {
        wake.map_or(Self::OnEvent, Self::At)
    }

    fn claim(part: usize) -> Self {
        Self::Now(Action::Claim(part))
    }
}

impl Queue {
    /// Everything that is open, as the journal says.
    pub(super) fn load(&mut self, open: Vec<Publication>, channels: Vec<Channel>) {
        *self = Self::default();
        for publication in open {
            self.put(publication);
        }
        self.see(channels);
    }

    /// What is known of the channels.
    pub(super) fn see(&mut self, channels: Vec<Channel>) {
        self.channels = channels.into_iter().map(|channel| (channel.chat, channel)).collect();
    }

    /// A publication refers to posts that have no message yet.
    pub(super) fn set_missing_posts(&mut self, id: PublicationId, posts: Vec<String>) {
        self.lacking.insert(id, posts);
    }

    /// Whether it waits for another post to be published.
    pub(super) fn has_missing_posts(&self, id: PublicationId) -> bool {
        self.lacking.contains_key(&id)
    }

    /// A publication as it stands now.
    pub(super) fn put(&mut self, publication: Publication) {
        self.lacking.retain(|_, posts| !posts.iter().any(|post| post == publication.post.as_str()));
        if let Some(before) = self.open.remove(&publication.id) {
            self.by_time.remove(&(before.due_at, before.id));
            self.active.remove(&before.id);
            if let Some(lane) = self.lanes.get_mut(&before.chat) {
                lane.remove(&before);
            }
            if let Some(group) = self.groups.get_mut(&before.post) {
                group.remove(&before.id);
                if group.is_empty() {
                    self.groups.remove(&before.post);
                }
            }
        }
        if !crate::status::waits(&publication) {
            return;
        }
        if publication.state == State::Scheduled {
            self.by_time.insert((publication.due_at, publication.id));
        } else {
            self.active.insert(publication.id);
        }
        self.lanes.entry(publication.chat).or_default().put(&publication);
        if publication.together.waits() {
            self.groups.entry(publication.post.clone()).or_default().insert(publication.id);
        }
        self.open.insert(publication.id, publication);
    }

    /// Those that do not only wait for their time.
    pub(super) fn active(&self) -> impl Iterator<Item = &Publication> {
        self.active.iter().filter_map(|id| self.open.get(id))
    }

    /// Those whose time passed before `latest`, and which have not begun.
    pub(super) fn missed(&self, latest: Timestamp) -> impl Iterator<Item = &Publication> {
        let due = self.by_time.range(..(latest, PublicationId(i64::MIN)));
        due.filter_map(|(_, id)| self.open.get(id))
    }

    /// One of them.
    pub(super) fn get(&self, id: PublicationId) -> Option<&Publication> {
        self.open.get(&id)
    }

    /// Whether nothing goes to a channel until somebody resumes it.
    pub(super) fn is_paused(&self, chat: i64) -> bool {
        self.channels.get(&chat).is_some_and(|channel| channel.paused.is_some())
    }

    /// Those of the post that begin together with this one, itself among them; empty where it waits for none.
    pub(super) fn together_with(&self, publication: &Publication) -> Vec<PublicationId> {
        self.fellows(publication).map(|fellow| fellow.id).collect()
    }

    fn fellows<'b>(
        &'b self,
        publication: &'b Publication,
    ) -> impl Iterator<Item = &'b Publication> {
        let group = self.groups.get(&publication.post).into_iter().flatten();
        let fellows = group.filter_map(|id| self.open.get(id));
        fellows.filter(move |other| release_group::is_fellow(publication, other))
    }

    /// Whether every channel that begins together with this one may at `now`; otherwise when to look again.
    fn may_begin(
        &self,
        publication: &Publication,
        now: Timestamp,
    ) -> Result<(), Option<Timestamp>> {
        let is_uncertain = |chat| {
            let lane: Option<&ChannelQueue> = self.lanes.get(&chat);
            let occupant = lane.and_then(ChannelQueue::occupied).and_then(|id| self.open.get(&id));
            occupant.is_some_and(|occupant| {
                occupant.parts.iter().any(|part| part.state.unknown_outcome().is_some())
            })
        };
        let channel = |chat| self.channels.get(&chat);
        release_group::may_begin(publication, self.fellows(publication), is_uncertain, channel, now)
    }

    /// Whether nothing of it begins because another channel cannot.
    pub(super) fn waits_for_others(&self, publication: &Publication) -> bool {
        // What only has to be waited out is over by then.
        self.may_begin(publication, Timestamp::MAX).is_err()
    }

    /// Whether nothing of it begins before a person decides about another post of its channel.
    pub(super) fn waits_for_a_person(&self, publication: &Publication) -> bool {
        status::blocker(publication, self.open.values()).is_some_and(status::needs_word)
    }

    /// What may be done at `now`, in no channel of `busy`.
    pub(super) fn next(&self, now: Timestamp, busy: &BTreeSet<i64>, policy: &Policy) -> Earliest {
        let mut next = Earliest { wake: now.checked_add(LONGEST).ok(), ..Earliest::default() };
        let later = self.by_time.range((now, PublicationId(i64::MAX))..).next();
        next.wake = next.wake.min(later.map(|(at, _)| *at).or(next.wake));
        for (chat, lane) in self.lanes.iter().filter(|(chat, _)| !busy.contains(chat)) {
            let occupied = lane.occupied();
            let due = lane.due(now).filter_map(|id| self.open.get(&id));
            for publication in due {
                match self.of(publication, now, occupied, policy) {
                    NextAction::Now(action) => {
                        next.actions.push((publication.id, *chat, action));
                        break;
                    }
                    NextAction::At(wake) => next.wake = next.wake.min(Some(wake)),
                    NextAction::OnEvent => {}
                }
            }
        }
        next.actions.sort_by_key(|(id, _, _)| self.open.get(id).map(key));
        next
    }

    /// What may be done about one publication, or when something may be.
    fn of(
        &self,
        publication: &Publication,
        now: Timestamp,
        occupied: Option<PublicationId>,
        policy: &Policy,
    ) -> NextAction {
        let channel = self.channels.get(&publication.chat);
        let paused = channel.is_some_and(|channel| channel.paused.is_some());
        if publication.state == (State::Held { held: HoldReason::Channel }) {
            return if paused { NextAction::OnEvent } else { NextAction::Now(Action::Tick) };
        }
        if paused {
            return NextAction::OnEvent;
        }
        let frozen = channel.and_then(|channel| channel.freeze_until).filter(|until| *until > now);
        let occupied = occupied.is_some_and(|by| by != publication.id);
        let begins = || self.may_begin(publication, now);
        // What has to be approved first is held until it is.
        let lacks_approvals = publication.approvals.missing(policy.approvals) > 0;
        let action = match &publication.state {
            State::Scheduled if publication.due_at > now => {
                return NextAction::At(publication.due_at);
            }
            _ if frozen.is_some() => return NextAction::at(frozen),
            State::Scheduled | State::Due if occupied => return NextAction::OnEvent,
            State::Scheduled => {
                let is_missed = now > after(publication.due_at, policy.grace);
                let action = match policy.missed {
                    Missed::Publish if is_missed && !lacks_approvals => Action::CatchUp,
                    Missed::Hold | Missed::Skip if is_missed => Action::Tick,
                    _ if lacks_approvals => Action::Tick,
                    _ => Action::Begin,
                };
                match (action, begins()) {
                    (Action::Begin | Action::CatchUp, Err(wake)) => return NextAction::at(wake),
                    (action, _) => action,
                }
            }
            State::Due | State::Publishing => {
                let end = after(publication.retry_since, policy.give_up_after);
                if lacks_approvals || now > end {
                    Action::Tick
                } else if let Some(wait) = publication.not_before.filter(|wait| *wait > now) {
                    return NextAction::At(wait);
                } else if let Err(wake) = begins() {
                    return NextAction::at(wake);
                } else if self.has_missing_posts(publication.id) {
                    return NextAction::OnEvent;
                } else {
                    return publication.next_part().map_or(NextAction::OnEvent, NextAction::claim);
                }
            }
            State::Uncertain | State::Cancelling { .. } => {
                return uncertain(publication, now, policy);
            }
            _ if self.has_missing_posts(publication.id) => return NextAction::OnEvent,
            State::Published | State::Failed { .. } | State::Cancelled { .. } => {
                return change(publication, now, lacks_approvals);
            }
            State::Held { .. } | State::Superseded { .. } => return NextAction::OnEvent,
        };
        NextAction::Now(action)
    }
}

/// What may be done about a part whose outcome is not known.
fn uncertain(publication: &Publication, now: Timestamp, policy: &Policy) -> NextAction {
    let mut parts = publication.parts.iter().enumerate();
    let uncertain = parts.find_map(|(number, part)| match &part.state {
        PartState::Uncertain { unknown, .. } => Some((number, unknown)),
        _ => None,
    });
    let Some((number, unknown)) = uncertain else { return NextAction::OnEvent };
    let quiet = after(unknown.since, policy.quiet);
    match policy.recovery {
        Recovery::Hold | Recovery::NoStagingChat => NextAction::Now(Action::Tick),
        Recovery::Probe if unknown.last_known_message_id.is_none() || now < unknown.since => {
            NextAction::Now(Action::Tick)
        }
        Recovery::Probe if now < quiet => NextAction::At(quiet),
        Recovery::Probe => NextAction::Now(Action::Probe(number)),
    }
}

/// What may be done about an edit or deletion.
fn change(publication: &Publication, now: Timestamp, lacks_approvals: bool) -> NextAction {
    let pending = publication.parts.iter().enumerate().filter_map(|(number, part)| {
        let change = part.change.as_ref()?;
        match change.state {
            ChangeState::Pending { .. } if lacks_approvals && change.kind == ChangeKind::Edit => {
                None
            }
            ChangeState::Pending { not_before } => Some((not_before, number)),
            _ => None,
        }
    });
    match pending.min() {
        Some((Some(wait), _)) if wait > now => NextAction::At(wait),
        Some((_, number)) => NextAction::claim(number),
        None => NextAction::OnEvent,
    }
}
