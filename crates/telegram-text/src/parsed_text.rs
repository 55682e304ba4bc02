//! A parsed text with a source map. It does not parse.

use std::ops::Range;

use super::{Entity, FormattedText, utf16};

/// A formatted text, and a map from its characters to where they were typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ParsedText {
    /// What readers see.
    pub text: FormattedText,
    /// The map from its bytes to those of the field.
    pub origins: SourceMap,
}

impl ParsedText {
    /// A text without markup, typed at byte `at` of its field.
    #[must_use]
    pub fn verbatim(string: impl Into<String>, at: usize) -> Self {
        let mut origins = SourceMap::default();
        origins.note(0, at);
        Self { text: FormattedText::plain(string), origins }
    }

    /// Puts a text without markup in place of bytes `range`. The entities around them grow or shrink with them, and those inside
    /// vanish. The new characters were typed where the first of the old ones was.
    pub fn replace(&mut self, range: Range<usize>, with: &str) {
        let (start, end) = (range.start, range.end);
        let length = self.text.string.len();
        let (mut text, rest) = (self.slice(0..start), self.slice(end..length));
        let units = |end: usize| utf16::len(self.text.string.get(..end).unwrap_or_default());
        let (from, to, new) = (units(start), units(end), utf16::len(with));
        let moved = |at: usize| if at >= to { at + new - (to - from) } else { at.min(from) };
        let around = self.text.entities.iter().filter_map(|entity| {
            let (start, end) = (moved(entity.offset), moved(entity.end()));
            (start < end).then(|| Entity::new(entity.kind.clone(), start, end - start))
        });
        let mut entities: Vec<_> = around.collect();
        Entity::sort(&mut entities);
        let typed = Self::in_place_of(with, self.origins.field_of(start));
        text.origins.extend(start, &typed.origins, 0);
        text.origins.extend(start + with.len(), &rest.origins, 0);
        text.text.string.push_str(with);
        text.text.string.push_str(&rest.text.string);
        *self = Self {
            text: FormattedText { string: text.text.string, entities },
            origins: text.origins,
        };
    }

    /// The part at bytes `range` of the text.
    pub(crate) fn slice(&self, range: Range<usize>) -> Self {
        let units = |end: usize| utf16::len(self.text.string.get(..end).unwrap_or_default());
        let (from, to) = (units(range.start), units(range.end));
        let clip = |entity: &Entity| {
            let (start, end) = (entity.offset.max(from), entity.end().min(to));
            (start < end).then(|| Entity::new(entity.kind.clone(), start - from, end - start))
        };
        let mut entities: Vec<_> = self.text.entities.iter().filter_map(clip).collect();
        // Clipped entities begin or end together, so their order may have changed.
        Entity::sort(&mut entities);
        let string = self.text.string.get(range.clone()).unwrap_or_default().to_owned();
        let text = FormattedText { string, entities };
        Self { text, origins: self.origins.slice(range) }
    }

    /// A text that is shown in place of what was typed at byte `at` of its field.
    pub(crate) fn in_place_of(string: &str, at: usize) -> Self {
        let mut origins = SourceMap::default();
        for (byte, _) in string.char_indices() {
            origins.note(byte, at);
        }
        Self { text: FormattedText::plain(string), origins }
    }
}

/// Maps byte positions of a text to byte positions of the field in which it was typed.
///
/// It stores the positions at which the difference between the two changes; a text without markup needs none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SourceMap(Vec<(usize, usize)>);

impl SourceMap {
    /// Records that characters from byte `text` of the text on are at byte `field` of the field, until the next note.
    ///
    /// Notes must be in the order of the text; one that changes nothing is not kept.
    pub fn note(&mut self, text: usize, field: usize) {
        if self.field_of(text) == field {
            return;
        }
        if let Some(last) = self.0.last_mut()
            && last.0 == text
        {
            last.1 = field;
            return;
        }
        self.0.push((text, field));
    }

    /// The byte of the field at which the character at byte `text` was typed.
    #[must_use]
    pub fn field_of(&self, text: usize) -> usize {
        let next = self.0.partition_point(|(start, _)| *start <= text);
        match next.checked_sub(1).and_then(|index| self.0.get(index)) {
            Some((start, field)) => field + (text - start),
            None => text,
        }
    }

