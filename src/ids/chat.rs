//! A chat as the Bot API names it, by number or by username; whether it exists is not known here.

use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};
use thiserror::Error;

/// The largest chat id in either direction: the Bot API promises at most 52 significant bits.
const ID_MAX: u64 = (1 << 52) - 1;

/// What a channel's id lies below.
const CHANNELS: i64 = 1_000_000_000_000;

/// The digits of a channel's id, which is -1,000,000,000,000 less the number that its links show.
const CHANNEL_DIGITS: usize = 13;

/// The fewest digits of a channel's id behind the -100.
const SHOWN_DIGITS: usize = 9;

/// Characters of a username: Telegram gives 5 to 32, and sells names of 4.
const USERNAME_CHARACTERS: std::ops::RangeInclusive<usize> = 4..=32;

/// A chat that messages go to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ChatId {
    /// The numeric id; a channel's begins with -100.
    Id(i64),
    /// A public channel's username, without the `@`.
    Username(String),
}

/// Why a text names no chat.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ChatIdError {
    /// Neither a number nor a username.
    #[error(
        "`{0}` names no chat: write a public channel's `@name`, or a numeric id such as -1001234567890"
    )]
    Shape(String),
    /// A username without its sign.
    #[error("write `@{0}`, with the sign before the name")]
    NoSign(String),
    /// A link in place of the name.
    #[error("write `@{0}` in place of the link")]
    Link(String),
    /// A number that no chat has.
    #[error("{0} is no chat's id: a channel's is a number such as -1001234567890")]
    Number(String),
}

impl ChatId {
    /// The chat of a numeric id.
    ///
    /// # Errors
    ///
    /// When no chat can have that id: zero, or more than 52 bits.
    pub fn of_number(id: i64) -> Result<Self, ChatIdError> {
        if id == 0 || id.unsigned_abs() > ID_MAX {
            return Err(ChatIdError::Number(id.to_string()));
        }
        Ok(Self::Id(id))
    }
}

impl ChatId {
    /// The id of the channel that is most probably meant by a positive number: a channel's id is negative and begins with
    /// -100, and apps show it without the sign or without both.
    #[must_use]
    pub fn channel_meant(&self) -> Option<Self> {
        let Self::Id(id @ 1..) = self else { return None };
        let digits = id.to_string();
        if digits.starts_with("100") && digits.len() == CHANNEL_DIGITS {
            return Some(Self::Id(-id));
        }
        // The number that links show.
        let is_shown = (SHOWN_DIGITS..=CHANNEL_DIGITS - 3).contains(&digits.len());
        is_shown.then_some(Self::Id(-CHANNELS - id))
    }

    /// Whether both name one chat as far as their names say it: Telegram reads usernames without regard to case.
    #[must_use]
    pub fn is(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Username(one), Self::Username(other)) => one.eq_ignore_ascii_case(other),
            _ => self == other,
        }
    }

    /// The address under which Telegram shows message `message_id`; `None` for a chat that has no such addresses.
    ///
    /// A private channel's is found only by its members.
    #[must_use]
    pub fn link(&self, message_id: i64) -> Option<String> {
        match self {
            Self::Username(name) => Some(format!("https://t.me/{name}/{message_id}")),
            Self::Id(id) => {
                let id = id.to_string();
                let channel = id.strip_prefix("-100")?;
                Some(format!("https://t.me/c/{channel}/{message_id}"))
            }
        }
    }
}

impl FromStr for ChatId {
    type Err = ChatIdError;

    /// Reads `@name` or a number.
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
            Some(name) if is_username(name) => Err(ChatIdError::Link(name.to_owned())),
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

/// Latin letters, digits and `_`, a letter first.
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
    fn a_number_without_its_sign_is_understood_and_never_taken() {
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
    fn a_name_or_a_number_is_read_shown_and_serialized() {
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
    fn usernames_are_one_whatever_their_case() {
        let chat = |text: &str| text.parse::<ChatId>().unwrap();
        assert!(chat("@World_En").is(&chat("@world_en")));
        assert!(!chat("@world_en").is(&chat("@world_ru")));
        assert!(!chat("-1001234567890").is(&chat("@world_en")));
    }

    #[test]
    fn every_other_text_is_a_fault_with_the_way_out() {
        let rows = [
            ("world_en", "write `@world_en`"),
            ("https://t.me/world_en", "write `@world_en`"),
            ("t.me/world_en/12?single", "write `@world_en`"),
            ("", "names no chat"),
            ("@", "names no chat"),
            ("@abc", "names no chat"),
            ("@1world", "names no chat"),
            ("@world-en", "names no chat"),
            ("@новости", "names no chat"),
            (&format!("@{}", "a".repeat(33)), "names no chat"),
            ("https://t.me/+AbCdEf123", "names no chat"),
            ("- 100", "names no chat"),
            ("+100", "names no chat"),
            ("-", "names no chat"),
            ("0", "no chat's id"),
            ("-0", "no chat's id"),
            ("4503599627370496", "no chat's id"),
            ("-99999999999999999999", "no chat's id"),
            ("-9223372036854775808", "no chat's id"),
        ];
        for (text, expected) in rows {
            let fault = text.parse::<ChatId>().unwrap_err().to_string();
            assert!(fault.contains(expected), "{text:?}: {fault}");
        }
    }
}
