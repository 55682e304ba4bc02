//! Checks an operator's answer about a message through the staging chat, before the answer is recorded. It records nothing.

use jiff::Timestamp;
use thiserror::Error;

use super::resolution_error::ResolutionError;
use super::restore::why_end_not_seen;
use super::{OperationError, Operations};
use crate::outbox::{self, Publication, Resolution};
use crate::publisher::{
    ForwardedMessage, Gateway, MessageSearch, ReadResult, Scan, known_around, shows,
};

/// Messages that an operator names.
#[derive(Clone, Copy, Debug)]
pub struct NamedMessages<'m> {
    /// Their chat.
    pub chat: i64,
    /// The chat in a sentence.
    pub place: &'m str,
    /// Their ids.
    pub message_ids: &'m [i64],
    /// The comments that they are, and the index of the part.
    pub comments: Option<(&'m Publication, usize)>,
}

/// What could not be checked about an answer, so that the operator alone decides.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum NotChecked {
    /// The config has no staging chat.
    #[error(
        "telepress did not check whether the message is in {place}, because the config has no `[recovery] staging_chat`"
    )]
    NoStagingChat {
        /// The chat in a sentence.
        place: String,
    },
    /// A message could not be read.
    #[error("telepress could not check whether message {message_id} is in {place}: {why}")]
    Message {
        /// The chat in a sentence.
        place: String,
        /// The message.
        message_id: i64,
        /// Why.
        why: String,
    },
    /// The chat could not be read to its end.
    #[error("telepress could not read {place} to its end: {why}")]
    End {
        /// The chat in a sentence.
        place: String,
        /// Why.
        why: String,
    },
}

/// Whether Telegram can show that this answer is wrong: it names messages, or says that a message is not there.
#[must_use]
pub fn can_be_checked(publication: &Publication, part: usize, resolution: &Resolution) -> bool {
    let part = publication.parts.get(part);
    match resolution {
        Resolution::Sent { message_ids } => !message_ids.is_empty(),
        Resolution::NotSent => part.is_some_and(|part| part.state.unknown_outcome().is_some()),
        Resolution::Skip | Resolution::Gone => false,
    }
}

impl Operations {
    /// Checks an answer about a part as far as the staging chat allows, and returns what could not be checked.
    ///
    /// # Errors
    /// If the answer is wrong: a named message does not exist or is not the comment, or the message that is not there is there.
    pub async fn check_answer(
        &self,
        gateway: &dyn Gateway,
        publication: &Publication,
        part: usize,
        resolution: &Resolution,
        now: Timestamp,
    ) -> Result<Vec<NotChecked>, OperationError> {
        if !can_be_checked(publication, part, resolution) {
            return Ok(Vec::new());
        }
        let place = self.place_of(publication);
        let Some(staging) = self.newsroom.config.recovery.staging_chat else {
            return Ok(vec![NotChecked::NoStagingChat { place }]);
        };
        match resolution {
            Resolution::Sent { message_ids } => {
                let comments = publication.is_comments().then_some((publication, part));
                let (chat, place) = (publication.chat, place.as_str());
                let named = NamedMessages { chat, place, message_ids, comments };
                self.check_messages(gateway, staging, &named).await
            }
            _ => self.check_absence(gateway, staging, publication, part, now).await,
        }
    }

    /// Reads the messages that an operator names, and returns those that could not be read.
    ///
    /// # Errors
    /// If one of them does not exist, or is not the comment that it is named for.
    pub async fn check_messages(
        &self,
        gateway: &dyn Gateway,
        staging: i64,
        named: &NamedMessages<'_>,
    ) -> Result<Vec<NotChecked>, OperationError> {
        let place = || named.place.to_owned();
        let mut not_checked = Vec::new();
        for id in named.message_ids {
            let message_id = *id;
            match gateway.read_message(staging, named.chat, message_id).await {
                ReadResult::Message(copy) => {
                    if let Some((comments, part)) = named.comments {
                        refuse_other_comment(message_id, &copy, comments, part, named.place)?;
                    }
                }
                ReadResult::Unreadable => {}
                ReadResult::Absent => {
                    return Err(
                        ResolutionError::NoSuchMessage { message_id, place: place() }.into()
                    );
                }
                ReadResult::Failed(why) => {
                    not_checked.push(NotChecked::Message { place: place(), message_id, why });
                }
                ReadResult::Wait(seconds) => return Err(ResolutionError::Wait(seconds).into()),
            }
        }
        Ok(not_checked)
    }

    /// Reads the chat after the last message that was known before the request of a part, before the part is put back in the queue
    /// as not sent: if it is there, it would be there twice. While the request may still arrive, nothing is read, because the
    /// answer is refused then.
    async fn check_absence(
        &self,
        gateway: &dyn Gateway,
        staging: i64,
        publication: &Publication,
        part: usize,
        now: Timestamp,
    ) -> Result<Vec<NotChecked>, OperationError> {
        let (target, place) = (self.target(publication), self.place_of(publication));
        let part = publication.parts.get(part);
        let unknown = part.and_then(|part| Some((part, part.state.unknown_outcome()?)));
        let Some((part, unknown)) = unknown else { return Ok(Vec::new()) };
        if now < outbox::saturating_add(unknown.since, self.policy().quiet) {
            return Ok(Vec::new());
        }
        let not_read =
            |why: &str| Ok(vec![NotChecked::End { place: place.clone(), why: why.to_owned() }]);
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
        let scanned = scan.scan_above(last_known, &known, &|id, copy| search.add(id, copy)).await;
        let items = search.items();
        if let Some(message_ids) = search.whole().into_iter().next() {
            return Err(ResolutionError::IsThere { target, place, message_ids }.into());
        }
        if !items.is_empty() {
            let messages = part.messages;
            return Err(ResolutionError::PartlyThere { target, place, items, messages }.into());
        }
        why_end_not_seen(&scanned).map_or(Ok(Vec::new()), |why| not_read(&why))
    }
}

/// Refuses a message that is not the comment. Only the bot can edit its messages in a group, so they show what it sent.
fn refuse_other_comment(
    message_id: i64,
    copy: &ForwardedMessage,
    comments: &Publication,
    part: usize,
    place: &str,
) -> Result<(), ResolutionError> {
    let is_copy = copy.origin.is_some_and(|origin| origin.chat == comments.comments_on);
    let part = comments.parts.get(part);
    if !is_copy && part.is_some_and(|part| shows(&part.request, copy)) {
        return Ok(());
    }
    Err(ResolutionError::OtherMessage { message_id, place: place.to_owned(), is_copy })
}
