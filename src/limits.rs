//! Every limit that telepress keeps, named, with its unit and the source of the number; it decides nothing by itself.

use std::time::Duration;

// ── Telegram: texts ──────────────────────────────────────────────────────────────────────────────

pub use telegram_text::limits::{
    HASHTAG_CHARACTERS, MESSAGE_CHARACTERS, MESSAGE_ENTITIES, MESSAGE_ENTITY_BYTES,
    TEXT_ARGUMENT_BYTES, USER_ID,
};

/// Bytes of a link that an author may write; longer ones are refused at check.
pub const URL_BYTES: usize = 2_048;

/// Characters of the text that a phone's notification shows of a post.
pub const NOTIFICATION_CHARACTERS: usize = 100;

// ── Telegram: requests ───────────────────────────────────────────────────────────────────────────

/// How long after sending a bot may delete its message (Bot API `deleteMessage`).
pub const DELETE_WINDOW: Duration = Duration::from_hours(48);

/// Message ids that `deleteMessages` takes at once (Bot API).
pub const DELETE_MESSAGES: usize = 100;

/// Seconds after which connecting to the Bot API server is given up: nothing has been sent then.
pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// Seconds after which a request is given up as unknown. The Bot API server itself may go on with a query for 60 s
/// (TDLib `NetQuery.h`), so a shorter time would call sends unknown that are about to be answered.
pub const SEND_TIMEOUT: Duration = Duration::from_secs(90);

/// The largest message id that is believed: the largest whole number that every reader of JSON keeps exactly. Telegram's
/// own ids fit into 31 bits today.
pub const MESSAGE_ID: i64 = (1 << 53) - 1;

/// The longest wait that a 429 answer may ask for; a longer one is cut to it, so that no sum of times overflows.
pub const RETRY_AFTER: Duration = Duration::from_hours(366 * 24);

/// Bytes of an answer that are read; past it the request's outcome is not known. A message with the longest text, all its
/// entities and the message that it answers takes about 150 KB, so an honest answer to a send is far below; one to
/// `getUpdates` that is longer is asked for again in smaller portions.
pub const ANSWER_BYTES: usize = 8 * 1024 * 1024;

/// Message ids that `forwardMessages` takes at once (Bot API).
pub const FORWARD_MESSAGES: usize = 100;

/// The largest `update_id` that is believed: TDLib counts updates in 31 bits (`TQueue::EventId`).
pub const UPDATE_ID: i64 = 2_147_483_647;

/// Updates that one `getUpdates` gives at most (Bot API).
pub const POLL_UPDATES: u8 = 100;

/// Characters kept of a person's name. Telegram's own apps take 64.
pub const NAME_CHARACTERS: usize = 64;

/// Characters kept of what Telegram, or whoever answers in its place, writes in an error.
pub const DESCRIPTION_CHARACTERS: usize = 300;

// ── telepress: files ─────────────────────────────────────────────────────────────────────────────

/// Bytes of a post or config file. A post at Telegram's limit in ten languages stays under a tenth of it.
pub const FILE_BYTES: u64 = 1024 * 1024;

/// Bytes of a text in a post or config. Sixteen messages at Telegram's limit in Latin letters, and more than anybody reads.
pub const SOURCE_TEXT_BYTES: usize = 64 * 1024;

/// Bytes of a token file or credential; a token has fewer than 100.
pub const TOKEN_FILE_BYTES: u64 = 4 * 1024;

/// Bytes of a text, or of one line, that `convert` reads. A book has one or two million.
pub const CONVERT_BYTES: u64 = 16 * 1024 * 1024;

/// Files below the folder of the posts, and as many folders. Past it the folder is not a newsroom but a mistake, and nothing in
/// it is read.
pub const POST_FILES: usize = 100_000;

/// How long a file must have stood still before what it says is published: longer than an editor takes to save it in two
/// writes, and short enough that a saved file is looked at within 300 ms.
pub const FILE_SETTLES: Duration = Duration::from_millis(150);

