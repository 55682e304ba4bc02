//! The limits of Telegram, and those of telepress that several modules need, with their units and sources. It enforces none.

mod rich;
mod serve;

use std::time::Duration;

pub use rich::{
    HEADING_SIZES, RICH_BLOCKS, RICH_CHARACTERS, RICH_COLUMNS, RICH_DEPTH, RICH_FOLD_BLOCKS,
    RICH_FOLD_CHARACTERS, RICH_MEDIA, RICH_STRING_BYTES, RICH_STYLED, RichExcess, RichLimit,
};
pub use serve::{
    HOOK_BATCH, HOOK_LOOK, HOOK_OUTPUT_BYTES, HOOK_OUTPUT_LINES, HOOK_OUTPUT_WAIT, HOOK_TIME,
    JOURNAL_PATIENCE, MAX_HOOK_TIME, STUCK,
};

// ── Telegram: texts ──────────────────────────────────────────────────────────────────────────────

pub use telegram_text::limits::{
    CAPTION_UTF16, HASHTAG_CHARACTERS, MESSAGE_CHARACTERS, MESSAGE_ENTITIES, MESSAGE_ENTITY_BYTES,
    TEXT_ARGUMENT_BYTES, USER_ID,
};

/// Bytes of a link that an author may write; longer ones are refused at check.
pub const URL_BYTES: usize = 2_048;

/// Characters of the text that a phone's notification shows of a post.
pub const NOTIFICATION_CHARACTERS: usize = 100;

// ── Telegram: polls and buttons ──────────────────────────────────────────────────────────────────

/// Buttons below one message. The Bot API documents no limit; this is the number that python-telegram-bot's constants record, past
/// which the server answers `REPLY_MARKUP_TOO_LONG`.
pub const BUTTONS: usize = 100;

/// The highest `row` of a button: each button may have a line of its own.
pub const MAX_ROW_NUMBER: i64 = 100;

/// Buttons in one line below a message (python-telegram-bot's constants; undocumented).
pub const ROW_BUTTONS: usize = 8;

/// UTF-16 units of the text that a button copies. The Bot API says 1–256 characters (`CopyTextButton`), and the server refuses 257
/// Latin letters; which unit it counts has not been measured, so this is the stricter reading.
pub const COPY_TEXT_UTF16: usize = 256;

/// Characters of a poll's question (Bot API `sendPoll`).
pub const POLL_QUESTION_CHARACTERS: usize = 300;

/// Characters of an option of a poll (Bot API `InputPollOption`).
pub const POLL_OPTION_CHARACTERS: usize = 100;

/// Options of a poll, at least: a choice needs two.
pub const MIN_POLL_OPTIONS: usize = 2;

/// Options of a poll, at most (Bot API `sendPoll`).
pub const MAX_POLL_OPTIONS: usize = 12;

/// Characters of a quiz's explanation (Bot API `sendPoll`).
pub const POLL_EXPLANATION_CHARACTERS: usize = 200;

/// Line breaks in a quiz's explanation (Bot API `sendPoll`).
pub const POLL_EXPLANATION_LINE_BREAKS: usize = 2;

/// The shortest time from sending a poll until it closes (Bot API `sendPoll`, `close_date`).
pub const MIN_POLL_OPEN: Duration = Duration::from_secs(5);

/// The longest time from sending a poll until it closes (Bot API `sendPoll`, `close_date`).
pub const MAX_POLL_OPEN: Duration = Duration::from_hours(730);

// ── Telegram: requests ───────────────────────────────────────────────────────────────────────────

/// How long after sending a bot may delete its message (Bot API `deleteMessage`).
pub const DELETE_WINDOW: Duration = Duration::from_hours(48);

/// How long after sending a `delete_at` may be: an hour less than [`DELETE_WINDOW`], for a deletion that is late (telepress).
pub const DELETE_AT_LATEST: Duration = Duration::from_hours(47);

/// Message ids that `deleteMessages` takes at once (Bot API).
pub const DELETE_MESSAGES: usize = 100;

/// The timeout for connecting to the Bot API server: nothing has been sent then.
pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// The same through a proxy, TLS through its tunnel included. The proxies of a chain each add a connection.
pub const PROXY_CONNECT_TIMEOUT: Duration = Duration::from_secs(20);

