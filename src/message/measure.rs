//! The length of a message against Telegram's limit.

use serde::Serialize;
use telegram_text::{Entity, EntityKind};

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
    /// Entities of any kind.
    pub entities: usize,
    /// The entities that count against a limit: all but custom emoji and what Telegram detects.
    #[serde(skip)]
    pub limited_entities: usize,
    /// The maximum number of those.
    #[serde(skip)]
    pub entity_limit: usize,
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
        Self {
            characters,
            limit: limits::RICH_CHARACTERS,
            utf16,
            is_caption: false,
            entities,
            limited_entities: entities,
            entity_limit: limits::RICH_STYLED,
        }
    }

    pub(super) fn of(text: &str, entities: &[Entity], limit: usize) -> Self {
        use telegram_text::utf16;
        Self {
            characters: utf16::characters(text),
            limit,
            utf16: utf16::len(text),
            is_caption: false,
            entities: entities.len(),
            limited_entities: entities.iter().filter(|entity| is_limited(entity)).count(),
            entity_limit: limits::MESSAGE_ENTITIES,
        }
    }
}

fn is_limited(entity: &Entity) -> bool {
    !entity.kind.is_found() && !matches!(entity.kind, EntityKind::CustomEmoji { .. })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_entities_that_count_are_counted() {
        let kinds = [
            EntityKind::Bold,
            EntityKind::Hashtag,
            EntityKind::CustomEmoji { custom_emoji_id: "1".into() },
        ];
        let entities = kinds.map(|kind| Entity::new(kind, 0, 2));
        let measure = Measure::of("👍", &entities, limits::MESSAGE_CHARACTERS);
        assert_eq!((measure.entities, measure.limited_entities, measure.entity_limit), (3, 1, 100));
    }
}
