//! Messages that stand in a channel already and become a post's parts by a person's word; nothing of them is read or changed.

use jiff::Timestamp;

use super::word::{WordFault, message};
use super::{Desk, DeskFault};
use crate::outbox::{Acceptance, NewPart, Publication, State, Together};
use crate::plan::Desired;
use crate::status;
use crate::store::{Adoption, Order, Wanted};

impl Desk {
    /// Takes the messages that links name for the parts of a post, in their order.
    ///
    /// # Errors
    /// Where a link names no message of the channel, the post stands there already, or a message is another post's.
    pub async fn adopt(
        &self,
        desired: &Desired,
        links: &[String],
        now: Timestamp,
    ) -> Result<Publication, DeskFault> {
        let chat = desired.chat.unwrap_or_default();
        let message_ids = named_messages(desired, links)?;
        let mut here = self.store.publications(Wanted::Post(&desired.post)).await?;
        here.retain(|known| known.chat == chat && !matches!(known.state, State::Superseded { .. }));
        let newest = status::newest(&here).into_iter().next();
        // What waits to be sent is what stands there already.
        let replaced = newest.filter(|newest| !newest.state.is_terminal()).map(|newest| newest.id);
        if let Some(newest) = newest
            && newest.sent() > 0
        {
            let standing = self.standing(newest);
            return Err(DeskFault::Stands { post: desired.post.clone(), link: standing.link });
        }
        let count = u32::try_from(here.len()).unwrap_or(u32::MAX);
        let acceptance = Acceptance {
            post: desired.post.clone(),
            chat,
            channel: desired.channel.name.clone(),
            edition: desired.edition.clone(),
            payload: desired.payload,
            source: desired.source,
            due_at: now,
            civil: None,
            by_hand: true,
            named_at: desired.publish_at,
            // Whether they are pinned is not known; a file that wants it says so by the first edit.
            pin: false,
            together: Together::default(),
            by: self.by.clone(),
            parts: parts(desired, message_ids.len()),
            supersedes: replaced,
            after: count - u32::from(replaced.is_some()),
        };
        let adoption = Adoption { acceptance, message_ids };
        let done = self.order(vec![Order::Adopt(adoption)], now).await;
        let done = done.map_err(|fault| match newest {
            Some(newest) => fault.of(newest),
            None => fault,
        })?;
        let adopted = done.into_iter().filter_map(|done| done.publication).next_back();
        adopted.ok_or_else(|| DeskFault::NotInJournal {
            post: desired.post.clone(),
            channel: Some(desired.channel.name.to_string()),
        })
    }
}

/// The messages that links name in the channel of a post.
///
/// # Errors
/// Where a link names no message of the channel.
pub fn named_messages(desired: &Desired, links: &[String]) -> Result<Vec<i64>, WordFault> {
    let chat = desired.chat.unwrap_or_default();
    links.iter().map(|typed| message(typed, chat, Some(&desired.channel))).collect()
}

/// As many parts as there are messages: what the file says beyond that comes with the first edit, and what is beyond the
/// file goes with it.
fn parts(desired: &Desired, messages: usize) -> Vec<NewPart> {
    let last = desired.parts.last();
    (0..messages).filter_map(|number| desired.parts.get(number).or(last).cloned()).collect()
}