/// Bytes of a user name and a password together, for a SOCKS proxy. hyper-util writes the whole handshake, the server's name included,
/// into 262 bytes; RFC 1929 allows 255 for each.
pub const SOCKS_CREDENTIALS: usize = 180;

/// Bytes of a host's name (RFC 1035).
pub const HOST_BYTES: usize = 253;

/// The timeout of a request, whose outcome is then unknown. The Bot API server itself may work on a query for 60 s
/// (TDLib `NetQuery.h`), so a shorter timeout would give up on requests that are about to be answered.
pub const SEND_TIMEOUT: Duration = Duration::from_secs(90);

/// How long an upload may make no progress before it is given up. Then Telegram has not acted on it.
pub const UPLOAD_STALL: Duration = Duration::from_secs(30);

/// How long to wait for the answer after the last byte of an upload, besides the time for its bytes: Telegram's server passes
/// the files on to a data center before it answers.
pub const UPLOAD_ANSWER: Duration = Duration::from_mins(1);

/// How many bytes of an upload add a second to the wait for its answer.
pub const UPLOAD_BYTES_PER_SECOND: u64 = 500_000;

/// The longest wait for the answer to an upload.
pub const MAX_UPLOAD_ANSWER: Duration = Duration::from_mins(10);

/// The longest duration of an upload that always makes some progress.
pub const MAX_UPLOAD_TIME: Duration = Duration::from_hours(12);

/// The largest message id that is accepted: the largest integer that every JSON parser keeps exactly. Telegram's own ids fit
/// into 31 bits today.
pub const MESSAGE_ID: i64 = (1 << 53) - 1;

/// The longest wait that a 429 answer may ask for; a longer one is shortened to it, so that no sum of times overflows.
pub const MAX_RETRY_AFTER: Duration = Duration::from_hours(366 * 24);

/// Bytes of an answer that are read; past it the request's outcome is unknown. A message with the longest text, all its
/// entities and the message that it replies to takes about 150 KB, so an honest answer to a send is far below. A longer answer
/// to `getUpdates` is requested again in smaller batches.
pub const ANSWER_BYTES: usize = 8 * 1024 * 1024;

/// Message ids that `forwardMessages` takes at once (Bot API).
pub const FORWARD_MESSAGES: usize = 100;

/// The largest `update_id` that is accepted: TDLib counts updates in 31 bits (`TQueue::EventId`).
pub const UPDATE_ID: i64 = 2_147_483_647;

/// Updates that one `getUpdates` returns at most (Bot API).
pub const GET_UPDATES_BATCH: u8 = 100;

/// Characters kept of a person's name. Telegram's own apps take 64.
pub const NAME_CHARACTERS: usize = 64;

/// Characters kept of an error's description. The server that sends it may not be Telegram's.
pub const DESCRIPTION_CHARACTERS: usize = 300;

// ── Telegram: media ──────────────────────────────────────────────────────────────────────────────

/// Bytes of a photo above which TDLib refuses it (`FileManager`: "the maximum size is 10485760 bytes").
pub const PHOTO_BYTES: u64 = 10 * 1024 * 1024;

/// Bytes of a photo from which telepress warns: the Bot API says "10 MB" and does not say which unit.
pub const PHOTO_WARN_BYTES: u64 = 10_000_000;

/// Bytes of any other file (Bot API: "50 MB"), read as the smaller unit: a refusal arrives only after minutes of upload.
pub const MEDIA_FILE_BYTES: u64 = 50_000_000;

/// Bytes of a file that a bot may download from Telegram's own server (`Client.cpp`, `MAX_DOWNLOAD_FILE_SIZE`; Bot API `getFile`:
/// "20 MB").
pub const DOWNLOAD_BYTES: u64 = 20 * 1024 * 1024;

/// The longest time that a download may take: the largest file at 70 kB/s.
pub const DOWNLOAD: Duration = Duration::from_mins(5);

/// How long a download may bring no bytes.
pub const DOWNLOAD_IDLE: Duration = Duration::from_secs(30);

/// Bytes of all files of one request without a staging chat: the limit of 50 MB holds for the whole body.
pub const REQUEST_FILE_BYTES: u64 = 50_000_000;

