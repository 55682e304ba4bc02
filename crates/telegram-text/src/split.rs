//! Cutting a text into parts that Telegram takes, at the best places; which places a post has is told by its layout.

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

/// A place where a text may, or may not, be cut.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BreakPoint {
    /// The bytes between the two sides, which are dropped in a cut. With [`Level::Never`] the bytes that stay together,
    /// and with what stands around them where they begin or end in white space.
    pub range: Range<usize>,
    /// How good a place it is.
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

/// The last words of `text` that one part could hold, as a person would look for them.
#[must_use]
pub fn fits_until(text: &FormattedText, bounds: Bounds) -> String {
    let offsets = OffsetIndex::new(&text.string);
    let spans = Spans::of(text, &offsets, bounds);
    let limit = SplitContext::new(&text.string, &offsets, &spans, &[], bounds).limit(0);
    last_words(text.string.get(..limit).unwrap_or_default())
}

/// The last words of a text, as many as tell the place.
fn last_words(text: &str) -> String {
    let mut words: Vec<_> = text.split_whitespace().rev().take(5).collect();
    words.reverse();
    words.join(" ")
}

/// Cuts `text` into parts that keep `bounds`; with one part it comes back as it is.
///
/// `text` is in normal form, and so is every part. `mark` is shown at the end of every part, with `{n}` and `{total}`
/// filled in, and counted in; where the bounds leave nothing beside it, it is left out.
///
/// The best place of a part is a seam, then a blank line, the end of a line, of a sentence, of a word, a border of
/// graphemes. Links, mentions, moments, custom emoji and whatever Telegram finds by itself stay whole if they fit in one
/// part. There is at most one part more than there must be. The parts are the text but for white space at the cuts: of
/// code one line break or space, of other text all of it; and but for blanks that no part can hold, since Telegram
/// refuses a part of blanks.
#[must_use]
pub fn split(
    text: &FormattedText,
    seams: &[BreakPoint],
    bounds: Bounds,
    mark: Option<&str>,
) -> Vec<FormattedText> {
    if bounds.hold(text) {
        return vec![text.clone()];
    }
    let offsets = OffsetIndex::new(&text.string);
    let mut slicer = Slicer::new(text, &offsets);
    let spans = Spans::of(text, &offsets, bounds);
    let mut seams = Cow::Borrowed(seams);
    if !seams.is_sorted_by_key(|seam| seam.range.start) {
        seams.to_mut().sort_by_key(|seam| seam.range.start);
    }
    let ranges = |bounds: Bounds| {
        cut::ranges(&SplitContext::new(&text.string, &offsets, &spans, &seams, bounds))
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

/// A part as Telegram keeps it: where a cut between graphemes leaves a space with a joiner at its beginning, Telegram takes
/// the space away.
fn kept(part: FormattedText) -> Option<FormattedText> {
    normal::uncut(part).ok()
}

/// The mark and the stretches that leave room for it.
///
/// How many digits the mark needs depends on how many parts there are, and that on the mark.
fn marked<'m>(
    text: &FormattedText,
    bounds: Bounds,
    mark: Option<&'m str>,
    ranges: impl Fn(Bounds) -> Vec<Range<usize>>,
) -> Option<(Mark<'m>, Vec<Range<usize>>)> {
    let mark = mark.and_then(Mark::new)?;
    let parts = |all: usize, most: usize| all / most.max(1);
    let least = parts(text.characters(), bounds.characters)
        .max(parts(counted(&text.entities), bounds.entities));
    let mut digits = least.max(1).ilog10() + 1;
    loop {
        let ranges = ranges(mark.beside(bounds, digits)?);
        let needed = ranges.len().max(1).ilog10() + 1;
        if needed <= digits {
            return Some((mark, ranges));
        }
        digits = needed;
    }
}

#[cfg(test)]
mod tests;
