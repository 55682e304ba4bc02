//! Hostile bodies: any characters, and shapes made to be slow.

use super::{assert_origins, outline, parse, prose_of};
use proptest::prelude::*;

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
    fn text_without_markup_is_one_paragraph_as_typed(
        source in "[\\p{L}«„🎙🇷🇺]([\\p{L}\\p{M} ,.!?:;\u{a0}—]{0,30}[\\p{L}.]\n?[\\p{L}🎙]){1,6}",
    ) {
        let body = parse(&source);
        prop_assert_eq!(body.problems, []);
        let found: Vec<_> = prose_of(&body.blocks).iter().map(|prose| prose.text.string.clone()).collect();
        prop_assert_eq!(found, [source]);
    }
}

/// Shapes for which a careless parser needs quadratic time. In a debug build the test takes well under a second; a quadratic
/// parser would take minutes.
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
        (0..1_000).fold(String::new(), |text, depth| text + &" ".repeat(2 * depth) + "- a\n"),
    ];
    for source in shapes {
        let body = parse(&source);
        assert!(outline::of(&body).len() <= 40 * source.len() + 1);
    }
}
