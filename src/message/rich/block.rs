//! The Bot API's `InputRichBlock`, as the journal stores it: files are named by their hash. It lays nothing out.

use serde::{Deserialize, Serialize};

use super::text::Text;
use super::{InputMedia, is_false};

/// A block of a rich message.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Block {
    /// Running text.
    Paragraph {
        /// The text.
        text: Text,
    },
    /// A heading.
    Heading {
        /// The text.
        text: Text,
        /// From 1, the largest, to 6.
        size: u8,
    },
    /// A block of code.
    Pre {
        /// The code.
        text: Text,
        /// The programming language.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        language: Option<String>,
    },
    /// Small text at the end.
    Footer {
        /// The text.
        text: Text,
    },
    /// A dividing line.
    Divider,
    /// A place that a link can lead to.
    Anchor {
        /// Its name.
        name: String,
    },
    /// A list whose items are all numbered, or none.
    List {
        /// The items, at least one.
        items: Vec<ListItem>,
    },
    /// A quotation.
    Blockquote {
        /// The quoted blocks, at least one.
        blocks: Vec<Block>,
    },
    /// A quotation that is folded until a reader expands it.
    ExpandableBlockquote {
        /// The quoted blocks, at least one.
        blocks: Vec<Block>,
    },
    /// Files in a grid.
    Collage {
        /// Media, at least two.
        blocks: Vec<Block>,
        /// The text below them.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        caption: Option<Caption>,
    },
    /// A table with a border.
    Table {
        /// The rows, each with its cells.
        cells: Vec<Vec<TableCell>>,
    },
    /// Blocks that are folded below a summary.
    Details {
        /// What is always shown.
        summary: Text,
        /// What a reader unfolds, at least one block.
        blocks: Vec<Block>,
        /// Whether they are unfolded at first.
        #[serde(default, skip_serializing_if = "is_false")]
        is_open: bool,
    },
    /// A photo, video, animation, audio or document.
    Media {
        /// The file.
        media: Box<InputMedia>,
        /// The text below it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        caption: Option<Caption>,
    },
}

/// The text below media.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Caption {
    /// The text.
    pub text: Text,
}

/// An item of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ListItem {
    /// Its blocks, at least one.
    pub blocks: Vec<Block>,
    /// Its number; `None` for a bullet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<u64>,
    /// Whether its task is done, if it is one: a box is shown in place of the bullet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub task: Option<bool>,
}

/// A cell of a table.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct TableCell {
    /// The text.
    pub text: Text,
    /// Whether it is a heading of its column.
    #[serde(default, skip_serializing_if = "is_false")]
    pub is_header: bool,
    /// The side to which the text is aligned.
    #[serde(default)]
    pub align: Alignment,
}

/// The side to which the text of a cell is aligned.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Alignment {
    /// The left side.
    #[default]
    Left,
    /// The middle.
    Center,
    /// The right side.
    Right,
}

impl Block {
    /// Visits blocks and the blocks inside them, from top to bottom.
    pub fn each<'b>(blocks: &'b [Self], visit: &mut impl FnMut(&'b Self)) {
        for block in blocks {
            visit(block);
            for inner in block.inner() {
                Self::each(inner, visit);
            }
        }
    }

    /// The lists of blocks directly inside it.
    pub fn inner(&self) -> impl Iterator<Item = &[Self]> {
        let (own, items): (Option<&[Self]>, &[ListItem]) = match self {
            Self::List { items } => (None, items),
            Self::Blockquote { blocks }
            | Self::ExpandableBlockquote { blocks }
            | Self::Collage { blocks, .. }
            | Self::Details { blocks, .. } => (Some(blocks), &[]),
            Self::Paragraph { .. }
            | Self::Heading { .. }
            | Self::Pre { .. }
            | Self::Footer { .. }
            | Self::Divider
            | Self::Anchor { .. }
            | Self::Table { .. }
            | Self::Media { .. } => (None, &[]),
        };
        own.into_iter().chain(items.iter().map(|item| item.blocks.as_slice()))
    }

    fn inner_mut(&mut self) -> Vec<&mut [Self]> {
        match self {
            Self::List { items } => {
                items.iter_mut().map(|item| item.blocks.as_mut_slice()).collect()
            }
            Self::Blockquote { blocks }
            | Self::ExpandableBlockquote { blocks }
            | Self::Collage { blocks, .. }
            | Self::Details { blocks, .. } => vec![blocks],
            _ => Vec::new(),
        }
    }

    /// Its own texts, without those of the blocks inside it.
    pub fn texts(&self) -> impl Iterator<Item = &Text> {
        let (own, cells): (Option<&Text>, &[Vec<TableCell>]) = match self {
            Self::Paragraph { text }
            | Self::Heading { text, .. }
            | Self::Pre { text, .. }
            | Self::Footer { text }
            | Self::Details { summary: text, .. } => (Some(text), &[]),
            Self::Collage { caption, .. } | Self::Media { caption, .. } => {
                (caption.as_ref().map(|caption| &caption.text), &[])
            }
            Self::Table { cells } => (None, cells),
            Self::Divider
            | Self::Anchor { .. }
            | Self::List { .. }
            | Self::Blockquote { .. }
            | Self::ExpandableBlockquote { .. } => (None, &[]),
        };
        own.into_iter().chain(cells.iter().flatten().map(|cell| &cell.text))
    }

    fn texts_mut(&mut self) -> Vec<&mut Text> {
        match self {
            Self::Paragraph { text }
            | Self::Heading { text, .. }
            | Self::Pre { text, .. }
            | Self::Footer { text }
            | Self::Details { summary: text, .. } => vec![text],
            Self::Collage { caption, .. } | Self::Media { caption, .. } => {
                caption.iter_mut().map(|caption| &mut caption.text).collect()
            }
            Self::Table { cells } => {
                cells.iter_mut().flatten().map(|cell| &mut cell.text).collect()
            }
            _ => Vec::new(),
        }
    }

    /// Its own file.
    #[must_use]
    pub fn media(&self) -> Option<&InputMedia> {
        match self {
            Self::Media { media, .. } => Some(media),
            _ => None,
        }
    }

    /// Visits the texts of blocks and of the blocks inside them, to change them.
    pub(in crate::message) fn each_text_mut(
        blocks: &mut [Self],
        visit: &mut impl FnMut(&mut Text),
    ) {
        for block in blocks {
            block.texts_mut().into_iter().for_each(&mut *visit);
            for inner in block.inner_mut() {
                Self::each_text_mut(inner, visit);
            }
        }
    }

    /// Visits the files of blocks and of the blocks inside them, to change them.
    pub(in crate::message) fn each_media_mut(
        blocks: &mut [Self],
        visit: &mut impl FnMut(&mut InputMedia),
    ) {
        for block in blocks {
            if let Self::Media { media, .. } = block {
                visit(media);
            }
            for inner in block.inner_mut() {
                Self::each_media_mut(inner, visit);
            }
        }
    }

    /// Its name in the Bot API's `type` field; of media that of its kind.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Paragraph { .. } => "paragraph",
            Self::Heading { .. } => "heading",
            Self::Pre { .. } => "pre",
            Self::Footer { .. } => "footer",
            Self::Divider => "divider",
            Self::Anchor { .. } => "anchor",
            Self::List { .. } => "list",
            Self::Blockquote { .. } => "blockquote",
            Self::ExpandableBlockquote { .. } => "expandable_blockquote",
            Self::Collage { .. } => "collage",
            Self::Table { .. } => "table",
            Self::Details { .. } => "details",
            Self::Media { media, .. } => media.kind.name(),
        }
    }
}
