//! Why Telegram refuses MarkdownV2; it decides nothing.

use crate::normal;

/// Why Telegram refuses MarkdownV2. The message is Telegram's own description, without its `Bad Request: `; where that
/// names no byte of the markup, ` at byte offset N` stands behind it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// The markup has more than [`MARKUP_CHARACTERS`](crate::limits::MARKUP_CHARACTERS) characters.
    #[error("can't parse entities: Text is too long at byte offset {byte}")]
    TooLong {
        /// Bytes before the first character too many.
        byte: usize,
    },
    /// An entity is open at the end of the markup, or where the quotation around it ends.
    #[error("can't parse entities: Can't find end of {entity} entity at byte offset {byte}")]
    Unclosed {
        /// TDLib's name of the entity's kind.
        entity: &'static str,
        /// Bytes before the sign that began it.
        byte: usize,
    },
    /// A sign that means something stands where it means nothing.
    #[error(
        "can't parse entities: Character '{character}' is reserved and must be escaped with the preceding '\\' at byte offset {byte}"
    )]
    Reserved {
        /// The sign.
        character: char,
        /// Bytes before it.
        byte: usize,
    },
    /// The markup ends within the destination of a link, a custom emoji or a moment.
    #[error("can't parse entities: Can't find end of a URL at byte offset {byte}")]
    UnclosedUrl {
        /// Bytes before the destination, behind its `(`.
        byte: usize,
    },
    /// No `(` follows the `]` of a custom emoji or a moment.
    #[error(
        "can't parse entities: The entity must contain a tg://emoji or tg://time URL at byte offset {byte}"
    )]
    NoDestination {
        /// Bytes before the `![` that began it.
        byte: usize,
    },
    /// What follows a custom emoji or a moment names neither.
    #[error(
        "can't parse entities: Invalid tg://emoji or tg://time URL specified at byte offset {byte}"
    )]
    Destination {
        /// Bytes before the destination, behind its `(`.
        byte: usize,
    },
    /// Links without an address, inside one another, hold more text than
    /// [`OWN_ADDRESS_BYTES`](crate::limits::OWN_ADDRESS_BYTES). The limit is this crate's, not Telegram's.
    #[error("can't parse entities: Links inside one another are too long at byte offset {byte}")]
    NestedLinks {
        /// Bytes before the `[` of the link that is too much.
        byte: usize,
    },
    /// The markup is read, but Telegram takes no such text.
    #[error(transparent)]
    Text(#[from] normal::Refusal),
}

impl Refusal {
    /// The byte of the markup that is meant; nothing where the whole text is.
    #[must_use]
    pub fn byte(&self) -> Option<usize> {
        match self {
            Self::TooLong { byte }
            | Self::Unclosed { byte, .. }
            | Self::Reserved { byte, .. }
            | Self::UnclosedUrl { byte }
            | Self::NoDestination { byte }
            | Self::Destination { byte }
            | Self::NestedLinks { byte } => Some(*byte),
            Self::Text(_) => None,
        }
    }
}
