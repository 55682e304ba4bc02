//! Somebody at a shell who talks to the bot of a running sandbox; it is a client of the sandbox's own addresses.

use std::fmt;
use std::time::Duration;

use serde_json::{Value, json};
use thiserror::Error;
use tokio::time::{self, Instant};

use crate::limits;

/// How long a bot may take to say something.
const PATIENCE: Duration = Duration::from_secs(10);

/// How long nothing more must be said before it is taken for all.
const CALM: Duration = Duration::from_millis(400);

/// Between two looks at the chat.
const LOOK: Duration = Duration::from_millis(50);

/// A person at the sandbox with this address.
pub struct Visitor {
    address: String,
    person: i64,
    client: reqwest::Client,
}

/// Why the sandbox could not be talked to.
#[derive(Debug, Error)]
pub enum VisitFault {
    /// Nothing is there, or it is no sandbox.
    #[error("no sandbox answers at {address}: {why}")]
    Away {
        /// Where it was looked for.
        address: String,
        /// What went wrong.
        why: String,
    },
    /// It said no.
    #[error("the sandbox refuses: {0}")]
    Refused(String),
    /// The last message with buttons has none of that number.
    #[error("there is no button {0}")]
    NoButton(usize),
}

/// A message of the bot, as it is shown at a shell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    text: String,
    buttons: Vec<String>,
    edited: bool,
}

impl fmt::Display for Line {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mark = if self.edited { "✎ " } else { "" };
        writeln!(formatter, "{mark}{}", self.text)?;
        for (number, button) in self.buttons.iter().enumerate() {
            writeln!(formatter, "  [{}] {button}", number + 1)?;
        }
        Ok(())
    }
}

impl Visitor {
    /// A visitor of the sandbox at `address` who is the person with this id.
    ///
    /// # Errors
    /// Where no client can be made.
    pub fn new(address: &str, person: i64) -> Result<Self, VisitFault> {
        let address = address.trim_end_matches('/').to_owned();
        let client = reqwest::Client::builder().no_proxy().build();
        let client = client
            .map_err(|error| VisitFault::Away { address: address.clone(), why: causes(&error) })?;
        Ok(Self { address, person, client })
    }

    /// Writes to the bot, and waits for what it says.
    ///
    /// # Errors
    /// Where the sandbox cannot be talked to.
    pub async fn say(&self, text: &str) -> Result<Vec<Line>, VisitFault> {
        if self.messages().await.is_err() {
            let person = json!({ "id": self.person, "first_name": "Operator" });
            self.post("/sandbox/people", &person).await?;
        }
        let before = self.changes().await?;
        let said = json!({ "text": text });
        self.post(&format!("/sandbox/people/{}/messages", self.person), &said).await?;
        // What the person says is a change too.
        self.heard(before + 1).await
    }

    /// Presses a button of the message that changed last among those with buttons, and waits for what comes of it. The
    /// bot's own word on the press comes first.
    ///
    /// # Errors
    /// Where there is no such button, or the sandbox cannot be talked to.
    pub async fn press(&self, number: usize) -> Result<(Option<String>, Vec<Line>), VisitFault> {
        let messages = self.messages().await?;
        let with_buttons = messages.iter().filter(|message| message.get("reply_markup").is_some());
        let latest = with_buttons.max_by_key(|message| change(message));
        let latest = latest.ok_or(VisitFault::NoButton(number))?;
        if buttons(latest).len() < number || number == 0 {
            return Err(VisitFault::NoButton(number));
        }
        let before = messages.iter().map(change).max().unwrap_or(0);
        let pressed = json!({ "message_id": latest["message_id"], "button": number });
        let pressed =
            self.post(&format!("/sandbox/people/{}/press", self.person), &pressed).await?;
        let Some(query) = pressed.get("callback_query_id").and_then(Value::as_str) else {
            let opens = pressed.get("opens").and_then(Value::as_str);
            return Ok((opens.map(|url| format!("opens {url}")), Vec::new()));
        };
        let began = Instant::now();
        let answer = loop {
            let told = self.get(&format!("/sandbox/presses/{query}")).await?;
            if let Some(answer) = told.get("answer").and_then(Value::as_str) {
                break Some(answer.to_owned()).filter(|answer| !answer.is_empty());
            }
            if began.elapsed() > PATIENCE {
                break None;
            }
            time::sleep(LOOK).await;
        };
        Ok((answer, self.calm(before, CALM).await?))
    }