/// Bytes of a file for a local Bot API server (Bot API: "2000 MB").
pub const LOCAL_FILE_BYTES: u64 = 2_000_000_000;

/// The bytes of all files in one request to a local Bot API server: its HTTP reader stops at 4 GiB (`HttpReader` of TDLib).
pub const LOCAL_REQUEST_BYTES: u64 = 4_000_000_000;

/// Width and height of a photo together (Bot API `sendPhoto`).
pub const PHOTO_SIDES: u64 = 10_000;

/// How many times longer than the other one a photo's side may be (Bot API `sendPhoto`).
pub const PHOTO_RATIO: u64 = 20;

/// Bytes of a thumbnail: TDLib leaves out one of 200 kB or more without an error (`PhotoSize.cpp`).
pub const THUMBNAIL_BYTES: u64 = 200 * 1024 - 1;

/// Width and height of a thumbnail, each (Bot API).
pub const THUMBNAIL_SIDE: u32 = 320;

/// Bytes of a video above which Telegram makes no preview of its own, so that readers see a grey square.
pub const VIDEO_PREVIEW_BYTES: u64 = 10_000_000;

/// How often `serve` removes the bytes of published media that are over the limit.
pub const MEDIA_CLEANUP_INTERVAL: Duration = Duration::from_hours(1);

/// Bytes of published media that are kept by default.
pub const KEPT_MEDIA_BYTES: u64 = 1_000_000_000;

/// Free bytes of the media folder below which `doctor` warns: an album of ten files of 50 MB.
pub const MEDIA_SPACE: u64 = 500_000_000;

/// Items of an album (Bot API `sendMediaGroup`).
pub const ALBUM_ITEMS: usize = 10;

/// Characters that Telegram keeps of a file name before its extension (TDLib `clean_filename`).
pub const FILE_STEM_CHARACTERS: usize = 64;

/// Characters that Telegram keeps of a file name's extension (TDLib `clean_filename`).
pub const FILE_EXTENSION_CHARACTERS: usize = 16;

// ── telepress: files ─────────────────────────────────────────────────────────────────────────────

/// Bytes of a post or config file. A post at Telegram's limit in ten languages stays under a tenth of it.
pub const FILE_BYTES: u64 = 1024 * 1024;

/// Bytes of a text in a post or config: sixteen messages at Telegram's limit in Latin letters.
pub const SOURCE_TEXT_BYTES: usize = 64 * 1024;

/// Bytes of a token file or credential; a token has fewer than 100.
pub const TOKEN_FILE_BYTES: u64 = 4 * 1024;

/// Bytes of a text, or of one line, that `convert` reads. A book has one or two million.
pub const CONVERT_BYTES: u64 = 16 * 1024 * 1024;

/// Bytes of JSON of one message in an export of Telegram Desktop, and of one text anywhere in it. 4,096 characters that all have
/// formatting of their own take half of it.
pub const EXPORT_MESSAGE_BYTES: usize = 1024 * 1024;

/// Files below the posts folder, and as many folders. With more, the folder is taken for a mistake, and nothing in
/// it is read.
pub const POST_FILES: usize = 100_000;

/// How long a file must be unchanged before it is published: longer than an editor takes to save it in two writes, and short
/// enough that a saved file is checked within 300 ms.
pub const FILE_SETTLES: Duration = Duration::from_millis(150);

/// How long a command leaves a post to other processes, before it looks again whether its config has the channel.
pub const LEFT_TO_OTHERS: Duration = Duration::from_secs(1);

/// How long a new file whose time has passed is watched before its post is accepted: a file that is copied to another name and
/// then deleted is one rename, and its post must not be sent again. Longer than `rsync` or `git checkout` takes for a folder of
/// posts.
pub const LATE_FILE_SETTLES: Duration = Duration::from_secs(2);

/// How long a config that has errors, is empty or has no operator is taken for one that is being saved: longer than an editor
/// takes to truncate a file and write it again.
pub const CONFIG_SETTLES: Duration = Duration::from_secs(2);

/// Vanished posts that are listed when a new file may be one of them: as many as fit on a line.
pub const OLD_NAMES: usize = 3;

