//! The config: the bot, the channels and their styles, from the keys an author typed to values that cannot be wrong.

mod check;
mod operator;
pub mod raw;
mod style;
pub mod timing;

pub use check::check;
pub use operator::{BotLanguage, Operator, Role};
pub use style::{Emphasis, LayoutPart, ReadMoreStyle, Spacing, Style};
pub use timing::{PacingConfig, RecoveryConfig, ScheduleConfig, StoreConfig};

use std::sync::Arc;

use jiff::tz::TimeZone;

use crate::ids::{ChannelName, ChatId, Language};
use crate::schedule::Slot;

/// A newsroom's config.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// The bot that publishes.
    pub bot: BotConfig,
    /// Where the journal is.
    pub store: StoreConfig,
    /// What happens to a send whose outcome is not known.
    pub recovery: RecoveryConfig,
    /// How fast requests follow one another.
    pub pacing: PacingConfig,
    /// What happens to posts whose time has passed.
    pub schedule: ScheduleConfig,
    /// The channels, in the file's order.
    pub channels: Vec<Arc<Channel>>,
}

impl Config {
    /// The channel of that name.
    #[must_use]
    pub fn channel(&self, name: &str) -> Option<&Channel> {
        let named = |channel: &&Arc<Channel>| channel.name.as_str() == name;
        self.channels.iter().find(named).map(AsRef::as_ref)
    }
}

/// What the config says of the bot; its token is never in a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BotConfig {
    /// Whether it may send custom emoji to channels.
    pub custom_emoji: bool,
    /// A self-hosted Bot API server.
    pub api_url: Option<url::Url>,
    /// Who may talk to it; nobody else gets an answer.
    pub operators: Vec<Operator>,
    /// A chat that hears of what waits for a decision, besides the operators' own.
    pub alerts: Option<i64>,
    /// The language of that chat, and of whoever's own is not known or not spoken.
    pub language: BotLanguage,
}

impl BotConfig {
    /// The operator with this user id.
    #[must_use]
    pub fn operator(&self, user: i64) -> Option<Operator> {
        self.operators.iter().copied().find(|operator| operator.id == user)
    }
}

/// A channel that posts go to.
#[derive(Clone, Debug)]
pub struct Channel {
    /// Its name in the config.
    pub name: ChannelName,
    /// The chat it is in Telegram.
    pub chat: ChatId,
    /// The language its readers read.
    pub language: Language,
    /// The zone its times are meant in.
    pub timezone: TimeZone,
    /// The times of the week at which it likes to publish.
    pub slots: Vec<Slot>,
    /// How the parts of a post look in it.
    pub style: Style,
}

/// Whether the server runs on this machine.
#[must_use]
pub fn is_loopback(url: &url::Url) -> bool {
    match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}
