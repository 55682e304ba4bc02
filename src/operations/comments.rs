//! What comments wait for, as the journal knows it.

use std::collections::{BTreeSet, HashMap, HashSet};

use jiff::Timestamp;

use super::Operations;
use crate::outbox::comment::{self, Placement};
use crate::outbox::{Publication, PublicationId, State};
use crate::plan::Desired;
use crate::store::{Query, StoreError};

impl Operations {
    /// What becomes of comments that were not sent yet, without a look at the discussion group.
    ///
    /// # Errors
    /// If the journal cannot be read.
    pub async fn placement(
        &self,
        comments: &Publication,
        now: Timestamp,
    ) -> Result<Placement, StoreError> {
        let of_post = self.store.publications(Query::Post(comments.post.clone())).await?;
        let post = comment::post_of(comments, &of_post);
        let forward = match post.and_then(comment::commented_message) {
            Some((message_id, _)) => {
                let (chat, discussion) = (comments.channel_chat(), comments.chat);
                self.store.forward_of(chat, message_id, discussion).await?
            }
            None => None,
        };
        Ok(comment::placement(comments, post, forward, now))
    }

    /// Until when comments wait for the copy of their published post; `None` if they do not wait for it.
    ///
    /// # Errors
    /// If the journal cannot be read.
    pub async fn waits_for_copy(
        &self,
        comments: &Publication,
        now: Timestamp,
    ) -> Result<Option<Timestamp>, StoreError> {
        let is_open = matches!(comments.state, State::Scheduled | State::Due | State::Publishing);
        if !comments.is_comments() || !is_open {
            return Ok(None);
        }
        Ok(match self.placement(comments, now).await? {
            Placement::WaitsForForward(until) => Some(until),
            _ => None,
        })
    }

    /// The published posts whose wanted comments have no place: they are older than telepress's knowledge of the discussion group, and
    /// no copy of them is known. Telegram copies only posts that are published after the group was linked.
    ///
    /// # Errors
    /// If the journal cannot be read.
    pub async fn posts_without_copy(
        &self,
        desired: &[Desired],
        publications: &[Publication],
        comments: &[Publication],
        now: Timestamp,
    ) -> Result<BTreeSet<PublicationId>, StoreError> {
        let groups =
            desired.iter().filter_map(|wanted| Some((wanted, wanted.comments.as_ref()?.chat()?)));
        let wanted: Vec<_> = groups.collect();
        let mut found = BTreeSet::new();
        if wanted.is_empty() {
            return Ok(found);
        }
        let known = self.store.discussions().await?;
        let published = publications.iter().filter(|known| known.state == State::Published);
        let published: HashMap<_, _> =
            published.map(|known| ((&known.post, known.chat), known)).collect();
        let ordered = comments.iter().filter(|known| !known.counts_as_new());
        let ordered: HashSet<_> =
            ordered.filter_map(|known| Some((&known.post, known.comments_on?))).collect();
        for (wanted, group) in wanted {
            let Some(chat) = wanted.chat() else { continue };
            let Some(post) = published.get(&(&wanted.post, chat)) else { continue };
            if ordered.contains(&(&wanted.post, chat)) {
                continue;
            }
            // `plan` cannot record a group that it has just found.
            let is_recorded = known.get(&chat) == Some(&group);
            let since = if is_recorded {
                self.store.discussion_since(chat, group).await?
            } else {
                Some(now)
            };
            let Some(known_since) = since else { continue };
            let Ok(whole) = self.publication(post.id).await else { continue };
            let Some((message_id, at)) = comment::commented_message(&whole) else { continue };
            if at < known_since && self.store.forward_of(chat, message_id, group).await?.is_none() {
                found.insert(post.id);
            }
        }
        Ok(found)
    }
}
