//! Telegram's errors for HTML. It does not decide when they occur.

use crate::markup_refusal::{FormError, MarkupRefusal};

/// Why Telegram refuses HTML. Observed with TDLib 1.8.69.
pub type Refusal = MarkupRefusal<HtmlError>;

/// What is wrong in HTML, observed with TDLib 1.8.69. Its byte is that of the tag's `<` unless noted otherwise.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum HtmlError {
    /// The markup has more than [`MARKUP_CHARACTERS`](crate::limits::MARKUP_CHARACTERS) characters. The byte is that of
    /// the first character after them.
    #[error("can't parse entities: Text is too long")]
    TooLong,
    /// The markup ends inside the name of a start tag, or in or after the value of an attribute.
    #[error("can't parse entities: Unclosed start tag")]
    UnclosedStartTag,
    /// The markup ends after the name of an attribute, or where its value should begin.
    #[error("can't parse entities: Unclosed start tag \"{tag}\"")]
    UnclosedNamedStartTag {
        /// The tag's name in lower case.
        tag: String,
    },
    /// A tag that Telegram does not know.
    #[error("can't parse entities: Unsupported start tag \"{tag}\"")]
    UnsupportedStartTag {
        /// The name as typed, its ASCII letters in lower case.
        tag: String,
    },
    /// Where an attribute should begin there is `/`, `=`, a quotation mark, or the end of the markup.
    #[error("can't parse entities: Empty attribute name in the tag \"{tag}\"")]
    EmptyAttributeName {
        /// The tag's name in lower case.
        tag: String,
    },
    /// A value without quotation marks has a character that is not an ASCII letter, a digit, `.` or `-`. The byte is
    /// the first of the value.
    #[error("can't parse entities: Unexpected end of name token")]
    UnexpectedEndOfToken,
    /// A `span` that is not a spoiler.
    #[error("can't parse entities: Tag \"span\" must have class \"tg-spoiler\"")]
    SpanWithoutSpoiler,
    /// An end tag although no tag is open.
    #[error("can't parse entities: Unexpected end tag")]
    UnexpectedEndTag,
    /// An end tag without `>` after its name.
    #[error("can't parse entities: Unclosed end tag")]
    UnclosedEndTag,
    /// An end tag whose name is not that of the innermost open tag.
    #[error("can't parse entities: Unmatched end tag")]
    UnmatchedEndTag {
        /// The name of the start tag, in lower case.
        expected: String,
        /// The name of the end tag, its ASCII letters in lower case.
        found: String,
    },
    /// A tag is still open at the end of the markup.
    #[error("can't parse entities: Can't find end tag corresponding to start tag \"{tag}\"")]
    MissingEndTag {
        /// The name of the innermost open tag, in lower case.
        tag: String,
    },
    /// The id of a custom emoji is missing, zero, not a number, or not in canonical form. The emoji covers some text.
    #[error("can't parse entities: Invalid custom emoji identifier specified")]
    CustomEmoji,
    /// The format of a date does not match `r|w?[dD]?[tT]?`. The date covers some text.
    #[error("can't parse entities: Invalid date format used")]
    DateFormat,
    /// A reference in the text denotes half of a surrogate pair. The byte is that of its `&`.
    #[error(
        "can't parse entities: Text contains invalid Unicode characters after decoding HTML entities, check for unmatched surrogate code units"
    )]
    Surrogate,
    /// A reference in a link denotes half of a surrogate pair; Telegram parses the markup, then refuses it. The byte is
    /// that of the `&`.
    #[error("messageEntityTextUrl.url must be encoded in UTF-8")]
    UrlSurrogate,
    /// A reference in the name of a language denotes half of a surrogate pair; Telegram parses the markup, then refuses
    /// it. The byte is that of the `&`.
    #[error("messageEntityPreCode.language must be encoded in UTF-8")]
    LanguageSurrogate,
    /// Nested links without an address contain more text than
    /// [`OWN_ADDRESS_BYTES`](crate::limits::OWN_ADDRESS_BYTES). The limit is this crate's, not Telegram's.
    #[error("can't parse entities: Links inside one another are too long")]
    NestedLinks,
}

impl FormError for HtmlError {
    fn detail(&self) -> String {
        match self {
            Self::UnmatchedEndTag { expected, found } => {
                format!(", expected \"</{expected}>\", found \"</{found}>\"")
            }
            _ => String::new(),
        }
    }
}
