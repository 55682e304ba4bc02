//! Finds the message of the discussion group that comments reply to: the copy of their post. It sends nothing.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use tokio::time;

use super::queue::Queue;
use super::{DiscussionCopy, Publisher, ReadResult};
use crate::limits;
use crate::outbox::Publication;
use crate::outbox::comment::{self, Placement};
use crate::outbox::{Actor, Event, HoldReason, State};
use crate::store::{AutomaticForward, Command, Query, StoreError};

impl Publisher<'_> {
    /// What becomes of comments that were not sent yet.
    pub(super) async fn placement(&self, comments: &Publication) -> Result<Placement, StoreError> {
        let of_post = self.store.publications(Query::Post(comments.post.clone())).await?;
        let post = comment::post_of(comments, &of_post);
        let published = post.filter(|post| post.state == State::Published);
        let forward = match published.and_then(comment::commented_message) {
            Some((message_id, _)) => self.forward_of(comments, message_id).await?,
            None => None,
        };
        Ok(comment::placement(comments, post, forward, self.clock.now()))
    }

    /// The copy of the post's message in the group: from an update, or else the pinned message.
    async fn forward_of(
        &self,
        comments: &Publication,
        message_id: i64,
    ) -> Result<Option<i64>, StoreError> {
        let (chat, discussion) = (comments.channel_chat(), comments.chat);
        if let Some(known) = self.store.forward_of(chat, message_id, discussion).await? {
            return Ok(Some(known));
        }
        let found = match self.gateway.pinned_forward(discussion).await {
            Ok(found) => found,
            Err(error) => {
                log::warn!("the discussion group of {} cannot be read: {error}", comments.channel);
                None
            }
        };
        let is_later = |copy: &DiscussionCopy| copy.chat == chat && copy.message_id >= message_id;
        let Some(pinned) = found.filter(is_later) else { return Ok(None) };
        let forward_id = if pinned.message_id == message_id {
            Some(pinned.forward_id)
        } else {
            self.earlier_copy(&pinned, discussion, message_id).await
        };
        let Some(forward_id) = forward_id else { return Ok(None) };
        let forward = AutomaticForward { chat, message_id, discussion, forward_id };
        self.order(vec![Command::AutomaticForward(forward)], true).await?;
        Ok(Some(forward_id))
    }

    /// Records the pinned copy of each group in which comments wait, before a new post hides it.
    pub(super) async fn note_pinned_copies(&self, queue: &Queue) -> Result<(), StoreError> {
        for discussion in queue.groups_with_waiting_comments() {
            let look = self.gateway.pinned_forward(discussion);
            let Ok(Ok(Some(pinned))) = time::timeout(limits::FORWARD_LOOK, look).await else {
                continue;
            };
            let DiscussionCopy { chat, message_id, forward_id, .. } = pinned;
            if self.store.forward_of(chat, message_id, discussion).await?.is_none() {
                let forward = AutomaticForward { chat, message_id, discussion, forward_id };
                self.order(vec![Command::AutomaticForward(forward)], true).await?;
            }
        }
        Ok(())
    }

    /// The copy of an earlier message than the one whose copy is pinned. Telegram pins every copy, and of a post with several
    /// messages only the last is the newest pin; the others are below it in the order of their messages, and can be read
    /// through the staging chat.
    async fn earlier_copy(
        &self,
        pinned: &DiscussionCopy,
        discussion: i64,
        message_id: i64,
    ) -> Option<i64> {
        let staging = self.staging?;
        let (wanted, newest) = ((discussion, message_id), pinned.forward_id);
        // The copy is between these two messages, if it is there.
        let lowest = newest.saturating_sub(limits::FORWARD_LOOK_BACK).saturating_sub(1).max(0);
        let (mut low, mut high) = (lowest.max(self.searches.newest(wanted)), newest);
        // The copies of one post usually follow each other.
        let mut guess = newest.saturating_sub(pinned.message_id.saturating_sub(message_id));
        while high.saturating_sub(low) > 1 {
            let is_between = low < guess && guess < high;
            let forward_id = if is_between { guess } else { high.saturating_sub(1) };
            time::sleep(self.pacing.channel).await;
            let origin = match self.gateway.read_message(staging, discussion, forward_id).await {
                ReadResult::Message(copy) => copy.origin,
                ReadResult::Absent | ReadResult::Unreadable => None,
                ReadResult::Failed(why) => {
                    log::debug!("message {forward_id} of {discussion} cannot be read: {why}");
                    return None;
                }
                ReadResult::Wait(_) => return None,
            };
            let origin = origin.filter(|origin| origin.chat == Some(pinned.chat));
            match origin.and_then(|origin| origin.message_id) {
                Some(copied) if copied == message_id => return Some(forward_id),
                Some(copied) if copied < message_id => low = forward_id,
                Some(copied) => {
                    high = forward_id;
                    guess = forward_id.saturating_sub(copied.saturating_sub(message_id));
                }
                // A reader's message, or none: from here on one message after the other is read.
                None if is_between => guess = 0,
                None => high = forward_id,
            }
        }
        self.searches.remember(wanted, newest);
        None
    }
}

/// The copies that were looked for in vain, so that each message of a group is read once for a copy that never comes.
#[derive(Debug, Default)]
pub struct CopySearches(Mutex<BTreeMap<(i64, i64), i64>>);

impl CopySearches {
    /// The message of the group up to which there is no copy of a channel's message; 0 if it was not looked for.
    fn newest(&self, wanted: (i64, i64)) -> i64 {
        let searched = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        searched.get(&wanted).copied().unwrap_or_default()
    }

    fn remember(&self, wanted: (i64, i64), newest: i64) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(wanted, newest);
    }
}

/// The order about comments whose post has no copy in the group.
pub(super) fn hold_unplaced(comments: &Publication) -> Command {
    hold(comments, HoldReason::NotPlaced)
}

/// The order about comments whose post is gone: cancel them, or hold them if some were sent.
pub(super) fn stop_without_post(comments: &Publication) -> Command {
    if comments.is_unsent() {
        Command::Event(comments.id, Event::Cancel { by: Actor::System })
    } else {
        hold(comments, HoldReason::PostGone)
    }
}

fn hold(comments: &Publication, held: HoldReason) -> Command {
    Command::Event(comments.id, Event::Hold { held, by: Actor::System })
}
