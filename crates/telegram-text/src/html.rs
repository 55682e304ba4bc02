//! Telegram's HTML, read and written by Telegram's own rules; it sends nothing and finds no hashtags or links.

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
mod write;

use super::{Entity, FormattedText, normal};

pub use refusal::Refusal;
pub use write::write;

/// The text that Telegram keeps when a bot sends `markup` with `parse_mode=HTML`: [`parse`], then the normal form,
/// which is not cut ([`normal::uncut`]).
///
/// # Errors
///
/// What makes Telegram refuse the message.
pub fn read(markup: &str) -> Result<FormattedText, Refusal> {
    let text = parse(markup)?;
    if text.string.is_empty() && !markup.is_empty() {
        // The Bot API server calls a message empty by its markup; of tags around nothing Telegram says another thing.
        return Err(normal::Refusal::Blank.into());
    }
    Ok(normal::uncut(text)?)
}

/// The text and the entities that `markup` says, as TDLib's `parseTextEntities` answers: nothing is cleaned, trimmed,
/// cut or dropped but links that Telegram does not take and moments that are none. Measured with TDLib 1.8.69.
///
/// No markup has more characters than [`MARKUP_CHARACTERS`](crate::limits::MARKUP_CHARACTERS).
///
/// # Errors
///
/// What Telegram's parser refuses, in its words.
pub fn parse(markup: &str) -> Result<FormattedText, Refusal> {
    let (string, mut entities) = parser::Parser::new(markup).run()?;
    Entity::sort(&mut entities);
    Ok(FormattedText { string, entities })
}
