//! Telegram's MarkdownV2, read and written by Telegram's own rules. It detects no hashtags or links.
//!
//! Source: <https://core.telegram.org/bots/api#markdownv2-style>; details that it omits were observed with TDLib 1.8.69.
//! Positions are bytes of the markup.

mod around;
mod destination;
mod escape;
mod opened;
mod parser;
mod refusal;
#[cfg(test)]
mod tests;
mod write;

use super::{Entity, FormattedText, normal, utf16};

pub use refusal::{MarkdownV2Error, Refusal};
pub use write::write;

/// The text that Telegram keeps when a bot sends `markup` with `parse_mode=MarkdownV2`: [`parse`], then the normal
/// form, which is not cut ([`normal::uncut`]). Observed with TDLib 1.8.69.
///
/// # Errors
///
/// If Telegram would refuse the message.
pub fn read(markup: &str) -> Result<FormattedText, Refusal> {
    let text = parse(markup)?;
    if text.string.is_empty() && !markup.is_empty() {
        // The Bot API server calls a message empty if its markup is; for signs around nothing Telegram has another
        // refusal.
        return Err(normal::Refusal::Blank.into());
    }
    Ok(normal::uncut(text)?)
}

/// The same text with quotations extended over the line feed after them: MarkdownV2 cannot end one otherwise, and
/// readers see no difference. A style that starts with that line feed starts after it.
#[must_use]
pub fn with_whole_quotations(text: &FormattedText) -> FormattedText {
    let mut whole = text.clone();
    let mut cursor = utf16::Cursor::new(&text.string);
    let mut swallowed = Vec::new();
    for entity in whole.entities.iter_mut().filter(|entity| entity.kind.is_quote()) {
        let end = cursor.byte_of(entity.end()).and_then(|end| text.string.split_at_checked(end));
        let is_within_line =
            entity.length > 0 && end.is_some_and(|(before, _)| !before.ends_with('\n'));
        let is_followed = end.is_some_and(|(_, rest)| rest.starts_with('\n'));
        if is_within_line && is_followed && can_start_later(&text.entities, entity.end()) {
            swallowed.push(entity.end());
            entity.length += 1;
        }
    }
    if swallowed.is_empty() {
        return whole;
    }
    for entity in &mut whole.entities {
        if !entity.kind.is_quote() && swallowed.binary_search(&entity.offset).is_ok() {
            entity.offset += 1;
            entity.length = entity.length.saturating_sub(1);
        }
    }
    whole.entities.retain(|entity| entity.length > 0);
    Entity::sort(&mut whole.entities);
    whole
}

/// Whether only styles start at UTF-16 unit `at`: other entities would lose a character that readers see.
fn can_start_later(entities: &[Entity], at: usize) -> bool {
    let first = entities.partition_point(|entity| entity.offset < at);
    let mut starting = entities.iter().skip(first).take_while(|entity| entity.offset == at);
    starting.all(|entity| entity.kind.is_splittable())
}

/// The text and the entities of `markup`, as TDLib's `parseTextEntities` returns them: nothing is cleaned, trimmed,
/// cut or dropped except invalid links. Observed with TDLib 1.8.69.
///
/// # Errors
///
/// If Telegram's parser refuses the markup; the error has Telegram's text.
pub fn parse(markup: &str) -> Result<FormattedText, Refusal> {
    let (string, mut entities) = parser::Parser::new(markup).run()?;
    Entity::sort(&mut entities);
    Ok(FormattedText { string, entities })
}
