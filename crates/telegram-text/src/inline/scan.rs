//! The first pass over inline Markdown, which finds the marks. It writes no text.

use std::collections::BTreeMap;

use super::address::Addresses;
use super::bracket::{self, Bracket, Destination};
use super::cjk;
use super::definitions::Definitions;
use super::delimiter::{Delimiters, Run};
use super::open_tags::OpenTags;
use super::{Action, Mark};
use crate::problem::{MarkupProblem, MarkupProblemKind};
use crate::search::ByteClass;

/// The next byte from `at` on that can be markup.
pub(super) fn next_special(bytes: &[u8], at: usize, body: Option<&Definitions>) -> Option<usize> {
    let class = if body.is_some_and(|body| body.rich) { &RICH } else { &SPECIAL };
    class.find(bytes, at)
}

/// The bytes that can be markup: ``*_~|`[]\<&`` and line breaks.
const SPECIAL: ByteClass = ByteClass::of(b"*_~|`[]\\<&\n\r");

/// The same in a rich body.
const RICH: ByteClass = ByteClass::of(b"*_~|=`[]\\<&\n\r");

/// The initial capacity for marks: enough for three bold words.
const MARKS: usize = 8;

/// All marks of `source`, in no particular order; `first` is the first byte that can be markup, and `body` the
/// definitions of the body that the text is in.
pub(super) fn marks(
    source: &str,
    first: usize,
    body: Option<&Definitions>,
    problems: &mut Vec<MarkupProblem>,
) -> Vec<Mark> {
    let mut scan = Scan {
        source,
        bytes: source.as_bytes(),
        marks: Vec::with_capacity(MARKS),
        delimiters: Delimiters::with_capacity(MARKS),
        addresses: Addresses::of(source),
        brackets: Vec::new(),
        around_links: 0,
        backticks: None,
        body,
        tags: OpenTags::default(),
        no_comment_from: usize::MAX,
        text_from: 0,
    };
    let mut found = Some(first);
    while let Some(at) = found {
        let after = scan.special(at, problems);
        found = next_special(scan.bytes, after, body);
    }
    scan.end_of_paragraph(problems);
    scan.marks
}

pub(super) struct Scan<'a> {
    pub(super) source: &'a str,
    pub(super) bytes: &'a [u8],
    pub(super) marks: Vec<Mark>,
    pub(super) delimiters: Delimiters,
    addresses: Addresses,
    pub(super) brackets: Vec<Bracket>,
    /// How many of the brackets have a link in them.
    around_links: usize,
    /// The last place of a backtick run of each length, up to the paragraph's end; filled when one is first needed.
    backticks: Option<BTreeMap<usize, usize>>,
    /// The definitions of the body; `None` in a text field, where HTML, autolinks and references are text.
    pub(super) body: Option<&'a Definitions>,
    pub(super) tags: OpenTags,
    /// The byte from which no comment ends.
    pub(super) no_comment_from: usize,
    /// The byte after the last mark that also covers white space around it.
    pub(super) text_from: usize,
}

