//! The entities that a parser of markup found, among them links whose address is their own text; it reads no markup.

use std::ops::Range;

use super::link::{self, Landmarks, Link};
use super::{Entity, EntityKind, order};

/// An entity, its address not yet spelled where that is its own text.
#[derive(Debug)]
pub(super) struct Parsed {
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
    /// A link without an address: the bytes of the text that are both.
    OwnAddress(Range<usize>),
}

impl Parsed {
    /// Nothing where the text is no address: Telegram drops such a link without a word.
    fn entity(self, string: &str) -> Option<Entity> {
        let kind = match self.what {
            What::Kind(kind) => kind,
            What::OwnAddress(range) => linked(string.get(range)?)?,
        };
        Some(Entity::new(kind, self.offset, self.length))
    }

    fn priority(&self) -> u8 {
        match &self.what {
            What::Kind(kind) => kind.priority(),
            What::OwnAddress(_) => EntityKind::TextLink { url: String::new() }.priority(),
        }
    }

    fn is_link(&self) -> bool {
        match &self.what {
            What::Kind(kind) => {
                matches!(kind, EntityKind::TextLink { .. } | EntityKind::TextMention { .. })
            }
            What::OwnAddress(_) => true,
        }
    }
}

/// The entity of a link to `url`; nothing where Telegram takes no such link.
pub(super) fn linked(url: &str) -> Option<EntityKind> {
    Some(match link::check_uncleaned(url).ok()? {
        Link::User(user) => EntityKind::TextMention { user },
        Link::Url(url) => EntityKind::TextLink { url },
    })
}

/// All entities, in Telegram's order. What each link to its own text says is written out, so that those inside one another
/// come to more than the markup.
pub(super) fn all(parsed: Vec<Parsed>, string: &str) -> Vec<Entity> {
    let landmarks = &mut Landmarks::default();
    in_order(parsed, string, landmarks).into_iter().filter_map(|one| one.entity(string)).collect()
}

/// [`all`] without the links to their own text that lie inside other links. The normal form drops them all the same; as
/// each holds its text once more, thousands of brackets inside one another would hold the square of the markup. The first
/// for which the normal form refuses the whole is left where it is.
pub(super) fn outermost(parsed: Vec<Parsed>, string: &str) -> Vec<Entity> {
    // In this order what lies around, or comes first of what covers the same, is met first.
    let mut around = 0;
    let mut is_refused = false;
    let landmarks = &mut Landmarks::default();
    let kept = in_order(parsed, string, landmarks).into_iter().filter(|one| {
        let end = one.offset + one.length;
        let is_inside = end <= around;
        if one.is_link() {
            around = around.max(end);
        }
        match &one.what {
            What::OwnAddress(range) if is_inside => {
                let falls = !is_refused && landmarks.falls_apart(string, range.clone());
                is_refused |= falls;
                falls
            }
            _ => true,
        }
    });
    kept.filter_map(|one| one.entity(string)).collect()
}

/// In Telegram's order, without the links that are none.
fn in_order(mut parsed: Vec<Parsed>, string: &str, landmarks: &mut Landmarks) -> Vec<Parsed> {
    parsed.retain(|one| match &one.what {
        What::OwnAddress(range) => !landmarks.refuses(string, range.clone()),
        What::Kind(_) => true,
    });
    order::sort_by_key(&mut parsed, |one| (one.offset, usize::MAX - one.length, one.priority()));
    parsed
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::{html, markdown_v2, normal};

    /// `pieces` one behind the other, without ends of what did not begin, and all ended that began.
    fn balanced(pieces: &[String], is_end: fn(&str) -> bool, starts: char, end: &str) -> String {
        let mut open = 0;
        let mut markup = String::new();
        for piece in pieces {
            let begun = if is_end(piece) { 0 } else { piece.matches(starts).count() };
            if let Some(left) = (open + begun).checked_sub(usize::from(is_end(piece))) {
                open = left;
                markup.push_str(piece);
            }
        }
        markup + &end.repeat(open)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn links_in_links_are_kept_in_html_as_the_normal_form_keeps_them(
            pieces in prop::collection::vec("<(a|a|b|code|pre|blockquote|a href=c\\.d)>|</>|a\\.b|[ /{:@.\u{2028}\n]|https?://|tg:", 0..40),
        ) {
            let markup = balanced(&pieces, |piece| piece == "</>", '<', "</>");
            let text = html::parse(&markup).unwrap();
            prop_assert_eq!(html::read(&markup).ok(), normal::uncut(text).ok(), "{:?}", markup);
        }

        #[test]
        fn links_in_links_are_kept_in_markdown_v2_as_the_normal_form_keeps_them(
            pieces in prop::collection::vec("(\\[){3}|\\](\\(c\\.d\\))?|a\\\\.b|\\\\\\.|[ /:@\u{2028}]|\n>|tg:", 0..40),
        ) {
            let markup = balanced(&pieces, |piece| piece.starts_with(']'), '[', "]");
            if let Ok(text) = markdown_v2::parse(&markup) {
                prop_assert_eq!(markdown_v2::read(&markup).ok(), normal::uncut(text).ok(), "{:?}", markup);
            }
        }
    }
}
