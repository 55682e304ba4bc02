//! The inbox: what an operator sends or forwards to the bot becomes a draft post. It publishes nothing; a draft that is published
//! goes the way of every other post.

mod actions;
mod albums;
mod card;
pub(super) mod content;
mod correction;
mod making;
mod shown_text;

use std::collections::VecDeque;
use std::sync::Mutex;

use tokio::sync::watch;
use tokio::time;

use albums::{Admission, Album, AlbumCollector, AlbumKey, DraftLimit};
use content::MessageContent;

use super::incoming::TextMessage;
use super::messenger::MessageRef;
use super::open_updates::OpenUpdate;
use super::resolve::Question;
use super::session::Session;
use super::text::Text;
use super::{Bot, close};
use crate::config::Operator;
use crate::draft::{DraftSource, SourceMessage};
use crate::ids::PostId;
use crate::operations::OperationError;

/// Previews whose posts are remembered, so that a reply can correct them.
const SHOWN: usize = 5_000;

/// What the inbox remembers while the bot runs.
#[derive(Debug)]
pub(super) struct Inbox {
    albums: Mutex<AlbumCollector>,
    limit: Mutex<DraftLimit>,
    shown: Mutex<VecDeque<ShownMessage>>,
    /// Whether no further updates arrive.
    is_closed: watch::Sender<bool>,
}

impl Default for Inbox {
    fn default() -> Self {
        Self {
            albums: Mutex::default(),
            limit: Mutex::default(),
            shown: Mutex::default(),
            is_closed: watch::channel(false).0,
        }
    }
}

/// A message that shows a post as readers see it.
#[derive(Clone, Debug)]
struct ShownMessage {
    place: MessageRef,
    post: PostId,
    edition: String,
}

/// What becomes of an operator's message.
pub(super) enum MessageRoute {
    /// It is answered as a command or the answer to a question.
    Answer,
    /// It gets no answer of its own.
    Nothing,
    /// It is for the inbox.
    Inbox(InboxTask),
}

/// A task of the inbox.
pub(super) enum InboxTask {
    /// Makes a draft of a message, or corrects a post with it; an edited message corrects its draft.
    Message(Box<TextMessage>, Option<OpenUpdate>),
    /// Makes a draft of an album, whose first item is this message.
    Album(AlbumKey, Box<TextMessage>),
    /// Says that there are too many messages.
    TooMany,
}

impl MessageContent {
    /// Whether it is more than a text that the operator has typed.
    fn is_more_than_typed(&self) -> bool {
        self.is_relayed || self.file.is_some() || self.unsupported.is_some()
    }

    /// Whether it can become a draft. A relayed command is a text, and so never a command.
    fn may_be_draft(&self) -> bool {
        let text = self.text.string.trim();
        self.is_more_than_typed() || !text.is_empty() && !text.starts_with('/')
    }
}

