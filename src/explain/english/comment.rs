//! The English texts of the problems of comments.

use super::{Words, words};
use crate::diagnostic::problem::CommentProblem;
use crate::limits;

pub(super) fn problem(problem: &CommentProblem) -> Words {
    match problem {
        CommentProblem::TooMany(count) => words(
            format!("the post has {count} comments; the maximum is {}", limits::COMMENTS),
            "merge some of them",
        ),
        CommentProblem::TooLong(excess, channel) => words(
            format!(
                "this comment has {} too many for one message below `{channel}`",
                excess.much()
            ),
            "shorten it, or continue it in another `[[comments]]`",
        ),
        CommentProblem::InGroup(channel) => words(
            format!(
                "`{channel}` is a group, and comments are posted only below the posts of channels"
            ),
            "remove the comments, or publish the post only in channels: `channels = [\"…\"]`",
        ),
    }
}
