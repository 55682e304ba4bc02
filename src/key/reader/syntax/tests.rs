use super::*;
use crate::diagnostic::Problem;
use crate::key::Reader;
use crate::post::raw::RawPost;

/// The problems of a post, each with the text at its place.
fn problems(text: &str) -> Vec<(Problem, String)> {
    let file = SourceFile::new("posts/a.toml", text);
    let (_, reader) = Reader::read::<RawPost<'_>>(&file);
    let found = reader.finish().into_iter();
    found.map(|found| (found.problem, text.get(found.span).unwrap().to_owned())).collect()
}

/// Checks that the text has exactly this problem.
fn check(text: &str, place: &str, problem: impl Into<TomlProblem>) {
    let expected = (Problem::Toml(problem.into()), place.to_owned());
    assert_eq!(problems(text), [expected], "{text}");
}

#[test]
fn missing_and_wrong_quotation_marks_are_reported() {
    for (text, place, problem) in [
        ("heading = “Hello”", "“Hello”", SyntaxProblem::CurlyQuotes),
        ("heading = «Привет»", "«Привет»", SyntaxProblem::CurlyQuotes),
        ("heading = 'it's fine'", "s", SyntaxProblem::QuoteInside('\'')),
        ("heading = \"say \"yes\" now\"", "y", SyntaxProblem::QuoteInside('"')),
        ("heading = \"Hello\ntext = 'b'", "\"Hello", SyntaxProblem::UnclosedString('"')),
        ("heading = 'Hello\ntext = 'b'", "'Hello", SyntaxProblem::UnclosedString('\'')),
        ("heading = \"Hello\r\ntext = 'b'", "\"Hello", SyntaxProblem::UnclosedString('"')),
        ("heading = \"\"\"\nHello\ntext = 'b'", "\"\"\"", SyntaxProblem::UnclosedText("\"\"\"")),
        ("heading = \'\'\'\nHello\ntext = 'b'", "\'\'\'", SyntaxProblem::UnclosedText("\'\'\'")),
    ] {
        check(text, place, problem);
    }
}

#[test]
fn misspelt_booleans_and_dates_are_reported() {
    for (text, place, problem) in [
        ("draft = True", "True", SyntaxProblem::Boolean("true")),
        ("draft = FALSE", "FALSE", SyntaxProblem::Boolean("false")),
        ("draft = ture", "ture", SyntaxProblem::Boolean("true")),
        ("draft = yes", "yes", SyntaxProblem::Boolean("true")),
        ("link_preview = off", "off", SyntaxProblem::Boolean("false")),
        ("publish_at = 19.06.2024", "19.06.2024", SyntaxProblem::Date),
        ("publish_at = 2024-06-31T18:40:00Z", "2024-06-31T18:40:00Z", SyntaxProblem::Date),
        ("publish_at = 2024-06-19T25:40:00Z", "2024-06-19T25:40:00Z", SyntaxProblem::Date),
        ("publish_at = 2024-06-19 18:40 +03:00", "2024-06-19 18:40 +03:00", SyntaxProblem::Date),
    ] {
        check(text, place, problem);
    }
}

#[test]
fn missing_values_are_reported_at_their_equals_sign() {
    for text in ["heading =", "heading = \ntext = 'b'", "heading =\r\n", "heading = # later"] {
        check(text, "=", SyntaxProblem::NoValue);
    }
}

#[test]
fn yaml_syntax_is_recognized() {
    for (text, place, problem) in [
        ("heading: 'a'", ":", SyntaxProblem::Colon),
        ("lead = { text: 'a' }", ":", SyntaxProblem::Colon),
        ("---\ntitle: a\ntags: [b]\n---\nWords.\n", "---", SyntaxProblem::FrontMatter),
    ] {
        check(text, place, problem);
    }
}

#[test]
fn unclosed_brackets_are_reported_where_they_open() {
    for (text, place, problem) in [
        ("bullets = ['a', 'b'", "[", SyntaxProblem::UnclosedList),
        ("bullets = ['a'\ntext = 'c'\nhashtags = ['d']", "[", SyntaxProblem::UnclosedList),
        ("bullets = [\n  'a',\n\n[[sections]]\ntitle = 'b'", "[", SyntaxProblem::UnclosedList),
        ("lead = { text = 'a'\nhashtags = ['b']", "{", SyntaxProblem::UnclosedTable),
        ("lead = {\n  text = 'a',\n", "{", SyntaxProblem::UnclosedTable),
    ] {
        check(text, place, problem);
    }
}

