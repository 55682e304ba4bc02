//! The problems of the buttons below a message.

use crate::diagnostic::Code;

/// A problem of a button.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ButtonProblem {
    /// Neither `url` nor `copy`.
    NoAction,
    /// Both `url` and `copy`.
    TwoActions,
    /// The UTF-16 units of a text that is too long to copy.
    CopyTooLong(usize),
    /// The number of a line is out of range.
    Row,
    /// More buttons in one line than fit.
    TooManyInRow,
    /// The number of buttons, which is too large.
    TooMany(usize),
}

/// A message below which Telegram shows no buttons.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WithoutButtons {
    /// An album.
    Album {
        /// Whether a longer text would be a message after the album.
        text_may_follow: bool,
    },
    /// A poll.
    Poll,
}

impl ButtonProblem {
    pub(super) fn code(self) -> Code {
        match self {
            Self::NoAction => Code::MissingKey,
            Self::TwoActions => Code::BothShapes,
            Self::CopyTooLong(_) => Code::TooLong,
            Self::Row => Code::BadValue,
            Self::TooManyInRow | Self::TooMany(_) => Code::TooMany,
        }
    }
}
