//! `telepress publish`: from the file over HTTP into a channel of the sandbox, and the messages when that fails.

mod faults;
mod file_ids;
mod groups;
mod media;
mod proxy;
mod rich;
mod sent;
mod token;
