//! Where messages go: a chat, and in a forum one of its topics. It does not know whether they exist.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::ChatId;

/// The thread of a forum's general topic. Requests to it have no `message_thread_id`, like those to a group without topics.
const GENERAL: i64 = 1;

/// A forum topic other than the general one: the Bot API's `message_thread_id`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TopicId(i64);

/// A number that is not a topic: not positive, or too large for the Bot API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotATopic;

impl TopicId {
    /// The topic with this number; `None` for the general topic.
    ///
    /// # Errors
    /// If no topic can have the number.
    pub fn of_number(number: i64) -> Result<Option<Self>, NotATopic> {
        match number {
            GENERAL => Ok(None),
            2.. if number <= i64::from(i32::MAX) => Ok(Some(Self(number))),
            _ => Err(NotATopic),
        }
    }

    /// Its number.
    #[must_use]
    pub fn number(self) -> i64 {
        self.0
    }
}

impl fmt::Display for TopicId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.0)
    }
}

/// Where a publication's messages are: what identifies a channel of the config in the journal. Ids of messages, the rate limit and
/// the order of sending belong to the chat alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Destination {
    /// The chat's numeric id.
    pub chat: i64,
    /// The topic; `None` for the general one, and in a chat without topics.
    pub topic: Option<TopicId>,
}

impl Destination {
    /// The chat itself, or its general topic.
    #[must_use]
    pub const fn of_chat(chat: i64) -> Self {
        Self { chat, topic: None }
    }

    /// The same place, with the chat's name if that is known.
    #[must_use]
    pub fn named(self, name: Option<String>) -> Address {
        let chat = name.map_or(ChatId::Id(self.chat), ChatId::Username);
        Address { chat, topic: self.topic }
    }
}

/// A destination for people: the chat by its name if it has one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Address {
    /// The chat.
    pub chat: ChatId,
    /// The topic.
    pub topic: Option<TopicId>,
}

impl Address {
    /// The link to message `message_id`; `None` for a chat without links. The link to a message in a private chat works only for
    /// members.
    #[must_use]
    pub fn link(&self, message_id: i64) -> Option<String> {
        let chat = self.chat.link()?;
        Some(match self.topic {
            Some(topic) => format!("{chat}/{topic}/{message_id}"),
            None => format!("{chat}/{message_id}"),
        })
    }
}

impl fmt::Display for Address {
    /// `@name`, or `@name/42` for a topic.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.topic {
            Some(topic) => write!(formatter, "{}/{topic}", self.chat),
            None => write!(formatter, "{}", self.chat),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn general_topic_is_the_chat_itself() {
        assert_eq!(TopicId::of_number(1), Ok(None));
        assert_eq!(TopicId::of_number(42).unwrap().unwrap().number(), 42);
        for number in [0, -1, i64::from(i32::MAX) + 1, i64::MIN] {
            assert_eq!(TopicId::of_number(number), Err(NotATopic), "{number}");
        }
    }

    #[test]
    fn links_and_names_have_the_topic() {
        let rows = [
            ("@world_en", None, Some("https://t.me/world_en/7"), "@world_en"),
            ("@world_en", Some(42), Some("https://t.me/world_en/42/7"), "@world_en/42"),
            ("-1001234567890", None, Some("https://t.me/c/1234567890/7"), "-1001234567890"),
            (
                "-1001234567890",
                Some(42),
                Some("https://t.me/c/1234567890/42/7"),
                "-1001234567890/42",
            ),
            // A basic group has no links.
            ("-123456789", None, None, "-123456789"),
        ];
        for (chat, topic, link, name) in rows {
            let topic = topic.map(TopicId);
            let address = Address { chat: chat.parse().unwrap(), topic };
            assert_eq!(address.link(7).as_deref(), link, "{name}");
            assert_eq!(address.to_string(), name);
        }
    }
}
