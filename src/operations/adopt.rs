//! Adopts messages that are in a channel already as a post's parts, on an operator's order. It neither reads nor changes
//! them.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::resolution::{NamedChat, refuse_wrong_order};
use super::resolution_error::ResolutionError;
use super::{OperationError, Operations};
use crate::ids::{Destination, PostId};
use crate::outbox::{
    Acceptance, Actor, Event, NewPart, Part, PartState, Publication, ReleaseGroup, Resolution,
    State,
};
use crate::plan::{self, Desired};
use crate::status;
use crate::store::{Adoption, Command, CommandResult, Query, StoreError};

impl Operations {
    /// Records the linked messages as the parts of a post, in order.
    ///
    /// # Errors
    /// If a link is not a message of the channel, the messages of an album are not in their order, the post is published there
    /// already, or a message is another post's.
    pub async fn adopt(
        &self,
        desired: &Desired,
        links: &[String],
        now: Timestamp,
    ) -> Result<Publication, OperationError> {
        let chat = desired.chat().unwrap_or_default();
        let message_ids = self.named_messages(desired, links)?;
        self.refuse_unconfirmed_messages(chat, &message_ids).await?;
        let mut here = self.store.publications(Query::Post(desired.post.clone())).await?;
        here.retain(|known| {
            desired.is_about(known) && !matches!(known.state, State::Superseded { .. })
        });
        let newest = status::newest(&here).into_iter().next();
        // A waiting publication is the post that is in the channel already.
        let replaced = newest.filter(|newest| !newest.state.is_terminal());
        if let Some(newest) = newest
            && newest.sent_count() > 0
        {
            refuse_wrong_order(
                newest.missing_parts().map(|(_, part)| part.messages),
                &message_ids,
            )?;
            if let Some(filled) = filled(newest, &message_ids, &self.by) {
                let done = self.order(filled, now).await?;
                let filled = done.into_iter().filter_map(|done| done.publication).next_back();
                return Ok(filled.unwrap_or_else(|| newest.clone()));
            }
            let status = self.post_status(newest);
            return Err(OperationError::AlreadyPublished {
                post: desired.post.clone(),
                link: status.link,
            });
        }
        refuse_wrong_order(desired.parts.iter().map(|part| part.messages), &message_ids)?;
        let count = u32::try_from(here.len()).unwrap_or(u32::MAX);
        let acceptance = Acceptance {
            by_hand: true,
            // Whether the messages are pinned is not known; if the file wants a pin, the first edit sets it.
            pin: false,
            together: ReleaseGroup::default(),
            parts: parts_for(desired, message_ids.len()),
            ..desired.acceptance(&self.by, now, replaced, count)
        };
        let adoption = Adoption { acceptance, message_ids, sent_at: None };
        let done = self.order(vec![Command::Adopt(adoption)], now).await;
        let done = done.map_err(|error| match (newest, error) {
            (Some(newest), error) => error.of(newest, self.channel_name(newest), now),
            (None, OperationError::Store(StoreError::Refused { refused, .. })) => {
                let (post, channel) = (desired.post.clone(), desired.channel.name.to_string());
                OperationError::Refused { post, channel, refused }
            }
            (None, error) => error,
        })?;
        let adopted = done.into_iter().filter_map(|done| done.publication).next_back();
        adopted.ok_or_else(|| OperationError::NotInJournal {
            post: desired.post.clone(),
            channel: Some(desired.channel.name.to_string()),
        })
    }
}

/// A post whose messages are in the channel and show exactly what its file says.
#[derive(Clone, Debug)]
pub struct MatchingPost {
    /// The post in the channel.
    pub desired: Desired,
    /// The ids of the messages, in the order of the parts.
    pub message_ids: Vec<i64>,
    /// When they were sent.
    pub sent_at: Timestamp,
    /// When they were last edited, if they were.
    pub edited_at: Option<Timestamp>,
}

/// What became of messages that were to be adopted.
#[derive(Debug, Default)]
pub struct AdoptedPosts {
    /// The posts that are recorded now.
    pub adopted: BTreeSet<PostId>,
    /// The posts that were recorded before, and now are as somebody edited them in the channel.
    pub edited: BTreeSet<PostId>,
    /// The posts that the journal refused.
    pub refused: Vec<(PostId, OperationError)>,
}

impl AdoptedPosts {
    fn extend(&mut self, orders: &[Command], done: Vec<CommandResult>) {
        for (order, done) in orders.iter().zip(done) {
            let Some(publication) = done.publication else { continue };
            let posts = match order {
                Command::Adopt(_) => &mut self.adopted,
                _ => &mut self.edited,
            };
            posts.insert(publication.post);
        }
    }
}

