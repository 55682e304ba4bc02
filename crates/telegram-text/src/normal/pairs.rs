//! Characters of two UTF-16 units, which no entity may cut; it changes nothing.

use crate::utf16;

/// Whether every range, given by the UTF-16 offsets of its start and end, starts and ends between two characters.
pub(super) fn stand_on_characters(
    string: &str,
    mut ranges: impl Iterator<Item = (usize, usize)>,
) -> bool {
    let units = utf16::len(string);
    let middles = middles(string);
    let is_cut = |at: usize| middles.binary_search(&at).is_ok();
    ranges.all(|(start, end)| end <= units && !is_cut(start) && !is_cut(end))
}

/// The UTF-16 offsets inside surrogate pairs, ascending.
fn middles(string: &str) -> Vec<usize> {
    let mut middles = Vec::new();
    // Most texts have no such character.
    if string.bytes().all(|byte| byte < 0xF0) {
        return middles;
    }
    let mut units = 0;
    for character in string.chars() {
        if character.len_utf16() == 2 {
            middles.push(units + 1);
        }
        units += character.len_utf16();
    }
    middles
}
