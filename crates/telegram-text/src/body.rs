//! The Markdown of a post's free body, parsed into blocks; it does not decide how blocks look.
//!
//! The block structure is CommonMark's, with these differences: a line break inside a paragraph is shown unless
//! [`Options::reflow`] joins the lines, `>!` starts an expandable quote, and what a Telegram message cannot hold (a table,
//! a dividing line, indented code, a quote inside a quote) is reported as a problem and makes no block. From GitHub's
//! Markdown come task lists, alerts and `<details>`; other HTML blocks are paragraphs. With [`Options::rich`] only indented
//! code is a problem, and GitHub's footnotes and images between paragraphs are blocks, too.

mod alert;
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
use super::inline::definitions::Definitions;
use super::parsed_text::ParsedText;
use super::problem::MarkupProblem;
pub use alert::AlertTitles;
use cursor::Cursor;
use leaf::Piece;
pub(crate) use marker::language;
use parser::Parser;

/// A parsed body.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Body {
    /// The blocks in order; empty only if the source is blank or has problems.
    pub blocks: Vec<Block>,
    /// What cannot be shown, in the order of the source.
    pub problems: Vec<MarkupProblem>,
}

/// How a body is parsed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// The lines of a paragraph are joined, except at a hard line break.
    pub reflow: bool,
    /// The body is that of a rich message.
    pub rich: bool,
    /// The titles of alerts.
    pub alerts: AlertTitles,
}

/// Parses a body by the block rules of [CommonMark 0.31](https://spec.commonmark.org/0.31.2/#container-blocks), with the
/// differences above. Every text in it maps its characters to bytes of `source`.
///
/// The time is linear in the length of `source`, and nesting ends at [`crate::limits::BODY_DEPTH`].
#[must_use]
pub fn parse(source: &str) -> Body {
    parse_with(source, Options::default())
}

/// Parses a body as [`parse`] does, with these options.
#[must_use]
pub fn parse_with(source: &str, options: Options) -> Body {
    let none = Definitions::of_body(options.rich);
    let (mut blocks, mut problems, definitions) = read(source, options, &none);
    if !definitions.is_empty() {
        // A definition may follow the links that use it, so the text is read again.
        (blocks, problems, _) = read(source, options, &definitions);
        problems.extend(definitions.problems());
    }
    problems.sort_by_key(|problem| (problem.range.start, usize::MAX - problem.range.end));
    Body { blocks, problems }
}

/// A block of code outside of a body: kept as typed, except for carriage returns, line breaks at the end, and tabs, which
/// become spaces as they do in a body.
#[must_use]
pub fn code(source: &str) -> ParsedText {
    let source = source.trim_end_matches(['\r', '\n']);
    let mut start = 0;
    let pieces = source.split('\n').map(|line| {
        let line_break = start + line.len();
        let cursor = Cursor::new(line.strip_suffix('\r').unwrap_or(line), start);
        start = line_break + 1;
        Piece::new(&cursor, line_break)
    });
    leaf::code(source, &pieces.collect::<Vec<_>>())
}

/// The blocks, the problems and the definitions of `source`, whose links may use `definitions`.
fn read(
    source: &str,
    options: Options,
    definitions: &Definitions,
) -> (Vec<Block>, Vec<MarkupProblem>, Definitions) {
    let mut parser = Parser::new(source, options, definitions);
    let mut start = 0;
    for line in source.split('\n') {
        let line_break = start + line.len();
        parser.line(line.strip_suffix('\r').unwrap_or(line), start, line_break);
        start = line_break + 1;
    }
    parser.finish()
}