/// How long a new file whose time has passed is watched before its post is accepted: a file that is copied to another name
/// and then deleted is one change, and its post must not be sent again. Longer than `rsync` or `git checkout` takes for a
/// folder of posts.
pub const LATE_FILE_SETTLES: Duration = Duration::from_secs(2);

/// How long a config that has errors, is empty or names no operator is taken for one that is being saved: longer than an
/// editor takes to truncate a file and write it again.
pub const CONFIG_SETTLES: Duration = Duration::from_secs(2);

/// Vanished posts that are named where a new file may be one of them: what fits on a line.
pub const OLD_NAMES: usize = 3;

/// Vanished posts of a channel that a new file is compared with, the newest of them: a renamed file is a recent one.
pub const LOOKALIKES: usize = 200;

/// How much of two texts must be the same, in percent of their words, for one to be taken for the other under a new name: a
/// fixed typo or a changed sentence is below a fifth of a post.
pub const SAME_WORDS_PERCENT: usize = 80;

/// Folders below `posts/` that an id may name.
pub const POST_FOLDERS: usize = 8;

/// Characters of a sentence about a problem; what it quotes may be as long as a file.
pub const DIAGNOSTIC_CHARACTERS: usize = 600;

/// Diagnostics of one file that are shown; of the others only their number is. Nobody fixes more of them at a time, and a
/// file of the largest size can have 100,000.
pub const DIAGNOSTICS_PER_FILE: usize = 100;

/// Characters of one segment of a post id.
pub const POST_ID_SEGMENT: usize = 64;

/// Tables and arrays inside one another in a post or config file. The deepest known key stands at 4.
pub const TOML_DEPTH: usize = 16;

/// Items of one list in a post: bullets, sections, hashtags.
pub const LIST_ITEMS: usize = 500;

/// Editions of one post.
pub const EDITIONS: usize = 50;

/// Parts that one post may become.
pub const PARTS: usize = 10;

/// Years from now past which `publish_at` is taken for a slip of the hand.
pub const PUBLISH_YEARS_AHEAD: i16 = 5;

// ── The sandbox ──────────────────────────────────────────────────────────────────────────────────

/// Bytes of a request that the sandbox reads.
pub const SANDBOX_BODY_BYTES: usize = 1024 * 1024;

/// Raw requests that the sandbox remembers and shows; older ones are forgotten.
pub const SANDBOX_REQUESTS: usize = 1_000;

/// Characters of one parameter that the sandbox remembers of a request: the longest text that Telegram reads fits.
pub const SANDBOX_REMEMBERED_CHARACTERS: usize = TEXT_ARGUMENT_BYTES;

/// Faults that may be armed in the sandbox at one time.
pub const SANDBOX_FAULTS: usize = 1_000;

/// Updates that the sandbox keeps for a bot that does not ask; the oldest goes first. Telegram keeps them for a day.
pub const SANDBOX_UPDATES: usize = 10_000;

/// Bytes of all updates that the sandbox keeps; the oldest goes first.
pub const SANDBOX_UPDATE_BYTES: usize = 16 * 1024 * 1024;

/// How long the sandbox waits at its end for requests under way, before it leaves them.
pub const SANDBOX_GRACE: Duration = Duration::from_secs(1);

/// The longest `getUpdates` waits; the Bot API server shortens a longer `timeout` to it (`Client.cpp`).
pub const LONG_POLL: Duration = Duration::from_secs(50);

// ── Servers of this machine: the preview and the sandbox ─────────────────────────────────────────

/// How long a server waits for the head of a request, and for more of its body; a browser on the same machine needs
/// milliseconds.
pub const HTTP_REQUEST: Duration = Duration::from_secs(10);

/// Bytes of a request's head and of what is read ahead of it: a `GET` with the longest text that Telegram reads, every byte
/// percent-encoded, fits.
pub const HTTP_HEAD_BYTES: usize = 256 * 1024;

