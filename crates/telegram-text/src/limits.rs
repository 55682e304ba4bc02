//! Telegram's limits on texts, such as the 4096 characters of a message, each with its unit and its source.

/// Characters (Unicode code points) of a message's text, after parsing: 1 to 4096
/// in Bot API [`sendMessage`](https://core.telegram.org/bots/api#sendmessage);
/// TDLib counts code points (`MessageContent.cpp`), measured with 4,096 emoji in one message.
pub const MESSAGE_CHARACTERS: usize = 4096;

/// UTF-16 units of a caption. The Bot API says 1,024 characters and TDLib counts code points, but what the servers count
/// has not been measured; this is the stricter reading.
pub const CAPTION_UTF16: usize = 1024;

/// Entities that one message keeps; Telegram silently drops the rest. Custom emoji are not counted.
/// TDLib `get_input_message_entities`.
pub const MESSAGE_ENTITIES: usize = 100;

/// Bytes of serialised entities past which the server answers `ENTITIES_TOO_LONG`: a good approximation by the
/// Bot API's maintainer (telegram-bot-api issue 165).
pub const MESSAGE_ENTITY_BYTES: usize = 9_500;

/// Bytes of the `text` argument as it arrives, past which the Bot API server answers "Text is too long"
/// (`get_formatted_text` of its `Client.cpp`).
pub const TEXT_ARGUMENT_BYTES: usize = 32_768;

/// Characters of markup that Telegram's parsers read; they refuse more with "Text is too long". Observed with TDLib
/// 1.8.69.
pub const MARKUP_CHARACTERS: usize = 65_536;

/// Bytes of the texts that are their own addresses (`<a>` without `href`, `[…]` without `(…)`) in one markup. Nested
/// links repeat their text, so the text of thousands of them grows with the square of the markup's length. Telegram has
/// no such limit; no text that fits in a message comes near this one.
pub const OWN_ADDRESS_BYTES: usize = 1024 * 1024;

/// Bytes at which TDLib cuts a text after parsing (`fix_formatted_text`).
pub const TEXT_BYTES: usize = 35_000;

/// Bytes of a string that carries no entities (a plain text, a link, a language): a character that begins at or after
/// this byte is cut off. TDLib `clean_input_string`: 35,000, less room for one more character.
pub const BARE_TEXT_BYTES: usize = 34_996;

/// The largest user id: 40 bits. TDLib `UserId`.
pub const USER_ID: i64 = (1 << 40) - 1;

/// The largest entity offset or length that TDLib reads; past it the request is refused.
pub const ENTITY_POSITION: i64 = 1_000_000;

/// Characters of a hashtag's body, without `#`; Telegram cuts a longer tag there. TDLib `match_hashtags`.
pub const HASHTAG_CHARACTERS: usize = 256;

/// Nesting levels of quotes and lists in a free body. telepress's own limit.
pub const BODY_DEPTH: usize = 16;
