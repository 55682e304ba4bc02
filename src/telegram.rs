//! The Bot API client: the token, requests, and the outcome of each answer. Only this module makes requests to
//! Telegram.

pub mod answer;
pub mod api_url;
pub mod call;
pub mod client;
mod client_options;
pub mod clock;
pub mod credentials;
pub mod description;
mod download;
mod file_ids;
mod gateway;
mod journal_mark;
mod member;
pub mod method;
mod multipart;
pub mod outcome;
pub mod poller;
mod posted;
pub mod proxy;
pub mod refusal;
mod rich_differences;
mod transport;
mod upload;

pub use api_url::server_name;
pub use call::CallError;
pub use client::{Client, ClientError, FoundChat, PrivateChat, SentPreview};
pub use client_options::ClientOptions;
pub use clock::TelegramClock;
pub use download::{DownloadError, GetFile};
pub use journal_mark::{StagingChat, StagingError, StagingMark};
pub use member::{ChatKind, GroupRights, Membership};
pub use poller::{PollError, Poller};
pub use proxy::{Proxy, ProxyOrigin, Route};
pub use upload::UploadProgress;
