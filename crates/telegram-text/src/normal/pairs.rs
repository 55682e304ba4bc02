//! Checks that no entity cuts a character of two UTF-16 units.

use crate::utf16;

/// Whether every range, given by the UTF-16 offsets of its start and end, starts and ends between two characters.
pub(super) fn are_on_characters(
    string: &str,
    mut ranges: impl Iterator<Item = (usize, usize)>,
) -> bool {
    // The UTF-16 offsets inside surrogate pairs, ascending.
    let mut middles = Vec::new();
    let (mut rest, mut units) = (string, 0);
    while let Some((before, after)) = split_at_pair(rest) {
        units += utf16::characters(before) + 2;
        middles.push(units - 1);
        rest = after;
    }
    units += utf16::characters(rest);
    let is_cut = |at: usize| middles.binary_search(&at).is_ok();
    ranges.all(|(start, end)| end <= units && !is_cut(start) && !is_cut(end))
}

/// The text before and after the first character of two units, which has four bytes.
fn split_at_pair(text: &str) -> Option<(&str, &str)> {
    let at = utf16::first_pair(text)?;
    Some((text.get(..at)?, text.get(at + 4..)?))
}
