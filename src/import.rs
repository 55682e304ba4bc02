//! Reads an export of Telegram Desktop and turns its messages into posts. It opens no file, and nothing here sends anything.
//!
//! A post counts as exact if its rendered message has the text, formatting, media, buttons and poll of the export.

mod album;
mod compare;
mod compose;
mod export;
mod message;
mod origin;
mod post_file;
mod repaired_json;
mod rich;
mod structure;
mod target;
#[cfg(test)]
mod tests;
mod text;

pub use album::AlbumGrouper;
pub use compare::{ImportDifference, compare};
pub use compose::{Composed, ComposedPost, MediaCopy, compose};
pub use export::{ExportError, ExportedChat, chats, messages};
pub use message::{Exported, ExportedMedia, ExportedMessage, ExportedPoll};
pub use origin::Origin;
pub use target::{ExportFiles, ImportTarget};
