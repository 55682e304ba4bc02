use super::*;
use crate::post::raw::RawPost;

/// The problems of a post: the code, the text at its place, and the hint.
fn problems(text: &str) -> Vec<(&'static str, String, String)> {
    let file = SourceFile::new("posts/a.toml", text);
    let (_, reader) = Reader::read::<RawPost<'_>>(&file);
    let problem = |problem: Diagnostic| {
        let hint = crate::explain::diagnostic(&problem, crate::explain::Language::En).hint;
        (problem.code().name(), text.get(problem.span).unwrap().to_owned(), hint)
    };
    reader.finish().into_iter().map(problem).collect()
}

/// Checks that a post has exactly one problem.
fn check(text: &str, code: &str, place: &str, hint: &str) {
    let found = problems(text);
    let [(found_code, found_place, found_hint)] = found.as_slice() else {
        panic!("{text}: {found:?}")
    };
    assert_eq!((*found_code, found_place.as_str()), (code, place), "{text}");
    assert!(found_hint.contains(hint), "{text}: {found_hint}");
}

#[test]
fn unknown_key_gets_a_suggestion() {
    for (text, place, hint) in [
        ("hedding = 'a'", "hedding", "did you mean `heading`?"),
        ("Heading = 'a'", "Heading", "did you mean `heading`?"),
        ("read-more = 'a'", "read-more", "did you mean `read_more`?"),
        ("\"publish at\" = 'a'", "\"publish at\"", "did you mean `publish_at`?"),
        ("weather = 'a'", "weather", "the keys here are `channels`, `language`"),
        ("title = 'a'", "title", "did you mean `heading`?"),
        ("url = 'a'", "url", "`url` is a key of `read_more`"),
        ("lead = { txet = 'a' }", "txet", "did you mean `text`?"),
        ("lead = { weather = 'a' }", "weather", "the keys here are `marker`, `text`"),
        ("[[sections]]\ntitel = 'a'", "titel", "did you mean `title`?"),
        ("[editions.en]\nbulets = ['a']", "bulets", "did you mean `bullets`?"),
    ] {
        check(text, "unknown-key", place, hint);
    }
}

#[test]
fn key_below_the_wrong_header_gets_its_right_place() {
    let top = "write `hashtags` at the top of the file, above the first `[`";
    for (text, hint) in [
        (
            "[[sections]]\ntitle = 'a'\nhashtags = ['b']",
            "TOML reads every key below `[[sections]]` into that table",
        ),
        ("[[sections]]\ntitle = 'a'\nhashtags = ['b']", top),
        ("[[sections]]\ntext = '''\n[no header]\n'''\nhashtags = ['b']", "below `[[sections]]`"),
        ("[read_more]\nurl = 'a'\nhashtags = ['b']", "below `[read_more]`"),
        (
            "[editions.en]\n[[editions.en.sections]]\nhashtags = ['b']",
            "below `[[editions.en.sections]]`",
        ),
        (
            "[editions.en]\n[[editions.en.sections]]\nhashtags = ['b']",
            "write `hashtags` below `[editions.en]`, above the next `[`",
        ),
    ] {
        check(text, "unknown-key", "hashtags", hint);
    }
    // The hint for a key in an inline table names no header.
    check(
        "[editions.en]\nlead = { hashtags = ['b'] }",
        "unknown-key",
        "hashtags",
        "write `hashtags`",
    );
    let (_, _, hint) = problems("lead = { text = 'a', hashtags = ['b'] }").remove(0);
    assert_eq!(hint, top);
}

