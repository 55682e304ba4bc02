//! Blocks that a message cannot contain, and the range of each problem.

use crate::body::{outline, parse};
use crate::problem::MarkupProblemKind;

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
fn link_definition_is_refused_and_the_text_after_it_stays() {
    use MarkupProblemKind::ReferenceDefinition;
    check(&[
        ("[a]: https://example.org", "", &[(ReferenceDefinition, "[a]: https://example.org")]),
        (
            "[a]: /a\n[b]:\n  /b 'c'\nd",
            r#"text "d""#,
            &[(ReferenceDefinition, "[a]: /a"), (ReferenceDefinition, "[b]:\n  /b 'c'")],
        ),
        ("a\n[b]: /b", r#"text "a⏎[b]: /b""#, &[]),
        ("> [a]:\n> /a\n> b", r#"quote(text "b")"#, &[(ReferenceDefinition, "[a]:\n> /a")]),
        ("[a]: /a\nb\n===", r#"heading "b""#, &[(ReferenceDefinition, "[a]: /a")]),
        ("[a]: /a\n===", r#"text "===""#, &[(ReferenceDefinition, "[a]: /a")]),
        (
            "[a]: /a\n---",
            "",
            &[(ReferenceDefinition, "[a]: /a"), (MarkupProblemKind::ThematicBreak, "---")],
        ),
        ("[Question]: who came?", r#"text "[Question]: who came?""#, &[]),
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
