//! A chat as in the Bot API: a numeric id or a username. It does not know whether the chat exists.

use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};
use thiserror::Error;

/// The largest chat id in either direction: the Bot API promises at most 52 significant bits.
const ID_MAX: u64 = (1 << 52) - 1;

/// The offset of channel ids: a channel's id is the negative of this plus the number in its links.
const CHANNELS: i64 = 1_000_000_000_000;

/// The number of digits in a channel's id.
const CHANNEL_DIGITS: usize = 13;

/// The minimum number of digits after the -100.
const LINK_DIGITS: usize = 9;

/// The length of a username: Telegram allows 5 to 32 characters, and sells names of 4.
const USERNAME_CHARACTERS: std::ops::RangeInclusive<usize> = 4..=32;

/// A chat that receives messages.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ChatId {
    /// The numeric id; that of a channel or supergroup starts with -100.
    Id(i64),
    /// The username of a public channel or group, without the `@`.
    Username(String),
}

/// Why a text is not a chat.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ChatIdError {
    /// Neither a number nor a username.
    #[error("`{0}` is not a valid chat")]
    Shape(String),
    /// A username without the `@`.
    #[error("`{0}` is not a valid chat: the `@` is missing")]
    NoSign(String),
    /// A link to the chat of this name.
    #[error("`{link}` is not a valid chat")]
    Link {
        /// The link.
        link: String,
        /// The name in it.
        name: String,
    },
    /// A number that is not a chat id.
    #[error("{0} is not a valid chat id")]
    Number(String),
}

impl ChatIdError {
    /// What to write instead.
    #[must_use]
    pub fn hint(&self) -> String {
        match self {
            Self::NoSign(name) | Self::Link { name, .. } => format!("write \"@{name}\""),
            Self::Shape(typed) if typed.starts_with('@') => format!(
                "a username has {} to {} letters, digits and `_`, and begins with a letter",
                USERNAME_CHARACTERS.start(),
                USERNAME_CHARACTERS.end()
            ),
            Self::Shape(_) | Self::Number(_) => "write \"@username\", or the numeric id".to_owned(),
        }
    }
}

impl ChatId {
    /// The Bot API's id of a channel or supergroup that has this number in its links.
    #[must_use]
    pub fn of_channel(number: i64) -> Option<i64> {
        let id = CHANNELS.checked_add(number)?;
        u64::try_from(id).is_ok_and(|id| id <= ID_MAX).then_some(-id)
    }

    /// The chat with a numeric id.
    ///
    /// # Errors
    ///
    /// When no chat can have this id: zero, or more than 52 bits.
    pub fn of_number(id: i64) -> Result<Self, ChatIdError> {
        if id == 0 || id.unsigned_abs() > ID_MAX {
            return Err(ChatIdError::Number(id.to_string()));
        }
        Ok(Self::Id(id))
    }
}

impl ChatId {
    /// The channel that a positive number probably means: a channel's id is negative and starts with -100, but apps show it without
    /// the minus sign or without the -100.
    #[must_use]
    pub fn channel_meant(&self) -> Option<Self> {
        let Self::Id(id @ 1..) = self else { return None };
        let digits = id.to_string();
        if digits.starts_with("100") && digits.len() == CHANNEL_DIGITS {
            return Some(Self::Id(-id));
        }
        // The number in links.
        let is_link_number = (LINK_DIGITS..=CHANNEL_DIGITS - 3).contains(&digits.len());
        is_link_number.then_some(Self::Id(-CHANNELS - id))
    }

    /// Whether both are the same chat, as far as their names show. Usernames are not case-sensitive.
    #[must_use]
    pub fn is_same_chat(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Username(name), Self::Username(other)) => name.eq_ignore_ascii_case(other),
            _ => self == other,
        }
    }

    /// What links to messages of the chat begin with; `None` for a chat without links.
    #[must_use]
    pub(super) fn link(&self) -> Option<String> {
        match self {
            Self::Username(name) => Some(format!("https://t.me/{name}")),
            Self::Id(id) => {
                let number = -CHANNELS - id;
                (number > 0).then(|| format!("https://t.me/c/{number}"))
            }
        }
    }

    /// Whether the number is that of a basic group. Its messages have no links, and each member numbers them differently.
    #[must_use]
    pub fn is_basic_group(id: i64) -> bool {
        (1 - CHANNELS..0).contains(&id)
    }
}

impl FromStr for ChatId {
    type Err = ChatIdError;

    /// Parses `@name` or a number.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if let Some(name) = text.strip_prefix('@') {
            return if is_username(name) {
                Ok(Self::Username(name.to_owned()))
            } else {
                Err(ChatIdError::Shape(text.to_owned()))
            };
        }
        let digits = text.strip_prefix('-').unwrap_or(text);
        if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return text
                .parse()
                .map_err(|_| ChatIdError::Number(text.to_owned()))
                .and_then(Self::of_number);
        }
        match linked_name(text) {
            Some(name) if is_username(name) => {
                Err(ChatIdError::Link { link: text.to_owned(), name: name.to_owned() })
            }
            _ if is_username(text) => Err(ChatIdError::NoSign(text.to_owned())),
            _ => Err(ChatIdError::Shape(text.to_owned())),
        }
    }
}

