//! A message that an operator sends to the bot, as a draft post: its name, the text of its file, and later changes of that text.
//! It reads and writes no file.

mod buttons;
mod content;
mod edit;
mod file_name;
mod name;
mod source;

pub use buttons::button_tables;
pub use content::{DraftContent, DraftMedia};
pub use edit::{
    BodyPlace, EditError, EditionBody, body_alone, has_editions, own_media, with_body,
    with_channels, without_draft,
};
pub use file_name::FileNames;
pub use name::{date_of, name, numbered};
pub use source::{DraftSource, SourceMessage};
