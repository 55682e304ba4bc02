//! Splitting: tables of cuts, and what holds for every text.

use proptest::prelude::*;

use super::{Bounds, Level, Seam, split};
use crate::text::{Entity, EntityKind, FormattedText, normal, utf16};

fn bounds(characters: usize) -> Bounds {
    Bounds { characters, ..Bounds::message() }
}

fn strings(parts: &[FormattedText]) -> Vec<&str> {
    parts.iter().map(|part| part.string.as_str()).collect()
}

#[test]
fn the_best_place_is_taken() {
    for (text, limit, expected) in [
        ("one two three", 8, vec!["one two", "three"]),
        ("First one. Second two.", 14, vec!["First one.", "Second two."]),
        ("a line\nanother line", 14, vec!["a line", "another line"]),
        ("a par\n\nb par\nb2 par", 14, vec!["a par", "b par\nb2 par"]),
        ("abcdefghij", 4, vec!["abcd", "efgh", "ij"]),
        ("ab👨‍👩‍👧cd", 5, vec!["ab", "👨‍👩‍👧", "cd"]),
        ("слово, слово", 7, vec!["слово,", "слово"]),
    ] {
        let parts = split(&FormattedText::plain(text), &[], bounds(limit), None);
        assert_eq!(strings(&parts), expected, "{text}");
    }
}

#[test]
fn formatting_goes_on_in_the_next_part() {
    let text = FormattedText {
        string: "one two three".to_owned(),
        entities: vec![Entity::new(EntityKind::Bold, 4, 9)],
    };
    let parts = split(&text, &[], bounds(8), None);
    assert_eq!(strings(&parts), ["one two", "three"]);
    assert_eq!(parts[0].entities, [Entity::new(EntityKind::Bold, 4, 3)]);
    assert_eq!(parts[1].entities, [Entity::new(EntityKind::Bold, 0, 5)]);
}

#[test]
fn a_seam_goes_before_any_other_place_and_a_glued_one_is_none() {
    let text = FormattedText::plain("title\n\nfirst item\n\nsecond");
    let seams =
        [Seam { range: 5..7, level: Level::Never }, Seam { range: 17..19, level: Level::Item }];
    let parts = split(&text, &seams, bounds(20), None);
    assert_eq!(strings(&parts), ["title\n\nfirst item", "second"]);
}

#[test]
fn the_mark_is_counted_in_and_numbers_the_parts() {
    let parts =
        split(&FormattedText::plain("one two three"), &[], bounds(14), Some("({n}/{total})"));
    let parts = if parts.len() == 1 {
        split(&FormattedText::plain("one two three four"), &[], bounds(14), Some("({n}/{total})"))
    } else {
        parts
    };
    for (index, part) in parts.iter().enumerate() {
        assert!(
            part.string.ends_with(&format!("\n\n({}/{})", index + 1, parts.len())),
            "{parts:?}"
        );
        assert!(part.characters() <= 14);
    }
}

#[test]
fn too_many_entities_make_a_new_part() {
    let string = "a b ".repeat(80).trim_end().to_owned();
    let entities = (0..160).map(|index| Entity::new(EntityKind::Code, index * 2, 1)).collect();
    let parts = split(&FormattedText { string, entities }, &[], Bounds::message(), None);
    assert_eq!(parts.len(), 2);
    assert!(parts.iter().all(|part| part.entities.len() <= 100), "{parts:?}");
    assert_eq!(parts.iter().map(|part| part.entities.len()).sum::<usize>(), 160);
}

/// Texts of words, signs and breaks with formatting over some of them, in normal form.
fn texts() -> impl Strategy<Value = FormattedText> {
    let piece = prop_oneof![
        8 => Just("word "), 4 => Just("слово, "), 3 => Just("End. "), 2 => Just("line\n"), 2 => Just("para\n\n"),
        1 => Just("#hashtag "), 1 => Just("🇷🇺 "), 1 => Just("longlonglonglonglong"), 1 => Just("👍🏽"), 1 => Just("e\u{301}"),
        1 => Just("• "), 1 => Just("例子。"),
    ];
    let kind = prop_oneof![
        Just(EntityKind::Bold),
        Just(EntityKind::Italic),
        Just(EntityKind::Code),
        Just(EntityKind::Blockquote),
        Just(EntityKind::TextLink { url: "https://example.org/".to_owned() }),
    ];
    let entity = (0usize..200, 1usize..30, kind);
    (prop::collection::vec(piece, 1..60), prop::collection::vec(entity, 0..6)).prop_filter_map(
        "nothing to see",
        |(pieces, entities)| {
            let string = pieces.concat();
            let end = utf16::len(&string);
            let border = |units: usize| utf16::byte_of(&string, units).is_some();
            let entities = entities
                .into_iter()
                .filter(|(offset, length, _)| {
                    offset + length <= end && border(*offset) && border(offset + length)
                })
                .map(|(offset, length, kind)| Entity::new(kind, offset, length))
                .collect();
            normal::normal(FormattedText { string, entities }).ok()
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn parts_are_the_text_but_for_white_space_at_the_cuts(text in texts(), limit in 12usize..80) {
        let parts = split(&text, &[], bounds(limit), None);
        let mut rest = text.string.as_str();
        for part in &parts {
            rest = rest.trim_start();
            prop_assert!(rest.starts_with(part.string.trim_start()), "{:?} {:?}", rest, part);
            rest = rest.strip_prefix(part.string.trim_start()).unwrap();
            prop_assert!(part.characters() <= limit);
            prop_assert!(!normal::is_blank(&part.string));
            prop_assert_eq!(normal::normal(part.clone()), Ok(part.clone()));
        }
        prop_assert_eq!(rest.trim(), "");
    }

    #[test]
    fn every_character_keeps_its_formatting(text in texts(), limit in 12usize..80) {
        let styled = |text: &FormattedText| {
            let mut units = 0;
            let mut out = Vec::new();
            for character in text.string.chars() {
                let mut kinds: Vec<_> = text
                    .entities
                    .iter()
                    .filter(|entity| entity.offset <= units && units < entity.end())
                    .map(|entity| entity.kind.name())
                    .collect();
                kinds.sort_unstable();
                if !character.is_whitespace() {
                    out.push((character, kinds));
                }
                units += character.len_utf16();
            }
            out
        };
        let parts = split(&text, &[], bounds(limit), None);
        prop_assert_eq!(parts.iter().flat_map(styled).collect::<Vec<_>>(), styled(&text));
    }

    #[test]
    fn the_same_text_is_always_cut_the_same_way_and_few_times(text in texts(), limit in 25usize..80) {
        let parts = split(&text, &[], bounds(limit), None);
        prop_assert_eq!(&parts, &split(&text, &[], bounds(limit), None));
        prop_assert!(parts.len() <= text.characters().div_ceil(limit) * 2 + 1);
    }
}
