//! A position in markup that moves forward. It knows Telegram's white space, and no tag.

/// Ends a tag or an attribute's value everywhere: Telegram reads NUL as the end of the markup.
pub(super) const END: u8 = 0;

/// What Telegram reads as a blank between the words of a tag. A form feed is not one.
pub(super) fn is_blank(byte: u8) -> bool {
    matches!(byte, END | b'\t' | b'\n' | b'\x0B' | b'\r' | b' ')
}

/// A position in markup, always between two characters.
pub(super) struct Cursor<'a> {
    markup: &'a str,
    /// Bytes before it.
    pub(super) byte: usize,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(markup: &'a str) -> Self {
        Self { markup, byte: 0 }
    }

    /// The markup from here on.
    pub(super) fn rest(&self) -> &'a str {
        self.markup.get(self.byte..).unwrap_or_default()
    }

    /// The next byte, or [`END`] at the end.
    pub(super) fn peek(&self) -> u8 {
        self.markup.as_bytes().get(self.byte).copied().unwrap_or(END)
    }

    /// Steps over `byte` if it is the next one; it must be ASCII, and not [`END`].
    pub(super) fn skip(&mut self, byte: u8) -> bool {
        let is_next = self.peek() == byte;
        self.byte += usize::from(is_next);
        is_next
    }

    /// The next `length` bytes, or what is left.
    pub(super) fn take(&mut self, length: usize) -> &'a str {
        let rest = self.rest();
        let (taken, _) = rest.split_at_checked(length).unwrap_or((rest, ""));
        self.byte += taken.len();
        taken
    }

    /// The text before the first byte for which `ends` is true; that byte must be ASCII.
    pub(super) fn take_until(&mut self, ends: impl Fn(u8) -> bool) -> &'a str {
        let length = self.rest().bytes().position(ends);
        self.take(length.unwrap_or(usize::MAX))
    }

    pub(super) fn skip_blanks(&mut self) {
        self.take_until(|byte| byte == END || !is_blank(byte));
    }
}