/// The newest vanished posts of a channel that a new file is compared with: a renamed file is usually recent.
pub const LOOKALIKES: usize = 200;

/// How many percent of the words of two texts must be the same for one to be taken for the other under a new name: a fixed typo
/// or a changed sentence is less than a fifth of a post.
pub const SAME_WORDS_PERCENT: usize = 80;

/// Folders below `posts/` that an id may name.
pub const POST_FOLDERS: usize = 8;

/// How long no further item of an album must arrive before it becomes a draft. Telegram sends its items as separate updates, in
/// practice within a second.
pub const ALBUM_QUIET: Duration = Duration::from_millis(1_500);

/// Messages of one operator that may become drafts within a minute; an album counts once.
pub const DRAFTS_PER_MINUTE: usize = 20;

/// Messages of one operator that wait to become drafts.
pub const WAITING_DRAFTS: usize = 20;

/// Characters of a diagnostic's message, which may quote a text as long as a file.
pub const DIAGNOSTIC_CHARACTERS: usize = 600;

/// Diagnostics of one file that are shown; the others are only counted. A file of the largest size can have 100,000.
pub const DIAGNOSTICS_PER_FILE: usize = 100;

/// Characters of one segment of a post id.
pub const POST_ID_SEGMENT: usize = 64;

/// Tables and arrays inside one another in a post or config file. The deepest known key is at 4.
pub const TOML_DEPTH: usize = 16;

/// Items of one list in a post: bullets, sections, hashtags.
pub const LIST_ITEMS: usize = 500;

/// Editions of one post.
pub const EDITIONS: usize = 50;

/// Parts that one post may become.
pub const PARTS: usize = 10;

/// The most comments of a post; telepress's own limit.
pub const COMMENTS: usize = 10;

/// A `publish_at` more than this many years ahead is taken for a typo.
pub const PUBLISH_YEARS_AHEAD: i16 = 5;

// ── telepress: reading the headers of media ──────────────────────────────────────────────────────

/// Bytes that one read of a header asks for: the header of a usual photo takes one to three of them.
pub const MEDIA_READ_BYTES: usize = 4096;

/// Blocks that are read of one file. A JPEG with a thumbnail, a colour profile and notes of its camera takes fewer than 10,
/// one for each segment of 64 KiB; a map of depths before the picture can have 5 MB.
pub const MAX_MEDIA_READS: usize = 256;

/// Bytes that are read of one file, 1 MiB.
pub const MAX_MEDIA_HEADER_BYTES: usize = MEDIA_READ_BYTES * MAX_MEDIA_READS;

/// Bytes of a title or performer that are read; longer ones are cut.
pub const TAG_BYTES: usize = 512;

/// Bytes after a tag, or before the end of a file, in which the next frame or the last page is looked for: more than the
/// largest page of Ogg has.
pub const MAX_MEDIA_SEARCH_BYTES: u64 = 68 * 1024;

// ── The sandbox ──────────────────────────────────────────────────────────────────────────────────

/// Bytes of a request that the sandbox reads.
pub const SANDBOX_BODY_BYTES: usize = 1024 * 1024;

/// Bytes of a request with files: api.telegram.org answers 413 to a longer one, and resets the connection.
pub const SANDBOX_UPLOAD_BYTES: u64 = 50 * 1024 * 1024;

/// Bytes at the start of an uploaded file that the sandbox looks at.
pub const SANDBOX_FILE_HEAD: usize = 256 * 1024;

/// Uploaded files whose bytes the sandbox keeps for its page; older ones are dropped. Each is an open file.
pub const SANDBOX_KEPT_FILES: usize = 100;

/// Bytes of all uploaded files that the sandbox keeps for its page, on the disk; older ones are dropped.
pub const SANDBOX_KEPT_BYTES: u64 = 500_000_000;

/// Requests that the sandbox stores and shows; older ones are dropped.
pub const SANDBOX_REQUESTS: usize = 1_000;

/// Characters of one parameter that the sandbox stores: the longest text that Telegram accepts fits.
pub const SANDBOX_REMEMBERED_CHARACTERS: usize = TEXT_ARGUMENT_BYTES;

/// Faults that may be armed in the sandbox at one time.
pub const SANDBOX_FAULTS: usize = 1_000;

