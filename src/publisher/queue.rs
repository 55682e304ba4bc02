//! The open publications, and the next possible action for each channel. It performs no action, and only guesses which event is
//! worth trying: `outbox::step` decides.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::Duration;

use jiff::Timestamp;

use super::{release_group, saturating_add};
use crate::ids::{Destination, PostId};
use crate::outbox::{
    Change, ChangeKind, ChangeState, Channel, HoldReason, Missed, PartState, Policy, Publication,
    PublicationId, Recovery, State,
};
use crate::status;

/// The longest sleep, so that a changed clock or a suspended machine is noticed.
const MAX_SLEEP: Duration = Duration::from_secs(15);

/// The open publications.
#[derive(Debug, Default)]
pub(super) struct Queue {
    open: BTreeMap<PublicationId, Publication>,
    /// The scheduled ones, by their time.
    by_time: BTreeSet<(Timestamp, PublicationId)>,
    /// The others.
    active: BTreeSet<PublicationId>,
    /// All of them by channel, so that a change in one channel does not require a search of the others.
    by_channel: HashMap<i64, ChannelQueue>,
    /// The members of release groups, by post.
    groups: HashMap<PostId, BTreeSet<PublicationId>>,
    channels: HashMap<Destination, Channel>,
    /// Publications that refer to posts without a message, with these posts. They wait until one of the posts changes.
    missing_posts: HashMap<PublicationId, Vec<String>>,
    /// Comments that wait for their post or its copy. A change of the post ends the wait.
    waits: HashMap<PublicationId, CommentWait>,
}

/// The open publications of one channel: first the one that occupies it, then the others by their time.
#[derive(Debug, Default)]
struct ChannelQueue {
    /// The scheduled ones.
    timed: BTreeSet<(Timestamp, PublicationId)>,
    /// The others; the one that occupies the channel is first.
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

    /// The publication that occupies the channel.
    fn occupied(&self) -> Option<PublicationId> {
        self.active.first().filter(|(is_free, _, _)| !is_free).map(|(_, _, id)| *id)
    }

    /// The publications that may be due at `now`, in the order of sending.
    fn due(&self, now: Timestamp) -> impl Iterator<Item = PublicationId> {
        // Later ones are skipped, because there may be thousands.
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

/// The position of a publication in its channel's queue.
fn key(publication: &Publication) -> (bool, Timestamp, PublicationId) {
    (!publication.state.occupies(), publication.due_at, publication.id)
}

/// A possible action on a publication.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum QueueAction {
    /// Apply a tick: it became due, or its state must be reviewed.
    Tick,
    /// It became due, and its first part may be sent.
    Begin,
    /// It was missed, and may be published late.
    CatchUp,
    /// Too many were missed: hold it.
    Hold,
    /// Send this part, or make its change.
    Claim(usize),
    /// The time of its end has come: order it.
    End,
    /// Probe the channel for this part.
    Probe(usize),
}

impl QueueAction {
    /// Whether it sends a part that was not sent yet.
    pub(super) fn sends_part_of(self, publication: &Publication) -> bool {
        match self {
            Self::Begin | Self::CatchUp => true,
            Self::Claim(part) => {
                publication.parts.get(part).is_some_and(|part| part.state == PartState::Pending)
            }
            Self::Tick | Self::End | Self::Hold | Self::Probe(_) => false,
        }
    }
}

/// How comments wait for their post or its copy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct CommentWait {
    /// When to look again.
    pub(super) look_at: Timestamp,
    /// When a command stops waiting for the copy.
    pub(super) patience_ends: Option<Timestamp>,
}

/// When the next action on a publication is possible.
enum NextAction {
    /// Now.
    Now(QueueAction),
    /// At this time.
    At(Timestamp),
    /// Only after some event.
    OnEvent,
}

/// The actions that are possible now, and when to check again.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct NextActions {
    /// At most one action for each channel.
    pub(super) actions: Vec<(PublicationId, i64, QueueAction)>,
    /// When the next action is possible, unless an event occurs before.
    pub(super) wake: Option<Timestamp>,
}

impl NextAction {
    /// At a time, if one is known.
    fn at(wake: Option<Timestamp>) -> Self {
        wake.map_or(Self::OnEvent, Self::At)
    }

