//! Validates the comments of an edition: texts that are posted below the post in the channel's discussion group.

use std::ops::Range;

use telegram_text::block::Block;

use super::raw::RawComment;
use super::required::required;
use crate::diagnostic::problem::CommentProblem;
use crate::field::{Fields, Formats};
use crate::key::Item;
use crate::limits;

/// One comment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment {
    /// Its blocks, in order.
    pub blocks: Vec<Block>,
    /// Its place in the file.
    pub span: Range<usize>,
}

type RawComments<'i> = Item<Vec<Item<RawComment<'i>>>>;

/// The comments of an edition, as far as they are valid.
pub(super) fn read(raw: &RawComments<'_>, fields: &mut Fields<'_>) -> Vec<Comment> {
    if let Some(first) = raw.value.get(limits::COMMENTS) {
        fields.report(first.span.clone(), CommentProblem::TooMany(raw.value.len()));
    }
    let comment = |raw: &Item<RawComment<'_>>| {
        let typed = required(raw, raw.value.body.as_ref(), "comments", "body", fields)?;
        let blocks = fields.body(&typed.0, Formats::CLASSIC)?.blocks;
        Some(Comment { blocks, span: typed.0.span.clone() })
    };
    raw.value.iter().filter_map(comment).collect()
}
