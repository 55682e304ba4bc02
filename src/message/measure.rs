//! The length of a message against Telegram's limit.

use serde::Serialize;
use telegram_text::Entity;

use super::rich::{Block, count};
use crate::limits;

/// The length of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Measure {
    /// Characters (Unicode code points).
    pub characters: usize,
    /// The maximum number of characters.
    pub limit: usize,
    /// UTF-16 units.
    pub utf16: usize,
    /// Whether it is a caption, whose UTF-16 units count; of any other text, characters count.
    #[serde(skip)]
    pub is_caption: bool,
    /// Entities of any kind; Telegram counts all but custom emoji against [`crate::limits::MESSAGE_ENTITIES`].
    pub entities: usize,
}

impl Measure {
    /// What counts against the limit.
    #[must_use]
    pub fn used(&self) -> usize {
        if self.is_caption { self.utf16 } else { self.characters }
    }

    /// The length of all texts of a rich message.
    pub(super) fn of_blocks(blocks: &[Block]) -> Self {
        let count = count(blocks);
        let mut utf16 = 0;
        Block::each(blocks, &mut |block| {
            for text in block.texts() {
                text.each_string(&mut |string| utf16 += telegram_text::utf16::len(string));
            }
        });
        let (characters, entities) = (count.characters, count.styled);
        Self { characters, limit: limits::RICH_CHARACTERS, utf16, is_caption: false, entities }
    }

    pub(super) fn of(text: &str, entities: &[Entity], limit: usize) -> Self {
        use telegram_text::utf16;
        Self {
            characters: utf16::characters(text),
            limit,
            utf16: utf16::len(text),
            is_caption: false,
            entities: entities.len(),
        }
    }
}