    /// The bytes of the field in which the characters of `text`, which is not empty, were typed.
    #[must_use]
    pub fn field_range(&self, text: Range<usize>) -> Range<usize> {
        let last = text.end.saturating_sub(1).max(text.start);
        self.field_of(text.start)..self.field_of(last) + (text.end - last)
    }

    /// The map of the part at bytes `range` of the text.
    fn slice(&self, range: Range<usize>) -> Self {
        let mut part = Self::default();
        part.note(0, self.field_of(range.start));
        for (start, field) in self.0.iter().filter(|(start, _)| range.contains(start)) {
            part.note(start - range.start, *field);
        }
        part
    }

    /// Adds the map of a text that is at byte `text` of this one.
    pub fn extend(&mut self, text: usize, other: &Self, other_start: usize) {
        self.note(text, other.field_of(0) + other_start);
        for (start, field) in &other.0 {
            self.note(text + start, field + other_start);
        }
    }

    /// The composition with `outer`, the map of a field that was itself made of pieces of a larger one.
    ///
    /// A body's paragraph is such a field: its lines are after quote marks and list indentation in the body.
    #[must_use]
    pub fn through(&self, outer: &Self) -> Self {
        let mut through = Self::default();
        let implied = match self.0.first() {
            Some((0, _)) => None,
            _ => Some((0, 0)),
        };
        let mut segments = implied.into_iter().chain(self.0.iter().copied()).peekable();
        while let Some((start, field)) = segments.next() {
            through.note(start, outer.field_of(field));
            let length = segments.peek().map(|(next, _)| next - start);
            let first = outer.0.partition_point(|(piece, _)| *piece <= field);
            for (piece, place) in outer.0.iter().skip(first) {
                let after = piece - field;
                if length.is_some_and(|length| after >= length) {
                    break;
                }
                through.note(start + after, *place);
            }
        }
        through
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replaced_characters_keep_the_entities_around_them() {
        let mut problems = Vec::new();
        let mut text = crate::inline::parse("a **b {x} c** *d*", &mut problems);
        let at = text.text.string.find("{x}").unwrap();
        text.replace(at..at + 3, "😀 long");
        assert_eq!(text.text.string, "a b 😀 long c d");
        let kinds: Vec<_> = text.text.entities.iter().map(|e| (e.offset, e.length)).collect();
        assert_eq!(kinds, [(2, 11), (14, 1)]);
        let typed = |word: &str| text.origins.field_of(text.text.string.find(word).unwrap());
        assert_eq!(["a", "b", "😀", "long", "c", "d"].map(typed), [0, 4, 6, 6, 10, 15]);
    }

    #[test]
    fn positions_are_mapped_to_the_field() {
        // "**ab** c": the text is "ab c".
        let mut origins = SourceMap::default();
        origins.note(0, 2);
        origins.note(2, 6);
        assert_eq!([0, 1, 2, 3].map(|byte| origins.field_of(byte)), [2, 3, 6, 7]);
        assert_eq!(origins.field_range(0..2), 2..4);
        assert_eq!(origins.field_range(1..4), 3..8);
    }

    #[test]
    fn positions_are_mapped_through_the_pieces_of_a_field() {
        // "> **ab\n> cd** e": the field is "**ab\ncd** e", the text "ab\ncd e".
        let mut outer = SourceMap::default();
        outer.note(0, 2);
        outer.note(5, 9);
        let mut inner = SourceMap::default();
        inner.note(0, 2);
        inner.note(5, 9);
        let body = "> **ab\n> cd** e";
        let places = inner.through(&outer);
        let read: String =
            (0..7).map(|byte| char::from(body.as_bytes()[places.field_of(byte)])).collect();
        assert_eq!(read, "ab\ncd e");
        assert_eq!(SourceMap::default().through(&outer), outer);
    }

    #[test]
    fn plain_text_needs_no_map_entries() {
        let mut origins = SourceMap::default();
        origins.note(0, 0);
        origins.note(5, 5);
        assert_eq!(origins, SourceMap::default());
        assert_eq!(origins.field_range(3..9), 3..9);
    }
}
