//! Parses MarkdownV2 by TDLib's rules, byte by byte. It does not normalize.

use memchr::memchr2;

use super::opened::{Opened, Sign};
use super::{MarkdownV2Error, Refusal, destination, escape};
use crate::link::{self, OwnAddresses};
use crate::{Entity, EntityKind, limits, utf16};

/// The parser's state.
///
/// TDLib's surprising rules: the first two signs of `___` are `__`, unless the open italic ends there;
/// a `>` means a quotation wherever the text before it is empty or ends with a line feed that was not typed inside
/// code, even with empty entities between; a quotation ends at a line feed that no `>` follows, which belongs to it,
/// and nothing that was opened in it may be open then; a line feed after a backslash ends none.
pub(super) struct Parser<'a> {
    markup: &'a str,
    /// Bytes of markup that are read.
    at: usize,
    /// The text so far.
    string: String,
    /// Its UTF-16 units.
    units: usize,
    /// The open entities, the innermost last.
    open: Vec<Opened>,
    /// Whether one of them is a quotation; there is never more than one.
    is_in_quote: bool,
    /// Whether a `>` would mean a quotation.
    is_at_line_start: bool,
    found: Vec<Entity>,
    own_addresses: OwnAddresses,
}

impl<'a> Parser<'a> {
    /// A walk from the beginning of `markup`.
    pub(super) fn new(markup: &'a str) -> Self {
        Self {
            markup,
            at: 0,
            string: String::with_capacity(markup.len()),
            units: 0,
            open: Vec::new(),
            is_in_quote: false,
            is_at_line_start: true,
            found: Vec::new(),
            own_addresses: OwnAddresses::default(),
        }
    }

    /// The text and its entities, in the order in which they end.
    ///
    /// # Errors
    ///
    /// If Telegram's parser refuses the markup.
    pub(super) fn run(mut self) -> Result<(String, Vec<Entity>), Refusal> {
        if let Some((byte, _)) = self.markup.char_indices().nth(limits::MARKUP_CHARACTERS) {
            return Err(Refusal::at(byte, MarkdownV2Error::TooLong));
        }
        while self.take_plain() {
            if self.next_is(b"\\") {
                self.take_escaped();
            } else if self.ends_here() {
                self.close()?;
            } else {
                self.begin()?;
            }
        }
        if let Some(quote) = self.open.pop_if(|last| last.sign == Sign::Quote) {
            self.push(EntityKind::Blockquote, quote.offset);
        }
        match self.open.last() {
            Some(last) => Err(unclosed(last)),
            None => Ok((self.string, self.found)),
        }
    }

