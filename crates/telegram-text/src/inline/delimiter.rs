//! Pairs delimiter runs by CommonMark's algorithm. It does not read the text between them.

use std::ops::Range;

use unicode_general_category::{GeneralCategory, get_general_category};

use super::cjk::is_cjk;
use super::{Action, Mark, Style};
use crate::problem::{MarkupProblem, MarkupProblemKind};

/// A run of one delimiter.
#[derive(Debug)]
pub(super) struct Run {
    byte: u8,
    /// What is left of it: closers take from the front, openers from the back.
    range: Range<usize>,
    /// How long it was as typed, for the rule of three.
    typed: usize,
    opens: bool,
    closes: bool,
    before: Option<usize>,
    after: Option<usize>,
}

impl Run {
    /// A run between two characters, where it can open or close something.
    pub(super) fn new(
        byte: u8,
        range: Range<usize>,
        before: Option<char>,
        after: Option<char>,
    ) -> Option<Self> {
        let typed = range.len();
        // Single `~`, `|` and `=` are ordinary characters, and GitHub's Markdown knows no longer strikethrough.
        if matches!(byte, b'~' | b'|' | b'=') && typed != 2 {
            return None;
        }
        let (before, after) = (Neighbour::of(before), Neighbour::of(after));
        let left = after != Neighbour::Space
            && (after != Neighbour::Punctuation || before != Neighbour::Other);
        let right = before != Neighbour::Space
            && (before != Neighbour::Punctuation || after != Neighbour::Other);
        let (opens, closes) = if byte == b'_' {
            (
                left && (!right || before.is_punctuation()),
                right && (!left || after.is_punctuation()),
            )
        } else {
            (left, right)
        };
        (opens || closes).then_some(Self {
            byte,
            range,
            typed,
            opens,
            closes,
            before: None,
            after: None,
        })
    }

    /// Whether `self` as an opener pairs with `closer`.
    fn pairs_with(&self, closer: &Self) -> bool {
        let both_ways = self.closes || closer.opens;
        let sum = self.typed + closer.typed;
        let rule_of_three = both_ways
            && sum.is_multiple_of(3)
            && !(self.typed.is_multiple_of(3) && closer.typed.is_multiple_of(3));
        self.byte == closer.byte
            && self.opens
            && !(rule_of_three && matches!(self.byte, b'*' | b'_'))
    }

    fn style(&self, used: usize) -> Style {
        match (self.byte, used) {
            (b'*', 2) => Style::Bold,
            (b'_', 2) => Style::Underline,
            (b'~', _) => Style::Strikethrough,
            (b'|', _) => Style::Spoiler,
            (b'=', _) => Style::Marked,
            _ => Style::Italic,
        }
    }

    fn stray(&self) -> Option<&'static str> {
        match (self.byte, self.range.len()) {
            (b'*', 2) => Some("**"),
            (b'_', 2) => Some("__"),
            (b'~', 2) => Some("~~"),
            (b'|', 2) => Some("||"),
            (b'=', 2) => Some("=="),
            _ => None,
        }
    }

    /// A closer that finds no opener shows that later closers of the same class find none before it either.
    fn class(&self) -> usize {
        let byte = match self.byte {
            b'*' => 0,
            b'_' => 1,
            b'~' => 2,
            b'|' => 3,
            _ => 4,
        };
        byte * 6 + usize::from(self.opens) * 3 + self.typed % 3
    }
}

/// A character beside a run. Chinese, Japanese and Korean texts have no spaces between words, so their characters and
/// their punctuation never keep a run from opening or closing
/// ([CJK-friendly emphasis](https://github.com/tats-u/markdown-cjk-friendly)).
#[derive(Clone, Copy, PartialEq, Eq)]
enum Neighbour {
    Space,
    Punctuation,
    Cjk,
    CjkPunctuation,
    Other,
}

impl Neighbour {
    fn is_punctuation(self) -> bool {
        matches!(self, Self::Punctuation | Self::CjkPunctuation)
    }

    /// The ends of a text count as white space.
    fn of(character: Option<char>) -> Self {
        match character {
            None => Self::Space,
            Some(character) if character.is_ascii() => {
                if matches!(character, ' ' | '\t' | '\n' | '\r' | '\u{C}') {
                    Self::Space
                } else if character.is_ascii_punctuation() {
                    Self::Punctuation
                } else {
                    Self::Other
                }
            }
            Some(character) => {
                match (Self::of_category(get_general_category(character)), is_cjk(character)) {
                    (Self::Punctuation, true) => Self::CjkPunctuation,
                    (Self::Other, true) => Self::Cjk,
                    (neighbour, _) => neighbour,
                }
            }
        }
    }

    fn of_category(category: GeneralCategory) -> Self {
        match category {
            GeneralCategory::SpaceSeparator => Self::Space,
            category if is_punctuation(category) => Self::Punctuation,
            _ => Self::Other,
        }
    }
}

/// What CommonMark calls a Unicode punctuation character: Unicode's categories P and S.
pub(crate) fn is_punctuation(category: GeneralCategory) -> bool {
    use GeneralCategory as G;
    matches!(
        category,
        G::ConnectorPunctuation
            | G::DashPunctuation
            | G::OpenPunctuation
            | G::ClosePunctuation
            | G::InitialPunctuation
            | G::FinalPunctuation
            | G::OtherPunctuation
            | G::MathSymbol
            | G::CurrencySymbol
            | G::ModifierSymbol
            | G::OtherSymbol
    )
}