#[test]
fn other_mistakes_are_reported_once_with_the_parsers_message() {
    for text in [
        "heading = Hello world",
        r#"heading = "A \* B""#,
        r#"heading = "C:\Users\news""#,
        "draft = 01",
        "heading = 'a'\nheading.x = 'b'",
        "heading 'a'",
        "  - a bullet",
        "// note",
        "= 'a'",
        "read more = 'a'",
        "текст = 'a'",
        "heading == 'a'",
        "heading = 'a',\ntext = 'b'",
        "heading = 'a' text = 'b'",
        "heading = 'a'\u{a0}",
        "bullets = ['a' 'b']",
        "bullets = ['a',, 'b']",
        "bullets = ['a']]",
        "heading = 'a'\n]",
        "[[sections]\ntitle = 'a'\nbullets = ['b']",
        "[editions.en\nheading = 'a'",
        "heading = \"a\u{7}b\"",
        "heading = 'a' # \u{7f}",
        "heading = 'a'\n\n# Title\nSome words here.\n\nMore words, and: more.\n- item\n",
    ] {
        let found = problems(text);
        let [(Problem::Toml(TomlProblem::Syntax(SyntaxProblem::Other(message))), _)] =
            found.as_slice()
        else {
            panic!("{text}: {found:?}")
        };
        assert!(!message.is_empty() && !message.contains('\n'), "{text}: {message}");
    }
    // A byte order mark and Windows line endings are accepted.
    assert_eq!(problems("\u{feff}heading = 'a'\r\ntext = 'b'\r\n"), []);
}

#[test]
fn repeated_keys_and_tables_are_reported_once() {
    let key = |key: &str| TomlProblem::KeyTwice(key.to_owned());
    let table = |header: &str| TomlProblem::TableTwice(header.to_owned());
    for (text, place, problem) in [
        ("heading = 'a'\nheading = 'b'", "heading", key("heading")),
        ("lead = { text = 'a', text = 'b' }", "text", key("text")),
        (
            "[editions.en]\nheading = 'a'\n[editions.en]\nheading = 'b'",
            "en",
            table("[editions.en]"),
        ),
        ("[[sections]]\ntitle = 'a'\n[sections]\ntitle = 'b'", "sections", table("[sections]")),
    ] {
        check(text, place, problem);
    }
    let file = SourceFile::new("a", "heading = 'a'\nheading = 'b'");
    let (_, reader) = Reader::read::<RawPost<'_>>(&file);
    assert_eq!(reader.finish().remove(0).also, Some((0..7, Related::First)));
}

#[test]
fn mistake_does_not_hide_others() {
    for (text, places) in [
        ("heading = one\ntext = two", &["one", "two"][..]),
        ("heading = \"one\ntext = \"two", &["\"one", "\"two"]),
        ("heading = \"one\ntwo\nthree\"\ntext = 'b'", &["\"one"]),
        ("bullets = [\n  \"one,\n  \"two\",\n]", &["\"one,"]),
        ("bullets = [\n 'a'\n 'b'\n 'c'\n]", &["'", "'"]),
        ("heading = \"a\nhedding = 'b'", &["\"a", "hedding"]),
    ] {
        let found: Vec<_> = problems(text).into_iter().map(|(_, place)| place).collect();
        assert_eq!(found, places, "{text}");
    }
}

proptest::proptest! {
    #[test]
    fn spans_are_inside_the_file_for_any_input(text in r#"([a-c=\[\]{},"'\\ #\n\r.:1é🎙\u{a0}-]|heading|\[\[sections\]\]\n|"""|= "x"\n){0,24}"#) {
        let file = SourceFile::new("a", text.as_str());
        let (_, reader) = Reader::read::<RawPost<'_>>(&file);
        for problem in reader.finish() {
            proptest::prop_assert!(text.get(problem.span.clone()).is_some(), "{problem:?}");
        }
    }
}
