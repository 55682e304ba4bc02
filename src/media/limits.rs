//! Limits of media files, each with its unit and source; decides nothing. In telepress these go into `src/limits.rs`.

// ── Telegram: media ──────────────────────────────────────────────────────────────────────────────

/// Bytes of a photo above which TDLib refuses it (`FileManager`: "the maximum size is 10485760 bytes").
pub const PHOTO_BYTES: u64 = 10 * 1024 * 1024;

/// Bytes of a photo from which telepress warns: the Bot API says "10 MB" and does not say which unit.
pub const PHOTO_WARN_BYTES: u64 = 10_000_000;

/// Bytes of any other file (Bot API: "50 MB"), read as the smaller unit: a refusal arrives only after minutes of upload.
pub const FILE_BYTES: u64 = 50_000_000;

/// Bytes of all files of one request without a staging chat: the limit of 50 MB holds for the whole body.
pub const REQUEST_FILE_BYTES: u64 = 50_000_000;

/// Bytes of a file for a local Bot API server (Bot API: "2000 MB").
pub const LOCAL_FILE_BYTES: u64 = 2_000_000_000;

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

/// Items of an album (Bot API `sendMediaGroup`).
pub const ALBUM_ITEMS: usize = 10;

/// Characters that Telegram keeps of a file name before its extension (TDLib `clean_filename`).
pub const FILE_STEM_CHARACTERS: usize = 64;

/// Characters that Telegram keeps of a file name's extension (TDLib `clean_filename`).
pub const FILE_EXTENSION_CHARACTERS: usize = 16;

// ── telepress: reading the headers of media ──────────────────────────────────────────────────────

/// Bytes that one read of a header asks for: the header of a usual photo takes one to three of them.
pub const PROBE_BLOCK: usize = 4096;

/// Blocks that are read of one file. A JPEG with a thumbnail, a colour profile and notes of its camera takes fewer than 10,
/// one for each segment of 64 KiB; a map of depths before the picture can have 5 MB.
pub const PROBE_BLOCKS: usize = 256;

/// Bytes that are read of one file, 1 MiB.
pub const PROBE_BYTES: usize = PROBE_BLOCK * PROBE_BLOCKS;

/// Bytes of a title or performer that are read; longer ones are cut.
pub const TAG_BYTES: usize = 512;

/// Bytes after a tag, or before the end of a file, in which the next frame or the last page is looked for: more than the
/// largest page of Ogg has.
pub const PROBE_SEARCH_BYTES: u64 = 68 * 1024;
