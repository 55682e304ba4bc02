use super::*;
use crate::key::Reader;
use crate::post::raw::RawPost;

/// What is wrong with a post: the code, what stands at its place, and all words about it.
fn problems(text: &str) -> Vec<(&'static str, String, String)> {
    let file = SourceFile::new("posts/a.toml", text);
    let (_, reader) = Reader::read::<RawPost<'_>>(&file);
    let problem = |problem: Diagnostic| {
        let words = format!("{}: {}", problem.message, problem.hint);
        (problem.code.name(), text.get(problem.span).unwrap().to_owned(), words)
    };
    reader.finish().into_iter().map(problem).collect()
}

/// Checks that the malformed text has exactly one problem, at `place`, whose words hold `words`.
fn check(text: &str, place: &str, words: &str) {
    let found = problems(text);
    let [(_, found_place, found_words)] = found.as_slice() else { panic!("{text}: {found:?}") };
    assert_eq!(found_place, place, "{text}: {found_words}");
    assert!(found_words.contains(words), "{text}: {found_words}");
}

#[test]
fn a_text_without_proper_quotes_gets_them() {
    for (text, place, words) in [
        ("heading = Hello world", "Hello world", "put a text into double quotes"),
        ("heading = “Hello”", "“Hello”", "only straight quotation marks"),
        ("heading = «Привет»", "«Привет»", "only straight quotation marks"),
        ("heading = \"Hello\ntext = 'b'", "\"Hello", "not closed on its line: close it with `\"`"),
        ("heading = 'Hello\ntext = 'b'", "'Hello", "not closed on its line: close it with `'`"),
        ("heading = \"Hello\r\ntext = 'b'", "\"Hello", "not closed on its line"),
        ("heading = \"\"\"\nHello\ntext = 'b'", "\"\"\"", "write \"\"\" behind its last line"),
        ("heading = '''\nHello\ntext = 'b'", "'''", "write ''' behind its last line"),
        ("heading = 'it's fine'", "s", "the apostrophe as ’"),
        ("heading = \"say \"yes\" now\"", "y", "a quotation mark inside a text is written `\\\"`"),
        ("bullets = [\"say \"yes\" now\"]", "y", "a quotation mark inside a text"),
        ("lead = { text = \"say \"no\" now\" }", "n", "a quotation mark inside a text"),
        ("text = \"\"\"\none\ntwo\"\"\"\"\"\"", "\"", "a quotation mark inside a text"),
    ] {
        check(text, place, words);
    }
}