impl Operations {
    /// Records messages with known content as the parts of their posts, in one transaction if none is refused. Posts that were in
    /// the channel before stay as they are, also deleted ones, except those that were edited there after everything that the
    /// journal knows of them.
    ///
    /// # Errors
    /// If the journal cannot be read or written.
    pub async fn adopt_shown(
        &self,
        posts: &[MatchingPost],
        now: Timestamp,
    ) -> Result<AdoptedPosts, OperationError> {
        let mut result = AdoptedPosts::default();
        let mut orders = Vec::new();
        for post in posts {
            let (desired, message_ids) = (&post.desired, post.message_ids.clone());
            let chat = desired.chat().unwrap_or_default();
            match self.refuse_unconfirmed_messages(chat, &message_ids).await {
                Ok(()) => {}
                Err(error @ OperationError::MayBeAnother { .. }) => {
                    result.refused.push((desired.post.clone(), error));
                    continue;
                }
                Err(error) => return Err(error),
            }
            let mut here = self.store.publications(Query::Post(desired.post.clone())).await?;
            here.retain(|known| {
                desired.is_about(known) && !matches!(known.state, State::Superseded { .. })
            });
            let newest = status::newest(&here).into_iter().next();
            let is_deleted = |part: &Part| matches!(part.state, PartState::Deleted { .. });
            if let Some(newest) = newest
                && (newest.sent_count() > 0 || newest.parts.iter().any(is_deleted))
            {
                orders.extend(self.edited_by_hand(newest, post).await?);
                continue;
            }
            let replaced = newest.filter(|newest| !newest.state.is_terminal());
            let count = u32::try_from(here.len()).unwrap_or(u32::MAX);
            let acceptance = Acceptance {
                by_hand: true,
                together: ReleaseGroup::default(),
                ..desired.acceptance(&self.by, post.sent_at, replaced, count)
            };
            let sent_at = Some(post.sent_at);
            orders.push(Command::Adopt(Adoption { acceptance, message_ids, sent_at }));
        }
        match self.order(orders.clone(), now).await {
            Ok(done) => {
                result.extend(&orders, done);
                return Ok(result);
            }
            Err(error) if error.is_refusal() => {}
            Err(error) => return Err(error),
        }
        // One refusal undoes the whole transaction.
        for order in orders {
            match self.order(vec![order.clone()], now).await {
                Ok(done) => result.extend(&[order], done),
                Err(error) if error.is_refusal() => {
                    // The next plan still has the edit that could not be recorded.
                    if let Command::Adopt(adoption) = order {
                        result.refused.push((adoption.acceptance.post, error));
                    }
                }
                Err(error) => return Err(error),
            }
        }
        Ok(result)
    }

    /// The order that records how somebody edited the messages of a publication. An export that is older than something the
    /// journal knows shows what the channel no longer does.
    async fn edited_by_hand(
        &self,
        publication: &Publication,
        shown: &MatchingPost,
    ) -> Result<Option<Command>, OperationError> {
        let Some(edited_at) = shown.edited_at else { return Ok(None) };
        let message_ids = publication.parts.iter().flat_map(|part| part.state.message_ids());
        if !message_ids.eq(&shown.message_ids) {
            return Ok(None);
        }
        let last = self.store.log(Some(&publication.post), 1).await?;
        if last.first().is_some_and(|last| last.at >= edited_at) {
            return Ok(None);
        }
        let event = plan::edited_by_hand(publication, &shown.desired, &self.by);
        Ok(event.map(|event| Command::Event(publication.id, event)))
    }

    /// The ids of the linked messages in a post's channel.
    ///
    /// # Errors
    /// If a link is not a message of the channel.
    pub fn named_messages(
        &self,
        desired: &Desired,
        links: &[String],
    ) -> Result<Vec<i64>, ResolutionError> {
        let named = NamedChat {
            destination: desired.destination.unwrap_or(Destination::of_chat(0)),
            comments_on: None,
            channel: Some(&desired.channel),
            names: &self.names,
        };
        links.iter().map(|typed| named.message(typed)).collect()
    }

    /// Refuses messages that may be the result of a request whose outcome is unknown: adopted by another post, they would
    /// count as proof that the request had no effect.
    async fn refuse_unconfirmed_messages(
        &self,
        chat: i64,
        message_ids: &[i64],
    ) -> Result<(), OperationError> {
        for open in self.store.publications(Query::Open).await? {
            let last_known = |part: &Part| match &part.state {
                PartState::Sending { last_known_message_id: last_known, .. } => Some(*last_known),
                state => state.unknown_outcome().map(|unknown| unknown.last_known_message_id),
            };
            let Some(last_known) =
                open.parts.iter().find_map(last_known).filter(|_| open.chat == chat)
            else {
                continue;
            };
            let newer =
                message_ids.iter().find(|id| last_known.is_none_or(|last_known| **id > last_known));
            if let Some(message_id) = newer {
                return Err(OperationError::MayBeAnother {
                    post: open.post,
                    message_id: *message_id,
                });
            }
        }
        Ok(())
    }
}

/// The commands that record messages as the missing parts of a publication; `None` if there are more messages than missing
/// parts.
fn filled(publication: &Publication, message_ids: &[i64], by: &Actor) -> Option<Vec<Command>> {
    let mut commands = Vec::new();
    let mut left = message_ids;
    for (number, part) in publication.missing_parts() {
        if left.is_empty() {
            break;
        }
        let (of_part, rest) = left.split_at_checked(part.messages).unwrap_or((left, &[]));
        left = rest;
        let resolution = Resolution::Sent { message_ids: of_part.to_vec() };
        let event = Event::Resolve { part: number, resolution, by: by.clone() };
        commands.push(Command::Event(publication.id, event));
    }
    (left.is_empty() && !commands.is_empty()).then_some(commands)
}

/// Parts for this many messages. The first edit sends further parts, or deletes messages that the file does not have.
pub(super) fn parts_for(desired: &Desired, messages: usize) -> Vec<NewPart> {
    let mut parts: Vec<NewPart> = Vec::new();
    let mut left = messages;
    for part in desired.parts.iter() {
        if left == 0 {
            break;
        }
        left = left.saturating_sub(part.messages);
        parts.push(part.clone());
    }
    let last = desired.parts.last().filter(|last| last.messages == 1);
    parts.extend(last.into_iter().cycle().take(left).cloned());
    parts
}
