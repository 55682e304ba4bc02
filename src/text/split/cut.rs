//! Choosing where to cut: greedily from the front, at the best level that does not cost more than one part too many,
//! and the last two parts balanced so that the last is no stump.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

use super::{Bounds, Level, Seam, counted, weight, whole_pieces};
use crate::text::{FormattedText, utf16};

/// A last part of fewer than a stump-th of the limit looks like an accident.
const STUMP: usize = 6;

/// The text with everything a cut depends on.
pub(super) struct Cuts<'a> {
    text: &'a FormattedText,
    seams: &'a [Seam],
    bounds: Bounds,
    /// Stretches that are not cut.
    whole: Vec<Range<usize>>,
    /// Entities as bytes: where each starts and ends, and what it weighs.
    entities: Vec<(Range<usize>, usize, bool)>,
}

/// A place to cut at, by the byte.
#[derive(Clone, Copy, Debug)]
struct Cut {
    at: usize,
    level: Level,
}

impl<'a> Cuts<'a> {
    pub(super) fn new(text: &'a FormattedText, seams: &'a [Seam], bounds: Bounds) -> Self {
        let mut walk = utf16::Walk::new(&text.string);
        let entities = text
            .entities
            .iter()
            .filter_map(|entity| {
                let start = walk.byte_of(entity.offset)?;
                let length = utf16::byte_of(text.string.get(start..)?, entity.length)?;
                let counts = counted(std::slice::from_ref(entity)) == 1;
                Some((start..start + length, weight(entity), counts))
            })
            .collect();
        Self { text, seams, bounds, whole: whole_pieces(text, bounds), entities }
    }

    /// The stretches of the parts, without the white space at the cuts.
    pub(super) fn ranges(&self) -> Vec<Range<usize>> {
        let total = self.text.string.len();
        let mut ranges: Vec<Range<usize>> = Vec::new();
        let least = self.least(0..total);
        let mut start = self.skip_blank(0);
        while start < total {
            let reach = self.reach(start);
            if reach >= total {
                ranges.push(start..total);
                break;
            }
            let cut =
                self.best(start, reach, |at| ranges.len() + 1 + self.least(at..total) <= least + 1);
            ranges.push(start..self.trim_end(start, cut));
            start = self.skip_blank(cut);
        }
        self.balance(&mut ranges);
        ranges.retain(|range| {
            !crate::text::normal::is_blank(self.text.string.get(range.clone()).unwrap_or_default())
        });
        ranges
    }

    /// The fewest parts that a stretch could become by its characters.
    fn least(&self, range: Range<usize>) -> usize {
        let characters = self.text.string.get(range).map_or(0, utf16::characters);
        characters.div_ceil(self.bounds.characters)
    }

    /// How far a part that begins at `start` may reach.
    fn reach(&self, start: usize) -> usize {
        let rest = self.text.string.get(start..).unwrap_or_default();
        let mut reach =
            rest.char_indices().nth(self.bounds.characters).map_or(rest.len(), |(at, _)| at);
        if reach > self.bounds.bytes {
            reach = (0..=self.bounds.bytes)
                .rev()
                .find(|at| rest.is_char_boundary(*at))
                .unwrap_or_default();
        }
        let mut count = 0;
        let mut bytes = 0;
        for (range, weight, counts) in self.entities.iter().filter(|(range, ..)| range.end > start)
        {
            if range.start >= start + reach {
                break;
            }
            count += usize::from(*counts);
            bytes += weight;
            if count > self.bounds.entities || bytes > self.bounds.entity_bytes {
                return range.start.max(start + 1);
            }
        }
        start + reach
    }

    /// The best place between `start` and `reach`: the best level that has an affordable place, and there the last one.
    fn best(&self, start: usize, reach: usize, affordable: impl Fn(usize) -> bool) -> usize {
        let mut found: Option<Cut> = None;
        let better = |found: &mut Option<Cut>, cut: Cut| {
            if found.is_none_or(|best| (cut.level, best.at) < (best.level, cut.at)) {
                *found = Some(cut);
            }
        };
        let seams =
            self.seams.iter().filter(|seam| seam.range.start > start && seam.range.start <= reach);
        for seam in seams.filter(|seam| seam.level != Level::Never) {
            if affordable(seam.range.start) {
                better(&mut found, Cut { at: seam.range.start, level: seam.level });
            }
        }
        if found.is_some_and(|cut| cut.level <= Level::Inside) {
            return found.map_or(reach, |cut| cut.at);
        }
        for cut in self.inner(start, reach) {
            if cut.level == Level::Block
                && found.is_none_or(|best| best.level > Level::Block)
                && affordable(cut.at)
                || found.is_none_or(|best| cut.level < best.level) && affordable(cut.at)
            {
                found = Some(cut);
            }
        }
        found.map_or_else(|| self.grapheme(start, reach), |cut| cut.at)
    }

