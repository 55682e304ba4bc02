//! The problems of a post: its editions, channels, times and size.

use telegram_text::split::Excess;

use super::button::{ButtonProblem, WithoutButtons};
use crate::diagnostic::Code;
use crate::ids::{ChannelName, Language};
use crate::limits::{RichExcess, RichLimit};
use crate::schedule::TimeError;

/// A problem of a post.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PostProblem {
    /// A table without a required key.
    MissingKey(&'static str, &'static str),
    /// An empty section.
    EmptySection,
    /// A body together with keys that it replaces.
    BodyAnd(Vec<&'static str>),
    /// The key `body` in the front matter of a Markdown post.
    BodyInFrontMatter,
    /// A key at the top of a post that has editions.
    TopAndEditions(&'static str),
    /// The size of a preview without a URL.
    SizeWithoutUrl,
    /// A problem of a button.
    Button(ButtonProblem),
    /// Buttons below a message that cannot have any.
    NoButtons(WithoutButtons),
    /// A marker without a heading.
    MarkerWithoutHeading,
    /// No edition.
    NoEditions,
    /// Too many editions.
    TooManyEditions,
    /// Two editions in one language, as typed.
    SecondEdition(String),
    /// Nothing to show.
    Empty,
    /// Editions with different content.
    OutOfStep(EditionDifference),

    /// The list of channels is empty.
    NoChannels,
    /// An unknown channel: the most similar one, and all channels of the config.
    UnknownChannel(String, Option<String>, Vec<String>),
    /// A channel that is named twice.
    ChannelTwice(String),
    /// The channels have several languages, and the post does not name its own.
    WhichLanguage(Vec<Language>),
    /// A channel without an edition in its language.
    NoEdition(ChannelName, Language),
    /// An edition without a channel: a channel of the config that could receive it, and the languages of all channels.
    NoChannel(Language, Option<ChannelName>, Vec<Language>),

    /// The time has passed.
    TimePast,
    /// A time without offset for channels in different zones: what it means in two of them.
    TimeZones(ZonedReading, ZonedReading),
    /// An invalid time, and its time zone.
    Time(TimeError, String),
    /// The file of another post that is published in this channel in the same minute.
    SameMinute(String, ChannelName),

    /// A reference of a post to itself.
    RefersToItself,
    /// A reference to an unknown post, and the most similar one.
    UnknownPost(String, Option<String>),

    /// A text too long for one message.
    TooLong {
        /// The excess.
        excess: Excess,
        /// The last words that fit into one message.
        fits_until: String,
        /// The channel.
        channel: ChannelName,
    },
    /// A rich message, which some apps cannot show.
    RichClients,
    /// A rich message past a limit of Telegram.
    RichExcess(RichExcess, ChannelName),
    /// One block of a rich message past a limit of Telegram.
    RichBlockExcess(RichExcess, ChannelName),
    /// Too many messages in a channel.
    TooManyParts(usize, ChannelName),
    /// A style, which may have no name, without a read-more label in this language.
    NoLabel(String, Language),
    /// A style that does not show a part, in a channel.
    NotShown {
        /// The style.
        style: String,
        /// The channel.
        channel: ChannelName,
        /// The part.
        part: &'static str,
    },
}

/// A time without offset in the zone of a channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ZonedReading {
    /// The channel.
    pub channel: ChannelName,
    /// The time with its offset; an error if the clocks skip it or show it twice.
    pub time: Result<String, TimeError>,
}

/// A difference between two editions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EditionDifference {
    /// A part that is in one edition only.
    Part {
        /// The part.
        part: &'static str,
        /// The edition with it.
        with: Language,
        /// The edition without it.
        without: Language,
    },
    /// The numbers of sections.
    Sections([(Language, usize); 2]),
    /// The numbers of items in a section, which is counted from 1.
    Items(usize, [(Language, usize); 2]),
    /// The numbers of links.
    Links([(Language, usize); 2]),
    /// The numbers of buttons.
    Buttons([(Language, usize); 2]),
    /// The hashtags that each edition adds.
    Hashtags([(Language, Vec<String>); 2]),
}

impl PostProblem {
    pub(crate) fn code(&self) -> Code {
        match self {
            Self::MissingKey(..)
            | Self::EmptySection
            | Self::SizeWithoutUrl
            | Self::MarkerWithoutHeading => Code::MissingKey,
            Self::Button(problem) => problem.code(),
            Self::NoButtons(_) => Code::CannotShow,
            Self::BodyAnd(_) | Self::BodyInFrontMatter | Self::TopAndEditions(_) => {
                Code::BothShapes
            }
            Self::NoEditions | Self::Empty => Code::EmptyPost,
            Self::TooManyEditions => Code::TooMany,
            Self::SecondEdition(_) => Code::DuplicateKey,
            Self::OutOfStep(_) => Code::OutOfStep,
            Self::NoChannels | Self::NoChannel(..) => Code::NoChannel,
            Self::UnknownChannel(..) => Code::UnknownChannel,
            Self::ChannelTwice(_) => Code::BadValue,
            Self::WhichLanguage(_) => Code::WhichLanguage,
            Self::NoEdition(..) => Code::NoEdition,
            Self::TimePast => Code::TimePast,
            Self::TimeZones(..) => Code::TimeZones,
            Self::Time(TimeError::Gap(..), _) => Code::TimeGap,
            Self::Time(TimeError::Fold(..), _) => Code::TimeFold,
            Self::Time(..) => Code::BadTime,
            Self::SameMinute(..) => Code::SameMinute,
            Self::RefersToItself | Self::UnknownPost(..) => Code::UnknownPost,
            Self::TooLong { excess, .. } if excess.characters > 0 || excess.bytes > 0 => {
                Code::TooLong
            }
            Self::TooLong { .. } => Code::TooManyEntities,
            Self::RichExcess(excess, _) | Self::RichBlockExcess(excess, _) => match excess.kind {
                RichLimit::Characters | RichLimit::StringBytes => Code::TooLong,
                RichLimit::Styled => Code::TooManyEntities,
                RichLimit::Blocks | RichLimit::Depth | RichLimit::Media | RichLimit::Columns => {
                    Code::TooMany
                }
            },
            Self::TooManyParts(..) => Code::TooManyParts,
            Self::RichClients => Code::RichClients,
            Self::NoLabel(..) => Code::NoLabel,
            Self::NotShown { .. } => Code::NotShown,
        }
    }
}