/// Connections that wait for a request or for its end, and as many that are idle after one; one more closes the one that has
/// waited for longest. A browser keeps six.
pub const HTTP_WAITING: usize = 256;

/// Connections of a server at one time; fewer where the system lets the process open few files.
pub const HTTP_CONNECTIONS: usize = 1_024;

/// Tabs that follow a preview at one time; one more is told to close another.
pub const PREVIEW_TABS: usize = 64;

/// How long the word in the file that opens the browser leads to the preview: a browser that has to start first needs seconds.
pub const PREVIEW_ENTRY: Duration = Duration::from_mins(1);

// ── Styles ───────────────────────────────────────────────────────────────────────────────────────

/// Characters of a style's part mark: it is counted into every part.
pub const PART_MARK_CHARACTERS: usize = 64;

// ── The journal ──────────────────────────────────────────────────────────────────────────────────

/// How late a post is still simply sent; the default of `[schedule] grace`.
pub const GRACE: Duration = Duration::from_mins(15);

/// How long a process that is told to stop at once may take for that.
pub const STOPS_WITHIN: Duration = Duration::from_secs(3);

/// How long a send without an answer may still have its effect: TDLib goes on with a query for 60 s (`NetQuery.h`),
/// doubled. The default of `[recovery] quiet`.
pub const QUIET: Duration = Duration::from_mins(2);

/// How long a publication that is due is tried, before it is held as stale.
pub const GIVE_UP_AFTER: Duration = Duration::from_hours(24);

/// The longest wait between two tries that Telegram set no time for.
pub const BACKOFF: Duration = Duration::from_mins(5);

/// What is added to the wait that a 429 asks for: its seconds are rounded down.
pub const FLOOD_MARGIN: Duration = Duration::from_secs(1);

/// A wait asked for by Telegram that operators are told about.
pub const LONG_FLOOD_WAIT: Duration = Duration::from_hours(1);

/// Sends without an effect after which a publication is held. With the longest waits between them it is reached only by
/// something that goes wrong at once and for ever, long after [`GIVE_UP_AFTER`] otherwise.
pub const SEND_TRIES: u32 = 1_000;

/// Sends for which Telegram did not get the media, after which the part has failed.
pub const MEDIA_TRIES: u32 = 3;

/// Attempts at an edit or deletion after which a person is asked.
pub const CHANGE_TRIES: u32 = 50;

/// Looks at the channel that settle nothing, after which a person is asked.
pub const PROBES: u32 = 3;

/// Missing message ids in a row after the last message of a channel that a probe must see before it takes that message for the
/// last one. More deleted messages in a row than this are the one gap that a probe cannot see across (docs/operations.md).
pub const PROBE_TAIL: u64 = 300;

/// Messages that exist above the floor and that one probe reads, each by a copy in the staging chat; with more, a person is
/// asked.
pub const PROBE_COPIES: usize = 300;

/// Ids directly above the floor that a probe looks at one by one before it asks for a hundred at once: what landed usually
/// stands there.
pub const PROBE_NEAR: usize = 4;

/// Requests that one probe makes at most: it ends within the hour at the pace of the staging chat.
pub const PROBE_REQUESTS: usize = 1_000;

/// Messages of a channel, below the newest, whose authors the journal remembers from `channel_post` updates.
pub const CHANNEL_POSTS: i64 = 10_000;

/// Messages that are named to a person as candidates for a send whose outcome is unknown.
pub const CANDIDATES: usize = 5;

/// How far the `Date` header of answers and the `date` of a message made at the same time may lie apart: one second of
/// rounding each, and the time that a request takes.
pub const SERVER_CLOCK_SKEW: Duration = Duration::from_secs(5);

/// Time between two requests to one channel: at most 17 a minute, below the 20 that Telegram's FAQ for bots names for
/// groups. The default of `[pacing] channel`.
pub const CHANNEL_PACE: Duration = Duration::from_millis(3_500);

