//! A channel's name in the config.

use std::fmt;

/// A channel's name in the config: lower-case letters, digits, `-` and `_`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ChannelName(String);

impl ChannelName {
    /// The name, if it is valid.
    #[must_use]
    pub fn parse(typed: &str) -> Option<Self> {
        is_name(typed).then(|| Self(typed.to_owned()))
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ChannelName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// Whether `typed` is a valid name of a channel or style: `[a-z0-9][a-z0-9_-]{0,63}`.
#[must_use]
pub fn is_name(typed: &str) -> bool {
    let mut bytes = typed.bytes();
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    typed.len() <= 64
        && bytes.next().is_some_and(plain)
        && bytes.all(|byte| plain(byte) || byte == b'-' || byte == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_lower_case_words() {
        for good in ["world-en", "a", "0x", "a_b", &"a".repeat(64)] {
            assert!(ChannelName::parse(good).is_some(), "{good}");
        }
        for bad in ["", "-a", "World", "a b", "a.b", "новости", &"a".repeat(65)] {
            assert!(ChannelName::parse(bad).is_none(), "{bad}");
        }
    }
}