impl Bot<'_> {
    /// Decides what becomes of an operator's message when it arrives: items of an album are collected, and those that are too many
    /// are left out before they wait. The update stays `open` until its draft is made.
    pub(super) fn route_message(
        &self,
        operator: &Operator,
        message: &TextMessage,
        open: Option<OpenUpdate>,
    ) -> MessageRoute {
        let content: &MessageContent = &message.content;
        if self.operations.newsroom.config.bot.inbox.is_none() {
            close(open);
            let is_typed = !content.is_relayed && !message.is_edited;
            return if is_typed { MessageRoute::Answer } else { MessageRoute::Nothing };
        }
        let may_be_answer = || !content.may_be_draft() || self.is_answer(operator.id, content);
        if !message.is_edited && may_be_answer() {
            close(open);
            return MessageRoute::Answer;
        }
        let now = self.messenger.elapsed();
        let album = content.album.clone().filter(|_| !message.is_edited);
        let key = album.map(|album| (operator.id, album));
        let mut albums = self.lock(&self.inbox.albums);
        if let Some(key) = key.as_ref().filter(|key| albums.is_arriving(key)) {
            albums.add(key.clone(), content.clone(), open, now);
            return MessageRoute::Nothing;
        }
        let admitted = self.lock(&self.inbox.limit).admit(operator.id, now);
        if admitted != Admission::Granted {
            close(open);
            return match admitted {
                Admission::TooMany => MessageRoute::Inbox(InboxTask::TooMany),
                _ => MessageRoute::Nothing,
            };
        }
        MessageRoute::Inbox(match key {
            None => InboxTask::Message(Box::new(message.clone()), open),
            Some(key) => {
                albums.add(key.clone(), content.clone(), open, now);
                InboxTask::Album(key, Box::new(message.clone()))
            }
        })
    }

    /// Whether a message answers a question of the bot.
    fn is_answer(&self, operator: i64, content: &MessageContent) -> bool {
        if content.is_more_than_typed() {
            return false;
        }
        match self.open_question(operator) {
            // No time has several lines, so that is a draft.
            Some(Question::Time { .. }) => !content.text.string.trim().contains('\n'),
            Some(Question::Message(_)) => true,
            None => false,
        }
    }

    /// Does a task of the inbox.
    pub(super) async fn do_inbox_task(&self, operator: Operator, task: InboxTask) {
        let session = self.session(operator, None);
        let done = match task {
            InboxTask::TooMany => {
                session.show(&session.text(Text::TooManyDrafts, &[])).await;
                return;
            }
            // The bot may have asked a question since the message arrived.
            InboxTask::Message(message, open)
                if !message.is_edited && self.is_answer(operator.id, &message.content) =>
            {
                close(open);
                self.answer_message(operator, &message).await;
                Ok(None)
            }
            InboxTask::Message(message, open) => {
                let done = session.receive(&message).await;
                close(open);
                done
            }
            InboxTask::Album(key, message) => session.receive_album(&key, &message).await,
        };
        let is_draft = matches!(done, Ok(Some(_)));
        self.lock(&self.inbox.limit).record_answer(operator.id, is_draft);
        if let Err(error) = done {
            session.report_error(&error).await;
        }
    }

    /// Forgets a task of somebody who is no longer an operator.
    pub(super) fn drop_inbox_task(&self, user: i64, task: InboxTask) {
        match task {
            InboxTask::TooMany => return,
            InboxTask::Message(_, open) => close(open),
            InboxTask::Album(key, _) => {
                let album = self.lock(&self.inbox.albums).take(&key);
                album.into_iter().flat_map(|album| album.open).for_each(OpenUpdate::close);
            }
        }
        self.lock(&self.inbox.limit).record_answer(user, false);
    }

    /// No further updates arrive: albums do not wait for more items.
    pub(super) fn close_inbox(&self) {
        self.inbox.is_closed.send_replace(true);
    }

    /// Removes what the inbox of a killed process has left.
    pub fn clean_inbox(&self) {
        let newsroom = &self.operations.newsroom;
        let Some(inbox) = &newsroom.config.bot.inbox else { return };
        if let Err(error) = newsroom.remove_unfinished_drafts(inbox) {
            log::warn!("the inbox {inbox} cannot be used: {error}");
        }
    }

    /// Remembers the messages that show a post.
    pub(super) fn remember_shown(&self, places: &[MessageRef], post: &PostId, edition: &str) {
        let mut shown = self.lock(&self.inbox.shown);
        for place in places {
            shown.push_back(ShownMessage {
                place: *place,
                post: post.clone(),
                edition: edition.to_owned(),
            });
            if shown.len() > SHOWN {
                shown.pop_front();
            }
        }
    }

    /// The post that a message shows.
    fn shown_in(&self, place: MessageRef) -> Option<ShownMessage> {
        self.lock(&self.inbox.shown).iter().find(|shown| shown.place == place).cloned()
    }

    /// Waits until no item of an album has arrived for a moment, or none can arrive any more.
    async fn album_arrives(&self, key: &AlbumKey) {
        let mut closed = self.inbox.is_closed.subscribe();
        loop {
            let Some(rest) =
                self.lock(&self.inbox.albums).remaining_wait(key, self.messenger.elapsed())
            else {
                return;
            };
            if time::timeout(rest, closed.wait_for(|is| *is)).await.is_ok() {
                return;
            }
        }
    }
}

/// The draft that a message has become, if it has.
type DraftResult = Result<Option<PostId>, OperationError>;

impl Session<'_> {
    async fn receive_album(&self, key: &AlbumKey, first: &TextMessage) -> DraftResult {
        self.bot.album_arrives(key).await;
        let album = self.bot.lock(&self.bot.inbox.albums).take(key);
        let Some(Album { items, is_too_large, open }) = album else { return Ok(None) };
        let done = self.draft_of_album(key, first, items, is_too_large).await;
        open.into_iter().for_each(OpenUpdate::close);
        done
    }

    async fn draft_of_album(
        &self,
        key: &AlbumKey,
        first: &TextMessage,
        items: Vec<MessageContent>,
        is_too_large: bool,
    ) -> DraftResult {
        if is_too_large {
            self.bot.lock(&self.bot.inbox.albums).record_draft(key.clone(), None);
            self.show(&self.text(Text::AlbumTooLarge, &[])).await;
            return Ok(None);
        }
        let message = SourceMessage::album(&key.1);
        let source = DraftSource { operator: self.operator.id, message };
        let before = self.bot.lock(&self.bot.inbox.albums).find_arrived(key).cloned();
        if let Some(before) = before {
            // The operator knows already that an album was refused.
            if let Some(post) = before.draft {
                self.show(&self.late_items(&post)).await;
            }
            return Ok(None);
        }
        let post = self.make_draft(source, first, items).await?;
        self.bot.lock(&self.bot.inbox.albums).record_draft(key.clone(), post.clone());
        Ok(post)
    }

    async fn receive(&self, message: &TextMessage) -> DraftResult {
        let content: &MessageContent = &message.content;
        if message.is_edited {
            return self.correct_by_edit(message).await.map(|()| None);
        }
        let is_to_bot = |from: Option<i64>| {
            from.and_then(|id| u64::try_from(id).ok()) == Some(self.bot.client.bot_id())
        };
        let reply = content.reply.as_ref().filter(|reply| is_to_bot(reply.from));
        if let Some(reply) = reply.filter(|_| !content.is_more_than_typed()) {
            return self.correct(reply, message).await.map(|()| None);
        }
        let source = DraftSource {
            operator: self.operator.id,
            message: SourceMessage::Message(content.message),
        };
        self.make_draft(source, message, vec![content.clone()]).await
    }
}
