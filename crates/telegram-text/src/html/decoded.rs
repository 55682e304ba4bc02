//! A string out of markup, its character references decoded; it knows no tag.

use super::reference::{self, Referent};

/// What stands in for half of a surrogate pair until the whole is refused or dropped. It has as many bytes and UTF-16
/// units as that, and the check of links takes both for a letter.
const STAND_IN: char = char::REPLACEMENT_CHARACTER;

/// A string, with a note of what it cannot hold.
#[derive(Debug, Default)]
pub(super) struct Decoded {
    /// The characters.
    pub(super) string: String,
    /// Bytes of markup before the first reference to half of a surrogate pair.
    pub(super) surrogate: Option<usize>,
}

impl Decoded {
    /// Takes what `markup` begins with, a reference or nothing but `&`, which stands behind `byte` bytes of the whole.
    /// Returns the bytes it took.
    pub(super) fn push_reference(&mut self, markup: &str, byte: usize) -> usize {
        let Some((referent, length)) = reference::read(markup) else {
            self.string.push('&');
            return 1;
        };
        match referent {
            Referent::Character(character) => self.string.push(character),
            Referent::Surrogate => {
                self.string.push(STAND_IN);
                self.surrogate.get_or_insert(byte);
            }
        }
        length
    }

    /// What follows `prefix`, if the string begins with it.
    pub(super) fn strip_prefix(mut self, prefix: &str) -> Option<Self> {
        self.string = self.string.strip_prefix(prefix)?.to_owned();
        Some(self)
    }
}
