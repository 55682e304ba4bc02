//! A parsed text that still knows where each of its characters was typed; it does not parse.

use std::ops::Range;

use super::FormattedText;

/// A formatted text together with where its characters stand in the string they were typed in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Prose {
    /// What readers see.
    pub text: FormattedText,
    /// Where it was typed.
    pub origins: Origins,
}

impl Prose {
    /// A text without markup, typed at byte `at` of its field.
    #[must_use]
    pub fn verbatim(string: impl Into<String>, at: usize) -> Self {
        let mut origins = Origins::default();
        origins.note(0, at);
        Self { text: FormattedText::plain(string), origins }
    }
}

/// From byte positions of a text to byte positions of the field it was typed in.
///
/// Kept as the places where the difference between the two changes; a text without markup needs none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origins(Vec<(usize, usize)>);

impl Origins {
    /// Says that from byte `text` of the text on, characters stand at byte `field` of the field, until the next note.
    ///
    /// Notes come in the text's order; one that changes nothing is not kept.
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

    /// The same origins for a text that stands at `text` of a longer one.
    pub fn extend(&mut self, text: usize, other: &Self, other_start: usize) {
        self.note(text, other.field_of(0) + other_start);
        for (start, field) in &other.0 {
            self.note(text + start, field + other_start);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_lead_back_to_the_field() {
        // "**ab** c": the text is "ab c".
        let mut origins = Origins::default();
        origins.note(0, 2);
        origins.note(2, 6);
        assert_eq!([0, 1, 2, 3].map(|byte| origins.field_of(byte)), [2, 3, 6, 7]);
        assert_eq!(origins.field_range(0..2), 2..4);
        assert_eq!(origins.field_range(1..4), 3..8);
    }

    #[test]
    fn plain_text_needs_no_notes() {
        let mut origins = Origins::default();
        origins.note(0, 0);
        origins.note(5, 5);
        assert_eq!(origins, Origins::default());
        assert_eq!(origins.field_range(3..9), 3..9);
    }
}