impl Scan<'_> {
    /// Whether the text is in the body of a rich message.
    pub(super) fn is_rich(&self) -> bool {
        self.body.is_some_and(|body| body.rich)
    }

    pub(super) fn byte(&self, at: usize) -> u8 {
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
                let image = at > 0 && self.byte(at - 1) == b'!' && !self.is_escaped(at - 1);
                if let Some(outer) = self.brackets.last_mut() {
                    outer.is_outer = true;
                }
                self.brackets.push(Bracket {
                    at,
                    image,
                    delimiters: self.delimiters.top(),
                    tags: self.tags.top(),
                    is_outer: false,
                });
                at + 1
            }
            b']' => self.close_bracket(at, problems),
            b'<' => self.angle(at, problems),
            b'&' => self.reference(at, problems),
            _ => self.run(at),
        }
    }

    pub(super) fn skip(&mut self, from: usize, to: usize) {
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

    /// Whether the last mark is a backslash before byte `at`.
    fn is_escaped(&self, at: usize) -> bool {
        self.marks.last().is_some_and(|mark| {
            mark.range.end == at && mark.range.len() == 1 && self.byte(mark.range.start) == b'\\'
        })
    }

    fn next_line_is_blank(&self, at: usize) -> bool {
        let rest = self.bytes.get(at..).unwrap_or_default();
        let first = rest.iter().find(|byte| !matches!(byte, b' ' | b'\t' | b'\r'));
        matches!(first, None | Some(b'\n'))
    }

    fn end_of_paragraph(&mut self, problems: &mut Vec<MarkupProblem>) {
        self.tags.close_to(0, problems);
        self.delimiters.resolve(0, &mut self.marks);
        self.delimiters.finish(problems);
        self.brackets.clear();
        self.around_links = 0;
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
        if self.addresses.hold(self.source, at) {
            return end;
        }
        let mut back = self.source.get(..at).unwrap_or_default().chars().rev();
        let before = back.find(|character| !cjk::is_variation_selector(*character));
        let after = self.source.get(end..).and_then(|text| text.chars().next());
        if let Some(run) = Run::new(self.byte(at), at..end, before, after) {
            self.delimiters.push(run);
        }
        end
    }

    /// Takes the brackets from number `bottom` on as text.
    pub(super) fn close_brackets(&mut self, bottom: usize) {
        self.brackets.truncate(bottom);
        self.around_links = self.around_links.min(bottom);
    }

    fn close_bracket(&mut self, at: usize, problems: &mut Vec<MarkupProblem>) -> usize {
        let Some(open) = self.brackets.pop() else { return at + 1 };
        let holds_link = self.brackets.len() < self.around_links;
        self.around_links = self.around_links.min(self.brackets.len());
        if holds_link && !open.image {
            self.broken_link(&open, at, problems);
            return at + 1;
        }
        let decodes = self.body.is_some();
        let link = bracket::destination(self.source, at + 1, decodes)
            .or_else(|| self.referenced(&open, at));
        let Some((destination, end)) = link else {
            if self.footnote(&open, at, problems) {
                return at + 1;
            }
            self.broken_link(&open, at, problems);
            return at + 1;
        };
        self.delimiters.resolve(open.delimiters, &mut self.marks);
        self.delimiters.close(open.delimiters, problems);
        self.tags.close_to(open.tags, problems);
        if !open.image {
            // A link holds no other link: the brackets around it stay text.
            self.around_links = self.brackets.len();
        }
        let start = if open.image { open.at - 1 } else { open.at };
        self.marks.push(Mark { range: start..open.at + 1, action: Action::OpenLink });
        self.marks.push(Mark {
            range: at..end,
            action: Action::CloseLink { image: open.image, destination },
        });
        end
    }

    /// The definition that the brackets from `open` to byte `at` refer to: `[text][label]`, `[label][]` or `[label]`.
    fn referenced(&self, open: &Bracket, at: usize) -> Option<(Destination, usize)> {
        let definitions = self.body.filter(|definitions| !definitions.has_no_links())?;
        let (label, end) = match bracket::label(self.source, at + 1) {
            Some((label, end)) if !label.is_empty() => (label, end),
            _ if open.is_outer => return None,
            empty => (self.source.get(open.at + 1..at)?, empty.map_or(at + 1, |(_, end)| end)),
        };
        let url = definitions.link(label)?.to_owned();
        Some((Destination { url, range: None, titled: false }, end))
    }

    /// Reports `[words](https://…` that is not a link.
    fn broken_link(&self, open: &Bracket, at: usize, problems: &mut Vec<MarkupProblem>) {
        let rest = self.source.get(at + 1..).unwrap_or_default();
        let address = rest.strip_prefix('(').map(|rest| rest.trim_start_matches('<'));
        if address.is_some_and(|rest| rest.starts_with("https://") || rest.starts_with("http://")) {
            // Brackets end it too, so that no byte is looked at twice.
            let length = rest.find([')', '\n', '[', ']']).unwrap_or(rest.len());
            let end = rest.get(length..).is_some_and(|end| end.starts_with(')'));
            let range = open.at..at + 1 + length + usize::from(end);
            problems.push(MarkupProblem { range, kind: MarkupProblemKind::BrokenLink });
        }
    }

    /// Reads `[^1]` as the number of a footnote and returns whether it is one. Reports it where it is shown as typed.
    fn footnote(&mut self, open: &Bracket, at: usize, problems: &mut Vec<MarkupProblem>) -> bool {
        let label = self.source.get(open.at + 1..at).unwrap_or_default();
        let name = label.strip_prefix('^').filter(|name| is_footnote_name(name));
        let (Some(body), Some(name)) = (self.body, name.filter(|_| !open.is_outer)) else {
            return false;
        };
        let range = open.at..at + 1;
        if let Some((number, is_first)) = body.footnote(name) {
            // `_` in the name is not markup.
            self.delimiters.close(open.delimiters, &mut Vec::new());
            self.marks.push(Mark { range, action: Action::Footnote { number, is_first } });
            return true;
        }
        let kind = if body.rich {
            MarkupProblemKind::FootnoteWithoutText
        } else {
            MarkupProblemKind::Footnote
        };
        problems.push(MarkupProblem { range, kind });
        false
    }
}

/// Whether `[^name]` is a footnote.
pub(crate) fn is_footnote_name(name: &str) -> bool {
    let ends = |sign: char| sign.is_whitespace() || "^*~|=`[]\\<&".contains(sign);
    !name.is_empty() && !name.contains(ends)
}
