//! The blocks that the body of a post is made of, as an author means them; it does not decide how they look.

use super::parsed_text::ParsedText;

/// One block of a section or of a free body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// Running text; it may contain line breaks.
    Paragraph(ParsedText),
    /// A heading inside a free body, shown bold.
    Heading(ParsedText),
    /// A bulleted or numbered list.
    List(List),
    /// A quotation.
    Quote {
        /// Its bold first line.
        title: Option<ParsedText>,
        /// The quoted blocks; never another quote.
        blocks: Vec<Block>,
        /// Whether it is collapsed until a reader expands it.
        expandable: bool,
    },
    /// Between two blocks, one of which is a quotation or code: they were typed without a blank line between them, and so
    /// they are shown.
    LineBreak,
    /// A block of code.
    Code {
        /// The code as typed, without the line break at its end; markup in it is text.
        code: ParsedText,
        /// The programming language.
        language: Option<String>,
    },
}

/// The blocks with what separates each from the one before it, for layouts that put `gap` between blocks.
pub fn with_gaps<'a>(
    blocks: &'a [Block],
    gap: &'static str,
) -> impl Iterator<Item = (&'static str, &'a Block)> {
    let mut is_joined = false;
    blocks.iter().filter_map(move |block| {
        if *block == Block::LineBreak {
            is_joined = true;
            return None;
        }
        Some((if std::mem::take(&mut is_joined) { "\n" } else { gap }, block))
    })
}

/// A list whose items are blocks themselves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct List {
    /// The number of the first item; `None` for a bulleted list.
    pub start: Option<u64>,
    /// The items.
    pub items: Vec<ListItem>,
}

/// An item of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListItem {
    /// Whether the task is done, if the item is one: a box is shown in place of the bullet.
    pub task: Option<bool>,
    /// Its blocks, at least one.
    pub blocks: Vec<Block>,
}
