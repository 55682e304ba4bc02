//! Splitting: tables of cuts; the properties of all texts are in `properties`.

mod hostile;
mod oracle;
mod properties;
mod texts;

use super::{Bounds, BreakPoint, Level, PartBounds, fits_until, split, split_with_first};
use crate::{Entity, EntityKind, FormattedText, normal};

fn bounds(characters: usize) -> Bounds {
    Bounds { characters, ..Bounds::message() }
}

fn strings(parts: &[FormattedText]) -> Vec<&str> {
    parts.iter().map(|part| part.string.as_str()).collect()
}

#[test]
fn best_place_is_chosen() {
    for (text, limit, expected) in [
        ("one two three", 8, vec!["one two", "three"]),
        ("First one. Second two.", 14, vec!["First one.", "Second two."]),
        ("a line\nanother line", 14, vec!["a line", "another line"]),
        ("a par\n\nb par\nb2 par", 14, vec!["a par", "b par\nb2 par"]),
        ("abcdefghij", 4, vec!["abcd", "efgh", "ij"]),
        ("ab👨‍👩‍👧cd", 5, vec!["ab", "👨‍👩‍👧", "cd"]),
        ("слово, слово", 7, vec!["слово,", "слово"]),
        ("We said «No.» Then we left", 20, vec!["We said «No.»", "Then we left"]),
        ("例子很长。例子更长", 7, vec!["例子很长。", "例子更长"]),
        ("他说「不。」走了吧", 8, vec!["他说「不。」", "走了吧"]),
        ("v1.2 is out now, is it", 14, vec!["v1.2 is out", "now, is it"]),
        ("word\u{a0}word word", 12, vec!["word\u{a0}word", "word"]),
        ("🇷🇺🇷🇺🇷🇺", 3, vec!["🇷🇺", "🇷🇺", "🇷🇺"]),
        ("e\u{301}e\u{301}e\u{301}", 3, vec!["e\u{301}", "e\u{301}", "e\u{301}"]),
        ("e\u{301}\u{301}\u{301}", 3, vec!["e\u{301}\u{301}", "\u{301}"]),
        ("ab", 1, vec!["a", "b"]),
        ("a \n b", 1, vec!["a", "b"]),
        ("see #hashtag", 8, vec!["see", "#hashtag"]),
        ("xx https://b.com/x", 15, vec!["xx", "https://b.com/x"]),
        // Only this keeps the link whole: the blank before it is dropped, and the mark after it loses the space it was
        // over.
        ("\u{a0}https://b.com/x \u{301}word", 15, vec!["https://b.com/x", "\u{301}word"]),
        ("例例例例https://b.com/x", 15, vec!["例例例例", "https://b.com/x"]),
        ("abcdefgh#tag", 8, vec!["abcdefg", "h#tag"]),
        ("abcde@user", 5, vec!["abcd", "e@", "user"]),
        ("one. two. xx", 11, vec!["one. two.", "xx"]),
    ] {
        let parts = split(&FormattedText::plain(text), &[], bounds(limit), None);
        assert_eq!(strings(&parts), expected, "{text}");
    }
}