#[test]
fn value_of_a_wrong_type_gets_the_right_spelling() {
    for (text, place, hint) in [
        ("heading = 5", "5", "put it in quotes"),
        ("heading = ['a']", "['a']", "write text in quotes"),
        ("bullets = 'a'", "'a'", "put it in brackets: [\"…\"]"),
        ("bullets = ['a', 5]", "5", "put it in quotes"),
        ("draft = 'true'", "'true'", "write it without quotes: true"),
        ("publish_at = '2026-05-04T09:00:00Z'", "'2026-05-04T09:00:00Z'", "without quotes: 2026"),
        (
            "publish_at = '2026-05-04'",
            "'2026-05-04'",
            "a time, without quotes: 2026-05-04T09:00:00",
        ),
        ("lead = 5", "5", "put it in quotes"),
        ("lead = { text = true }", "true", "put it in quotes"),
        ("editions = 'en'", "'en'", "a table with one entry for each language"),
        ("editions.en = 'a'", "'a'", "write a table"),
        ("sections = 'a'", "'a'", "put it in brackets"),
        ("[sections]\ntitle = 'a'", "[sections]", "two brackets: [[sections]]"),
        ("link_preview = true", "true", "write \"off\" or a table"),
    ] {
        check(text, "wrong-type", place, hint);
    }
}

#[test]
fn unknown_word_gets_the_allowed_ones() {
    check("overflow = 'splt'", "bad-value", "'splt'", "did you mean \"split\"?");
    check(
        "overflow = 'cut it'",
        "bad-value",
        "'cut it'",
        "write one of \"split\", \"separate\", \"error\"",
    );
    check("link_preview = 'none'", "bad-value", "'none'", "write \"off\"");
}

#[test]
fn too_long_list_is_reported_once() {
    let text = format!("bullets = [{}]", "'a', ".repeat(limits::LIST_ITEMS + 2));
    check(&text, "too-many", "'a', 'a'", "split it into several posts");
    let text = format!("bullets = [{}]", "'a', ".repeat(limits::LIST_ITEMS));
    assert_eq!(problems(&text), []);
}

#[test]
fn too_deep_nesting_is_reported_once() {
    let deep = |levels: usize| format!("x = {}{}", "[".repeat(levels), "]".repeat(levels));
    let codes =
        |text: &str| -> Vec<_> { problems(text).into_iter().map(|(code, ..)| code).collect() };
    assert_eq!(codes(&deep(limits::TOML_DEPTH)), ["unknown-key"]);
    assert_eq!(codes(&deep(limits::TOML_DEPTH + 1)), ["too-deep", "unknown-key"]);
    assert_eq!(codes(&deep(5_000)), ["too-deep", "unknown-key"]);
    assert_eq!(codes(&"[".repeat(5_000)).first(), Some(&"syntax"));
}

#[test]
fn all_problems_of_a_file_are_reported_together() {
    let text =
        "hedding = 'a'\nbullets = 'b'\noverflow = 'c'\ntext = no\n\n[[sections]]\ntitle = 5\n";
    let mut found: Vec<_> =
        problems(text).into_iter().map(|(code, place, _)| (code, place)).collect();
    found.sort();
    let expected = [
        ("bad-value", "'c'"),
        ("syntax", "no"),
        ("unknown-key", "hedding"),
        ("wrong-type", "'b'"),
        ("wrong-type", "5"),
    ];
    assert_eq!(found, expected.map(|(code, place)| (code, place.to_owned())));
}

#[test]
fn unread_keys_are_recorded_with_their_table() {
    let file = SourceFile::new(
        "a",
        "[editions.en]\nhedding = 'a'\n[editions.ru]\nlead = { text = 5 }\n[editions.de]\nheading = 'a'\nweather = 1\n",
    );
    let (raw, reader) = Reader::read::<RawPost<'_>>(&file);
    let unread: Vec<_> = raw
        .editions
        .iter()
        .flat_map(|map| &map.value)
        .map(|(tag, item)| {
            (
                tag.value.as_ref(),
                item.value.unread().any(),
                reader.has_losses_below("editions", &tag.value),
            )
        })
        .collect();
    // An edition has a lead even if the lead's text is unread.
    assert_eq!(unread, [("en", true, true), ("ru", false, true), ("de", false, false)]);
    assert!(!raw.unread().any());
}