/// The runs of a paragraph, linked so that those between a pair are left out in one step.
#[derive(Debug)]
pub(super) struct Delimiters {
    runs: Vec<Run>,
    last: Option<usize>,
}

impl Delimiters {
    /// No runs, with space for `capacity` of them.
    pub(super) fn with_capacity(capacity: usize) -> Self {
        Self { runs: Vec::with_capacity(capacity), last: None }
    }

    /// The number of runs so far; later runs get this number and higher ones.
    pub(super) fn top(&self) -> usize {
        self.runs.len()
    }

    pub(super) fn push(&mut self, mut run: Run) {
        let index = self.runs.len();
        run.before = self.last;
        if let Some(last) = self.last.and_then(|last| self.runs.get_mut(last)) {
            last.after = Some(index);
        }
        self.last = Some(index);
        self.runs.push(run);
    }

    /// Pairs the runs from number `bottom` on.
    pub(super) fn resolve(&mut self, bottom: usize, marks: &mut Vec<Mark>) {
        let mut floors = [bottom; 30];
        let mut current = self.first_from(bottom);
        while let Some(closer) = current {
            let Some(run) = self.runs.get(closer) else { return };
            if !run.closes || run.range.is_empty() {
                current = run.after;
                continue;
            }
            let class = run.class();
            let floor = floors.get(class).copied().unwrap_or(bottom);
            if let Some(opener) = self.opener(closer, floor) {
                self.pair(opener, closer, marks);
                continue;
            }
            if let Some(floor) = floors.get_mut(class) {
                *floor = closer;
            }
            let after = run.after;
            if !run.opens {
                self.unlink(closer);
            }
            current = after;
        }
    }

    /// The first linked run from number `bottom` on.
    fn first_from(&self, bottom: usize) -> Option<usize> {
        let mut first = None;
        let mut at = self.last;
        while let Some(index) = at.filter(|index| *index >= bottom) {
            first = Some(index);
            at = self.runs.get(index)?.before;
        }
        first
    }

    fn opener(&self, closer: usize, floor: usize) -> Option<usize> {
        let run = self.runs.get(closer)?;
        let mut at = run.before;
        while let Some(index) = at.filter(|index| *index >= floor) {
            let candidate = self.runs.get(index)?;
            if candidate.pairs_with(run) {
                return Some(index);
            }
            at = candidate.before;
        }
        None
    }

    fn pair(&mut self, opener: usize, closer: usize, marks: &mut Vec<Mark>) {
        let (Some(open), Some(close)) = (self.runs.get(opener), self.runs.get(closer)) else {
            return;
        };
        let used = if open.range.len() >= 2 && close.range.len() >= 2 { 2 } else { 1 };
        let style = open.style(used);
        marks.push(Mark {
            range: open.range.end - used..open.range.end,
            action: Action::Open(style),
        });
        marks.push(Mark {
            range: close.range.start..close.range.start + used,
            action: Action::Close(style),
        });
        // Runs between the two can pair with nothing outside.
        if let Some(close) = self.runs.get_mut(closer) {
            close.range.start += used;
            close.before = Some(opener);
        }
        let mut open_is_empty = false;
        if let Some(open) = self.runs.get_mut(opener) {
            open.range.end -= used;
            open.after = Some(closer);
            open_is_empty = open.range.is_empty();
        }
        if open_is_empty {
            self.unlink(opener);
        }
        if self.runs.get(closer).is_some_and(|close| close.range.is_empty()) {
            // It stays in the list until the loop has passed it, since the loop needs its neighbours.
            let after = self.runs.get(closer).and_then(|close| close.after);
            self.unlink(closer);
            if let Some(close) = self.runs.get_mut(closer) {
                close.after = after;
            }
        }
    }

    fn unlink(&mut self, index: usize) {
        let Some((before, after)) = self.runs.get(index).map(|run| (run.before, run.after)) else {
            return;
        };
        if let Some(before) = before.and_then(|before| self.runs.get_mut(before)) {
            before.after = after;
        }
        match after.and_then(|after| self.runs.get_mut(after)) {
            Some(after) => after.before = before,
            None => self.last = before,
        }
    }

    /// Drops the runs from number `bottom` on: a link around them has ended.
    pub(super) fn close(&mut self, bottom: usize, problems: &mut Vec<MarkupProblem>) {
        while let Some(index) = self.last.filter(|index| *index >= bottom) {
            self.report(index, problems);
            self.unlink(index);
        }
    }

    /// Ends the paragraph.
    pub(super) fn finish(&mut self, problems: &mut Vec<MarkupProblem>) {
        for index in 0..self.runs.len() {
            self.report(index, problems);
        }
        self.runs.clear();
        self.last = None;
    }

    fn report(&mut self, index: usize, problems: &mut Vec<MarkupProblem>) {
        let Some(run) = self.runs.get_mut(index) else { return };
        if let Some(sign) = run.stray() {
            problems.push(MarkupProblem {
                range: run.range.clone(),
                kind: MarkupProblemKind::Stray(sign),
            });
        }
        run.range = 0..0;
    }
}
