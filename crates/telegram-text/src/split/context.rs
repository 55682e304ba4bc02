//! A text with everything on which its cuts depend. It chooses no cut.

use std::cell::Cell;
use std::ops::Range;

use unicode_segmentation::GraphemeCursor;

use super::offset_index::OffsetIndex;
use super::span::{Class, Spans};
use super::{Bounds, BreakPoint, Level, white};
use crate::normal;

/// A cut: the byte where the text before it ends, and the one where the text after it begins. White space is between
/// them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cut {
    pub(super) end: usize,
    pub(super) next: usize,
}

impl Cut {
    fn tight(at: usize) -> Self {
        Self { end: at, next: at }
    }

    /// Whether there is no white space at the cut.
    pub(super) fn is_tight(self) -> bool {
        self.end == self.next
    }

    /// Whether a cut here goes through `piece`. The white space at the piece's ends may be lost.
    pub(super) fn tears(self, piece: &Range<usize>) -> bool {
        piece.start < self.end && self.next < piece.end
    }
}

/// An entity in which Telegram finds nothing: code, a link, a mention, a date, a custom emoji.
#[derive(Clone, Debug)]
pub(super) struct Unbreakable {
    pub(super) range: Range<usize>,
    pub(super) is_code: bool,
    /// Whether it must stay in one part: it is not code and fits in one.
    pub(super) is_whole: bool,
}

/// A text with everything on which its cuts depend.
#[derive(Debug)]
pub(super) struct SplitContext<'a> {
    pub(super) string: &'a str,
    pub(super) offsets: &'a OffsetIndex<'a>,
    pub(super) bounds: Bounds,
    /// The break points, in order.
    pub(super) break_points: &'a [BreakPoint],
    /// Where the text ends: before trailing blanks that fit in no part.
    pub(super) end: usize,
    /// Where the last visible character begins.
    pub(super) last_visible: usize,
    spans: &'a Spans,
    unbreakables: Vec<Unbreakable>,
    /// The number of the unbreakable entity that was looked up last; the next one is mostly the same or a neighbour.
    last_unbreakable: Cell<usize>,
    /// Quotations, sorted and disjoint.
    quotes: Vec<Range<usize>>,
    /// Ranges that must stay together, sorted and disjoint.
    glue: Vec<Range<usize>>,
}

impl<'a> SplitContext<'a> {
    pub(super) fn new(
        string: &'a str,
        offsets: &'a OffsetIndex<'a>,
        spans: &'a Spans,
        break_points: &'a [BreakPoint],
        bounds: Bounds,
    ) -> Self {
        let mut context = Self {
            string,
            offsets,
            bounds,
            break_points,
            end: string.len(),
            last_visible: 0,
            spans,
            unbreakables: Vec::new(),
            last_unbreakable: Cell::new(0),
            quotes: Vec::new(),
            glue: Vec::new(),
        };
        context.find_end();
        context.unbreakables = context.unbreakables();
        let quotes = context.spans.iter().filter(|span| span.class == Class::Quote);
        context.quotes = quotes.map(|span| span.start..span.end).collect();
        context.glue = context.glue();
        context
    }

    /// How far a part that begins at byte `start` may reach by all bounds; it ignores what it tears.
    pub(super) fn limit(&self, start: usize) -> usize {
        self.limit_before(start, self.end)
    }

    /// Whether a range fits in one part.
    pub(super) fn fits(&self, range: &Range<usize>) -> bool {
        self.limit_before(range.start, range.end) >= range.end
    }

    fn limit_before(&self, start: usize, end: usize) -> usize {
        let end = match end.checked_sub(start) {
            Some(length) if length <= self.bounds.length().min(self.bounds.bytes) => end,
            _ => {
                let before = self.offsets.characters_before(start);
                let last = before.saturating_add(self.bounds.characters);
                let by_bytes = start.saturating_add(self.bounds.bytes);
                let by_bytes = self.string.floor_char_boundary(by_bytes);
                let by_units = self.bounds.utf16.map_or(end, |most| {
                    let last = self.offsets.units_before(start).saturating_add(most);
                    self.offsets.byte_up_to_unit(last)
                });
                self.offsets.byte_of_character(last).min(by_bytes).min(by_units).min(end)
            }
        };
        self.spans.limit(start, end, &self.bounds)
    }

