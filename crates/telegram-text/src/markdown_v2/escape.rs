//! The special bytes of MarkdownV2, and how they are escaped. It does not handle entities.

use memchr::memchr2_iter;

use crate::search::ByteClass;

/// The bytes that have to be escaped in text, `\` and the characters that Telegram reserves; and line feeds.
pub(super) const SIGN_OR_LINE_FEED: ByteClass = ByteClass::of(b"\\_*[]()~`>#+-=|{}.!\n");

/// Appends `text` with a backslash before every byte that is one of `signs`, both ASCII.
pub(super) fn push_but(markup: &mut String, text: &str, signs: [u8; 2]) {
    let [one, other] = signs;
    let mut written = 0;
    for at in memchr2_iter(one, other, text.as_bytes()) {
        markup.push_str(text.get(written..at).unwrap_or_default());
        markup.push('\\');
        written = at;
    }
    markup.push_str(text.get(written..).unwrap_or_default());
}

/// A text that is copied from front to back, piece by piece, its signs escaped. Each sign is looked for once, so that
/// pieces without any cost no search.
pub(super) struct Copied<'a> {
    text: &'a str,
    /// The byte after the last piece.
    pub(super) at: usize,
    /// The first sign or line feed that may be after it.
    next: Option<usize>,
}

impl<'a> Copied<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, at: 0, next: SIGN_OR_LINE_FEED.find(text.as_bytes(), 0) }
    }

    /// Leaves out the next `length` bytes.
    pub(super) fn skip(&mut self, length: usize) {
        self.at += length;
        if self.next.is_some_and(|next| next < self.at) {
            self.look_from(self.at);
        }
    }

    /// Appends the next `length` bytes, and `after_line_feed` after every line feed in them.
    pub(super) fn push(&mut self, markup: &mut String, length: usize, after_line_feed: &str) {
        let end = self.at + length;
        while let Some(next) = self.next.filter(|next| *next < end) {
            if self.text.as_bytes().get(next) == Some(&b'\n') {
                self.take(markup, next + 1);
                markup.push_str(after_line_feed);
            } else {
                self.take(markup, next);
                markup.push('\\');
            }
            self.look_from(next + 1);
        }
        self.take(markup, end);
    }

    fn take(&mut self, markup: &mut String, end: usize) {
        markup.push_str(self.text.get(self.at..end).unwrap_or_default());
        self.at = end;
    }

    fn look_from(&mut self, at: usize) {
        self.next = SIGN_OR_LINE_FEED.find(self.text.as_bytes(), at);
    }
}
