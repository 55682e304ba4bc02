//! Properties of every split.

#![expect(clippy::string_slice, reason = "a test may fail")]

use std::ops::Range;

use proptest::prelude::*;
use unicode_segmentation::UnicodeSegmentation;

use super::super::{Bounds, BreakPoint, Level, split};
use super::oracle::{self, is_white};
use super::texts::{texts, tidy_texts};
use crate::{Entity, EntityKind, FormattedText, detect, normal};

fn bounds() -> impl Strategy<Value = Bounds> {
    let any = (1usize..60, any::<bool>(), 8usize..20, 24usize..200, 250usize..2_000);
    any.prop_map(|(characters, counts_utf16, entities, bytes, entity_bytes)| Bounds {
        characters,
        // Room for one character of any width.
        utf16: counts_utf16.then_some(characters + 1),
        entities,
        bytes,
        entity_bytes,
    })
}

/// Where each part is in the text; `skipped` is called with the text skipped between them.
fn places(text: &str, parts: &[FormattedText], mut skipped: impl FnMut(&str)) -> Vec<usize> {
    let mut at = 0;
    let mut places = Vec::new();
    for part in parts {
        let white =
            |rest: &str| rest.chars().next().filter(|next| normal::is_blank_character(*next));
        let from = at;
        while !text[at..].starts_with(&part.string) {
            at += white(&text[at..]).map_or_else(
                || panic!("{:?} not in {:?}", part.string, &text[from..]),
                char::len_utf8,
            );
        }
        skipped(&text[from..at]);
        places.push(at);
        at += part.string.len();
    }
    skipped(&text[at..]);
    places
}

/// The visible characters, with the entities over each.
fn shown(text: &FormattedText) -> Vec<(char, Vec<EntityKind>)> {
    let mut units = 0;
    let mut shown = Vec::new();
    for character in text.string.chars() {
        let over = |entity: &&Entity| entity.offset <= units && units < entity.end();
        let mut kinds: Vec<_> =
            text.entities.iter().filter(over).map(|entity| entity.kind.clone()).collect();
        kinds.sort_by_key(EntityKind::priority);
        if !normal::is_blank_character(character) {
            shown.push((character, kinds));
        }
        units += character.len_utf16();
    }
    shown
}

/// What Telegram finds: kinds and strings.
fn found(text: &FormattedText) -> Vec<(&'static str, String)> {
    let all = detect::with_found(text.clone());
    let found = all.entities.iter().filter(|entity| entity.kind.is_found());
    found
        .map(|entity| (entity.kind.name(), all.string[oracle::bytes(&all, entity)].to_owned()))
        .collect()
}

/// Whether no run of blanks fills a part: Telegram would refuse it.
fn is_sendable(text: &str, bounds: &Bounds) -> bool {
    text.split(|character| !normal::is_blank_character(character))
        .all(|blanks| blanks.len() < bounds.characters.min(bounds.bytes) / 2)
}