/// The name in `https://t.me/name`, with or without the scheme and what follows the name.
fn linked_name(text: &str) -> Option<&str> {
    let text =
        text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")).unwrap_or(text);
    let name = text.strip_prefix("t.me/").or_else(|| text.strip_prefix("telegram.me/"))?;
    name.split(['/', '?', '#']).next()
}

/// Whether it has only Latin letters, digits and `_`, and starts with a letter.
fn is_username(name: &str) -> bool {
    USERNAME_CHARACTERS.contains(&name.len())
        && name.starts_with(|first: char| first.is_ascii_alphabetic())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

impl fmt::Display for ChatId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Id(id) => write!(formatter, "{id}"),
            Self::Username(name) => write!(formatter, "@{name}"),
        }
    }
}

impl Serialize for ChatId {
    /// As the Bot API's `chat_id`: a number, or a string with the `@`.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Id(id) => serializer.serialize_i64(*id),
            Self::Username(_) => serializer.collect_str(self),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positive_number_suggests_a_channel() {
        for (typed, meant) in [
            ("1001234567890", Some("-1001234567890")),
            ("123456789", Some("-1000123456789")),
            ("1234567890", Some("-1001234567890")),
            ("5", None),
            ("100123456789", None),
            ("-1001234567890", None),
            ("-123456789", None),
            ("@name", None),
        ] {
            let chat: ChatId = typed.parse().unwrap();
            assert_eq!(chat.channel_meant(), meant.map(|meant| meant.parse().unwrap()), "{typed}");
        }
    }

    #[test]
    fn chat_survives_a_round_trip() {
        let rows = [
            ("@world_en", ChatId::Username("world_en".into()), r#""@world_en""#),
            ("@News", ChatId::Username("News".into()), r#""@News""#),
            ("-1001234567890", ChatId::Id(-1_001_234_567_890), "-1001234567890"),
            ("111", ChatId::Id(111), "111"),
            ("-4503599627370495", ChatId::Id(-4_503_599_627_370_495), "-4503599627370495"),
        ];
        for (text, chat, json) in rows {
            assert_eq!(text.parse(), Ok(chat.clone()), "{text}");
            assert_eq!(chat.to_string(), text);
            assert_eq!(serde_json::to_string(&chat).unwrap(), json);
        }
    }

    #[test]
    fn basic_groups_are_known_by_their_numbers() {
        for (id, is_basic) in [
            (-1, true),
            (-123_456_789, true),
            (-999_999_999_999, true),
            (-1_000_000_000_000, false),
            (-1_001_234_567_890, false),
            (111, false),
        ] {
            assert_eq!(ChatId::is_basic_group(id), is_basic, "{id}");
        }
    }

    #[test]
    fn usernames_are_not_case_sensitive() {
        let chat = |text: &str| text.parse::<ChatId>().unwrap();
        assert!(chat("@World_En").is_same_chat(&chat("@world_en")));
        assert!(!chat("@world_en").is_same_chat(&chat("@world_ru")));
        assert!(!chat("-1001234567890").is_same_chat(&chat("@world_en")));
    }

    #[test]
    fn other_texts_are_errors() {
        let rows = [
            ("world_en", "`{}` is not a valid chat"),
            ("https://t.me/world_en", "`{}` is not a valid chat"),
            ("t.me/world_en/12?single", "`{}` is not a valid chat"),
            ("", "`{}` is not a valid chat"),
            ("@", "`{}` is not a valid chat"),
            ("@abc", "`{}` is not a valid chat"),
            ("@1world", "`{}` is not a valid chat"),
            ("@world-en", "`{}` is not a valid chat"),
            ("@новости", "`{}` is not a valid chat"),
            (&format!("@{}", "a".repeat(33)), "`{}` is not a valid chat"),
            ("https://t.me/+AbCdEf123", "`{}` is not a valid chat"),
            ("- 100", "`{}` is not a valid chat"),
            ("+100", "`{}` is not a valid chat"),
            ("-", "`{}` is not a valid chat"),
            ("0", "is not a valid chat id"),
            ("-0", "is not a valid chat id"),
            ("4503599627370496", "is not a valid chat id"),
            ("-99999999999999999999", "is not a valid chat id"),
            ("-9223372036854775808", "is not a valid chat id"),
        ];
        for (text, expected) in rows {
            let error = text.parse::<ChatId>().unwrap_err().to_string();
            assert!(error.contains(&expected.replace("{}", text)), "{text:?}: {error}");
        }
    }
}
