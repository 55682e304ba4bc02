//! Bodies of rich messages.

use super::{Options, check, check_with};

fn check_rich(rows: &[(&str, &str)]) {
    check_with(Options { rich: true, ..Options::default() }, rows);
}

#[test]
fn tables_have_a_header_and_aligned_columns() {
    check_rich(&[
        ("a|b\n-|-:\n1|2", r#"table lr("a" "b" | "1" "2")"#),
        ("| a | b |\n|:-:|---|\n| **1** | `x\\|y` |", r#"table cl("a" "b" | "1" "x|y")"#),
        (
            r"a\|b|c
--|--
\|\|d\|\||e",
            r#"table ll("a|b" "c" | "||d||" "e")"#,
        ),
        ("a|b\n-|-\n1", r#"table ll("a" "b" | "1" "")"#),
        ("a|b\n-|-", r#"table ll("a" "b")"#),
        ("text\na|b\n-|-\n1|2\n\nend", r#"text "text"; table ll("a" "b" | "1" "2"); text "end""#),
        ("a|b\n-|-\n1|2\n# h", r#"table ll("a" "b" | "1" "2"); heading "h""#),
        ("- a|b\n  -|-\n  1|2", r#"list(• table ll("a" "b" | "1" "2"))"#),
        ("> a|b\n> -|-\n> 1|2", r#"quote(table ll("a" "b" | "1" "2"))"#),
        (
            "a|b\n-|-\n1|2|3",
            r#"table ll("a" "b" | "1" "2"); refused: this row has 3 cells, and the table has 2 columns"#,
        ),
        (
            "a|b\n-|-\n![c](d.jpg)|2",
            r#"table ll("a" "b" | "c" "2"); refused: Telegram shows images only between paragraphs"#,
        ),
    ]);
}

#[test]
fn dividers_and_nested_quotes_are_blocks() {
    check_rich(&[
        ("a\n\n---\n\nb", r#"text "a"; divider; text "b""#),
        ("***", "divider"),
        ("a\n---", r#"heading "a""#),
        ("> a\n> > b", r#"quote(text "a"; quote(text "b"))"#),
        (">! a\n> > > b", r#"expandable quote(text "a"; quote(quote(text "b")))"#),
    ]);
}

#[test]
fn details_hold_blocks() {
    check_rich(&[
        (
            "<details><summary>a</summary>\n\nb\n</details>\nc",
            r#"details("a" | text "b"); text "c""#,
        ),
        ("<details open>\n<summary>a</summary>\nb\n</details>", r#"open details("a" | text "b")"#),
        (
            "<details><summary>a</summary>\n\n> b\n\n<details><summary>c</summary>\n\n- d\n</details>\n</details>",
            r#"details("a" | quote(text "b"); details("c" | list(• text "d")))"#,
        ),
        ("> <details><summary>a</summary>b</details>", r#"quote(details("a" | text "b"))"#),
        (
            "<details>a</details>",
            r#"details("" | text "a"); refused: readers would see nothing to unfold: `<details>` has no summary"#,
        ),
        (
            "<details><summary>a</summary></details>",
            r#"details("a" | ); refused: this `<details>` is empty"#,
        ),
    ]);
}

#[test]
fn images_are_blocks_between_paragraphs() {
    check_rich(&[
        ("a\n\n![*b* c](d/e.jpg)\n\nf", r#"text "a"; image "d/e.jpg" "b c"; text "f""#),
        ("![](<a b.jpg>)\n![c](d.mp4)", r#"image "a b.jpg" ""; image "d.mp4" "c""#),
        ("- ![a](b.jpg)", r#"list(• image "b.jpg" "a")"#),
        ("![👍](tg://emoji?id=5)", r#"text "👍""#),
        ("a ![b](c.jpg)", r#"text "a b"; refused: Telegram shows images only between paragraphs"#),
        ("# ![b](c.jpg)", r#"heading "b"; refused: Telegram shows images only between paragraphs"#),
        (
            "[![a](b.jpg)](https://example.org/)",
            r#"text "a"; refused: Telegram cannot show a picture inside a text"#,
        ),
    ]);
}

#[test]
fn footnotes_are_numbered_in_the_order_of_the_text() {
    check_rich(&[
        (
            "a[^x] b[^y] c[^x]\n\n[^y]: two\n[^x]: one",
            r#"text "a1 b2 c1"; footnotes(1. text "one" 2. text "two")"#,
        ),
        (
            "a[^my_note_1]\n\n[^my_note_1]: one\n\n    more\n\nb",
            r#"text "a1"; text "b"; footnotes(1. text "one"; text "more")"#,
        ),
        ("a[^1]\n[^1]: b\nc", r#"text "a1"; footnotes(1. text "b⏎c")"#),
        ("a[^1][^2]\n\n[^1]: b[^2]\n[^2]: c", r#"text "a12"; footnotes(1. text "b2" 2. text "c")"#),
        (
            "a[^1]",
            r#"text "a[^1]"; warning: this footnote has no text, so readers see it as typed"#,
        ),
        (
            "a\n\n[^1]: b",
            r#"text "a"; warning: no link uses this definition, and Markdown does not show it"#,
        ),
        ("a[^1]\n\n[^1]:", r#"text "a1"; footnotes(1. ); refused: this footnote is empty"#),
        (
            "[a[^1]](https://example.org/)\n\n[^1]: b",
            r#"text "a1"; footnotes(1. text "b"); warning: Telegram drops a footnote inside a link"#,
        ),
    ]);
}

#[test]
fn styles_of_rich_messages_format() {
    check_rich(&[
        ("==a== x^2 H<sub>2</sub>O m<sup>2</sup> <mark>b</mark>", r#"text "a x^2 H2O m2 b""#),
        ("a == b, c=d, x===y", r#"text "a == b, c=d, x===y""#),
        ("a ==b", "text \"a ==b\"; warning: `==` formats nothing here, so readers see it"),
        ("https://example.org/?a==b==", r#"text "https://example.org/?a==b==""#),
    ]);
    check(&[("==a==", r#"text "==a==""#)]);
}