/// Updates that the sandbox keeps for a bot that does not poll; the oldest is dropped first. Telegram keeps them for a day.
pub const SANDBOX_UPDATES: usize = 10_000;

/// Bytes of all updates that the sandbox keeps; the oldest is dropped first.
pub const SANDBOX_UPDATE_BYTES: usize = 16 * 1024 * 1024;

/// How long the sandbox and the preview wait for requests in flight when they shut down.
pub const HTTP_GRACE: Duration = Duration::from_secs(1);

/// The longest `getUpdates` waits; the Bot API server shortens a longer `timeout` to it (`Client.cpp`).
pub const MAX_GET_UPDATES_WAIT: Duration = Duration::from_secs(50);

// ── Servers of this machine: the preview and the sandbox ─────────────────────────────────────────

/// How long a server waits for the head of a request, and for more of its body; a browser on the same machine needs
/// milliseconds.
pub const HTTP_REQUEST: Duration = Duration::from_secs(10);

/// Bytes of a request's head and of the read buffer: a `GET` with the longest text that Telegram accepts, every byte
/// percent-encoded, fits.
pub const HTTP_HEAD_BYTES: usize = 256 * 1024;

/// Connections that wait for a request or for the rest of one, and as many that are idle after one. One more closes the one
/// that has waited longest. A browser keeps six.
pub const HTTP_WAITING: usize = 256;

/// Connections of a server at one time; fewer where the system lets the process open few files.
pub const HTTP_CONNECTIONS: usize = 1_024;

/// Bytes of a file that a server reads and sends at once.
pub const HTTP_FILE_BLOCK: usize = 128 * 1024;

/// Tabs that follow a preview at one time; one more is refused.
pub const PREVIEW_TABS: usize = 64;

/// How long the token in the file that opens the browser is valid: a browser that has to start first needs seconds.
pub const PREVIEW_TOKEN: Duration = Duration::from_mins(1);

// ── Styles ───────────────────────────────────────────────────────────────────────────────────────

/// Characters of a style's part mark, which counts towards the length of every part.
pub const PART_MARK_CHARACTERS: usize = 64;

// ── The journal ──────────────────────────────────────────────────────────────────────────────────

/// A post that is late by less is still sent; the default of `[schedule] grace`.
pub const GRACE: Duration = Duration::from_mins(15);

/// How many files the journal remembers by their `file_id`: about 4 MB.
pub const FILE_IDS: i64 = 10_000;

/// Bytes above which a file is uploaded to the staging chat before its message is sent.
pub const STAGED_FILE_BYTES: u64 = 10_000_000;

/// Files that are uploaded to the staging chat one after the other before telepress waits: with `[pacing] channel` for each of
/// them, a minute has fewer than the 20 messages that Telegram accepts in one group.
pub const STAGED_TOGETHER: u32 = 17;

/// How long before its time the files of a scheduled post are uploaded to the staging chat.
pub const STAGED_AHEAD: Duration = Duration::from_mins(10);

/// How long to wait before a file is uploaded to the staging chat again.
pub const STAGING_RETRY: Duration = Duration::from_mins(1);

/// How long a process may take to stop when it is asked to stop at once.
pub const STOPS_WITHIN: Duration = Duration::from_secs(3);

/// How long a send without an answer may still take effect: twice the 60 s for which TDLib works on a query (`NetQuery.h`). The default of `[recovery] quiet`.
pub const QUIET: Duration = Duration::from_mins(2);

/// How long sending a due publication is retried before it is held as stale.
pub const GIVE_UP_AFTER: Duration = Duration::from_hours(24);

/// The longest wait between two attempts if Telegram set no time.
pub const MAX_BACKOFF: Duration = Duration::from_mins(5);

/// Added to the wait that a 429 asks for, because its seconds are rounded down.
pub const FLOOD_MARGIN: Duration = Duration::from_secs(1);

/// Operators are notified when Telegram asks for a wait of at least this length.
pub const LONG_FLOOD_WAIT: Duration = Duration::from_hours(1);

/// How long before the time of a post its missing approvals are asked for again.
pub const APPROVAL_REMINDER: Duration = Duration::from_hours(1);

