//! `telepress import`: an export of Telegram Desktop becomes posts, once, and nothing is sent.

mod adopt;
mod export;
mod files;
