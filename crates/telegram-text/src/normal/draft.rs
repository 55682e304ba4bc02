//! Brings a text into normal form step by step. It does not decide whether the text needs it.

use super::{Refusal, is_blank, is_trimmed, kind, moved};
use crate::limits;
use crate::nesting::{self, Span};
use crate::{Entity, EntityKind, FormattedText, utf16};

/// A text in progress: cleaned, its spans fixed.
pub(super) struct Draft {
    pub(super) string: String,
    pub(super) spans: Vec<Span>,
    /// The entities' kinds as Telegram keeps them, in the order in which the entities came.
    pub(super) kinds: Vec<Entity>,
}

impl Draft {
    /// # Errors
    ///
    /// If Telegram would refuse the message before it trims it.
    pub(super) fn of(text: FormattedText) -> Result<Self, Refusal> {
        if text.string.is_empty() {
            return Err(Refusal::Empty);
        }
        // Dropped entities are checked too, but wrong kinds are reported first.
        let placed = check_positions(&text.entities);
        let mut kinds = text.entities;
        let mut spans = Vec::with_capacity(kinds.len());
        for (source, entity) in kinds.iter_mut().enumerate() {
            // Code whose language is cleaned away keeps the priority of code with a language.
            let span = Span::of(entity, source);
            if let Some(kind) = kind::kept(std::mem::replace(&mut entity.kind, EntityKind::Bold))? {
                entity.kind = kind;
                spans.push(span);
            }
        }
        placed?;
        spans.retain(|span| !span.is_empty());
        let mut spans = nesting::fix(spans);
        let bytes = text.string.len();
        let string = moved::clean(text.string, &mut spans)?;
        // Only removed characters make spans empty or adjacent. A replaced character keeps its length.
        if string.len() < bytes {
            spans.retain(|span| !span.is_empty());
            spans = nesting::fix(spans);
        }
        Ok(Self { string, spans, kinds })
    }

    /// Trims the text, and cuts it if `is_cut`.
    ///
    /// # Errors
    ///
    /// If the text is invisible.
    pub(super) fn finish(mut self, is_cut: bool) -> Result<FormattedText, Refusal> {
        self.trim_end();
        self.trim_start();
        if is_blank(&self.string) {
            return Err(Refusal::Blank);
        }
        if is_cut {
            self.cut();
        }
        let mut entities = Vec::with_capacity(self.spans.len());
        entities.extend(self.spans.iter().filter_map(|span| span.entity(&self.kinds)));
        Ok(FormattedText { string: self.string, entities })
    }

    /// Entities are shortened to what is left, or dropped.
    fn trim_end(&mut self) {
        let kept = self.string.trim_end_matches(is_trimmed).len();
        if kept == self.string.len() {
            return;
        }
        self.string.truncate(kept);
        let units = utf16::len(&self.string);
        self.spans.retain(|span| span.start() < units);
        for span in &mut self.spans {
            *span = span.placed(span.start(), span.end().min(units));
        }
        nesting::sort(&mut self.spans);
    }

    /// Only up to where the first entity begins: blanks inside an entity stay.
    fn trim_start(&mut self) {
        let limit = self.spans.first().map_or(usize::MAX, Span::start);
        let blanks =
            self.string.chars().take(limit).take_while(|character| is_trimmed(*character)).count();
        self.string.drain(..blanks);
        for span in &mut self.spans {
            *span = span.placed(span.start() - blanks, span.end() - blanks);
        }
    }

    fn cut(&mut self) {
        if self.string.len() <= limits::TEXT_BYTES {
            return;
        }
        let at = (0..=limits::TEXT_BYTES)
            .rev()
            .find(|at| self.string.is_char_boundary(*at))
            .unwrap_or(0);
        self.string.truncate(at);
        let units = utf16::len(&self.string);
        self.spans.retain(|span| span.end() <= units);
    }
}

/// An invalid mention is checked too, though it is dropped; kinds that Telegram finds by itself are not.
fn check_positions(entities: &[Entity]) -> Result<(), Refusal> {
    let is_past =
        |units: usize| i64::try_from(units).map_or(true, |units| units > limits::ENTITY_POSITION);
    for entity in entities.iter().filter(|entity| !entity.kind.is_found()) {
        if is_past(entity.offset) {
            return Err(Refusal::Offset { offset: entity.offset });
        }
        if is_past(entity.length) {
            return Err(Refusal::Length { length: entity.length });
        }
    }
    Ok(())
}