    fn claim(part: usize) -> Self {
        Self::Now(QueueAction::Claim(part))
    }
}

impl Queue {
    /// Replaces everything by the journal's open publications.
    pub(super) fn load(&mut self, open: Vec<Publication>, channels: Vec<Channel>) {
        *self = Self::default();
        for publication in open {
            self.put(publication);
        }
        self.set_channels(channels);
    }

    /// Replaces the channels.
    pub(super) fn set_channels(&mut self, channels: Vec<Channel>) {
        self.channels =
            channels.into_iter().map(|channel| (channel.destination, channel)).collect();
    }

    /// Records that a publication refers to posts that have no message yet.
    pub(super) fn set_missing_posts(&mut self, id: PublicationId, posts: Vec<String>) {
        self.missing_posts.insert(id, posts);
    }

    /// Records how comments wait for their post or its copy.
    pub(super) fn set_wait(&mut self, id: PublicationId, wait: CommentWait) {
        self.waits.insert(id, wait);
    }

    /// Whether a command leaves these comments to others: telepress has looked for the copy of their post, and has waited for it.
    pub(super) fn is_left(&self, id: PublicationId, now: Timestamp) -> bool {
        let wait = self.waits.get(&id);
        wait.and_then(|wait| wait.patience_ends).is_some_and(|end| end <= now)
    }

    /// The unfinished post of these comments; a published one has nothing more to do.
    pub(super) fn open_post_of(&self, comments: &Publication) -> Option<&Publication> {
        let chat = comments.comments_on?;
        self.open.values().find(|post| {
            post.post == comments.post
                && post.occurrence == comments.occurrence
                && post.chat == chat
                && !post.is_comments()
                && post.state != State::Published
        })
    }

    /// The discussion groups in which comments wait for the copy of their published post.
    pub(super) fn groups_with_waiting_comments(&self) -> BTreeSet<i64> {
        let waits = |comments: &&Publication| {
            let is_open =
                matches!(comments.state, State::Scheduled | State::Due | State::Publishing);
            comments.is_comments() && is_open && self.open_post_of(comments).is_none()
        };
        self.open.values().filter(waits).map(|comments| comments.chat).collect()
    }

    /// Whether comments of this post will be deleted: the post is deleted after them.
    fn has_comments_to_delete(&self, post: &Publication) -> bool {
        let is_delete = |change: &Change| {
            change.kind == ChangeKind::Delete
                && !matches!(change.state, ChangeState::Conflict { .. })
        };
        let deletes = |publication: &Publication| {
            publication.parts.iter().any(|part| part.change.as_ref().is_some_and(is_delete))
        };
        let is_comment = |other: &&Publication| {
            other.comments_on == Some(post.chat)
                && other.post == post.post
                && other.occurrence == post.occurrence
        };
        !post.is_comments() && deletes(post) && self.open.values().filter(is_comment).any(deletes)
    }

    /// Whether it waits for another post to be published.
    pub(super) fn has_missing_posts(&self, id: PublicationId) -> bool {
        self.missing_posts.contains_key(&id)
    }

    /// Adds or updates a publication; removes it if it is finished.
    pub(super) fn put(&mut self, publication: Publication) {
        let is_other = |id: &PublicationId| {
            self.open.get(id).is_some_and(|waiting| waiting.post != publication.post)
        };
        self.waits.retain(|id, _| is_other(id));
        self.missing_posts
            .retain(|_, posts| !posts.iter().any(|post| post == publication.post.as_str()));
        if let Some(before) = self.open.remove(&publication.id) {
            self.by_time.remove(&(before.due_at, before.id));
            self.active.remove(&before.id);
            if let Some(channel_queue) = self.by_channel.get_mut(&before.chat) {
                channel_queue.remove(&before);
            }
            if let Some(group) = self.groups.get_mut(&before.post) {
                group.remove(&before.id);
                if group.is_empty() {
                    self.groups.remove(&before.post);
                }
            }
        }
        if !crate::status::is_open(&publication) {
            return;
        }
        if publication.state == State::Scheduled {
            self.by_time.insert((publication.due_at, publication.id));
        } else {
            self.active.insert(publication.id);
        }
        self.by_channel.entry(publication.chat).or_default().put(&publication);
        if publication.together.waits() {
            self.groups.entry(publication.post.clone()).or_default().insert(publication.id);
        }
        self.open.insert(publication.id, publication);
    }

