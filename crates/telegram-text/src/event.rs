//! A text with entities as a sequence of starts, pieces of text and ends. It writes no markup.

use super::{Entity, FormattedText, utf16};

/// One step through a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event<'a> {
    /// An entity begins.
    Open(&'a Entity),
    /// A piece of the text, at least one character, inside which no entity starts or ends.
    Text(&'a str),
    /// The innermost open entity ends.
    Close(&'a Entity),
}

/// The steps through `text`, which is in Telegram's normal form: entities in order, nested or apart, on characters.
///
/// In other texts an entity that crosses an open one ends with it, and entities outside of the text are left out.
#[must_use]
pub fn events(text: &FormattedText) -> Events<'_> {
    Events {
        rest: &text.string,
        units: 0,
        coming: text.entities.iter().peekable(),
        open: Vec::new(),
    }
}

/// What [`events`] returns.
#[derive(Debug)]
pub struct Events<'a> {
    rest: &'a str,
    /// UTF-16 units before `rest`.
    units: usize,
    coming: std::iter::Peekable<std::slice::Iter<'a, Entity>>,
    /// The entities that are open, the outermost first.
    open: Vec<&'a Entity>,
}

impl<'a> Iterator for Events<'a> {
    type Item = Event<'a>;

    fn next(&mut self) -> Option<Event<'a>> {
        if let Some(open) = self.open.pop_if(|open| open.end() <= self.units) {
            return Some(Event::Close(open));
        }
        while let Some(next) = self.coming.next_if(|next| next.offset <= self.units) {
            if next.offset == self.units && next.length > 0 && !self.rest.is_empty() {
                self.open.push(next);
                return Some(Event::Open(next));
            }
        }
        let border =
            [self.coming.peek().map(|next| next.offset), self.open.last().map(|open| open.end())];
        let border = border.into_iter().flatten().min();
        let length = border.map_or(self.rest.len(), |border| {
            utf16::byte_of(self.rest, border - self.units).unwrap_or(self.rest.len())
        });
        let (piece, rest) = self.rest.split_at_checked(length)?;
        if piece.is_empty() {
            return self.open.pop().map(Event::Close);
        }
        self.rest = rest;
        self.units =
            border.filter(|_| !rest.is_empty()).unwrap_or_else(|| self.units + utf16::len(piece));
        Some(Event::Text(piece))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::EntityKind;

    fn written(text: &str, entities: &[(EntityKind, usize, usize)]) -> String {
        let entities =
            entities.iter().map(|(kind, at, length)| Entity::new(kind.clone(), *at, *length));
        let text = FormattedText { string: text.into(), entities: entities.collect() };
        let written = events(&text).map(|event| match event {
            Event::Open(entity) => format!("<{}>", entity.kind.name()),
            Event::Text(text) => text.to_owned(),
            Event::Close(entity) => format!("</{}>", entity.kind.name()),
        });
        written.collect()
    }

    #[test]
    fn entities_open_and_close_around_their_text() {
        use EntityKind::{Bold, Code, Italic};
        for (text, entities, expected) in [
            ("", &[][..], ""),
            ("ab", &[], "ab"),
            ("ab", &[(Bold, 0, 2)], "<bold>ab</bold>"),
            ("abc", &[(Bold, 1, 1)], "a<bold>b</bold>c"),
            ("abc", &[(Bold, 0, 3), (Italic, 1, 2)], "<bold>a<italic>bc</italic></bold>"),
            ("abc", &[(Bold, 0, 1), (Code, 1, 1)], "<bold>a</bold><code>b</code>c"),
            ("🎙🎙я", &[(Bold, 2, 2), (Italic, 4, 1)], "🎙<bold>🎙</bold><italic>я</italic>"),
        ] {
            assert_eq!(written(text, entities), expected);
        }
    }

    #[test]
    fn unsorted_entities_still_end() {
        use EntityKind::{Bold, Italic};
        for (entities, expected) in [
            (&[(Bold, 0, 9)][..], "<bold>a🎙b</bold>"),
            (&[(Bold, 7, 1)], "a🎙b"),
            (&[(Bold, 0, 0)], "a🎙b"),
            (&[(Bold, 0, 1), (Italic, 0, 3)], "<bold><italic>a🎙</italic></bold>b"),
            (&[(Bold, 3, 1), (Italic, 0, 1)], "a🎙<bold>b</bold>"),
        ] {
            assert_eq!(written("a🎙b", entities), expected, "{entities:?}");
        }
    }
}
