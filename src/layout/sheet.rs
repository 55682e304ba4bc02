//! The text of a post while it is put together: blocks with one blank line between them, and where it may be cut.

use crate::text::split::{Level, Seam};
use crate::text::{Entity, EntityKind, FormattedText, utf16};

/// A growing text.
#[derive(Debug, Default)]
pub(super) struct Sheet {
    text: FormattedText,
    utf16: usize,
    seams: Vec<Seam>,
    glued: bool,
    kept: bool,
}

impl Sheet {
    /// Ends what stands there with a blank line, if anything does.
    pub(super) fn block(&mut self) {
        self.gap("\n\n", Level::Block);
    }

    /// Ends what stands there with `separator`.
    pub(super) fn gap(&mut self, separator: &'static str, level: Level) {
        if self.text.string.is_empty() {
            return;
        }
        let start = self.text.string.len();
        self.string(separator);
        let level = if self.glued || self.kept { Level::Never } else { level };
        self.glued = false;
        self.seams.push(Seam { range: start..self.text.string.len(), level });
    }

    /// The next gap is never cut.
    pub(super) fn glue_next(&mut self) {
        self.glued = true;
    }

    /// Until told otherwise, no gap is cut.
    pub(super) fn keep_with_previous(&mut self, kept: bool) {
        self.kept = kept;
    }

    /// UTF-16 units so far.
    pub(super) fn position(&self) -> usize {
        self.utf16
    }

    /// Appends a string without entities.
    pub(super) fn string(&mut self, string: &str) {
        self.text.string.push_str(string);
        self.utf16 += utf16::len(string);
    }

    /// Appends a sign and a space that stay with what follows.
    pub(super) fn sign(&mut self, sign: &str) {
        let start = self.text.string.len();
        self.string(sign);
        self.string(" ");
        self.seams.push(Seam { range: start..self.text.string.len(), level: Level::Never });
    }

    /// Appends a marker, if there is one.
    pub(super) fn marker(&mut self, marker: Option<&str>) {
        if let Some(marker) = marker {
            self.sign(marker);
        }
    }

    /// Appends a text, without the white space at its ends: a block has no blank lines of its own.
    pub(super) fn text(&mut self, text: &FormattedText) {
        let blank = [' ', '\n', '\r'];
        let trimmed = text.string.trim_matches(blank);
        if trimmed.len() == text.string.len() {
            self.utf16 = self.text.append(self.utf16, text);
            return;
        }
        let lead = text.string.len() - text.string.trim_start_matches(blank).len();
        let from = utf16::len(text.string.get(..lead).unwrap_or_default());
        let to = from + utf16::len(trimmed);
        for entity in &text.entities {
            let (start, end) = (entity.offset.max(from), entity.end().min(to));
            if start < end {
                self.text.entities.push(Entity::new(
                    entity.kind.clone(),
                    self.utf16 + start - from,
                    end - start,
                ));
            }
        }
        self.string(trimmed);
    }

    /// Puts an entity over everything from UTF-16 unit `start` on.
    pub(super) fn cover(&mut self, kind: EntityKind, start: usize) {
        if start < self.utf16 {
            self.text.entities.push(Entity::new(kind, start, self.utf16 - start));
        }
    }

    /// The text with its entities in order, and the seams.
    pub(super) fn finish(mut self) -> (FormattedText, Vec<Seam>) {
        Entity::sort(&mut self.text.entities);
        (self.text, self.seams)
    }
}
