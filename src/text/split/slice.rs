//! Taking a stretch out of a text together with the entities over it, from front to back.

use std::ops::Range;

use crate::text::{Entity, FormattedText, utf16};

/// A text that is taken apart from front to back, so that every byte is counted once.
pub(super) struct Cursor<'a> {
    text: &'a FormattedText,
    byte: usize,
    utf16: usize,
    /// The first entity that may still reach into what comes.
    first: usize,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(text: &'a FormattedText) -> Self {
        Self { text, byte: 0, utf16: 0, first: 0 }
    }

    /// The stretch of bytes `range`, which begins at or behind the end of the one before.
    pub(super) fn slice(&mut self, range: Range<usize>) -> FormattedText {
        let string = &self.text.string;
        self.utf16 += utf16::len(string.get(self.byte..range.start).unwrap_or_default());
        let inside = string.get(range.clone()).unwrap_or_default();
        let (from, to) = (self.utf16, self.utf16 + utf16::len(inside));
        let mut entities = Vec::new();
        let waiting = self.text.entities.get(self.first..).unwrap_or_default();
        for entity in waiting.iter().take_while(|entity| entity.offset < to) {
            let (start, end) = (entity.offset.max(from), entity.end().min(to));
            if start < end {
                entities.push(Entity::new(entity.kind.clone(), start - from, end - start));
            }
        }
        // Entities are sorted by their start: those that end here and stand first are done with.
        self.first += waiting.iter().take_while(|entity| entity.end() <= to).count();
        (self.byte, self.utf16) = (range.end, to);
        FormattedText { string: inside.to_owned(), entities }
    }
}
