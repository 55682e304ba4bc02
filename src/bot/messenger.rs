//! Sends the bot's messages under one rate limit, one request after another; publishing goes first.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::sync::Mutex as Turn;
use tokio::time::{self, Instant};

use super::action_buttons::{Buttons, Click};
use super::operators::Operators;
use super::reply::{Button, Reply};
use super::request::{
    AnswerCallbackQuery, DeleteMessage, EditMessageText, OperatorChat, SendMessage, written,
};
use crate::config::BotConfig;
use crate::limits;
use crate::message::{FileIds, Request};
use crate::outbox::Refusal;
use crate::publisher::LastRequest;
use crate::random;
use crate::telegram::{CallError, Client, SentPreview};

/// Sends the bot's messages.
pub struct Messenger<'c> {
    client: &'c Client,
    buttons: Mutex<Buttons>,
    /// By chat, why the last message did not arrive: a repeated failure is logged once.
    undelivered: Mutex<BTreeMap<i64, String>>,
    began: Instant,
    /// The holder may make a request.
    turn: Turn<()>,
    last_request: Arc<LastRequest>,
    /// The least time between two requests of the bot.
    pace: Duration,
    /// Who gets messages, besides the alerts chat.
    operators: Operators,
    alerts: Option<i64>,
}

/// A message of the bot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MessageRef {
    /// Its chat.
    pub chat: OperatorChat,
    /// Its message id.
    pub message: i64,
}

impl<'c> Messenger<'c> {
    /// A messenger whose requests keep `pace`, together with those of the publisher.
    #[must_use]
    pub fn new(
        client: &'c Client,
        last_request: Arc<LastRequest>,
        pace: Duration,
        bot: &BotConfig,
    ) -> Self {
        Self {
            client,
            buttons: Mutex::default(),
            undelivered: Mutex::default(),
            began: Instant::now(),
            turn: Turn::new(()),
            last_request,
            pace,
            operators: Operators::new(bot),
            alerts: bot.alerts,
        }
    }

    /// The current operators.
    #[must_use]
    pub fn operators(&self) -> &Operators {
        &self.operators
    }

    /// Whether the chat still gets messages: a removed operator's does not.
    fn is_open(&self, chat: OperatorChat) -> bool {
        self.operators.of(chat.id()).is_some() || self.alerts == Some(chat.id())
    }

