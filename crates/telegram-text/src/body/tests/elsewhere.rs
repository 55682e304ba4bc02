//! What GitHub's and CommonMark's texts contain: links with definitions, HTML, alerts, tasks, hard-wrapped lines.

use super::{Options, check, check_with, prose_of};
use crate::EntityKind;
use crate::body::{AlertTitles, parse};
use crate::utf16;

/// The entities of all texts of a body: `bold(a)`, and for a link `[a](https://…)`.
fn entities(source: &str) -> String {
    let body = parse(source);
    assert_eq!(body.problems, [], "{source:?}");
    let mut found = Vec::new();
    for prose in prose_of(&body.blocks) {
        for entity in &prose.text.entities {
            let at = |units| utf16::byte_of(&prose.text.string, units).unwrap();
            let words = prose.text.string.get(at(entity.offset)..at(entity.end())).unwrap();
            found.push(match &entity.kind {
                EntityKind::TextLink { url } => format!("[{words}]({url})"),
                kind => format!("{}({words})", kind.name()),
            });
        }
    }
    found.join(" ")
}

#[test]
fn reference_links_are_links() {
    let link = "[a](https://e.org/b)";
    for source in [
        "[a][b]\n\n[b]: https://e.org/b",
        "[b]: <https://e.org/b>\n\n[a][B]",
        "[a][]\n\n[a]: https://e.org/b",
        "[a]\n\n[a]: https://e.org/b",
        "## [a] - 2026\n\n- b [a]: text\n\n[a]:\n  https://e.org/b",
        "> [a]\n\n- c\n\n  [a]: https://e.org/b\n- c",
        "[a][b\n c]\n\n[B  C]: https://e.org/b",
    ] {
        let found = entities(source);
        assert!(
            found.starts_with(link) && found.replace(link, "").trim().is_empty(),
            "{source:?}: {found}"
        );
    }
    for (source, expected) in [
        ("[a][c] [b] [c][b]", "[b](https://e.org/) [c](https://e.org/)"),
        ("[**a** &amp; d][b]", "[a & d](https://e.org/) bold(a)"),
        ("[[b] a][b]", "[b](https://e.org/) [b](https://e.org/)"),
        (r"\[b] [b\] `[b]`", "code([b])"),
        ("[b] (c) [b]: d", "[b](https://e.org/) [b](https://e.org/)"),
    ] {
        let source = format!("{source} [b]\n\n[b]: https://e.org/");
        assert_eq!(entities(&source), format!("{expected} [b](https://e.org/)"), "{source:?}");
    }
}

#[test]
fn autolinks_are_links() {
    for (source, text, expected) in [
        (
            "a <https://e.org/b_c_>.",
            "a https://e.org/b_c_.",
            "[https://e.org/b_c_](https://e.org/b_c_)",
        ),
        (
            "<tg://resolve?domain=a>",
            "tg://resolve?domain=a",
            "[tg://resolve?domain=a](tg://resolve?domain=a)",
        ),
        ("<press@e.org>", "press@e.org", ""),
        ("`<https://e.org>`", "<https://e.org>", "code(<https://e.org>)"),
        (r"\<https://e.org>", "<https://e.org>", ""),
        ("Vec<std::string>", "Vec<std::string>", ""),
    ] {
        check(&[(source, &format!("text {text:?}"))]);
        assert_eq!(entities(source), expected, "{source}");
    }
}

#[test]
fn tags_format() {
    for (source, expected) in [
        ("<b>a</b> <STRONG>b</STRONG>", "bold(a) bold(b)"),
        ("<i>a</i> <em>b</em>", "italic(a) italic(b)"),
        ("<u>a</u> <ins>b</ins>", "underline(a) underline(b)"),
        ("<s>a</s> <del>b</del>", "strikethrough(a) strikethrough(b)"),
        ("<code>a_b_c &lt;d&gt;</code>", "code(a_b_c <d>)"),
        ("<a href='https://e.org/?a&amp;b'>*a* b</a>", "[a b](https://e.org/?a&b) italic(a)"),
        ("<b>a *b*\nc</b>", "bold(a b\nc) italic(b)"),
        ("**<i>a</i>**", "bold(a) italic(a)"),
        ("<b>**a**</b>", "bold(a) bold(a)"),
        ("<b class=\"x\">a</b >", "bold(a)"),
        ("<b></b>", ""),
        ("- <b>a</b>\n\n> <i>b</i>\n\n# <u>c</u>", "bold(a) italic(b) underline(c)"),
    ] {
        assert_eq!(entities(source), expected, "{source}");
    }
}

