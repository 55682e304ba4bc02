//! Splitting a text part by part, with at most one part more than needed.

use std::ops::Range;

use super::balance::balance;
use super::context::SplitContext;
use super::reach::Splitter;

/// The byte ranges of the parts from byte `start`, without the white space at the cuts.
///
/// Each cut depends only on the text up to a part's length after it. The fewest parts result if every part ends at its
/// farthest cut. A better cut may be chosen as long as it is not before the farthest cut of one part less, so there is
/// at most one part more.
pub(super) fn ranges(context: &SplitContext<'_>, start: usize) -> Vec<Range<usize>> {
    let mut ranges: Vec<Range<usize>> = Vec::new();
    let mut splitter = Splitter::new(context);
    let mut fewest = Fewest { splitter: Splitter::new(context), next: start };
    let mut next = start;
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
    // There may also be a cut after the last part: before blanks that fit in no part.
    let last = ranges.len().checked_sub(2).and_then(|cut| levels.get(cut));
    if let Some(level) = last {
        balance(&mut splitter, &mut ranges, *level);
    }
    ranges
}

/// The split with the fewest parts.
struct Fewest<'g, 'a> {
    splitter: Splitter<'g, 'a>,
    next: usize,
}

impl Fewest<'_, '_> {
    /// Makes one more part. `other` is where the other split is, which has one part more. It is returned, moved past
    /// blanks that this split has found to fit in no part.
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
