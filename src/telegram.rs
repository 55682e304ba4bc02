//! The Bot API as telepress uses it: the token's home, the client, and what became of each request.

pub mod answer;
pub mod api_url;
pub mod call;
pub mod client;
pub mod clock;
pub mod credentials;
pub mod description;
mod gateway;
mod member;
pub mod method;
pub mod outcome;
pub mod poller;
mod posted;
pub mod refusal;
mod staging_chat;
mod transport;

pub use api_url::server_name;
pub use call::CallError;
pub use client::{Client, ClientError, ClientOptions};
pub use clock::TelegramClock;
pub use member::Membership;
pub use poller::{PollError, Poller};
pub use staging_chat::{StagingChat, StagingError, StagingMark};
