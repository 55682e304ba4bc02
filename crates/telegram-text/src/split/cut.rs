//! Going through a text part by part, never more than one part behind the way with the fewest parts.

use std::ops::Range;

use super::balance::balance;
use super::context::SplitContext;
use super::reach::Splitter;

/// The stretches of the parts, in bytes, without the white space at the cuts.
///
/// The part that each cut ends depends only on the text up to a part's length behind it. The way with the fewest parts
/// takes the farthest cut each time; a cut may be any that this way had passed one part earlier, so that the whole is at
/// most one part longer.
pub(super) fn ranges(context: &SplitContext<'_>) -> Vec<Range<usize>> {
    let mut ranges: Vec<Range<usize>> = Vec::new();
    let mut splitter = Splitter::new(context);
    let mut fewest = Fewest { splitter: Splitter::new(context), next: 0 };
    let mut next = 0;
    let mut levels = Vec::new();
    while let Some(window) = splitter.window(next) {
        if window.limit >= context.end {
            ranges.push(window.start..context.end);
            break;
        }
        let place = splitter.best(&window, fewest.next);
        ranges.push(window.start..place.gap.end);
        levels.push(place.level);
        next = fewest.step(place.gap.next);
    }
    // Behind the last part there may be a cut too: in front of blanks that no part holds.
    let last = ranges.len().checked_sub(2).and_then(|cut| levels.get(cut));
    if let Some(level) = last {
        balance(&mut splitter, &mut ranges, *level);
    }
    ranges
}

/// The way with the fewest parts.
struct Fewest<'g, 'a> {
    splitter: Splitter<'g, 'a>,
    next: usize,
}

impl Fewest<'_, '_> {
    /// Makes one more part. `other` is where the other way is, which has made one part more; what it is to drop because
    /// this way has found that no part can hold it, it skips.
    fn step(&mut self, other: usize) -> usize {
        let Some(window) = self.splitter.window(self.next) else { return other };
        let other = if other >= self.next { other.max(window.start) } else { other };
        self.next = if window.limit >= self.splitter.context.end {
            self.splitter.context.end
        } else {
            self.splitter.farthest(&window).next
        };
        other
    }
}