    /// What has changed since, once something has.
    async fn heard(&self, before: u64) -> Result<Vec<Line>, VisitFault> {
        self.calm(before, PATIENCE).await
    }

    /// What has changed since `before`, as soon as nothing more changes; where nothing does for so long, nothing.
    async fn calm(&self, before: u64, patience: Duration) -> Result<Vec<Line>, VisitFault> {
        let (mut last, mut since) = (before, Instant::now());
        loop {
            let messages = self.messages().await?;
            let now = messages.iter().map(change).max().unwrap_or(0);
            if now != last {
                (last, since) = (now, Instant::now());
            }
            let wait = if last == before { patience } else { CALM };
            if since.elapsed() >= wait {
                let is_new = |message: &&Value| {
                    change(message) > before && message["from"] != json!(self.person)
                };
                let mut new: Vec<_> = messages.iter().filter(is_new).collect();
                new.sort_by_key(|message| change(message));
                return Ok(new.into_iter().map(line).collect());
            }
            time::sleep(LOOK).await;
        }
    }

    async fn changes(&self) -> Result<u64, VisitFault> {
        Ok(self.messages().await?.iter().map(change).max().unwrap_or(0))
    }

    async fn messages(&self) -> Result<Vec<Value>, VisitFault> {
        let all = self.get(&format!("/sandbox/people/{}/messages", self.person)).await?;
        Ok(all.as_array().cloned().unwrap_or_default())
    }

    async fn get(&self, path: &str) -> Result<Value, VisitFault> {
        self.ask(self.client.get(format!("{}{path}", self.address))).await
    }

    async fn post(&self, path: &str, body: &Value) -> Result<Value, VisitFault> {
        let request = self.client.post(format!("{}{path}", self.address));
        self.ask(request.body(body.to_string())).await
    }

    async fn ask(&self, request: reqwest::RequestBuilder) -> Result<Value, VisitFault> {
        let away = |why: String| VisitFault::Away { address: self.address.clone(), why };
        let mut answer = request.send().await.map_err(|error| away(causes(&error)))?;
        let is_good = answer.status().is_success();
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(|error| away(causes(&error)))? {
            body.extend_from_slice(&chunk);
            if body.len() > limits::ANSWER_BYTES {
                return Err(away("its answer has no end".to_owned()));
            }
        }
        let value: Value = serde_json::from_slice(&body)
            .map_err(|_| away("what answers there is no sandbox".to_owned()))?;
        if is_good {
            return Ok(value);
        }
        let why = value.get("error").or(value.get("description")).and_then(Value::as_str);
        Err(VisitFault::Refused(why.unwrap_or("it does not say why").to_owned()))
    }
}

fn change(message: &Value) -> u64 {
    message["change"].as_u64().unwrap_or(0)
}

fn buttons(message: &Value) -> Vec<String> {
    let rows = message.pointer("/reply_markup/inline_keyboard").and_then(Value::as_array);
    let buttons = rows.into_iter().flatten().filter_map(Value::as_array).flatten();
    buttons.filter_map(|button| button["text"].as_str()).map(str::to_owned).collect()
}

fn line(message: &Value) -> Line {
    Line {
        text: message["text"].as_str().unwrap_or_default().to_owned(),
        buttons: buttons(message),
        edited: message["edited"] == json!(true),
    }
}

/// What an error's causes say, the last of which says most.
fn causes(error: &reqwest::Error) -> String {
    let mut why = "it cannot be reached".to_owned();
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        why = error.to_string();
        cause = error.source();
    }
    why
}
