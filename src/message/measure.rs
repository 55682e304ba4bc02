//! The length of a message against Telegram's limit.

use serde::Serialize;
use telegram_text::Entity;

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
    /// Entities of any kind; Telegram counts all but custom emoji against [`limits::MESSAGE_ENTITIES`].
    pub entities: usize,
}

impl Measure {
    /// What counts against the limit: UTF-16 units of a caption, characters of any other text.
    #[must_use]
    pub fn used(&self) -> usize {
        if self.limit == limits::CAPTION_UTF16 { self.utf16 } else { self.characters }
    }

    pub(super) fn of(text: &str, entities: &[Entity], limit: usize) -> Self {
        use telegram_text::utf16;
        Self {
            characters: utf16::characters(text),
            limit,
            utf16: utf16::len(text),
            entities: entities.len(),
        }
    }
}
