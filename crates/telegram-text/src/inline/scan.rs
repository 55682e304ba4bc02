//! The first pass over inline Markdown, which finds the marks. It writes no text.

use std::collections::BTreeMap;

use super::bracket::{self, Bracket};
use super::delimiter::{Delimiters, Run};
use super::{Action, Mark};
use crate::problem::MarkupProblem;
use crate::search::ByteClass;

/// The next byte from `at` on that can be markup.
pub(super) fn next_special(bytes: &[u8], at: usize) -> Option<usize> {
    SPECIAL.find(bytes, at)
}

/// The bytes that can be markup: ``*_~|`[]\`` and line breaks.
const SPECIAL: ByteClass = ByteClass::of(b"*_~|`[]\\\n\r");

/// All marks of `source`, in no particular order; `first` is the first byte that can be markup.
pub(super) fn marks(source: &str, first: usize, problems: &mut Vec<MarkupProblem>) -> Vec<Mark> {
    let mut scan = Scan {
        source,
        bytes: source.as_bytes(),
        marks: Vec::new(),
        delimiters: Delimiters::default(),
        brackets: Vec::new(),
        backticks: None,
    };
    let mut found = Some(first);
    while let Some(at) = found {
        let after = scan.special(at, problems);
        found = next_special(scan.bytes, after);
    }
    scan.end_of_paragraph(problems);
    scan.marks
}

struct Scan<'a> {
    source: &'a str,
    bytes: &'a [u8],
    marks: Vec<Mark>,
    delimiters: Delimiters,
    brackets: Vec<Bracket>,
    /// The last place of a backtick run of each length, up to the paragraph's end; filled when one is first needed.
    backticks: Option<BTreeMap<usize, usize>>,
}

impl Scan<'_> {
    fn byte(&self, at: usize) -> u8 {
        self.bytes.get(at).copied().unwrap_or_default()
    }

    /// Reads the markup at byte `at` and returns where to continue.
    fn special(&mut self, at: usize, problems: &mut Vec<MarkupProblem>) -> usize {
        match self.byte(at) {
            b'\\' => self.escape(at),
            b'\r' => {
                if self.byte(at + 1) == b'\n' {
                    self.skip(at, at + 1);
                }
                at + 1
            }
            b'\n' => {
                if self.next_line_is_blank(at + 1) {
                    self.end_of_paragraph(problems);
                }
                at + 1
            }
            b'`' => self.code(at),
            b'[' => {
                let image = at > 0
                    && self.byte(at - 1) == b'!'
                    && self.marks.last().is_none_or(|mark| mark.range.end < at);
                self.brackets.push(Bracket::open(at, image, self.delimiters.top()));
                at + 1
            }
            b']' => self.close_bracket(at, problems),
            _ => self.run(at),
        }
    }

    fn skip(&mut self, from: usize, to: usize) {
        self.marks.push(Mark { range: from..to, action: Action::Skip });
    }

    /// A backslash is not shown before ASCII punctuation and at the end of a line.
    fn escape(&mut self, at: usize) -> usize {
        let next = self.byte(at + 1);
        if next.is_ascii_punctuation() {
            self.skip(at, at + 1);
            return at + 2;
        }
        if next == b'\n' || (next == b'\r' && self.byte(at + 2) == b'\n') {
            self.skip(at, at + 1);
        }
        at + 1
    }

    fn next_line_is_blank(&self, at: usize) -> bool {
        let rest = self.bytes.get(at..).unwrap_or_default();
        let first = rest.iter().find(|byte| !matches!(byte, b' ' | b'\t' | b'\r'));
        matches!(first, None | Some(b'\n'))
    }

    fn end_of_paragraph(&mut self, problems: &mut Vec<MarkupProblem>) {
        self.delimiters.resolve(0, &mut self.marks);
        self.delimiters.finish(problems);
        self.brackets.clear();
        self.backticks = None;
    }

    /// The length of the run of the byte at `at`.
    fn run_length(&self, at: usize) -> usize {
        let byte = self.byte(at);
        self.bytes.get(at..).unwrap_or_default().iter().take_while(|other| **other == byte).count()
    }

    fn code(&mut self, at: usize) -> usize {
        let length = self.run_length(at);
        let after = at + length;
        if self.last_backticks(after).get(&length).is_none_or(|last| *last < after) {
            return after;
        }
        let mut close = after;
        while let Some(found) = self.bytes.get(close..).and_then(|rest| memchr::memchr(b'`', rest))
        {
            let start = close + found;
            let found_length = self.run_length(start);
            if found_length == length {
                let shown = self.shown_code(after, start);
                self.marks.push(Mark { range: at..start + length, action: Action::Code(shown) });
                return start + length;
            }
            close = start + found_length;
        }
        after
    }

    /// One space at both ends only separates backticks and is not shown.
    fn shown_code(&self, from: usize, to: usize) -> std::ops::Range<usize> {
        let code = self.bytes.get(from..to).unwrap_or_default();
        let padded = code.len() > 2 && code.starts_with(b" ") && code.ends_with(b" ");
        if padded && code.iter().any(|byte| *byte != b' ') { from + 1..to - 1 } else { from..to }
    }

    fn last_backticks(&mut self, from: usize) -> &BTreeMap<usize, usize> {
        if self.backticks.is_none() {
            let mut last = BTreeMap::new();
            let mut at = from;
            while let Some(found) =
                self.bytes.get(at..).and_then(|rest| memchr::memchr2(b'`', b'\n', rest))
            {
                let start = at + found;
                if self.byte(start) == b'\n' {
                    if self.next_line_is_blank(start + 1) {
                        break;
                    }
                    at = start + 1;
                    continue;
                }
                let length = self.run_length(start);
                last.insert(length, start);
                at = start + length;
            }
            self.backticks = Some(last);
        }
        self.backticks.get_or_insert_default()
    }

    fn run(&mut self, at: usize) -> usize {
        let length = self.run_length(at);
        let end = at + length;
        let before = self.source.get(..at).and_then(|text| text.chars().next_back());
        let after = self.source.get(end..).and_then(|text| text.chars().next());
        if let Some(run) = Run::new(self.byte(at), at..end, before, after) {
            self.delimiters.push(run);
        }
        end
    }

    fn close_bracket(&mut self, at: usize, problems: &mut Vec<MarkupProblem>) -> usize {
        let Some(open) = self.brackets.pop() else { return at + 1 };
        if !open.active {
            return at + 1;
        }
        let Some((destination, end)) = bracket::destination(self.source, at + 1) else {
            return at + 1;
        };
        self.delimiters.resolve(open.delimiters, &mut self.marks);
        self.delimiters.close(open.delimiters, problems);
        if !open.image {
            // A link holds no other link: the brackets around it stay text.
            self.brackets
                .iter_mut()
                .filter(|bracket| !bracket.image)
                .for_each(|bracket| bracket.active = false);
        }
        let start = if open.image { open.at - 1 } else { open.at };
        self.marks.push(Mark { range: start..open.at + 1, action: Action::OpenLink });
        self.marks.push(Mark {
            range: at..end,
            action: Action::CloseLink { image: open.image, destination },
        });
        end
    }
}
