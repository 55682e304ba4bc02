//! A channel in memory, and what becomes of the requests that are made there.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use jiff::Timestamp;
use serde_json::{Value, json};

use super::super::{Counted, Gateway, Later, Seen};
use crate::outbox::{Event, Intent, Operation, Outcome, Refusal};

/// What becomes of a request that posts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// It is posted, and the answer comes.
    Given,
    /// It is posted, and no answer comes.
    LostAfter,
    /// It is not posted, and no answer comes.
    LostBefore,
}

/// A channel, and the staging chat beside it.
#[derive(Clone)]
pub(crate) struct Channel {
    chat: i64,
    staging: i64,
    inside: Arc<Mutex<Inside>>,
}

struct Inside {
    /// What was posted in the channel, the first message being number 1; what was deleted is `null`.
    messages: Vec<Value>,
    answers: VecDeque<Answer>,
}

impl Channel {
    /// What is not in `answers` is given.
    pub(crate) fn new(chat: i64, staging: i64, answers: Vec<Answer>) -> Self {
        let inside = Inside { messages: Vec::new(), answers: answers.into() };
        Self { chat, staging, inside: Arc::new(Mutex::new(inside)) }
    }

    pub(crate) fn post(&self, text: &str) {
        self.inside.lock().unwrap().messages.push(json!({ "text": text }));
    }

    pub(crate) fn texts(&self) -> Vec<String> {
        let inside = self.inside.lock().unwrap();
        let text = |message: &Value| message["text"].as_str().unwrap().to_owned();
        inside.messages.iter().filter(|message| !message.is_null()).map(text).collect()
    }

    pub(crate) fn make(&self, intent: Intent) -> Event {
        if intent.operation() != Operation::Send {
            return self.change(intent);
        }
        let mut inside = self.inside.lock().unwrap();
        let answer = inside.answers.pop_front().unwrap_or(Answer::Given);
        let (params, chat) = (intent.request().params.value(), intent.chat());
        let is_here = chat == self.chat;
        if is_here && matches!(answer, Answer::Given | Answer::LostAfter) {
            inside.messages.push(params);
        }
        let id = if is_here { i64::try_from(inside.messages.len()).unwrap() } else { 7 };
        intent.answered(match answer {
            Answer::Given => Outcome::Sent { message_ids: vec![id], chat: Some(chat) },
            Answer::LostAfter | Answer::LostBefore => {
                Outcome::Unknown { reason: None, description: "the connection ended".into() }
            }
        })
    }

    /// An edit or deletion.
    fn change(&self, intent: Intent) -> Event {
        let params = intent.request().params.value();
        let id = params["message_id"].as_u64().unwrap();
        let mut inside = self.inside.lock().unwrap();
        let message = &mut inside.messages[usize::try_from(id - 1).unwrap()];
        let refusal = match (message.is_null(), intent.operation()) {
            (true, _) => Some(Refusal::Missing),
            (false, Operation::Edit) if message["text"] == params["text"] => {
                Some(Refusal::NotModified)
            }
            (false, Operation::Edit) => {
                message["text"] = params["text"].clone();
                None
            }
            (false, _) => {
                *message = Value::Null;
                None
            }
        };
        intent.answered(match refusal {
            None => Outcome::Sent { message_ids: Vec::new(), chat: None },
            Some(refusal) => Outcome::Rejected { refusal, description: "refused".into() },
        })
    }

    pub(crate) fn look(&self, staging: i64, chat: i64, message_id: i64) -> Seen {
        assert_eq!((staging, chat), (self.staging, self.chat));
        let inside = self.inside.lock().unwrap();
        let place = usize::try_from(message_id - 1).unwrap();
        let message = inside.messages.get(place).filter(|message| !message.is_null());
        let Some(message) = message else { return Seen::Absent };
        let mut copy = message.clone();
        copy["forward_origin"] = json!({
            "type": "channel", "chat": { "id": chat }, "message_id": message_id, "date": 4_000_000_000_i64
        });
        Seen::Message(copy)
    }

    pub(crate) fn count(&self, staging: i64, chat: i64, message_ids: &[i64]) -> Counted {
        let is_there = |id: &&i64| self.look(staging, chat, **id) != Seen::Absent;
        Counted::Copies(message_ids.iter().filter(is_there).count())
    }
}

impl Gateway for Channel {
    fn make(&self, intent: Intent) -> Later<'_, Event> {
        Box::pin(async move { self.make(intent) })
    }

    fn look(&self, staging: i64, chat: i64, message_id: i64) -> Later<'_, Seen> {
        Box::pin(async move { self.look(staging, chat, message_id) })
    }

    fn count(&self, staging: i64, chat: i64, message_ids: Vec<i64>) -> Later<'_, Counted> {
        Box::pin(async move { self.count(staging, chat, &message_ids) })
    }

    fn is_protected(&self, _: i64) -> Later<'_, Result<bool, String>> {
        Box::pin(async { Ok(false) })
    }

    fn telegram_time(&self) -> Option<Timestamp> {
        None
    }
}