    /// Monotonic time since start.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.began.elapsed()
    }

    /// What a pressed button does.
    pub fn take(&self, user: i64, data: &str) -> Click {
        let now = self.elapsed();
        self.buttons.lock().unwrap_or_else(PoisonError::into_inner).take(user, data, now)
    }

    /// Sends a reply; `None` where it did not arrive, which is logged.
    pub async fn send(&self, chat: OperatorChat, page: &Reply) -> Option<MessageRef> {
        self.try_send(chat, page).await.ok().flatten()
    }

    /// The same; `Ok(None)` for a chat that gets no messages.
    ///
    /// # Errors
    /// Why it did not arrive.
    pub async fn try_send(
        &self,
        chat: OperatorChat,
        page: &Reply,
    ) -> Result<Option<MessageRef>, CallError> {
        if !self.is_open(chat) {
            return Ok(None);
        }
        let mut params = written(page, &self.keyboard(chat, page));
        address(&mut params, chat);
        let sent = self.call(SendMessage(params), true).await;
        self.note(chat, sent.as_ref().err());
        let message = sent?.get("message_id").and_then(Value::as_i64);
        Ok(message.map(|message| MessageRef { chat, message }))
    }

    /// Logs why a message did not arrive, once.
    fn note(&self, chat: OperatorChat, error: Option<&CallError>) {
        let mut undelivered = self.undelivered.lock().unwrap_or_else(PoisonError::into_inner);
        // The error's own text would speak of a channel's rights.
        let described = |error: &CallError| match error {
            CallError::Refused { description, .. } => description.to_string(),
            other => other.to_string(),
        };
        match error.map(described) {
            None => drop(undelivered.remove(&chat.id())),
            Some(error) if undelivered.get(&chat.id()) == Some(&error) => {}
            Some(error) => {
                log::warn!("cannot send a message to operator {}: {error}", chat.id());
                undelivered.insert(chat.id(), error);
            }
        }
    }

    /// Replaces a message with a reply; if the message is gone, sends the reply.
    pub async fn edit(&self, place: MessageRef, page: &Reply) -> Option<MessageRef> {
        if !self.is_open(place.chat) {
            return None;
        }
        let mut params = written(page, &self.keyboard(place.chat, page));
        address(&mut params, place.chat);
        if let Some(object) = params.as_object_mut() {
            object.insert("message_id".to_owned(), place.message.into());
        }
        match self.call(EditMessageText(params), true).await {
            Ok(_) | Err(CallError::Refused { class: Refusal::NotModified, .. }) => Some(place),
            Err(CallError::Refused { .. }) => self.send(place.chat, page).await,
            Err(error) => {
                log::warn!("operator {}: {error}", place.chat.id());
                None
            }
        }
    }

    /// Deletes a message; `false` where it stays.
    pub async fn delete(&self, place: MessageRef) -> bool {
        let mut params = json!({ "message_id": place.message });
        address(&mut params, place.chat);
        match self.call(DeleteMessage(params), true).await {
            Ok(_) | Err(CallError::Refused { class: Refusal::Missing, .. }) => true,
            Err(error) => {
                log::debug!("operator {}: {error}", place.chat.id());
                false
            }
        }
    }

    /// Sends a request's message to an operator, exactly as readers will see it; files of `known` by their `file_id`. If the
    /// result names stale ones, the message was not sent.
    ///
    /// # Errors
    /// Why it did not arrive.
    pub async fn show(
        &self,
        chat: OperatorChat,
        request: &Request,
        known: &FileIds,
    ) -> Result<SentPreview, CallError> {
        let mut request = request.clone();
        // The message that it replies to is in the channel.
        if let Some(options) = request.send_options_mut() {
            options.reply_parameters = None;
        }
        // Telegram refuses a closing time that has passed.
        if let Request::SendPoll(poll) = &mut request {
            poll.content.close_date = None;
        }
        let Some(user) = chat.private() else { return Err(CallError::not_private()) };
        let shown = self.in_turn(true, || self.client.show(user, &request, known)).await;
        shown.inspect_err(|error| log::warn!("operator {}: {error}", chat.id()))
    }

    /// Answers the press of a button, with a text or without one.
    pub async fn answer(&self, query: &str, word: Option<&str>) {
        let mut params = json!({ "callback_query_id": query });
        if let (Some(object), Some(word)) = (params.as_object_mut(), word) {
            let word: String = word.chars().take(limits::CALLBACK_ANSWER).collect();
            object.insert("text".to_owned(), word.into());
        }
        // The message changes with or without this answer.
        if let Err(error) = self.call(AnswerCallbackQuery(params), false).await {
            log::debug!("answerCallbackQuery failed: {error}");
        }
    }

    /// Waits for the bot's next turn to make a request.
    pub async fn wait_for_turn(&self) {
        let turn = self.turn.lock().await;
        loop {
            let rest = self.last_request.pause(self.pace);
            if rest.is_zero() {
                break;
            }
            time::sleep(rest).await;
        }
        self.last_request.mark();
        drop(turn);
    }

    /// Makes a request in its turn; where Telegram asks to wait, once more after that.
    ///
    /// # Errors
    /// Where there is no result.
    pub async fn call<M: crate::telegram::method::Method + Clone>(
        &self,
        method: M,
        again: bool,
    ) -> Result<Value, CallError> {
        self.in_turn(again, || self.client.call(method.clone())).await
    }

    /// Makes a request in its turn; where Telegram asks to wait, once more after that.
    async fn in_turn<T, F: Future<Output = Result<T, CallError>>>(
        &self,
        again: bool,
        request: impl Fn() -> F,
    ) -> Result<T, CallError> {
        self.wait_for_turn().await;
        match request().await {
            Err(CallError::Wait { retry_after, .. })
                if again && retry_after.is_none_or(|wait| wait <= limits::CHAT_PATIENCE) =>
            {
                time::sleep(retry_after.unwrap_or(limits::CHAT_RETRY) + limits::FLOOD_MARGIN).await;
                self.wait_for_turn().await;
                request().await
            }
            result => result,
        }
    }

    /// The buttons of a reply, each with a key of its own.
    fn keyboard(&self, chat: OperatorChat, page: &Reply) -> Value {
        if page.rows.is_empty() {
            return Value::Null;
        }
        let now = self.elapsed();
        let mut buttons = self.buttons.lock().unwrap_or_else(PoisonError::into_inner);
        let card = buttons.card(now);
        let mut one = |button: &Button| {
            // Without randomness a button is left out, because its key could be guessed.
            let key = buttons.add(card, chat.id(), button.action.clone(), random::secret()?);
            Some(json!({ "text": button.label, "callback_data": key }))
        };
        let rows: Vec<Vec<Value>> =
            page.rows.iter().map(|row| row.iter().filter_map(&mut one).collect()).collect();
        json!(rows)
    }
}

/// By publication, the messages that report its progress.
pub type ProgressMessages<T> = BTreeMap<crate::outbox::PublicationId, Vec<T>>;

fn address(params: &mut Value, chat: OperatorChat) {
    if let Some(object) = params.as_object_mut() {
        object.insert("chat_id".to_owned(), chat.id().into());
    }
}
