//! Making the last part no stump: the last cut moves forward where that costs no part.

use std::ops::Range;

use super::Level;
use super::choice::{STUMP, Stretch};
use super::ground::Ground;
use super::reach::Walker;

/// Moves the last cut into the middle half of the last two parts, where the last one would be a stump.
///
/// It moves to a place that is as good as the one it leaves, which was `level`; between two items of a list is as good as
/// between two blocks. A short last part of whole paragraphs is better than a torn one.
pub(super) fn balance(walker: &mut Walker<'_, '_>, ranges: &mut Vec<Range<usize>>, level: Level) {
    let ground = walker.ground;
    let ruler = ground.ruler;
    let [.., before, last] = ranges.as_slice() else { return };
    let (start, cut, end) = (before.start, last.start, last.end);
    let characters = |byte: usize| ruler.characters_before(byte);
    if (characters(end) - characters(cut)) * STUMP >= ground.bounds.characters {
        return;
    }
    let Some(window) = walker.window(start).filter(|window| window.start == start) else { return };
    let length = characters(end) - characters(start);
    let quarters = |count: usize| ruler.byte_of_character(characters(start) + length * count / 4);
    let stretch = Stretch {
        low: quarters(1),
        high: quarters(3).min(window.limit),
        floor: first_that_fits(ground, start..cut, end),
    };
    let worst = level.max(Level::Item);
    let place = walker.place(&window, stretch).filter(|place| place.level <= worst);
    let gap = place.map(|place| place.gap).or_else(|| {
        let half = Stretch { high: quarters(2).min(window.limit), ..stretch };
        if level == Level::Grapheme { walker.border(&window, half) } else { None }
    });
    let Some(gap) = gap.filter(|gap| gap.next < end) else { return };
    ranges.truncate(ranges.len() - 2);
    ranges.extend([start..gap.end, gap.next..end]);
}

/// The first byte of `range` from which the text up to byte `end` fits in one part; the end of the range where there is
/// none before.
fn first_that_fits(ground: &Ground<'_>, range: Range<usize>, end: usize) -> usize {
    let (mut low, mut high) = (range.start, range.end);
    while low < high {
        let middle = ground.string.floor_char_boundary(low.midpoint(high));
        if ground.fits(&(middle..end)) {
            high = middle;
        } else {
            low = ground.string.ceil_char_boundary(middle + 1);
        }
    }
    high
}
