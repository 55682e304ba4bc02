//! Cleans a text and moves its entities along. It does not decide which characters are removed.

use super::pairs;
use super::refusal::Refusal;
use crate::clean::{Cleaner, is_clean};
use crate::nesting::Span;

/// Cleans a text and moves its spans along. They are fixed: sorted, and nested or disjoint.
///
/// # Errors
///
/// A span that begins or ends inside a surrogate pair or past the end.
pub(super) fn clean(text: String, spans: &mut [Span]) -> Result<String, Refusal> {
    if is_clean(&text)
        && pairs::are_on_characters(&text, spans.iter().map(|span| (span.start(), span.end())))
    {
        return Ok(text);
    }
    let mut cleaner = Cleaner::with_capacity(text.len());
    let mut mover = Mover { waiting: spans.iter_mut().peekable(), open: Vec::new() };
    let (mut units, mut removed) = (0, 0);
    for (byte, character) in text.char_indices() {
        mover.pass(byte, units, removed)?;
        units += character.len_utf16();
        if !cleaner.push(character) {
            removed += character.len_utf16();
        }
    }
    mover.pass(text.len(), units, removed)?;
    mover.finish()?;
    Ok(cleaner.string)
}

/// Follows the text and moves each span to its new place.
struct Mover<'a> {
    waiting: std::iter::Peekable<std::slice::IterMut<'a, Span>>,
    /// The spans around the current place, outermost first, each with the units removed before it.
    open: Vec<(&'a mut Span, usize)>,
}

impl Mover<'_> {
    /// Processes the spans at `byte`, after `units` UTF-16 units of which `removed` were removed.
    fn pass(&mut self, byte: usize, units: usize, removed: usize) -> Result<(), Refusal> {
        while let Some((span, removed_before)) = self.open.pop_if(|(span, _)| span.end() <= units) {
            if span.end() != units {
                return Err(Refusal::EndsInsidePair { offset: span.start(), byte });
            }
            *span = span.placed(span.start() - removed_before, span.end() - removed);
        }
        while let Some(span) = self.waiting.next_if(|span| span.start() <= units) {
            if span.start() != units {
                return Err(Refusal::BeginsInsidePair { byte });
            }
            self.open.push((span, removed));
        }
        Ok(())
    }

    /// The text has ended.
    fn finish(&mut self) -> Result<(), Refusal> {
        if let Some(span) = self.waiting.next() {
            return Err(Refusal::BeginsPastEnd { offset: span.start() });
        }
        match self.open.last() {
            Some((span, _)) => Err(Refusal::EndsPastEnd { offset: span.start(), end: span.end() }),
            None => Ok(()),
        }
    }
}
