//! Any Markdown, inline and as a body: entities are within the text, every character has a place in the markup, and the
//! layout is in normal form.

#![no_main]

use telegram_text::block::Block;
use telegram_text::{body, inline, normal};
use telepress::config::Style;
use telepress::layout;

libfuzzer_sys::fuzz_target!(|markup: &str| {
    let mut problems = Vec::new();
    let prose = inline::parse(markup, &mut problems);
    let units = prose.text.utf16_len();
    assert!(prose.text.entities.iter().all(|entity| entity.length > 0 && entity.end() <= units));
    assert!(problems.iter().all(|problem| markup.get(problem.range.clone()).is_some()));
    for reflow in [false, true] {
        let body = body::parse_with(markup, body::Options { reflow, ..body::Options::default() });
        assert!(body.problems.iter().all(|problem| markup.get(problem.range.clone()).is_some()));
        mapped(markup, &body.blocks);
        if let Ok(layout) = layout::lay_out_blocks(&body.blocks, &Style::default()) {
            assert_eq!(normal::uncut(layout.text.clone()), Ok(layout.text));
        }
    }
});

/// Checks that every character of the blocks was typed at a character of `markup`.
fn mapped(markup: &str, blocks: &[Block]) {
    Block::each(blocks, &mut |block| {
        for text in block.texts() {
            for (at, _) in text.text.string.char_indices() {
                let place = text.origins.field_of(at);
                assert!(place < markup.len() && markup.is_char_boundary(place));
            }
        }
    });
}
