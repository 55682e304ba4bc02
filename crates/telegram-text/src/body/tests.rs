//! Tables of bodies and what they become.

mod elsewhere;
mod hostile;
mod problems;
mod reference;
mod rich;
mod rows;

use super::{Body, Options, outline, parse, parse_with};
use crate::block::Block;
use crate::{ParsedText, inline};

/// Compares each body with its blocks and problems, written as in [`outline`].
fn check(rows: &[(&str, &str)]) {
    check_with(Options::default(), rows);
}

fn check_with(options: Options, rows: &[(&str, &str)]) {
    for (source, expected) in rows {
        let body = parse_with(source, options);
        assert_eq!(outline::of(&body), *expected, "{source:?}");
        assert_origins(source, &body);
    }
}

/// Checks that every character of every text is where its origin says.
fn assert_origins(source: &str, body: &Body) {
    for prose in prose_of(&body.blocks) {
        for (byte, character) in prose.text.string.char_indices() {
            let place = prose.origins.field_of(byte);
            let rest = source.get(place..).unwrap_or_default();
            assert!(
                is_typed(character, rest),
                "{character:?} at {byte} of {prose:?} in {source:?}"
            );
        }
    }
    for problem in &body.problems {
        let typed = source.get(problem.range.clone());
        assert!(typed.is_some_and(|typed| !typed.is_empty()), "{problem:?} of {source:?}");
    }
}

/// Whether `character` was typed where `rest` of the source begins.
fn is_typed(character: char, rest: &str) -> bool {
    let typed = rest.chars().next();
    let is_reference = || {
        inline::reference::read(rest).is_some_and(|(characters, _)| characters.contains(character))
    };
    typed == Some(character)
        || match (character, typed) {
            (' ', Some('\t' | '\n')) => true,
            ('\n', Some('<')) => rest.get(..3).is_some_and(|tag| tag.eq_ignore_ascii_case("<br")),
            (_, Some('&')) => is_reference(),
            // The title of an alert, or the number of a footnote.
            (_, Some('[')) => rest.starts_with("[!") || rest.starts_with("[^"),
            _ => false,
        }
}

/// The texts of all blocks, in order.
fn prose_of(blocks: &[Block]) -> Vec<&ParsedText> {
    let mut texts = Vec::new();
    Block::each(blocks, &mut |block| texts.extend(block.texts()));
    texts
}
