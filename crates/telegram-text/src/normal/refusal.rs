//! Telegram's refusals of a text. It does not decide when they occur.

use crate::link::LinkError;

/// Why Telegram refuses a text. The message is Telegram's own description, without its `Bad Request: `. Observed with TDLib
/// 1.8.69.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// The text is empty.
    #[error("message text is empty")]
    Empty,
    /// The text has only invisible characters.
    #[error("text must be non-empty")]
    Blank,
    /// A link that Telegram does not accept.
    #[error("entity URL '{url}' is invalid: {error}")]
    Link {
        /// The link.
        url: String,
        /// What is wrong with it.
        error: LinkError,
    },
    /// A custom emoji whose id is not a number, or zero.
    #[error("invalid custom emoji identifier specified")]
    CustomEmoji {
        /// The id as given.
        id: String,
    },
    /// A date before 1970-01-01 00:00:01 UTC or after January 2038.
    #[error("invalid date specified")]
    Date {
        /// Seconds since 1970.
        unix_time: i64,
    },
    /// A date format that does not match `r|w?[dD]?[tT]?`.
    #[error("invalid date format used")]
    DateFormat {
        /// The letters.
        format: String,
    },
    /// An entity further away than Telegram reads.
    #[error("receive an entity with incorrect offset {offset}")]
    Offset {
        /// UTF-16 units before it.
        offset: usize,
    },
    /// An entity longer than Telegram reads.
    #[error("receive an entity with incorrect length {length}")]
    Length {
        /// UTF-16 units it covers.
        length: usize,
    },
    /// An entity begins between the two units of one character.
    #[error("entity begins in a middle of a UTF-16 symbol at byte offset {byte}")]
    BeginsInsidePair {
        /// The byte after that character.
        byte: usize,
    },
    /// An entity ends between the two units of one character.
    #[error(
        "entity beginning at UTF-16 offset {offset} ends in a middle of a UTF-16 symbol at byte offset {byte}"
    )]
    EndsInsidePair {
        /// UTF-16 units before the entity.
        offset: usize,
        /// The byte after that character.
        byte: usize,
    },
    /// An entity begins after the end of the text.
    #[error("entity begins after the end of the text at UTF-16 offset {offset}")]
    BeginsPastEnd {
        /// UTF-16 units before it.
        offset: usize,
    },
    /// An entity ends after the end of the text.
    #[error(
        "entity beginning at UTF-16 offset {offset} ends after the end of the text at UTF-16 offset {end}"
    )]
    EndsPastEnd {
        /// UTF-16 units before it.
        offset: usize,
        /// The UTF-16 offset just after it.
        end: usize,
    },
}
