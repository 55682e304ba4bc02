//! Makes a short last part longer: moves the last cut back if that costs no part.

use std::ops::Range;

use super::Level;
use super::context::SplitContext;
use super::reach::Splitter;
use super::search_range::{MIN_PART, SearchRange};

/// Moves the last cut into the middle half of the last two parts if the last part is too short.
///
/// The new place must be as good as the old one, which was `level`; between two items of a list is as good as
/// between two blocks. A short last part of whole paragraphs is better than a torn one.
pub(super) fn balance(
    splitter: &mut Splitter<'_, '_>,
    ranges: &mut Vec<Range<usize>>,
    level: Level,
) {
    let context = splitter.context;
    let offsets = context.offsets;
    let [.., before, last] = ranges.as_slice() else { return };
    let (start, cut, end) = (before.start, last.start, last.end);
    let characters = |byte: usize| offsets.characters_before(byte);
    if (characters(end) - characters(cut)) * MIN_PART >= context.bounds.length() {
        return;
    }
    let Some(window) = splitter.window(start).filter(|window| window.start == start) else {
        return;
    };
    let length = characters(end) - characters(start);
    let quarters = |count: usize| offsets.byte_of_character(characters(start) + length * count / 4);
    let range = SearchRange {
        low: quarters(1),
        high: quarters(3).min(window.limit),
        floor: first_that_fits(context, start..cut, end),
    };
    let worst = level.max(Level::Item);
    let place = splitter.place(&window, range).filter(|place| place.level <= worst);
    let gap = place.map(|place| place.gap).or_else(|| {
        let half = SearchRange { high: quarters(2).min(window.limit), ..range };
        if level == Level::Grapheme { splitter.border(&window, half) } else { None }
    });
    let Some(gap) = gap.filter(|gap| gap.next < end) else { return };
    ranges.truncate(ranges.len() - 2);
    ranges.extend([start..gap.end, gap.next..end]);
}

/// The first byte of `range` from which the text up to byte `end` fits in one part; the end of the range if there is
/// none before.
fn first_that_fits(context: &SplitContext<'_>, range: Range<usize>, end: usize) -> usize {
    let (mut low, mut high) = (range.start, range.end);
    while low < high {
        let middle = context.string.floor_char_boundary(low.midpoint(high));
        if context.fits(&(middle..end)) {
            high = middle;
        } else {
            low = context.string.ceil_char_boundary(middle + 1);
        }
    }
    high
}
