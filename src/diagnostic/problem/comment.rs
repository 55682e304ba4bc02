//! The problems of comments.

use telegram_text::split::Excess;

use crate::diagnostic::Code;
use crate::ids::ChannelName;

/// A problem of a comment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CommentProblem {
    /// This many comments: more than a post may have.
    TooMany(usize),
    /// A comment that is too long for one message in this channel's style.
    TooLong(Excess, ChannelName),
    /// Comments of a post in this channel, which is a group.
    InGroup(ChannelName),
}

impl CommentProblem {
    pub(super) fn code(&self) -> Code {
        match self {
            Self::TooMany(_) => Code::TooManyComments,
            Self::TooLong(..) => Code::CommentTooLong,
            Self::InGroup(_) => Code::CommentsInGroup,
        }
    }
}
