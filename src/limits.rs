//! Every limit that telepress keeps, named, with its unit and the source of the number; it decides nothing by itself.

use std::time::Duration;

// ── Telegram: texts ──────────────────────────────────────────────────────────────────────────────

/// Characters (Unicode code points) of a message's text, after parsing. Bot API `sendMessage`: 1 to 4096;
/// TDLib counts code points (`MessageContent.cpp`), measured with 4,096 emoji in one message.
pub const MESSAGE_CHARACTERS: usize = 4096;

/// Entities that one message keeps; Telegram drops the rest without a word. Custom emoji are not counted.
/// TDLib `get_input_message_entities`.
pub const MESSAGE_ENTITIES: usize = 100;

/// Bytes of serialised entities past which the server answers `ENTITIES_TOO_LONG`: a good approximation by the
/// Bot API's maintainer (telegram-bot-api issue 165).
pub const MESSAGE_ENTITY_BYTES: usize = 9_500;

/// Bytes of the `text` argument as it arrives, past which the Bot API server answers "Text is too long"
/// (`get_formatted_text` of its `Client.cpp`).
pub const TEXT_ARGUMENT_BYTES: usize = 32_768;

/// Bytes at which TDLib cuts a text after parsing (`fix_formatted_text`).
pub const TEXT_BYTES: usize = 35_000;

/// The largest entity offset or length that TDLib reads; past it the request is refused.
pub const ENTITY_POSITION: i64 = 1_000_000;

/// Characters of a hashtag's body, without `#`; Telegram cuts a longer tag there. TDLib `match_hashtags`.
pub const HASHTAG_CHARACTERS: usize = 256;

/// Bytes of a link that an author may write; longer ones are refused at check.
pub const URL_BYTES: usize = 2_048;

/// Characters of the text that a phone's notification shows of a post.
pub const NOTIFICATION_CHARACTERS: usize = 100;

// ── Telegram: requests ───────────────────────────────────────────────────────────────────────────

/// How long after sending a bot may delete its message (Bot API `deleteMessage`).
pub const DELETE_WINDOW: Duration = Duration::from_secs(48 * 60 * 60);

/// Message ids that `deleteMessages` takes at once (Bot API).
pub const DELETE_MESSAGES: usize = 100;

/// Seconds after which connecting to the Bot API server is given up: nothing has been sent then.
pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// Seconds after which a request is given up as unknown. The Bot API server itself may go on with a query for 60 s
/// (TDLib `NetQuery.h`), so a shorter time would call sends unknown that are about to be answered.
pub const SEND_TIMEOUT: Duration = Duration::from_secs(90);

// ── telepress: files ─────────────────────────────────────────────────────────────────────────────

/// Bytes of a post or config file. A post at Telegram's limit in ten languages stays under a quarter of it.
pub const FILE_BYTES: u64 = 256 * 1024;

/// Bytes of a token file or credential; a token has fewer than 100.
pub const TOKEN_FILE_BYTES: u64 = 4 * 1024;

/// Files of a newsroom that are read; past it the folder is not a newsroom but a mistake.
pub const POST_FILES: usize = 100_000;

/// Folders below `posts/` that an id may name.
pub const POST_FOLDERS: usize = 8;

/// Characters of one segment of a post id.
pub const POST_ID_SEGMENT: usize = 64;

/// Tables and arrays inside one another in a post or config file. The deepest known key stands at 4.
pub const TOML_DEPTH: usize = 16;

/// Items of one list in a post: bullets, sections, hashtags.
pub const LIST_ITEMS: usize = 500;

/// Quotes and lists inside one another in a free body.
pub const BODY_DEPTH: usize = 16;

/// Editions of one post.
pub const EDITIONS: usize = 50;

/// Parts that one post may become.
pub const PARTS: usize = 10;

/// Years from now past which `publish_at` is taken for a slip of the hand.
pub const PUBLISH_YEARS_AHEAD: i16 = 5;

// ── The sandbox ──────────────────────────────────────────────────────────────────────────────────

/// Bytes of a request that the sandbox reads.
pub const SANDBOX_BODY_BYTES: usize = 1024 * 1024;
