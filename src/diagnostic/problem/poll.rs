//! The problems of a poll.

use crate::diagnostic::Code;

/// A problem of a poll.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PollProblem {
    /// A question of this many characters.
    LongQuestion(usize),
    /// An option of this many characters.
    LongOption(usize),
    /// An explanation of this many characters.
    LongExplanation(usize),
    /// An explanation with this many line breaks.
    ExplanationLines(usize),
    /// A number of options that Telegram refuses.
    OptionCount(usize),
    /// An option that equals an earlier one.
    SameOption(String),
    /// A right answer that is not an option, as typed, and the most similar option.
    UnknownCorrect(String, Option<String>),
    /// A quiz in which several options can be chosen.
    MultipleQuiz,
    /// Formatting in a text that Telegram shows without it.
    Formatting(&'static str),
    /// A poll that closes this many seconds after sending: too early.
    ClosesEarly(i64),
    /// A poll that closes this many seconds after sending: too late.
    ClosesLate(i64),
    /// The closing time has passed.
    Closed,
    /// Hashtags of a post that is only a poll.
    HashtagsUnseen,
}

impl PollProblem {
    pub(super) fn code(&self) -> Code {
        match self {
            Self::LongQuestion(_)
            | Self::LongOption(_)
            | Self::LongExplanation(_)
            | Self::ExplanationLines(_)
            | Self::OptionCount(_)
            | Self::SameOption(_)
            | Self::UnknownCorrect(..)
            | Self::MultipleQuiz => Code::BadPoll,
            Self::Formatting(_) => Code::FormattingLost,
            Self::ClosesEarly(_) | Self::ClosesLate(_) => Code::PollTime,
            Self::Closed => Code::TimePast,
            Self::HashtagsUnseen => Code::PollAlone,
        }
    }
}
