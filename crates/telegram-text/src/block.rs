//! The blocks that the body of a post is made of, as an author means them; it does not decide how they look.

use std::ops::Range;

use super::parsed_text::ParsedText;

/// One block of a section or of a free body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// Running text; it may contain line breaks.
    Paragraph(ParsedText),
    /// A heading inside a free body, shown bold.
    Heading {
        /// Its words.
        text: ParsedText,
        /// How many `#` it has: 1 to 6.
        level: u8,
    },
    /// A bulleted or numbered list.
    List(List),
    /// A quotation.
    Quote {
        /// Its bold first line.
        title: Option<ParsedText>,
        /// The quoted blocks; other quotes only in a rich body.
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
    /// Blocks that are folded below a summary. This kind and those below are only in a rich body.
    Details {
        /// What is always shown.
        summary: ParsedText,
        /// What a reader unfolds.
        blocks: Vec<Block>,
        /// Whether they are unfolded at first.
        is_open: bool,
    },
    /// A table.
    Table(Table),
    /// A dividing line.
    Divider,
    /// A file between paragraphs.
    Image(Image),
    /// The footnotes that the body refers to, at its end.
    Footnotes(Vec<Footnote>),
}

/// A table with a header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// The side to which each column is aligned.
    pub columns: Vec<Alignment>,
    /// The cells of the first row, one for each column.
    pub header: Vec<ParsedText>,
    /// The cells of the other rows, one for each column.
    pub rows: Vec<Vec<ParsedText>>,
}

/// The side to which a column of a table is aligned.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Alignment {
    /// The left side.
    #[default]
    Left,
    /// The middle.
    Center,
    /// The right side.
    Right,
}

/// `![caption](path)` in a paragraph of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Image {
    /// The path as typed, without escapes.
    pub path: String,
    /// The bytes of the path in the source.
    pub range: Range<usize>,
    /// The text below it, which may be empty.
    pub caption: ParsedText,
}

/// A footnote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Footnote {
    /// Its number, in the order in which the text refers to them, from 1.
    pub number: usize,
    /// Its blocks, at least one.
    pub blocks: Vec<Block>,
}

impl Block {
    /// Its own texts, without those of the blocks inside it.
    #[must_use]
    pub fn texts(&self) -> Vec<&ParsedText> {
        match self {
            Self::Paragraph(text)
            | Self::Heading { text, .. }
            | Self::Code { code: text, .. }
            | Self::Details { summary: text, .. }
            | Self::Image(Image { caption: text, .. }) => vec![text],
            Self::Quote { title, .. } => title.iter().collect(),
            Self::Table(table) => table.header.iter().chain(table.rows.iter().flatten()).collect(),
            Self::List(_) | Self::LineBreak | Self::Divider | Self::Footnotes(_) => Vec::new(),
        }
    }

    /// Changes its own texts and those of the blocks inside it, except code.
    pub fn each_text_mut(&mut self, change: &mut impl FnMut(&mut ParsedText)) {
        let each = |blocks: &mut Vec<Self>, change: &mut _| {
            for block in blocks.iter_mut() {
                block.each_text_mut(change);
            }
        };
        match self {
            Self::Paragraph(text)
            | Self::Heading { text, .. }
            | Self::Image(Image { caption: text, .. }) => change(text),
            Self::Quote { title, blocks, .. } => {
                title.iter_mut().for_each(&mut *change);
                each(blocks, change);
            }
            Self::Details { summary, blocks, .. } => {
                change(summary);
                each(blocks, change);
            }
            Self::List(list) => {
                list.items.iter_mut().for_each(|item| each(&mut item.blocks, change));
            }
            Self::Footnotes(notes) => {
                for note in notes {
                    each(&mut note.blocks, change);
                }
            }
            Self::Table(table) => {
                table.header.iter_mut().chain(table.rows.iter_mut().flatten()).for_each(change);
            }
            Self::Code { .. } | Self::LineBreak | Self::Divider => {}
        }
    }

    /// The lists of blocks directly inside it.
    pub fn inner(&self) -> impl Iterator<Item = &[Self]> {
        let (own, items, notes): (Option<&[Self]>, &[ListItem], &[Footnote]) = match self {
            Self::Quote { blocks, .. } | Self::Details { blocks, .. } => (Some(blocks), &[], &[]),
            Self::List(list) => (None, &list.items, &[]),
            Self::Footnotes(notes) => (None, &[], notes),
            Self::Paragraph(_)
            | Self::Heading { .. }
            | Self::LineBreak
            | Self::Code { .. }
            | Self::Table(_)
            | Self::Divider
            | Self::Image(_) => (None, &[], &[]),
        };
        let items = items.iter().map(|item| item.blocks.as_slice());
        own.into_iter().chain(items).chain(notes.iter().map(|note| note.blocks.as_slice()))
    }

    /// Visits blocks and the blocks inside them, from top to bottom.
    pub fn each<'b>(blocks: &'b [Self], visit: &mut impl FnMut(&'b Self)) {
        for block in blocks {
            visit(block);
            for inner in block.inner() {
                Self::each(inner, visit);
            }
        }
    }
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
