//! Carries what the bot says to the people it is for: one request after another, behind whatever is published.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::sync::Mutex as Turn;
use tokio::time::{self, Instant};

use super::buttons::{Buttons, Click};
use super::operators::Operators;
use super::reply::{Button, Reply};
use super::request::{
    AnswerCallbackQuery, DeleteMessage, EditMessageText, OperatorChat, SendMessage, written,
};
use crate::config::BotConfig;
use crate::limits;
use crate::message::Request;
use crate::outbox::Refusal;
use crate::publisher::RateLimiter;
use crate::random;
use crate::telegram::{CallError, Client};

/// Carries what the bot says.
pub struct Messenger<'c> {
    client: &'c Client,
    buttons: Mutex<Buttons>,
    /// Why what was said last did not arrive, by the chat. It is tried again and again, and told once.
    unheard: Mutex<BTreeMap<i64, String>>,
    began: Instant,
    /// Whoever holds it may make a request.
    turn: Turn<()>,
    rate_limiter: Arc<RateLimiter>,
    /// The least time between two requests of the bot.
    pace: Duration,
    /// Who is written to, besides the chat of the alerts.
    operators: Operators,
    alerts: Option<i64>,
}

/// Where a page stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MessageRef {
    /// In whose chat.
    pub chat: OperatorChat,
    /// As which message.
    pub message: i64,
}

impl<'c> Messenger<'c> {
    /// A courier whose requests keep `pace`, together with those that publish.
    #[must_use]
    pub fn new(
        client: &'c Client,
        rate_limiter: Arc<RateLimiter>,
        pace: Duration,
        bot: &BotConfig,
    ) -> Self {
        Self {
            client,
            buttons: Mutex::default(),
            unheard: Mutex::default(),
            began: Instant::now(),
            turn: Turn::new(()),
            rate_limiter,
            pace,
            operators: Operators::new(bot.operators.clone()),
            alerts: bot.alerts,
        }
    }

    /// Who may talk to the bot now.
    #[must_use]
    pub fn operators(&self) -> &Operators {
        &self.operators
    }

    /// Whether a chat is still written to: not that of somebody who is no operator any more.
    fn is_open(&self, chat: OperatorChat) -> bool {
        self.operators.of(chat.id()).is_some() || self.alerts == Some(chat.id())
    }

