//! The entities of a text by its bytes, and how far a part may reach before it has too many of them.

use super::Bounds;
use super::bounds::{counts, weight};
use super::offset_index::{OffsetIndex, Place};
use crate::{EntityKind, FormattedText};

/// One entity.
#[derive(Clone, Debug)]
pub(super) struct Span {
    /// The byte at which it begins.
    pub(super) start: usize,
    /// The byte after it.
    pub(super) end: usize,
    /// How a cut treats it.
    pub(super) class: Class,
    /// Bytes of its serialised form.
    weight: usize,
    /// Whether it is one of the entities that are counted.
    counts: bool,
    /// The index of the entity around it.
    outer: Option<usize>,
}

/// How a cut treats an entity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    /// Code: may be cut, and its white space is visible.
    Code,
    /// A link, a mention, a date or a custom emoji: stays whole if it fits.
    Piece,
    /// A quotation: Telegram finds nothing across its border.
    Quote,
    /// Everything else: continues in the next part.
    Open,
}

impl Class {
    fn of(kind: &EntityKind) -> Self {
        match kind {
            EntityKind::Code | EntityKind::Pre { .. } => Self::Code,
            EntityKind::TextLink { .. }
            | EntityKind::TextMention { .. }
            | EntityKind::DateTime { .. }
            | EntityKind::CustomEmoji { .. } => Self::Piece,
            kind if kind.is_quote() => Self::Quote,
            _ => Self::Open,
        }
    }
}

/// The entities of one text in normal form: sorted, and nested or apart.
#[derive(Debug)]
pub(super) struct Spans {
    list: Vec<Span>,
}

impl Spans {
    pub(super) fn of(text: &FormattedText, offsets: &OffsetIndex<'_>, bounds: Bounds) -> Self {
        let mut list: Vec<Span> = Vec::with_capacity(text.entities.len());
        let mut around: Vec<usize> = Vec::new();
        let mut place = Place::default();
        for entity in &text.entities {
            let Some(start) = offsets.byte_of_unit_near(place, entity.offset) else { continue };
            place = Place { byte: start, units: entity.offset };
            let Some(end) = offsets.byte_of_unit_near(place, entity.end()) else { continue };
            while around
                .pop_if(|outer| list.get(*outer).is_none_or(|outer| outer.end <= start))
                .is_some()
            {}
            let span = Span {
                start,
                end,
                class: Class::of(&entity.kind),
                // An entity too large for any part must not keep the part from having anything else.
                weight: weight(entity).min(bounds.entity_bytes),
                counts: counts(&entity.kind),
                outer: around.last().copied(),
            };
            around.push(list.len());
            list.push(span);
        }
        Self { list }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Span> {
        self.list.iter()
    }

    /// Whether byte `at` is in an entity.
    pub(super) fn cover(&self, at: usize) -> bool {
        let next = self.list.partition_point(|span| span.start <= at);
        self.around(next, at).next().is_some()
    }

    /// How far a part that begins at byte `start` may reach, at most to `end`, by the bounds of its entities.
    pub(super) fn limit(&self, start: usize, end: usize, bounds: &Bounds) -> usize {
        let (mut count, mut bytes) = (0, 0);
        let mut fits = |span: &Span| {
            count += usize::from(span.counts);
            bytes += span.weight;
            count <= bounds.entities && bytes <= bounds.entity_bytes
        };
        let first = self.list.partition_point(|span| span.start < start);
        if !self.around(first, start).all(&mut fits) {
            return start;
        }
        let inside = self.list.get(first..).unwrap_or_default();
        let mut inside = inside.iter().take_while(|span| span.start < end);
        inside.find(|span| !fits(span)).map_or(end, |span| span.start)
    }

    /// The entities that begin before byte `at` and before number `first`, and end after it.
    fn around(&self, first: usize, at: usize) -> impl Iterator<Item = &Span> {
        let span = |number: usize| self.list.get(number);
        let last = first.checked_sub(1).and_then(span);
        std::iter::successors(last, move |inner| inner.outer.and_then(span))
            .filter(move |span| span.end > at)
    }
}
