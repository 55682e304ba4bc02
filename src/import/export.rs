//! The chats and messages of an export, read one message at a time: a whole account does not fit into memory.

use std::io::{BufReader, Read};

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

use super::repaired_json::{ByteBudget, RepairedJson};
use crate::ids::ChatId;

/// What an export says about a chat.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExportedChat {
    /// Its title.
    pub title: String,
    /// Telegram Desktop's name of its kind, such as `public_channel`.
    pub kind: String,
    /// Its id in the Bot API, if the export has one.
    pub id: Option<i64>,
    /// How many messages the export has of it, service messages included.
    pub messages: usize,
}

impl ExportedChat {
    /// Whether it may be one that telepress publishes in.
    #[must_use]
    pub fn may_be_published_in(&self) -> bool {
        self.kind.is_empty() || self.kind.ends_with("channel") || self.is_group()
    }

    /// Whether it is a group, whose members write in it.
    #[must_use]
    pub fn is_group(&self) -> bool {
        self.kind.ends_with("group")
    }
}

/// Why an export cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// It is not JSON, or ends early.
    #[error("line {line}: {message}")]
    Json {
        /// The line, from 1.
        line: usize,
        /// What the reader says.
        message: String,
    },
    /// It cannot be read, or a part of it is too large.
    #[error("{0}")]
    Unreadable(String),
    /// It has neither messages nor chats.
    #[error("the file has no messages")]
    NoMessages,
}

/// The chats of an export. This reads the whole file, so a damaged one is found before anything is written.
///
/// # Errors
/// If it cannot be read to its end.
pub fn chats(source: impl Read) -> Result<Vec<ExportedChat>, ExportError> {
    let mut walk = Walk { chats: Vec::new(), wanted: None, each: &mut |_| true, is_stopped: false };
    read(source, &mut walk)?;
    if walk.chats.is_empty() { Err(ExportError::NoMessages) } else { Ok(walk.chats) }
}

/// Passes the messages of one chat of [`chats`] to `each`, in their order, until it returns `false`.
///
/// # Errors
/// If the export cannot be read.
pub fn messages(
    source: impl Read,
    chat: usize,
    mut each: impl FnMut(&Value) -> bool,
) -> Result<(), ExportError> {
    let mut walk =
        Walk { chats: Vec::new(), wanted: Some(chat), each: &mut each, is_stopped: false };
    match read(source, &mut walk) {
        Err(_) if walk.is_stopped => Ok(()),
        read => read,
    }
}

fn read(source: impl Read, walk: &mut Walk<'_>) -> Result<(), ExportError> {
    let meter = ByteBudget::default();
    let json = BufReader::new(RepairedJson::new(source, &meter));
    let mut json = serde_json::Deserializer::from_reader(json);
    let failed = |error: serde_json::Error| {
        if error.is_io() {
            return ExportError::Unreadable(error.to_string());
        }
        let (line, message) = (error.line().max(1), error.to_string());
        let place = format!(" at line {} column {}", error.line(), error.column());
        let message = message.strip_suffix(&place).unwrap_or(&message).to_owned();
        ExportError::Json { line, message }
    };
    let root = Object { walk, meter: &meter, is_root: true };
    root.deserialize(&mut json).and_then(|()| json.end()).map_err(failed)
}

/// The state of one reading.
struct Walk<'e> {
    chats: Vec<ExportedChat>,
    /// The index of the chat whose messages are passed on.
    wanted: Option<usize>,
    each: &'e mut dyn FnMut(&Value) -> bool,
    is_stopped: bool,
}

/// The whole file, or one chat in it. A file of one chat is that chat.
struct Object<'w, 'e> {
    walk: &'w mut Walk<'e>,
    meter: &'w ByteBudget,
    is_root: bool,
}

impl<'de> DeserializeSeed<'de> for Object<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Object<'_, '_> {
    type Value = ();

    fn expecting(&self, words: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        words.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Self { walk, meter, is_root } = self;
        let mut chat = ExportedChat::default();
        let mut id = Value::Null;
        let mut has_messages = false;
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "name" => chat.title = text(&scalar(&mut map, meter)?),
                "type" => chat.kind = text(&scalar(&mut map, meter)?),
                "id" => id = scalar(&mut map, meter)?,
                "messages" => {
                    has_messages = true;
                    chat.messages += map.next_value_seed(Messages { walk, meter })?;
                }
                "chats" | "left_chats" if is_root => map.next_value_seed(Chats { walk, meter })?,
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        if has_messages {
            chat.id = chat_id(&id, &chat.kind);
            walk.chats.push(chat);
        }
        Ok(())
    }
}

/// A short value.
fn scalar<'de, A: MapAccess<'de>>(map: &mut A, meter: &ByteBudget) -> Result<Value, A::Error> {
    meter.limit_next_value();
    let value = map.next_value();
    meter.lift_limit();
    value
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// The chats of a whole account.
struct Chats<'w, 'e> {
    walk: &'w mut Walk<'e>,
    meter: &'w ByteBudget,
}

impl<'de> DeserializeSeed<'de> for Chats<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Chats<'_, '_> {
    type Value = ();

    fn expecting(&self, words: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        words.write_str("the list of chats")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<String>()? {
            if key == "list" {
                map.next_value_seed(Chats { walk: &mut *self.walk, meter: self.meter })?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        let Self { walk, meter } = self;
        while list.next_element_seed(Object { walk: &mut *walk, meter, is_root: false })?.is_some()
        {
        }
        Ok(())
    }
}

/// The messages of a chat. It returns how many there are.
struct Messages<'w, 'e> {
    walk: &'w mut Walk<'e>,
    meter: &'w ByteBudget,
}

impl<'de> DeserializeSeed<'de> for Messages<'_, '_> {
    type Value = usize;

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<usize, D::Error> {
        json.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Messages<'_, '_> {
    type Value = usize;

    fn expecting(&self, words: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        words.write_str("a list of messages")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<usize, A::Error> {
        let Self { walk, meter } = self;
        let mut count = 0;
        if walk.wanted != Some(walk.chats.len()) {
            while list.next_element::<IgnoredAny>()?.is_some() {
                count += 1;
            }
            return Ok(count);
        }
        meter.limit_next_value();
        while let Some(message) = list.next_element::<Value>()? {
            count += 1;
            if !(walk.each)(&message) {
                walk.is_stopped = true;
                return Err(A::Error::custom("stopped"));
            }
            meter.limit_next_value();
        }
        meter.lift_limit();
        Ok(count)
    }
}

/// A chat's id in the Bot API. The export writes the bare number; other places of it write `channel123`.
fn chat_id(value: &Value, kind: &str) -> Option<i64> {
    let typed = match value {
        Value::Number(number) => number.as_i64()?,
        Value::String(text) => {
            let digits =
                ["channel", "chat", "user"].iter().find_map(|kind| text.strip_prefix(kind));
            digits.unwrap_or(text).parse().ok()?
        }
        _ => return None,
    };
    let is_basic_group = kind == "private_group" || value.as_str().is_some_and(is_basic);
    let is_channel = kind.is_empty() || kind.ends_with("channel") || kind.ends_with("supergroup");
    match typed {
        // It is the Bot API's id already.
        ..0 => Some(typed),
        0 => None,
        _ if is_basic_group => Some(-typed),
        _ if is_channel => ChatId::of_channel(typed),
        _ => Some(typed),
    }
}

fn is_basic(id: &str) -> bool {
    id.starts_with("chat")
}
