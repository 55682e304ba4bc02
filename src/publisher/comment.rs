//! Finds the message of the discussion group that comments reply to: the copy of their post. It sends nothing.

use tokio::time;

use super::{DiscussionCopy, ProbeResult, Publisher};
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

    /// The copy of an earlier message than the one whose copy is pinned. Telegram pins every copy, and of a post with several
    /// messages only the last is the newest pin; the others are below it, and can be read through the staging chat.
    async fn earlier_copy(
        &self,
        pinned: &DiscussionCopy,
        discussion: i64,
        message_id: i64,
    ) -> Option<i64> {
        let staging = self.staging?;
        let lowest = pinned.forward_id.saturating_sub(limits::FORWARD_LOOK_BACK).max(1);
        for forward_id in (lowest..pinned.forward_id).rev() {
            time::sleep(self.pacing.channel).await;
            match self.gateway.read_message(staging, discussion, forward_id).await {
                ProbeResult::Message(copy) => {
                    let is_it = copy.origin.is_some_and(|origin| {
                        origin.chat == Some(pinned.chat) && origin.message_id == Some(message_id)
                    });
                    if is_it {
                        return Some(forward_id);
                    }
                }
                ProbeResult::Absent | ProbeResult::Unreadable => {}
                ProbeResult::Failed(why) => {
                    log::debug!("message {forward_id} of {discussion} cannot be read: {why}");
                    return None;
                }
                ProbeResult::Wait(_) => return None,
            }
        }
        None
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
