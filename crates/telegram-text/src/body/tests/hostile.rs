//! Hostile bodies: any characters, and shapes made to be slow.

use super::{Options, assert_origins, outline, parse, parse_with, prose_of};
use crate::normal;
use proptest::prelude::*;

/// Pieces of Markdown and HTML as they are in texts from elsewhere.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "<b>",
        "</b>",
        "<i>",
        "</i>",
        "<code>",
        "</code>",
        "<a href=\"https://e.org/\">",
        "</a>",
        "<br>",
        "<br/>",
        "<!--",
        "-->",
        "<!-- a -->",
        "<details>",
        "</details>",
        "<summary>",
        "</summary>",
        "<div>",
        "</u>",
        "<https://e.org/a>",
        "<a@e.org>",
        "&amp;",
        "&ngE;",
        "&#10;",
        "&#x1F642;",
        "&",
        "<",
        ">",
        "[a]",
        "[a][b]",
        "[b]: https://e.org/ 'c'",
        "[a]: /a",
        "[^1]",
        "[",
        "]",
        "](https://e.org/ \"t\")",
        "![",
        "**",
        "_",
        "~~",
        "||",
        "`",
        "```",
        "~~~",
        "```sh",
        "- ",
        "- [x] ",
        "1. ",
        "> ",
        "> [!NOTE]",
        ">! ",
        "# ",
        "\\",
        "\t",
        " ",
        "  ",
        "    ",
        "\n",
        "\n",
        "\n\n",
        "\r\n",
        "a",
        "я",
        "🎙",
        "，注",
        "《",
        "한국",
        ":",
        ".",
        "@name",
    ]);
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn any_text_is_parsed_and_mapped_to_its_source(source in any::<String>()) {
        assert_origins(&source, &parse(&source));
    }

    #[test]
    fn any_markup_is_parsed_and_mapped_to_its_source(
        source in "([-*+>!#=~`|:_\\\\\\[\\]().0-9a\u{430}\u{1f399} \t\r]{0,6}\n?){0,30}",
    ) {
        assert_origins(&source, &parse(&source));
    }

    #[test]
    fn any_text_from_elsewhere_is_parsed_and_mapped(source in pieces(), reflow in any::<bool>()) {
        let body = parse_with(&source, Options { reflow, ..Options::default() });
        assert_origins(&source, &body);
        for prose in prose_of(&body.blocks) {
            let units = prose.text.utf16_len();
            let is_inside = |entity: &crate::Entity| entity.length > 0 && entity.end() <= units;
            prop_assert!(prose.text.entities.iter().all(is_inside), "{:?}", source);
            if let Ok(text) = normal::uncut(prose.text.clone()) {
                prop_assert_eq!(normal::uncut(text.clone()), Ok(text));
            }
        }
    }

    #[test]
    fn text_without_markup_is_one_paragraph_as_typed(
        source in "[\\p{L}«„🎙🇷🇺]([\\p{L}\\p{M} ,.!?:;\u{a0}—]{0,30}[\\p{L}.]\n?[\\p{L}🎙]){1,6}",
    ) {
        let body = parse(&source);
        prop_assert_eq!(body.problems, []);
        let found: Vec<_> = prose_of(&body.blocks).iter().map(|prose| prose.text.string.clone()).collect();
        prop_assert_eq!(found, [source]);
    }
}

/// Shapes for which a careless parser needs quadratic time. In a debug build the test takes some seconds; a quadratic
/// parser would take minutes for a single one of them.
#[test]
fn hostile_shapes_are_parsed_in_linear_time() {
    let many = 100_000;
    let shapes = [
        ">".repeat(many),
        "- ".repeat(many),
        "1. ".repeat(many),
        "a".repeat(10 * many),
        " ".repeat(10 * many),
        "\t".repeat(many) + "a",
        "\n".repeat(10 * many),
        "> - ".repeat(8) + &"\n".repeat(many),
        "- a\n".repeat(many),
        "> a\n\n".repeat(many),
        "[a]: b \"x\n".repeat(many),
        "[a]: b\n===\n".repeat(many / 10),
        "[a]: b\n\"x\n".repeat(many),
        "[".repeat(many),
        "a | b\n".repeat(many),
        "|".repeat(many) + "\n" + &"|-".repeat(many),
        "```\n".repeat(many),
        "# #".repeat(many),
        "a\n".repeat(many) + "===",
        "    a\n".repeat(many),
        "\\\n".repeat(many),
        "<!-- ".repeat(many),
        "a <!-- ".repeat(many),
        "<!-- a -->".repeat(many),
        "<b>".repeat(many),
        "<b>".repeat(many) + &"</i>".repeat(many),
        "<b><i>".repeat(many) + &"</b>".repeat(many),
        "<b>".repeat(many) + &"<code>a</code>".repeat(many),
        "<a b=\"".repeat(many),
        "<a b c='".repeat(many),
        "<details>\n".repeat(many),
        "<details><summary>a</summary>".repeat(many),
        "<details>".to_owned() + &"a </details".repeat(many),
        "<details>".to_owned() + &"`</details>".repeat(many),
        "<summary>\n".repeat(many),
        "&amp;".repeat(many),
        "&amp".repeat(many),
        "[a]: /a\n\n".to_owned() + &"[a]".repeat(many),
        "[a]: /a\n\n".to_owned() + &"[a][".repeat(many),
        "[[a](https://e.org/) ".repeat(many / 20),
        (0..many / 10).fold(String::new(), |text, label| text + &format!("[{label}]: /a\n")),
        "- [x] ".repeat(many),
        "> [!NOTE]\n".repeat(many),
        (0..1_000).fold(String::new(), |text, depth| text + &" ".repeat(2 * depth) + "- a\n"),
    ];
    for source in shapes {
        let body = parse(&source);
        assert!(outline::of(&body).len() <= 40 * source.len() + 1);
    }
}
