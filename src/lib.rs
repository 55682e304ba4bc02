//! telepress keeps a Telegram channel as files: a post is a TOML file, which is checked, rendered to the exact message
//! Telegram will show, and published by a bot.
//!
//! The data flow, with the module for each step:
//!
//! ```text
//! posts/<id>.toml ──fs, newsroom──▶ SourceFile
//!    ──key::Reader──▶ RawPost, everything malformed or unknown reported
//!    ──post::check, field──▶ Option<Post> and all diagnostics          `check` stops here
//!    ──telegram_text::{inline, body}──▶ ParsedText and blocks, with the source place of each character
//! Post × Channel ──layout──▶ FormattedText in Telegram's normal form
//!    ──telegram_text::split──▶ message::Request, one for each part     `render` stops here
//!    ──page──▶ HTML of the same request                                `preview` stops here
//!    ──publisher, telegram::Client──▶ Telegram ──▶ Outcome             `publish`, `demo`
//! Publication × Event ──outbox::step──▶ Transition: rows to write, and perhaps an Intent to make one request
//! ```
//!
//! The modules of the first group are pure: they take and return values, and use no file, clock, network or environment.
//! Those of the second group are the shell around them. No module of the first names one of the second; a test reads the
//! `use` lines.

// The pure core.
pub mod check;
pub mod config;
pub mod convert;
pub mod diagnostic;
pub mod draft;
pub mod escape;
pub mod exit;
pub mod explain;
mod field;
pub mod ids;
pub mod import;
pub mod key;
pub mod language;
pub mod layout;
pub mod limits;
pub mod media;
pub mod message;
pub mod outbox;
pub mod page;
pub mod plan;
pub mod post;
pub mod schedule;
pub mod schema;
pub mod secret;
pub mod source;
pub mod status;
pub mod table;
pub mod template;
pub mod terminal_view;

// The shell.
pub mod bot;
pub mod cli;
pub mod cli_context;
pub mod cli_error;
pub mod clock;
pub mod environment;
pub mod failpoint;
pub mod fs;
pub mod hooks;
pub mod http;
pub mod http_guard;
pub mod logging;
pub mod metrics;
pub mod newsroom;
pub mod operations;
pub mod preview;
pub mod process;
pub mod publisher;
pub mod random;
pub mod run;
pub mod sandbox;
pub mod serve;
pub mod spool;
pub mod store;
pub mod telegram;
pub mod watch;
