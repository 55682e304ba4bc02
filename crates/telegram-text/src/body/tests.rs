//! Tables of bodies and what they become.

mod hostile;
mod problems;
mod reference;
mod rows;

use super::{Body, outline, parse};
use crate::ParsedText;
use crate::block::Block;

/// Compares each body with its blocks, written as in [`outline`].
fn check(rows: &[(&str, &str)]) {
    for (source, expected) in rows {
        let body = parse(source);
        assert_eq!(outline::of(&body), *expected, "{source:?}");
        assert_origins(source, &body);
    }
}

/// Checks that every character of every text is where its origin says.
fn assert_origins(source: &str, body: &Body) {
    for prose in prose_of(&body.blocks) {
        for (byte, character) in prose.text.string.char_indices() {
            let place = prose.origins.field_of(byte);
            let typed = source.get(place..).and_then(|rest| rest.chars().next());
            let is_part_of_a_tab = character == ' ' && typed == Some('\t');
            assert!(
                typed == Some(character) || is_part_of_a_tab,
                "{character:?} at {byte} of {prose:?} in {source:?}"
            );
        }
    }
    for problem in &body.problems {
        assert!(source.get(problem.range.clone()).is_some(), "{problem:?} of {source:?}");
    }
}

/// The texts of all blocks, in order.
fn prose_of(blocks: &[Block]) -> Vec<&ParsedText> {
    blocks
        .iter()
        .flat_map(|block| match block {
            Block::Paragraph(prose) | Block::Heading(prose) | Block::Code { code: prose, .. } => {
                vec![prose]
            }
            Block::Quote { blocks, .. } => prose_of(blocks),
            Block::List(list) => list.items.iter().flat_map(|item| prose_of(item)).collect(),
        })
        .collect()
}
