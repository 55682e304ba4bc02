//! The ids and names of posts, channels, languages and chats. It does not know whether they exist.

mod channel;
mod chat;
mod destination;
mod language;
mod post;
mod target;

pub use channel::{ChannelName, is_name};
pub use chat::{ChatId, ChatIdError};
pub use destination::{Address, Destination, NotATopic, TopicId};
pub use language::Language;
pub use post::{IdError, PostId};
pub use target::Target;