#[test]
fn formatting_continues_in_the_next_part() {
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
fn break_point_is_preferred_unless_it_must_stay_together() {
    let text = FormattedText::plain("title\n\nfirst item\n\nsecond");
    let break_points = [
        BreakPoint { range: 5..7, level: Level::Never },
        BreakPoint { range: 17..19, level: Level::Item },
    ];
    let parts = split(&text, &break_points, bounds(20), None);
    assert_eq!(strings(&parts), ["title\n\nfirst item", "second"]);
}

#[test]
fn mark_counts_towards_the_limit_and_numbers_the_parts() {
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

fn texted(string: &str, entities: &[(EntityKind, usize, usize)]) -> FormattedText {
    let entity =
        |(kind, offset, length): &(EntityKind, _, _)| Entity::new(kind.clone(), *offset, *length);
    FormattedText { string: string.into(), entities: entities.iter().map(entity).collect() }
}

#[test]
fn code_loses_one_line_break_and_keeps_its_indents() {
    let pre = || EntityKind::Pre { language: Some("rust".into()) };
    for (text, code, limit, expected) in [
        ("fn a() {\n    b();\n}", 0..19, 12, vec!["fn a() {", "    b();\n}"]),
        ("one\n\n  two\nx", 0..12, 8, vec!["one", "\n  two\nx"]),
        ("text\n\n  code", 6..12, 8, vec!["text", "  code"]),
        ("code code\n\n text", 0..11, 10, vec!["code code", "text"]),
        ("a                                b", 0..34, 8, vec!["a", "b"]),
    ] {
        let text = texted(text, &[(pre(), code.start, code.len())]);
        let parts = split(&text, &[], bounds(limit), None);
        assert_eq!(strings(&parts), expected, "{text:?}");
        assert!(parts.iter().all(|part| part.entities.len() <= 1), "{parts:?}");
        assert_eq!(
            parts[0].entities.first().map(|entity| &entity.kind),
            (code.start == 0).then(pre).as_ref()
        );
    }
}

#[test]
fn entity_stays_whole_if_it_fits_and_continues_otherwise() {
    let link = || EntityKind::TextLink { url: "https://example.org/".into() };
    let date = EntityKind::DateTime { unix_time: 5, date_time_format: String::new() };
    for (text, kind, range, limit, expected) in [
        ("aa bb cc dd", link(), 3..8, 7, vec!["aa", "bb cc", "dd"]),
        ("aa bb cc dd", EntityKind::TextMention { user: 5 }, 3..8, 7, vec!["aa", "bb cc", "dd"]),
        ("aa bb cc dd", date, 3..8, 7, vec!["aa", "bb cc", "dd"]),
        ("aa bb cc dd", EntityKind::Bold, 3..8, 7, vec!["aa bb", "cc dd"]),
        ("aa bb cc dd", link(), 0..11, 7, vec!["aa bb", "cc dd"]),
    ] {
        let text = texted(text, &[(kind, range.start, range.len())]);
        assert_eq!(strings(&split(&text, &[], bounds(limit), None)), expected, "{text:?}");
    }
}

#[test]
fn blanks_that_fit_in_no_part_are_dropped() {
    for (text, expected) in [
        (format!("a{}b", "\u{a0}".repeat(20)), vec!["a\u{a0}\u{a0}\u{a0}", "b"]),
        (format!("{}b", "\u{a0}".repeat(20)), vec!["b"]),
        (format!("b{}", "\u{a0}".repeat(20)), vec!["b"]),
        (format!("abcd{}", "\u{a0}".repeat(2)), vec!["abc", "d\u{a0}\u{a0}"]),
    ] {
        let parts = split(&FormattedText::plain(&text), &[], bounds(4), None);
        assert_eq!(strings(&parts), expected, "{text:?}");
    }
}

#[test]
fn every_bound_makes_a_new_part() {
    let message = Bounds::message();
    let many = Bounds { entity_bytes: 60, ..message };
    let text = texted("a b c d e", &[0, 2, 4, 6, 8].map(|at| (EntityKind::Bold, at, 1)));
    assert_eq!(strings(&split(&text, &[], many, None)), ["a b c", "d e"]);
    let many = Bounds { entities: 4, ..message };
    assert_eq!(strings(&split(&text, &[], many, None)), ["a b c", "d e"]);
    let many = Bounds { bytes: 9, ..message };
    let text = FormattedText::plain("яя яя яя");
    assert_eq!(strings(&split(&text, &[], many, None)), ["яя яя", "яя"]);
}

#[test]
fn last_part_is_not_too_short() {
    let words = "word ".repeat(821);
    let parts = split(&FormattedText::plain(words.trim_end()), &[], Bounds::message(), None);
    let lengths: Vec<_> = parts.iter().map(FormattedText::characters).collect();
    assert_eq!(lengths.len(), 2);
    assert!(lengths.iter().all(|length| *length > 1_000), "{lengths:?}");
}

#[test]
fn without_white_space_words_are_cut_after_separators() {
    for (text, end) in [
        ("東京、大阪、京都、".repeat(700), '、'),
        ("word-word—".repeat(900), '—'),
        ("word/word/".repeat(900), '/'),
        ("བཀྲ་ཤིས་བདེ་ལེགས།".repeat(400), '་'),
    ] {
        let parts = split(&FormattedText::plain(text), &[], Bounds::message(), None);
        for part in parts.split_last().unwrap().1 {
            let last = part.string.chars().next_back().unwrap();
            assert!(last == end || "-།".contains(last), "{last}");
        }
    }
}

#[test]
fn balancing_keeps_a_better_place() {
    let code = "x = 1\n".repeat(650);
    let note = "A note under the code. ".repeat(10);
    let text = texted(
        &format!("{code}\n{}", note.trim_end()),
        &[(EntityKind::Pre { language: None }, 0, code.len() - 1)],
    );
    let parts = split(&text, &[], Bounds::message(), None);
    assert_eq!(strings(&parts), [code.trim_end(), note.trim_end()]);
    let paragraphs = ["word ".repeat(799) + "word.", "tail ".repeat(119) + "tail"];
    let text = FormattedText::plain(paragraphs.join("\n\n"));
    assert_eq!(strings(&split(&text, &[], Bounds::message(), None)), paragraphs);
}

#[test]
fn mark_without_room_or_without_visible_text_is_left_out() {
    let text = FormattedText::plain("one two three");
    for mark in ["({n}/{total}) and more", "", " \n", "\u{200b}"] {
        assert_eq!(
            strings(&split(&text, &[], bounds(8), Some(mark))),
            ["one two", "three"],
            "{mark:?}"
        );
    }
    let parts = split(&text, &[], bounds(9), Some("{n} \n"));
    assert_eq!(strings(&parts), ["one\n\n1", "two\n\n2", "three\n\n3"]);
}

#[test]
fn fits_until_returns_the_last_words_before_the_limit() {
    let text = texted("one two three four", &[0, 4, 8].map(|at| (EntityKind::Bold, at, 3)));
    for (bounds, expected) in [
        (bounds(7), "one two"),
        (Bounds { entities: 2, ..Bounds::message() }, "one two"),
        (Bounds { entity_bytes: 20, ..Bounds::message() }, "one"),
    ] {
        assert_eq!(fits_until(&text, bounds), expected, "{bounds:?}");
    }
    assert!(normal::is_normal(&text));
}

#[test]
fn first_part_has_bounds_of_its_own() {
    let first = |utf16| PartBounds {
        first: Bounds { utf16: Some(utf16), ..Bounds::caption() },
        others: bounds(20),
    };
    for (text, utf16, mark, expected) in [
        ("one two", 7, None, vec!["one two"]),
        ("one two three four", 8, None, vec!["one two", "three four"]),
        ("🙂🙂 two three", 5, None, vec!["🙂🙂", "two three"]),
        ("🙂🙂🙂", 5, None, vec!["🙂🙂", "🙂"]),
        // The later parts have their own bounds.
        (
            "one two three four five six seven eight",
            8,
            None,
            vec!["one two", "three four five six", "seven eight"],
        ),
        (
            "one two three four",
            14,
            Some("({n}/{total})"),
            vec!["one two\n\n(1/2)", "three four\n\n(2/2)"],
        ),
    ] {
        let parts = split_with_first(&FormattedText::plain(text), &[], first(utf16), mark);
        assert_eq!(strings(&parts), expected, "{text:?}");
    }
}
