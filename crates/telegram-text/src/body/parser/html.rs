//! HTML that makes blocks: comments, `<details>` and `<summary>`. Other tags are inline.

use std::ops::Range;

use super::{
    CODE_INDENT, Container, Cursor, Kind, Leaf, OpenFence, Parser, Piece, Progress, Start,
};
use crate::inline::tag::Tag;

impl<'a> Parser<'a> {
    /// Starts the HTML block at `cursor`, if there is one.
    pub(super) fn start_html(
        &mut self,
        cursor: &mut Cursor<'a>,
        line_break: usize,
        start: &mut Start,
    ) -> Option<Progress> {
        let ahead = cursor.after_indent();
        if ahead.rest().starts_with("<!--") {
            self.make_room(start.inside);
            *cursor = ahead;
            start.opened(self.open.len());
            return Some(self.start_comment(cursor));
        }
        let tag = Tag::read(ahead.rest())?;
        match tag.name.as_str() {
            "details" if tag.closes => {
                let mut end = ahead;
                self.details_within(start.inside)?;
                self.end_details(&mut end, start);
                *cursor = end;
                Some(Progress::More)
            }
            "details" => {
                self.make_room(start.inside);
                let from = ahead.place();
                if self.is_too_deep(cursor) {
                    return Some(Progress::Done);
                }
                *cursor = ahead;
                cursor.take_marker(tag.length);
                let (is_open, tag) = (tag.is_open, from..cursor.place());
                let kind = Kind::Details { tag, title: None, is_open, ends: false };
                self.push_container(kind, from);
                start.opened(self.open.len());
                Some(Progress::More)
            }
            "summary" if !tag.closes && self.awaits_summary(start) => {
                *cursor = ahead;
                cursor.take_marker(tag.length);
                self.leaf = Some(Leaf::Summary(Vec::new()));
                start.opened(self.open.len());
                Some(self.continue_summary(cursor, line_break))
            }
            _ => None,
        }
    }

    /// Reads the comment that begins at `cursor`.
    fn start_comment(&mut self, cursor: &mut Cursor<'a>) -> Progress {
        self.unseen += 1;
        self.leaf = Some(Leaf::Comment { from: cursor.place() });
        // `<!-->` is a comment too.
        cursor.take_marker("<!".len());
        self.continue_comment(cursor)
    }

    /// Reads to the end of the comment, or to the end of the line.
    pub(super) fn continue_comment(&mut self, cursor: &mut Cursor<'a>) -> Progress {
        let Some(end) = cursor.rest().find("-->") else { return Progress::Done };
        cursor.take_marker(end + "-->".len());
        self.leaf = None;
        Progress::More
    }

    /// Whether the innermost container is `<details>` without anything in it.
    fn awaits_summary(&self, start: &Start) -> bool {
        let is_empty = |container: &Container| {
            container.blocks.is_empty()
                && matches!(container.kind, Kind::Details { title: None, .. })
        };
        self.leaf.is_none()
            && start.inside == self.open.len()
            && self.open.last().is_some_and(is_empty)
    }

    /// Reads to the end of the summary, or to the end of the line.
    pub(super) fn continue_summary(
        &mut self,
        cursor: &mut Cursor<'a>,
        line_break: usize,
    ) -> Progress {
        let Some(Leaf::Summary(pieces)) = &mut self.leaf else { return Progress::More };
        let end = end_tag(cursor.rest(), "summary");
        let (text, mut after) =
            cursor.split(end.as_ref().map_or(cursor.rest().len(), |end| end.start));
        if !text.is_blank() {
            pieces.push(Piece::new(&text.after_indent(), line_break));
        }
        let Some(end) = end else { return Progress::Done };
        after.take_marker(end.len());
        *cursor = after;
        self.close_leaf();
        Progress::More
    }

    /// The innermost open `<details>` among the first `inside` containers.
    fn details_within(&self, inside: usize) -> Option<usize> {
        let is_details = |container: &Container| matches!(container.kind, Kind::Details { .. });
        self.open.get(..inside)?.iter().rposition(is_details)
    }

    /// Where `</details>` is in a line of text, if something is before it; in code it is text.
    pub(super) fn details_end(&self, cursor: &Cursor<'a>) -> Option<usize> {
        self.details_within(self.open.len())?;
        if matches!(self.leaf, Some(Leaf::Fence(OpenFence { .. }) | Leaf::Indented { .. }))
            || cursor.indent() >= CODE_INDENT && self.leaf.is_none()
        {
            return None;
        }
        let (text, mut from, mut is_code) = (cursor.rest(), 0, false);
        loop {
            let at = from + end_tag(text.get(from..)?, "details")?.start;
            is_code ^= text.get(from..at)?.matches('`').count() % 2 == 1;
            if !is_code {
                return Some(at);
            }
            from = at + 1;
        }
    }

    /// Closes the innermost `<details>`, whose end is at `cursor`.
    pub(super) fn end_details(&mut self, cursor: &mut Cursor<'a>, start: &mut Start) {
        if let Some(end) = end_tag(cursor.rest(), "details") {
            cursor.take_marker(end.len());
        }
        if let Some(index) = self.details_within(self.open.len()) {
            if let Some(Container { kind: Kind::Details { ends, .. }, .. }) =
                self.open.get_mut(index)
            {
                *ends = true;
            }
            self.close_to(index);
        }
        start.opened(self.open.len());
    }
}

/// The bytes of `</name>` in `text`.
fn end_tag(text: &str, name: &str) -> Option<Range<usize>> {
    let ends = |(at, _): (usize, &str)| {
        let tag = Tag::read(text.get(at..)?)?;
        (tag.closes && tag.name == name).then_some(at..at + tag.length)
    };
    text.match_indices("</").find_map(ends)
}