#[test]
fn references_are_decoded_and_comments_are_not_shown() {
    check(&[
        ("AT&amp;T &copy; &#8212; &lt;b&gt;", r#"text "AT&T © — <b>""#),
        ("&ngE;&AMP;x", "text \"≧\\u{338}&x\""),
        ("`&amp;` &amp &MadeUp; \\&amp;", r#"text "&amp; &amp &MadeUp; &amp;""#),
        ("&#42;a&#42; &#91;b](c)", r#"text "*a* [b](c)""#),
        ("```\n&amp; <!-- a -->\n```", r#"code "&amp; <!-- a -->""#),
        ("a <!-- b --> c", r#"text "a c""#),
        ("a <!-- b\n*c* --> d", r#"text "a d""#),
        ("a<!-- b -->c", r#"text "ac""#),
        ("a <!-- b -->\nc", r#"text "a⏎c""#),
        ("<!-- a -->", ""),
        ("a\n<!-- b\n\n# c\n-->\nd", r#"text "a"; text "d""#),
        ("<!-- a --> b", r#"text "b""#),
        ("<!--> b", r#"text "b""#),
        ("- a\n  <!-- b\n\n  c -->\n\n  d", r#"list(• text "a"; text "d")"#),
        ("> <!-- a\n> b -->\n> c", r#"quote(text "c")"#),
        (r"\<!-- a -->", r#"text "<!-- a -->""#),
    ]);
}

#[test]
fn br_is_a_line_break() {
    check(&[
        ("a<br>b<BR/>c<br />d", r#"text "a⏎b⏎c⏎d""#),
        ("a <br>\nb", r#"text "a⏎b""#),
        ("a<br><br>b", r#"text "a⏎⏎b""#),
        ("a <br> b", r#"text "a⏎b""#),
        ("- a<br>b\n- c", r#"list(• text "a⏎b" • text "c")"#),
        ("`<br>`", r#"text "<br>""#),
    ]);
}

#[test]
fn tasks_have_a_box() {
    check(&[
        ("- [x] a\n- [ ] b\n- c", r#"list(☑ text "a" ☐ text "b" • text "c")"#),
        ("1. [X] a\n   - [ ] b", r#"list(1. ☑ text "a"; list(☐ text "b"))"#),
        ("- [ ] a\n\n  b", r#"list(☐ text "a"; text "b")"#),
        ("[x] a", r#"text "[x] a""#),
        ("- [x](https://e.org/)", r#"list(• text "x")"#),
    ]);
}

#[test]
fn alert_is_a_quote_with_a_title() {
    check(&[
        ("> [!NOTE]\n> a\n>\n> - b", r#"quote("Note" | text "a"; list(• text "b"))"#),
        (">[!tip] \n> a\nb", r#"quote("Tip" | text "a⏎b")"#),
        (">! [!WARNING]\n> a", r#"expandable quote("Warning" | text "a")"#),
        ("> a\n> [!NOTE]", r#"quote(text "a⏎[!NOTE]")"#),
        ("> [!NOTE] a", r#"quote(text "[!NOTE] a")"#),
        ("> [!HINT]\n> a", r#"quote(text "[!HINT]⏎a")"#),
    ]);
    let russian = Options { alerts: AlertTitles::in_language("ru"), ..Options::default() };
    check_with(russian, &[("> [!NOTE]\n> a", r#"quote("Примечание" | text "a")"#)]);
}

#[test]
fn details_are_an_expandable_quote() {
    check(&[
        (
            "a\n<details>\n<summary>b <b>c</b></summary>\n\n- d\n- e\n\n</details>\nf",
            r#"text "a"; expandable quote("b c" | list(• text "d" • text "e")); text "f""#,
        ),
        (
            "<details><summary>a</summary>b</details>c",
            r#"expandable quote("a" | text "b"); text "c""#,
        ),
        (
            "<DETAILS open>\n<summary>\na\nb\n</summary>\nc\n</DETAILS>",
            r#"expandable quote("a⏎b" | text "c")"#,
        ),
        (
            "<details>\n\na\n\n```\n</details>\n```\n</details>",
            r#"expandable quote(text "a"; code "</details>")"#,
        ),
        (
            "- a\n\n  <details>\n  b\n  </details>\n- c",
            r#"list(• text "a"; expandable quote(text "b") • text "c")"#,
        ),
        ("<details>\n# a\n- b\n</details>", r#"expandable quote(heading "a"; list(• text "b"))"#),
        ("<details><summary>a</summary></details>", r#"expandable quote("a" | )"#),
        ("<details>\na `</details>` b</details>", r#"expandable quote(text "a </details> b")"#),
    ]);
}

#[test]
fn hard_wrapped_lines_are_joined_on_request() {
    check_with(
        Options { reflow: true, ..Options::default() },
        &[
            ("a\nb\nc", r#"text "a b c""#),
            ("a  \nb\\\nc<br>\nd<br/>\n  e", r#"text "a⏎b⏎c⏎d⏎e""#),
            ("a \n  b", r#"text "a b""#),
            ("a\r\nb\r\n\r\nc", r#"text "a b"; text "c""#),
            ("- a\n  b\n- c\n  d", r#"list(• text "a b" • text "c d")"#),
            ("> a\n> b\n> c", r#"quote(text "a b c")"#),
            ("```\na\nb\n```", r#"code "a⏎b""#),
            ("**a\nb**", r#"text "a b""#),
            ("中文\n中文，\n中文", r#"text "中文中文，中文""#),
            ("한국\n한국", r#"text "한국 한국""#),
            ("a\n中", r#"text "a 中""#),
            ("a\n\tb", r#"text "a b""#),
        ],
    );
}

#[test]
fn emphasis_beside_cjk_characters_opens_and_closes() {
    for (source, expected) in [
        ("，**注意：**请看", "bold(注意：)"),
        ("**￥100**元，**《红》**", "bold(￥100) bold(《红》)"),
        ("これは**「強調」**です", "bold(「強調」)"),
        ("**(주의)**를", "bold((주의))"),
        ("~~「a」~~字", "strikethrough(「a」)"),
        ("a**\"b\"**c", ""),
    ] {
        let body = parse(source);
        let texts = prose_of(&body.blocks);
        let kinds = texts.iter().flat_map(|prose| {
            prose.text.entities.iter().map(|entity| {
                let at = |units| utf16::byte_of(&prose.text.string, units).unwrap();
                let words = prose.text.string.get(at(entity.offset)..at(entity.end())).unwrap();
                format!("{}({words})", entity.kind.name())
            })
        });
        assert_eq!(kinds.collect::<Vec<_>>().join(" "), expected, "{source}");
    }
}
