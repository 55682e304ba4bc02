//! Chooses the cut of one part: the last place of the best level that has one.

use super::context::Cut;
use super::reach::{PartWindow, Splitter, TRIES, before};
use super::token::Effect;
use super::{Level, white};

/// A part of less than one sixth of the limit looks like an accident.
pub(super) const MIN_PART: usize = 6;

/// The range in which a cut may be.
#[derive(Clone, Copy, Debug)]
pub(super) struct SearchRange {
    /// A part ends after this byte,
    pub(super) low: usize,
    /// at this one or before it,
    pub(super) high: usize,
    /// and the next begins at this one or after it.
    pub(super) floor: usize,
}

/// A cut and how good it is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub(super) gap: Cut,
    pub(super) level: Level,
}

impl Splitter<'_, '_> {
    /// The best cut of a part whose successor may not begin before byte `floor`.
    ///
    /// So short a part is made only where no other place is between two words.
    pub(super) fn best(&mut self, window: &PartWindow, floor: usize) -> Place {
        let offsets = self.context.offsets;
        let few = self.context.bounds.length() / MIN_PART;
        let min_part = offsets.byte_of_character(offsets.characters_before(window.start) + few);
        let min_part = min_part.min(window.limit);
        let after = SearchRange { low: min_part, high: window.limit, floor };
        let inside = SearchRange { low: window.start, high: min_part, floor };
        let place = self.place(window, after).or_else(|| self.place(window, inside));
        place.unwrap_or_else(|| {
            let all = SearchRange { low: window.start, ..after };
            let gap = self.border(window, all).unwrap_or_else(|| self.farthest(window));
            Place { gap, level: Level::Grapheme }
        })
    }

    /// The best place between two words or better.
    pub(super) fn place(&mut self, window: &PartWindow, range: SearchRange) -> Option<Place> {
        let break_point = self.break_point(window, range);
        if break_point.is_some_and(|place| place.level <= Level::Inside) {
            return break_point;
        }
        let line = self.line(window, range);
        let best = [break_point, line].into_iter().flatten().min_by_key(|place| place.level);
        if best.is_some_and(|place| place.level <= Level::Line) {
            return best;
        }
        let word = self.word(window, range);
        [best, word].into_iter().flatten().min_by_key(|place| place.level)
    }

    /// A border of graphemes at which what Telegram finds does not change, or at least nothing is lost: of the last
    /// ones the best by [`white::tightness`].
    pub(super) fn border(&mut self, window: &PartWindow, range: SearchRange) -> Option<Cut> {
        let mut at = range.high;
        let mut best: Option<(u8, Cut)> = None;
        let mut more = None;
        for _ in 0..TRIES {
            let Some(gap) = self.last_allowed(window, at) else { break };
            if gap.end <= range.low || gap.next < range.floor {
                break;
            }
            let tightness = white::tightness(self.context.string, gap.end, gap.next);
            if best.is_none_or(|(tight, _)| tightness < tight) {
                match self.effect(window, gap) {
                    Effect::None if tightness == 0 => return Some(gap),
                    Effect::None => best = Some((tightness, gap)),
                    Effect::More => more = more.or(Some(gap)),
                    Effect::Other => {}
                }
            }
            if !self.token.may_search() {
                break;
            }
            let Some(back) = before(self.context.string, gap.end) else { break };
            at = back;
        }
        best.map(|(_, gap)| gap).or(more)
    }

    /// The best break point of the caller.
    fn break_point(&mut self, window: &PartWindow, range: SearchRange) -> Option<Place> {
        let context = self.context;
        let first = context
            .break_points
            .partition_point(|break_point| break_point.range.start <= range.low);
        let end = context
            .break_points
            .partition_point(|break_point| break_point.range.start <= range.high);
        let mut best: Option<Place> = None;
        for break_point in context.break_points.get(first..end).unwrap_or_default().iter().rev() {
            if break_point.level == Level::Never
                || best.is_some_and(|best| best.level <= break_point.level)
            {
                continue;
            }
            let gap = context.gap(window.start, break_point.range.start);
            if self.takes(window, range, gap) {
                best = Some(Place { gap, level: break_point.level });
            }
        }
        best
    }