/// Time between two requests of a bot: at most 25 a second, below the 30 that Telegram's FAQ for bots names. The default of
/// `[pacing] bot`.
pub const BOT_PACE: Duration = Duration::from_millis(40);

/// How long the recording of an outcome is still tried when the program is to end and the journal cannot be written.
pub const RECORD_AT_END: Duration = Duration::from_secs(3);

/// How old an intent may be when its request is begun: whoever takes this process for dead waits for far longer.
pub const INTENT_AGE: Duration = Duration::from_secs(5);

/// Posts of one channel that were missed by more than the grace and are caught up with, under `missed = "publish"`; the
/// others are held for a person.
pub const CATCH_UP: usize = 3;

/// Time between two posts of one channel that are caught up with.
pub const CATCH_UP_GAP: Duration = Duration::from_mins(1);

/// By how much more than the time that passed the clock may go on between two looks, before it is doubted.
pub const CLOCK_JUMP: Duration = Duration::from_mins(5);

/// Time between two looks at a clock that is doubted.
pub const CLOCK_LOOK: Duration = Duration::from_secs(5);

/// Looks at a doubted clock that must agree with the time that passed, before it is believed again.
pub const CLOCK_LOOKS: u32 = 2;

/// No clock is right that is earlier: the first version of telepress was written after it.
pub const PROGRAM_TIME: jiff::Timestamp = jiff::Timestamp::constant(1_767_225_600, 0);

/// How often the bot's rights are looked at in channels that refused it.
pub const RIGHTS_LOOK: Duration = Duration::from_mins(5);

/// How long `plan` waits for Telegram to say which chat a channel is, before it relies on the journal.
pub const PLAN_PATIENCE: Duration = Duration::from_secs(5);

/// How often the mark of the journal in the staging chat is written while `serve` runs.
pub const STAGING_MARK: Duration = Duration::from_mins(1);

/// How long the mark of the journal in the staging chat holds up a command whose work is done.
pub const STAGING_MARK_PATIENCE: Duration = Duration::from_secs(10);

/// Days ahead in which a free slot is looked for.
pub const SLOT_DAYS: usize = 366;

/// How long a publisher may stand still before PostgreSQL ends its session and gives the lock away; it asks ten times a
/// second otherwise.
pub const STANDSTILL: Duration = Duration::from_secs(20);

/// Bytes of a button's `callback_data` (`InlineKeyboardButton` in the Bot API's reference).
pub const CALLBACK_BYTES: usize = 64;

/// Characters of the word that answers a press (`answerCallbackQuery` in the Bot API's reference).
pub const CALLBACK_ANSWER: usize = 200;

/// How long a poll for what is written to the bot waits.
pub const CHAT_POLL: Duration = Duration::from_secs(25);

/// How long a poll's answer is waited for, connecting included.
pub const CHAT_POLL_TIMEOUT: Duration = Duration::from_secs(40);

/// The wait after a poll that failed; it doubles with every further failure.
pub const POLL_BACKOFF: Duration = Duration::from_secs(1);

/// The longest wait between two polls that Telegram set no time for.
pub const POLL_BACKOFF_MOST: Duration = Duration::from_mins(1);

/// Posts of other people in channels that wait to be recorded; more are dropped. A few are made an hour.
pub const CHANNEL_POST_QUEUE: usize = 1_000;

/// Posts of other people in channels that are recorded in one transaction at most.
pub const CHANNEL_POST_BATCH: usize = 100;

/// Between two tries to receive or to say something.
pub const CHAT_RETRY: Duration = Duration::from_secs(2);

/// The longest wait that Telegram may ask for before something the bot says is left unsaid.
pub const CHAT_PATIENCE: Duration = Duration::from_mins(1);

/// A command that is older when it arrives came while nobody was there: it is offered again, and not carried out.
pub const CHAT_BACKLOG: Duration = Duration::from_mins(10);
