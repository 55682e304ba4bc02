//! The mark at the end of every part, such as `(1/3)`; it does not see the parts.

use super::Bounds;
use crate::{FormattedText, clean, normal, utf16};

/// The blank line between a part and its mark.
const ABOVE: &str = "\n\n";

/// A mark in which `{n}` and `{total}` are not filled in yet.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mark<'a>(&'a str);

impl<'a> Mark<'a> {
    /// `None` for a blank mark, which Telegram would trim.
    pub(super) fn new(mark: &'a str) -> Option<Self> {
        let mark = mark.trim_end_matches([' ', '\n']);
        (!normal::is_blank(mark)).then_some(Self(mark))
    }

    /// The room in `bounds` for a part whose mark has numbers of up to `digits` digits; `None` if there is none.
    pub(super) fn beside(&self, bounds: Bounds, digits: u32) -> Option<Bounds> {
        let largest = 10_usize.saturating_pow(digits) - 1;
        let mark = self.filled(largest, largest);
        let left = |bound: usize, taken: usize| bound.checked_sub(taken).filter(|left| *left > 0);
        let utf16 = match bounds.utf16 {
            Some(most) => Some(left(most, utf16::len(&mark))?),
            None => None,
        };
        Some(Bounds {
            characters: left(bounds.characters, mark.chars().count())?,
            utf16,
            bytes: left(bounds.bytes, mark.len())?,
            ..bounds
        })
    }

    /// Adds the mark to a part.
    pub(super) fn append(&self, part: &mut FormattedText, n: usize, total: usize) {
        part.string.push_str(&self.filled(n, total));
    }

    fn filled(&self, n: usize, total: usize) -> String {
        let mark = self.0.replace("{n}", &n.to_string()).replace("{total}", &total.to_string());
        format!("{ABOVE}{}", clean::cleaned(&mark))
    }
}
