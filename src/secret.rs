//! The bot's token, as a type that cannot be printed, and the redaction of tokens and passwords in other texts.

mod config_url;
mod password;
mod proxy_url;
mod redaction;

use secrecy::{ExposeSecret, SecretString};
use thiserror::Error;

pub use config_url::mask_config;
pub use proxy_url::{ProxyAddress, ProxyScheme, ProxyUrl, ProxyUrlError};
pub use redaction::{mask, redact};

/// The number of digits in a token's first half, the bot's id.
const ID_DIGITS: std::ops::RangeInclusive<usize> = 5..=15;

/// The fewest characters in a token's second half. Today's tokens have 35.
const SECRET_CHARACTERS: usize = 30;

/// A bot's token.
///
/// It implements neither `Debug` nor `Display` nor `Serialize`, so no log line, error or file can contain it:
///
/// ```
/// fn any<T>() {}
/// any::<telepress::secret::Token>();
/// ```
///
/// ```compile_fail,E0277
/// fn shown<T: std::fmt::Debug>() {}
/// shown::<telepress::secret::Token>();
/// ```
///
/// ```compile_fail,E0277
/// fn shown<T: std::fmt::Display>() {}
/// shown::<telepress::secret::Token>();
/// ```
///
/// ```compile_fail,E0277
/// fn kept<T: serde::Serialize>() {}
/// kept::<telepress::secret::Token>();
/// ```
pub struct Token {
    text: SecretString,
    bot_id: u64,
}

/// What is wrong with a token. No variant contains any of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum TokenError {
    /// No text, or only white space.
    #[error("the token is empty")]
    Empty,
    /// The token is in quotation marks.
    #[error("the token is in quotation marks, which are not part of it")]
    Quoted,
    /// White space or a line break in the middle.
    #[error("the token contains white space")]
    WhiteSpace,
    /// No colon between the two halves.
    #[error("the token has no colon")]
    NoColon,
    /// The first half is not a bot's id.
    #[error("the part before the colon must be the bot's id: 5 to 15 digits")]
    BotId,
    /// The second half is too short.
    #[error(
        "the token is too short: it needs at least {SECRET_CHARACTERS} characters after the colon"
    )]
    Short,
    /// The second half holds a character that no token has.
    #[error("after the colon a token has only Latin letters, digits, `_` and `-`")]
    Character,
}

impl TokenError {
    /// The next step.
    pub const HINT: &'static str =
        "a token looks like 123456789:AbC…; @BotFather shows yours under /mybots, API Token";
}

impl Token {
    /// Reads a token and ignores white space around it, such as the line break at the end of a file.
    ///
    /// # Errors
    ///
    /// When the text does not have a token's shape, `^\d{5,15}:[A-Za-z0-9_-]{30,}$`.
    pub fn parse(text: &str) -> Result<Self, TokenError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(TokenError::Empty);
        }
        if text.starts_with(['"', '\'', '`', '“', '«']) {
            return Err(TokenError::Quoted);
        }
        if text.contains(char::is_whitespace) {
            return Err(TokenError::WhiteSpace);
        }
        let (id, secret) = text.split_once(':').ok_or(TokenError::NoColon)?;
        if !ID_DIGITS.contains(&id.len()) || !id.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(TokenError::BotId);
        }
        let bot_id = id.parse().map_err(|_| TokenError::BotId)?;
        if !secret.bytes().all(is_secret_byte) {
            return Err(TokenError::Character);
        }
        if secret.len() < SECRET_CHARACTERS {
            return Err(TokenError::Short);
        }
        Ok(Self { text: text.into(), bot_id })
    }

    /// The bot's id, the digits before the colon, which is not secret.
    #[must_use]
    pub fn bot_id(&self) -> u64 {
        self.bot_id
    }

    /// The token itself, only for the client that calls Telegram.
    pub(crate) fn expose(&self) -> &str {
        self.text.expose_secret()
    }
}

fn is_secret_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "AAF7-g0gYncWnm5IyfZlpPRqRRv6kNAGlao";

    #[test]
    fn token_may_have_white_space_around_it() {
        for text in [
            "12345:{}",
            "123456789012345:{}",
            "  535362388:{}\n",
            "535362388:{}\r\n",
            "535362388:{}_-",
        ] {
            let text = text.replace("{}", SECRET);
            let token = Token::parse(&text).ok().unwrap();
            assert_eq!(token.expose(), text.trim());
            assert_eq!(token.bot_id().to_string(), text.trim().split_once(':').unwrap().0);
        }
    }

    #[test]
    fn every_other_shape_is_an_error_without_the_text() {
        let rows = [
            ("", TokenError::Empty),
            (" \n\t", TokenError::Empty),
            ("\"535362388:{}\"", TokenError::Quoted),
            ("'535362388:{}'", TokenError::Quoted),
            ("535362388:{}\n535362388:{}", TokenError::WhiteSpace),
            ("TELEPRESS_TOKEN = 535362388:{}", TokenError::WhiteSpace),
            ("{}", TokenError::NoColon),
            ("TOKEN=535362388:{}", TokenError::BotId),
            ("1234:{}", TokenError::BotId),
            ("1234567890123456:{}", TokenError::BotId),
            ("٥٣٥٣٦٢٣٨٨:{}", TokenError::BotId),
            (":{}", TokenError::BotId),
            ("bot535362388:{}", TokenError::BotId),
            ("535362388:AAF7-g0gYncWnm5IyfZlpPRqRRv6k", TokenError::Short),
            ("535362388:", TokenError::Short),
            ("535362388:{}:x", TokenError::Character),
            ("535362388:{}é", TokenError::Character),
            ("535362388:{}\u{200b}", TokenError::Character),
            ("535362388:{}\0", TokenError::Character),
        ];
        for (text, expected) in rows {
            let text = text.replace("{}", SECRET);
            let error = Token::parse(&text).err().unwrap();
            assert_eq!(error, expected, "{text:?}");
            let shown = format!("{error} {error:?}");
            assert!(!shown.contains("535362388") && !shown.contains("AAF7"), "{shown}");
        }
    }

    #[test]
    fn thirty_characters_are_enough_and_twenty_nine_are_not() {
        assert!(Token::parse(&format!("12345:{}", "a".repeat(30))).is_ok());
        assert_eq!(
            Token::parse(&format!("12345:{}", "a".repeat(29))).err(),
            Some(TokenError::Short)
        );
    }
}