    /// The places inside a text, from the last to the first; each is better than, or as good as, what a reader expects.
    fn inner(&self, start: usize, reach: usize) -> impl Iterator<Item = Cut> + '_ {
        let window = self.text.string.get(start..reach).unwrap_or_default();
        let behind = self.text.string.get(reach..).and_then(|rest| rest.chars().next());
        let edge = behind.filter(|next| next.is_whitespace()).map(|_| reach);
        let spaces = window.char_indices().rev().filter(|(_, character)| is_break(*character));
        let places = edge.into_iter().chain(spaces.map(move |(at, _)| start + at));
        places
            .filter(move |at| *at > start && self.may_cut(*at))
            .map(move |at| Cut { at, level: self.level(at) })
    }

    /// How good the white space at `at` is.
    fn level(&self, at: usize) -> Level {
        let (before, behind) = self.text.string.split_at_checked(at).unwrap_or_default();
        let space = behind
            .get(..behind.len() - behind.trim_start_matches(is_break).len())
            .unwrap_or_default();
        match space.bytes().filter(|byte| *byte == b'\n').count() {
            0 => {}
            1 => return Level::Line,
            _ => return Level::Block,
        }
        let closing = ['"', '\'', '»', '”', '’', ')', ']'];
        if before.trim_end_matches(closing).ends_with(['.', '!', '?', '…', '。', '！', '？']) {
            Level::Sentence
        } else {
            Level::Word
        }
    }

    /// Whether a cut at `at` tears nothing that stays whole.
    fn may_cut(&self, at: usize) -> bool {
        let torn = |range: &Range<usize>| range.start < at && at < range.end;
        let next = self.whole.partition_point(|range| range.end <= at);
        if self.whole.get(next).is_some_and(torn) {
            return false;
        }
        let never = self.seams.iter().filter(|seam| seam.level == Level::Never);
        !never.take_while(|seam| seam.range.start <= at).any(|seam| at <= seam.range.end)
    }

    /// The last place between two graphemes that tears nothing; where everything would be torn, the edge itself.
    fn grapheme(&self, start: usize, reach: usize) -> usize {
        let rest = self.text.string.get(start..).unwrap_or_default();
        let ends = self.text.string.get(start..reach).map_or(0, str::len);
        let borders: Vec<usize> = rest
            .grapheme_indices(true)
            .map(|(at, _)| at)
            .take_while(|at| *at <= ends)
            .filter(|at| *at > 0)
            .map(|at| start + at)
            .collect();
        borders
            .iter()
            .rev()
            .find(|at| self.may_cut(**at))
            .or(borders.last())
            .copied()
            .unwrap_or(reach)
    }

    fn skip_blank(&self, at: usize) -> usize {
        let rest = self.text.string.get(at..).unwrap_or_default();
        at + rest.len() - rest.trim_start_matches(is_break).len()
    }

    fn trim_end(&self, start: usize, cut: usize) -> usize {
        start
            + self.text.string.get(start..cut).unwrap_or_default().trim_end_matches(is_break).len()
    }

    /// Moves the last cut forward where the last part would be a stump.
    fn balance(&self, ranges: &mut Vec<Range<usize>>) {
        let [.., before, last] = ranges.as_slice() else { return };
        let length = |range: Range<usize>| self.text.string.get(range).map_or(0, utf16::characters);
        if length(last.clone()) * STUMP >= self.bounds.characters {
            return;
        }
        let (start, end) = (before.start, last.end);
        let half = length(start..end) / 2;
        let middle = self
            .text
            .string
            .get(start..)
            .and_then(|rest| rest.char_indices().nth(half))
            .map_or(end, |(at, _)| start + at);
        let low = self
            .text
            .string
            .get(start..)
            .and_then(|rest| rest.char_indices().nth(half / 2))
            .map_or(start, |(at, _)| start + at);
        let fits = |at: usize| self.reach(self.skip_blank(at)) >= end && at > low;
        let cut = self.best(start, self.reach(start).min(middle + (middle - start) / 2), fits);
        let next = self.skip_blank(cut);
        if fits(cut) && next < end {
            let trimmed = self.trim_end(start, cut);
            ranges.truncate(ranges.len() - 2);
            ranges.push(start..trimmed);
            ranges.push(next..end);
        }
    }
}

/// White space that a cut may drop; a no-break space asks not to be one.
fn is_break(character: char) -> bool {
    matches!(character, ' ' | '\n' | '\t' | '\u{1680}' | '\u{2000}'..='\u{2006}' | '\u{2008}'..='\u{200A}' | '\u{205F}' | '\u{3000}')
}
