//! A channel in memory, with scripted answers.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use jiff::Timestamp;
use telegram_text::FormattedText;

use super::super::{
    DiscussionCopy, ForwardCount, ForwardedMessage, Gateway, GatewayFuture, Origin, ReadResult,
    RequestResult, UploadError,
};
use crate::message::{FileId, FileIdChanges, FileIds, FileKey, InputMedia, Request};
use crate::outbox::{Event, Intent, Operation, Outcome, Refusal};

/// What happens to a request that posts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// It is posted and answered.
    Given,
    /// It is posted, and the answer is lost.
    LostAfter,
    /// It is not posted, and there is no answer.
    LostBefore,
}

/// A channel with its staging chat.
#[derive(Clone)]
pub(crate) struct Channel {
    chat: i64,
    staging: i64,
    inside: Arc<Mutex<Inside>>,
}

struct Inside {
    /// The messages in the channel, from id 1; a deleted one is `None`.
    messages: Vec<Option<FormattedText>>,
    answers: VecDeque<Answer>,
}

impl Channel {
    /// Requests beyond `answers` are posted and answered.
    pub(crate) fn new(chat: i64, staging: i64, answers: Vec<Answer>) -> Self {
        let inside = Inside { messages: Vec::new(), answers: answers.into() };
        Self { chat, staging, inside: Arc::new(Mutex::new(inside)) }
    }

    pub(crate) fn post(&self, text: &str) {
        self.inside.lock().unwrap().messages.push(Some(FormattedText::plain(text)));
    }

    pub(crate) fn texts(&self) -> Vec<String> {
        let inside = self.inside.lock().unwrap();
        inside.messages.iter().flatten().map(|message| message.string.clone()).collect()
    }

    pub(crate) fn execute(&self, intent: Intent) -> Event {
        if intent.operation() != Operation::Send {
            return self.change(intent);
        }
        let mut inside = self.inside.lock().unwrap();
        let answer = inside.answers.pop_front().unwrap_or(Answer::Given);
        let (text, chat) = (intent.request().text(), intent.destination().chat);
        let is_here = chat == self.chat;
        if is_here && matches!(answer, Answer::Given | Answer::LostAfter) {
            inside.messages.push(Some(text));
        }
        let id = if is_here { i64::try_from(inside.messages.len()).unwrap() } else { 7 };
        intent.answered(match answer {
            Answer::Given => Outcome::Accepted { message_ids: vec![id], chat: Some(chat) },
            Answer::LostAfter | Answer::LostBefore => {
                Outcome::Unknown { reason: None, description: "the connection ended".into() }
            }
        })
    }

    /// An edit or deletion.
    fn change(&self, intent: Intent) -> Event {
        let id = match intent.request() {
            Request::EditMessageText(edit) => edit.message_id,
            Request::DeleteMessage(message) => message.message_id,
            other => panic!("{other:?}"),
        };
        let wanted = intent.request().content().map(|_| intent.request().text());
        let mut inside = self.inside.lock().unwrap();
        let message = &mut inside.messages[usize::try_from(id - 1).unwrap()];
        let refusal = if message.is_none() {
            Some(Refusal::Missing)
        } else if *message == wanted {
            Some(Refusal::NotModified)
        } else {
            *message = wanted;
            None
        };
        intent.answered(match refusal {
            None => Outcome::Accepted { message_ids: Vec::new(), chat: None },
            Some(refusal) => Outcome::Rejected { refusal, description: "refused".into() },
        })
    }

    pub(crate) fn read_message(&self, staging: i64, chat: i64, message_id: i64) -> ReadResult {
        assert_eq!((staging, chat), (self.staging, self.chat));
        let inside = self.inside.lock().unwrap();
        let place = usize::try_from(message_id - 1).unwrap();
        let Some(Some(message)) = inside.messages.get(place) else { return ReadResult::Absent };
        let origin = Origin {
            chat: Some(chat),
            message_id: Some(message_id),
            date: Some(4_000_000_000),
            is_of_another: false,
        };
        ReadResult::Message(ForwardedMessage {
            media: None,
            text: message.string.clone(),
            entities: Some(message.entities.clone()),
            poll: None,
            rich: None,
            date: None,
            origin: Some(origin),
        })
    }

    pub(crate) fn count_messages(
        &self,
        staging: i64,
        chat: i64,
        message_ids: &[i64],
    ) -> ForwardCount {
        let is_there = |id: &&i64| self.read_message(staging, chat, **id) != ReadResult::Absent;
        ForwardCount::Copies(message_ids.iter().filter(is_there).count())
    }
}

impl Gateway for Channel {
    fn pinned_forward(&self, _: i64) -> GatewayFuture<'_, Result<Option<DiscussionCopy>, String>> {
        Box::pin(async { Ok(None) })
    }

    fn execute(&self, intent: Intent, _: FileIds) -> GatewayFuture<'_, RequestResult> {
        let files = FileIdChanges::default();
        Box::pin(
            async move { RequestResult { event: self.execute(intent), files, is_group: false } },
        )
    }

    fn bot_id(&self) -> u64 {
        7
    }

    fn upload(
        &self,
        _: i64,
        _: InputMedia,
    ) -> GatewayFuture<'_, Result<(FileKey, FileId), UploadError>> {
        Box::pin(async { Err(UploadError::Failed("no post here has a file".to_owned())) })
    }

    fn abandon_uploads(&self) {}

    fn read_message(
        &self,
        staging: i64,
        chat: i64,
        message_id: i64,
    ) -> GatewayFuture<'_, ReadResult> {
        Box::pin(async move { self.read_message(staging, chat, message_id) })
    }

    fn count_messages(
        &self,
        staging: i64,
        chat: i64,
        message_ids: Vec<i64>,
    ) -> GatewayFuture<'_, ForwardCount> {
        Box::pin(async move { self.count_messages(staging, chat, &message_ids) })
    }

    fn is_protected(&self, _: i64) -> GatewayFuture<'_, Result<bool, String>> {
        Box::pin(async { Ok(false) })
    }

    fn telegram_time(&self) -> Option<Timestamp> {
        None
    }
}
