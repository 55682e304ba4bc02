//! The text of a post while it is put together: blocks with one blank line between them, and where it may be cut.

use telegram_text::split::{BreakPoint, Level};
use telegram_text::utf16::{self, IncrementalLen};
use telegram_text::{Entity, EntityKind, FormattedText};

use crate::limits;

/// Bytes set aside for a text: a full message in most scripts, so that it need not move while it grows.
const ROOM: usize = 2 * limits::MESSAGE_CHARACTERS;

/// A growing text.
#[derive(Debug)]
pub(super) struct Sheet {
    text: FormattedText,
    utf16: IncrementalLen,
    seams: Vec<BreakPoint>,
    glued: bool,
    kept: bool,
    /// The byte from which on everything stays together.
    kept_from: Option<usize>,
}

impl Sheet {
    /// An empty sheet.
    pub(super) fn new() -> Self {
        let text = FormattedText::plain(String::with_capacity(ROOM));
        Self {
            text,
            utf16: IncrementalLen::default(),
            seams: Vec::new(),
            glued: false,
            kept: false,
            kept_from: None,
        }
    }

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
        if self.kept {
            self.kept_from.get_or_insert(start);
        }
        let level = if self.glued || self.kept { Level::Never } else { level };
        self.glued = false;
        self.seams.push(BreakPoint { range: start..self.text.string.len(), level });
    }

    /// The next gap is never cut.
    pub(super) fn glue_next(&mut self) {
        self.glued = true;
    }

    /// Until told otherwise, what follows stays together and with what stands before it.
    pub(super) fn keep_with_previous(&mut self, kept: bool) {
        self.kept = kept;
    }

    /// UTF-16 units so far.
    pub(super) fn position(&mut self) -> usize {
        self.utf16.len(&self.text.string)
    }

    /// Appends a string without entities.
    pub(super) fn string(&mut self, string: &str) {
        self.text.string.push_str(string);
    }

    /// Appends a sign and a space that stay with what follows.
    pub(super) fn sign(&mut self, sign: &str) {
        let start = self.text.string.len();
        self.string(sign);
        self.string(" ");
        self.seams.push(BreakPoint { range: start..self.text.string.len(), level: Level::Never });
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
        if text.entities.is_empty() {
            return self.string(trimmed);
        }
        let at = self.position();
        self.string(trimmed);
        let lead = text.string.len() - text.string.trim_start_matches(blank).len();
        let from = utf16::len(text.string.get(..lead).unwrap_or_default());
        let to = from + self.position() - at;
        for entity in &text.entities {
            let (start, end) = (entity.offset.max(from), entity.end().min(to));
            if start < end {
                let kind = entity.kind.clone();
                self.text.entities.push(Entity::new(kind, at + start - from, end - start));
            }
        }
    }

    /// Puts an entity over everything from UTF-16 unit `start` on.
    pub(super) fn cover(&mut self, kind: EntityKind, start: usize) {
        let end = self.position();
        if start < end {
            self.text.entities.push(Entity::new(kind, start, end - start));
        }
    }

    /// The text with its entities in order, and the seams.
    pub(super) fn finish(mut self) -> (FormattedText, Vec<BreakPoint>) {
        Entity::sort(&mut self.text.entities);
        if let Some(start) = self.kept_from {
            self.seams
                .push(BreakPoint { range: start..self.text.string.len(), level: Level::Never });
            self.seams.sort_by_key(|seam| seam.range.start);
        }
        (self.text, self.seams)
    }
}