    /// The last blank line, or the last line break where there is none.
    fn line(&mut self, window: &PartWindow, range: SearchRange) -> Option<Place> {
        let context = self.context;
        let mut best = None;
        // The white space at the end of the range may have its line breaks after it.
        let mut gap = context.gap(window.start, range.high);
        loop {
            match context.string.get(gap.end..gap.next).map_or(0, line_breaks) {
                0 => {}
                1 if best.is_some() => {}
                breaks if self.takes(window, range, gap) => {
                    let level = if breaks == 1 { Level::Line } else { Level::Block };
                    best = Some(Place { gap, level });
                    if level == Level::Block {
                        return best;
                    }
                }
                _ => {}
            }
            let before = context.string.as_bytes().get(range.low..gap.end).unwrap_or_default();
            let Some(at) = memchr::memrchr(b'\n', before) else { return best };
            gap = context.gap(window.start, range.low + at);
            if gap.end <= range.low {
                return best;
            }
            // A line break that no cut drops, since code begins with it.
            gap.end = gap.end.min(range.low + at);
        }
    }

    /// The last end of a sentence, or the last white space where there is none.
    fn word(&mut self, window: &PartWindow, range: SearchRange) -> Option<Place> {
        let context = self.context;
        let mut best = None;
        let mut at = range.high;
        let edge = context.gap(window.start, at);
        if !edge.is_tight() {
            best = self.spaced(window, range, edge);
            at = edge.end;
        }
        while best.is_none_or(|best: Place| best.level > Level::Sentence) {
            let before = context.string.get(range.low..at).unwrap_or_default();
            let mut characters = before.char_indices().rev();
            let mark = |character| white::is_break(character) || white::is_wide_stop(character);
            let Some((place, character)) = characters.find(|(_, character)| mark(*character))
            else {
                return best;
            };
            at = range.low + place;
            let found = if white::is_break(character) {
                let gap = context.gap(window.start, at);
                at = at.min(gap.end);
                self.spaced(window, range, gap)
            } else {
                self.unspaced(window, range, at + character.len_utf8())
            };
            if let Some(found) = found
                && best.is_none_or(|best| found.level < best.level)
            {
                best = Some(found);
            }
        }
        best
    }

    /// White space as a place for a cut.
    fn spaced(&mut self, window: &PartWindow, range: SearchRange, gap: Cut) -> Option<Place> {
        let before = self.context.string.get(..gap.end).unwrap_or_default();
        let level = if white::ends_sentence(before) { Level::Sentence } else { Level::Word };
        (!gap.is_tight() && self.takes(window, range, gap)).then_some(Place { gap, level })
    }

    /// The end of a sentence that no white space follows; the wide stop before it ends at byte `at`.
    fn unspaced(&mut self, window: &PartWindow, range: SearchRange, at: usize) -> Option<Place> {
        let gap = self.context.gap(window.start, white::sentence_end(self.context.string, at));
        let is_place = gap.is_tight()
            && gap.end <= range.high
            && self.takes(window, range, gap)
            && self.effect(window, gap) == Effect::None;
        is_place.then_some(Place { gap, level: Level::Sentence })
    }

    fn takes(&mut self, window: &PartWindow, range: SearchRange, gap: Cut) -> bool {
        range.low < gap.end
            && gap.end <= range.high
            && gap.next >= range.floor
            && self.allows(window, gap)
    }
}

/// Line breaks in white space; two mean two or more.
fn line_breaks(white: &str) -> usize {
    white.bytes().filter(|byte| *byte == b'\n').take(2).count()
}
