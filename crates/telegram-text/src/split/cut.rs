//! Going through a text part by part, never more than one part behind the way with the fewest parts.

use std::ops::Range;

use super::balance::balance;
use super::ground::Ground;
use super::reach::Walker;

/// The stretches of the parts, in bytes, without the white space at the cuts.
///
/// The part that each cut ends depends only on the text up to a part's length behind it. The way with the fewest parts
/// takes the farthest cut each time; a cut may be any that this way had passed one part earlier, so that the whole is at
/// most one part longer.
pub(super) fn ranges(ground: &Ground<'_>) -> Vec<Range<usize>> {
    let mut ranges: Vec<Range<usize>> = Vec::new();
    let mut walker = Walker::new(ground);
    let mut fewest = Fewest { walker: Walker::new(ground), next: 0 };
    let mut next = 0;
    let mut levels = Vec::new();
    while let Some(window) = walker.window(next) {
        if window.limit >= ground.end {
            ranges.push(window.start..ground.end);
            break;
        }
        let place = walker.best(&window, fewest.next);
        ranges.push(window.start..place.gap.end);
        levels.push(place.level);
        next = fewest.step(place.gap.next);
    }
    // Behind the last part there may be a cut too: in front of blanks that no part holds.
    let last = ranges.len().checked_sub(2).and_then(|cut| levels.get(cut));
    if let Some(level) = last {
        balance(&mut walker, &mut ranges, *level);
    }
    ranges
}

/// The way with the fewest parts.
struct Fewest<'g, 'a> {
    walker: Walker<'g, 'a>,
    next: usize,
}

impl Fewest<'_, '_> {
    /// Makes one more part. `other` is where the other way is, which has made one part more; what it is to drop because
    /// this way has found that no part can hold it, it skips.
    fn step(&mut self, other: usize) -> usize {
        let Some(window) = self.walker.window(self.next) else { return other };
        let other = if other >= self.next { other.max(window.start) } else { other };
        self.next = if window.limit >= self.walker.ground.end {
            self.walker.ground.end
        } else {
            self.walker.farthest(&window).next
        };
        other
    }
}
