//! Why Telegram refuses HTML; it decides nothing.

use crate::normal;

/// Why Telegram refuses HTML. The message is Telegram's own description, without its `Bad Request: `; where that names
/// no byte of the markup, ` at byte offset N` stands behind it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// The markup has more than [`MARKUP_CHARACTERS`](crate::limits::MARKUP_CHARACTERS) characters.
    #[error("can't parse entities: Text is too long at byte offset {byte}")]
    TooLong {
        /// Bytes before the first character too many.
        byte: usize,
    },
    /// The markup ends within a start tag's name, or behind or within an attribute's value.
    #[error("can't parse entities: Unclosed start tag at byte offset {byte}")]
    UnclosedStartTag {
        /// Bytes before the tag's `<`.
        byte: usize,
    },
    /// The markup ends behind an attribute's name, or where its value should begin.
    #[error("can't parse entities: Unclosed start tag \"{tag}\" at byte offset {byte}")]
    UnclosedNamedStartTag {
        /// The tag's name in lower case.
        tag: String,
        /// Bytes before the tag's `<`.
        byte: usize,
    },
    /// A tag that Telegram does not know.
    #[error("can't parse entities: Unsupported start tag \"{tag}\" at byte offset {byte}")]
    UnsupportedStartTag {
        /// What stands for its name, its ASCII letters in lower case.
        tag: String,
        /// Bytes before the tag's `<`.
        byte: usize,
    },
    /// Something stands in a tag where an attribute should begin: `/`, `=`, a quotation mark, or the end.
    #[error(
        "can't parse entities: Empty attribute name in the tag \"{tag}\" at byte offset {byte}"
    )]
    EmptyAttributeName {
        /// The tag's name in lower case.
        tag: String,
        /// Bytes before the tag's `<`.
        byte: usize,
    },
    /// A value without quotation marks holds something else than ASCII letters, digits, `.` and `-`.
    #[error("can't parse entities: Unexpected end of name token at byte offset {byte}")]
    UnexpectedEndOfToken {
        /// Bytes before the value.
        byte: usize,
    },
    /// A `span` that is no spoiler.
    #[error(
        "can't parse entities: Tag \"span\" must have class \"tg-spoiler\" at byte offset {byte}"
    )]
    SpanWithoutSpoiler {
        /// Bytes before the tag's `<`.
        byte: usize,
    },
    /// An end tag where nothing is open.
    #[error("can't parse entities: Unexpected end tag at byte offset {byte}")]
    UnexpectedEndTag {
        /// Bytes before the tag's `<`.
        byte: usize,
    },
    /// An end tag without `>` behind its name.
    #[error("can't parse entities: Unclosed end tag at byte offset {byte}")]
    UnclosedEndTag {
        /// Bytes before the tag's `<`.
        byte: usize,
    },
    /// An end tag of another name than the last start tag that is open.
    #[error(
        "can't parse entities: Unmatched end tag at byte offset {byte}, expected \"</{expected}>\", found \"</{found}>\""
    )]
    UnmatchedEndTag {
        /// The name of the start tag, in lower case.
        expected: String,
        /// The name of the end tag, its ASCII letters in lower case.
        found: String,
        /// Bytes before the end tag's `<`.
        byte: usize,
    },
    /// The markup ends and a tag is still open.
    #[error(
        "can't parse entities: Can't find end tag corresponding to start tag \"{tag}\" at byte offset {byte}"
    )]
    MissingEndTag {
        /// The name of the last tag that is open, in lower case.
        tag: String,
        /// Bytes before its `<`.
        byte: usize,
    },
    /// A custom emoji over some text whose id is missing, zero, no number, or not spelled as it would be printed.
    #[error(
        "can't parse entities: Invalid custom emoji identifier specified at byte offset {byte}"
    )]
    CustomEmoji {
        /// Bytes before the start tag's `<`.
        byte: usize,
    },
    /// A moment over some text with letters that are none of `r|w?[dD]?[tT]?`.
    #[error("can't parse entities: Invalid date format used at byte offset {byte}")]
    DateFormat {
        /// Bytes before the start tag's `<`.
        byte: usize,
    },
    /// A reference in the text stands for half of a surrogate pair.
    #[error(
        "can't parse entities: Text contains invalid Unicode characters after decoding HTML entities, check for unmatched surrogate code units at byte offset {byte}"
    )]
    Surrogate {
        /// Bytes before the reference's `&`.
        byte: usize,
    },
    /// A reference in a link stands for half of a surrogate pair. Telegram parses that and refuses it afterwards.
    #[error("messageEntityTextUrl.url must be encoded in UTF-8 at byte offset {byte}")]
    UrlSurrogate {
        /// Bytes before the reference's `&`.
        byte: usize,
    },
    /// A reference in the name of a language stands for half of a surrogate pair. Telegram parses that and refuses it
    /// afterwards.
    #[error("messageEntityPreCode.language must be encoded in UTF-8 at byte offset {byte}")]
    LanguageSurrogate {
        /// Bytes before the reference's `&`.
        byte: usize,
    },
    /// Links without an address, inside one another, hold more text than
    /// [`OWN_ADDRESS_BYTES`](crate::limits::OWN_ADDRESS_BYTES). The limit is this crate's, not Telegram's.
    #[error("can't parse entities: Links inside one another are too long at byte offset {byte}")]
    NestedLinks {
        /// Bytes before the start tag's `<`.
        byte: usize,
    },
    /// The markup is sound, and Telegram refuses the text that it says.
    #[error(transparent)]
    Text(#[from] normal::Refusal),
}

impl Refusal {
    /// Bytes of the markup before what is wrong; none where it is the text and not the markup.
    #[must_use]
    pub fn byte(&self) -> Option<usize> {
        match self {
            Self::TooLong { byte }
            | Self::UnclosedStartTag { byte }
            | Self::UnclosedNamedStartTag { byte, .. }
            | Self::UnsupportedStartTag { byte, .. }
            | Self::EmptyAttributeName { byte, .. }
            | Self::UnexpectedEndOfToken { byte }
            | Self::SpanWithoutSpoiler { byte }
            | Self::UnexpectedEndTag { byte }
            | Self::UnclosedEndTag { byte }
            | Self::UnmatchedEndTag { byte, .. }
            | Self::MissingEndTag { byte, .. }
            | Self::CustomEmoji { byte }
            | Self::DateFormat { byte }
            | Self::NestedLinks { byte }
            | Self::Surrogate { byte }
            | Self::UrlSurrogate { byte }
            | Self::LanguageSurrogate { byte } => Some(*byte),
            Self::Text(_) => None,
        }
    }
}
