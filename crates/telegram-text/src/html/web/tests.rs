//! Web pages and what they become.

use proptest::prelude::*;

use super::*;
use crate::body::outline;

fn shown(markup: &str) -> String {
    outline::blocks(&read(markup).unwrap()).join("; ")
}

#[test]
fn blocks_are_those_that_browsers_show() {
    for (markup, expected) in [
        ("<p>a</p><p>b</p>", r#"text "a"; text "b""#),
        ("<p>a<p>b", r#"text "a"; text "b""#),
        ("a<br>b<br/>", r#"text "a⏎b⏎""#),
        ("<div>a</div><div>b</div>c", r#"text "a⏎b⏎c""#),
        ("<div>a</div><div><br></div><div>b</div>", r#"text "a⏎⏎b""#),
        ("<h1>A</h1>b", r#"heading "A"; text "b""#),
        ("<ul><li>a<li>b</ul>c", r#"list(• text "a" • text "b"); text "c""#),
        ("<ol start=3><li>a</li> <li>b</li></ol>", r#"list(3. text "a" 4. text "b")"#),
        (
            "<ol><li value=7>a<li>b<li value=9>c<li value=2>d</ol>",
            r#"list(7. text "a" 8. text "b" 9. text "c"); list(2. text "d")"#,
        ),
        ("<ul><li value=7>a</ul>", r#"list(• text "a")"#),
        ("<ul><li>a<ul><li>b</ul></ul>", r#"list(• text "a"; list(• text "b"))"#),
        ("<ul><li>a</li><ul><li>b</li></ul></ul>", r#"list(• text "a" • list(• text "b"))"#),
        ("<li>a</li>", r#"list(• text "a")"#),
        ("<li><input type=checkbox checked> a", r#"list(• text "☑ a")"#),
        ("<blockquote><p>a</p><p>b</blockquote>c", r#"quote(text "a"; text "b"); text "c""#),
        (
            "<blockquote>a<blockquote>b</blockquote>c</blockquote>d",
            r#"quote(text "a"; text "b"; text "c"); text "d""#,
        ),
        ("<details><summary>a</summary>b</details>", r#"expandable quote(heading "a"; text "b")"#),
        ("<pre>\n a\n  b\n</pre>c", r#"code " a⏎  b"; text "c""#),
        (
            "<pre><code class=\"hljs language-rust\"><span>a</span> &lt; b</code></pre>",
            r#"code rust "a < b""#,
        ),
        (
            "<script>a < b</script><style>c</style><title>t</title>d<svg><text>e</text></svg>",
            r#"text "d""#,
        ),
        ("<!DOCTYPE html><!-- a --><?xml?>b</>", r#"text "b""#),
        ("a <x-y z='>'>b</x-y>", r#"text "a b""#),
        ("1 < 2 & 3 > 2 &amp; &nbsp;&copy;&#x1F399;", "text \"1 < 2 & 3 > 2 & \\u{a0}©🎙\""),
        ("<img alt=\"🎉\"><img alt=\"a picture\">a <q>b</q>", r#"text "🎉a “b”""#),
        ("  a \n\t b  <b> c </b> d ", r#"text "a b c d""#),
        ("я<b>я</b>", r#"text "яя""#),
        ("<p> </p>", ""),
        ("", ""),
    ] {
        assert_eq!(shown(markup), expected, "{markup}");
    }
}

#[test]
fn formatting_becomes_entities() {
    for (markup, string, entities) in [
        ("a <b>b</b> c", "a b c", vec![("bold", 2, 1)]),
        ("a<b> b </b>c", "a b c", vec![("bold", 1, 2)]),
        ("<b><strong>a</b>b</strong>c", "abc", vec![("bold", 0, 2)]),
        ("<b>a<i>b</b>c</i>", "abc", vec![("bold", 0, 2), ("italic", 1, 2)]),
        (
            "<em>a</em><ins>b</ins><del>c</del><kbd>d</kbd>",
            "abcd",
            vec![("italic", 0, 1), ("underline", 1, 1), ("strikethrough", 2, 1), ("code", 3, 1)],
        ),
        (
            "<span>a</span><span class=tg-spoiler>b<span>c</span></span>",
            "abc",
            vec![("spoiler", 1, 2)],
        ),
        (
            "<b style=\"font-weight:normal\">a<span style='font-weight:700; font-style:italic'>b</span></b>",
            "ab",
            vec![("bold", 1, 1), ("italic", 1, 1)],
        ),
        (
            "<u style='text-decoration: none'>a</u><span style='text-decoration:underline line-through'>b</span>",
            "ab",
            vec![("underline", 1, 1), ("strikethrough", 1, 1)],
        ),
        (
            "<a href='//e.org'><span style='font-weight: 400;text-decoration:underline'>a</span></a>",
            "a",
            vec![("text_link", 0, 1)],
        ),
        ("<a href=\"https://e.org/?a=1&amp;b\">a</a>", "a", vec![("text_link", 0, 1)]),
        (
            "<a href='//e.org'>a</a><a href=/b>b</a><a href='#c'>c</a><a>d</a>",
            "abcd",
            vec![("text_link", 0, 1)],
        ),
        (
            "<a href=https://e.org>a<a href=https://e.net>b",
            "ab",
            vec![("text_link", 0, 1), ("text_link", 1, 1)],
        ),
        ("<a href='javascript:alert(1)'>a</a>", "a", vec![]),
        ("<tg-emoji emoji-id=5>👍</tg-emoji>", "👍", vec![("custom_emoji", 0, 2)]),
        ("🎙<b>a", "🎙a", vec![("bold", 2, 1)]),
    ] {
        let blocks = read(markup).unwrap();
        let [Block::Paragraph(prose)] = blocks.as_slice() else { panic!("{markup}: {blocks:?}") };
        let found = prose.text.entities.iter();
        let found: Vec<_> = found.map(|e| (e.kind.name(), e.offset, e.length)).collect();
        assert_eq!((prose.text.string.as_str(), found), (string, entities), "{markup}");
    }
    assert_eq!(shown("<b>a<p>b</b>c"), r#"text "a"; text "bc""#);
}

#[test]
fn table_is_refused_at_its_place() {
    assert_eq!(read("a<TABLE><tr>"), Err(TableError { byte: 1 }));
    assert!(read("<pre><table></pre>").is_err());
}

#[test]
fn hostile_markup_takes_linear_time() {
    for piece in [
        "<b>",
        "</b>",
        "<ul><li>",
        "<blockquote>",
        "<",
        "&",
        "<!--",
        "<script>",
        "</",
        "<a href=\"",
        "<a b=c ",
        "<p>",
        "<span class=tg-spoiler>",
    ] {
        let _ = read(&piece.repeat(400_000 / piece.len()));
    }
}

proptest! {
    #[test]
    fn no_markup_panics(markup in "(<(/?(p|b|ul|li|a href=\"x\"|pre|blockquote|br|code|span|h1)|!--|[a-z])>?|[ a&;<>\n\"я🙂]){0,30}|\\PC{0,40}") {
        let _ = read(&markup);
    }
}
