//! The config: the bot, the channels and their styles, as validated values.

mod check;
mod hooks;
mod operator;
pub mod raw;
mod style;
pub mod timing;

pub use check::check;
pub use hooks::{HookCommand, HooksConfig};
pub use operator::{BotLanguage, Operator, OperatorNames, Role};
pub use style::{Emphasis, Format, LayoutPart, ReadMoreStyle, Spacing, Style};
pub use timing::{MediaConfig, PacingConfig, RecoveryConfig, ScheduleConfig, StoreConfig};

use std::sync::Arc;

use jiff::tz::TimeZone;

use crate::ids::{Address, ChannelName, ChatId, Destination, Language, PostId, TopicId};
use crate::schedule::Slot;
use crate::secret::ProxyAddress;

/// A newsroom's config.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// The bot that publishes.
    pub bot: BotConfig,
    /// Where the journal is.
    pub store: StoreConfig,
    /// Where the bytes of media are.
    pub media: MediaConfig,
    /// What happens to a message whose outcome is unknown.
    pub recovery: RecoveryConfig,
    /// The minimum time between requests.
    pub pacing: PacingConfig,
    /// What happens to missed posts, changed files and approvals.
    pub schedule: ScheduleConfig,
    /// The commands that run after a publication.
    pub hooks: HooksConfig,
    /// The channels, in the file's order.
    pub channels: Vec<Arc<Channel>>,
}

impl Config {
    /// The channel with this name.
    #[must_use]
    pub fn channel(&self, name: &str) -> Option<&Channel> {
        let named = |channel: &&Arc<Channel>| channel.name.as_str() == name;
        self.channels.iter().find(named).map(AsRef::as_ref)
    }
}

/// The bot. Its token is never in the config.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BotConfig {
    /// Whether it may send custom emoji to channels.
    pub custom_emoji: bool,
    /// A self-hosted Bot API server.
    pub api_url: Option<url::Url>,
    /// The proxy to the server.
    pub proxy: Option<ProxyAddress>,
    /// Whether that server is a local one, which accepts files of up to 2 GB.
    pub local_files: bool,
    /// The users whom the bot answers.
    pub operators: Vec<Operator>,
    /// The names that the config gives them.
    pub names: OperatorNames,
    /// Another chat that receives the alerts, besides the operators' private chats.
    pub alerts: Option<i64>,
    /// Usernames that posts may mention, without the `@`.
    pub known_mentions: Vec<String>,
    /// The folder below that of the posts in which messages to the bot become drafts; `None`: they do not.
    pub inbox: Option<PostId>,
    /// The language of that chat, and of operators whose language is unknown or not supported.
    pub language: BotLanguage,
}

impl BotConfig {
    /// The operator with this user id.
    #[must_use]
    pub fn operator(&self, user: i64) -> Option<Operator> {
        self.operators.iter().copied().find(|operator| operator.id == user)
    }
}

/// A channel that receives posts.
#[derive(Clone, Debug)]
pub struct Channel {
    /// Its name in the config.
    pub name: ChannelName,
    /// Its chat in Telegram.
    pub chat: ChatId,
    /// Its title in Telegram, if the config has it.
    pub title: Option<String>,
    /// The topic of the chat, if it is a forum; `None` for the general one.
    pub topic: Option<TopicId>,
    /// Whether it is certainly a group: it has a topic, or its number is that of a basic group.
    pub is_group: bool,
    /// The language of its readers.
    pub language: Language,
    /// The time zone of its local times.
    pub timezone: TimeZone,
    /// Its publication times in a week.
    pub slots: Vec<Slot>,
    /// The look of its posts.
    pub style: Style,
}

impl Channel {
    /// Its title, or else its chat and topic, for people.
    #[must_use]
    pub fn shown_title(&self) -> String {
        self.title.clone().unwrap_or_else(|| self.address().to_string())
    }

    /// Its chat and topic, for people.
    #[must_use]
    pub fn address(&self) -> Address {
        Address { chat: self.chat.clone(), topic: self.topic }
    }

    /// Where its messages are, if its chat has this number.
    #[must_use]
    pub fn in_chat(&self, chat: i64) -> Destination {
        Destination { chat, topic: self.topic }
    }
}

/// Whether the host is a loopback address or name.
#[must_use]
pub fn is_loopback(url: &url::Url) -> bool {
    match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}