/// How long after its time a daily digest is sent: what is due at the same time goes first, and is in the digest as published.
pub const DIGEST_DELAY: Duration = Duration::from_secs(10);

/// How long comments wait for the copy of their post in the discussion group.
pub const FORWARD_WAIT: Duration = Duration::from_mins(10);

/// How many messages below the newest copy in the discussion group telepress reads to find the copy of a post's first message: a
/// post has at most 20 messages, and readers write between them.
pub const FORWARD_LOOK_BACK: i64 = 25;

/// How long a command waits for that copy after the post was published; then `serve` or a later command goes on. The copy usually
/// appears within a second.
pub const COMMENTS_PATIENCE: Duration = Duration::from_secs(30);

/// How often telepress looks for that copy.
pub const FORWARD_LOOK: Duration = Duration::from_secs(2);

/// Sends without an effect after which a publication is held. Only errors that come back at once and every time reach it; with
/// waits between the attempts, [`GIVE_UP_AFTER`] comes first.
pub const SEND_TRIES: u32 = 1_000;

/// Sends for which Telegram could not get the media, after which the part has failed.
pub const MEDIA_TRIES: u32 = 3;

/// Attempts at an edit or deletion after which an operator is asked.
pub const CHANGE_TRIES: u32 = 50;

/// Inconclusive probes of the channel after which an operator is asked.
pub const MAX_INCONCLUSIVE_PROBES: u32 = 3;

/// Missing message ids in a row that a probe must see before it takes the message before them for the channel's last one. A probe
/// cannot see messages after a longer run of deleted ones (docs/operations.md).
pub const MIN_PROBE_TAIL: u64 = 300;

/// How far below the last known message a probe looks for a known message to read as its control, if that one was deleted.
pub const MAX_PROBE_CONTROL_DISTANCE: i64 = 1_000;

/// Messages after the last known one that a probe reads, each through a copy in the staging chat; with more, an operator is
/// asked.
pub const MAX_PROBE_COPIES: usize = 300;

/// Ids directly after the last known message that a probe checks one by one before it asks for a hundred at once: a message
/// that was sent is usually among them.
pub const PROBE_SINGLE_CHECKS: usize = 4;

/// Requests that one probe makes at most: at the pace of the staging chat it ends within an hour.
pub const MAX_PROBE_REQUESTS: usize = 1_000;

/// The newest messages of a channel whose authors the journal stores from `channel_post` updates.
pub const CHANNEL_POSTS: i64 = 10_000;

/// Messages that an operator is shown as candidates for a send whose outcome is unknown; of an album as many as it has files.
pub const CANDIDATES: usize = 5;

/// How far the `Date` header of an answer may differ from the `date` of a message sent at the same time: one second of rounding
/// each, and the time that a request takes.
pub const SERVER_CLOCK_SKEW: Duration = Duration::from_secs(5);

/// Messages that a bot may send to one group in [`GROUP_PERIOD`], whatever their topics. Source: the FAQ for bots, "in a group, bots are
/// not able to send more than 20 messages per minute".
pub const GROUP_MESSAGES: usize = 20;

/// The period of [`GROUP_MESSAGES`].
pub const GROUP_PERIOD: Duration = Duration::from_mins(1);

/// Time between two requests to one channel: at most 17 a minute, below the 20 that Telegram's FAQ for bots names for
/// groups. The default of `[pacing] channel`.
pub const CHANNEL_PACE: Duration = Duration::from_millis(3_500);

/// An upload that takes longer is shown to the operator who ordered it.
pub const LONG_UPLOAD: Duration = Duration::from_secs(1);

/// Time between two edits of a message in the chat that shows how far an upload is.
pub const UPLOAD_SHOWN: Duration = Duration::from_secs(4);

/// Time between the parts of one publication, if `[pacing] channel` is not shorter. Telegram's FAQ for bots allows one message a
/// second in a chat for a short time; the next publication waits until the average is kept.
pub const PART_PACE: Duration = Duration::from_secs(1);

/// Time between two requests of a bot: at most 25 a second, below the 30 that Telegram's FAQ for bots names. The default of
/// `[pacing] bot`.
pub const BOT_PACE: Duration = Duration::from_millis(40);

