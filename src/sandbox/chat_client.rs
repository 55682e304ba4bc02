//! A client that plays a person who talks to the bot of a running sandbox; it uses the sandbox's own addresses.

use std::fmt;
use std::time::Duration;

use serde_json::{Value, json};
use thiserror::Error;
use tokio::time::{self, Instant};

use crate::limits;

/// How long the client waits for the bot's answer.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(10);

/// An answer is complete when nothing has changed for this long.
const QUIET_PERIOD: Duration = Duration::from_millis(400);

const CHECK_INTERVAL: Duration = Duration::from_millis(50);

/// A person at the sandbox with this address.
pub struct ChatClient {
    address: String,
    person: i64,
    client: reqwest::Client,
}

/// Why the person cannot write or press.
#[derive(Debug, Error)]
pub enum ChatClientError {
    /// No sandbox answers at the address.
    #[error("no sandbox answers at {address}: {why}")]
    Unreachable {
        /// The address.
        address: String,
        /// What went wrong.
        why: String,
    },
    /// The sandbox answered with an error.
    #[error("the sandbox refuses: {0}")]
    Refused(String),
    /// The last message with buttons has no button of this number.
    #[error("there is no button {0}")]
    NoButton(usize),
}

/// A message of the bot, as it is printed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BotMessage {
    text: String,
    buttons: Vec<String>,
    is_edited: bool,
}

impl fmt::Display for BotMessage {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mark = if self.is_edited { "✎ " } else { "" };
        writeln!(formatter, "{mark}{}", self.text)?;
        for (number, button) in self.buttons.iter().enumerate() {
            writeln!(formatter, "  [{}] {button}", number + 1)?;
        }
        Ok(())
    }
}

impl ChatClient {
    /// The person with this id, at the sandbox with this address.
    ///
    /// # Errors
    /// [`ChatClientError::Unreachable`] where no HTTP client can be made.
    pub fn new(address: &str, person: i64) -> Result<Self, ChatClientError> {
        let address = address.trim_end_matches('/').to_owned();
        let client = reqwest::Client::builder().no_proxy().build().map_err(|error| {
            ChatClientError::Unreachable { address: address.clone(), why: root_cause(&error) }
        })?;
        Ok(Self { address, person, client })
    }

    /// Writes to the bot and returns its answer. Adds the person to the sandbox if they are unknown there.
    ///
    /// # Errors
    /// Where the sandbox does not answer or refuses.
    pub async fn say(&self, text: &str) -> Result<Vec<BotMessage>, ChatClientError> {
        if self.messages().await.is_err() {
            let person = json!({ "id": self.person, "first_name": "Operator" });
            self.post("/sandbox/people", &person).await?;
        }
        let before = last_change(&self.messages().await?);
        let path = format!("/sandbox/people/{}/messages", self.person);
        self.post(&path, &json!({ "text": text })).await?;
        // The person's own message is a change too.
        self.answer_after(before + 1, ANSWER_TIMEOUT).await
    }

    /// Presses a button of the message that changed last among those with buttons. Returns the bot's answer to the press, and
    /// its messages.
    ///
    /// # Errors
    /// Where there is no such button, or the sandbox does not answer or refuses.
    pub async fn press(
        &self,
        number: usize,
    ) -> Result<(Option<String>, Vec<BotMessage>), ChatClientError> {
        let messages = self.messages().await?;
        let with_buttons = messages.iter().filter(|message| message.get("reply_markup").is_some());
        let latest = with_buttons.max_by_key(|message| change(message));
        let latest = latest.ok_or(ChatClientError::NoButton(number))?;
        if buttons(latest).len() < number || number == 0 {
            return Err(ChatClientError::NoButton(number));
        }
        let before = last_change(&messages);
        let path = format!("/sandbox/people/{}/press", self.person);
        let press = json!({ "message_id": latest["message_id"], "button": number });
        let pressed = self.post(&path, &press).await?;
        let Some(query) = pressed.get("callback_query_id").and_then(Value::as_str) else {
            let done = ["opens", "copies"].into_iter().find_map(|verb| {
                let what = pressed.get(verb).and_then(Value::as_str)?;
                Some(format!("{verb} {what}"))
            });
            return Ok((done, Vec::new()));
        };
        let answer = self.press_answer(query).await?.filter(|answer| !answer.is_empty());
        Ok((answer, self.answer_after(before, QUIET_PERIOD).await?))
    }

