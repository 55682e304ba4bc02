//! Telegram's HTML, read and written by Telegram's own rules. It detects no hashtags or links.
//!
//! Source: <https://core.telegram.org/bots/api#html-style>; details that it omits were observed with TDLib 1.8.69. Positions
//! are bytes of the markup.

mod attribute;
mod cursor;
mod decoded;
mod entities;
mod parser;
mod reference;
mod refusal;
mod tag;
#[cfg(test)]
mod tests;
pub mod web;
mod write;

use super::{Entity, FormattedText, normal};

pub use refusal::{HtmlError, Refusal};
pub use write::write;

/// The text that Telegram keeps when a bot sends `markup` with `parse_mode=HTML`: [`parse`], then the normal form,
/// which is not cut ([`normal::uncut`]). Observed with TDLib 1.8.69.
///
/// # Errors
///
/// If Telegram would refuse the message.
pub fn read(markup: &str) -> Result<FormattedText, Refusal> {
    let text = parse(markup)?;
    if text.string.is_empty() && !markup.is_empty() {
        // The Bot API server calls a message empty if its markup is; for tags around nothing Telegram has another
        // refusal.
        return Err(normal::Refusal::Blank.into());
    }
    Ok(normal::uncut(text)?)
}

/// The text and the entities of `markup`, as TDLib's `parseTextEntities` returns them: nothing is cleaned, trimmed,
/// cut or dropped except invalid links and dates. Observed with TDLib 1.8.69.
///
/// No markup has more characters than [`MARKUP_CHARACTERS`](crate::limits::MARKUP_CHARACTERS).
///
/// # Errors
///
/// If Telegram's parser refuses the markup; the error has Telegram's text.
pub fn parse(markup: &str) -> Result<FormattedText, Refusal> {
    let (string, mut entities) = parser::Parser::new(markup).run()?;
    Entity::sort(&mut entities);
    Ok(FormattedText { string, entities })
}
