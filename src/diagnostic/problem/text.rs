//! What is wrong with a text: its characters, markup, links and hashtags.

use telegram_text::detect::hashtag::HashtagFault;
use telegram_text::link::LinkFault;
use telegram_text::problem::MarkupFault;

use crate::diagnostic::Code;

/// What is wrong with a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TextProblem {
    /// No character.
    Empty,
    /// Only white space and characters that nobody sees.
    Blank,
    /// Markup around nothing.
    BlankMarkup,
    /// A body without a block.
    BlankBody,
    /// A list without an item.
    EmptyList,
    /// More bytes than a text may have: how many.
    TooLong(usize),
    /// A line break in this key, which is a single line.
    LineBreak(&'static str),
    /// A marker with letters or digits.
    MarkerWords,
    /// Not a language tag: what was typed.
    Language(String),
    /// More than one word as a programming language.
    CodeLanguage,
    /// Markup.
    Markup(MarkupFault),
    /// A custom emoji, which the bot may not send.
    CustomEmoji,
    /// Words that Telegram makes a link of.
    BecomesLink(String),
    /// A bullet that starts with this sign.
    BulletSign(char),
    /// A character.
    Character(CharacterProblem, char),
    /// Several spaces together.
    DoubledSpace,
    /// Spaces at the beginning.
    LeadingSpace,
    /// Spaces at the end.
    TrailingSpace,
    /// A character put together from several: the composed one, and how many more there are.
    Decomposed(String, usize),
    /// A link.
    Link(LinkProblem),
    /// Code or a link inside the label of a link, by Telegram's name of it.
    LostInLabel(&'static str),
    /// A hashtag, and the tag that may be meant.
    Hashtag(HashtagFault, Option<String>),
    /// A hashtag that is there twice.
    RepeatedHashtag(String),
    /// A bot token.
    Token,
}

/// What is wrong with a character.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CharacterProblem {
    /// A tab, which Telegram shows as one space.
    Tab,
    /// Another control character.
    Control,
    /// A line separator, which Telegram removes.
    LineSeparator,
    /// A direction mark, which Telegram removes.
    DirectionMark,
    /// A combining mark, which Telegram removes.
    CombiningMark,
    /// It changes the direction of writing.
    Bidi,
    /// It has no width.
    ZeroWidth,
}

/// What is wrong with a link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkProblem {
    /// No scheme, so Telegram would add one.
    NoScheme,
    /// A mention of a user.
    User,
    /// Telegram refuses it.
    Refused(LinkFault),
    /// It has so many bytes, which is too many.
    TooLong(usize),
    /// A user name or a password in it.
    Credentials,
    /// No encryption.
    Http,
    /// A part of the host with letters of several scripts.
    MixedScript(String),
    /// The host that the words name, and the one that the link leads to.
    Words(String, String),
}

impl TextProblem {
    pub(super) fn code(&self) -> Code {
        match self {
            Self::Empty | Self::Blank | Self::BlankMarkup | Self::BlankBody | Self::EmptyList => {
                Code::BlankText
            }
            Self::TooLong(_) => Code::TooLong,
            Self::LineBreak(_) | Self::CodeLanguage => Code::BadValue,
            Self::MarkerWords => Code::MarkerWords,
            Self::Language(_) => Code::BadLanguage,
            Self::Markup(fault) => Code::of_markup(fault),
            Self::CustomEmoji => Code::CustomEmoji,
            Self::BecomesLink(_) => Code::BecomesLink,
            Self::BulletSign(_) => Code::BulletSign,
            Self::Character(problem, _) => problem.code(),
            Self::DoubledSpace => Code::DoubledSpace,
            Self::LeadingSpace | Self::TrailingSpace => Code::TrimmedSpace,
            Self::Decomposed(..) => Code::Decomposed,
            Self::Link(problem) => problem.code(),
            Self::LostInLabel(_) => Code::FormattingLost,
            Self::Hashtag(..) => Code::BadHashtag,
            Self::RepeatedHashtag(_) => Code::RepeatedHashtag,
            Self::Token => Code::TokenInFile,
        }
    }
}

impl CharacterProblem {
    fn code(self) -> Code {
        match self {
            Self::Tab | Self::Control => Code::ControlCharacter,
            Self::LineSeparator | Self::DirectionMark | Self::CombiningMark => {
                Code::RemovedCharacter
            }
            Self::Bidi => Code::Bidi,
            Self::ZeroWidth => Code::ZeroWidth,
        }
    }
}

impl LinkProblem {
    fn code(&self) -> Code {
        match self {
            Self::NoScheme
            | Self::User
            | Self::Refused(_)
            | Self::TooLong(_)
            | Self::Credentials => Code::BadLink,
            Self::Http => Code::HttpLink,
            Self::MixedScript(_) => Code::MixedScript,
            Self::Words(..) => Code::LinkText,
        }
    }
}

impl Code {
    /// The rule that a fault of markup breaks.
    #[must_use]
    pub fn of_markup(fault: &MarkupFault) -> Self {
        match fault {
            MarkupFault::Link(_) | MarkupFault::NoPost | MarkupFault::NoScheme => Self::BadLink,
            MarkupFault::LostInLink(_) => Self::FormattingLost,
            MarkupFault::CutByCode(_) => Self::FormattingCut,
            MarkupFault::Stray(_) => Self::StrayMarkup,
            MarkupFault::TooDeep { .. } => Self::TooDeep,
            MarkupFault::EmptyCode
            | MarkupFault::EmptyHeading
            | MarkupFault::EmptyItem
            | MarkupFault::EmptyQuote => Self::BlankText,
            MarkupFault::EmojiId
            | MarkupFault::EmojiText
            | MarkupFault::EmptyLink
            | MarkupFault::Image
            | MarkupFault::IndentedCode
            | MarkupFault::LinkTitle
            | MarkupFault::NestedQuote
            | MarkupFault::ReferenceDefinition
            | MarkupFault::Table
            | MarkupFault::ThematicBreak
            | MarkupFault::UserLink => Self::CannotShow,
        }
    }
}
