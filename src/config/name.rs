//! The names that a config gives and posts refer to: channels and languages.

use std::fmt;

/// A channel's name in the config: lower-case letters, digits, `-` and `_`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ChannelName(String);

impl ChannelName {
    /// The name, where it can be one.
    #[must_use]
    pub fn parse(typed: &str) -> Option<Self> {
        is_name(typed).then(|| Self(typed.to_owned()))
    }

    /// As typed.
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

/// Whether `typed` can name a channel or a style: `[a-z0-9][a-z0-9_-]{0,63}`.
#[must_use]
pub(crate) fn is_name(typed: &str) -> bool {
    let mut bytes = typed.bytes();
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    typed.len() <= 64
        && bytes.next().is_some_and(plain)
        && bytes.all(|byte| plain(byte) || byte == b'-' || byte == b'_')
}

/// A language as BCP 47 writes it: `en`, `ru`, `pt-BR`.
///
/// Compared without regard to case, as BCP 47 says; kept as typed.
#[derive(Clone, Debug)]
pub struct Language(String);

impl Language {
    /// The language, where the tag is well-formed: two or three letters, then subtags of two to eight letters or digits.
    #[must_use]
    pub fn parse(typed: &str) -> Option<Self> {
        let mut subtags = typed.split('-');
        let first = subtags.next()?;
        let primary =
            (2..=3).contains(&first.len()) && first.bytes().all(|byte| byte.is_ascii_alphabetic());
        let rest = subtags.all(|tag| {
            (2..=8).contains(&tag.len()) && tag.bytes().all(|byte| byte.is_ascii_alphanumeric())
        });
        (primary && rest).then(|| Self(typed.to_owned()))
    }

    /// BCP 47's tag for a language that could not be told (`und`), so that the rest of an edition can still be read.
    #[must_use]
    pub fn unknown() -> Self {
        Self("und".to_owned())
    }

    /// As typed.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl PartialEq for Language {
    fn eq(&self, other: &Self) -> bool {
        self.0.eq_ignore_ascii_case(&other.0)
    }
}

impl Eq for Language {}

impl fmt::Display for Language {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
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

    #[test]
    fn languages_are_bcp_47_and_case_does_not_matter() {
        for good in ["en", "ru", "pt-BR", "zh-Hant", "gsw"] {
            assert!(Language::parse(good).is_some(), "{good}");
        }
        for bad in ["", "e", "english", "en_US", "en-", "рус", "en-x"] {
            assert!(Language::parse(bad).is_none(), "{bad}");
        }
        assert_eq!(Language::parse("pt-BR"), Language::parse("pt-br"));
    }
}