/// Whether only combining marks over white space are visible: before those there is no cut, since Telegram would
/// trim their base.
fn is_blank_but_for_bases(text: &str) -> bool {
    let is_base = |grapheme: &str| grapheme.starts_with([' ', '\n']);
    text.graphemes(true)
        .all(|grapheme| is_base(grapheme) || grapheme.chars().all(normal::is_blank_character))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn every_part_is_within_all_bounds_normal_and_visible(text in texts(40, 12), bounds in bounds(), mark in prop::option::of("\\(\\{n\\}/\\{total\\}\\) ?")) {
        let parts = split(&text, &[], bounds, mark.as_deref());
        let tiny = bounds.bytes < 40 || bounds.characters < 16;
        for part in &parts {
            prop_assert!(bounds.hold(part), "{:?}", part);
            prop_assert!(!normal::is_blank(&part.string));
            prop_assert_eq!(normal::normal(part.clone()), Ok(part.clone()));
            let marked = part.string.ends_with(&format!("/{})", parts.len()));
            prop_assert!(mark.is_none() || parts.len() == 1 || tiny || marked, "{:?}", part);
        }
    }

    #[test]
    fn parts_are_the_text_but_for_white_space_at_the_cuts(text in tidy_texts(40, 8), bounds in bounds()) {
        let bounds = Bounds { entities: 100, entity_bytes: 9_500, ..bounds };
        let parts = split(&text, &[], bounds, None);
        let sendable = is_sendable(&text.string, &bounds);
        let mut lost = Vec::new();
        let starts = places(&text.string, &parts, |skipped| lost.push(skipped.to_owned()));
        // A blank that is not white space is dropped only to keep a piece whole that fits in a part without it.
        let wholes = oracle::wholes(&text, &bounds);
        let is_whole = |start| {
            let begins = |range: Range<usize>| {
                text.string.get(range).is_some_and(normal::is_blank)
            };
            wholes.iter().any(|whole| begins(whole.start..start))
        };
        for (lost, start) in lost.iter().zip(&starts).skip(1).filter(|_| sendable) {
            prop_assert!(lost.chars().all(is_white) || is_whole(*start), "{:?} {:?}", lost, parts);
        }
        if sendable {
            prop_assert!(lost[0].is_empty() || is_whole(starts[0]), "{:?}", parts);
            let end = text.string.len() - lost.last().map_or(0, String::len);
            let full = wholes.iter().any(|whole| is_blank_but_for_bases(&text.string[whole.end..]));
            prop_assert!(end == text.string.len() || full, "{:?}", parts);
        }
    }

    #[test]
    fn every_character_keeps_its_formatting(text in texts(40, 12), bounds in bounds()) {
        let parts = split(&text, &[], bounds, None);
        prop_assert_eq!(parts.iter().flat_map(shown).collect::<Vec<_>>(), shown(&text));
    }

    #[test]
    fn detected_entity_stays_in_one_part(text in tidy_texts(40, 4), characters in 40usize..80) {
        let parts = split(&text, &[], Bounds { characters, ..Bounds::message() }, None);
        let fitting = |found: &(&str, String)| found.1.chars().count() <= characters;
        // Where links run together, which of them Telegram finds depends on where it begins to read.
        let runs_on = |found: &str| {
            let mut words = text.string.split(is_white).filter(|word| word.contains(found));
            words.any(|word| word.matches("://").count() > 1)
        };
        // A link that ends in the middle of a word may fill its part, and Telegram reads the rest of the word in the
        // next one.
        let is_beside_link = |found: &str| {
            let ends = text.entities.iter().filter(|entity| !entity.kind.is_splittable());
            let units: Vec<u16> = text.string.encode_utf16().collect();
            let after = |entity: &Entity| String::from_utf16_lossy(&units[entity.end()..]);
            ends.map(after).any(|after| {
                after.split(is_white).next().is_some_and(|word| word.contains(found))
            })
        };
        let in_text: Vec<_> =
            found(&text).into_iter().filter(fitting).filter(|found| !runs_on(&found.1)).filter(|found| !is_beside_link(&found.1)).collect();
        let mut in_parts = parts.iter().flat_map(found).collect::<Vec<_>>();
        for wanted in &in_text {
            let at = in_parts.iter().position(|found| found == wanted);
            prop_assert!(at.is_some(), "{:?} of {:?} in {:?}", wanted, in_text, parts);
            in_parts.remove(at.unwrap());
        }
    }

    #[test]
    fn no_entity_that_fits_and_no_grapheme_is_torn(text in tidy_texts(40, 8), characters in 40usize..80) {
        let bounds = Bounds { characters, ..Bounds::message() };
        let parts = split(&text, &[], bounds, None);
        let starts = places(&text.string, &parts, |_| ());
        let wholes = oracle::wholes(&text, &bounds);
        let borders: Vec<_> = text.string.grapheme_indices(true).map(|(at, _)| at).collect();
        for (start, part) in starts.iter().zip(&parts) {
            // A mark over a space loses it where Telegram trims the space off and nothing else can be cut.
            let trimmed = text.string[..*start].ends_with(' ');
            prop_assert!(borders.contains(start) || trimmed, "{:?}", part);
            let end = start + part.string.len();
            prop_assert!(end == text.string.len() || borders.contains(&end), "{:?}", part);
            let white = |range: &str| range.chars().all(is_white);
            for whole in &wholes {
                let torn = whole.start < end && end < whole.end && !white(&text.string[end..whole.end]);
                prop_assert!(!torn, "{:?} by {:?}", &text.string[whole.clone()], parts);
            }
        }
    }

    #[test]
    fn there_is_at_most_one_part_more_than_needed(text in tidy_texts(14, 5), bounds in bounds()) {
        let Some(least) = oracle::least(&text, &bounds) else { return Ok(()) };
        let parts = split(&text, &[], bounds, None);
        // A blank that is dropped to keep a piece whole can save a part, which the oracle does not know.
        let mut is_all_kept = true;
        places(&text.string, &parts, |skipped| is_all_kept &= skipped.chars().all(is_white));
        prop_assert!(least <= parts.len() || !is_all_kept, "{} {:?}", least, parts);
        prop_assert!(parts.len() <= least + 1, "{} {:?}", least, parts);
    }

    #[test]
    fn splitting_is_deterministic(text in texts(30, 8), bounds in bounds()) {
        prop_assert_eq!(split(&text, &[], bounds, None), split(&text, &[], bounds, None));
    }

    #[test]
    fn change_at_the_end_moves_only_the_last_cuts(
        head in texts(120, 0),
        tails in ("[a-z .\n]{1,20}", "[a-z .\n]{1,20}"),
        characters in 30usize..60,
    ) {
        let bounds = Bounds { characters, ..Bounds::message() };
        let parts = |tail: &str| {
            let text = FormattedText::plain(format!("{}\n\n{tail}", head.string));
            normal::normal(text).map(|text| split(&text, &[], bounds, None)).unwrap_or_default()
        };
        let (one, other) = (parts(&tails.0), parts(&tails.1));
        // All cuts but the last two stay, and so do the parts before the first of them.
        let kept = one.len().max(other.len()).saturating_sub(3);
        prop_assert_eq!(one.get(..kept), other.get(..kept));
    }

    #[test]
    fn break_points_are_cut_first_and_glue_is_kept(
        blocks in prop::collection::vec(("[a-z]{1,9}( [a-z]{1,9}){0,4}", prop::sample::select(vec![Level::Block, Level::Item, Level::Never])), 2..20),
        characters in 120usize..200,
    ) {
        let mut text = String::new();
        let mut break_points = Vec::new();
        for (block, level) in &blocks {
            if !text.is_empty() {
                // Two glued gaps in a row could be more than a part.
                let glued = break_points.last().is_some_and(|break_point: &BreakPoint| break_point.level == Level::Never);
                let level = if glued { Level::Block } else { *level };
                break_points.push(BreakPoint { range: text.len()..text.len() + 2, level });
                text.push_str("\n\n");
            }
            text.push_str(block);
        }
        let bounds = Bounds { characters, ..Bounds::message() };
        let text = FormattedText::plain(text);
        let parts = split(&text, &break_points, bounds, None);
        for (start, part) in places(&text.string, &parts, |_| ()).into_iter().zip(&parts) {
            let end = start + part.string.len();
            for break_point in break_points.iter().filter(|break_point| break_point.level == Level::Never) {
                prop_assert!(break_point.range.start != end && break_point.range.end != start, "{:?}", parts);
            }
        }
    }
}
