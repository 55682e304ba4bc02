//! Blocks that a message cannot contain, and the range of each problem.

use crate::body::{outline, parse};
use crate::problem::{MarkupProblem, MarkupProblemKind};

/// A body, its blocks, and its problems with the text they point at.
type Row = (&'static str, &'static str, &'static [(MarkupProblemKind, &'static str)]);

fn check(rows: &[Row]) {
    for (source, blocks, problems) in rows {
        let body = parse(source);
        let found: Vec<_> = body
            .problems
            .iter()
            .map(|problem| (problem.kind.clone(), source.get(problem.range.clone()).unwrap()))
            .collect();
        assert_eq!(found, *problems, "{source:?}");
        assert_eq!(outline::blocks(&body.blocks).join("; "), *blocks, "{source:?}");
        super::assert_origins(source, &body);
    }
}

#[test]
fn table_is_refused_whole_and_the_text_around_it_stays() {
    use MarkupProblemKind::Table;
    check(&[
        ("a | b\n--|--\n1 | 2\n\nc", r#"text "c""#, &[(Table, "a | b\n--|--\n1 | 2")]),
        ("x\n| a |\n| - |\n# c", r#"text "x"; heading "c""#, &[(Table, "| a |\n| - |")]),
        ("> a|b\n> -|-\n> 1|2\n> \n> c", r#"quote(text "c")"#, &[(Table, "a|b\n> -|-\n> 1|2")]),
        ("a|b\n-|-\n1|2\n- c", r#"list(• text "c")"#, &[(Table, "a|b\n-|-\n1|2")]),
        ("a | b\nc | d", r#"text "a | b⏎c | d""#, &[]),
        ("|a|\n\n|-|", r#"text "|a|"; text "|-|""#, &[]),
        (
            "- a|b\n  -|-\n  1|2\n- c",
            r#"list(• text "" • text "c")"#,
            &[(Table, "a|b\n  -|-\n  1|2")],
        ),
    ]);
}

#[test]
fn dividing_line_is_refused() {
    use MarkupProblemKind::ThematicBreak;
    check(&[
        ("a\n\n---\n\nb", r#"text "a"; text "b""#, &[(ThematicBreak, "---")]),
        ("a\n * * * \nb", r#"text "a"; text "b""#, &[(ThematicBreak, "* * *")]),
        ("- a\n- ___\n- b", r#"list(• text "a" • text "" • text "b")"#, &[(ThematicBreak, "___")]),
        ("- a\n***\n- b", r#"list(• text "a"); list(• text "b")"#, &[(ThematicBreak, "***")]),
        ("> ---", "quote()", &[(ThematicBreak, "---")]),
        ("\\---", r#"text "---""#, &[]),
        ("— — —", r#"text "— — —""#, &[]),
    ]);
}

#[test]
fn address_of_a_definition_is_checked_once() {
    let body = parse("> [b] and [b]\n>\n> [b]:\n> <ftp://e.org/>");
    let kind = MarkupProblemKind::NoScheme;
    assert_eq!(body.problems, [MarkupProblem { range: 26..38, kind }]);
}

#[test]
fn definition_without_a_link_is_a_warning_and_the_text_after_it_stays() {
    use MarkupProblemKind::UnusedDefinition;
    check(&[
        ("[a]: https://example.org", "", &[(UnusedDefinition, "[a]: https://example.org")]),
        (
            "[a]: /a\n[b]:\n  /b 'c'\nd",
            r#"text "d""#,
            &[(UnusedDefinition, "[a]: /a"), (UnusedDefinition, "[b]:\n  /b 'c'")],
        ),
        ("a\n[b]: /b", r#"text "a⏎[b]: /b""#, &[]),
        ("> [a]:\n> /a\n> b", r#"quote(text "b")"#, &[(UnusedDefinition, "[a]:\n> /a")]),
        ("[a]: /a\nb\n===", r#"heading "b""#, &[(UnusedDefinition, "[a]: /a")]),
        ("[a]: /a\n===", r#"text "===""#, &[(UnusedDefinition, "[a]: /a")]),
        (
            "[a]: /a\n---",
            "",
            &[(UnusedDefinition, "[a]: /a"), (MarkupProblemKind::ThematicBreak, "---")],
        ),
        ("[Question]: who came?", r#"text "[Question]: who came?""#, &[]),
        ("- [a]: /a\n\n\n  b", r#"list(• text "b")"#, &[(UnusedDefinition, "[a]: /a")]),
        (
            "[a]: https://e.org/1\n[A]: https://e.org/2\n\n[a]",
            r#"text "a""#,
            &[(UnusedDefinition, "[A]: https://e.org/2")],
        ),
        (
            "[b] and [b]\n\n[b]: docs/b.md \"title\"",
            r#"text "b and b""#,
            &[(MarkupProblemKind::NoScheme, "docs/b.md")],
        ),
        (
            "[b]\n\n[b]: https://e.org/ (title)",
            r#"text "b""#,
            &[(MarkupProblemKind::LinkTitle, "[b]: https://e.org/ (title)")],
        ),
    ]);
}

#[test]
fn nested_quote_is_refused_once_and_quoted_once() {
    use MarkupProblemKind::NestedQuote;
    check(&[
        (
            "> a\n> > b\n> > c\n>\n> d",
            r#"quote(text "a"; text "b⏎c"; text "d")"#,
            &[(NestedQuote, "> b\n> > c")],
        ),
        (">>> a", r#"quote(text "a")"#, &[(NestedQuote, ">> a")]),
        (
            "> - > a\n>   - b",
            r#"quote(list(• text "a"; list(• text "b")))"#,
            &[(NestedQuote, "> a")],
        ),
        ("- > a\n- > b", r#"list(• quote(text "a") • quote(text "b"))"#, &[]),
    ]);
}

#[test]
fn indented_code_is_refused() {
    use MarkupProblemKind::IndentedCode;
    check(&[
        ("    a\n\n      b\n\nc", r#"text "c""#, &[(IndentedCode, "a\n\n      b")]),
        ("\ta", "", &[(IndentedCode, "a")]),
        ("- a\n\n      b\n- c", r#"list(• text "a" • text "c")"#, &[(IndentedCode, "b")]),
        ("-     a", r#"list(• text "")"#, &[(IndentedCode, "a")]),
        ("# a\n    b", r#"heading "a""#, &[(IndentedCode, "b")]),
        ("a\n    b", r#"text "a⏎    b""#, &[]),
    ]);
}

#[test]
fn block_without_content_is_refused() {
    use MarkupProblemKind::{EmptyCode, EmptyHeading, EmptyItem, EmptyQuote};
    check(&[
        (
            "-\n- a\n-",
            r#"list(• text "" • text "a" • text "")"#,
            &[(EmptyItem, "-"), (EmptyItem, "-")],
        ),
        ("-\n\n  a", r#"list(• text ""); text "a""#, &[(EmptyItem, "-")]),
        (">\n\na", r#"quote(); text "a""#, &[(EmptyQuote, ">")]),
        (">!", "expandable quote()", &[(EmptyQuote, ">!")]),
        ("##\na", r#"heading ""; text "a""#, &[(EmptyHeading, "##")]),
        ("```\n\n \n```\na", r#"code "⏎ "; text "a""#, &[(EmptyCode, "```\n\n \n```")]),
        ("- >", "list(• quote())", &[(EmptyQuote, ">")]),
    ]);
}

#[test]
fn nesting_past_the_limit_is_one_problem() {
    let limit = crate::limits::BODY_DEPTH;
    let deepest = "- ".repeat(limit) + "a";
    assert_eq!(parse(&deepest).problems, []);
    for too_deep in [
        "- ".repeat(limit) + "- a\n" + &"  ".repeat(limit) + "- b\n\nc",
        "- ".repeat(limit) + "> a\n\nc",
    ] {
        let body = parse(&too_deep);
        assert_eq!(
            body.problems.iter().map(|problem| problem.kind.clone()).collect::<Vec<_>>(),
            [MarkupProblemKind::TooDeep { limit }]
        );
        assert!(outline::blocks(&body.blocks).last().unwrap().ends_with(r#"text "c""#));
    }
}

#[test]
fn fence_is_reported_where_it_begins() {
    use MarkupProblemKind::{NestedFence, UnclosedComment, UnclosedDetails, UnclosedFence};
    check(&[
        ("a\n```rust\nb\n\nc", r#"text "a"; code rust "b⏎⏎c""#, &[(UnclosedFence, "```rust")]),
        ("- ~~~\n  a\n\nb", r#"list(• code "a⏎"); text "b""#, &[(UnclosedFence, "~~~")]),
        (
            "```md\n```rust\na\n```\nb\n```",
            r#"code md "```rust⏎a"; text "b"; code """#,
            &[
                (NestedFence, "```rust"),
                (UnclosedFence, "```"),
                (MarkupProblemKind::EmptyCode, "```"),
            ],
        ),
        ("````md\n```rust\na\n```\n````", r#"code md "```rust⏎a⏎```""#, &[]),
        ("~~~\n```rust\na\n```\n~~~", r#"code "```rust⏎a⏎```""#, &[]),
        ("a\n<!-- b\n\nc", r#"text "a""#, &[(UnclosedComment, "<!--")]),
        (
            "<details>\n<summary>a</summary>\n\nb",
            r#"expandable quote("a" | text "b")"#,
            &[(UnclosedDetails, "<details>")],
        ),
    ]);
}

#[test]
fn html_that_readers_see_is_a_warning_at_its_place() {
    let html = |tag: &str| MarkupProblemKind::Html { tag: tag.to_owned() };
    for (source, tag, place) in [
        ("<div>\n\na", "div", "<div>"),
        ("a <sub>2</sub>", "sub", "<sub>"),
        ("a </sub>", "sub", "</sub>"),
        ("a <img src=\"https://e.org/a.png\">", "img", "<img src=\"https://e.org/a.png\">"),
        ("a <b>b", "b", "<b>"),
        ("a <b>b</i></b>", "i", "</i>"),
        ("a</details>", "details", "</details>"),
        ("a <a name=\"b\">b</a>", "a", "<a name=\"b\">"),
        ("a <!-- b", "!--", "<!--"),
    ] {
        let body = parse(source);
        let [problem] = body.problems.as_slice() else { panic!("{source}: {body:?}") };
        let typed = source.get(problem.range.clone()).unwrap();
        assert_eq!((&problem.kind, typed), (&html(tag), place), "{source}");
        assert!(outline::of(&body).contains(&place.replace('"', "\\\"")), "{source}");
    }
    check(&[
        (
            "a[^1]\n\n[^1]: b",
            r#"text "a[^1]"; text "[^1]: b""#,
            &[(MarkupProblemKind::Footnote, "[^1]"), (MarkupProblemKind::Footnote, "[^1]")],
        ),
        (
            "[^1]: https://e.org/\n\n[^ 1] x^2",
            r#"text "[^1]: https://e.org/"; text "[^ 1] x^2""#,
            &[(MarkupProblemKind::Footnote, "[^1]")],
        ),
        ("Vec<String> and <user>", r#"text "Vec<String> and <user>""#, &[]),
        (r"\<b>a\</b> `<b>`", r#"text "<b>a</b> <b>""#, &[]),
    ]);
}

#[test]
fn details_with_a_quote_are_not_a_quote() {
    use MarkupProblemKind::DetailsWithQuote;
    check(&[
        (
            "<details><summary>a</summary>\n\n> b\n\n</details>\nc",
            r#"heading "a"; quote(text "b"); text "c""#,
            &[(DetailsWithQuote, "<details>")],
        ),
        (
            "> <details><summary>a</summary>\n> b\n> </details>",
            r#"quote(heading "a"; text "b")"#,
            &[(DetailsWithQuote, "<details>")],
        ),
        (
            "<details>\n<details open>\na\n</details>\nb\n</details>",
            r#"expandable quote(text "a"); text "b""#,
            &[(DetailsWithQuote, "<details>")],
        ),
    ]);
}
