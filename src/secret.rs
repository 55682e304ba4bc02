//! The bot's token, a value that nothing can print, and what takes tokens and passwords out of any other text.

mod journal_url;
mod password;
mod redaction;

use secrecy::{ExposeSecret, SecretString};
use thiserror::Error;

pub use journal_url::mask_journal_url;
pub use redaction::{mask, redact};

/// Digits of a token's first half, the bot's id: at least and at most.
const ID_DIGITS: std::ops::RangeInclusive<usize> = 5..=15;

/// Characters of a token's second half, at least. Tokens of today have 35.
const SECRET_CHARACTERS: usize = 30;

/// A bot's token.
///
/// It has neither `Debug` nor `Display` nor `Serialize`, so no log line, error or file can come to hold it:
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

/// What is wrong with a token. No variant holds anything of what was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum TokenFault {
    /// Nothing, or only white space.
    #[error("the token is empty; {WAY_OUT}")]
    Empty,
    /// The token stands in quotation marks.
    #[error("the token stands in quotation marks, which are no part of it; {WAY_OUT}")]
    Quoted,
    /// White space or a line break in the middle.
    #[error("there is white space inside the token; {WAY_OUT}")]
    WhiteSpace,
    /// No colon between the two halves.
    #[error("the token has no colon; {WAY_OUT}")]
    NoColon,
    /// The first half is not a bot's id.
    #[error("before the token's colon there must be 5 to 15 digits, the bot's id; {WAY_OUT}")]
    BotId,
    /// The second half is too short.
    #[error(
        "the token ends too early: behind its colon there must be at least {SECRET_CHARACTERS} characters; {WAY_OUT}"
    )]
    Short,
    /// The second half holds a character that no token has.
    #[error(
        "behind the token's colon there may only be Latin letters, digits, `_` and `-`; {WAY_OUT}"
    )]
    Character,
}

const WAY_OUT: &str = "a token looks like 123456789:AbC…, digits, a colon and 35 characters, and @BotFather shows yours \
                       under /mybots, API Token";

impl Token {
    /// Reads a token; white space around it, such as the line break at a file's end, is left out.
    ///
    /// # Errors
    ///
    /// When the text does not have a token's shape, `^\d{5,15}:[A-Za-z0-9_-]{30,}$`.
    pub fn parse(text: &str) -> Result<Self, TokenFault> {
        let text = text.trim();
        if text.is_empty() {
            return Err(TokenFault::Empty);
        }
        if text.starts_with(['"', '\'', '`', '“', '«']) {
            return Err(TokenFault::Quoted);
        }
        if text.contains(char::is_whitespace) {
            return Err(TokenFault::WhiteSpace);
        }
        let (id, secret) = text.split_once(':').ok_or(TokenFault::NoColon)?;
        if !ID_DIGITS.contains(&id.len()) || !id.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(TokenFault::BotId);
        }
        let bot_id = id.parse().map_err(|_| TokenFault::BotId)?;
        if !secret.bytes().all(is_secret_byte) {
            return Err(TokenFault::Character);
        }
        if secret.len() < SECRET_CHARACTERS {
            return Err(TokenFault::Short);
        }
        Ok(Self { text: text.into(), bot_id })
    }

    /// The bot's id, which is no secret: the digits before the colon.
    #[must_use]
    pub fn bot_id(&self) -> u64 {
        self.bot_id
    }

    /// The token itself, for the client that calls Telegram and for nobody else.
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
    fn a_token_is_taken_with_white_space_around_it() {
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
    fn every_other_shape_is_a_fault_that_shows_nothing_of_it() {
        let rows = [
            ("", TokenFault::Empty),
            (" \n\t", TokenFault::Empty),
            ("\"535362388:{}\"", TokenFault::Quoted),
            ("'535362388:{}'", TokenFault::Quoted),
            ("535362388:{}\n535362388:{}", TokenFault::WhiteSpace),
            ("TELEPRESS_TOKEN = 535362388:{}", TokenFault::WhiteSpace),
            ("{}", TokenFault::NoColon),
            ("TOKEN=535362388:{}", TokenFault::BotId),
            ("1234:{}", TokenFault::BotId),
            ("1234567890123456:{}", TokenFault::BotId),
            ("٥٣٥٣٦٢٣٨٨:{}", TokenFault::BotId),
            (":{}", TokenFault::BotId),
            ("bot535362388:{}", TokenFault::BotId),
            ("535362388:AAF7-g0gYncWnm5IyfZlpPRqRRv6k", TokenFault::Short),
            ("535362388:", TokenFault::Short),
            ("535362388:{}:x", TokenFault::Character),
            ("535362388:{}é", TokenFault::Character),
            ("535362388:{}\u{200b}", TokenFault::Character),
            ("535362388:{}\0", TokenFault::Character),
        ];
        for (text, expected) in rows {
            let text = text.replace("{}", SECRET);
            let fault = Token::parse(&text).err().unwrap();
            assert_eq!(fault, expected, "{text:?}");
            let shown = format!("{fault} {fault:?}");
            assert!(!shown.contains("535362388") && !shown.contains("AAF7"), "{shown}");
            assert!(fault.to_string().contains("@BotFather"), "{fault}");
        }
    }

    #[test]
    fn thirty_characters_are_enough_and_twenty_nine_are_not() {
        assert!(Token::parse(&format!("12345:{}", "a".repeat(30))).is_ok());
        assert_eq!(
            Token::parse(&format!("12345:{}", "a".repeat(29))).err(),
            Some(TokenFault::Short)
        );
    }
}
