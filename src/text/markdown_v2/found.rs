//! The entities that a parser found, among them links whose address is their own text; it reads no markup.

use std::ops::Range;

use crate::text::link::{self, Link};
use crate::text::{Entity, EntityKind};

/// An entity, its address not yet looked at where that is its own text.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) what: What,
    /// UTF-16 units before it.
    pub(super) offset: usize,
    /// UTF-16 units it covers.
    pub(super) length: usize,
}

/// What an entity is.
#[derive(Debug)]
pub(super) enum What {
    Kind(EntityKind),
    /// `[text]` without a destination: the bytes of the text that are both.
    OwnAddress(Range<usize>),
}

impl Found {
    /// Nothing where the text is no address: Telegram drops such a link without a word.
    fn entity(self, string: &str) -> Option<Entity> {
        let kind = match self.what {
            What::Kind(kind) => kind,
            What::OwnAddress(range) => linked(string.get(range)?)?,
        };
        Some(Entity::new(kind, self.offset, self.length))
    }
}

/// The entity of a link to `url`; nothing where Telegram takes no such link.
pub(super) fn linked(url: &str) -> Option<EntityKind> {
    Some(match link::check_uncleaned(url).ok()? {
        Link::User(user) => EntityKind::TextMention { user },
        Link::Url(url) => EntityKind::TextLink { url },
    })
}

/// All entities, in Telegram's order.
pub(super) fn all(found: Vec<Found>, string: &str) -> Vec<Entity> {
    let mut entities: Vec<_> = found.into_iter().filter_map(|one| one.entity(string)).collect();
    Entity::sort(&mut entities);
    entities
}

/// [`all`] without the links to their own text that lie inside other links. The normal form drops them all the same; as
/// each holds its text once more, thousands of brackets inside one another would hold the square of the markup.
pub(super) fn outermost(found: Vec<Found>, string: &str) -> Vec<Entity> {
    // They stand in the order in which they ended: seen from behind, what lies around comes before what lies inside.
    let (mut around, mut is_around_own) = (0..0, false);
    let entities = found.into_iter().rev().filter_map(|one| {
        let place = one.offset..one.offset + one.length;
        let is_own = matches!(one.what, What::OwnAddress(_));
        let is_inside = around.start <= place.start && place.end <= around.end;
        // Of two links over the same text the inner one stays, but it is the same where both are their own address.
        if is_own && is_inside && (place != around || is_around_own) {
            return None;
        }
        let entity = one.entity(string)?;
        let is_link =
            matches!(entity.kind, EntityKind::TextLink { .. } | EntityKind::TextMention { .. });
        if is_link && (!is_inside || place == around) {
            (around, is_around_own) = (place, is_own);
        }
        Some(entity)
    });
    let mut entities: Vec<_> = entities.collect();
    entities.reverse();
    Entity::sort(&mut entities);
    entities
}
