//! The HTML parser; it neither cleans nor trims the text.

use memchr::memchr2;

use super::attribute::Attribute;
use super::cursor::{Cursor, END, is_blank};
use super::decoded::Decoded;
use super::entities::{Entities, Place};
use super::tag::Tag;
use super::{HtmlError, Refusal};
use crate::{Entity, limits, utf16};

/// HTML that is being read.
pub(super) struct Parser<'a> {
    markup: &'a str,
    cursor: Cursor<'a>,
    text: Decoded,
    /// Bytes of `text` whose UTF-16 units are counted, and those units.
    counted: (usize, usize),
    open: Vec<Open>,
    entities: Entities,
}

/// A tag that is open.
struct Open {
    tag: Tag,
    /// In lower case.
    name: String,
    /// Bytes of markup before its `<`.
    start: usize,
    /// Bytes of text before it.
    byte: usize,
    /// UTF-16 units of text before it.
    units: usize,
}

impl<'a> Parser<'a> {
    pub(super) fn new(markup: &'a str) -> Self {
        Self {
            markup,
            cursor: Cursor::new(markup),
            text: Decoded::default(),
            counted: (0, 0),
            open: Vec::new(),
            entities: Entities::default(),
        }
    }

    /// The text and its entities, in the order in which they end.
    ///
    /// # Errors
    ///
    /// The first thing that Telegram's parser refuses.
    pub(super) fn run(mut self) -> Result<(String, Vec<Entity>), Refusal> {
        if let Some(byte) = too_long(self.markup) {
            return Err(Refusal::at(byte, HtmlError::TooLong));
        }
        while let Some(length) = memchr2(b'<', b'&', self.cursor.rest().as_bytes()) {
            self.text.string.push_str(self.cursor.take(length));
            let start = self.cursor.byte;
            if self.cursor.skip(b'<') {
                if self.cursor.skip(b'/') { self.end_tag(start) } else { self.start_tag(start) }?;
            } else {
                let length = self.text.push_reference(self.cursor.rest(), start);
                self.cursor.take(length);
            }
        }
        self.text.string.push_str(self.cursor.rest());
        self.finish()
    }

    fn start_tag(&mut self, start: usize) -> Result<(), Refusal> {
        let cursor = &mut self.cursor;
        let name = cursor.take_until(ends_tag_name).to_ascii_lowercase();
        if cursor.peek() == END {
            return Err(Refusal::at(start, HtmlError::UnclosedStartTag));
        }
        let Some(mut tag) = Tag::of(&name) else {
            return Err(Refusal::at(start, HtmlError::UnsupportedStartTag { tag: name }));
        };
        loop {
            cursor.skip_blanks();
            if cursor.skip(b'>') {
                break;
            }
            let attribute = Attribute::read(cursor, &name, start)?;
            tag.set(attribute.name, attribute.value);
        }
        if matches!(tag, Tag::Span { is_spoiler: false }) {
            return Err(Refusal::at(start, HtmlError::SpanWithoutSpoiler));
        }
        let (byte, units) = (self.text.string.len(), self.units());
        self.open.push(Open { tag, name, start, byte, units });
        Ok(())
    }

    /// An end tag without a name, `</>`, closes any tag.
    fn end_tag(&mut self, start: usize) -> Result<(), Refusal> {
        let Some(open) = self.open.pop() else {
            return Err(Refusal::at(start, HtmlError::UnexpectedEndTag));
        };
        let found = self.cursor.take_until(ends_tag_name);
        self.cursor.skip_blanks();
        if !self.cursor.skip(b'>') {
            return Err(Refusal::at(start, HtmlError::UnclosedEndTag));
        }
        if !found.is_empty() && !found.eq_ignore_ascii_case(&open.name) {
            let found = found.to_ascii_lowercase();
            return Err(Refusal::at(
                start,
                HtmlError::UnmatchedEndTag { expected: open.name, found },
            ));
        }
        let length = self.units() - open.units;
        if length == 0 {
            return Ok(());
        }
        let Open { tag, units, byte: start, start: byte, .. } = open;
        self.entities
            .close(tag, Place { offset: units, length, text: &self.text.string, start, byte })
    }

    fn finish(self) -> Result<(String, Vec<Entity>), Refusal> {
        if let Some(Open { name, start, .. }) = self.open.into_iter().next_back() {
            return Err(Refusal::at(start, HtmlError::MissingEndTag { tag: name }));
        }
        if let Some(byte) = self.text.surrogate {
            return Err(Refusal::at(byte, HtmlError::Surrogate));
        }
        Ok((self.text.string, self.entities.finish()?))
    }

    /// UTF-16 units of the text so far.
    fn units(&mut self) -> usize {
        let (byte, units) = self.counted;
        let string = &self.text.string;
        self.counted = (string.len(), units + utf16::len(string.get(byte..).unwrap_or_default()));
        self.counted.1
    }
}

fn ends_tag_name(byte: u8) -> bool {
    byte == b'>' || is_blank(byte)
}

/// Bytes before the first character past the limit.
fn too_long(markup: &str) -> Option<usize> {
    if markup.len() <= limits::MARKUP_CHARACTERS {
        return None;
    }
    markup.char_indices().nth(limits::MARKUP_CHARACTERS).map(|(byte, _)| byte)
}
