//! Footnotes: `[^label]: …`, whose further paragraphs are indented. They are shown at the end of a rich body.

use super::{Cursor, Kind, Parser, Progress, Start};
use crate::block::{Block, Footnote};
use crate::body::marker;

impl<'a> Parser<'a> {
    /// Starts the footnote at `cursor`, if there is one.
    pub(super) fn start_footnote(
        &mut self,
        cursor: &mut Cursor<'a>,
        start: &mut Start,
    ) -> Option<Progress> {
        let ahead = cursor.after_indent();
        let (label, length) = marker::footnote(ahead.rest()).filter(|_| self.options.rich)?;
        self.make_room(start.inside);
        if self.is_too_deep(cursor) {
            return Some(Progress::Done);
        }
        *cursor = ahead;
        let from = cursor.place();
        cursor.take_marker(length);
        let index = self.found.add_footnote(label, from..cursor.place());
        cursor.take_indent();
        self.push_container(Kind::Footnote { index }, from);
        start.opened(self.open.len());
        Some(Progress::More)
    }

    /// Keeps a footnote that the text refers to; the others are reported by the definitions.
    pub(super) fn close_footnote(&mut self, index: usize, blocks: Vec<Block>) {
        self.unseen += 1;
        if let Some(number) = self.definitions.footnote_number(index) {
            self.footnotes.push(Footnote { number, blocks });
        }
    }

    /// Adds the footnotes at the end.
    pub(super) fn push_footnotes(&mut self) {
        let mut notes = std::mem::take(&mut self.footnotes);
        notes.sort_by_key(|note| note.number);
        if !notes.is_empty() {
            self.blocks.push(Block::Footnotes(notes));
        }
    }
}
