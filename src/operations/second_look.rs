//! Reads the end of a chat again before an operator's answer that a post is not there is recorded. It records nothing.

use jiff::Timestamp;

use super::restore::why_end_not_seen;
use super::{OperationError, Operations};
use crate::outbox::{self, AlbumItem, Publication};
use crate::publisher::{Gateway, MessageSearch, Scan, known_around};

/// What a second look found of a part whose outcome is unknown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum SecondLook {
    /// Nothing that certainly belongs to the part.
    Nothing,
    /// The whole part, in these messages.
    Whole(Vec<i64>),
    /// Some files of an album.
    Partly(Vec<AlbumItem>),
    /// The chat could not be read to its end, and why.
    NotRead(String),
}

impl Operations {
    /// Reads the chat of a part after the last message that was known before its request. While the request may still arrive,
    /// nothing is read, because the answer is refused then.
    pub(super) async fn look_again(
        &self,
        gateway: &dyn Gateway,
        staging: i64,
        publication: &Publication,
        part: usize,
        now: Timestamp,
    ) -> Result<SecondLook, OperationError> {
        let part = publication.parts.get(part);
        let unknown = part.and_then(|part| Some((part, part.state.unknown_outcome()?)));
        let Some((part, unknown)) = unknown else { return Ok(SecondLook::Nothing) };
        if now < outbox::after(unknown.since, self.policy().quiet) {
            return Ok(SecondLook::Nothing);
        }
        let not_read = |why: &str| Ok(SecondLook::NotRead(why.to_owned()));
        let Some(last_known) = unknown.last_known_message_id else {
            return not_read("the journal has no message to start from");
        };
        if part.request.is_protected() {
            return not_read("the post forbids forwarding");
        }
        let chat = publication.chat;
        let known = known_around(&self.store, chat, last_known).await?;
        let files = self.store.file_ids(gateway.bot_id(), part.request.file_keys()).await?;
        let search = MessageSearch::new(&part.request, chat, files);
        let scan = Scan { gateway, staging, chat, pace: self.newsroom.config.pacing.channel };
        let scanned = scan.above(last_known, &known, &|id, copy| search.add(id, copy)).await;
        let items = search.items();
        Ok(match (search.whole().into_iter().next(), why_end_not_seen(&scanned)) {
            (Some(message_ids), _) => SecondLook::Whole(message_ids),
            (None, _) if !items.is_empty() => SecondLook::Partly(items),
            (None, Some(why)) => SecondLook::NotRead(why),
            (None, None) => SecondLook::Nothing,
        })
    }
}