    /// The publications that are not just scheduled.
    pub(super) fn active(&self) -> impl Iterator<Item = &Publication> {
        self.active.iter().filter_map(|id| self.open.get(id))
    }

    /// The scheduled publications that were due before `latest`.
    pub(super) fn missed(&self, latest: Timestamp) -> impl Iterator<Item = &Publication> {
        let due = self.by_time.range(..(latest, PublicationId(i64::MIN)));
        due.filter_map(|(_, id)| self.open.get(id))
    }

    pub(super) fn get(&self, id: PublicationId) -> Option<&Publication> {
        self.open.get(&id)
    }

    /// Whether the channel is paused.
    pub(super) fn is_paused(&self, place: Destination) -> bool {
        self.channels.get(&place).is_some_and(|channel| channel.paused.is_some())
    }

    /// The members of its release group, including itself; empty without a group.
    pub(super) fn together_with(&self, publication: &Publication) -> Vec<PublicationId> {
        self.members(publication).map(|member| member.id).collect()
    }

    fn members<'b>(
        &'b self,
        publication: &'b Publication,
    ) -> impl Iterator<Item = &'b Publication> {
        let group = self.groups.get(&publication.post).into_iter().flatten();
        let members = group.filter_map(|id| self.open.get(id));
        members.filter(move |other| release_group::is_member(publication, other))
    }

    /// Whether every channel of its release group may start at `now`; otherwise when to check again.
    fn may_begin(
        &self,
        publication: &Publication,
        now: Timestamp,
    ) -> Result<(), Option<Timestamp>> {
        let is_uncertain = |chat| {
            let channel_queue: Option<&ChannelQueue> = self.by_channel.get(&chat);
            let occupant =
                channel_queue.and_then(ChannelQueue::occupied).and_then(|id| self.open.get(&id));
            occupant.is_some_and(|occupant| {
                occupant.parts.iter().any(|part| part.state.unknown_outcome().is_some())
            })
        };
        let channel = |place| self.channels.get(&place);
        release_group::may_begin(publication, self.members(publication), is_uncertain, channel, now)
    }

    /// Whether another channel of its release group prevents its start.
    pub(super) fn waits_for_others(&self, publication: &Publication) -> bool {
        // Waits that only need time have ended by then.
        self.may_begin(publication, Timestamp::MAX).is_err()
    }

    /// Whether another post of its channel, which needs a person's decision, prevents its start.
    pub(super) fn waits_for_a_person(&self, publication: &Publication) -> bool {
        status::blocker(publication, self.open.values()).is_some_and(status::needs_operator)
    }

    /// The possible actions at `now`, except in `busy` channels.
    pub(super) fn next(
        &self,
        now: Timestamp,
        busy: &BTreeSet<i64>,
        policy: &Policy,
    ) -> NextActions {
        let mut next =
            NextActions { wake: now.checked_add(MAX_SLEEP).ok(), ..NextActions::default() };
        let later = self.by_time.range((now, PublicationId(i64::MAX))..).next();
        next.wake = next.wake.min(later.map(|(at, _)| *at).or(next.wake));
        for (chat, channel_queue) in self.by_channel.iter().filter(|(chat, _)| !busy.contains(chat))
        {
            let occupied = channel_queue.occupied();
            let due = channel_queue.due(now).filter_map(|id| self.open.get(&id));
            for publication in due {
                match self.next_action(publication, now, occupied, policy) {
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

    /// The next action on one publication.
    fn next_action(
        &self,
        publication: &Publication,
        now: Timestamp,
        occupied: Option<PublicationId>,
        policy: &Policy,
    ) -> NextAction {
        let channel = self.channels.get(&publication.destination());
        let paused = channel.is_some_and(|channel| channel.paused.is_some());
        if publication.state == (State::Held { held: HoldReason::Channel }) {
            return if paused { NextAction::OnEvent } else { NextAction::Now(QueueAction::Tick) };
        }
        if paused {
            return NextAction::OnEvent;
        }
        if let Some(wait) = self.waits.get(&publication.id).filter(|wait| wait.look_at > now) {
            return NextAction::At(wait.look_at);
        }
        let flood_wait =
            channel.and_then(|channel| channel.flood_wait_until).filter(|until| *until > now);
        let occupied = occupied.is_some_and(|by| by != publication.id);
        let begins = || self.may_begin(publication, now);
        // A publication without its approvals is held.
        let lacks_approvals = publication.approvals.missing(policy.approvals) > 0;
        let action = match &publication.state {
            State::Scheduled if publication.due_at > now => {
                return NextAction::At(publication.due_at);
            }
            _ if flood_wait.is_some() => return NextAction::at(flood_wait),
            State::Scheduled | State::Due if occupied => return NextAction::OnEvent,
            State::Scheduled => {
                let is_missed = !publication.is_comments()
                    && now > saturating_add(publication.due_at, policy.grace);
                let action = match policy.missed {
                    _ if publication.has_refused_closing_time(now) => QueueAction::Tick,
                    Missed::Publish if is_missed && !lacks_approvals => QueueAction::CatchUp,
                    Missed::Hold | Missed::Skip if is_missed => QueueAction::Tick,
                    _ if lacks_approvals => QueueAction::Tick,
                    _ => QueueAction::Begin,
                };
                match (action, begins()) {
                    (QueueAction::Begin | QueueAction::CatchUp, Err(wake)) => {
                        return NextAction::at(wake);
                    }
                    (action, _) => action,
                }
            }
            State::Due | State::Publishing => {
                let end = saturating_add(publication.retry_since, policy.give_up_after);
                if lacks_approvals || now > end || publication.has_refused_closing_time(now) {
                    QueueAction::Tick
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
            _ if publication.due_end(now).is_some() && publication.part_in_flight().is_none() => {
                QueueAction::End
            }
            _ if is_editing(publication) && self.has_missing_posts(publication.id)
                || self.has_comments_to_delete(publication) =>
            {
                return NextAction::at(next_end(publication));
            }
            State::Published | State::Failed { .. } | State::Cancelled { .. } => {
                return change(publication, now, lacks_approvals);
            }
            State::Held { .. } | State::Superseded { .. } => return NextAction::OnEvent,
        };
        NextAction::Now(action)
    }
}

/// The next action on a part with an unknown outcome.
fn uncertain(publication: &Publication, now: Timestamp, policy: &Policy) -> NextAction {
    let mut parts = publication.parts.iter().enumerate();
    let uncertain = parts.find_map(|(number, part)| match &part.state {
        PartState::Uncertain { unknown, .. } => Some((number, unknown)),
        _ => None,
    });
    let Some((number, unknown)) = uncertain else { return NextAction::OnEvent };
    let quiet = saturating_add(unknown.since, policy.quiet);
    match policy.recovery_in(publication.chat) {
        // `execute` first looks for the copy in the discussion group.
        Recovery::Hold | Recovery::NoStagingChat | Recovery::BasicGroup => {
            NextAction::Now(QueueAction::Tick)
        }
        Recovery::Probe if unknown.last_known_message_id.is_none() || now < unknown.since => {
            NextAction::Now(QueueAction::Tick)
        }
        Recovery::Probe if now < quiet => NextAction::At(quiet),
        Recovery::Probe => NextAction::Now(QueueAction::Probe(number)),
    }
}

/// The next action on an edit, deletion or pin.
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
        Some((Some(wait), _)) if wait > now => {
            NextAction::At(next_end(publication).map_or(wait, |end| end.min(wait)))
        }
        Some((_, number)) => NextAction::claim(number),
        None => NextAction::at(next_end(publication)),
    }
}

/// When the next end of a published post is to be ordered.
fn next_end(publication: &Publication) -> Option<Timestamp> {
    publication.waiting_ends().map(|(_, at)| at).min()
}

/// Whether an edit is pending. A deletion waits for no other post.
fn is_editing(publication: &Publication) -> bool {
    publication
        .parts
        .iter()
        .any(|part| part.change.as_ref().is_some_and(|change| change.kind == ChangeKind::Edit))
}
