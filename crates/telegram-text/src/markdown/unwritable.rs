//! What a body cannot hold. It finds only what an entity alone shows.

use crate::{Entity, EntityKind, FormattedText, body, emoji, normal, utf16};

/// A place of a text that the Markdown of a body cannot hold.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("Markdown cannot hold the text at offset {offset}, length {length}: {kind}")]
pub struct Unwritable {
    /// What it is.
    pub kind: UnwritableKind,
    /// UTF-16 units of the normal form before it.
    pub offset: usize,
    /// UTF-16 units that it covers.
    pub length: usize,
}

/// The kinds of what a body cannot hold.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum UnwritableKind {
    /// Telegram would refuse the text.
    #[error("{0}")]
    Refused(normal::Refusal),
    /// A quotation or a block of code within a line, or with several blank lines beside it.
    #[error("a {0} needs lines of its own, with at most one blank line before and after it")]
    Placement(&'static str),
    /// White space at the start or at the end of a block, where a body has none.
    #[error("a paragraph or quote cannot start or end with white space")]
    OuterSpace,
    /// A block of code without any visible character.
    #[error("a code block cannot be empty")]
    EmptyCode,
    /// The language of a block of code.
    #[error("the name of a language must be one word without commas and braces")]
    Language,
    /// Code within a paragraph.
    #[error(
        "code in a paragraph cannot have blank lines, lines that start like a list or quote, or other code beside it"
    )]
    Code,
    /// A link over text that is invisible.
    #[error("a link needs visible text")]
    InvisibleLink,
    /// A link that a body does not accept.
    #[error("this link is not accepted")]
    Link,
    /// A mention of a user by number.
    #[error("a mention needs the user's public name")]
    Mention,
    /// A date that is shown in the reader's time zone.
    #[error("dates in the reader's time zone are not supported")]
    Date,
    /// A custom emoji over a text that is not exactly one emoji.
    #[error("a custom emoji must replace exactly one ordinary emoji")]
    CustomEmoji,
    /// Formatting of this kind that starts or ends where its signs have no effect.
    #[error("{0} formatting cannot start or end here")]
    Formatting(&'static str),
    /// A text that would be read as markup.
    #[error("this text would be read as something else")]
    Text,
}

impl Unwritable {
    pub(super) fn entity(kind: UnwritableKind, entity: &Entity) -> Self {
        Self { kind, offset: entity.offset, length: entity.length }
    }
}

/// Refuses the entities that no body can hold wherever they are.
pub(super) fn check_entities(text: &FormattedText) -> Result<(), Unwritable> {
    let mut start = utf16::Cursor::new(&text.string);
    for entity in &text.entities {
        let byte = start.byte_of(entity.offset).unwrap_or_default();
        let covered = || {
            let rest = text.string.get(byte..).unwrap_or_default();
            utf16::byte_of(rest, entity.length).and_then(|end| rest.get(..end)).unwrap_or_default()
        };
        let kind = match &entity.kind {
            EntityKind::TextMention { .. } => UnwritableKind::Mention,
            EntityKind::DateTime { .. } => UnwritableKind::Date,
            EntityKind::CustomEmoji { .. } if !emoji::is_one(covered()) => {
                UnwritableKind::CustomEmoji
            }
            EntityKind::TextLink { .. } if normal::is_blank(covered()) => {
                UnwritableKind::InvisibleLink
            }
            EntityKind::Pre { .. } if covered().trim().is_empty() => UnwritableKind::EmptyCode,
            EntityKind::Pre { language: Some(language) }
                if body::language(language) != Some(language) =>
            {
                UnwritableKind::Language
            }
            _ => continue,
        };
        return Err(Unwritable::entity(kind, entity));
    }
    Ok(())
}
