//! The blocks that the body of a post is made of, as an author means them; how they look is the layout's business.

use super::parsed_text::ParsedText;

/// One block of a section or of a free body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// Running text; it may hold line breaks.
    Paragraph(ParsedText),
    /// A heading inside a free body, shown bold.
    Heading(ParsedText),
    /// A bulleted or numbered list.
    List(List),
    /// A quotation.
    Quote {
        /// What is quoted; never another quote.
        blocks: Vec<Block>,
        /// Whether it is folded until a reader opens it.
        expandable: bool,
    },
    /// A block of code.
    Code {
        /// The code as typed, without the line break at its end; it holds no markup.
        code: ParsedText,
        /// The programming language.
        language: Option<String>,
    },
}

/// A list whose items are blocks themselves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct List {
    /// The number of the first item; `None` for a bulleted list.
    pub start: Option<u64>,
    /// The items, each with at least one block.
    pub items: Vec<Vec<Block>>,
}
