//! An entity's range and the part of its kind that decides what it may overlap; it knows no other entity.

use std::cmp::Reverse;

use crate::{Entity, EntityKind};

/// An entity without the fields of its kind.
///
/// It is small, since a text may have a hundred thousand of them: 32 bits are enough for positions in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Span {
    start: u32,
    end: u32,
    /// The index of the entity in the list that the spans were made from.
    source: u32,
    pub(super) class: Class,
    /// [`EntityKind::priority`].
    priority: u8,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    Quote,
    PreLike,
    Continuous,
    /// Bold to superscript, numbered from 0 on.
    Style(u8),
}

/// How many styles there are.
pub(super) const STYLES: usize = 8;

impl Class {
    fn of(kind: &EntityKind) -> Self {
        match kind {
            EntityKind::Bold => Self::Style(0),
            EntityKind::Italic => Self::Style(1),
            EntityKind::Underline => Self::Style(2),
            EntityKind::Strikethrough => Self::Style(3),
            EntityKind::Spoiler => Self::Style(4),
            EntityKind::Marked => Self::Style(5),
            EntityKind::Subscript => Self::Style(6),
            EntityKind::Superscript => Self::Style(7),
            kind if kind.is_quote() => Self::Quote,
            kind if kind.is_pre_like() => Self::PreLike,
            _ => Self::Continuous,
        }
    }
}

impl Span {
    /// The span of `entity`, which is number `source` of its list.
    pub(crate) fn of(entity: &Entity, source: usize) -> Self {
        Self {
            start: narrow(entity.offset),
            end: narrow(entity.end()),
            source: narrow(source),
            class: Class::of(&entity.kind),
            priority: entity.kind.priority(),
        }
    }

    /// The spans of a whole list.
    pub(crate) fn list(entities: &[Entity]) -> Vec<Self> {
        entities.iter().enumerate().map(|(source, entity)| Self::of(entity, source)).collect()
    }

    /// UTF-16 units before it.
    pub(crate) fn start(&self) -> usize {
        wide(self.start)
    }

    /// The UTF-16 offset just after it.
    pub(crate) fn end(&self) -> usize {
        wide(self.end)
    }

    /// The number that the entity has in its list.
    pub(crate) fn source(&self) -> usize {
        wide(self.source)
    }

    /// Whether it covers nothing.
    pub(crate) fn is_empty(&self) -> bool {
        self.start >= self.end
    }

    /// The same entity from UTF-16 offset `start` to just before `end`.
    pub(crate) fn placed(self, start: usize, end: usize) -> Self {
        Self { start: narrow(start), end: narrow(end), ..self }
    }

    /// The entity again, its kind taken from the list that the spans were made from.
    pub(crate) fn entity(&self, sources: &[Entity]) -> Option<Entity> {
        let source = sources.get(self.source())?;
        Some(Entity::new(source.kind.clone(), self.start(), wide(self.end - self.start)))
    }

    /// Its sort key in Telegram's order.
    pub(super) fn key(&self) -> (u32, Reverse<u32>, u8) {
        (self.start, Reverse(self.end), self.priority)
    }

    /// See [`EntityKind::is_splittable`].
    pub(crate) fn is_style(&self) -> bool {
        matches!(self.class, Class::Style(_))
    }

    pub(super) fn is_quote(&self) -> bool {
        self.class == Class::Quote
    }
}

/// An entity that begins past 32 bits becomes empty and is after every text.
fn narrow(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(u32::MAX)
}

fn wide(place: u32) -> usize {
    usize::try_from(place).unwrap_or(usize::MAX)
}
