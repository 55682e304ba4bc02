//! The problems of a text: its characters, markup, links and hashtags.

use telegram_text::detect::hashtag::HashtagError;
use telegram_text::link::LinkError;
use telegram_text::problem::MarkupProblemKind;

use crate::diagnostic::Code;

/// A problem of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TextProblem {
    /// It is empty.
    Empty,
    /// Only white space and invisible characters.
    Blank,
    /// Markup without content.
    BlankMarkup,
    /// A body without blocks.
    BlankBody,
    /// `{{date}}` in a post that does not repeat.
    DateWithoutRepeat,
    /// `{{date}}` in a text in which it is not filled in.
    DateNotHere,
    /// A list without items.
    EmptyList,
    /// Too many bytes.
    TooLong(usize),
    /// A line break in the value of this key, which takes a single line.
    LineBreak(&'static str),
    /// A marker with letters or digits.
    MarkerWords,
    /// Not a language tag: what was typed.
    Language(String),
    /// A programming language of several words.
    CodeLanguage,
    /// A problem of the markup.
    Markup(MarkupProblemKind),
    /// A custom emoji, which the bot may not send.
    CustomEmoji,
    /// Words that Telegram turns into a link.
    BecomesLink(String),
    /// A bullet that starts with this sign.
    BulletSign(char),
    /// A problem of a character.
    Character(CharacterProblem, char),
    /// Several consecutive spaces.
    DoubledSpace,
    /// Spaces at the beginning.
    LeadingSpace,
    /// Spaces at the end.
    TrailingSpace,
    /// A decomposed character: the composed one, and the number of further ones.
    Decomposed(String, usize),
    /// A problem of a link.
    Link(LinkProblem),
    /// Code or a link inside the label of a link.
    LostInLabel(&'static str),
    /// An invalid hashtag, and the hashtag that is probably meant.
    Hashtag(HashtagError, Option<String>),
    /// A repeated hashtag.
    RepeatedHashtag(String),
    /// A hashtag in a text, as Telegram ends it, and the character that ends it in the middle of a word.
    HashtagCut(String, char),
    /// A mention, without its `@`, of a user whom the config does not name.
    ForeignMention(String),
    /// An HTML tag, by its name, in a line without markup.
    HtmlInLine(String),
    /// Markdown in a line without markup.
    MarkdownInLine,
    /// A bot token.
    Token,
}

/// A problem of a character.
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

/// A problem of a link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkProblem {
    /// No scheme; Telegram would add one.
    NoScheme,
    /// A mention of a user.
    User,
    /// Telegram refuses it.
    Refused(LinkError),
    /// Too many bytes.
    TooLong(usize),
    /// A user name or a password in it.
    Credentials,
    /// No encryption.
    Http,
    /// A part of the host with letters of several scripts.
    MixedScript(String),
    /// The host that the link text names, and the real one.
    Words(String, String),
}

impl TextProblem {
    pub(super) fn code(&self) -> Code {
        match self {
            Self::DateWithoutRepeat | Self::DateNotHere => Code::DatePlaceholder,
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
            Self::HashtagCut(..) => Code::HashtagCut,
            Self::ForeignMention(_) => Code::ForeignMention,
            Self::HtmlInLine(_) => Code::HtmlAsText,
            Self::MarkdownInLine => Code::StrayMarkup,
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
    /// The code of a markup problem.
    #[must_use]
    pub fn of_markup(fault: &MarkupProblemKind) -> Self {
        match fault {
            MarkupProblemKind::Link(_)
            | MarkupProblemKind::NoPost
            | MarkupProblemKind::NoScheme => Self::BadLink,
            MarkupProblemKind::LostInLink(_)
            | MarkupProblemKind::LinkTitle
            | MarkupProblemKind::DetailsWithQuote
            | MarkupProblemKind::CutByCode(_) => Self::FormattingCut,
            MarkupProblemKind::Html { .. } | MarkupProblemKind::Reference { .. } => {
                Self::HtmlAsText
            }
            MarkupProblemKind::Footnote | MarkupProblemKind::FootnoteWithoutText => Self::Footnote,
            MarkupProblemKind::UnusedDefinition => Self::UnusedDefinition,
            MarkupProblemKind::NestedFence
            | MarkupProblemKind::UnclosedComment
            | MarkupProblemKind::UnclosedDetails
            | MarkupProblemKind::UnclosedFence => Self::UnclosedMarkup,
            MarkupProblemKind::Stray(_)
            | MarkupProblemKind::BrokenLink
            | MarkupProblemKind::Marked => Self::StrayMarkup,
            MarkupProblemKind::TooDeep { .. } => Self::TooDeep,
            MarkupProblemKind::EmptyCode
            | MarkupProblemKind::EmptyDetails
            | MarkupProblemKind::EmptyFootnote
            | MarkupProblemKind::NoSummary
            | MarkupProblemKind::EmptyHeading
            | MarkupProblemKind::EmptyItem
            | MarkupProblemKind::EmptyQuote => Self::BlankText,
            MarkupProblemKind::EmojiId
            | MarkupProblemKind::EmojiText
            | MarkupProblemKind::EmptyLink
            | MarkupProblemKind::ExtraCells { .. }
            | MarkupProblemKind::Image
            | MarkupProblemKind::ImageInText
            | MarkupProblemKind::LinkedImage
            | MarkupProblemKind::IndentedCode
            | MarkupProblemKind::NestedQuote
            | MarkupProblemKind::Table
            | MarkupProblemKind::ThematicBreak
            | MarkupProblemKind::UserLink => Self::CannotShow,
        }
    }
}
