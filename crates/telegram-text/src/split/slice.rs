//! Cuts ranges out of a text with the entities over them, from front to back.

use std::ops::Range;

use super::offset_index::OffsetIndex;
use crate::{Entity, FormattedText};

/// A text that is cut from front to back, so that each entity is read once for each part it is in.
///
/// A slice of a text in normal form is in normal form, if it neither begins nor ends in white space that Telegram trims: clean
/// text stays clean, nested entities stay nested, and every border at which a style was cut is in the slice or at its end.
pub(super) struct Slicer<'a> {
    text: &'a FormattedText,
    offsets: &'a OffsetIndex<'a>,
    /// The first entity that has not been reached.
    next: usize,
    /// The entities reached that are still open.
    open: Vec<&'a Entity>,
}

impl<'a> Slicer<'a> {
    pub(super) fn new(text: &'a FormattedText, offsets: &'a OffsetIndex<'a>) -> Self {
        Self { text, offsets, next: 0, open: Vec::new() }
    }

    /// The text in bytes `range`, which begins at or after the end of the previous one.
    pub(super) fn slice(&mut self, range: Range<usize>) -> FormattedText {
        let string = self.text.string.get(range.clone()).unwrap_or_default().to_owned();
        if self.open.is_empty() && self.next >= self.text.entities.len() {
            return FormattedText::plain(string);
        }
        let from = self.offsets.units_before(range.start);
        let to = self.offsets.units_before(range.end);
        self.open.retain(|entity| entity.end() > from);
        while let Some(entity) = self.text.entities.get(self.next) {
            if entity.offset >= to {
                break;
            }
            self.next += 1;
            if entity.end() > from {
                self.open.push(entity);
            }
        }
        let clip = |entity: &&Entity| {
            let start = entity.offset.max(from);
            Entity::new(entity.kind.clone(), start - from, entity.end().min(to) - start)
        };
        let mut entities: Vec<_> = self.open.iter().map(clip).collect();
        // Clipped entities begin or end together, so their order may have changed.
        Entity::sort(&mut entities);
        self.open.retain(|entity| entity.end() > to);
        FormattedText { string, entities }
    }
}
