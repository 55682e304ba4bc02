//! What is wrong with a config.

use std::time::Duration;

use crate::diagnostic::Code;
use crate::ids::{ChatId, ChatIdError};
use crate::schedule::SlotError;

/// What is wrong with a config.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConfigProblem {
    /// A style that links to a post.
    StyleLinksToPost(String),
    /// A channel that goes to the chat of another one.
    ChatTaken(String),
    /// No channel.
    NoChannel,
    /// A channel without a key that it must have.
    ChannelWithout(String, &'static str),
    /// A name that cannot be one, and what it should name.
    BadName(String, &'static str),
    /// A positive number as a channel, and the channel that may be meant.
    PositiveChat(ChatId, Option<ChatId>),
    /// Not a chat.
    Chat(ChatIdError),
    /// No time zone of that name.
    TimeZone(String, ZoneAdvice),
    /// No style of that name: the nearest, and those that the config has.
    UnknownStyle(String, Option<String>, Vec<String>),
    /// A part that is in the layout twice.
    LayoutTwice(&'static str),
    /// A layout without a part.
    EmptyLayout,
    /// A part mark with other braces.
    PartMark,
    /// A part mark with too many characters.
    LongPartMark,
    /// Not the address of a Bot API server.
    ApiUrl,
    /// An operator without a key that it must have.
    OperatorWithout(&'static str),
    /// Not a user id.
    UserId,
    /// An operator who is there twice.
    OperatorTwice(i64),
    /// Not a chat id for alerts.
    AlertsId,
    /// A channel of readers as the chat of the alerts.
    AlertsChannel,
    /// A number of approvals that there is not.
    Approvals,
    /// So many operators who may approve, which are too few.
    TooFewApprovers(usize),
    /// Not a journal's address.
    JournalUrl,
    /// A database's address with a password.
    PasswordInUrl,
    /// A parameter of a database's address that is not one of these.
    UrlParameter(&'static [&'static str]),
    /// Not a database's address.
    DatabaseUrl,
    /// Not a slot.
    Slot(SlotError),
    /// Not the number of a staging chat.
    StagingChat,
    /// Not a length of time.
    Duration,
    /// Shorter than this, which Telegram needs.
    TooHasty(Duration),
    /// Shorter than this, which Telegram would need; the server is on this machine.
    Hasty(Duration),
}

/// What to write in place of a name that is not a time zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ZoneAdvice {
    /// UTC.
    Utc,
    /// The zone of a fixed offset: hours east of Greenwich.
    Hours(i32),
    /// A fixed offset within the range that there is.
    Range,
    /// These zones.
    Near(Vec<String>),
    /// Any zone, where an offset was typed.
    Region,
    /// Any zone.
    Any,
}

impl ConfigProblem {
    pub(super) fn code(&self) -> Code {
        match self {
            Self::StyleLinksToPost(_) => Code::BadLink,
            Self::ChatTaken(_) => Code::ChatTaken,
            Self::NoChannel | Self::ChannelWithout(..) | Self::OperatorWithout(_) => {
                Code::MissingKey
            }
            Self::BadName(..) => Code::BadName,
            Self::PositiveChat(..) | Self::Chat(_) | Self::StagingChat => Code::BadChat,
            Self::TimeZone(..) => Code::BadTimeZone,
            Self::UnknownStyle(..) => Code::UnknownStyle,
            Self::LayoutTwice(_) | Self::EmptyLayout => Code::BadLayout,
            Self::TooHasty(_) => Code::TooHasty,
            Self::Hasty(_) => Code::HastyTime,
            Self::PartMark
            | Self::LongPartMark
            | Self::ApiUrl
            | Self::UserId
            | Self::OperatorTwice(_)
            | Self::AlertsId
            | Self::AlertsChannel
            | Self::Approvals
            | Self::TooFewApprovers(_)
            | Self::JournalUrl
            | Self::PasswordInUrl
            | Self::UrlParameter(_)
            | Self::DatabaseUrl
            | Self::Slot(_)
            | Self::Duration => Code::BadValue,
        }
    }
}