    fn rest(&self) -> &'a [u8] {
        self.markup.as_bytes().get(self.at..).unwrap_or_default()
    }

    fn next_is(&self, bytes: &[u8]) -> bool {
        self.rest().starts_with(bytes)
    }

    /// Takes everything up to the next special byte, and returns whether there is one.
    fn take_plain(&mut self) -> bool {
        let bytes = self.markup.as_bytes();
        let next = if self.open.last().is_some_and(|last| last.sign.is_code()) {
            memchr2(b'`', b'\\', self.rest()).map(|ahead| self.at + ahead)
        } else {
            escape::SIGN_OR_LINE_FEED.find(bytes, self.at)
        };
        let end = next.unwrap_or(bytes.len());
        let plain = self.markup.get(self.at..end).unwrap_or_default();
        if !plain.is_empty() {
            self.string.push_str(plain);
            self.units += utf16::len(plain);
            self.is_at_line_start &= is_nothing_to_a_line(plain);
        }
        self.at = end;
        next.is_some()
    }

    /// A backslash, with the character after it where that can be escaped.
    fn take_escaped(&mut self) {
        let after = self.rest().get(1).copied();
        let escaped = after.filter(|byte| destination::is_escapable(*byte));
        self.at += if escaped.is_some() { 2 } else { 1 };
        self.push_byte(escaped.unwrap_or(b'\\'));
    }

    /// One ASCII character of text.
    fn push_byte(&mut self, byte: u8) {
        self.string.push(char::from(byte));
        self.units += 1;
        self.is_at_line_start = byte == b'\n' || byte == b'\r' && self.is_at_line_start;
    }

    /// Whether the innermost entity ends here, or has to.
    fn ends_here(&self) -> bool {
        let Some(last) = self.open.last() else { return false };
        if self.is_in_quote && self.ends_quote(&last.sign) {
            return true;
        }
        match last.sign {
            Sign::Bold => self.next_is(b"*"),
            Sign::Italic => self.next_is(b"_") && !self.next_is(b"__"),
            Sign::Underline => self.next_is(b"__"),
            Sign::Strikethrough => self.next_is(b"~"),
            Sign::Spoiler => self.next_is(b"||"),
            Sign::Code => self.next_is(b"`"),
            Sign::Pre { .. } => self.next_is(b"```"),
            Sign::Link | Sign::Emoji => self.next_is(b"]"),
            Sign::Quote => false,
        }
    }

    /// Whether the quotation ends here, in which `innermost` was opened last.
    ///
    /// Between `||` and the line feed TDLib allows one carriage return, and reads a `>` as one if the text before
    /// ends with one.
    fn ends_quote(&self, innermost: &Sign) -> bool {
        let after = self.rest().strip_prefix(b"||").filter(|_| *innermost != Sign::Spoiler);
        match after {
            None => ends_last_line(self.rest()),
            Some([]) => true,
            Some([b'>', after @ ..]) => {
                self.is_at_line_start && self.string.ends_with('\r') && ends_last_line(after)
            }
            Some([b'\r', after @ ..] | after) => ends_last_line(after),
        }
    }

    /// Ends the innermost entity.
    fn close(&mut self) -> Result<(), Refusal> {
        let Some(last) = self.open.pop() else { return Ok(()) };
        let ends_quote = self.is_in_quote && self.ends_quote(&last.sign);
        if ends_quote && last.sign != Sign::Quote {
            return Err(unclosed(&last));
        }
        let kind = match last.sign {
            Sign::Quote => Some(self.close_quote()),
            Sign::Link => self.close_link(&last)?,
            Sign::Emoji => Some(self.close_emoji(last.byte)?),
            sign => {
                self.at += match sign {
                    Sign::Pre { .. } => 3,
                    Sign::Underline | Sign::Spoiler => 2,
                    _ => 1,
                };
                sign.kind()
            }
        };
        if let Some(kind) = kind {
            self.push(kind, last.offset);
        }
        Ok(())
    }

    fn close_quote(&mut self) -> EntityKind {
        let is_expandable = self.next_is(b"||");
        self.at += if is_expandable { 2 } else { 0 };
        self.at += usize::from(self.next_is(b">"));
        for byte in [b'\r', b'\n'] {
            if self.next_is(&[byte]) {
                self.at += 1;
                self.push_byte(byte);
            }
        }
        self.is_in_quote = false;
        if is_expandable { EntityKind::ExpandableBlockquote } else { EntityKind::Blockquote }
    }

    /// `None` for a link that Telegram does not accept and drops silently.
    fn close_link(&mut self, opened: &Opened) -> Result<Option<EntityKind>, Refusal> {
        self.at += 1;
        if self.next_is(b"(") {
            let (url, _) = self.take_destination()?;
            return Ok(link::entity(&url));
        }
        let address = self.string.get(opened.start..).unwrap_or_default();
        if self.own_addresses.exceed(address) {
            return Err(Refusal::at(opened.byte, MarkdownV2Error::NestedLinks));
        }
        Ok(link::entity(address))
    }

    fn close_emoji(&mut self, byte: usize) -> Result<EntityKind, Refusal> {
        self.at += 1;
        if !self.next_is(b"(") {
            return Err(Refusal::at(byte, MarkdownV2Error::NoDestination));
        }
        let (url, byte) = self.take_destination()?;
        destination::kind(&url).ok_or(Refusal::at(byte, MarkdownV2Error::Destination))
    }

    /// The destination in the parentheses that begin here, and its first byte.
    fn take_destination(&mut self) -> Result<(String, usize), Refusal> {
        let byte = self.at + 1;
        let rest = self.markup.get(byte..).unwrap_or_default();
        let (url, length) =
            destination::take(rest).ok_or(Refusal::at(byte, MarkdownV2Error::UnclosedUrl))?;
        self.at = byte + length + 1;
        Ok((url, byte))
    }

    /// Reads a byte that ends nothing: it begins an entity, is a line feed, or is not allowed here.
    fn begin(&mut self) -> Result<(), Refusal> {
        let byte = self.at;
        let (sign, length) = match self.rest() {
            [b'\n', ..] => {
                self.at += 1;
                self.push_byte(b'\n');
                return Ok(());
            }
            [b'>', ..] if self.is_at_line_start && self.is_in_quote => {
                self.at += 1;
                return Ok(());
            }
            [b'>', ..] if self.is_at_line_start => {
                self.is_in_quote = true;
                (Sign::Quote, 1)
            }
            [b'_', b'_', ..] => (Sign::Underline, 2),
            [b'_', ..] => (Sign::Italic, 1),
            [b'*', ..] => (Sign::Bold, 1),
            [b'~', ..] => (Sign::Strikethrough, 1),
            [b'|', b'|', ..] => (Sign::Spoiler, 2),
            [b'[', ..] => (Sign::Link, 1),
            [b'!', b'[', ..] => (Sign::Emoji, 2),
            [b'`', b'`', b'`', after @ ..] => {
                let (language, length) = language(after);
                (Sign::Pre { language }, 3 + length)
            }
            [b'`', ..] => (Sign::Code, 1),
            [reserved, ..] => {
                return Err(Refusal::at(
                    byte,
                    MarkdownV2Error::Reserved { character: char::from(*reserved) },
                ));
            }
            [] => return Ok(()),
        };
        self.at += length;
        self.open.push(Opened { sign, byte, offset: self.units, start: self.string.len() });
        Ok(())
    }

    fn push(&mut self, kind: EntityKind, offset: usize) {
        let length = self.units - offset;
        if length > 0 {
            self.found.push(Entity::new(kind, offset, length));
        }
    }
}

