//! Compares the block structure with comrak's: the same tree of blocks with the same words.
//!
//! Left out are the differences that `docs/markup.md` names: raw HTML and link definitions are not generated, and a
//! dividing line, indented code and the inner of two quotes are taken out of comrak's tree.

use comrak::nodes::{AstNode, ListType, NodeValue};
use comrak::{Arena, Options};
use proptest::prelude::*;

use crate::ParsedText;
use crate::block::{Block, with_gaps};
use crate::body::parse;

/// A body of lines, each some containers' marks and then something in them.
fn bodies() -> impl Strategy<Value = String> {
    let mark = prop_oneof![
        4 => Just("> "), 2 => Just(">"), 4 => Just("- "), 2 => Just("* "), 2 => Just("1. "), 1 => Just("2) "),
        6 => Just("  "), 3 => Just("   "), 1 => Just(" "), 1 => Just("    "), 1 => Just("\t"), 1 => Just("-\t"),
    ];
    let content = prop_oneof![
        6 => Just("alpha"), 4 => Just("beta gamma"), 6 => Just(""), 1 => Just("# delta"), 1 => Just("## epsilon ##"),
        2 => Just("```"), 1 => Just("~~~"), 1 => Just("``` rust"), 1 => Just("~~~~ sh x"), 1 => Just("==="),
        1 => Just("---"), 1 => Just("***"), 1 => Just("-"), 1 => Just("7."), 1 => Just("zeta  "), 1 => Just("#eta"),
        1 => Just("1986. theta"),
    ];
    let line = (prop::collection::vec(mark, 0..4), content)
        .prop_map(|(marks, content)| marks.concat() + content);
    prop::collection::vec(line, 0..14).prop_map(|lines| lines.join("\n"))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]
    #[test]
    fn blocks_are_those_of_comrak(source in bodies()) {
        let arena = Arena::new();
        // Without a line break at its very end, comrak does not see an empty item.
        let root = comrak::parse_document(&arena, &format!("{source}\n"), &Options::default());
        prop_assert_eq!(ours(&parse(&source).blocks), theirs(root, false), "{:?}", source);
    }
}

fn ours(blocks: &[Block]) -> Vec<String> {
    let each = |block: &Block| match block {
        Block::Paragraph(prose) => format!("p {}", words(prose)),
        Block::Heading { text, .. } => format!("h {}", words(text)),
        Block::List(list) => {
            let items: Vec<String> =
                list.items.iter().map(|item| format!("{:?}", ours(&item.blocks))).collect();
            format!("list {:?} {}", list.start, items.join(", "))
        }
        Block::LineBreak => String::new(),
        Block::Quote { blocks, .. } => format!("quote {:?}", ours(blocks)),
        Block::Code { code, language } => format!("code {language:?} {:?}", code.text.string),
        rich => panic!("{rich:?}"),
    };
    with_gaps(blocks, "").map(|(_, block)| each(block)).collect()
}

fn theirs<'a>(parent: &'a AstNode<'a>, in_quote: bool) -> Vec<String> {
    let mut blocks = Vec::new();
    for node in parent.children() {
        match &node.data().value {
            NodeValue::Paragraph => blocks.push(format!("p {}", their_words(node))),
            NodeValue::Heading(_) => blocks.push(format!("h {}", their_words(node))),
            NodeValue::List(list) => {
                let start = (list.list_type == ListType::Ordered)
                    .then(|| u64::try_from(list.start).unwrap());
                let items = node.children().map(|item| match theirs(item, in_quote) {
                    // Ours has an empty paragraph if nothing in the item can be shown.
                    inside if inside.is_empty() => format!("{:?}", ["p "]),
                    inside => format!("{inside:?}"),
                });
                blocks.push(format!("list {start:?} {}", items.collect::<Vec<_>>().join(", ")));
            }
            NodeValue::BlockQuote if in_quote => blocks.extend(theirs(node, true)),
            NodeValue::BlockQuote => blocks.push(format!("quote {:?}", theirs(node, true))),
            NodeValue::CodeBlock(code) if code.fenced => {
                let language = code.info.split(' ').next().filter(|word| !word.is_empty());
                let text = code.literal.strip_suffix('\n').unwrap_or(&code.literal);
                blocks.push(format!("code {language:?} {:?}", expanded(text)));
            }
            NodeValue::CodeBlock(_) | NodeValue::ThematicBreak => {}
            other => panic!("not generated: {other:?}"),
        }
    }
    blocks
}

/// Code with spaces in place of its tabs.
fn expanded(code: &str) -> String {
    let line = |line: &str| {
        line.chars().fold(String::new(), |text, character| match character {
            '\t' => text.clone() + &" ".repeat(4 - text.chars().count() % 4),
            character => text + &character.to_string(),
        })
    };
    code.split('\n').map(line).collect::<Vec<_>>().join("\n")
}

fn words(prose: &ParsedText) -> String {
    normal(&prose.text.string)
}

fn their_words<'a>(node: &'a AstNode<'a>) -> String {
    let mut text = String::new();
    for inside in node.descendants() {
        match &inside.data().value {
            NodeValue::Text(piece) => text.push_str(piece),
            NodeValue::Code(code) => text.push_str(&code.literal),
            NodeValue::SoftBreak | NodeValue::LineBreak => text.push('\n'),
            _ => {}
        }
    }
    normal(&text)
}

/// The words alone: both have parsed inline markup, each its own, and comrak takes white space off line ends.
fn normal(text: &str) -> String {
    text.replace(['`', '~', '*'], "").split_whitespace().collect::<Vec<_>>().join(" ")
}