#[test]
fn a_backslash_is_explained_where_it_stands() {
    for (text, place) in [
        (r#"heading = "A \* B""#, r"\*"),
        (r#"heading = "🎙 \. B""#, r"\."),
        (r#"heading = "\я""#, r"\я"),
        (r#"heading = "C:\Users\news""#, r"\U"),
        (r#"heading = "a \u12 b""#, r"\u"),
        (r#"heading = "a \uD800 b""#, r"\u"),
        ("heading = \"\"\"\none\n\\! two\"\"\"", r"\!"),
    ] {
        check(text, place, &format!("write `\\{place}`"));
    }
    // Each of several is a mistake of its own.
    let found = problems(r#"bullets = ["a \* b", "c \* d"]"#);
    assert_eq!(found.len(), 2, "{found:?}");
}

#[test]
fn other_values_get_their_own_way_out() {
    for (text, place, words) in [
        ("heading =\ntext = 'b'", "=", "no value stands behind this `=`"),
        ("heading =", "=", "no value stands behind this `=`"),
        ("draft = True", "True", "write it in small letters: true"),
        ("draft = FALSE", "FALSE", "write it in small letters: false"),
        ("draft = yes", "yes", "write `true`"),
        ("link_preview = off", "off", "put it into double quotes"),
        ("draft = 01", "01", "no number"),
        ("draft = 1_", "1_", "no number"),
        ("publish_at = 19.06.2024", "19.06.2024", "2024-06-19T18:40:00+03:00"),
        ("publish_at = 2024-06-31T18:40:00Z", "2024-06-31T18:40:00Z", "day between 01 and 30"),
        ("publish_at = 2024-06-19T25:40:00Z", "2024-06-19T25:40:00Z", "hour between 00 and 23"),
        ("publish_at = 2024-06-19 18:40 +03:00", "2024-06-19 18:40 +03:00", "no date and time"),
        ("publish_at = tomorrow", "tomorrow", "put a text into double quotes"),
        ("heading = 'a'\nheading.x = 'b'", "heading", "has a value"),
    ] {
        check(text, place, words);
    }
}

#[test]
fn a_line_that_is_no_pair_gets_one() {
    for (text, place, words) in [
        ("heading: 'a'", ":", "write `=` in place of the colon"),
        ("lead = { text: 'a' }", ":", "write `=` in place of the colon"),
        ("heading 'a'", "heading 'a'", "neither a key with its value"),
        ("just words", "just words", "neither a key with its value"),
        ("  - a bullet", "- a bullet", "neither a key with its value"),
        ("// note", "// note", "begin a comment with `#`"),
        ("<!-- note -->", "<!-- note -->", "begin a comment with `#`"),
        ("<b>bold</b>", "<b>bold</b>", "neither a key with its value"),
        ("= 'a'", "= 'a'", "no key stands in front"),
        ("read more = 'a'", "read more", "such as `read_more`"),
        ("текст = 'a'", "текст", "keys are English words"),
        ("heading == 'a'", "=", "one `=` is enough"),
        ("heading = 'a',\ntext = 'b'", ",", "take it out"),
        ("heading = 'a'; text = 'b'", ";", "take it out"),
        ("heading = 'a' text = 'b'", "t", "on a line of its own"),
        ("bullets = 'a', 'b'", ",", "put several values into brackets"),
        ("heading = 'a'\u{a0}", "\u{a0}", "U+00A0 stands outside the quotes"),
        ("heading =\u{a0}'a'", "\u{a0}", "U+00A0 stands outside the quotes"),
        ("heading = 'a' \u{200b}", "\u{200b}", "U+200B stands outside the quotes"),
    ] {
        check(text, place, words);
    }
}

#[test]
fn brackets_and_commas_are_asked_for_where_they_are_missing() {
    for (text, place, words) in [
        ("bullets = ['a' 'b']", "'", "a comma is missing"),
        ("bullets = [\n  'a'\n  'b'\n]", "'", "a comma is missing"),
        ("bullets = ['a',, 'b']", ",", "take one comma out"),
        ("lead = { marker = '🎙' text = 'b' }", "t", "a comma is missing"),
        ("lead = { marker = '🎙',, text = 'b' }", ",", "take one comma out"),
        ("bullets = ['a', 'b'", "[", "the list that begins here is not closed"),
        (
            "bullets = ['a', 'b'\ntext = 'c'\nhashtags = ['d']\n[[sections]]\ntitle = 'e'",
            "[",
            "not closed",
        ),
        ("bullets = [\n  'a',\n\n[[sections]]\ntitle = 'b'", "[", "not closed"),
        ("lead = { text = 'a'\nhashtags = ['b']\ndraft = true", "{", "the `{` that stands here"),
        ("lead = {\n  text = 'a',\n", "{", "the `{` that stands here"),
        ("bullets = ['a']]", "]", "take the bracket out"),
        ("heading = 'a'\n]", "]", "this bracket closes nothing"),
        ("[[sections]\ntitle = 'a'\nbullets = ['b']", "[[sections]", "end it with `]]`"),
        ("heading = 'a'\n[[sections]\nheading = 'b'", "[[sections]", "end it with `]]`"),
        ("[editions.en\nheading = 'a'", "[editions.en", "end it with `]`"),
        ("[[sections]] title = 'a'", "t", "on a line of its own"),
    ] {
        check(text, place, words);
    }
}

#[test]
fn characters_that_no_text_file_has_are_named() {
    for (text, place, words) in [
        ("heading = \"a\u{7}b\"", "\u{7}", "U+0007"),
        ("heading = 'a\u{1b}b'", "\u{1b}", "U+001B"),
        ("heading = '''\na\u{1}b'''", "\u{1}", "U+0001"),
        ("heading = \"\"\"\na\u{1}b\"\"\"", "\u{1}", "U+0001"),
        ("heading = 'a' # \u{7f}", "\u{7f}", "U+007F"),
        ("heading = \"a\rb\"", "\r", "ordinary line ends"),
        ("heading = 'a'\rtext = 'b'\rlead = 'c'\r", "\r", "ordinary line ends"),
    ] {
        check(text, place, words);
    }
    // A byte order mark and the line ends of Windows are fine.
    assert_eq!(problems("\u{feff}heading = 'a'\r\ntext = 'b'\r\n"), []);
}

#[test]
fn what_stands_twice_is_told_once() {
    for (text, place, words) in [
        ("heading = 'a'\nheading = 'b'", "heading", "keep one of the two"),
        ("lead = { text = 'a', text = 'b' }", "text", "keep one of the two"),
        ("[editions.en]\nheading = 'a'\n[editions.en]\nheading = 'b'", "en", "below the first"),
        (
            "[[sections]]\ntitle = 'a'\n[sections]\ntitle = 'b'",
            "sections",
            "two brackets: [[sections]]",
        ),
    ] {
        check(text, place, words);
    }
}

#[test]
fn one_mistake_is_told_once_whatever_follows_from_it() {
    for (text, place) in [
        ("heading = \"one\ntwo\nthree\"\ntext = 'b'", "\"one"),
        ("bullets = [\n  \"one,\n  \"two\",\n]", "\"one,"),
        (
            "heading = 'a'\n\n# Title\nSome words here.\n\nMore words, and: more.\n- item\n",
            "Some words here.",
        ),
    ] {
        check(text, place, "");
    }
}

#[test]
fn a_mistake_hides_no_other() {
    for (text, places) in [
        ("heading = one\ntext = two", &["one", "two"][..]),
        ("heading = \"one\ntext = \"two", &["\"one", "\"two"]),
        ("bullets = [\n 'a'\n 'b'\n 'c'\n]", &["'", "'"]),
        ("heading = \"a\nhedding = 'b'", &["\"a", "hedding"]),
        ("bullets = [\n  \"a \\* b\",\n  'c'\n\ntext = 'd'", &["[", "\\*"]),
        ("lead = { expandable = yes, text = no }", &["yes", "no"]),
    ] {
        let found: Vec<_> = problems(text).into_iter().map(|(_, place, _)| place).collect();
        assert_eq!(found, places, "{text}");
    }
}

proptest::proptest! {
    #[test]
    fn whatever_is_typed_gives_places_inside_the_file(text in r#"([a-c=\[\]{},"'\\ #\n\r.:1é🎙\u{a0}-]|heading|\[\[sections\]\]\n|"""|= "x"\n){0,24}"#) {
        let file = SourceFile::new("a", text.as_str());
        let (_, reader) = Reader::read::<RawPost<'_>>(&file);
        for problem in reader.finish() {
            proptest::prop_assert!(text.get(problem.span.clone()).is_some(), "{problem:?}");
        }
    }
}