fn unclosed(opened: &Opened) -> Refusal {
    Refusal::at(opened.byte, MarkdownV2Error::Unclosed { entity: opened.sign.name() })
}

/// Whether a place at the beginning of a line still is one after `text`: Telegram ignores carriage returns.
fn is_nothing_to_a_line(text: &str) -> bool {
    text.bytes().all(|byte| byte == b'\r')
}

/// Whether `bytes` begin with a line feed after which no line of a quotation follows.
fn ends_last_line(bytes: &[u8]) -> bool {
    matches!(bytes, [b'\n', after @ ..] if after.first() != Some(&b'>'))
}

/// The language that begins after three backticks, and the bytes of it and of the line break after it.
fn language(after: &[u8]) -> (Option<String>, usize) {
    let is_end = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | b'\0' | 0x0B | b'`');
    let end = after.iter().position(is_end);
    let named = end.filter(|end| *end > 0 && after.get(*end) != Some(&b'`'));
    let (name, rest) = after.split_at_checked(named.unwrap_or(0)).unwrap_or_default();
    // All that can end a name is ASCII, so it holds whole characters.
    let name_read = std::str::from_utf8(name).ok().filter(|name| !name.is_empty());
    let line_break = match rest {
        [b'\n', b'\r', ..] | [b'\r', b'\n', ..] => 2,
        [b'\n' | b'\r', ..] => 1,
        _ => 0,
    };
    (name_read.map(str::to_owned), name.len() + line_break)
}
