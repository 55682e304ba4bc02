//! A string from markup with its character references decoded; it does not handle tags.

use super::reference::{self, Referent};

/// Replaces half of a surrogate pair until the string is refused or dropped. It has as many bytes and UTF-16
/// units, and the check of links treats both as a letter.
const PLACEHOLDER: char = char::REPLACEMENT_CHARACTER;

/// A string, and where it had half of a surrogate pair.
#[derive(Debug, Default)]
pub(super) struct Decoded {
    /// The characters.
    pub(super) string: String,
    /// Bytes of markup before the first reference to half of a surrogate pair.
    pub(super) surrogate: Option<usize>,
}

impl Decoded {
    /// Adds the reference, or the lone `&`, that `markup` begins with; it is at byte `byte` of the whole markup. Returns its
    /// length in bytes.
    pub(super) fn push_reference(&mut self, markup: &str, byte: usize) -> usize {
        let Some((referent, length)) = reference::read(markup) else {
            self.string.push('&');
            return 1;
        };
        match referent {
            Referent::Character(character) => self.string.push(character),
            Referent::Surrogate => {
                self.string.push(PLACEHOLDER);
                self.surrogate.get_or_insert(byte);
            }
        }
        length
    }

    /// The text after `prefix`, if the string begins with it.
    pub(super) fn strip_prefix(mut self, prefix: &str) -> Option<Self> {
        self.string = self.string.strip_prefix(prefix)?.to_owned();
        Some(self)
    }
}