    async fn press_answer(&self, query: &str) -> Result<Option<String>, ChatClientError> {
        let start = Instant::now();
        while start.elapsed() <= ANSWER_TIMEOUT {
            let press = self.get(&format!("/sandbox/presses/{query}")).await?;
            if let Some(answer) = press.get("answer").and_then(Value::as_str) {
                return Ok(Some(answer.to_owned()));
            }
            time::sleep(CHECK_INTERVAL).await;
        }
        Ok(None)
    }

    /// The bot's messages that changed after `before`, once nothing more changes; none if nothing changes within `timeout`.
    async fn answer_after(
        &self,
        before: u64,
        timeout: Duration,
    ) -> Result<Vec<BotMessage>, ChatClientError> {
        let (mut last, mut since) = (before, Instant::now());
        loop {
            let messages = self.messages().await?;
            let now = last_change(&messages);
            if now != last {
                (last, since) = (now, Instant::now());
            }
            let wait = if last == before { timeout } else { QUIET_PERIOD };
            if since.elapsed() >= wait {
                let is_new = |message: &&Value| {
                    change(message) > before && message["from"] != json!(self.person)
                };
                let mut new: Vec<_> = messages.iter().filter(is_new).collect();
                new.sort_by_key(|message| change(message));
                return Ok(new.into_iter().map(bot_message).collect());
            }
            time::sleep(CHECK_INTERVAL).await;
        }
    }

    async fn messages(&self) -> Result<Vec<Value>, ChatClientError> {
        let all = self.get(&format!("/sandbox/people/{}/messages", self.person)).await?;
        Ok(all.as_array().cloned().unwrap_or_default())
    }

    async fn get(&self, path: &str) -> Result<Value, ChatClientError> {
        self.send(self.client.get(format!("{}{path}", self.address))).await
    }

    async fn post(&self, path: &str, body: &Value) -> Result<Value, ChatClientError> {
        let request = self.client.post(format!("{}{path}", self.address));
        self.send(request.body(body.to_string())).await
    }

    async fn send(&self, request: reqwest::RequestBuilder) -> Result<Value, ChatClientError> {
        let unreachable =
            |why: String| ChatClientError::Unreachable { address: self.address.clone(), why };
        let broken = |error: reqwest::Error| unreachable(root_cause(&error));
        let mut answer = request.send().await.map_err(broken)?;
        let is_success = answer.status().is_success();
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(broken)? {
            body.extend_from_slice(&chunk);
            if body.len() > limits::ANSWER_BYTES {
                return Err(unreachable("the answer is too long".to_owned()));
            }
        }
        let value: Value = serde_json::from_slice(&body)
            .map_err(|_| unreachable("another server answers there".to_owned()))?;
        if is_success {
            return Ok(value);
        }
        let why = value.get("error").or(value.get("description")).and_then(Value::as_str);
        Err(ChatClientError::Refused(why.unwrap_or("it gives no reason").to_owned()))
    }
}

fn change(message: &Value) -> u64 {
    message["change"].as_u64().unwrap_or(0)
}

fn last_change(messages: &[Value]) -> u64 {
    messages.iter().map(change).max().unwrap_or(0)
}

fn buttons(message: &Value) -> Vec<String> {
    let rows = message.pointer("/reply_markup/inline_keyboard").and_then(Value::as_array);
    let buttons = rows.into_iter().flatten().filter_map(Value::as_array).flatten();
    buttons.filter_map(|button| button["text"].as_str()).map(str::to_owned).collect()
}

fn bot_message(message: &Value) -> BotMessage {
    BotMessage {
        text: shown_text(message),
        buttons: buttons(message),
        is_edited: message["edited"] == json!(true),
    }
}

/// The text of a message, or the question and options of a poll.
fn shown_text(message: &Value) -> String {
    let poll = &message["poll"];
    let Some(question) = poll["question"].as_str() else {
        return message["text"].as_str().unwrap_or_default().to_owned();
    };
    let options = poll["options"].as_array().into_iter().flatten();
    let options = options.filter_map(|option| option["text"].as_str());
    options.fold(format!("{question}\n"), |text, option| text + "\n○ " + option)
}

/// The last cause of an error is the most precise one.
fn root_cause(error: &reqwest::Error) -> String {
    let mut why = "it cannot be reached".to_owned();
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        why = error.to_string();
        cause = error.source();
    }
    why
}