    /// The time since the beginning, by the clock that nobody can set.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.began.elapsed()
    }

    /// What a press stands for.
    pub fn take(&self, user: i64, data: &str) -> Click {
        let now = self.elapsed();
        self.buttons.lock().unwrap_or_else(PoisonError::into_inner).take(user, data, now)
    }

    /// Sends a page; `None` where it did not arrive, which is told in the log.
    pub async fn send(&self, chat: OperatorChat, page: &Reply) -> Option<MessageRef> {
        if !self.is_open(chat) {
            return None;
        }
        let mut params = written(page, &self.keyboard(chat, page));
        address(&mut params, chat);
        let sent = self.call(SendMessage(params), true).await;
        self.note(chat, sent.as_ref().err());
        match sent {
            Ok(sent) => {
                let message = sent.get("message_id").and_then(Value::as_i64)?;
                Some(MessageRef { chat, message })
            }
            Err(_) => None,
        }
    }

    /// Tells why something did not arrive, unless that was told already.
    fn note(&self, chat: OperatorChat, fault: Option<&CallError>) {
        let mut unheard = self.unheard.lock().unwrap_or_else(PoisonError::into_inner);
        // A private chat is no channel of which the bot lacks rights.
        let told = |fault: &CallError| match fault {
            CallError::Refused { description, .. } => description.to_string(),
            other => other.to_string(),
        };
        match fault.map(told) {
            None => drop(unheard.remove(&chat.id())),
            Some(fault) if unheard.get(&chat.id()) == Some(&fault) => {}
            Some(fault) => {
                log::warn!("operator {}: {fault}", chat.id());
                unheard.insert(chat.id(), fault);
            }
        }
    }

    /// Puts a page in the place of another; where that is gone, it is sent anew.
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
            Err(fault) => {
                log::warn!("operator {}: {fault}", place.chat.id());
                None
            }
        }
    }

    /// Takes a page away; `false` where it stays.
    pub async fn delete(&self, place: MessageRef) -> bool {
        let mut params = json!({ "message_id": place.message });
        address(&mut params, place.chat);
        match self.call(DeleteMessage(params), true).await {
            Ok(_) | Err(CallError::Refused { class: Refusal::Missing, .. }) => true,
            Err(fault) => {
                log::debug!("operator {}: {fault}", place.chat.id());
                false
            }
        }
    }

    /// Sends what would be published, exactly as it would be.
    ///
    /// # Errors
    /// Why it did not arrive.
    pub async fn show(&self, chat: OperatorChat, request: &Request) -> Result<(), CallError> {
        let mut request = request.clone();
        // What it answers is a message of the channel.
        if let Request::SendMessage(message) = &mut request {
            message.reply_parameters = None;
        }
        let mut params = serde_json::to_value(request.params()).unwrap_or_default();
        address(&mut params, chat);
        let shown = self.call(SendMessage(params), true).await;
        shown.map(drop).inspect_err(|fault| log::warn!("operator {}: {fault}", chat.id()))
    }

    /// Answers a press, with a word or without one.
    pub async fn answer(&self, query: &str, word: Option<&str>) {
        let mut params = json!({ "callback_query_id": query });
        if let (Some(object), Some(word)) = (params.as_object_mut(), word) {
            let word: String = word.chars().take(limits::CALLBACK_ANSWER).collect();
            object.insert("text".to_owned(), word.into());
        }
        // Whoever pressed sees the message change, with this or without it.
        if let Err(fault) = self.call(AnswerCallbackQuery(params), false).await {
            log::debug!("a press: {fault}");
        }
    }

    /// Waits until a request of the bot may be made, which it is taken for then.
    pub async fn turn(&self) {
        let turn = self.turn.lock().await;
        loop {
            let rest = self.rate_limiter.rest(self.pace);
            if rest.is_zero() {
                break;
            }
            time::sleep(rest).await;
        }
        self.rate_limiter.mark();
        drop(turn);
    }

    /// Makes a request when its turn has come; where Telegram asks to wait, once more after that.
    ///
    /// # Errors
    /// Where there is no result.
    pub async fn call<M: crate::telegram::method::Method + Clone>(
        &self,
        method: M,
        again: bool,
    ) -> Result<Value, CallError> {
        self.turn().await;
        match self.client.call(method.clone()).await {
            Err(CallError::Wait { retry_after, .. })
                if again && retry_after.is_none_or(|wait| wait <= limits::CHAT_PATIENCE) =>
            {
                time::sleep(retry_after.unwrap_or(limits::CHAT_RETRY) + limits::FLOOD_MARGIN).await;
                self.turn().await;
                self.client.call(method).await
            }
            result => result,
        }
    }

    /// The buttons of a page, each with a number of its own.
    fn keyboard(&self, chat: OperatorChat, page: &Reply) -> Value {
        if page.rows.is_empty() {
            return Value::Null;
        }
        let now = self.elapsed();
        let mut buttons = self.buttons.lock().unwrap_or_else(PoisonError::into_inner);
        let card = buttons.card(now);
        let mut one = |button: &Button| {
            // Where the system gives no secret, a button is left out: one that can be guessed is none.
            let key = buttons.add(card, chat.id(), button.action.clone(), random::secret()?);
            Some(json!({ "text": button.label, "callback_data": key }))
        };
        let rows: Vec<Vec<Value>> =
            page.rows.iter().map(|row| row.iter().filter_map(&mut one).collect()).collect();
        json!(rows)
    }
}

/// Pages that are kept true: by publication, where they stand.
pub type Watched<T> = BTreeMap<crate::outbox::PublicationId, Vec<T>>;

fn address(params: &mut Value, chat: OperatorChat) {
    if let Some(object) = params.as_object_mut() {
        object.insert("chat_id".to_owned(), chat.id().into());
    }
}
