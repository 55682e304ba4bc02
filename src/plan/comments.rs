//! Plans the comments of posts. They follow their post: they are accepted with it, and deleted with it.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::Timestamp;

use super::decide::PlanContext;
use super::edit::{delete, may_be_in_channel, present_parts};
use super::{Desired, JournalView, PlanAction, PlanItem, PlanOptions, Reason, ResendPolicy, Step};
use crate::ids::{ChannelName, PostId};
use crate::outbox::{Acceptance, Actor, Event, Publication, PublicationId, State};
use crate::status;

/// What the plan makes of a post that has comments.
#[derive(Clone, Copy, PartialEq, Eq)]
enum PostFate {
    /// It is published, or will be: its comments follow.
    Stays,
    /// Its messages will be deleted.
    Deleted,
    /// It is not published, or not any more.
    Absent,
}

/// The items of the comments; `items` are those of the posts.
pub(super) fn plan(
    files: &[Desired],
    items: &[PlanItem],
    journal: &JournalView<'_>,
    options: &PlanOptions,
) -> Vec<PlanItem> {
    let with_comments = files.iter().filter(|desired| desired.comments.is_some());
    let wanted: HashMap<(&PostId, &ChannelName), &Desired> =
        with_comments.map(|desired| ((&desired.post, &desired.channel.name), desired)).collect();
    let mut known: HashMap<&PostId, Vec<&Publication>> = HashMap::new();
    for comments in status::newest(journal.comments) {
        known.entry(&comments.post).or_default().push(comments);
    }
    if wanted.is_empty() && known.is_empty() {
        return Vec::new();
    }
    let posts: HashMap<PublicationId, &Publication> =
        journal.publications.iter().map(|post| (post.id, post)).collect();
    let mut planned = Vec::new();
    for item in items {
        let desired = wanted.get(&(&item.post, &item.channel)).copied();
        let post = item.publication.and_then(|id| posts.get(&id)).copied();
        let chat = post.map(|post| post.chat).or_else(|| desired?.chat());
        let is_below = |comments: &&Publication| chat.is_some() && comments.comments_on == chat;
        let known = known.get(&item.post).into_iter().flatten().copied().find(is_below);
        let wanted = desired.and_then(|desired| desired.comments.as_deref());
        let known = wanted.map_or(known, |wanted| wanted.counterpart(known));
        let one = CommentPlan { item, post, wanted, known, journal, options };
        planned.extend(one.item());
    }
    planned
}

/// The comments to enqueue together with a post, if that is needed. `known` are the comments of the post in the journal, and
/// `discussions` the discussion groups by channel.
#[must_use]
pub fn comments_to_enqueue(
    desired: &Desired,
    known: &[Publication],
    discussions: &BTreeMap<i64, i64>,
    again: ResendPolicy,
    by: &Actor,
    now: Timestamp,
) -> Option<Acceptance> {
    let mut placed = desired.clone();
    placed.set_chat(desired.chat(), discussions);
    let wanted = placed.comments?;
    wanted.destination?;
    let is_here = |known: &&Publication| {
        Some(known.destination()) == wanted.destination
            && known.occurrence == wanted.occurrence
            && !matches!(known.state, State::Superseded { .. })
    };
    let here: Vec<_> = known.iter().filter(is_here).collect();
    let replaced = match status::newest(here.iter().copied()).into_iter().next() {
        None => None,
        Some(_) if again == ResendPolicy::Always => None,
        Some(known) if matches!(known.state, State::Cancelled { .. }) => None,
        Some(known)
            if !may_be_in_channel(known)
                && !known.state.is_terminal()
                && known.payload != wanted.payload =>
        {
            Some(known)
        }
        Some(_) => return None,
    };
    let count = u32::try_from(here.len()).unwrap_or(u32::MAX);
    Some(wanted.acceptance(by, now, replaced, count))
}

/// The comments of one post in one channel.
struct CommentPlan<'c> {
    /// The item of the post.
    item: &'c PlanItem,
    /// The post.
    post: Option<&'c Publication>,
    /// What the file wants.
    wanted: Option<&'c Desired>,
    /// What the journal knows.
    known: Option<&'c Publication>,
    journal: &'c JournalView<'c>,
    options: &'c PlanOptions,
}