/// How long recording an outcome is retried when the program shuts down and the journal cannot be written.
pub const RECORD_AT_END: Duration = Duration::from_secs(3);

/// How old an intent may be when its request starts: other processes wait far longer before they take this one for dead.
pub const INTENT_AGE: Duration = Duration::from_secs(5);

/// Posts of one channel that were missed by more than the grace and are caught up with, under `missed = "publish"`; the
/// others are held for a person.
pub const CATCH_UP: usize = 3;

/// Time between two missed posts of one channel that are sent.
pub const CATCH_UP_GAP: Duration = Duration::from_mins(1);

/// The clock is not trusted if it advances between two checks by this much more than the monotonic clock.
pub const CLOCK_JUMP: Duration = Duration::from_mins(5);

/// Time between two checks of a clock that is not trusted.
pub const CLOCK_LOOK: Duration = Duration::from_secs(5);

/// Checks that must agree with the monotonic clock before the clock is trusted again.
pub const CLOCK_LOOKS: u32 = 2;

/// A clock that shows an earlier time is wrong: the first version of telepress was written after it.
pub const PROGRAM_TIME: jiff::Timestamp = jiff::Timestamp::constant(1_767_225_600, 0);

/// How often the bot's rights are checked in channels that refused it.
pub const RIGHTS_LOOK: Duration = Duration::from_mins(5);

/// How long `plan` waits for Telegram to resolve a channel's chat before it uses the journal's.
pub const PLAN_PATIENCE: Duration = Duration::from_secs(5);

/// How often the mark of the journal in the staging chat is written while `serve` runs.
pub const STAGING_MARK: Duration = Duration::from_mins(1);

/// How long a command whose work is done waits for the mark of the journal in the staging chat.
pub const STAGING_MARK_PATIENCE: Duration = Duration::from_secs(10);

/// How long after a publication `undo` takes it back: a slip is seen at once, and later readers have seen the post too.
pub const UNDO_WINDOW: Duration = Duration::from_mins(1);

/// A typed date without a year that lies at most this many days back is refused as past; an older one is next year's.
pub const RECENT_DAYS: i32 = 31;

/// Days ahead that are searched for a free slot.
pub const SLOT_DAYS: usize = 366;

/// How long a publisher may be silent before PostgreSQL ends its session and releases the lock; a running one sends a query ten
/// times a second.
pub const MAX_PUBLISHER_SILENCE: Duration = Duration::from_secs(20);

/// Bytes of a button's `callback_data` (`InlineKeyboardButton` in the Bot API's reference).
pub const CALLBACK_BYTES: usize = 64;

/// Characters of the answer to a button press (`answerCallbackQuery` in the Bot API's reference).
pub const CALLBACK_ANSWER: usize = 200;

/// The `timeout` of a `getUpdates` request.
pub const GET_UPDATES_WAIT: Duration = Duration::from_secs(25);

/// The client's timeout for a `getUpdates` request, connecting included.
pub const GET_UPDATES_TIMEOUT: Duration = Duration::from_secs(40);

/// The wait after a failed poll; it doubles with every further failure.
pub const GET_UPDATES_BACKOFF: Duration = Duration::from_secs(1);

/// The wait between two polls while messages are dealt with that come again if the process ends.
pub const OPEN_UPDATE_POLL: Duration = Duration::from_millis(250);

/// The longest wait between two polls if Telegram set no time.
pub const MAX_GET_UPDATES_BACKOFF: Duration = Duration::from_mins(1);

/// Posts by others that wait to be recorded; more are dropped. A channel gets a few an hour.
pub const CHANNEL_POST_QUEUE: usize = 1_000;

/// Posts by others that are recorded in one transaction at most.
pub const CHANNEL_POST_BATCH: usize = 100;

/// The wait between two attempts of the chat to reach Telegram or the journal.
pub const CHAT_RETRY: Duration = Duration::from_secs(2);

/// The longest wait that Telegram may ask for; with a longer one the bot's message is dropped.
pub const CHAT_PATIENCE: Duration = Duration::from_mins(1);

/// A command that is older when it arrives was sent while the bot was not running: it is offered again and not carried out.
pub const MAX_COMMAND_AGE: Duration = Duration::from_mins(10);
