//! Each kind of block: what starts, continues and ends it.

use super::{Block, check, parse};
use crate::block::with_gaps;

#[test]
fn blank_lines_separate_paragraphs_that_keep_their_line_breaks() {
    check(&[
        ("", ""),
        ("\n \n\t\n", ""),
        ("one", r#"text "one""#),
        ("one\ntwo", r#"text "one⏎two""#),
        ("one\r\ntwo\r\n\r\nthree", r#"text "one⏎two"; text "three""#),
        ("one\n\n\n \ntwo\n", r#"text "one"; text "two""#),
        ("a  b\u{a0}c", r#"text "a  b\u{a0}c""#),
        // A hard line break is a line break, as every line break is.
        ("one  \ntwo\\\nthree \nfour", r#"text "one⏎two⏎three ⏎four""#),
        (r"one\\", r#"text "one\\""#),
        ("one\\\\\ntwo", r#"text "one\\⏎two""#),
        ("one \t", r#"text "one""#),
        // Lines keep their indentation relative to the first one.
        ("  a\n    b\n c", r#"text "a⏎  b⏎c""#),
        ("a\n      b", r#"text "a⏎      b""#),
        ("a\n\tb\n \t c", r#"text "a⏎    b⏎     c""#),
        ("a\t\nb", r#"text "a⏎b""#),
        ("\u{a0}a", r#"text "\u{a0}a""#),
        ("#tag\n#another", r##"text "#tag⏎#another""##),
        ("• a\n• b", r#"text "• a⏎• b""#),
        ("-a\n1.b", r#"text "-a⏎1.b""#),
    ]);
}

#[test]
fn line_break_beside_a_quote_or_code_is_kept() {
    for (source, gaps) in [
        ("a\n> b", "|"),
        ("a\n\n> b", " "),
        ("> a\n>\nb", "|"),
        ("> a\n>\n\nb", " "),
        ("> a\n<!-- b -->\n> c", "|"),
        ("> a\n\n<!-- b -->\n> c", " "),
        ("a\n```\nb\n```\nc", "||"),
        ("a\n\n```\n\nb\n\n```\n \t\nc", "  "),
        ("> a\n> ```\n> b\n> ```", ""),
        ("```\na\n```\n> b", "|"),
        ("<details>\na\n</details>\nb", "|"),
        ("a\n<!-- b -->\nc", " "),
        ("# a\n> b\n# c\n- d\n> e", "    "),
        ("[a]: https://e.org/\n> b", ""),
    ] {
        let blocks = parse(source).blocks;
        let found = with_gaps(&blocks, " ").skip(1).map(|(gap, _)| gap.replace('\n', "|"));
        assert_eq!(found.collect::<String>(), gaps, "{source:?}");
    }
    let quoted = parse("> a\n> ```\n> b\n> ```\n>\n> c").blocks;
    let Some(Block::Quote { blocks, .. }) = quoted.first() else { panic!("{quoted:?}") };
    assert_eq!(with_gaps(blocks, " ").map(|(gap, _)| gap).collect::<Vec<_>>(), [" ", "\n", " "]);
}

#[test]
fn headings_are_atx_or_setext() {
    check(&[
        ("# One", r#"heading "One""#),
        ("###### One ######", r#"heading "One""#),
        ("   ## One", r#"heading "One""#),
        ("a\n# b\nc", r#"text "a"; heading "b"; text "c""#),
        ("One\n===", r#"heading "One""#),
        ("One\ntwo\n---\nthree", r#"heading "One⏎two"; text "three""#),
        ("  One\n   -", r#"heading "One""#),
        ("> One\n> ---", r#"quote(heading "One")"#),
        ("- One\n  ---\n- two", r#"list(• heading "One" • text "two")"#),
        ("===", r#"text "===""#),
        ("> One\n===", r#"quote(text "One⏎===")"#),
        ("a\n= =", r#"text "a⏎= =""#),
    ]);
}

#[test]
fn list_has_items_of_one_marker() {
    check(&[
        ("- one\n- two", r#"list(• text "one" • text "two")"#),
        ("* one\n\n* two", r#"list(• text "one" • text "two")"#),
        (
            "- one\n+ two\n* three",
            r#"list(• text "one"); list(• text "two"); list(• text "three")"#,
        ),
        ("1. one\n2. two", r#"list(1. text "one" 2. text "two")"#),
        ("3) one\n9) two", r#"list(3. text "one" 4. text "two")"#),
        ("1. one\n1) two", r#"list(1. text "one"); list(1. text "two")"#),
        ("0. zero", r#"list(0. text "zero")"#),
        ("1986. A year", r#"list(1986. text "A year")"#),
        ("1986\\. A year", r#"text "1986. A year""#),
        ("In\n1986. A year", r#"text "In⏎1986. A year""#),
        ("In\n1. one", r#"text "In"; list(1. text "one")"#),
        ("In\n- one", r#"text "In"; list(• text "one")"#),
        ("In\n-\nout", r#"heading "In"; text "out""#),
        ("In\n*\nout", r#"text "In⏎*⏎out""#),
        ("- one\n\ntwo", r#"list(• text "one"); text "two""#),
        ("- one\ntwo\n- three", r#"list(• text "one⏎two" • text "three")"#),
        ("- one\n      two", r#"list(• text "one⏎two")"#),
        ("-    one\n     two", r#"list(• text "one⏎two")"#),
        ("-\n  one", r#"list(• text "one")"#),
        (" - one\n  - two\n   - three", r#"list(• text "one" • text "two" • text "three")"#),
        ("- ✓ done\r\n- [ ]open\r\n", r#"list(• text "✓ done" • text "[ ]open")"#),
        ("1234567890. a", r#"text "1234567890. a""#),
    ]);
}

#[test]
fn block_indented_to_an_item_is_inside_it() {
    check(&[
        (
            "- one\n  - two\n    - three\n- four",
            r#"list(• text "one"; list(• text "two"; list(• text "three")) • text "four")"#,
        ),
        (
            "1. one\n   - two\n2. three",
            r#"list(1. text "one"; list(• text "two") 2. text "three")"#,
        ),
        ("1. one\n  - two", r#"list(1. text "one"); list(• text "two")"#),
        ("10. one\n    two\n\n    three", r#"list(10. text "one⏎two"; text "three")"#),
        ("- one\n\n  two\n\n- three", r#"list(• text "one"; text "two" • text "three")"#),
        ("- - one\n  - two", r#"list(• list(• text "one" • text "two"))"#),
        ("- 1. one", r#"list(• list(1. text "one"))"#),
        ("- one\n\n\n\n  two", r#"list(• text "one"; text "two")"#),
        ("- one\n  > two\n  three", r#"list(• text "one"; quote(text "two⏎three"))"#),
        ("- # one\n  two", r#"list(• heading "one"; text "two")"#),
        ("- ```sh\n  ls\n\n    -a\n  ```\n- b", r#"list(• code sh "ls⏎⏎  -a" • text "b")"#),
        ("-\tone\n\n\ttwo", r#"list(• text "one"; text "two")"#),
        ("- one\n\t- two", r#"list(• text "one"; list(• text "two"))"#),
    ]);
}

#[test]
fn quotes_have_several_lines_and_lazy_ones() {
    check(&[
        ("> one", r#"quote(text "one")"#),
        (">one\n> two\n >three", r#"quote(text "one⏎two⏎three")"#),
        ("> one\ntwo", r#"quote(text "one⏎two")"#),
        ("> one\n\ntwo", r#"quote(text "one"); text "two""#),
        ("> one\n>\n> two", r#"quote(text "one"; text "two")"#),
        ("> one\n\n> two", r#"quote(text "one"); quote(text "two")"#),
        ("one\n> two", r#"text "one"; quote(text "two")"#),
        ("> - one\n> - two\n>   three", r#"quote(list(• text "one" • text "two⏎three"))"#),
        ("> - one\ntwo", r#"quote(list(• text "one⏎two"))"#),
        ("> - one\n- two", r#"quote(list(• text "one")); list(• text "two")"#),
        ("> ```\n> a\n> ```\nb", r#"quote(code "a"); text "b""#),
        ("> # one\ntwo", r#"quote(heading "one"); text "two""#),
        (">   one\n>     two", r#"quote(text "one⏎  two")"#),
        ("\\> one", r#"text "> one""#),
    ]);
}

#[test]
fn quote_is_expandable_if_its_first_line_has_the_marker() {
    check(&[
        (">! one\n> two", r#"expandable quote(text "one⏎two")"#),
        (">!one", r#"expandable quote(text "one")"#),
        (">! one\n>! two\n>!three", r#"expandable quote(text "one⏎two⏎three")"#),
        (">!\n> one", r#"expandable quote(text "one")"#),
        (">! - one\n> - two", r#"expandable quote(list(• text "one" • text "two"))"#),
        ("> !one", r#"quote(text "!one")"#),
        ("> one\n>! two", r#"quote(text "one⏎! two")"#),
        ("- a\n\n  >! b", r#"list(• text "a"; expandable quote(text "b"))"#),
    ]);
}

#[test]
fn custom_emoji_directly_after_the_marker_is_not_an_expandable_quote() {
    let body = parse(">![👍](tg://emoji?id=5368324170671202286) one");
    assert!(matches!(body.blocks.as_slice(), [Block::Quote { expandable: false, .. }]), "{body:?}");
}

#[test]
fn fence_keeps_code_as_typed() {
    check(&[
        ("```\na\n```", r#"code "a""#),
        ("``` rust,ignore x\nfn **a**() {}\n```", r#"code rust "fn **a**() {}""#),
        ("~~~\n```\n~~~", r#"code "```""#),
        ("````\n```\n`````", r#"code "```""#),
        ("```\na\n\n  b  \n```\nc", r#"code "a⏎⏎  b  "; text "c""#),
        ("  ```\n   a\n b\n    ```\n  ```", r#"code " a⏎b⏎  ```""#),
        ("a\n```\nb\n```\nc", r#"text "a"; code "b"; text "c""#),
        ("``` a`b\nc", r#"text "``` a`b⏎c""#),
        ("```\r\na\r\nb\r\n```\r\n", r#"code "a⏎b""#),
        ("~~~ c++\n#include\n~~~ ", r##"code c++ "#include""##),
        ("- ```\n\ta\n  ```", r#"list(• code "  a")"#),
        ("```\na\tb\n\tc\n```", r#"code "a   b⏎    c""#),
        ("```\n> a\n- b\n# c\n```", r#"code "> a⏎- b⏎# c""#),
    ]);
}