impl CommentPlan<'_> {
    fn fate(&self) -> PostFate {
        match (self.item.action, &self.item.step, self.post.map(|post| &post.state)) {
            (PlanAction::Delete, _, _) => PostFate::Deleted,
            (_, Some(Step::Accept(_) | Step::AcceptHeld(..)), _) => PostFate::Stays,
            (_, Some(Step::Apply(_, Event::Cancel { .. })), _)
            | (_, _, None | Some(State::Cancelled { .. } | State::Superseded { .. })) => {
                PostFate::Absent
            }
            (_, _, Some(_)) => PostFate::Stays,
        }
    }

    fn item(&self) -> Option<PlanItem> {
        match (self.fate(), self.wanted, self.known) {
            (PostFate::Stays, Some(wanted), known) if !wanted.draft => {
                self.wanted_item(wanted, known)
            }
            (PostFate::Stays, None, Some(known)) if self.has_valid_file() => {
                self.removed(known, false)
            }
            (PostFate::Deleted, _, Some(known)) => self.removed(known, true),
            _ => None,
        }
    }

    /// Whether the comments do not have to wait for a later time: the post is published, or is sent now.
    fn is_sent_now(&self) -> bool {
        self.post.is_some_and(|post| post.state == State::Published)
            || self.item.action == PlanAction::Create
            || self.item.in_progress().is_some()
    }

    /// Whether the file of the post has no errors. Comments of a post whose file is broken or gone stay as they are.
    fn has_valid_file(&self) -> bool {
        let post = &self.item.post;
        self.journal.files.contains(post) && !self.journal.broken.contains(post)
    }

    fn wanted_item(&self, wanted: &Desired, known: Option<&Publication>) -> Option<PlanItem> {
        let is_here = |known: &&Publication| wanted.destination == Some(known.destination());
        let of_post = |known: &&Publication| {
            known.post == wanted.post
                && known.occurrence == wanted.occurrence
                && is_here(known)
                && !matches!(known.state, State::Superseded { .. })
        };
        let count = self.journal.comments.iter().filter(of_post).count();
        let context = PlanContext {
            desired: wanted,
            journal: self.journal,
            options: self.options,
            is_named: false,
            wanted: BTreeSet::new(),
            is_in_other_channel: false,
            count: u32::try_from(count).unwrap_or(u32::MAX),
        };
        let new = || {
            if wanted.is_in_group {
                return context.item(PlanAction::Conflict, Reason::CommentsInGroup);
            }
            if wanted.destination.is_none() {
                return context.item(PlanAction::Conflict, Reason::NoDiscussion);
            }
            if self.post.is_some_and(|post| self.journal.without_copy.contains(&post.id)) {
                return context.item(PlanAction::Conflict, Reason::NoCopy);
            }
            let action = if self.is_sent_now() { PlanAction::Create } else { PlanAction::Schedule };
            let item = context.accept(action, Reason::Comments, None, self.options.now, false);
            PlanItem { due_at: None, ..item }
        };
        let item = match known {
            None => new(),
            // The channel has another discussion group now; the old comments stay where they are.
            Some(known) if wanted.destination.is_some() && !is_here(&known) => return None,
            // telepress took them back when the post was not published.
            Some(known) if matches!(&known.state, State::Cancelled { by, .. } if !by.is_person()) => {
                new()
            }
            Some(known) => match context.plan_known_publication(known) {
                item if item.in_progress().is_some() && !self.is_sent_now() => PlanItem {
                    publication: Some(known.id),
                    ..context.item(PlanAction::Nothing, Reason::Comments)
                },
                item if matches!(item.reason, Reason::Withdrawn(_)) => PlanItem {
                    publication: Some(known.id),
                    ..context.item(PlanAction::Nothing, Reason::CommentsLeftOut)
                },
                item => PlanItem { publication: Some(known.id), due_at: None, ..item },
            },
        };
        Some(PlanItem { is_comments: true, ..item })
    }

    /// The comments are no longer wanted.
    fn removed(&self, known: &Publication, is_pruned: bool) -> Option<PlanItem> {
        if matches!(known.state, State::Cancelled { .. } | State::Superseded { .. }) {
            return None;
        }
        let item = |action, reason| PlanItem {
            publication: Some(known.id),
            is_comments: true,
            action,
            reason,
            parts: present_parts(known),
            due_at: None,
            diff: None,
            step: None,
            ..self.item.clone()
        };
        if !may_be_in_channel(known) && !known.state.is_terminal() {
            let cancel = Event::Cancel { by: Actor::File };
            return Some(
                item(PlanAction::Cancel, Reason::CommentsRemoved).with_event(known, cancel),
            );
        }
        if known.state != State::Published {
            let why = status::reason(known, &self.item.target).unwrap_or_default();
            return Some(item(PlanAction::Held, Reason::Waits(why)));
        }
        Some(match delete(known, self.options.now, &self.options.by, is_pruned) {
            Ok((_, 0)) => return None,
            Ok((event, _)) => {
                item(PlanAction::Delete, Reason::CommentsRemoved).with_event(known, event)
            }
            Err(reason) => item(PlanAction::Conflict, reason),
        })
    }
}
