//! What can be wrong in MarkdownV2 by Telegram's rules; it decides nothing.

use crate::markup_refusal::{FormError, MarkupRefusal};

/// Why Telegram refuses MarkdownV2. Observed with TDLib 1.8.69.
pub type Refusal = MarkupRefusal<MarkdownV2Error>;

/// What is wrong in MarkdownV2, observed with TDLib 1.8.69.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MarkdownV2Error {
    /// The markup has more than [`MARKUP_CHARACTERS`](crate::limits::MARKUP_CHARACTERS) characters. The byte is that of
    /// the first character after them.
    #[error("can't parse entities: Text is too long")]
    TooLong,
    /// An entity is open at the end of the markup, or where the quotation around it ends. The byte is that of its sign.
    #[error("can't parse entities: Can't find end of {entity} entity")]
    Unclosed {
        /// TDLib's name of the entity's kind.
        entity: &'static str,
    },
    /// A reserved character that begins and ends nothing here. The byte is that of the character.
    #[error(
        "can't parse entities: Character '{character}' is reserved and must be escaped with the preceding '\\'"
    )]
    Reserved {
        /// The character.
        character: char,
    },
    /// The markup ends inside the destination of a link, a custom emoji or a date. The byte is the first of the
    /// destination.
    #[error("can't parse entities: Can't find end of a URL")]
    UnclosedUrl,
    /// There is no `(` after the `]` of a custom emoji or a date. The byte is that of its `![`.
    #[error("can't parse entities: The entity must contain a tg://emoji or tg://time URL")]
    NoDestination,
    /// The destination after `![…]` is neither that of a custom emoji nor that of a date. The byte is its first.
    #[error("can't parse entities: Invalid tg://emoji or tg://time URL specified")]
    Destination,
    /// Nested links without an address contain more text than
    /// [`OWN_ADDRESS_BYTES`](crate::limits::OWN_ADDRESS_BYTES). The byte is that of the `[` of the link past the limit,
    /// which is this crate's, not Telegram's.
    #[error("can't parse entities: Links inside one another are too long")]
    NestedLinks,
}

impl FormError for MarkdownV2Error {}
