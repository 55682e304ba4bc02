//! What is wrong with a post: its editions, channels, times and size.

use telegram_text::split::Excess;

use crate::diagnostic::Code;
use crate::ids::{ChannelName, Language};
use crate::schedule::TimeError;

/// What is wrong with a post.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PostProblem {
    /// A table without a key that it must have.
    MissingKey(&'static str, &'static str),
    /// A section with nothing in it.
    EmptySection,
    /// A body, and the keys that say the same.
    BodyAnd(Vec<&'static str>),
    /// A key at the top of a post that has editions.
    TopAndEditions(&'static str),
    /// The size of a preview that has no address.
    SizeWithoutUrl,
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
    /// Editions that say different things.
    OutOfStep(Difference),

    /// The list of channels is empty.
    NoChannels,
    /// No channel of that name: the nearest one, and those that the config has.
    UnknownChannel(String, Option<String>, Vec<String>),
    /// A channel that is named twice.
    ChannelTwice(String),
    /// The channels speak several languages, and the post does not say which it is in.
    WhichLanguage(Vec<Language>),
    /// A channel, and its language, in which there is no edition.
    NoEdition(ChannelName, Language),
    /// An edition that no channel gets: the channel that could, and the languages of all channels.
    NoChannel(Language, Option<ChannelName>, Vec<Language>),

    /// The time has passed.
    TimePast,
    /// A time without offset for channels in different zones: how two of them read it.
    TimeZones(ZonedReading, ZonedReading),
    /// A time, and the zone in which it was read.
    Time(TimeError, String),
    /// The file of a post that goes to this channel in the same minute.
    SameMinute(String, ChannelName),

    /// A reference of a post to itself.
    RefersToItself,
    /// A reference to a post that is not there, and the nearest that is.
    UnknownPost(String, Option<String>),

    /// A text too long for one message.
    TooLong {
        /// By how much.
        excess: Excess,
        /// The words at which one message ends.
        fits_until: String,
        /// The channel.
        channel: ChannelName,
    },
    /// So many messages in a channel, which is too many.
    TooManyParts(usize, ChannelName),
    /// A style, which may have no name, without words for a read-more link in this language.
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

/// How a channel reads a time without offset.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ZonedReading {
    /// The channel.
    pub channel: ChannelName,
    /// The time with its offset; none where the clocks skip it or show it twice.
    pub time: Option<String>,
}

/// What one edition has and another has not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Difference {
    /// A part that is in one edition only.
    Part {
        /// The part.
        part: &'static str,
        /// Where it is.
        with: Language,
        /// Where it is not.
        without: Language,
    },
    /// So many sections in each of two editions.
    Sections([(Language, usize); 2]),
    /// So many items in a section, counted from 1, of each of two editions.
    Items(usize, [(Language, usize); 2]),
    /// So many links in each of two editions.
    Links([(Language, usize); 2]),
    /// The hashtags that each of two editions adds.
    Hashtags([(Language, Vec<String>); 2]),
}

impl PostProblem {
    pub(crate) fn code(&self) -> Code {
        match self {
            Self::MissingKey(..)
            | Self::EmptySection
            | Self::SizeWithoutUrl
            | Self::MarkerWithoutHeading => Code::MissingKey,
            Self::BodyAnd(_) | Self::TopAndEditions(_) => Code::BothShapes,
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
            Self::TooManyParts(..) => Code::TooManyParts,
            Self::NoLabel(..) => Code::NoLabel,
            Self::NotShown { .. } => Code::NotShown,
        }
    }
}
