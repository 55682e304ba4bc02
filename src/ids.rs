//! The ids and names by which posts, channels, languages and chats are known everywhere; whether they exist is not known here.

mod channel;
mod chat;
mod language;
mod post;
mod target;

pub use channel::{ChannelName, is_name};
pub use chat::{ChatId, ChatIdError};
pub use language::Language;
pub use post::{IdError, PostId};
pub use target::Target;