    /// The first character at or after byte `start` that a reader sees: where it begins and ends.
    pub(super) fn visible(&self, start: usize) -> Option<Range<usize>> {
        let rest = self.string.get(start..)?;
        let (at, character) =
            rest.char_indices().find(|(_, character)| !normal::is_blank_character(*character))?;
        Some(start + at..start + at + character.len_utf8())
    }

    /// The cut at byte `at` of a part that begins at byte `start`, with the white space around it.
    ///
    /// In code white space is visible: there a cut drops one line break, or one space if there is none. The rest
    /// of the code must not become blank.
    pub(super) fn gap(&self, start: usize, at: usize) -> Cut {
        let before = self.string.get(start..at).and_then(|before| before.chars().next_back());
        let after = self.string.get(at..).and_then(|after| after.chars().next());
        if !before.is_some_and(white::is_break) && !after.is_some_and(white::is_break) {
            return Cut::tight(at);
        }
        let end = white::start(self.string, start, at);
        let next = self.without_base(end, white::end(self.string, at));
        if end < next { self.seen_gap(end, next) } else { Cut::tight(next) }
    }

    /// The cut at white space, which may be in code.
    fn seen_gap(&self, end: usize, next: usize) -> Cut {
        let from = self.unbreakable_after(end);
        let unbreakables = self.unbreakables.get(from..).unwrap_or_default().iter();
        let code = unbreakables
            .take_while(|unbreakable| unbreakable.range.start < next)
            .filter(|unbreakable| unbreakable.is_code)
            .find(|unbreakable| unbreakable.range.end > next || unbreakable.range.start >= end);
        match code {
            None => Cut { end, next },
            Some(code) if code.range.start < end => Cut { end, next: self.dropped(end, next) },
            Some(code) => Cut { end, next: code.range.start },
        }
    }

    /// The end of the one line break of white space in code, or of its first character if there is none.
    fn dropped(&self, start: usize, end: usize) -> usize {
        let white = self.string.get(start..end).unwrap_or_default();
        let first = white.chars().next().map_or(0, char::len_utf8);
        start + white.find('\n').map_or(first, |at| at + 1)
    }

    /// The end of white space, without its last character if that carries a combining mark.
    fn without_base(&self, start: usize, end: usize) -> usize {
        let after = self.string.get(end..).and_then(|after| after.chars().next());
        if after.is_none_or(|after| after < '\u{300}') || self.is_border(start, end) {
            return end;
        }
        let white = self.string.get(start..end).unwrap_or_default();
        end - white.chars().next_back().map_or(0, char::len_utf8)
    }

    /// Whether a part that begins at byte `start` may end at byte `at` without tearing a grapheme.
    pub(super) fn is_border(&self, start: usize, at: usize) -> bool {
        let Some(part) = self.string.get(start..) else { return false };
        let (before, after) = part.split_at_checked(at.saturating_sub(start)).unwrap_or_default();
        let sides = [before.chars().next_back(), after.chars().next()];
        if sides.iter().all(|side| side.is_none_or(is_own_grapheme)) {
            return true;
        }
        // Segmented from the beginning of the part, as a reader's device does it: flags pair up from there.
        let mut cursor = GraphemeCursor::new(at.saturating_sub(start), part.len(), true);
        cursor.is_boundary(part, 0).unwrap_or(true)
    }

    /// The last border of graphemes after byte `start` and up to byte `at`.
    pub(super) fn border_before(&self, start: usize, at: usize) -> Option<usize> {
        let part = self.string.get(start..at)?;
        let ends =
            std::iter::once(at).chain(part.char_indices().rev().map(|(place, _)| start + place));
        ends.take_while(|place| *place > start).find(|place| self.is_border(start, *place))
    }

    /// The number of the first unbreakable entity that ends after byte `at`.
    fn unbreakable_after(&self, at: usize) -> usize {
        let ends_after =
            |number: usize| self.unbreakables.get(number).is_none_or(|piece| piece.range.end > at);
        let is_first = |number: usize| {
            ends_after(number) && number.checked_sub(1).is_none_or(|before| !ends_after(before))
        };
        let last = self.last_unbreakable.get();
        let near = (last.saturating_sub(1)..=last).find(|number| is_first(*number));
        let first = near.unwrap_or_else(|| {
            self.unbreakables.partition_point(|unbreakable| unbreakable.range.end <= at)
        });
        self.last_unbreakable.set(first);
        first
    }

