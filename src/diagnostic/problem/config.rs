//! The problems of a config.

use std::time::Duration;

use crate::diagnostic::Code;
use crate::ids::{ChatId, ChatIdError, IdError, TopicId};
use crate::schedule::SlotError;
use crate::secret::ProxyUrlError;

/// A problem of a config.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConfigProblem {
    /// A style that links to a post.
    StyleLinksToPost(String),
    /// A channel with rich messages, which some apps cannot show.
    RichClients,
    /// A size of a heading that does not exist.
    HeadingSize,
    /// A channel with the chat and topic of another one.
    ChatTaken(String, Option<TopicId>),
    /// Not a forum topic.
    Topic,
    /// A topic of a basic group.
    TopicOfBasicGroup,
    /// No channel.
    NoChannel,
    /// A channel without a required key.
    ChannelWithout(String, &'static str),
    /// An invalid name, and what it should name.
    BadName(String, &'static str),
    /// A positive number as a channel, and the channel that is probably meant.
    PositiveChat(ChatId, Option<ChatId>),
    /// Not a chat.
    Chat(ChatIdError),
    /// An unknown time zone.
    TimeZone(String, ZoneAdvice),
    /// An unknown style: the most similar one, and all styles of the config.
    UnknownStyle(String, Option<String>, Vec<String>),
    /// A part that the layout names twice.
    LayoutTwice(&'static str),
    /// A layout without a part.
    EmptyLayout,
    /// A part mark with other braces.
    PartMark,
    /// A part mark with too many characters.
    LongPartMark,
    /// Not the address of a Bot API server.
    ApiUrl,
    /// Not the address of a proxy that the config may name.
    Proxy(ProxyUrlError),
    /// Files by their path without a server of one's own.
    LocalFilesWithoutServer,
    /// Not a folder for drafts.
    Inbox(IdError),
    /// An operator without a required key.
    OperatorWithout(&'static str),
    /// Not a username that posts may mention.
    KnownMention,
    /// Not a user id.
    UserId,
    /// An operator who is listed twice.
    OperatorTwice(i64),
    /// Not a name of an operator.
    OperatorName,
    /// A name that two operators have.
    OperatorNameTwice(String),
    /// Not a chat id for alerts.
    AlertsId,
    /// A channel of the config as the alerts chat.
    AlertsChannel,
    /// An invalid number of approvals.
    Approvals,
    /// The number of operators who may approve is too low.
    TooFewApprovers {
        /// How many operators may approve.
        able: usize,
        /// How many approvals each post needs.
        needed: u8,
    },
    /// Not the URL of a journal.
    JournalUrl,
    /// A database URL with a password.
    PasswordInUrl,
    /// A parameter of a database URL that is not one of these.
    UrlParameter(&'static [&'static str]),
    /// Not a database URL.
    DatabaseUrl,
    /// Not a slot.
    Slot(SlotError),
    /// Not the numeric id of a chat.
    StagingChat,
    /// Not a number of bytes.
    ByteSize,
    /// An empty path.
    EmptyPath,
    /// A media folder for a journal in a file.
    MediaFolder,
    /// A command without a program.
    HookWithoutProgram,
    /// A command with a zero character, which no system accepts in an argument.
    HookCharacter,
    /// A command that is listed twice.
    HookTwice,
    /// Not a time limit of commands.
    HookTime,
    /// Not a duration.
    Duration,
    /// Shorter than this minimum.
    TooHasty(Duration),
    /// Shorter than this minimum, for a server on the loopback interface.
    Hasty(Duration),
}

/// A suggestion for a name that is not a time zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ZoneAdvice {
    /// UTC.
    Utc,
    /// The zone with a fixed offset: hours east of Greenwich.
    Hours(i32),
    /// A fixed offset in the valid range.
    Range,
    /// These zones.
    Near(Vec<String>),
    /// Any zone, for a typed offset.
    Region,
    /// Any zone.
    Any,
}

impl ConfigProblem {
    pub(super) fn code(&self) -> Code {
        match self {
            Self::StyleLinksToPost(_) => Code::BadLink,
            Self::RichClients => Code::RichClients,
            Self::ChatTaken(..) => Code::ChatTaken,
            Self::NoChannel
            | Self::ChannelWithout(..)
            | Self::OperatorWithout(_)
            | Self::LocalFilesWithoutServer => Code::MissingKey,
            Self::BadName(..) => Code::BadName,
            Self::PositiveChat(..)
            | Self::Chat(_)
            | Self::Topic
            | Self::TopicOfBasicGroup
            | Self::StagingChat => Code::BadChat,
            Self::TimeZone(..) => Code::BadTimeZone,
            Self::UnknownStyle(..) => Code::UnknownStyle,
            Self::LayoutTwice(_) | Self::EmptyLayout => Code::BadLayout,
            Self::TooHasty(_) => Code::TooHasty,
            Self::Hasty(_) => Code::HastyTime,
            Self::HeadingSize
            | Self::PartMark
            | Self::LongPartMark
            | Self::ApiUrl
            | Self::Proxy(_)
            | Self::KnownMention
            | Self::Inbox(_)
            | Self::UserId
            | Self::OperatorTwice(_)
            | Self::OperatorName
            | Self::OperatorNameTwice(_)
            | Self::AlertsId
            | Self::AlertsChannel
            | Self::Approvals
            | Self::TooFewApprovers { .. }
            | Self::JournalUrl
            | Self::PasswordInUrl
            | Self::UrlParameter(_)
            | Self::DatabaseUrl
            | Self::Slot(_)
            | Self::ByteSize
            | Self::EmptyPath
            | Self::MediaFolder
            | Self::HookWithoutProgram
            | Self::HookCharacter
            | Self::HookTwice
            | Self::HookTime
            | Self::Duration => Code::BadValue,
        }
    }
}
