//! Which entities Telegram's server keeps of a text with more than a hundred.

use crate::limits;
use crate::nesting::{self, Span};
use crate::{EntityKind, FormattedText};

/// The text with the entities that the server keeps: all custom emoji, and of the others the first
/// [`limits::MESSAGE_ENTITIES`], where styles (bold to spoiler) come after everything else. It silently drops the
/// rest.
///
/// `text` is in Telegram's normal form. Pieces of a style that touch, such as those before, inside and after a link,
/// are counted as one; those on both sides of code are two. TDLib `get_input_message_entities`, which merges the
/// styles by `split_entities` before it counts them.
#[must_use]
pub fn kept_by_server(mut text: FormattedText) -> FormattedText {
    if text.entities.len() <= limits::MESSAGE_ENTITIES {
        return text;
    }
    let is_emoji = |span: &Span| {
        text.entities
            .get(span.source())
            .is_some_and(|entity| matches!(entity.kind, EntityKind::CustomEmoji { .. }))
    };
    let (styles, mut kept): (Vec<_>, Vec<_>) =
        Span::list(&text.entities).into_iter().partition(Span::is_style);
    let mut room = limits::MESSAGE_ENTITIES;
    kept.retain(|span| {
        if is_emoji(span) {
            return true;
        }
        let is_kept = room > 0;
        room = room.saturating_sub(1);
        is_kept
    });
    kept.extend(nesting::merged(styles).into_iter().take(room));
    text.entities =
        nesting::fix(kept).iter().filter_map(|span| span.entity(&text.entities)).collect();
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Entity;

    /// How many of each kind are kept of a text of `a`s with the given entities.
    fn check(entities: Vec<Entity>, expected: &[(&str, usize)]) {
        let kept = kept_by_server(FormattedText { string: "a".repeat(10_000), entities });
        for (name, count) in expected {
            let actual = kept.entities.iter().filter(|entity| entity.kind.name() == *name).count();
            assert_eq!(actual, *count, "{name}");
        }
    }

    fn every(kind: &EntityKind, count: usize, from: usize) -> Vec<Entity> {
        (0..count).map(|index| Entity::new(kind.clone(), from + index * 3, 1)).collect()
    }

    #[test]
    fn styles_are_dropped_first_and_custom_emoji_never() {
        let emoji = EntityKind::CustomEmoji { custom_emoji_id: "5".into() };
        check(every(&EntityKind::Bold, 100, 0), &[("bold", 100)]);
        check(every(&EntityKind::Bold, 101, 0), &[("bold", 100)]);
        check(every(&EntityKind::Code, 101, 0), &[("code", 100)]);
        check(every(&emoji, 150, 0), &[("custom_emoji", 150)]);
        check(
            [
                every(&EntityKind::Bold, 60, 0),
                every(&emoji, 60, 1_000),
                every(&EntityKind::Code, 70, 2_000),
            ]
            .concat(),
            &[("bold", 30), ("custom_emoji", 60), ("code", 70)],
        );
    }

    #[test]
    fn pieces_of_one_style_that_touch_count_once() {
        let link = EntityKind::TextLink { url: "https://example.org/".into() };
        let pieces = [
            Entity::new(EntityKind::Bold, 0, 3),
            Entity::new(link.clone(), 3, 3),
            Entity::new(EntityKind::Bold, 3, 3),
            Entity::new(EntityKind::Bold, 6, 3),
        ];
        let entities = [pieces.to_vec(), every(&link, 98, 100)].concat();
        check(entities, &[("bold", 3), ("text_link", 99)]);
    }
}
