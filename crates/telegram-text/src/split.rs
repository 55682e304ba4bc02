//! Splits a text into parts that Telegram accepts, at the best places. The caller may add break points.

mod balance;
mod bounds;
mod context;
mod cut;
mod mark;
mod offset_index;
mod reach;
mod search_range;
mod slice;
mod span;
mod token;
mod white;

use std::borrow::Cow;
use std::ops::Range;

use super::{FormattedText, normal};
use context::SplitContext;
use mark::Mark;
use offset_index::OffsetIndex;
use slice::Slicer;
use span::Spans;

pub use bounds::{Bounds, Excess, counted};

/// A place where a text may be cut, or must not be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BreakPoint {
    /// The bytes between the two sides, which a cut drops. With [`Level::Never`] the bytes that stay together;
    /// if they begin or end in white space, the text around that stays with them too.
    pub range: Range<usize>,
    /// How good the place is.
    pub level: Level,
}

/// How good a place for a cut is, the best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Between two blocks of a post, or two paragraphs.
    Block,
    /// Between two items of a list.
    Item,
    /// Between the blocks of one item.
    Inside,
    /// Between two lines.
    Line,
    /// Between two sentences.
    Sentence,
    /// Between two words.
    Word,
    /// Between two graphemes.
    Grapheme,
    /// Nowhere.
    Never,
}

/// The last words of `text` that fit in one part, so that an author finds the place.
#[must_use]
pub fn fits_until(text: &FormattedText, bounds: Bounds) -> String {
    let offsets = OffsetIndex::new(&text.string);
    let spans = Spans::of(text, &offsets, bounds);
    let limit = SplitContext::new(&text.string, &offsets, &spans, &[], bounds).limit(0);
    last_words(text.string.get(..limit).unwrap_or_default())
}

/// The last five words of a text.
fn last_words(text: &str) -> String {
    let mut words: Vec<_> = text.split_whitespace().rev().take(5).collect();
    words.reverse();
    words.join(" ")
}

/// Splits `text` into parts within `bounds`; a text that fits in one part is returned unchanged.
///
/// `text` must be in normal form, and so is every part. `mark` is added at the end of every part, with `{n}` and
/// `{total}` filled in, and counts towards the bounds. It is left out if the bounds have no room for it.
///
/// A part ends at the last place of the best [`Level`] in it: a break point up to [`Level::Inside`], then a blank line, the
/// end of a line, a sentence or a word, then between graphemes. Links, mentions, dates, custom emoji and what Telegram
/// detects stay whole if they fit in one part. There is at most one part more than needed. The parts are the
/// text without the white space at the cuts: in code one line break or space, in other text all of it. Blanks that fit
/// in no part are dropped too, since Telegram refuses a part of blanks.
#[must_use]
pub fn split(
    text: &FormattedText,
    break_points: &[BreakPoint],
    bounds: Bounds,
    mark: Option<&str>,
) -> Vec<FormattedText> {
    split_with_first(text, break_points, PartBounds { first: bounds, others: bounds }, mark)
}

/// The bounds of the parts of one text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PartBounds {
    /// Of the first part.
    pub first: Bounds,
    /// Of each later part.
    pub others: Bounds,
}

/// Splits `text` as [`split`] does, with bounds of its own for the first part, as a caption has them.
///
/// Links and what Telegram detects stay whole in the first part if they fit in it.
#[must_use]
pub fn split_with_first(
    text: &FormattedText,
    break_points: &[BreakPoint],
    bounds: PartBounds,
    mark: Option<&str>,
) -> Vec<FormattedText> {
    if bounds.first.hold(text) {
        return vec![text.clone()];
    }
    let offsets = OffsetIndex::new(&text.string);
    let mut slicer = Slicer::new(text, &offsets);
    let spans = Spans::of(text, &offsets, bounds.others);
    let mut break_points = Cow::Borrowed(break_points);
    if !break_points.is_sorted_by_key(|break_point| break_point.range.start) {
        break_points.to_mut().sort_by_key(|break_point| break_point.range.start);
    }
    let context = |bounds| SplitContext::new(&text.string, &offsets, &spans, &break_points, bounds);
    let ranges = |bounds: PartBounds| {
        let mut ranges = cut::ranges(&context(bounds.first), 0);
        if let (true, [_, second, ..]) = (bounds.first != bounds.others, ranges.as_slice()) {
            let start = second.start;
            ranges.truncate(1);
            ranges.extend(cut::ranges(&context(bounds.others), start));
        }
        ranges
    };
    let Some((mark, ranges)) = marked(text, bounds, mark, ranges) else {
        return ranges(bounds).into_iter().filter_map(|range| kept(slicer.slice(range))).collect();
    };
    let total = ranges.len();
    let mut n = 0;
    let with_mark = |range| {
        n += 1;
        let mut part = kept(slicer.slice(range))?;
        mark.append(&mut part, n, total);
        Some(part)
    };
    ranges.into_iter().filter_map(with_mark).collect()
}

/// A part as Telegram keeps it: if a cut between graphemes leaves a space with a combining mark at its beginning,
/// Telegram removes the space.
fn kept(part: FormattedText) -> Option<FormattedText> {
    normal::uncut(part).ok()
}

/// The mark, and the ranges of the parts that leave room for it.
///
/// The number of digits in the mark depends on the number of parts, and that on the mark.
fn marked<'m>(
    text: &FormattedText,
    bounds: PartBounds,
    mark: Option<&'m str>,
    ranges: impl Fn(PartBounds) -> Vec<Range<usize>>,
) -> Option<(Mark<'m>, Vec<Range<usize>>)> {
    let mark = mark.and_then(Mark::new)?;
    let parts = |all: usize, most: usize| all / most.max(1);
    let PartBounds { first, others } = bounds;
    let least = parts(text.characters(), others.characters)
        .max(parts(counted(&text.entities), others.entities))
        .max(parts(bounds::weights(&text.entities), others.entity_bytes));
    let mut digits = least.max(1).ilog10() + 1;
    loop {
        let first = mark.beside(first, digits)?;
        let ranges = ranges(PartBounds { first, others: mark.beside(others, digits)? });
        let needed = ranges.len().max(1).ilog10() + 1;
        if needed <= digits {
            return Some((mark, ranges));
        }
        digits = needed;
    }
}

#[cfg(test)]
mod tests;
