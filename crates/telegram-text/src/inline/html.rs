//! The HTML, the autolinks and the character references of a text: what they mean in a body, and a warning in other texts.

use std::ops::Range;

use super::bracket::Destination;
use super::open_tags::OpenTag;
use super::scan::Scan;
use super::tag::{Autolink, Tag, TagStyle, autolink, comment, length_while};
use super::{Action, Mark, reference};
use crate::problem::{MarkupProblem, MarkupProblemKind};

impl Scan<'_> {
    fn rest(&self, at: usize) -> &str {
        self.source.get(at..).unwrap_or_default()
    }

    /// Reads what the `<` at byte `at` begins.
    pub(super) fn angle(&mut self, at: usize, problems: &mut Vec<MarkupProblem>) -> usize {
        if self.rest(at).starts_with("<!--") {
            return self.comment(at, problems);
        }
        if self.body.is_some()
            && let Some((kind, length)) = autolink(self.rest(at))
        {
            return self.autolink(kind, at, at + length);
        }
        let Some(tag) = Tag::read(self.rest(at)).filter(Tag::is_known) else { return at + 1 };
        let end = at + tag.length;
        if self.body.is_none() {
            self.tags.report(&tag, at, problems);
            return at + 1;
        }
        if tag.name == "br" && !tag.closes {
            return self.line_break(at, end);
        }
        let is_anchor = tag.name == "a" && tag.href.is_none();
        match tag.style(self.is_rich()) {
            Some(_) if tag.closes => match self.tags.take(&tag.name, problems) {
                Some(open) => self.close_tag(&open, at..end, problems),
                None => self.tags.report(&tag, at, problems),
            },
            Some(style) if !is_anchor => {
                let (delimiters, brackets) = (self.delimiters.top(), self.brackets.len());
                self.tags.push(OpenTag { tag, style, at, delimiters, brackets });
            }
            _ => self.tags.report(&tag, at, problems),
        }
        end
    }

    /// Everything in the tag is apart from what is around it, as it is in a link.
    fn close_tag(&mut self, open: &OpenTag, end: Range<usize>, problems: &mut Vec<MarkupProblem>) {
        self.delimiters.resolve(open.delimiters, &mut self.marks);
        self.delimiters.close(open.delimiters, problems);
        self.close_brackets(open.brackets);
        let (opens, closes) = match open.style {
            TagStyle::Style(style) => (Action::Open(style), Action::Close(style)),
            TagStyle::Code => (Action::OpenCode, Action::CloseCode),
            TagStyle::Link => {
                let href = open.tag.href.clone().unwrap_or_default();
                let range = open.at + href.start..open.at + href.end;
                // A backslash is a character there, so only references are decoded.
                let url = reference::decoded(self.source.get(range.clone()).unwrap_or_default());
                let destination = Destination { url, range: Some(range), titled: false };
                (Action::OpenLink, Action::CloseLink { image: false, destination })
            }
        };
        let start = open.at..open.at + open.tag.length;
        self.marks.push(Mark { range: start, action: opens });
        self.marks.push(Mark { range: end, action: closes });
    }

    /// A comment is not shown, and of the spaces around it one stays.
    fn comment(&mut self, at: usize, problems: &mut Vec<MarkupProblem>) -> usize {
        let length = if at < self.no_comment_from { comment(self.rest(at)) } else { None };
        if length.is_none() {
            self.no_comment_from = self.no_comment_from.min(at);
        }
        let Some(length) = length.filter(|_| self.body.is_some()) else {
            let kind = MarkupProblemKind::Html { tag: "!--".to_owned() };
            problems.push(MarkupProblem { range: at..at + "<!--".len(), kind });
            return at + 1;
        };
        let mut end = at + length;
        let mut start = at;
        if matches!(self.byte(end), 0 | b'\n' | b'\r') {
            start = self.before_spaces(at);
        } else if at == 0 || matches!(self.byte(at - 1), b' ' | b'\n') {
            end += self.spaces(end);
        }
        self.skip(start, end);
        self.text_from = end;
        end
    }

    /// Spaces beside a line break are not shown, nor is the line break that may be typed after it.
    fn line_break(&mut self, at: usize, end: usize) -> usize {
        let start = self.before_spaces(at);
        let after = end + self.spaces(end);
        if matches!(self.byte(after), b'\n' | b'\r') {
            self.skip(start, after);
        } else {
            self.marks.push(Mark { range: start..after, action: Action::Break(at) });
        }
        self.text_from = after;
        after
    }

    /// The byte before `at` at which the spaces before it begin.
    fn before_spaces(&self, at: usize) -> usize {
        let text = self.bytes.get(self.text_from..at).unwrap_or_default();
        at - text.iter().rev().take_while(|byte| **byte == b' ').count()
    }

    fn spaces(&self, at: usize) -> usize {
        length_while(self.bytes, at, |byte| *byte == b' ')
    }

    fn autolink(&mut self, kind: Autolink, at: usize, end: usize) -> usize {
        let range = at + 1..end - 1;
        match kind {
            Autolink::Detected => {
                self.skip(at, at + 1);
                self.skip(end - 1, end);
            }
            Autolink::Address => {
                let url = self.source.get(range.clone()).unwrap_or_default().to_owned();
                let destination = Destination { url, range: Some(range), titled: false };
                self.marks.push(Mark { range: at..at + 1, action: Action::OpenLink });
                self.marks.push(Mark {
                    range: end - 1..end,
                    action: Action::CloseLink { image: false, destination },
                });
            }
        }
        end
    }

    /// Reads the character reference that the `&` at byte `at` may begin.
    pub(super) fn reference(&mut self, at: usize, problems: &mut Vec<MarkupProblem>) -> usize {
        let Some((characters, length)) = reference::read(self.rest(at)) else { return at + 1 };
        let range = at..at + length;
        if self.body.is_none() {
            let typed = self.source.get(range.clone()).unwrap_or_default().to_owned();
            let kind = MarkupProblemKind::Reference { typed, characters };
            problems.push(MarkupProblem { range, kind });
        } else {
            self.marks.push(Mark { range, action: Action::Decoded(characters) });
        }
        at + length
    }
}