    /// The entity around byte `at` in which Telegram finds nothing.
    pub(super) fn unbreakable_around(&self, at: usize) -> Option<&Unbreakable> {
        self.unbreakables
            .get(self.unbreakable_after(at))
            .filter(|unbreakable| unbreakable.range.start < at)
    }

    /// Whether Telegram keeps what it finds in a range: not across the border of a quotation, and not if it overlaps
    /// an unbreakable entity.
    pub(super) fn keeps_found(&self, range: &Range<usize>) -> bool {
        let unbreakable = self.unbreakable_after(range.start);
        let quote = self.quotes.partition_point(|quote| quote.end <= range.start);
        self.unbreakables
            .get(unbreakable)
            .is_none_or(|unbreakable| unbreakable.range.start >= range.end)
            && self.quotes.get(quote).is_none_or(|quote| {
                quote.start >= range.end || quote.start <= range.start && range.end <= quote.end
            })
    }

    /// Whether Telegram would trim the beginning of a part that begins at byte `at`: blanks outside of entities.
    pub(super) fn is_trimmed(&self, at: usize) -> bool {
        let rest = self.string.get(at..).unwrap_or_default();
        rest.starts_with([' ', '\n']) && !self.spans.cover(at)
    }

    /// The entity that a cut would tear although it fits in one part.
    pub(super) fn torn(&self, gap: Cut) -> Option<&Range<usize>> {
        let unbreakable = self.unbreakables.get(self.unbreakable_after(gap.next))?;
        (unbreakable.is_whole && gap.tears(&unbreakable.range)).then_some(&unbreakable.range)
    }

    /// The range that must stay together and that a cut would tear.
    pub(super) fn glued(&self, gap: Cut) -> Option<&Range<usize>> {
        let next = self.glue.partition_point(|glue| glue.end < gap.end);
        self.glue.get(next).filter(|glue| glue.start < gap.next)
    }

    fn find_end(&mut self) {
        let string = self.string;
        let seen = string.trim_end_matches(normal::is_blank_character).len();
        self.last_visible = string.floor_char_boundary(seen.saturating_sub(1));
        let tail = string.get(seen..).unwrap_or_default();
        if tail.chars().nth(self.bounds.length().saturating_sub(1)).is_some() {
            self.end = seen;
        }
    }

    fn unbreakables(&self) -> Vec<Unbreakable> {
        let mut free_from = 0;
        let mut unbreakables = Vec::new();
        for span in self.spans.iter() {
            if !matches!(span.class, Class::Code | Class::Piece) {
                continue;
            }
            let range = span.start..span.end;
            if range.start >= free_from && !range.is_empty() {
                free_from = range.end;
                let is_code = span.class == Class::Code;
                let is_whole = !is_code && self.fits(&range);
                unbreakables.push(Unbreakable { range, is_code, is_whole });
            }
        }
        unbreakables
    }

    /// The ranges that must stay together, adjacent ones merged. One that does not fit in one part is ignored.
    fn glue(&self) -> Vec<Range<usize>> {
        let glue = self.break_points.iter().filter(|break_point| break_point.level == Level::Never);
        let mut joined: Vec<Range<usize>> = Vec::new();
        for range in
            glue.map(|break_point| break_point.range.clone()).filter(|range| self.fits(range))
        {
            match joined.last_mut().filter(|last| range.start <= last.end) {
                Some(last) => last.end = last.end.max(range.end),
                None => joined.push(range),
            }
        }
        joined
    }
}

/// Whether a character is always a grapheme of its own beside others of this kind: the letters of most texts.
fn is_own_grapheme(character: char) -> bool {
    matches!(character, '\n' | ' '..='~' | '\u{A1}'..='\u{A8}' | '\u{C0}'..='\u{2FF}' | '\u{370}'..='\u{482}' | '\u{48A}'..='\u{52F}' | '\u{3001}'..='\u{3029}' | '\u{3041}'..='\u{3096}' | '\u{30A1}'..='\u{30FE}' | '\u{3400}'..='\u{9FFF}')
}
