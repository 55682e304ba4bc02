//! The Markdown of a post's free body, parsed into blocks; it does not decide how blocks look.
//!
//! The block structure is CommonMark's, with these differences: a line break inside a paragraph is shown, raw HTML is
//! text, `>!` starts an expandable quote, and what a Telegram message cannot hold (a table, a dividing line, a link
//! definition, indented code, a quote inside a quote) is reported as a problem and makes no block.

mod cursor;
mod definition;
mod leaf;
mod marker;
#[cfg(test)]
pub(crate) mod outline;
mod parser;
#[cfg(test)]
mod tests;

use super::block::Block;
use super::problem::MarkupProblem;
use parser::Parser;

/// A parsed body.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Body {
    /// The blocks in order; empty only if the source is blank or has problems.
    pub blocks: Vec<Block>,
    /// What cannot be shown, in the order of the source.
    pub problems: Vec<MarkupProblem>,
}

/// Parses a body by the block rules of [CommonMark 0.31](https://spec.commonmark.org/0.31.2/#container-blocks), with the
/// differences above. Every text in it maps its characters to bytes of `source`.
///
/// The time is linear in the length of `source`, and nesting ends at [`crate::limits::BODY_DEPTH`].
#[must_use]
pub fn parse(source: &str) -> Body {
    let mut parser = Parser::new(source);
    let mut start = 0;
    for line in source.split('\n') {
        let line_break = start + line.len();
        parser.line(line.strip_suffix('\r').unwrap_or(line), start, line_break);
        start = line_break + 1;
    }
    let (blocks, problems) = parser.finish();
    Body { blocks, problems }
}
