//! Builds the text of a post: blocks with one blank line between them, and the places where it may be split.

use telegram_text::split::{BreakPoint, Level};
use telegram_text::utf16::{self, IncrementalLen};
use telegram_text::{Entity, EntityKind, FormattedText};

use crate::limits;

/// The initial capacity in bytes: a full message in most scripts.
const CAPACITY: usize = 2 * limits::MESSAGE_CHARACTERS;

#[derive(Debug)]
pub(super) struct TextBuilder {
    text: FormattedText,
    utf16: IncrementalLen,
    break_points: Vec<BreakPoint>,
    glued: bool,
    kept: bool,
    /// The byte from which everything stays together.
    kept_from: Option<usize>,
}

impl TextBuilder {
    pub(super) fn new() -> Self {
        let text = FormattedText::plain(String::with_capacity(CAPACITY));
        Self {
            text,
            utf16: IncrementalLen::default(),
            break_points: Vec::new(),
            glued: false,
            kept: false,
            kept_from: None,
        }
    }

    /// Adds a blank line, unless the text is empty.
    pub(super) fn block(&mut self) {
        self.gap("\n\n", Level::Block);
    }

    /// Adds `separator`, unless the text is empty.
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
        self.break_points.push(BreakPoint { range: start..self.text.string.len(), level });
    }

    /// Forbids a split at the next gap.
    pub(super) fn glue_next(&mut self) {
        self.glued = true;
    }

    /// Whether the text so far ends with a colon.
    pub(super) fn ends_with_colon(&self) -> bool {
        self.text.string.trim_end().ends_with([':', '：'])
    }

    /// Sets whether the following blocks stay together and with the block before them.
    pub(super) fn keep_with_previous(&mut self, kept: bool) {
        self.kept = kept;
    }

    /// The length so far in UTF-16 units.
    pub(super) fn position(&mut self) -> usize {
        self.utf16.len(&self.text.string)
    }

    /// Appends a string without entities.
    pub(super) fn string(&mut self, string: &str) {
        self.text.string.push_str(string);
    }

    /// Appends a marker and a space, which stay with the text that follows.
    pub(super) fn sign(&mut self, sign: &str) {
        let start = self.text.string.len();
        self.string(sign);
        self.string(" ");
        self.break_points
            .push(BreakPoint { range: start..self.text.string.len(), level: Level::Never });
    }

    /// Appends a marker, if there is one.
    pub(super) fn marker(&mut self, marker: Option<&str>) {
        if let Some(marker) = marker {
            self.sign(marker);
        }
    }

    /// Appends a text without its outer white space, and without what only rich messages have.
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
        for entity in text.entities.iter().filter(|entity| !entity.kind.is_rich()) {
            let (start, end) = (entity.offset.max(from), entity.end().min(to));
            if start < end {
                let kind = entity.kind.clone();
                self.text.entities.push(Entity::new(kind, at + start - from, end - start));
            }
        }
    }

    /// Adds an entity from UTF-16 unit `start` to the end.
    pub(super) fn cover(&mut self, kind: EntityKind, start: usize) {
        let end = self.position();
        if start < end {
            self.text.entities.push(Entity::new(kind, start, end - start));
        }
    }

    /// The text with sorted entities, and the break points.
    pub(super) fn finish(mut self) -> (FormattedText, Vec<BreakPoint>) {
        Entity::sort(&mut self.text.entities);
        if let Some(start) = self.kept_from {
            self.break_points
                .push(BreakPoint { range: start..self.text.string.len(), level: Level::Never });
            self.break_points.sort_by_key(|point| point.range.start);
        }
        (self.text, self.break_points)
    }
}
