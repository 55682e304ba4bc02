//! telepress keeps a Telegram channel as files.

pub mod limits;
pub mod message;
pub mod text;
