//! The limits of Telegram's rich messages. It counts nothing.

/// Characters of all texts of a rich message, alternatives of custom emoji included (Bot API 10.1, `InputRichMessage`; 32,769 are
/// refused).
pub const RICH_CHARACTERS: usize = 32_768;

/// Blocks of a rich message, "including nested blocks, list items, table rows" (Bot API). Servers counted fewer of them in
/// measurements; this is the stricter, documented reading.
pub const RICH_BLOCKS: usize = 500;

/// How deep the blocks of a rich message may be nested (Bot API).
pub const RICH_DEPTH: usize = 16;

/// Files of a rich message (Bot API; 51 are refused).
pub const RICH_MEDIA: usize = 50;

/// Sizes of headings: 1 is the largest (Bot API).
pub const HEADING_SIZES: std::ops::RangeInclusive<u8> = 1..=6;

/// Columns of a table (Bot API).
pub const RICH_COLUMNS: usize = 20;

/// Bytes of each string of a rich message: a server cuts longer ones without a word (telegram-bot-api, `clean_input_string`).
pub const RICH_STRING_BYTES: usize = 35_000;

/// Pieces of text with a style. Undocumented: about 5,849 were accepted, more are refused with `RICH_MESSAGE_TOO_LARGE`. The
/// limit leaves room for what Telegram finds by itself.
pub const RICH_STYLED: usize = 5_000;

/// Characters of a rich message that apps show before “Show more”: measured in one app between 7,000 and 9,000.
pub const RICH_FOLD_CHARACTERS: usize = 7_000;

/// Blocks of a rich message that apps show before “Show more”: measured in one app.
pub const RICH_FOLD_BLOCKS: usize = 19;

/// A limit of rich messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RichLimit {
    /// [`RICH_CHARACTERS`].
    Characters,
    /// [`RICH_BLOCKS`].
    Blocks,
    /// [`RICH_DEPTH`].
    Depth,
    /// [`RICH_MEDIA`].
    Media,
    /// [`RICH_COLUMNS`].
    Columns,
    /// [`RICH_STRING_BYTES`].
    StringBytes,
    /// [`RICH_STYLED`].
    Styled,
}

/// A limit that a message exceeds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RichExcess {
    /// The limit.
    pub kind: RichLimit,
    /// What the message has.
    pub used: usize,
    /// What it may have.
    pub limit: usize,
}

impl RichLimit {
    /// Every limit.
    pub const ALL: [Self; 7] = [
        Self::Characters,
        Self::Blocks,
        Self::Depth,
        Self::Media,
        Self::Columns,
        Self::StringBytes,
        Self::Styled,
    ];

    /// What a message may have at most.
    #[must_use]
    pub fn limit(self) -> usize {
        match self {
            Self::Characters => RICH_CHARACTERS,
            Self::Blocks => RICH_BLOCKS,
            Self::Depth => RICH_DEPTH,
            Self::Media => RICH_MEDIA,
            Self::Columns => RICH_COLUMNS,
            Self::StringBytes => RICH_STRING_BYTES,
            Self::Styled => RICH_STYLED,
        }
    }
}
